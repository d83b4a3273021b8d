import { Point } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { littleEndian } from "../../bytes.js";

const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const POINT_BYTES = 32;

/** A key's point with its stored bytes. */
export interface Ed25519Key {
  readonly point: Point;
  readonly bytes: Uint8Array;
}

/** Decode a key by the strict rule. @throws Error where the bytes are no point */
export function importEd25519(bytes: Uint8Array): Ed25519Key {
  return { point: Point.fromBytes(bytes, false), bytes };
}

/**
 * The equation without the cofactor. The library's own `verify` multiplies it in and so accepts signatures that other
 * hosts refuse.
 *
 * @param signature admissible: R canonical and not of small order, S below the group's order
 * @spec signatures.ed25519
 */
export function verifyEd25519({ point, bytes }: Ed25519Key, message: Uint8Array, signature: Uint8Array): boolean {
  const commitment = signature.subarray(0, POINT_BYTES);
  const r = Point.fromBytes(commitment, false);
  const s = littleEndian(signature.subarray(POINT_BYTES));
  const k = littleEndian(sha512.create().update(commitment).update(bytes).update(message).digest()) % GROUP_ORDER;
  // The library multiplies by zero only in its faster mode; nothing here is secret.
  return Point.BASE.multiply(s, false).equals(r.add(point.multiply(k, false)));
}
