import type {
  AgreementAlgorithm,
  DigestAlgorithm,
  KeyPairAlgorithm,
  SealingAlgorithm,
  SigningAlgorithm,
} from "./algorithms.js";

/** A key pair as a program gets it. */
export interface CryptoKeyPair {
  /** DER PKCS #8. */
  readonly privateKey: Uint8Array;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/**
 * The cryptography of one platform. What is given has passed every check that needs no cryptography: algorithms, lengths,
 * forms of keys, bounds. Bytes that come back are the caller's own.
 *
 * Each method throws or rejects with `HostFailure` `invalid_argument` for a key that is none after all (a point that is
 * not on its curve, a secret that would be zero) and `unavailable` for an algorithm that the platform lacks; with
 * whatever the platform throws otherwise.
 *
 * @spec instructions.crypto.platform
 */
export interface PlatformCrypto {
  /** The digest of bytes. */
  digest(algorithm: DigestAlgorithm, data: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** The HMAC of bytes; the key has at least one byte. */
  hmac(algorithm: DigestAlgorithm, key: Uint8Array, data: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Whether a tag of the right length is the HMAC of bytes, in constant time. */
  hmacVerify(
    algorithm: DigestAlgorithm,
    key: Uint8Array,
    data: Uint8Array,
    tag: Uint8Array,
  ): boolean | Promise<boolean>;
  /** A new key pair. */
  generateKeyPair(algorithm: KeyPairAlgorithm): CryptoKeyPair | Promise<CryptoKeyPair>;
  /** A signature in the algorithm's raw form. */
  sign(algorithm: SigningAlgorithm, privateKey: Uint8Array, data: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Whether a signature of the right length is right. */
  verify(
    algorithm: SigningAlgorithm,
    publicKey: Uint8Array,
    data: Uint8Array,
    signature: Uint8Array,
  ): boolean | Promise<boolean>;
  /** The shared secret of 32 bytes. */
  agree(algorithm: AgreementAlgorithm, privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Ciphertext, and behind it the tag of 16 bytes. */
  seal(
    algorithm: SealingAlgorithm,
    key: Uint8Array,
    nonce: Uint8Array,
    additional: Uint8Array,
    plain: Uint8Array,
  ): Uint8Array | Promise<Uint8Array>;
  /** What was sealed; `undefined` where it is not authentic. At least a tag is there. */
  unseal(
    algorithm: SealingAlgorithm,
    key: Uint8Array,
    nonce: Uint8Array,
    additional: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** Key of `length` bytes by HKDF. */
  hkdf(
    algorithm: DigestAlgorithm,
    secret: Uint8Array,
    salt: Uint8Array,
    info: Uint8Array,
    length: number,
  ): Uint8Array | Promise<Uint8Array>;
  /** Key of `length` bytes by PBKDF2. */
  pbkdf2(
    algorithm: DigestAlgorithm,
    password: Uint8Array,
    salt: Uint8Array,
    iterations: number,
    length: number,
  ): Uint8Array | Promise<Uint8Array>;
}
