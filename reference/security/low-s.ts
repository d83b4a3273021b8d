import { bigEndian, bigEndianBytes, copyOf } from "./bytes.js";
import { P256_HALF_ORDER, P256_ORDER, P256_SCALAR_BYTES, P256_SIGNATURE_BYTES } from "./p256-rule.js";

/**
 * The same signature with s in the lower half, as a signer must give it out.
 *
 * @param signature r and s, 32 bytes each, as a host made it
 * @throws TypeError where it is not of 64 bytes, as in DER, which Node gives where nobody asks for `ieee-p1363`
 * @spec signatures.ecdsa-p256
 */
export function toLowS(signature: Uint8Array): Uint8Array {
  const { length } = signature;
  if (length !== P256_SIGNATURE_BYTES) throw new TypeError(`a signature of r and s has 64 bytes, not ${length}`);
  const s = bigEndian(signature.subarray(P256_SCALAR_BYTES));
  if (s <= P256_HALF_ORDER) return signature;
  const low = copyOf(signature);
  low.set(bigEndianBytes(P256_ORDER - s, P256_SCALAR_BYTES), P256_SCALAR_BYTES);
  return low;
}
