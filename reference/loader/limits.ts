import { LOAD_LIMIT_DEFAULTS, LOAD_LIMITS, type LoadLimit } from "../../generated/enums/load-limit.js";

/** How much of an artifact a loader is ready to take. Security-relevant. @spec loader.limits, manifest.bound */
export type LoadLimits = Readonly<Record<LoadLimit, number>>;

/**
 * Fill in the defaults of the table `load-limits`.
 *
 * @throws TypeError where a limit is no integer from 0 to 2^53-1: a fault of the calling program
 */
export function resolveLimits(given: Partial<LoadLimits> = {}): LoadLimits {
  const limits: Record<LoadLimit, number> = { ...LOAD_LIMIT_DEFAULTS };
  for (const name of LOAD_LIMITS) {
    const limit = given[name];
    if (limit === undefined) continue;
    if (!Number.isSafeInteger(limit) || limit < 0) throw new TypeError(`${name} must be an integer from 0 to 2^53-1`);
    limits[name] = limit;
  }
  return limits;
}
