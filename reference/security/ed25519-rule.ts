import { copyOf, equalBytes, fromHexadecimal } from "./bytes.js";

/** Bytes of a public key and of R. */
const POINT_BYTES = 32;
/** Bytes of a signature: R, then S. */
const ED25519_SIGNATURE_BYTES = 64;

/** The prime 2^255 - 19, least significant byte first. */
const FIELD_PRIME = fromHexadecimal("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
/** The group's order L, least significant byte first. */
const GROUP_ORDER = fromHexadecimal("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

/**
 * The y-coordinates of all points of order 1, 2, 4 and 8, in canonical form. The sign bit is masked before comparing,
 * so that each value stands for both points.
 */
const SMALL_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
].map(fromHexadecimal);

/**
 * The part of the Ed25519 rule that needs no curve arithmetic. Hosts disagree on exactly these cases, so every
 * backend asks here first and uses its host only for the cofactorless equation.
 *
 * @param publicKey A, 32 bytes
 * @param signature R and S, 64 bytes
 * @returns false where the signature must be refused whatever the equation says
 * @spec signatures.ed25519
 */
export function isEd25519Admissible(publicKey: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== POINT_BYTES || signature.length !== ED25519_SIGNATURE_BYTES) return false;
  const s = signature.subarray(POINT_BYTES);
  // @spec signatures.ed25519: S + L would verify as well, and one message would have two signatures.
  return isUsablePoint(publicKey) && isUsablePoint(signature.subarray(0, POINT_BYTES)) && isBelow(s, GROUP_ORDER);
}

/**
 * Whether an encoded point is canonical and not of small order.
 *
 * @spec signatures.ed25519
 */
export function isUsablePoint(point: Uint8Array): boolean {
  const y = copyOf(point);
  y[POINT_BYTES - 1] = (y[POINT_BYTES - 1] as number) & 0x7f;
  return isBelow(y, FIELD_PRIME) && !SMALL_ORDER.some((small) => equalBytes(y, small));
}

/** Whether `value` is less than `bound`, both least significant byte first and equally long. */
function isBelow(value: Uint8Array, bound: Uint8Array): boolean {
  for (let i = bound.length - 1; i >= 0; i -= 1) {
    const difference = (value[i] as number) - (bound[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
