// Contents page of the backend over node:crypto.

export {
  createSigner,
  type GeneratedKeyPair,
  generateKeyPair,
  type KeyProblem,
  type KeyReading,
  readPublicKey,
  readSigner,
} from "./node-keys.js";
export { nodeSha256 } from "./node-sha256.js";
export { createNodeSignatureBackend } from "./node-signatures.js";
