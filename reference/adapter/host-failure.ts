import type { HostError } from "../../generated/enums/host-error.js";

/**
 * What an instruction handler throws when the host could not do it. The adapter turns it into
 * `ADP_HOST_CALL_FAILED` with a host-layer cause; the guest learns only the number of `hostError`.
 *
 * @spec adapters.host-errors
 */
export class HostFailure extends Error {
  /** What the guest learns. */
  readonly hostError: HostError;
  /** Whatever the host threw; without it the failure was found before the call. */
  readonly native: unknown;
  /** What was called on the host, for instance `openat`. */
  readonly call: string | undefined;

  constructor(hostError: HostError, call?: string, native?: unknown) {
    super(`host call failed: ${hostError}`);
    this.name = "HostFailure";
    this.hostError = hostError;
    this.call = call;
    this.native = native;
  }
}

/**
 * What an instruction handler throws when the host's policy forbids it. The adapter turns it into
 * `ADP_POLICY_DENIED`.
 *
 * @spec instructions.policy
 */
export class PolicyRefusal extends Error {
  /** What the guest learns. */
  readonly hostError: HostError;

  /** @param reason for people and tools; never reaches the guest */
  constructor(hostError: HostError, reason: string) {
    super(reason);
    this.name = "PolicyRefusal";
    this.hostError = hostError;
  }
}
