import type { TrustKey } from "../../generated/codecs/trust-key.js";
import type { TrustStore } from "../../generated/codecs/trust-store.js";
import type { Sha256 } from "../contracts/security.js";
import { compareBytes, equalBytes } from "./bytes.js";
import { parsePublicKey } from "./spki.js";

/** What a new key may be limited to. Times are Unix seconds. @spec trust-store.key */
export type TrustKeyLimits = Pick<TrustKey, "label" | "notBefore" | "notAfter" | "scope">;

/** A trust store without keys. @param issuedAt Unix seconds */
export function emptyTrustStore(issuedAt: number): TrustStore {
  return { version: 1, issuedAt, keys: [] };
}

/**
 * The record of a public key.
 *
 * @param publicKey DER SubjectPublicKeyInfo
 * @returns `undefined` where the bytes are not the one encoding of a supported key
 * @spec signatures.key-id
 */
export function trustKeyOf(publicKey: Uint8Array, sha256: Sha256, limits: TrustKeyLimits = {}): TrustKey | undefined {
  const parsed = parsePublicKey(publicKey);
  if (parsed === undefined) return undefined;
  return { ...limits, keyId: sha256.digest(publicKey), algorithm: parsed.algorithm, publicKey };
}

/**
 * The next version, with `key` added or put in the place of the record it already has. Other keys stay as they are, so
 * that a successor can be added while the key it replaces is still believed.
 *
 * @param issuedAt Unix seconds
 * @spec trust-store.rotation
 */
export function withTrustKey(store: TrustStore, key: TrustKey, issuedAt: number): TrustStore {
  const others = store.keys.filter((other) => !equalBytes(other.keyId, key.keyId));
  return nextVersion(store, [...others, key], issuedAt);
}

/** The next version without a key; `undefined` where the store does not have it. @param issuedAt Unix seconds */
export function withoutTrustKey(store: TrustStore, keyId: Uint8Array, issuedAt: number): TrustStore | undefined {
  const others = store.keys.filter((other) => !equalBytes(other.keyId, keyId));
  return others.length === store.keys.length ? undefined : nextVersion(store, others, issuedAt);
}

/**
 * The next version with a key revoked; `undefined` where the store does not have it. A key that is revoked already
 * keeps the earlier time: an update never shortens a revocation.
 *
 * @param revokedAt Unix seconds
 * @param issuedAt Unix seconds
 * @spec trust-store.revocation
 */
export function withRevokedKey(
  store: TrustStore,
  keyId: Uint8Array,
  revokedAt: number,
  issuedAt: number,
): TrustStore | undefined {
  const key = store.keys.find((other) => equalBytes(other.keyId, keyId));
  if (key === undefined) return undefined;
  return withTrustKey(store, { ...key, revokedAt: Math.min(revokedAt, key.revokedAt ?? revokedAt) }, issuedAt);
}

function nextVersion(store: TrustStore, keys: readonly TrustKey[], issuedAt: number): TrustStore {
  const sorted = [...keys].sort((a, b) => compareBytes(a.keyId, b.keyId));
  return { version: store.version + 1, issuedAt: Math.max(issuedAt, store.issuedAt), keys: sorted };
}
