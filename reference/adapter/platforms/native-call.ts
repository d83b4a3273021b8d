import { HostError } from "../../../generated/enums/host-error.js";
import { HostFailure, PolicyRefusal } from "../host-failure.js";

/** What a guest learns of each native code; every other code is `unknown`. @spec adapters.host-errors */
const HOST_ERRORS_BY_CODE: ReadonlyMap<string, HostError> = new Map([
  ["ENOENT", HostError.NotFound],
  ["EEXIST", HostError.AlreadyExists],
  ["EACCES", HostError.AccessDenied],
  ["EPERM", HostError.AccessDenied],
  ["EROFS", HostError.AccessDenied],
  ["ELOOP", HostError.AccessDenied],
  ["EINVAL", HostError.InvalidArgument],
  ["ENAMETOOLONG", HostError.InvalidArgument],
  ["ESPIPE", HostError.InvalidArgument],
  ["EXDEV", HostError.InvalidArgument],
  ["EBADF", HostError.BadHandle],
  ["EISDIR", HostError.IsDirectory],
  ["ENOTDIR", HostError.NotDirectory],
  ["ENOTEMPTY", HostError.NotEmpty],
  ["ENOSPC", HostError.NoSpace],
  ["EDQUOT", HostError.NoSpace],
  ["EFBIG", HostError.TooLarge],
  ["E2BIG", HostError.TooLarge],
  ["EMSGSIZE", HostError.TooLarge],
  ["EAGAIN", HostError.WouldBlock],
  ["EWOULDBLOCK", HostError.WouldBlock],
  ["ETIMEDOUT", HostError.TimedOut],
  ["ECONNREFUSED", HostError.Unavailable],
  ["ECONNRESET", HostError.Unavailable],
  ["ENOTFOUND", HostError.Unavailable],
  ["EAI_AGAIN", HostError.Unavailable],
  ["EHOSTUNREACH", HostError.Unavailable],
  ["ENETUNREACH", HostError.Unavailable],
  ["EINTR", HostError.Interrupted],
  ["ECANCELED", HostError.Interrupted],
  ["ABORT_ERR", HostError.Interrupted],
  ["EPIPE", HostError.Unavailable],
  ["ENXIO", HostError.Unavailable],
  ["ENODEV", HostError.Unavailable],
  ["EBUSY", HostError.Unavailable],
  ["EMFILE", HostError.Unavailable],
  ["ENFILE", HostError.Unavailable],
  ["ENOMEM", HostError.Unavailable],
]);

/** For writing to a standard stream, which has no handle that could be bad: it is full for too long, or closed. */
export const STREAM_CODES: ReadonlyMap<string, HostError> = new Map([
  ["EAGAIN", HostError.Unavailable],
  ["EBADF", HostError.Unavailable],
]);

const NOTHING: ReadonlyMap<string, HostError> = new Map();

/** What a guest learns of a native error. */
export function hostErrorOf(error: unknown): HostError {
  const code = nativeCodeOf(error);
  return (code === undefined ? undefined : HOST_ERRORS_BY_CODE.get(code)) ?? HostError.Unknown;
}

/** The `code` of a Node error. */
export function nativeCodeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? code : undefined;
}

/**
 * Call the host. What it throws becomes a `HostFailure` named after the call.
 *
 * @param call what is called, for the host-layer cause
 * @param instead other names for some codes, where the instruction's table row calls them otherwise
 */
export function native<T>(call: string, action: () => T, instead: ReadonlyMap<string, HostError> = NOTHING): T {
  try {
    return action();
  } catch (error) {
    throw failureOf(call, error, instead);
  }
}

/** Wait for the host. What it rejects with becomes a `HostFailure` named after the call. */
export async function nativeAsync<T>(call: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw failureOf(call, error, NOTHING);
  }
}

function failureOf(call: string, error: unknown, instead: ReadonlyMap<string, HostError>): Error {
  if (error instanceof HostFailure || error instanceof PolicyRefusal) return error;
  const code = nativeCodeOf(error);
  return new HostFailure((code === undefined ? undefined : instead.get(code)) ?? hostErrorOf(error), call, error);
}
