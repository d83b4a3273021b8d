// Contents page of the backend over WebCrypto.

export { createWebSha256 } from "./web-sha256.js";
export { createWebSignatureBackend } from "./web-signatures.js";
