import * as crypto from "../../../generated/instructions/crypto.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import type { InstructionHandler } from "../handler-adapter.js";
import { HostFailure } from "../host-failure.js";
import {
  agreementAlgorithm,
  DIGEST_BYTES,
  digestAlgorithm,
  keyPairAlgorithm,
  SEALING_KEY_BYTES,
  type SigningAlgorithm,
  sealingAlgorithm,
  signingAlgorithm,
} from "./algorithms.js";
import { checkPrivateKey, checkPublicKey } from "./key-forms.js";
import { inTurn } from "./long-work.js";
import type { PlatformCrypto } from "./platform-crypto.js";

/** What these handlers need of their host. */
export interface CryptoServices {
  /** The platform's cryptography. */
  readonly crypto: PlatformCrypto;
}

type CryptoHandler = InstructionHandler<CryptoServices>;

/** Bytes of the nonce and the tag of AES-GCM. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Largest key that is derived by PBKDF2, most digests by HKDF, most iterations of all digests, longest info. @spec instructions.crypto.bounds */
const MOST_DERIVED_BYTES = 8_160;
const MOST_DERIVED_DIGESTS = 255;
const MOST_ITERATIONS = 10_000_000;
const MOST_INFO_BYTES = 1_024;

/**
 * The instructions of the category crypto, on any platform: everything that needs no cryptography is checked here, so
 * that hosts agree on it.
 *
 * @spec instructions.crypto.algorithms, instructions.crypto.keys, instructions.crypto.bounds
 */
