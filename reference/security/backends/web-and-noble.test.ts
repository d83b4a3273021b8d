import { webcrypto } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SignatureBackend } from "../../contracts/security.js";
import { combineSignatureBackends } from "../index.js";
import { createNobleSignatureBackend, nobleSha256 } from "./noble/index.js";
import { generateKeyPair, nodeSha256 } from "./node.js";
import { createWebSha256, createWebSignatureBackend } from "./web/index.js";

const host = webcrypto as unknown as Crypto;

/** The host's WebCrypto with some methods of its own way. */
function subtleWith(changes: Partial<SubtleCrypto>): Pick<Crypto, "subtle"> {
  const { subtle } = host;
  const bound: Partial<SubtleCrypto> = {
    importKey: subtle.importKey.bind(subtle) as SubtleCrypto["importKey"],
    verify: subtle.verify.bind(subtle),
    digest: subtle.digest.bind(subtle),
  };
  return { subtle: { ...bound, ...changes } as SubtleCrypto };
}

/** A browser of some years ago. */
const withoutEd25519 = subtleWith({
  importKey: ((...parts: Parameters<SubtleCrypto["importKey"]>) => {
    if ((parts[2] as { name: string }).name === "Ed25519") {
      return Promise.reject(new DOMException("unknown algorithm", "NotSupportedError"));
    }
    return host.subtle.importKey(...parts);
  }) as SubtleCrypto["importKey"],
});

async function verdictsOf(backend: SignatureBackend): Promise<string[]> {
  const right: string[] = [];
  for (const algorithm of ["ed25519", "ecdsa-p256", "rsa-pss-sha256"] as const) {
    const { publicKey, signer } = generateKeyPair(algorithm, 2048);
    const message = Uint8Array.of(1, 2, 3);
    if (await backend.verify(algorithm, publicKey, message, await signer.sign(message))) right.push(algorithm);
  }
  return right;
}

// @spec signatures.backends-agree, signatures.backends-offer, signatures.ed25519
describe("createWebSignatureBackend", () => {
  test("offers what the host computes, Ed25519 only where it is there", async () => {
    const backend = await createWebSignatureBackend(withoutEd25519);
    expect(backend.algorithms).toEqual(["ecdsa-p256", "rsa-pss-sha256"]);
    expect(await verdictsOf(backend)).toEqual(["ecdsa-p256", "rsa-pss-sha256"]);
  });

  test("does not offer an Ed25519 that multiplies the cofactor in, or that accepts or refuses everything", async () => {
    const noble = createNobleSignatureBackend();
    for (const verify of [
      () => Promise.resolve(true),
      () => Promise.resolve(false),
      () => Promise.reject(new DOMException("broken", "OperationError")),
    ]) {
      const backend = await createWebSignatureBackend(subtleWith({ verify }));
      expect(backend.algorithms).toEqual(["ecdsa-p256", "rsa-pss-sha256"]);
      expect(combineSignatureBackends(backend, noble).algorithms).toContain("ed25519");
    }
  });

  test("a library fills the gap", async () => {
    const backend = combineSignatureBackends(
      await createWebSignatureBackend(withoutEd25519),
      createNobleSignatureBackend(),
    );
    expect([...backend.algorithms].sort()).toEqual(["ecdsa-p256", "ed25519", "rsa-pss-sha256"]);
    expect(await verdictsOf(backend)).toEqual(["ed25519", "ecdsa-p256", "rsa-pss-sha256"]);
  });

  test("outside a secure context there is no arithmetic, and nothing breaks", async () => {
    const page = {} as Crypto;
    const backend = await createWebSignatureBackend(page);
    expect(backend.algorithms).toEqual([]);
    expect(await verdictsOf(backend)).toEqual([]);
    expect(createWebSha256(nobleSha256, page)).toBe(nobleSha256);
  });
});

// @spec format.digest.algorithm
describe("nobleSha256 and createWebSha256", () => {
  test("agree with node:crypto, whole, in pieces and later", async () => {
    const web = createWebSha256(nobleSha256, host);
    const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(pieces, async (parts) => {
        const whole = Uint8Array.from(parts.flatMap((part) => [...part]));
        const expected = nodeSha256.digest(whole);
        for (const sha256 of [nobleSha256, web]) {
          expect(sha256.digest(whole)).toEqual(expected);
          const digest = sha256.incremental();
          for (const part of parts) digest.update(part);
          expect(digest.digest()).toEqual(expected);
        }
        expect(await web.digestLong?.(whole)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test("digests of a part of a larger array and of shared memory are those of its bytes", async () => {
    const web = createWebSha256(nobleSha256, host);
    const whole = Uint8Array.from({ length: 100 }, (_, i) => i);
    const shared = new Uint8Array(new SharedArrayBuffer(50));
    shared.set(whole.subarray(20, 70));
    const expected = nodeSha256.digest(whole.subarray(20, 70));
    for (const bytes of [whole.subarray(20, 70), shared]) {
      expect(await web.digestLong?.(bytes)).toEqual(expected);
      expect(web.digest(bytes)).toEqual(expected);
    }
  });
});
