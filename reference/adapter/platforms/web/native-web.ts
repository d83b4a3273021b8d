import type { HostError } from "../../../../generated/enums/host-error.js";
import { HostFailure, PolicyRefusal } from "../../host-failure.js";

/** What a program learns of each name of a DOMException; every other name is `unknown`. @spec adapters.host-errors */
const HOST_ERRORS_BY_NAME: ReadonlyMap<string, HostError> = new Map([
  ["AbortError", "interrupted"],
  ["TimeoutError", "timed_out"],
  ["NotAllowedError", "access_denied"],
  ["SecurityError", "access_denied"],
  ["NotFoundError", "not_found"],
  ["NotSupportedError", "unavailable"],
  ["InvalidStateError", "unavailable"],
  ["NetworkError", "unavailable"],
  ["SyntaxError", "invalid_argument"],
  ["DataError", "invalid_argument"],
  ["InvalidAccessError", "invalid_argument"],
  ["QuotaExceededError", "too_large"],
]);

/** What a program learns of something that a browser has thrown. */
function hostErrorOf(error: unknown): HostError {
  const name: unknown = typeof error === "object" && error !== null ? (error as { name?: unknown }).name : undefined;
  return (typeof name === "string" ? HOST_ERRORS_BY_NAME.get(name) : undefined) ?? "unknown";
}

/**
 * What a handler throws for something that a browser has thrown.
 *
 * @param call what was called, for the host-layer cause
 * @param instead what a program learns in place of `unknown`
 */
export function failureOf(call: string, error: unknown, instead: HostError = "unknown"): HostFailure | PolicyRefusal {
  if (error instanceof HostFailure || error instanceof PolicyRefusal) return error;
  const hostError = hostErrorOf(error);
  return new HostFailure(hostError === "unknown" ? instead : hostError, call, error);
}

/** Wait for the browser; what it rejects with becomes a `HostFailure` named after the call. */
export async function nativeAsync<T>(call: string, action: () => Promise<T>, instead?: HostError): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw failureOf(call, error, instead);
  }
}
