import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IfactsCertificate } from "../../../generated/json/ifacts-certificate.js";
import type { Signer } from "../../../reference/contracts/security.js";
import {
  emptyTrustStore,
  nodeSha256,
  readSigner,
  trustKeyOf,
  withTrustKey,
  writeTrustStore,
} from "../../../reference/node.js";
import { certificateArtifact, readCertificate } from "./certificate-artifact.js";
import { signedDataArtifact } from "./data-artifact.js";

function signerOf(): Signer {
  const { privateKey } = generateKeyPairSync("ed25519");
  const reading = readSigner(new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" })));
  if (reading.key === undefined) throw new TypeError("no key");
  return reading.key;
}

function storeOf({ publicKey }: Signer, scope?: readonly string[]): Uint8Array {
  const key = trustKeyOf(publicKey, nodeSha256);
  if (key === undefined) throw new TypeError("no key");
  return writeTrustStore(
    withTrustKey(emptyTrustStore(0), { ...key, ...(scope !== undefined && { scope }) }, 0),
    nodeSha256,
  );
}

const signer = signerOf();
const certificate: IfactsCertificate = {
  certificate: 1,
  implementation: { name: "Ä small one", version: "1.0.0" },
  suite: { version: "1.0.0", specVersion: "1.0", digest: "ab".repeat(32) },
  stage: 2,
  level: 1,
  tests: [{ test: "codecs", result: "pass", missing: [], families: [{ family: "smoke", cases: 12 }] }],
  issued: "2026-06-01T12:00:00Z",
  runner: { name: "test", version: "0" },
};

// @spec ifacts.certificate.signed
describe("a certificate as an artifact", () => {
  test("is read by who trusts its key, and by nobody else", async () => {
    const bytes = await certificateArtifact(certificate, signer);
    expect(await readCertificate(bytes, storeOf(signer))).toEqual({
      certificate,
      keyId: nodeSha256.digest(signer.publicKey),
    });
    expect(await certificateArtifact(certificate, signer)).toEqual(bytes);
    expect(await readCertificate(bytes, storeOf(signer, ["fayger/*"]))).toMatchObject({ certificate });
    for (const store of [undefined, storeOf(signerOf()), storeOf(signer, ["acme/**"])])
      expect(await readCertificate(bytes, store)).toEqual({ problem: expect.stringMatching(/^SEC_|^LDR_/) });
  });

  test("is not read where any of it was changed", async () => {
    const bytes = await certificateArtifact(certificate, signer);
    const store = storeOf(signer);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect((await readCertificate(changed, store)).certificate).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  // @spec ifacts.certificate.name
  test.each([
    [
      "another artifact",
      "acme/tool",
      "ifacts/certificate",
      JSON.stringify(certificate),
      /^acme\/tool is no certificate/,
    ],
    ["no certificate in it", "fayger/ifacts-certificate", "other", "{}", /is no certificate/],
    ["no JSON in it", "fayger/ifacts-certificate", "ifacts/certificate", "{", /is no JSON$/],
    ["no UTF-8 in it", "fayger/ifacts-certificate", "ifacts/certificate", "\udcff", /is no JSON$/],
    ["another document in it", "fayger/ifacts-certificate", "ifacts/certificate", "[]", /: \$: /],
    [
      "a level that there is not",
      "fayger/ifacts-certificate",
      "ifacts/certificate",
      JSON.stringify({ ...certificate, level: 5 }),
      /\$\.level/,
    ],
  ])("is not taken from %s, whoever signed it", async (_what, name, path, text, problem) => {
    const bytes = text === "\udcff" ? Uint8Array.of(0xff) : new Uint8Array(Buffer.from(text));
    const made = await signedDataArtifact(
      { name, version: "1.0.0", annotations: { why: "test" }, files: [{ path, bytes }] },
      signer,
    );
    expect(await readCertificate(made, storeOf(signer))).toEqual({ problem: expect.stringMatching(problem) });
  });
});