export const cryptoHandlers: readonly CryptoHandler[] = [
  {
    instruction: "crypto.digest",
    translate: (operands, _binding, { crypto: platform }) => {
      const { algorithm, data } = crypto.readCryptoDigestOperands(operands);
      const digest = digestAlgorithm(algorithm);
      return () => then(platform.digest(digest, data), crypto.cryptoDigestResults);
    },
  },
  {
    instruction: "crypto.hmac",
    translate: (operands, _binding, { crypto: platform }) => {
      const { algorithm, key, data } = crypto.readCryptoHmacOperands(operands);
      const digest = digestAlgorithm(algorithm);
      demand(key.length > 0);
      return () => then(platform.hmac(digest, key, data), crypto.cryptoHmacResults);
    },
  },
  {
    instruction: "crypto.hmac_verify",
    translate: (operands, _binding, { crypto: platform }) => {
      const { algorithm, key, data, tag } = crypto.readCryptoHmacVerifyOperands(operands);
      const digest = digestAlgorithm(algorithm);
      demand(key.length > 0);
      if (tag.length !== DIGEST_BYTES[digest]) return () => crypto.cryptoHmacVerifyResults(false);
      return () => then(platform.hmacVerify(digest, key, data, tag), crypto.cryptoHmacVerifyResults);
    },
  },
  {
    instruction: "crypto.key_pair_generate",
    translate: (operands, binding, { crypto: platform }) => {
      const algorithm = keyPairAlgorithm(crypto.readCryptoKeyPairGenerateOperands(operands).algorithm);
      return async (signal) => {
        const pair = await inTurn(binding, "generateKeyPair", signal, () => platform.generateKeyPair(algorithm));
        return crypto.cryptoKeyPairGenerateResults(pair.privateKey, pair.publicKey);
      };
    },
  },
  {
    instruction: "crypto.sign",
    translate: (operands, _binding, { crypto: platform }) => {
      const { algorithm, privateKey, data } = crypto.readCryptoSignOperands(operands);
      const signing = signingAlgorithm(algorithm);
      checkPrivateKey(signing, privateKey);
      return () => then(platform.sign(signing, privateKey, data), crypto.cryptoSignResults);
    },
  },
  {
    instruction: "crypto.verify",
    translate: (operands, _binding, { crypto: platform }) => {
      const { algorithm, publicKey, data, signature } = crypto.readCryptoVerifyOperands(operands);
      const signing = signingAlgorithm(algorithm);
      checkPublicKey(signing, publicKey);
      if (!hasSignatureLength(signing, publicKey, signature)) return () => crypto.cryptoVerifyResults(false);
      return () => then(platform.verify(signing, publicKey, data, signature), crypto.cryptoVerifyResults);
    },
  },
  {
    instruction: "crypto.agree",
    translate: (operands, _binding, { crypto: platform }) => {
      const { algorithm, privateKey, publicKey } = crypto.readCryptoAgreeOperands(operands);
      const agreement = agreementAlgorithm(algorithm);
      checkPrivateKey(agreement, privateKey);
      checkPublicKey(agreement, publicKey);
      return () => then(platform.agree(agreement, privateKey, publicKey), crypto.cryptoAgreeResults);
    },
  },
  {
    instruction: "crypto.seal",
    translate: (operands, _binding, { crypto: platform }) => {
      const { algorithm, key, nonce, additional, plain } = crypto.readCryptoSealOperands(operands);
      const sealing = sealingAlgorithm(algorithm);
      demand(key.length === SEALING_KEY_BYTES[sealing] && nonce.length === NONCE_BYTES);
      return () => then(platform.seal(sealing, key, nonce, additional, plain), crypto.cryptoSealResults);
    },
  },
  {
    instruction: "crypto.unseal",
    translate: (operands, _binding, { crypto: platform }) => {
      const { algorithm, key, nonce, additional, sealed } = crypto.readCryptoUnsealOperands(operands);
      const sealing = sealingAlgorithm(algorithm);
      demand(key.length === SEALING_KEY_BYTES[sealing] && nonce.length === NONCE_BYTES);
      if (sealed.length < TAG_BYTES) throw new HostFailure("not_authentic");
      return () => then(platform.unseal(sealing, key, nonce, additional, sealed), unsealed);
    },
  },
  {
    instruction: "crypto.hkdf",
    translate: (operands, _binding, { crypto: platform }) => {
      const { algorithm, secret, salt, info, length } = crypto.readCryptoHkdfOperands(operands);
      const digest = digestAlgorithm(algorithm);
      demand(length > 0);
      bound(length <= MOST_DERIVED_DIGESTS * DIGEST_BYTES[digest] && info.length <= MOST_INFO_BYTES);
      return () => then(platform.hkdf(digest, secret, salt, info, length), crypto.cryptoHkdfResults);
    },
  },
  {
    instruction: "crypto.pbkdf2",
    translate: (operands, binding, { crypto: platform }) => {
      const { algorithm, password, salt, iterations, length } = crypto.readCryptoPbkdf2Operands(operands);
      const digest = digestAlgorithm(algorithm);
      demand(length > 0 && iterations > 0);
      // Every digest of the key takes all iterations anew: a long key costs as much as many.
      const digests = Math.ceil(length / DIGEST_BYTES[digest]);
      bound(length <= MOST_DERIVED_BYTES && iterations * digests <= MOST_ITERATIONS);
      return async (signal) => {
        const derive = () => platform.pbkdf2(digest, password, salt, iterations, length);
        return crypto.cryptoPbkdf2Results(await inTurn(binding, "pbkdf2", signal, derive));
      };
    },
  },
];

/** @spec instructions.crypto.unseal: without a plain text there are no bytes that could be given. */
function unsealed(plain: Uint8Array | undefined): Tlv[] {
  if (plain === undefined) throw new HostFailure("not_authentic", "decrypt");
  return crypto.cryptoUnsealResults(plain);
}

/** Ed25519 and ECDSA over P-256 sign with 64 bytes, RSA with as many as the modulus has. */
function hasSignatureLength(algorithm: SigningAlgorithm, publicKey: Uint8Array, signature: Uint8Array): boolean {
  if (algorithm !== "rsa_pss_sha256") return signature.length === 64;
  // What stands around the modulus is shorter than what lies between two moduli.
  return signature.length === publicKey.length - (publicKey.length % 128);
}

function demand(isRight: boolean): void {
  if (!isRight) throw new HostFailure("invalid_argument");
}

function bound(isWithin: boolean): void {
  if (!isWithin) throw new HostFailure("too_large");
}

/** At once where the platform answers at once. */
function then<T>(value: T | Promise<T>, results: (value: T) => Tlv[]): Tlv[] | Promise<Tlv[]> {
  return value instanceof Promise ? value.then(results) : results(value);
}
