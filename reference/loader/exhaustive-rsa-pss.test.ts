import { createNodeSignatureBackend, generateKeyPair, nodeSha256 } from "../security/backends/node.js";
import {
  createSignaturePolicy,
  emptyTrustStore,
  InstalledTrustStore,
  trustKeyOf,
  withTrustKey,
  writeTrustStore,
} from "../security/index.js";
import { createBench } from "./testing/exhaustive.js";
import { refusesEveryDamage } from "./testing/exhaustive-suite.js";
import { countingClock } from "./testing/recorded-services.js";

// Damage with repaired checks: exhaustive-repaired.test.ts.
// @spec format.trailer.total-length
refusesEveryDamage(
  "signed with rsa-pss-sha256",
  async () => {
    const { signer, publicKey } = generateKeyPair("rsa-pss-sha256", 2048);
    const key = trustKeyOf(publicKey, nodeSha256);
    if (key === undefined) throw new Error("the key is supported");
    const document = writeTrustStore(withTrustKey(emptyTrustStore(0), key, 0), nodeSha256);
    const trustStore = new InstalledTrustStore(document, { sha256: nodeSha256, clock: countingClock() });
    const policy = createSignaturePolicy({ trustStore, backend: createNodeSignatureBackend() });
    return createBench(nodeSha256, { signer, policy });
  },
  { insertions: false },
);
