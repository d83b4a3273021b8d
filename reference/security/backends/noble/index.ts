/**
 * Digests and signatures of Fayger over the noble libraries, for hosts without arithmetic of their own.
 *
 * @module fayger/noble
 */

export { nobleSha256 } from "./noble-sha256.js";
export { createNobleSignatureBackend } from "./noble-signatures.js";
