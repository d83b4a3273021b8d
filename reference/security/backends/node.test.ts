import { execFile } from "node:child_process";
import { createHash, createPublicKey, createSign, generateKeyPairSync } from "node:crypto";
import { promisify } from "node:util";
import { hashes, verify as nobleVerify, signAsync, utils } from "@noble/ed25519";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "../../../generated/enums/signature-algorithm.js";
import { bigEndian } from "../bytes.js";
import { isEd25519Point } from "../ed25519-point.js";
import { toLowS } from "../low-s.js";
import { isP256Admissible } from "../p256-rule.js";
import { ed25519PublicKey, parsePublicKey, rsaPublicKey } from "../spki.js";
import { createNodeSignatureBackend, generateKeyPair, nodeSha256 } from "./node.js";

hashes.sha512 = sha512;

const bytes = (maximum: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength: maximum });
const pairs = new Map(SIGNATURE_ALGORITHMS.map((algorithm) => [algorithm, generateKeyPair(algorithm, 2048)]));
const pairOf = (algorithm: SignatureAlgorithm) => pairs.get(algorithm) ?? generateKeyPair(algorithm, 2048);

describe("nodeSha256", () => {
  // @spec format.digest.algorithm
  test("agrees with a second implementation, whole and in pieces", () => {
    fc.assert(
      fc.property(fc.array(bytes(300), { maxLength: 5 }), (pieces) => {
        const whole = Uint8Array.from(pieces.flatMap((piece) => [...piece]));
        const digest = nodeSha256.incremental();
        for (const piece of pieces) digest.update(piece);
        const expected = sha256(whole);
        expect(nodeSha256.digest(whole)).toEqual(expected);
        expect(digest.digest()).toEqual(expected);
      }),
    );
  });

  // node:crypto itself refuses more than 2^31-1 bytes in one call.
  test("takes bodies of more than 2 GiB in one piece", { timeout: 120_000 }, () => {
    // As `head -c 2147483648 /dev/zero | sha256sum` says.
    const expected = "a7c744c13cc101ed66c29f672f92455547889cc586ce6d44fe76ae824958ea51";
    expect(Buffer.from(nodeSha256.digest(new Uint8Array(2 ** 31))).toString("hex")).toBe(expected);
  });

  test("gives plain byte arrays for short and for long input", () => {
    for (const length of [0, 65_536, 65_537, 1_000_000]) {
      const digest = nodeSha256.digest(new Uint8Array(length));
      expect(Object.getPrototypeOf(digest)).toBe(Uint8Array.prototype);
      expect(digest).toEqual(sha256(new Uint8Array(length)));
    }
  });

  test("digests of separate calls do not share memory", () => {
    const first = nodeSha256.digest(Uint8Array.of(1));
    const copy = first.slice();
    nodeSha256.digest(Uint8Array.of(2));
    expect(first).toEqual(copy);
  });
});

