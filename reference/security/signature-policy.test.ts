import { describe, expect, test } from "vitest";
import type { TrustKey } from "../../generated/codecs/trust-key.js";
import { SIGNATURE_REASONS } from "../../generated/enums/signature-reason.js";
import type { SignatureBackend, SignatureRequest, SignatureVerdict } from "../contracts/security.js";
import { createNodeSignatureBackend, generateKeyPair, nodeSha256 } from "./backends/node.js";
import { createSignaturePolicy, InstalledTrustStore, trustKeyOf, writeTrustStore } from "./index.js";

const NOW = 1_000;
const NAME = "acme/tools/cli";
const pair = generateKeyPair("ed25519");
const stranger = generateKeyPair("ed25519");
const message = Uint8Array.of(1, 2, 3);

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
  backend: SignatureBackend = createNodeSignatureBackend(),
) {
  const key = {
    ...(trustKeyOf(pair.publicKey, nodeSha256) as TrustKey),
    label: "release",
    notBefore: s.isInTime ? NOW : NOW + 1,
    notAfter: NOW + 2,
    revokedAt: s.isRevoked ? NOW : NOW + 1,
    scope: [s.isInScope ? "acme/**" : "other/**"],
  };
  const bytes = writeTrustStore({ version: 1, issuedAt: 0, keys: [key] }, nodeSha256);
  const clock = { unixNanoseconds: () => BigInt(NOW) * 1_000_000_000n, monotonicNanoseconds: () => 0n };
  const trustStore = new InstalledTrustStore(bytes, { sha256: nodeSha256, clock });
  return createSignaturePolicy({ trustStore, backend, enforce: s.enforce });
}

async function requestFor(s: Situation): Promise<SignatureRequest> {
  const value = s.isRight ? await pair.signer.sign(message) : new Uint8Array(64);
  const algorithm = !s.isAlgorithmKnown ? "rot13" : s.isAlgorithmOfKey ? "ed25519" : "ecdsa-p256";
  const keyId = nodeSha256.digest(s.isKeyKnown ? pair.publicKey : stranger.publicKey);
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
  test("decides all 1024 situations as the table does", async () => {
    const seen = new Set<string>();
    for (const situation of situations()) {
      const expected = byTable(situation);
      const verdict = await policyFor(situation).decide(await requestFor(situation));
      expect({ ...situation, outcome: outcome(verdict) }).toEqual({ ...situation, outcome: expected });
      seen.add(expected);
    }
    expect([...seen].sort()).toEqual([...SIGNATURE_REASONS, "unsigned", "unverified", "verified"].sort());
  });

  // @spec signatures.enforce-default, security.default-deny
  test("enforces unless it is told otherwise, and names the key's label", async () => {
    const bytes = writeTrustStore({ version: 1, issuedAt: 0, keys: [] }, nodeSha256);
    const clock = { unixNanoseconds: () => 0n, monotonicNanoseconds: () => 0n };
    const trustStore = new InstalledTrustStore(bytes, { sha256: nodeSha256, clock });
    const policy = createSignaturePolicy({ trustStore, backend: createNodeSignatureBackend() });
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
    expect(await policyFor(good).decide(await requestFor(good))).toEqual({
      accepted: true,
      trust: "verified",
      label: "release",
    });
    const revoked = { ...good, isRevoked: true };
    expect(await policyFor(revoked).decide(await requestFor(revoked))).toEqual({
      accepted: false,
      reason: "RevokedKey",
      label: "release",
    });
  });

  // @spec trust-store.validity, trust-store.revocation, trust-store.times, signatures.no-signing-time
  test("times are half-open: valid from the first second, not at the last, refused from the second of revocation", async () => {
    const request: SignatureRequest = {
      signedBytes: () => message,
      signature: {
        algorithm: "ed25519",
        keyId: nodeSha256.digest(pair.publicKey),
        value: await pair.signer.sign(message),
      },
      artifactName: NAME,
    };
    const key = trustKeyOf(pair.publicKey, nodeSha256) as TrustKey;
    const bytes = writeTrustStore(
      { version: 1, issuedAt: 0, keys: [{ ...key, notBefore: 10, notAfter: 20, revokedAt: 18 }] },
      nodeSha256,
    );
    const verdicts: string[] = [];
    for (const second of [9, 10, 17, 18, 20]) {
      const clock = { unixNanoseconds: () => BigInt(second) * 1_000_000_000n, monotonicNanoseconds: () => 0n };
      const trustStore = new InstalledTrustStore(bytes, { sha256: nodeSha256, clock });
      verdicts.push(
        outcome(await createSignaturePolicy({ trustStore, backend: createNodeSignatureBackend() }).decide(request)),
      );
    }
    expect(verdicts).toEqual(["KeyNotValid", "verified", "verified", "RevokedKey", "RevokedKey"]);
  });

  test("an algorithm the backend does not compute is unsupported, and the signed bytes are not even built", async () => {
    const backend: SignatureBackend = { algorithms: ["ecdsa-p256"], verify: async () => true };
    const policy = policyFor({ isRevoked: false, isInTime: true, isInScope: true, enforce: true }, backend);
    const signature = { algorithm: "ed25519", keyId: nodeSha256.digest(pair.publicKey), value: new Uint8Array(64) };
    const signedBytes = (): Uint8Array => {
      throw new Error("built");
    };
    expect(outcome(await policy.decide({ signedBytes, signature, artifactName: NAME }))).toBe("UnsupportedAlgorithm");
  });
});
