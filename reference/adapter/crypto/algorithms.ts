import { CRYPTO_ALGORITHM_NUMBERS, type CryptoAlgorithm } from "../../../generated/enums/crypto-algorithm.js";
import { HostFailure } from "../host-failure.js";

/** Algorithms of `digest`, `hmac`, `hmac_verify`, `hkdf` and `pbkdf2`. */
export type DigestAlgorithm = Extract<CryptoAlgorithm, "sha_256" | "sha_384" | "sha_512">;
/** Algorithms of `sign` and `verify`. */
export type SigningAlgorithm = Extract<CryptoAlgorithm, "ed25519" | "ecdsa_p256" | "rsa_pss_sha256">;
/** Algorithms of `agree`. */
export type AgreementAlgorithm = Extract<CryptoAlgorithm, "x25519" | "ecdh_p256">;
/** Algorithms of `seal` and `unseal`. */
export type SealingAlgorithm = Extract<CryptoAlgorithm, "aes_128_gcm" | "aes_256_gcm">;
/** Algorithms of `key_pair_generate`. */
export type KeyPairAlgorithm = SigningAlgorithm | AgreementAlgorithm;

/** Bytes of a digest. */
export const DIGEST_BYTES: Readonly<Record<DigestAlgorithm, number>> = { sha_256: 32, sha_384: 48, sha_512: 64 };

/** Bytes of a key of `seal` and `unseal`. */
export const SEALING_KEY_BYTES: Readonly<Record<SealingAlgorithm, number>> = { aes_128_gcm: 16, aes_256_gcm: 32 };

const DIGESTS: readonly DigestAlgorithm[] = ["sha_256", "sha_384", "sha_512"];
const SIGNATURES: readonly SigningAlgorithm[] = ["ed25519", "ecdsa_p256", "rsa_pss_sha256"];
const AGREEMENTS: readonly AgreementAlgorithm[] = ["x25519", "ecdh_p256"];
const SEALS: readonly SealingAlgorithm[] = ["aes_128_gcm", "aes_256_gcm"];
const KEY_PAIRS: readonly KeyPairAlgorithm[] = [...SIGNATURES, ...AGREEMENTS];

/** The digest algorithm of a number. @throws HostFailure `invalid_argument` */
export const digestAlgorithm = (number: number): DigestAlgorithm => fitting(DIGESTS, number);
/** The signature algorithm of a number. @throws HostFailure `invalid_argument` */
export const signingAlgorithm = (number: number): SigningAlgorithm => fitting(SIGNATURES, number);
/** The key agreement of a number. @throws HostFailure `invalid_argument` */
export const agreementAlgorithm = (number: number): AgreementAlgorithm => fitting(AGREEMENTS, number);
/** The authenticated encryption of a number. @throws HostFailure `invalid_argument` */
export const sealingAlgorithm = (number: number): SealingAlgorithm => fitting(SEALS, number);
/** The algorithm of a key pair of a number. @throws HostFailure `invalid_argument` */
export const keyPairAlgorithm = (number: number): KeyPairAlgorithm => fitting(KEY_PAIRS, number);

/** @spec instructions.crypto.algorithms */
function fitting<Name extends CryptoAlgorithm>(names: readonly Name[], number: number): Name {
  const name = names.find((candidate) => CRYPTO_ALGORITHM_NUMBERS[candidate] === number);
  if (name === undefined) throw new HostFailure("invalid_argument");
  return name;
}
