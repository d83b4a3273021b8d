import { HostFailure } from "../host-failure.js";
import type { KeyPairAlgorithm } from "./algorithms.js";
import { DerReader, DerTag } from "./der.js";

const bytes = (hexadecimal: string): Uint8Array =>
  Uint8Array.from(hexadecimal.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** What stands before the key in a SubjectPublicKeyInfo, and how long the key is. */
const PUBLIC_PREFIXES = {
  ed25519: [bytes("302a300506032b6570032100"), 32],
  x25519: [bytes("302a300506032b656e032100"), 32],
  // With the byte that says that both coordinates follow.
  p256: [bytes("3059301306072a8648ce3d020106082a8648ce3d03010703420004"), 64],
} as const;

/** The same for PKCS #8. */
const PRIVATE_PREFIXES = {
  ed25519: bytes("302e020100300506032b657004220420"),
  x25519: bytes("302e020100300506032b656e04220420"),
} as const;

const P256_PRIVATE = bytes("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420");
const P256_PUBLIC_INSIDE = bytes("a14403420004");
const P256_PRIVATE_ALONE = bytes("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420");
const P256_ORDER = bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

/** AlgorithmIdentifier of rsaEncryption. */
const RSA = bytes("300d06092a864886f70d0101010500");
const VERSION_0 = Uint8Array.of(DerTag.Integer, 1, 0);
const MODULUS_BYTES: ReadonlySet<number> = new Set([256, 384, 512]);

/**
 * Check the form of a public key: DER SubjectPublicKeyInfo in the one encoding that every platform reads alike. Whether
 * a point lies on its curve is left to the platform.
 *
 * @throws HostFailure `invalid_argument`
 * @spec instructions.crypto.keys
 */
export function checkPublicKey(algorithm: KeyPairAlgorithm, key: Uint8Array): void {
  if (!isPublicKey(algorithm, key)) throw new HostFailure("invalid_argument");
}

/**
 * Check the form of a private key: DER PKCS #8 of version 0, in an encoding that every platform reads alike.
 *
 * @throws HostFailure `invalid_argument`
 * @spec instructions.crypto.keys
 */
export function checkPrivateKey(algorithm: KeyPairAlgorithm, key: Uint8Array): void {
  if (!isPrivateKey(algorithm, key)) throw new HostFailure("invalid_argument");
}

function isPublicKey(algorithm: KeyPairAlgorithm, key: Uint8Array): boolean {
  if (algorithm === "rsa_pss_sha256") return isRsaPublicKey(key);
  const [prefix, length] = PUBLIC_PREFIXES[curveOf(algorithm)];
  return hasPrefix(key, prefix, length);
}

function isPrivateKey(algorithm: KeyPairAlgorithm, key: Uint8Array): boolean {
  if (algorithm === "rsa_pss_sha256") return isRsaPrivateKey(key);
  const curve = curveOf(algorithm);
  return curve === "p256" ? isP256PrivateKey(key) : hasPrefix(key, PRIVATE_PREFIXES[curve], 32);
}

function curveOf(algorithm: Exclude<KeyPairAlgorithm, "rsa_pss_sha256">): "ed25519" | "x25519" | "p256" {
  return algorithm === "ed25519" || algorithm === "x25519" ? algorithm : "p256";
}

function hasPrefix(key: Uint8Array, prefix: Uint8Array, length: number): boolean {
  return key.length === prefix.length + length && new DerReader(key).expects(prefix);
}

/** A scalar from 1 to below the order of the group, with the public key behind it or without. */
function isP256PrivateKey(key: Uint8Array): boolean {
  const reader = new DerReader(key);
  const isWhole = reader.expects(P256_PRIVATE);
  if (!isWhole && !reader.expects(P256_PRIVATE_ALONE)) return false;
  const rest = reader.rest();
  if (!isScalar(rest.subarray(0, 32))) return false;
  return isWhole ? hasPrefix(rest.subarray(32), P256_PUBLIC_INSIDE, 64) : rest.length === 32;
}

function isScalar(scalar: Uint8Array): boolean {
  if (scalar.length !== 32 || scalar.every((byte) => byte === 0)) return false;
  const at = scalar.findIndex((byte, index) => byte !== P256_ORDER[index]);
  return at !== -1 && (scalar[at] as number) < (P256_ORDER[at] as number);
}

function isRsaPublicKey(key: Uint8Array): boolean {
  const outer = new DerReader(key);
  const info = outer.element(DerTag.Sequence);
  if (info === undefined || !outer.isAtEnd) return false;
  const reader = new DerReader(info);
  if (!reader.expects(RSA)) return false;
  const bits = reader.element(DerTag.BitString);
  // No bit of the last byte is unused.
  if (bits === undefined || bits[0] !== 0 || !reader.isAtEnd) return false;
  const numbers = integersOf(bits.subarray(1), 2);
  return numbers !== undefined && isModulus(numbers[0]) && isExponent(numbers[1]);
}

function isRsaPrivateKey(key: Uint8Array): boolean {
  const outer = new DerReader(key);
  const info = outer.element(DerTag.Sequence);
  if (info === undefined || !outer.isAtEnd) return false;
  const reader = new DerReader(info);
  if (!reader.expects(VERSION_0) || !reader.expects(RSA)) return false;
  const inner = reader.element(DerTag.OctetString);
  if (inner === undefined || !reader.isAtEnd) return false;
  // version, modulus, public exponent, private exponent, two primes, two exponents, a coefficient
  const numbers = integersOf(inner, 9);
  if (numbers === undefined) return false;
  const [version, modulus, exponent] = numbers;
  return version?.length === 1 && version[0] === 0 && isModulus(modulus) && isExponent(exponent);
}

/** So many integers in a sequence that holds nothing else. */
function integersOf(sequence: Uint8Array, count: number): Uint8Array[] | undefined {
  const outer = new DerReader(sequence);
  const contents = outer.element(DerTag.Sequence);
  if (contents === undefined || !outer.isAtEnd) return undefined;
  const reader = new DerReader(contents);
  const numbers: Uint8Array[] = [];
  for (let at = 0; at < count; at += 1) {
    const number = reader.unsigned();
    if (number === undefined) return undefined;
    numbers.push(number);
  }
  return reader.isAtEnd ? numbers : undefined;
}

/** 2048, 3072 or 4096 bits, and odd. */
function isModulus(modulus: Uint8Array | undefined): boolean {
  if (modulus === undefined || !MODULUS_BYTES.has(modulus.length)) return false;
  return (modulus[0] as number) >= 0x80 && isOdd(modulus);
}

/** Odd, from 3 to below 2^32: what platforms have in common. */
function isExponent(exponent: Uint8Array | undefined): boolean {
  if (exponent === undefined || exponent.length > 4 || !isOdd(exponent)) return false;
  return exponent.length > 1 || (exponent[0] as number) >= 3;
}

function isOdd(number: Uint8Array): boolean {
  return ((number.at(-1) as number) & 1) === 1;
}
