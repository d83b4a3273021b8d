import type { TrustKey } from "../../generated/codecs/trust-key.js";
import { SignatureReason } from "../../generated/enums/signature-reason.js";
import { isInScope } from "./scope.js";

/** What time makes of a key. */
export type TrustKeyState = "valid" | "not_yet_valid" | "expired" | "revoked";

/**
 * What time makes of a key: a revocation comes before everything else. Nothing tells when an artifact was signed, so
 * only the present counts.
 *
 * @param now Unix seconds
 * @spec trust-store.validity, trust-store.revocation, signatures.no-signing-time
 */
export function trustKeyState(key: TrustKey, now: number): TrustKeyState {
  if (key.revokedAt !== undefined && now >= key.revokedAt) return "revoked";
  if (key.notBefore !== undefined && now < key.notBefore) return "not_yet_valid";
  if (key.notAfter !== undefined && now >= key.notAfter) return "expired";
  return "valid";
}

/**
 * Rows 5 to 7 of the decision table: why an artifact is refused although its key is in the store.
 *
 * @param artifactName absent where the manifest's name cannot be read; the scope is then not asked
 * @param now Unix seconds
 * @returns `undefined` where the signature itself decides
 * @spec signatures.decision
 */
export function trustKeyRefusal(
  key: TrustKey,
  artifactName: string | undefined,
  now: number,
): SignatureReason | undefined {
  const state = trustKeyState(key, now);
  if (state === "revoked") return SignatureReason.RevokedKey;
  if (state !== "valid") return SignatureReason.KeyNotValid;
  if (artifactName !== undefined && !isInScope(artifactName, key.scope)) return SignatureReason.KeyOutOfScope;
  return undefined;
}
