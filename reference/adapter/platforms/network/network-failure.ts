import type { HostError } from "../../../../generated/enums/host-error.js";
import { HostFailure, PolicyRefusal } from "../../host-failure.js";
import { hostErrorOf, nativeCodeOf } from "../native-call.js";

/** What a program learns of the host's codes in one kind of call. */
export interface FailureNames {
  /** Names of some codes that are not those of the rest of the host. */
  readonly codes: ReadonlyMap<string, HostError>;
  /** What this kind of call can fail with; every other failure is `unavailable`. */
  readonly known: ReadonlySet<HostError>;
}

/** Where a program connects, sends and receives: that the host refuses is one more reason why nobody is reached. */
const WHEN_REACHING: FailureNames = {
  codes: new Map(),
  known: new Set<HostError>(["invalid_argument", "too_large", "timed_out", "interrupted"]),
};

/** Where a program listens. */
export const WHEN_LISTENING: FailureNames = {
  codes: new Map([["EADDRINUSE", "already_exists"]]),
  known: new Set<HostError>(["invalid_argument", "already_exists", "access_denied", "timed_out", "interrupted"]),
};

/** Where a program looks a name up. */
export const WHEN_LOOKING_UP: FailureNames = {
  codes: new Map([
    ["ENOTFOUND", "not_found"],
    ["ENODATA", "not_found"],
  ]),
  known: new Set<HostError>(["invalid_argument", "not_found", "timed_out", "interrupted"]),
};

/**
 * What a handler throws for something that a socket, a look-up or a peer has failed with. What the table of host errors
 * has no name for, such as a certificate that nobody trusts, is `unavailable`; the host's own code is in the cause.
 *
 * @param call what was called, for the host-layer cause
 * @spec adapters.host-errors
 */
export function networkFailure(
  call: string,
  error: unknown,
  { codes, known }: FailureNames = WHEN_REACHING,
): HostFailure | PolicyRefusal {
  if (error instanceof HostFailure || error instanceof PolicyRefusal) return error;
  const named = codes.get(nativeCodeOf(error) ?? "") ?? hostErrorOf(error);
  return new HostFailure(known.has(named) ? named : "unavailable", call, error);
}
