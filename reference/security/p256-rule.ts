import { bigEndian, bigEndianBytes } from "./bytes.js";

/** Bytes of a signature: r, then s. */
export const P256_SIGNATURE_BYTES = 64;
/** Bytes of r, of s, and of a coordinate. */
export const P256_SCALAR_BYTES = 32;

const FIELD_PRIME = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const COEFFICIENT_B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
/** Number of points of the group. */
export const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** The highest s that is admissible. */
export const P256_HALF_ORDER = P256_ORDER >> 1n;
const ORDER_BYTES = bigEndianBytes(P256_ORDER, P256_SCALAR_BYTES);
/** The first s that is too high. */
const HIGH_BYTES = bigEndianBytes(P256_HALF_ORDER + 1n, P256_SCALAR_BYTES);

/**
 * Whether r and s are in range and s is in the lower half: (r, n - s) would verify as well, and one message would
 * have two signatures.
 *
 * @param signature r and s, 32 bytes each
 * @spec signatures.ecdsa-p256
 */
export function isP256Admissible(signature: Uint8Array): boolean {
  if (signature.length !== P256_SIGNATURE_BYTES) return false;
  return isPositiveBelow(signature, 0, ORDER_BYTES) && isPositiveBelow(signature, P256_SCALAR_BYTES, HIGH_BYTES);
}

/** Whether the scalar at `start` is above zero and below `bound`. */
function isPositiveBelow(bytes: Uint8Array, start: number, bound: Uint8Array): boolean {
  let decided = 0;
  let bits = 0;
  for (let i = 0; i < P256_SCALAR_BYTES; i += 1) {
    const byte = bytes[start + i] as number;
    bits |= byte;
    if (decided === 0) decided = byte - (bound[i] as number);
  }
  return bits !== 0 && decided < 0;
}

/**
 * Whether x and y are the coordinates of a point of the curve. The group has prime order, so every such point will do.
 *
 * @param coordinates x and y, 32 bytes each
 * @spec signatures.spki.ecdsa-p256
 */
export function isOnP256(coordinates: Uint8Array): boolean {
  if (coordinates.length !== 2 * P256_SCALAR_BYTES) return false;
  const x = bigEndian(coordinates.subarray(0, P256_SCALAR_BYTES));
  const y = bigEndian(coordinates.subarray(P256_SCALAR_BYTES));
  if (x >= FIELD_PRIME || y >= FIELD_PRIME) return false;
  return (y * y - (x * x * x - 3n * x + COEFFICIENT_B)) % FIELD_PRIME === 0n;
}
