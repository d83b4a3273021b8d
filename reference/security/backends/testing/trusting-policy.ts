import type { SignaturePolicy } from "../../../contracts/security.js";
import {
  createSignaturePolicy,
  emptyTrustStore,
  InstalledTrustStore,
  trustKeyOf,
  withTrustKey,
  writeTrustStore,
} from "../../index.js";
import { createNodeSignatureBackend, nodeSha256 } from "../node.js";

/** A moment at which every key without bounds is valid. */
const CLOCK = { unixNanoseconds: () => 1_700_000_000_000_000_000n, monotonicNanoseconds: () => 0n };

/**
 * The policy of a host that trusts one key and nobody else.
 *
 * @param publicKey its SPKI
 * @param enforce whether an artifact has to be signed
 */
export function trustingPolicy(publicKey: Uint8Array, enforce = true): SignaturePolicy {
  const key = trustKeyOf(publicKey, nodeSha256);
  if (key === undefined) throw new Error("the key is supported");
  const document = writeTrustStore(withTrustKey(emptyTrustStore(0), key, 0), nodeSha256);
  const trustStore = new InstalledTrustStore(document, { sha256: nodeSha256, clock: CLOCK });
  return createSignaturePolicy({ trustStore, backend: createNodeSignatureBackend(), enforce });
}
