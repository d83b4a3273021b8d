import { sha256 } from "@noble/hashes/sha2.js";
import { equalBytes } from "../../bytes.js";

const HASH_BYTES = 32;
/** @spec signatures.rsa-pss */
const SALT_BYTES = 32;
const TRAILER = 0xbc;

/**
 * Whether `encoded` is an EMSA-PSS encoding of `message` with SHA-256, MGF1 with SHA-256 and a salt of exactly 32
 * bytes (RFC 8017, 9.1.2).
 *
 * @param encoded as many bytes as the modulus, whose bits are a multiple of 8: the encoding has one bit less
 * @spec signatures.rsa-pss
 */
export function isPssEncoding(encoded: Uint8Array, message: Uint8Array): boolean {
  const maskedBytes = encoded.length - HASH_BYTES - 1;
  const zeros = maskedBytes - SALT_BYTES - 1;
  if (zeros < 0 || encoded[encoded.length - 1] !== TRAILER) return false;
  const masked = encoded.subarray(0, maskedBytes);
  // One bit less than whole bytes: the first bit is no part of the encoding and must be zero.
  if ((masked[0] as number) >= 0x80) return false;
  const digest = encoded.subarray(maskedBytes, maskedBytes + HASH_BYTES);
  const block = mask(digest, maskedBytes);
  for (let i = 0; i < maskedBytes; i += 1) block[i] = (block[i] as number) ^ (masked[i] as number);
  block[0] = (block[0] as number) & 0x7f;
  for (let i = 0; i < zeros; i += 1) if (block[i] !== 0) return false;
  if (block[zeros] !== 1) return false;
  // Eight zero bytes, the digest of the message, the salt.
  const hash = sha256.create();
  hash
    .update(new Uint8Array(8))
    .update(sha256(message))
    .update(block.subarray(zeros + 1));
  return equalBytes(hash.digest(), digest);
}

/** MGF1 with SHA-256 (RFC 8017, B.2.1). @param length at most a few hundred bytes, so the counter fits one byte */
function mask(seed: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  for (let at = 0, counter = 0; at < length; at += HASH_BYTES, counter += 1) {
    const piece = sha256
      .create()
      .update(seed)
      .update(Uint8Array.of(0, 0, 0, counter))
      .digest();
    output.set(piece.subarray(0, Math.min(HASH_BYTES, length - at)), at);
  }
  return output;
}

/** `value` to the power of 65537, modulo `modulus`: sixteen squares and one product. */
export function toPublicExponent(value: bigint, modulus: bigint): bigint {
  let power = value;
  for (let i = 0; i < 16; i += 1) power = (power * power) % modulus;
  return (power * value) % modulus;
}
