/**
 * The category crypto, without a platform: checks of operands and the handlers.
 *
 * @module adapter/crypto
 */
export type {
  AgreementAlgorithm,
  DigestAlgorithm,
  KeyPairAlgorithm,
  SealingAlgorithm,
  SigningAlgorithm,
} from "./algorithms.js";
export { type CryptoServices, cryptoHandlers } from "./crypto-handlers.js";
export type { CryptoKeyPair, PlatformCrypto } from "./platform-crypto.js";
