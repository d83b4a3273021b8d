import { FaygerError, is, isInstance } from "./fayger-error.js";

/** Longest name or code taken over from a host, in UTF-16 units. */
const LONGEST_NAME = 64;

/**
 * Turn whatever the host threw into the lowest link of a cause chain.
 *
 * Only the class name, the call and the native code are kept. The host's own message is dropped, because it is full
 * of paths and addresses, and errors are copied into logs, reports and traces.
 *
 * @param error whatever was caught; anything at all
 * @param call what was called on the host, for instance `openat`; without it the host's own word for the call
 * @returns a `HOST_ERROR`; the same object where `error` is one already
 * @spec errors.host-error, security.no-secrets
 */
export function hostError(error: unknown, call?: string): FaygerError<"HOST_ERROR"> {
  if (is(error, "HOST_ERROR")) return error;
  const name = (isInstance(error, Error) ? plainText(error, "name") : undefined) ?? typeof error;
  const nativeCode = plainText(error, "code") ?? plainText(error, "errno");
  const called = call ?? plainText(error, "syscall");
  const what = nativeCode ?? name;
  return new FaygerError(
    "HOST_ERROR",
    called === undefined ? `the host failed: ${what}` : `${called} failed: ${what}`,
    {
      name,
      ...(called === undefined ? {} : { call: called }),
      ...(nativeCode === undefined ? {} : { native_code: nativeCode }),
    },
  );
}

/** A short word out of a foreign object: a getter that throws counts as absent, and paths never pass. */
function plainText(value: unknown, key: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  let found: unknown;
  try {
    found = (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
  const text = typeof found === "number" ? String(found) : found;
  if (typeof text !== "string" || text.length === 0 || text.length > LONGEST_NAME) return undefined;
  return /^[A-Za-z0-9_.$-]+$/.test(text) ? text : undefined;
}
