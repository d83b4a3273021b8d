import type { Ceilings, HostPolicy } from "../../generated/json/host-policy.js";

/** What holds where a policy names no ceiling. @spec capabilities.policy.ceilings */
export const DEFAULT_CEILINGS: Required<Ceilings> = Object.freeze({
  file_bytes: 1_073_741_824,
  storage_bytes: 4_294_967_296,
  storage_entries: 100_000,
  message_bytes: 1_048_576,
  connections: 16,
  connections_per_second: 100,
  patience_ms: 30_000,
  processes: 4,
  nodes: 10_000,
});

/** Every ceiling of a policy: its own, or the default. @spec capabilities.policy.ceilings */
export function ceilingsOf(policy: HostPolicy): Required<Ceilings> {
  return policy.ceilings === undefined ? DEFAULT_CEILINGS : { ...DEFAULT_CEILINGS, ...policy.ceilings };
}
