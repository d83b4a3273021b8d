import type { HostPolicy } from "../../generated/json/host-policy.js";

/**
 * The policy of a host that was told nothing: no capability, no file root.
 *
 * @spec capabilities.deny-by-default
 */
export const DENY_ALL_POLICY: HostPolicy = Object.freeze({ capabilities: Object.freeze<string[]>([]) });
