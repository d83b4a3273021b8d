// Contents page of the backend over node:crypto.

export type { KeyFileOptions, KeyProblem, KeyReading } from "./key-files/finding.js";
export { readPublicKey, readSigner } from "./key-files/key-file.js";
export { nodeCrc32 } from "./node-crc32.js";
export { createSigner, type GeneratedKeyPair, generateKeyPair } from "./node-keys.js";
export { nodeSha256 } from "./node-sha256.js";
export { createNodeSignatureBackend } from "./node-signatures.js";
