import { type HostError, isHostError } from "../../generated/enums/host-error.js";

/** Mark what is thrown here. The same in every copy of this package: a library of an application may bring its own. */
const FAILURE = Symbol.for("fayger.HostFailure");
const REFUSAL = Symbol.for("fayger.PolicyRefusal");

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

// On the prototypes: marks are no part of what the types say.
Object.defineProperty(HostFailure.prototype, FAILURE, { value: true });
Object.defineProperty(PolicyRefusal.prototype, REFUSAL, { value: true });

/** Whether a caught value is a {@link HostFailure}, whichever copy of this package made it. */
export function isHostFailure(thrown: unknown): thrown is HostFailure {
  return isMarked(thrown, FAILURE);
}

/** Whether a caught value is a {@link PolicyRefusal}, whichever copy of this package made it. */
export function isPolicyRefusal(thrown: unknown): thrown is PolicyRefusal {
  return isMarked(thrown, REFUSAL);
}

/** The other copy may know host errors that this one does not, and a foreign object may throw when it is touched. */
function isMarked(thrown: unknown, mark: symbol): boolean {
  try {
    const members = (thrown ?? {}) as { readonly [mark: symbol]: unknown; readonly hostError?: unknown };
    return members[mark] === true && isHostError(String(members.hostError));
  } catch {
    return false;
  }
}
