import { SignatureAlgorithm } from "../../generated/enums/signature-algorithm.js";
import { equalBytes, fromHexadecimal } from "./bytes.js";
import { isOnP256 } from "./p256-rule.js";

/** What stands before the 32 bytes of an Ed25519 key. */
const ED25519_PREFIX = fromHexadecimal("302a300506032b6570032100");
/** What stands before the 64 bytes of an uncompressed P-256 point. */
const P256_PREFIX = fromHexadecimal("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
/** AlgorithmIdentifier rsaEncryption with NULL parameters. */
const RSA_ALGORITHM = fromHexadecimal("300d06092a864886f70d0101010500");
/** INTEGER 65537. */
const RSA_EXPONENT = fromHexadecimal("0203010001");
/** Lengths of a modulus in bytes. @spec signatures.spki.rsa */
const RSA_MODULUS_BYTES: readonly number[] = [256, 384, 512];

/** A public key taken out of its SubjectPublicKeyInfo. */
export interface ParsedPublicKey {
  /** The one algorithm the key can be used with. */
  readonly algorithm: SignatureAlgorithm;
  /** Ed25519: the 32 bytes of A. P-256: x and y. RSA: the modulus, most significant byte first. */
  readonly key: Uint8Array;
  /** Bytes of every signature this key makes. */
  readonly signatureBytes: number;
}

/**
 * Read a key, accepting the one encoding each key has. A second encoding of one key would have a second key_id, and
 * revoking the first would not revoke it.
 *
 * @param der DER SubjectPublicKeyInfo
 * @returns `undefined` for anything else
 * @spec signatures.key-id
 */
export function parsePublicKey(der: Uint8Array): ParsedPublicKey | undefined {
  if (der.length === ED25519_PREFIX.length + 32 && startsWith(der, ED25519_PREFIX)) {
    return { algorithm: SignatureAlgorithm.Ed25519, key: der.subarray(ED25519_PREFIX.length), signatureBytes: 64 };
  }
  if (der.length === P256_PREFIX.length + 64 && startsWith(der, P256_PREFIX)) {
    const key = der.subarray(P256_PREFIX.length);
    return isOnP256(key) ? { algorithm: SignatureAlgorithm.EcdsaP256, key, signatureBytes: 64 } : undefined;
  }
  for (const modulusBytes of RSA_MODULUS_BYTES) {
    const prefix = rsaPrefix(modulusBytes);
    if (der.length !== prefix.length + modulusBytes + RSA_EXPONENT.length || !startsWith(der, prefix)) continue;
    const key = der.subarray(prefix.length, prefix.length + modulusBytes);
    // The first bit makes the modulus exactly as long as its class; DER would drop leading zeros.
    const isFullLength = (key[0] as number) >= 0x80;
    // Backends disagree about signatures of an even modulus, so no such key is taken.
    const isOdd = ((key[modulusBytes - 1] as number) & 1) === 1;
    if (!isFullLength || !isOdd || !equalBytes(der.subarray(prefix.length + modulusBytes), RSA_EXPONENT))
      return undefined;
    return { algorithm: SignatureAlgorithm.RsaPssSha256, key, signatureBytes: modulusBytes };
  }
  return undefined;
}

/** The SubjectPublicKeyInfo of a raw Ed25519 key of 32 bytes; {@link parsePublicKey} judges it. @spec signatures.spki.ed25519 */
export function ed25519PublicKey(raw: Uint8Array): Uint8Array {
  return concatenate(ED25519_PREFIX, raw);
}

/**
 * The SubjectPublicKeyInfo of a P-256 point: x and y, 32 bytes each; {@link parsePublicKey} judges it.
 *
 * @spec signatures.spki.ecdsa-p256
 */
export function p256PublicKey(coordinates: Uint8Array): Uint8Array {
  return concatenate(P256_PREFIX, coordinates);
}

/**
 * The SubjectPublicKeyInfo of an RSA modulus of 256, 384 or 512 bytes, with exponent 65537; {@link parsePublicKey}
 * judges it.
 *
 * @spec signatures.spki.rsa
 */
export function rsaPublicKey(modulus: Uint8Array): Uint8Array {
  return concatenate(rsaPrefix(modulus.length), modulus, RSA_EXPONENT);
}

/** Everything before the modulus. All lengths here take two bytes, so each nesting adds four bytes. */
function rsaPrefix(modulusBytes: number): Uint8Array {
  const integer = 1 + modulusBytes;
  const key = 4 + integer + RSA_EXPONENT.length;
  const bits = 1 + 4 + key;
  const whole = RSA_ALGORITHM.length + 4 + bits;
  return concatenate(
    longHead(0x30, whole),
    RSA_ALGORITHM,
    longHead(0x03, bits),
    Uint8Array.of(0),
    longHead(0x30, key),
    longHead(0x02, integer),
    Uint8Array.of(0),
  );
}

function longHead(tag: number, length: number): Uint8Array {
  return Uint8Array.of(tag, 0x82, length >> 8, length & 0xff);
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return equalBytes(bytes.subarray(0, prefix.length), prefix);
}

function concatenate(...pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
