import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SIGNATURE_ALGORITHMS } from "../../generated/enums/signature-algorithm.js";
import { createNodeSignatureBackend, generateKeyPair } from "./backends/node.js";
import { combineSignatureBackends, createSignatureBackend, type SignatureArithmetic } from "./index.js";
import { KeyCache } from "./key-cache.js";

const keys = Array.from({ length: 6 }, () => generateKeyPair("ed25519").publicKey);
const message = Uint8Array.of(1, 2, 3);

describe("KeyCache", () => {
  test("keeps the keys used last, each imported once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(5), { maxLength: 40 }), (capacity, uses) => {
        let imports = 0;
        const cache = new KeyCache(capacity, () => ++imports);
        const model: number[] = [];
        for (const use of uses) {
          const before = imports;
          expect(cache.get(keys[use] as Uint8Array)?.bytes).toEqual(keys[use]);
          const isKept = model.includes(use);
          expect(imports - before).toBe(isKept ? 0 : 1);
          if (isKept) model.splice(model.indexOf(use), 1);
          model.push(use);
          if (model.length > capacity) model.shift();
          expect(cache.size).toBe(model.length);
        }
      }),
    );
  });

  test("keys with the same name do not stand for each other", () => {
    // Only some bytes of a long key make its name, so that two RSA keys can share one.
    const { publicKey } = generateKeyPair("rsa-pss-sha256", 2048);
    const other = publicKey.slice();
    other[101] = (other[101] as number) ^ 1;
    const cache = new KeyCache(4, (_parsed, bytes) => bytes);
    for (const key of [publicKey, other, publicKey, other]) expect(cache.get(key)?.key).toEqual(key);
  });

  test("bytes that change after the import are another key", () => {
    const cache = new KeyCache(4, () => ({}));
    const mutable = (keys[0] as Uint8Array).slice();
    const first = cache.get(mutable);
    mutable[20] = (mutable[20] as number) ^ 1;
    expect(cache.get(mutable)).not.toBe(first);
    expect(cache.get(keys[0] as Uint8Array)?.bytes).toEqual(keys[0]);
    mutable[0] = 0;
    expect(cache.get(mutable)).toBeUndefined();
  });

  test("forgets what it is told to, and nothing else", () => {
    const cache = new KeyCache(4, () => ({}));
    const [first, second] = [cache.get(keys[0] as Uint8Array), cache.get(keys[1] as Uint8Array)];
    if (first === undefined) throw new Error("the key is supported");
    cache.forget(first);
    cache.forget(first);
    expect(cache.get(keys[0] as Uint8Array)).not.toBe(first);
    expect(cache.get(keys[1] as Uint8Array)).toBe(second);
  });
});

// @spec signatures.backends-agree
describe("createSignatureBackend", () => {
  const yes: SignatureArithmetic<string> = {
    algorithms: SIGNATURE_ALGORITHMS,
    importKey: () => "key",
    verify: () => true,
  };
  const signed = async (): Promise<[Uint8Array, Uint8Array]> => {
    const { publicKey, signer } = generateKeyPair("ed25519");
    return [publicKey, await signer.sign(message)];
  };

  test("asks the host only what is admissible", async () => {
    const backend = createSignatureBackend(yes);
    const [publicKey, signature] = await signed();
    expect(await backend.verify("ed25519", publicKey, message, signature)).toBe(true);
    expect(await backend.verify("ed25519", publicKey, message, new Uint8Array(64))).toBe(false);
    expect(await backend.verify("ecdsa-p256", publicKey, message, signature)).toBe(false);
    expect(await backend.verify("ed25519", publicKey.slice(1), message, signature)).toBe(false);
  });

  test("an algorithm that is not offered verifies nothing", async () => {
    const [publicKey, signature] = await signed();
    const backend = createSignatureBackend({ ...yes, algorithms: ["ecdsa-p256"] });
    expect(await backend.verify("ed25519", publicKey, message, signature)).toBe(false);
  });

  test("whatever a host throws means no, and a failed import is tried again", async () => {
    const [publicKey, signature] = await signed();
    const fail = (): never => {
      throw new Error("no");
    };
    const later = (): Promise<never> => Promise.reject(new Error("no"));
    for (const broken of [{ importKey: fail }, { importKey: later }, { verify: fail }, { verify: later }]) {
      const backend = createSignatureBackend<string>({ ...yes, ...broken });
      expect(await backend.verify("ed25519", publicKey, message, signature)).toBe(false);
    }
    let attempts = 0;
    const backend = createSignatureBackend<string>({
      ...yes,
      importKey: () => (++attempts === 1 ? later() : Promise.resolve("key")),
    });
    expect(await backend.verify("ed25519", publicKey, message, signature)).toBe(false);
    expect(await backend.verify("ed25519", publicKey, message, signature)).toBe(true);
    expect(await backend.verify("ed25519", publicKey, message, signature)).toBe(true);
    expect(attempts).toBe(2);
  });

  test("an import that fails after nobody waits for it any more is not heard of", async () => {
    const { publicKey } = generateKeyPair("ecdsa-p256");
    const backend = createSignatureBackend<string>({ ...yes, importKey: () => Promise.reject(new Error("no")) });
    const unheard: unknown[] = [];
    const hear = (reason: unknown): void => void unheard.push(reason);
    process.on("unhandledRejection", hear);
    expect(await backend.verify("ed25519", publicKey, message, new Uint8Array(64))).toBe(false);
    // Rejections without a listener are announced between two turns of the loop.
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", hear);
    expect(unheard).toEqual([]);
  });

  test("bytes that change while a key is imported are judged as the host gets them", async () => {
    const [publicKey, signature] = await signed();
    let finish = (_key: string): void => {};
    const importing = new Promise<string>((resolve) => {
      finish = resolve;
    });
    const backend = createSignatureBackend<string>({ ...yes, importKey: () => importing });
    const verdict = backend.verify("ed25519", publicKey, message, signature);
    signature.fill(0);
    finish("key");
    expect(await verdict).toBe(false);
  });
});

// @spec signatures.backends-agree
describe("combineSignatureBackends", () => {
  test("lets the first backend that computes an algorithm compute it", async () => {
    const asked: string[] = [];
    const named = (name: string, ...algorithms: (typeof SIGNATURE_ALGORITHMS)[number][]) => ({
      algorithms,
      verify: async () => {
        asked.push(name);
        return true;
      },
    });
    const backend = combineSignatureBackends(
      named("first", "ecdsa-p256"),
      named("second", "ecdsa-p256", "ed25519"),
      named("third", "ed25519"),
    );
    expect(backend.algorithms).toEqual(["ecdsa-p256", "ed25519"]);
    const key = new Uint8Array();
    expect(await backend.verify("ecdsa-p256", key, key, key)).toBe(true);
    expect(await backend.verify("ed25519", key, key, key)).toBe(true);
    expect(await backend.verify("rsa-pss-sha256", key, key, key)).toBe(false);
    expect(asked).toEqual(["first", "second"]);
    expect(combineSignatureBackends().algorithms).toEqual([]);
  });

  test("adds nothing to a backend that is complete", async () => {
    const { publicKey, signer } = generateKeyPair("ed25519");
    const backend = combineSignatureBackends(createNodeSignatureBackend());
    expect([...backend.algorithms].sort()).toEqual([...SIGNATURE_ALGORITHMS].sort());
    expect(await backend.verify("ed25519", publicKey, message, await signer.sign(message))).toBe(true);
  });
});