describe("createNodeSignatureBackend", () => {
  const backend = createNodeSignatureBackend();

  for (const algorithm of SIGNATURE_ALGORITHMS) {
    const { signer, publicKey } = pairOf(algorithm);

    // @spec signatures.algorithms, signatures.signing
    test(`${algorithm}: what is signed verifies, and nothing that differs by one bit`, async () => {
      await fc.assert(
        fc.asyncProperty(bytes(100), fc.nat(), fc.nat(), async (message, bit, messageBit) => {
          const signature = await signer.sign(message);
          expect(signature.length).toBe(signer.signatureBytes);
          expect(await backend.verify(algorithm, publicKey, message, signature)).toBe(true);
          expect(await backend.verify(algorithm, publicKey, message, flipped(signature, bit))).toBe(false);
          expect(await backend.verify(algorithm, publicKey, Uint8Array.of(...message, 0), signature)).toBe(false);
          if (message.length > 0) {
            expect(await backend.verify(algorithm, publicKey, flipped(message, messageBit), signature)).toBe(false);
          }
        }),
        { numRuns: 20 },
      );
    });

    test(`${algorithm}: wrong lengths, wrong algorithms and wrong keys are false, never an exception`, async () => {
      const message = Uint8Array.of(1, 2, 3);
      const signature = await signer.sign(message);
      for (const wrong of [
        new Uint8Array(),
        signature.slice(1),
        Uint8Array.of(...signature, 0),
        new Uint8Array(signature.length),
      ]) {
        expect(await backend.verify(algorithm, publicKey, message, wrong)).toBe(false);
      }
      for (const other of SIGNATURE_ALGORITHMS) {
        if (other === algorithm) continue;
        expect(await backend.verify(other, publicKey, message, signature)).toBe(false);
        expect(await backend.verify(algorithm, pairOf(other).publicKey, message, signature)).toBe(false);
      }
      for (const key of [new Uint8Array(), publicKey.slice(1), Uint8Array.of(...publicKey, 0)]) {
        expect(await backend.verify(algorithm, key, message, signature)).toBe(false);
      }
    });
  }

  test.each(SIGNATURE_ALGORITHMS)(
    "%s: keys, messages and signatures may be Buffers of Node, which stay as they are",
    async (algorithm) => {
      const { signer, publicKey } = pairOf(algorithm);
      const message = Buffer.from("message");
      const signature = await signer.sign(message);
      // A backend of its own, to which the key is new. The Buffers are parts of longer ones, as those of Node often are.
      const given = [publicKey, signature].map((each) => Buffer.concat([Buffer.of(1), each, Buffer.of(2)]));
      const before = given.map((each) => each.toString("hex"));
      const [key, value] = given.map((each) => each.subarray(1, -1)) as [Buffer, Buffer];
      const fresh = createNodeSignatureBackend();
      expect(await fresh.verify(algorithm, key, message, value)).toBe(true);
      expect(await fresh.verify(algorithm, key, message, value)).toBe(true);
      expect(given.map((each) => each.toString("hex"))).toEqual(before);
      key.fill(0);
      expect(await fresh.verify(algorithm, publicKey, message, value)).toBe(true);
      expect(await fresh.verify(algorithm, key, message, value)).toBe(false);
    },
  );

  test("a point that is asked about stays as it is, also in a Buffer of Node", () => {
    for (let i = 0; i < 8; i += 1) {
      const point = Buffer.from(generateKeyPair("ed25519").publicKey.subarray(-32));
      const before = point.toString("hex");
      expect(isEd25519Point(point)).toBe(true);
      expect(point.toString("hex")).toBe(before);
    }
  });

  test("ed25519 agrees with a second implementation on its own signatures", async () => {
    for (let i = 0; i < 25; i += 1) {
      const secret = utils.randomSecretKey();
      const { publicKey } = await import("@noble/ed25519").then((ed) => ed.keygen(secret));
      const message = Uint8Array.from({ length: i }, (_, at) => at);
      const signature = await signAsync(message, secret);
      expect(nobleVerify(signature, message, publicKey)).toBe(true);
      expect(await backend.verify("ed25519", ed25519PublicKey(publicKey), message, signature)).toBe(true);
    }
  });

  test("a verdict does not depend on the bytes behind a cached key changing", async () => {
    const { signer, publicKey } = pairOf("ed25519");
    const message = Uint8Array.of(7);
    const signature = await signer.sign(message);
    const mutable = publicKey.slice();
    expect(await backend.verify("ed25519", mutable, message, signature)).toBe(true);
    mutable.fill(0);
    expect(await backend.verify("ed25519", mutable, message, signature)).toBe(false);
    expect(await backend.verify("ed25519", publicKey, message, signature)).toBe(true);
  });

  test("more keys than the cache holds still verify", async () => {
    for (let i = 0; i < 300; i += 1) {
      const { signer, publicKey } = generateKeyPair("ed25519");
      expect(
        await backend.verify("ed25519", publicKey, Uint8Array.of(i & 255), await signer.sign(Uint8Array.of(i & 255))),
      ).toBe(true);
    }
  });
});

// Node 20 is what holds its thread for ever, sooner or later, where keys are told of that it has just made: with less room
// for young objects, sooner.
test("making many keys ends", { timeout: 120_000 }, async () => {
  const module = new URL("../../../dist/reference/security/backends/node.js", import.meta.url);
  const script = `import { generateKeyPair } from ${JSON.stringify(module.href)};
    for (let i = 0; i < 1500; i += 1) for (const algorithm of ["ed25519", "ecdsa-p256"]) generateKeyPair(algorithm);`;
  const { execPath } = process;
  const made = promisify(execFile)(execPath, ["--max-semi-space-size=1", "--input-type=module", "--eval", script], {
    timeout: 100_000,
  });
  await expect(made).resolves.toEqual({ stdout: "", stderr: "" });
});

