import type { Quotas } from "../../generated/codecs/quotas.js";
import { QUOTAS, type QuotaName } from "../../generated/enums/quota-name.js";
import type { RuntimeCapability } from "../../generated/enums/runtime-capability.js";
import type { HostPolicy } from "../../generated/json/host-policy.js";
import type { BusQuotas } from "../contracts/instruction-bus.js";
import type { InstanceQuotas, InstanceUsage } from "../contracts/runtime-interface.js";

/** Ceilings of the host, as its policy states them. */
export type HostQuotas = NonNullable<HostPolicy["quotas"]>;

/** The member of the manifest's quotas for each name. */
const MANIFEST_MEMBERS = {
  memory_bytes: "memoryBytes",
  table_elements: "tableElements",
  fuel: "fuel",
  fuel_per_slice: "fuelPerSlice",
  wall_ms: "wallMs",
  emits_per_second: "emitsPerSecond",
  max_pending_events: "maxPendingEvents",
  open_handles: "openHandles",
  open_calls: "openCalls",
  reply_bytes: "replyBytes",
} as const satisfies Readonly<Record<QuotaName, keyof Quotas>>;

/**
 * What a quota is where the manifest is silent: a program is never without bounds by default. Names that are not
 * listed have no default.
 *
 * @spec quotas.default
 */
export const DEFAULT_QUOTAS: InstanceQuotas = {
  memory_bytes: 268_435_456,
  // As many as a module may begin with, so that the default refuses no module.
  table_elements: 10_000_000,
  max_pending_events: 1024,
  open_handles: 1024,
  open_calls: 1024,
  reply_bytes: 16_777_216,
};

/** The quotas a manifest or a host sets itself, without defaults. */
export function declaredQuotas(manifest: Quotas | undefined, host: HostQuotas | undefined): QuotaName[] {
  return QUOTAS.map((row) => row.name).filter(
    (name) => manifest?.[MANIFEST_MEMBERS[name]] !== undefined || host?.[name] !== undefined,
  );
}

/**
 * The upper bounds an instance starts with: the lower of manifest and host for each quota. A default applies where
 * the manifest is silent and the implementation can hold the quota.
 *
 * @param capabilities what the implementation can do
 * @spec quotas.effective
 */
export function effectiveQuotas(
  manifest: Quotas | undefined,
  host: HostQuotas | undefined,
  capabilities: ReadonlySet<RuntimeCapability>,
): InstanceQuotas {
  const effective: Partial<Record<QuotaName, number>> = {};
  for (const { name, implies } of QUOTAS) {
    if (implies !== null && !capabilities.has(implies)) continue;
    const wanted = manifest?.[MANIFEST_MEMBERS[name]] ?? DEFAULT_QUOTAS[name];
    const ceiling = host?.[name];
    const bound = wanted === undefined ? ceiling : ceiling === undefined ? wanted : Math.min(wanted, ceiling);
    if (bound !== undefined) effective[name] = bound;
  }
  return effective;
}

/** The upper bounds that the bus keeps. */
export function busQuotas({ open_handles, open_calls, reply_bytes }: InstanceQuotas): BusQuotas {
  return {
    ...(open_handles === undefined ? {} : { openHandles: open_handles }),
    ...(open_calls === undefined ? {} : { openCalls: open_calls }),
    ...(reply_bytes === undefined ? {} : { replyBytes: reply_bytes }),
  };
}

/**
 * The use of each quota, in its unit and by its name: of `reply_bytes` the largest reply so far, of `emits_per_second`
 * the emits of the open window. `fuel` is absent where it is not metered, and `fuel_per_slice` always: whoever asks
 * finds the program between two slices.
 *
 * @spec quotas.usage
 */
export function quotaUse(usage: InstanceUsage): InstanceQuotas {
  return {
    memory_bytes: usage.memoryBytes,
    table_elements: usage.tableElements,
    ...(usage.fuel === undefined ? {} : { fuel: usage.fuel }),
    wall_ms: usage.runningMilliseconds,
    emits_per_second: usage.emitsInWindow,
    max_pending_events: usage.pendingEvents,
    open_handles: usage.openHandles,
    open_calls: usage.openCalls,
    reply_bytes: usage.largestReplyBytes,
  };
}
