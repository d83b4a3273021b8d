// Contents page of the security layer: who is believed, and by which rule.

export { isEd25519Point } from "./ed25519-point.js";
export { isEd25519Admissible } from "./ed25519-rule.js";
export { toLowS } from "./low-s.js";
export { isOnP256, isP256Admissible } from "./p256-rule.js";
export { isInScope, matchesGlob } from "./scope.js";
// Rules that backends and tools share.
export { combineSignatureBackends, createSignatureBackend, type SignatureArithmetic } from "./signature-backend.js";
// The decision table.
export { createSignaturePolicy, type SignaturePolicyOptions } from "./signature-policy.js";
export { isSignatureAdmissible } from "./signature-rule.js";
export { ed25519PublicKey, type ParsedPublicKey, p256PublicKey, parsePublicKey, rsaPublicKey } from "./spki.js";
// The keys a host believes.
export { type TrustKeyState, trustKeyRefusal, trustKeyState } from "./trust-key-state.js";
export { changeBetween, InstalledTrustStore, type TrustStoreChange, type TrustStoreServices } from "./trust-store.js";
export { readTrustStore, writeTrustStore } from "./trust-store-document.js";
export {
  emptyTrustStore,
  type TrustKeyLimits,
  trustKeyOf,
  withoutTrustKey,
  withRevokedKey,
  withTrustKey,
} from "./trust-store-edit.js";
