import type { SnapshotState } from "../../../generated/codecs/snapshot-state.js";
import type { InstanceId, InstanceQuotas } from "../../contracts/runtime-interface.js";
import type { FaygerError } from "../../errors/fayger-error.js";
import { quotaExceeded } from "../runtime-errors.js";

/** A quota that suspends, as a snapshot tells of it. */
export function exceededState(reached: FaygerError<"RT_QUOTA_EXCEEDED"> | undefined): Pick<SnapshotState, "exceeded"> {
  if (reached === undefined) return {};
  const { quota, limit } = reached.context;
  return quota === "fuel" || quota === "wall_ms" ? { exceeded: { quota, limit } } : {};
}

/**
 * The quota that suspended a saved program, where it is still in the way under the bounds of the new host.
 *
 * @param runningMilliseconds time in state Running so far
 * @spec snapshots.quotas
 */
export function stillExceeded(
  { exceeded, fuel }: SnapshotState,
  instance: InstanceId,
  quotas: InstanceQuotas,
  runningMilliseconds: number,
): FaygerError<"RT_QUOTA_EXCEEDED"> | undefined {
  if (exceeded === undefined) return undefined;
  const { quota } = exceeded;
  const limit = quotas[quota];
  const used = quota === "fuel" ? fuel : runningMilliseconds;
  if (limit === undefined || limit > Math.max(exceeded.limit, used)) return undefined;
  return quotaExceeded(instance, quota, limit, used);
}
