import { deepStrictEqual } from "node:assert";
import { constants, createPublicKey, type KeyObject, verify } from "node:crypto";
import { SignatureAlgorithm } from "../../../generated/enums/signature-algorithm.js";
import type { SignatureBackend } from "../../../reference/contracts/security.js";
import { createNobleSignatureBackend } from "../../../reference/security/backends/noble/index.js";
import {
  createNodeSignatureBackend,
  type GeneratedKeyPair,
  generateKeyPair,
  nodeSha256,
} from "../../../reference/security/backends/node.js";
import { createWebSignatureBackend } from "../../../reference/security/backends/web/index.js";
import { createSignaturePolicy } from "../../../reference/security/index.js";
import { installedTrustStore } from "../bench-loader.js";
import type { Contestant, Race, Suite } from "../race.js";

/** About what the manifest of a small program and its index come to. */
const MESSAGE = new Uint8Array(2048).map((_, i) => (i * 7) & 255);

const KEYS: readonly (readonly [name: string, algorithm: SignatureAlgorithm, bits?: number])[] = [
  ["ed25519", SignatureAlgorithm.Ed25519],
  ["ecdsa-p256", SignatureAlgorithm.EcdsaP256],
  ["rsa-pss-sha256, 2048 bits", SignatureAlgorithm.RsaPssSha256, 2048],
  ["rsa-pss-sha256, 3072 bits", SignatureAlgorithm.RsaPssSha256, 3072],
];

/** Least ratio beside node:crypto with an imported key: at most 10 % slower. */
const WITHIN_TEN_PERCENT = 0.91;

/** One verification with everything around it: the rules that hosts disagree on, the cached key, the decision table. */
export const signaturesSuite: Suite = {
  name: "signatures",
  about: "verification against node:crypto with an imported key, WebCrypto and noble",
  races: async () => (await Promise.all(KEYS.map(([name, algorithm, bits]) => racesOf(name, algorithm, bits)))).flat(),
};

async function racesOf(name: string, algorithm: SignatureAlgorithm, bits?: number): Promise<Race[]> {
  const pair = generateKeyPair(algorithm, bits);
  const signature = await pair.signer.sign(MESSAGE);
  const wrong = signature.slice();
  wrong[5] = (wrong[5] as number) ^ 1;
  const bare = bareVerifier(algorithm, pair);
  const node = createNodeSignatureBackend();
  const verifier = (backend: SignatureBackend, value: Uint8Array) => () =>
    backend.verify(algorithm, pair.publicKey, MESSAGE, value);
  const others: [string, SignatureBackend][] = [
    ["fayger on WebCrypto", await createWebSignatureBackend()],
    ["fayger on noble", createNobleSignatureBackend()],
  ];
  const peers: Contestant[] = [
    { name: "node:crypto", run: () => bare(signature) },
    ...others.map(([other, backend]) => ({ name: other, run: verifier(backend, signature) })),
  ];
  const goals = { "node:crypto": WITHIN_TEN_PERCENT };
  const decide = decision(algorithm, pair, signature);
  return [
    {
      name: `verify ${name}`,
      ours: { name: "fayger", run: verifier(node, signature) },
      peers,
      goals,
      check: async () => {
        for (const [other, backend] of [["fayger", node] as const, ...others]) {
          deepStrictEqual(await verifier(backend, signature)(), true, other);
          deepStrictEqual(await verifier(backend, wrong)(), false, other);
        }
        deepStrictEqual([bare(signature), bare(wrong)], [true, false]);
      },
    },
    {
      name: `decide ${name}`,
      ours: { name: "fayger", run: decide },
      peers: [peers[0] as Contestant],
      check: async () => deepStrictEqual(await decide(), { accepted: true, trust: "verified", label: "bench" }),
    },
  ];
}

function bareVerifier(algorithm: SignatureAlgorithm, pair: GeneratedKeyPair): (signature: Uint8Array) => boolean {
  const key: KeyObject = createPublicKey({ key: Buffer.from(pair.publicKey), format: "der", type: "spki" });
  switch (algorithm) {
    case SignatureAlgorithm.Ed25519:
      return (signature) => verify(null, MESSAGE, key, signature);
    case SignatureAlgorithm.EcdsaP256:
      return (signature) => verify("sha256", MESSAGE, { key, dsaEncoding: "ieee-p1363" }, signature);
    case SignatureAlgorithm.RsaPssSha256: {
      const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
      return (signature) => verify("sha256", MESSAGE, options, signature);
    }
  }
}

/** The whole decision table, as a load asks it. */
function decision(algorithm: SignatureAlgorithm, pair: GeneratedKeyPair, value: Uint8Array): () => unknown {
  const policy = createSignaturePolicy({
    trustStore: installedTrustStore([pair]),
    backend: createNodeSignatureBackend(),
  });
  const signature = { algorithm, keyId: nodeSha256.digest(pair.publicKey), value };
  return () => policy.decide({ signature, signedBytes: () => MESSAGE, artifactName: "acme/field-survey/map-viewer" });
}
