import type { LoadProfile } from "../../generated/json/load-profile.js";
import { nodeClock } from "../../reference/adapter/platforms/node-clock.js";
import { createLoader, type Loader } from "../../reference/loader/index.js";
import { createEventBus, type ObservableEventBus } from "../../reference/observability/index.js";
import {
  createNodeSignatureBackend,
  type GeneratedKeyPair,
  nodeCrc32,
  nodeSha256,
} from "../../reference/security/backends/node.js";
import {
  createSignaturePolicy,
  emptyTrustStore,
  InstalledTrustStore,
  trustKeyOf,
  withTrustKey,
  writeTrustStore,
} from "../../reference/security/index.js";

/** A server without bounds. */
export const PROFILE: LoadProfile = { terminal: "server", capabilities: [], features: [] };

/** A loader as a composition root makes it, and its events. */
export interface BenchLoader {
  readonly loader: Loader;
  readonly events: ObservableEventBus;
}

/** A loader that trusts one key and nobody else; without one it takes unsigned artifacts. */
export function benchLoader(trusted?: GeneratedKeyPair, options: { readonly cacheBytes?: number } = {}): BenchLoader {
  const events = createEventBus({ clock: nodeClock });
  const trustStore = installedTrustStore(trusted === undefined ? [] : [trusted]);
  const backend = createNodeSignatureBackend();
  const signaturePolicy = createSignaturePolicy({ trustStore, backend, enforce: trusted !== undefined });
  const services = { sha256: nodeSha256, crc32: nodeCrc32, signaturePolicy, events, clock: nodeClock };
  return { loader: createLoader(services, options), events };
}

/** A trust store with these keys. */
export function installedTrustStore(trusted: readonly GeneratedKeyPair[]): InstalledTrustStore {
  let store = emptyTrustStore(1);
  for (const { publicKey } of trusted) {
    const key = trustKeyOf(publicKey, nodeSha256, { label: "bench" });
    if (key !== undefined) store = withTrustKey(store, key, 1);
  }
  return new InstalledTrustStore(writeTrustStore(store, nodeSha256), { sha256: nodeSha256, clock: nodeClock });
}
