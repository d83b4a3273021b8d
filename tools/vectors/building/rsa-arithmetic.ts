import { bitLength, greatestCommonDivisor, inverse, isPrime, mod, power } from "./modular-arithmetic.js";
import { bigEndian, fromBigEndian, hash, join, stream } from "./octets.js";

/** The private parts of an RSA key. */
export interface RsaPrivate {
  readonly p: bigint;
  readonly q: bigint;
  readonly modulus: bigint;
}

/** The exponent of every key that is believed. */
export const rsaExponent = 65537n;

/**
 * The number at which the search for a prime begins: bytes of the stream of `text`, cut to `bits` bits, with the two
 * highest bits and the lowest set, so that the product of two such primes is as long as both together.
 */
export function searchStart(text: string, bits: number): bigint {
  const drawn = fromBigEndian(stream(text, Math.ceil(bits / 8))) & ((1n << BigInt(bits)) - 1n);
  return drawn | (3n << BigInt(bits - 2)) | 1n;
}

/** Whether a number is a prime from which the exponents 3, 17 and 65537 can all be used. */
export function isUsablePrime(value: bigint): boolean {
  return greatestCommonDivisor(value - 1n, 3n * 17n * rsaExponent) === 1n && isPrime(value);
}

/** How many odd numbers behind the start the first usable prime lies. */
export function stepsToPrime(start: bigint): number {
  for (let steps = 0; ; steps++) if (isUsablePrime(start + 2n * BigInt(steps))) return steps;
}

/** What is not the usual way of making a signature; everything absent is. */
export interface PssVariation {
  /** Digest of the message and of what is masked. */
  readonly hash?: string;
  /** Digest of the mask generation. */
  readonly maskHash?: string;
  readonly saltLength?: number;
  readonly trailer?: number;
  /** Changes the padding before the salt: zeros, then 01, then the salt. */
  readonly padding?: (padding: Uint8Array) => Uint8Array;
  /** Changes the encoded message before it becomes a number. */
  readonly encoded?: (encoded: Uint8Array) => Uint8Array;
}

/** MGF1. */
export function maskOf(algorithm: string, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  let have = 0;
  for (let counter = 0n; have < length; counter++) {
    const block = hash(algorithm, seed, bigEndian(counter, 4));
    blocks.push(block);
    have += block.length;
  }
  return join(...blocks).slice(0, length);
}

/** EMSA-PSS of RFC 8017 for a modulus of so many bits. */
export function encodePss(
  message: Uint8Array,
  salt: Uint8Array,
  bits: number,
  variation: PssVariation = {},
): Uint8Array {
  const algorithm = variation.hash ?? "sha256";
  const emBits = bits - 1;
  const emLength = Math.ceil(emBits / 8);
  const digest = hash(algorithm, new Uint8Array(8), hash(algorithm, message), salt);
  const space = emLength - digest.length - salt.length - 2;
  if (space < 0) throw new RangeError("the modulus is too short");
  const plain = join(new Uint8Array(space), Uint8Array.of(1), salt);
  const padded = variation.padding?.(plain) ?? plain;
  const mask = maskOf(variation.maskHash ?? algorithm, digest, padded.length);
  const masked = padded.map((byte, index) => byte ^ (mask[index] ?? 0));
  masked[0] = (masked[0] ?? 0) & (0xff >> (8 * emLength - emBits));
  const encoded = join(masked, digest, Uint8Array.of(variation.trailer ?? 0xbc));
  return variation.encoded?.(encoded) ?? encoded;
}

/** value^d modulo p·q, where d is the inverse of the exponent; by way of the two primes. */
function rsaRoot(value: bigint, { p, q, modulus }: RsaPrivate, exponent = rsaExponent): bigint {
  const byP = power(value, inverse(exponent, p - 1n), p);
  const byQ = q === 2n ? value % 2n : power(value, inverse(exponent, q - 1n), q);
  return mod(byQ + q * mod((byP - byQ) * inverse(q, p), p), modulus);
}

/** A signature as long as the modulus, of an encoded message that may be wrong. */
export function signEncoded(encoded: Uint8Array, key: RsaPrivate, exponent = rsaExponent): Uint8Array {
  const value = fromBigEndian(encoded);
  if (value >= key.modulus) throw new RangeError("the encoded message is not below the modulus");
  return bigEndian(rsaRoot(value, key, exponent), Math.ceil(bitLength(key.modulus) / 8));
}

/** RSASSA-PSS with a salt that is given, so that nothing is random. */
export function signPss(
  key: RsaPrivate,
  message: Uint8Array,
  salt: Uint8Array,
  variation: PssVariation = {},
  exponent = rsaExponent,
): Uint8Array {
  return signEncoded(encodePss(message, salt, bitLength(key.modulus), variation), key, exponent);
}
