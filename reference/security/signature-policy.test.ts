import { describe, expect, test } from "vitest";
import type { TrustKey } from "../../generated/codecs/trust-key.js";
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "../../generated/enums/signature-algorithm.js";
import { SIGNATURE_REASONS } from "../../generated/enums/signature-reason.js";
import type { Clock } from "../contracts/event-bus.js";
import type { SignatureBackend, SignatureRequest, SignatureVerdict } from "../contracts/security.js";
import { createNodeSignatureBackend, generateKeyPair, nodeSha256 } from "./backends/node.js";
import { createSignaturePolicy, InstalledTrustStore, trustKeyOf, writeTrustStore } from "./index.js";

const NOW = 1_000;
const NAME = "acme/tools/cli";
const message = Uint8Array.of(1, 2, 3);
const nodeBackend = createNodeSignatureBackend();

/** One trusted key of an algorithm, a stranger's, and what the trusted one signed. */
interface Signer {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly stranger: Uint8Array;
  readonly value: Uint8Array;
}

const signers = new Map<SignatureAlgorithm, Signer>();
for (const algorithm of SIGNATURE_ALGORITHMS) {
  const { publicKey, signer } = generateKeyPair(algorithm, 2048);
  const stranger = generateKeyPair(algorithm, 2048).publicKey;
  signers.set(algorithm, { algorithm, publicKey, stranger, value: await signer.sign(message) });
}
const signerOf = (algorithm: SignatureAlgorithm): Signer => signers.get(algorithm) as Signer;
const pair = signerOf("ed25519");

function clockAt(seconds: number): Clock {
  return { unixNanoseconds: () => BigInt(seconds) * 1_000_000_000n, monotonicNanoseconds: () => 0n };
}

function keyOf(publicKey: Uint8Array): TrustKey {
  const key = trustKeyOf(publicKey, nodeSha256);
  if (key === undefined) throw new Error("the key is supported");
  return key;
}

function storeOf(version: number, keys: readonly TrustKey[]): Uint8Array {
  return writeTrustStore({ version, issuedAt: 0, keys }, nodeSha256);
}

function requestBy({ algorithm, publicKey, value }: Signer): SignatureRequest {
  return {
    signedBytes: () => message,
    signature: { algorithm, keyId: nodeSha256.digest(publicKey), value },
    artifactName: NAME,
  };
}

/** What can be so or otherwise about one signature: one member for each row of the table. */
interface Situation {
  readonly isSigned: boolean;
  readonly isAlgorithmKnown: boolean;
  readonly isKeyKnown: boolean;
  readonly isAlgorithmOfKey: boolean;
  readonly isRevoked: boolean;
  readonly isInTime: boolean;
  readonly isInScope: boolean;
  readonly isRight: boolean;
  readonly enforce: boolean;
  readonly hasName: boolean;
}

const MEMBERS = [
  "isSigned",
  "isAlgorithmKnown",
  "isKeyKnown",
  "isAlgorithmOfKey",
  "isRevoked",
  "isInTime",
  "isInScope",
  "isRight",
  "enforce",
  "hasName",
] as const;

function situations(): Situation[] {
  return Array.from(
    { length: 2 ** MEMBERS.length },
    (_, bits) =>
      Object.fromEntries(MEMBERS.map((member, at) => [member, (bits & (1 << at)) !== 0])) as unknown as Situation,
  );
}

/** The table of the specification, row by row. */
function byTable(s: Situation): string {
  if (!s.isSigned) return s.enforce ? "MissingSignature" : "unsigned";
  if (!s.isAlgorithmKnown) return "UnsupportedAlgorithm";
  if (!s.isKeyKnown) return s.enforce ? "UntrustedKey" : "unverified";
  if (!s.isAlgorithmOfKey) return "AlgorithmMismatch";
  if (s.isRevoked) return "RevokedKey";
  if (!s.isInTime) return "KeyNotValid";
  if (s.hasName && !s.isInScope) return "KeyOutOfScope";
  return s.isRight ? "verified" : "InvalidSignature";
}

