import type { QuotaName } from "../generated/enums/quota-name.js";
import type { InstanceId } from "./contracts/runtime-interface.js";
import { type FaygerError, is } from "./errors/fayger-error.js";
import type { QuotaDecision } from "./run-options.js";
import type { RuntimeLayer } from "./runtime/index.js";

/**
 * Let a suspended instance go on as `decide` says. Never rejects.
 *
 * @returns the quota that is in the way, where nobody granted more
 * @spec quotas.grant
 */
export async function overQuota(
  runtime: RuntimeLayer,
  instance: InstanceId,
  decide: QuotaDecision | undefined,
): Promise<FaygerError<"RT_QUOTA_EXCEEDED"> | undefined> {
  const resumed = async (): Promise<unknown> =>
    runtime.resume(instance).then(
      () => undefined,
      (error: unknown) => error,
    );
  const error = await resumed();
  if (!is(error, "RT_QUOTA_EXCEEDED")) return undefined;
  try {
    const granted = decide?.(error);
    if (granted !== undefined) {
      runtime.grantQuota(instance, error.context.quota as QuotaName, granted);
      if ((await resumed()) === undefined) return undefined;
    }
  } catch {
    // A decision that cannot be made, or means nothing, grants nothing.
  }
  return error;
}