describe("ecdsa-p256", () => {
  // @spec signatures.ecdsa-p256, signatures.signing
  test("signers never make the high twin of a signature, and verification refuses it", async () => {
    const { signer, publicKey } = pairOf("ecdsa-p256");
    const backend = createNodeSignatureBackend();
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    for (let i = 0; i < 40; i += 1) {
      const low = await signer.sign(Uint8Array.of(i));
      const s = bigEndian(low.subarray(32));
      expect(s <= order / 2n).toBe(true);
      const high = low.slice();
      high.set(Buffer.from((order - s).toString(16).padStart(64, "0"), "hex"), 32);
      expect(isP256Admissible(high)).toBe(false);
      expect(await backend.verify("ecdsa-p256", publicKey, Uint8Array.of(i), high)).toBe(false);
      expect(toLowS(high)).toEqual(low);
    }
  });
});

// @spec errors.api-misuse
test("a modulus outside the three lengths is a fault of the caller, told before a key of it is made", () => {
  // The last two are lengths that Node has words of its own for.
  for (const bits of [1024, 2047, 8192, 2 ** 31, Number.NaN])
    expect(() => generateKeyPair("rsa-pss-sha256", bits)).toThrow("no supported key has a modulus of");
  expect(() => generateKeyPair("dsa" as never)).toThrow("there is no algorithm dsa for keys");
});

// @spec errors.api-misuse
test("a signature in DER is no r and s, and is not made into something that is neither", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const der = createSign("sha256").update("message").sign(privateKey);
  expect(() => toLowS(der)).toThrow(TypeError);
  expect(() => toLowS(new Uint8Array(63))).toThrow(TypeError);
});

describe("parsePublicKey", () => {
  // @spec signatures.spki.ed25519, signatures.spki.ecdsa-p256, signatures.spki.rsa
  test("takes the keys node:crypto exports and rebuilds the same bytes", () => {
    for (const algorithm of SIGNATURE_ALGORITHMS) {
      const { publicKey } = pairOf(algorithm);
      const parsed = parsePublicKey(publicKey);
      expect(parsed?.algorithm).toBe(algorithm);
      if (algorithm === "rsa-pss-sha256" && parsed !== undefined) expect(rsaPublicKey(parsed.key)).toEqual(publicKey);
    }
  });

  test("RSA of 3072 and 4096 bits is taken, with its length of signature", () => {
    for (const bits of [3072, 4096]) {
      // Any odd number of the length: finding one that somebody can sign with takes seconds.
      const n = Buffer.alloc(bits / 8, 0xa5).toString("base64url");
      const publicKey = createPublicKey({ key: { kty: "RSA", n, e: "AQAB" }, format: "jwk" });
      const der = new Uint8Array(publicKey.export({ type: "spki", format: "der" }));
      expect(parsePublicKey(der)?.signatureBytes).toBe(bits / 8);
    }
  });

  test("any single bit outside the key's own bytes makes it unreadable, and every truncation", () => {
    for (const algorithm of SIGNATURE_ALGORITHMS) {
      const { publicKey } = pairOf(algorithm);
      const key = parsePublicKey(publicKey)?.key ?? new Uint8Array();
      const keyAt = key.byteOffset - publicKey.byteOffset;
      for (let bit = 0; bit < publicKey.length * 8; bit += 1) {
        const isFrame = bit >> 3 < keyAt || bit >> 3 >= keyAt + key.length;
        // A flipped coordinate is off the curve; any 32 bytes are an Ed25519 key; a modulus has its first bit set, which
        // gives its length, and its last, because it is odd.
        const lastByte = keyAt + key.length - 1;
        const isFixedBit = algorithm === "rsa-pss-sha256" && (bit === keyAt * 8 + 7 || bit === lastByte * 8);
        const isRefused = parsePublicKey(flipped(publicKey, bit)) === undefined;
        expect({ bit, isRefused }).toEqual({ bit, isRefused: isFrame || isFixedBit || algorithm === "ecdsa-p256" });
      }
      for (let length = 0; length < publicKey.length; length += 1)
        expect(parsePublicKey(publicKey.slice(0, length))).toBeUndefined();
    }
  });

  // @spec signatures.key-id
  test("key ids are the plain digest of the bytes", () => {
    const { publicKey } = pairOf("ed25519");
    expect(Buffer.from(nodeSha256.digest(publicKey)).toString("hex")).toBe(
      createHash("sha256").update(publicKey).digest("hex"),
    );
  });
});

function flipped(whole: Uint8Array, bit: number): Uint8Array {
  const copy = whole.slice();
  const at = (bit >> 3) % copy.length;
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
