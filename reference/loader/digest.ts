import type { CancellationSignal } from "../contracts/cancellation.js";
import type { Sha256 } from "../contracts/security.js";
import { unlessAborted } from "./cancellation.js";

/** From this length on a host's asynchronous digest is worth the wait for it. */
const LONG_BYTES = 65_536;

/**
 * Digest of bytes that nobody else can see, and that stay as they are until it is made: long ones go the way that does
 * not hold the thread, where the host has one.
 *
 * @param onAbort makes the error of a stopped wait
 */
export function digestOf(
  bytes: Uint8Array,
  sha256: Sha256,
  signal: CancellationSignal | undefined,
  onAbort: () => Error,
): Uint8Array | Promise<Uint8Array> {
  const { digestLong } = sha256;
  if (bytes.length < LONG_BYTES || digestLong === undefined) return sha256.digest(bytes);
  // A host may refuse what is too long for it; the other way has no such bound.
  const work = (): Promise<Uint8Array> => digestLong.call(sha256, bytes).catch(() => sha256.digest(bytes));
  return unlessAborted(work, signal, onAbort);
}