function policyFor(
  s: Pick<Situation, "isRevoked" | "isInTime" | "isInScope" | "enforce">,
  signer: Signer = pair,
  backend: SignatureBackend = nodeBackend,
) {
  const key = {
    ...keyOf(signer.publicKey),
    label: "release",
    notBefore: s.isInTime ? NOW : NOW + 1,
    notAfter: NOW + 2,
    revokedAt: s.isRevoked ? NOW : NOW + 1,
    scope: [s.isInScope ? "acme/**" : "other/**"],
  };
  const trustStore = new InstalledTrustStore(storeOf(1, [key]), { sha256: nodeSha256, clock: clockAt(NOW) });
  return createSignaturePolicy({ trustStore, backend, enforce: s.enforce });
}

function requestFor(s: Situation, signer: Signer = pair): SignatureRequest {
  const value = s.isRight ? signer.value : new Uint8Array(signer.value.length);
  const other = SIGNATURE_ALGORITHMS.find((algorithm) => algorithm !== signer.algorithm) as SignatureAlgorithm;
  const algorithm = !s.isAlgorithmKnown ? "rot13" : s.isAlgorithmOfKey ? signer.algorithm : other;
  const keyId = nodeSha256.digest(s.isKeyKnown ? signer.publicKey : signer.stranger);
  return {
    signedBytes: () => message,
    signature: s.isSigned ? { algorithm, keyId, value } : undefined,
    artifactName: s.hasName ? NAME : undefined,
  };
}

function outcome(verdict: SignatureVerdict): string {
  return verdict.accepted ? verdict.trust : verdict.reason;
}

describe("createSignaturePolicy", () => {
  // @spec signatures.decision, signatures.trust-levels
  // @covers spec/tables/signature-reasons.yaml
  // @covers spec/tables/trust-levels.yaml
  test.each(SIGNATURE_ALGORITHMS)("decides all 1024 situations of %s as the table does", async (algorithm) => {
    const signer = signerOf(algorithm);
    const seen = new Set<string>();
    for (const situation of situations()) {
      const expected = byTable(situation);
      const verdict = await policyFor(situation, signer).decide(requestFor(situation, signer));
      expect({ ...situation, outcome: outcome(verdict) }).toEqual({ ...situation, outcome: expected });
      // The label tells whose key it was, from the first row that knows the key.
      const isKeyKnown = situation.isSigned && situation.isAlgorithmKnown && situation.isKeyKnown;
      expect(verdict.label).toBe(isKeyKnown ? "release" : undefined);
      seen.add(expected);
    }
    expect([...seen].sort()).toEqual([...SIGNATURE_REASONS, "unsigned", "unverified", "verified"].sort());
  });

  // @spec signatures.enforce-default, security.default-deny
  test("enforces unless it is told otherwise, and names the key's label", async () => {
    const trustStore = new InstalledTrustStore(storeOf(1, []), { sha256: nodeSha256, clock: clockAt(0) });
    const policy = createSignaturePolicy({ trustStore, backend: nodeBackend });
    expect(await policy.decide({ signedBytes: () => message, signature: undefined, artifactName: NAME })).toEqual({
      accepted: false,
      reason: "MissingSignature",
    });
    const good = {
      isSigned: true,
      isAlgorithmKnown: true,
      isKeyKnown: true,
      isAlgorithmOfKey: true,
      isRevoked: false,
      isInTime: true,
      isInScope: true,
      isRight: true,
      enforce: true,
      hasName: true,
    };
    expect(await policyFor(good).decide(requestFor(good))).toEqual({
      accepted: true,
      trust: "verified",
      label: "release",
    });
    const revoked = { ...good, isRevoked: true };
    expect(await policyFor(revoked).decide(requestFor(revoked))).toEqual({
      accepted: false,
      reason: "RevokedKey",
      label: "release",
    });
  });

  // @spec trust-store.validity, trust-store.revocation, trust-store.times, signatures.no-signing-time
  test("times are half-open: valid from the first second, not at the last, refused from the second of revocation", async () => {
    const bytes = storeOf(1, [{ ...keyOf(pair.publicKey), notBefore: 10, notAfter: 20, revokedAt: 18 }]);
    const verdicts: string[] = [];
    for (const second of [9, 10, 17, 18, 20]) {
      const trustStore = new InstalledTrustStore(bytes, { sha256: nodeSha256, clock: clockAt(second) });
      verdicts.push(outcome(await createSignaturePolicy({ trustStore, backend: nodeBackend }).decide(requestBy(pair))));
    }
    expect(verdicts).toEqual(["KeyNotValid", "verified", "verified", "RevokedKey", "RevokedKey"]);
  });

  test("an algorithm the backend does not compute is unsupported, and the signed bytes are not even built", async () => {
    const backend: SignatureBackend = { algorithms: ["ecdsa-p256"], verify: async () => true };
    const policy = policyFor({ isRevoked: false, isInTime: true, isInScope: true, enforce: true }, pair, backend);
    const signature = { algorithm: "ed25519", keyId: nodeSha256.digest(pair.publicKey), value: new Uint8Array(64) };
    const signedBytes = (): Uint8Array => {
      throw new Error("built");
    };
    expect(outcome(await policy.decide({ signedBytes, signature, artifactName: NAME }))).toBe("UnsupportedAlgorithm");
  });

  // @spec trust-store.clock, signatures.no-signing-time
  test("a clock set back does not bring an expired or revoked key to life", async () => {
    const store = (key: Partial<TrustKey>): Uint8Array =>
      writeTrustStore({ version: 1, issuedAt: 500, keys: [{ ...keyOf(pair.publicKey), ...key }] }, nodeSha256);
    const verdicts: string[] = [];
    for (const key of [{ notAfter: 500 }, { revokedAt: 500 }, { notAfter: 501 }, { notBefore: 500 }]) {
      const trustStore = new InstalledTrustStore(store(key), { sha256: nodeSha256, clock: clockAt(3) });
      verdicts.push(outcome(await createSignaturePolicy({ trustStore, backend: nodeBackend }).decide(requestBy(pair))));
    }
    expect(verdicts).toEqual(["KeyNotValid", "RevokedKey", "verified", "verified"]);
  });

  // @spec trust-store.update.consistent
  test("an update amid a verification neither changes nor mixes its verdict; the next one sees it", async () => {
    const trusted = keyOf(pair.publicKey);
    const trustStore = new InstalledTrustStore(storeOf(1, [{ ...trusted, label: "one" }]), {
      sha256: nodeSha256,
      clock: clockAt(NOW),
    });
    const updates = [
      storeOf(2, [{ ...trusted, label: "two", revokedAt: 1 }]),
      storeOf(3, []),
      storeOf(4, [{ ...trusted, label: "four", scope: ["other/**"] }]),
    ];
    const backend: SignatureBackend = {
      algorithms: SIGNATURE_ALGORITHMS,
      async verify(...parts) {
        const update = updates.shift();
        if (update !== undefined) trustStore.update(update);
        return nodeBackend.verify(...parts);
      },
    };
    const policy = createSignaturePolicy({ trustStore, backend });
    expect(await policy.decide(requestBy(pair))).toEqual({ accepted: true, trust: "verified", label: "one" });
    expect(await policy.decide(requestBy(pair))).toEqual({ accepted: false, reason: "RevokedKey", label: "two" });
    for (const update of updates.splice(0)) trustStore.update(update);
    expect(await policy.decide(requestBy(pair))).toEqual({ accepted: false, reason: "KeyOutOfScope", label: "four" });
  });

  // @spec trust-store.rotation
  test("while a key is rotated, its artifacts and those of its successor load; then only the successor's", async () => {
    const [old, successor] = [signerOf("ed25519"), signerOf("ecdsa-p256")];
    const limits = { label: "acme release", scope: ["acme/**"] };
    const keys = [
      { ...keyOf(old.publicKey), ...limits },
      { ...keyOf(successor.publicKey), ...limits },
    ] as const;
    const trustStore = new InstalledTrustStore(storeOf(1, [keys[0]]), { sha256: nodeSha256, clock: clockAt(NOW) });
    const policy = createSignaturePolicy({ trustStore, backend: nodeBackend });
    const both = async (): Promise<string[]> => [
      outcome(await policy.decide(requestBy(old))),
      outcome(await policy.decide(requestBy(successor))),
    ];
    expect(await both()).toEqual(["verified", "UntrustedKey"]);
    trustStore.update(storeOf(2, keys));
    expect(await both()).toEqual(["verified", "verified"]);
    trustStore.update(storeOf(3, [{ ...keys[0], notAfter: NOW }, keys[1]]));
    expect(await both()).toEqual(["KeyNotValid", "verified"]);
    trustStore.update(storeOf(4, [{ ...keys[0], notAfter: NOW, revokedAt: NOW }, keys[1]]));
    expect(await both()).toEqual(["RevokedKey", "verified"]);
  });
});
