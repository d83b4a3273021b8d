import {
  constants,
  createPrivateKey,
  generateKeyPairSync,
  generatePrimeSync,
  type KeyObject,
  privateEncrypt,
} from "node:crypto";
import { Point } from "@noble/ed25519";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "../../../generated/enums/signature-algorithm.js";
import { bigEndian, bigEndianBytes, littleEndian } from "../bytes.js";
import { ed25519PublicKey, rsaPublicKey } from "../spki.js";
import { createNobleSignatureBackend } from "./noble/index.js";
import { createNodeSignatureBackend, createSigner, generateKeyPair } from "./node.js";
import { createWebSignatureBackend } from "./web/index.js";

const NAMES = ["node:crypto", "WebCrypto", "noble"] as const;
const BACKENDS = [createNodeSignatureBackend(), await createWebSignatureBackend(), createNobleSignatureBackend()];

const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The one verdict of all backends; where they differ, who said what. */
async function verdict(
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean | string> {
  const verdicts = await Promise.all(
    BACKENDS.map((backend) => backend.verify(algorithm, publicKey, message, signature)),
  );
  if (new Set(verdicts).size === 1) return verdicts[0] as boolean;
  return NAMES.map((name, at) => `${name}: ${verdicts[at]}`).join(", ");
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const at = bit % (bytes.length * 8);
  const copy = bytes.slice();
  copy[at >> 3] = (copy[at >> 3] as number) ^ (1 << (at & 7));
  return copy;
}

// @spec signatures.backends-agree
describe("all backends agree", () => {
  test("each computes all algorithms here", () => {
    for (const backend of BACKENDS) expect([...backend.algorithms].sort()).toEqual([...SIGNATURE_ALGORITHMS].sort());
  });

  const keys = [
    ...Array.from({ length: 4 }, () => generateKeyPair("ed25519")),
    ...Array.from({ length: 4 }, () => generateKeyPair("ecdsa-p256")),
    ...[2048, 3072, 4096].map((bits) => generateKeyPair("rsa-pss-sha256", bits)),
  ];

  test("on right signatures, and on any bit of signature, message or key flipped", async () => {
    const mutation = fc.record({
      at: fc.nat(keys.length - 1),
      message: fc.uint8Array({ minLength: 1, maxLength: 200 }),
      part: fc.constantFrom("signature", "message", "key"),
      bit: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ at, message, part, bit }) => {
        const { publicKey, signer } = keys[at] as (typeof keys)[number];
        const signature = await signer.sign(message);
        expect(await verdict(signer.algorithm, publicKey, message, signature)).toBe(true);
        const spoiled = {
          signature: () => verdict(signer.algorithm, publicKey, message, flipped(signature, bit)),
          message: () => verdict(signer.algorithm, publicKey, flipped(message, bit), signature),
          key: () => verdict(signer.algorithm, flipped(publicKey, bit), message, signature),
        };
        expect(await spoiled[part]()).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test("on keys and signatures of any bytes at all", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SIGNATURE_ALGORITHMS),
        fc.nat(keys.length - 1),
        fc.uint8Array({ maxLength: 600 }),
        fc.boolean(),
        async (algorithm, at, bytes, fits) => {
          const { publicKey, signer } = keys[at] as (typeof keys)[number];
          const fitting = Uint8Array.from({ length: signer.signatureBytes }, (_, i) => bytes[i % bytes.length] ?? 0);
          expect(await verdict(algorithm, publicKey, bytes, fits ? fitting : bytes)).toBe(false);
          expect(await verdict(algorithm, bytes, bytes, fitting)).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("bytes in shared memory are verified like any others", async () => {
    const { publicKey, signer } = keys[0] as (typeof keys)[number];
    const signature = await signer.sign(Uint8Array.of(1, 2, 3));
    const shared = (bytes: Uint8Array): Uint8Array => {
      const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
      copy.set(bytes);
      return copy;
    };
    expect(await verdict("ed25519", shared(publicKey), shared(Uint8Array.of(1, 2, 3)), shared(signature))).toBe(true);
  });
});

// @spec signatures.backends-agree, signatures.ed25519
describe("ed25519 with components of small order", () => {
  const torsion = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
  const small = Array.from({ length: 8 }, (_, i) => (i === 0 ? Point.ZERO : torsion.multiply(BigInt(i), false)));
  const scalar = fc.bigInt({ min: 1n, max: ED25519_ORDER - 1n });

  test("the equation counts without its cofactor, for all 64 pairs of components", async () => {
    let accepted = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(scalar, scalar, fc.uint8Array({ maxLength: 40 }), async (a, r, message) => {
        for (const keyPart of small) {
          for (const noncePart of small) {
            const key = Point.BASE.multiply(a, false).add(keyPart);
            const nonce = Point.BASE.multiply(r, false).add(noncePart);
            const [A, R] = [key.toBytes(), nonce.toBytes()];
            const k = littleEndian(sha512(Uint8Array.of(...R, ...A, ...message))) % ED25519_ORDER;
            const s = (r + k * a) % ED25519_ORDER;
            const signature = Uint8Array.of(...R, ...bigEndianBytes(s, 32).reverse());
            // [S]B = R + [k]A exactly where the components of small order cancel out.
            const holds = noncePart.add(k === 0n ? Point.ZERO : keyPart.multiply(k, false)).is0();
            expect(await verdict("ed25519", ed25519PublicKey(A), message, signature)).toBe(holds);
            if (holds) accepted += 1;
            else refused += 1;
          }
        }
      }),
      { numRuns: 3 },
    );
    expect(accepted).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  test("S = 0 and S = L - 1 with keys that make the equation hold or not", async () => {
    // With S = 0 the equation asks for R = -[k]A; k depends on R, so only a chosen k could do it: never here.
    for (const s of [0n, 1n, ED25519_ORDER - 1n, ED25519_ORDER, 2n ** 256n - 1n]) {
      const signature = Uint8Array.of(...Point.BASE.toBytes(), ...bigEndianBytes(s, 32).reverse());
      expect(await verdict("ed25519", ed25519PublicKey(Point.BASE.toBytes()), Uint8Array.of(1), signature)).toBe(false);
    }
  });
});

// @spec signatures.backends-agree, signatures.ecdsa-p256
test("ecdsa-p256: r and s on every edge of their range", async () => {
  const { publicKey } = generateKeyPair("ecdsa-p256");
  const half = P256_ORDER / 2n;
  const edges = [0n, 1n, 2n, half - 1n, half, half + 1n, P256_ORDER - 1n, P256_ORDER, P256_ORDER + 1n, 2n ** 256n - 1n];
  for (const r of edges) {
    for (const s of edges) {
      const signature = Uint8Array.of(...bigEndianBytes(r, 32), ...bigEndianBytes(s, 32));
      expect(await verdict("ecdsa-p256", publicKey, Uint8Array.of(1), signature)).toBe(false);
    }
  }
});

/** How an EMSA-PSS encoding may be made wrong. */
interface PssFault {
  readonly what: string;
  readonly saltBytes?: number;
  readonly separator?: number;
  readonly trailer?: number;
  /** Set in the padding that must be zero. */
  readonly padding?: number;
  /** Message whose digest goes in. */
  readonly message?: Uint8Array;
  /** Set the bit above the encoding, where the modulus leaves room for it. */
  readonly firstBit?: boolean;
}

const MESSAGE = Uint8Array.of(1, 2, 3);

function encodePss(length: number, fault: Partial<PssFault>): Uint8Array {
  const salt = Uint8Array.from({ length: fault.saltBytes ?? 32 }, (_, i) => i);
  const digest = sha256(Uint8Array.of(...new Uint8Array(8), ...sha256(fault.message ?? MESSAGE), ...salt));
  const block = new Uint8Array(length - 33);
  block.set(salt, block.length - salt.length);
  block[block.length - salt.length - 1] = fault.separator ?? 1;
  if (fault.padding !== undefined) block[fault.padding] = 4;
  for (let i = 0; i < block.length; i += 32) {
    const mask = sha256(Uint8Array.of(...digest, 0, 0, 0, i / 32));
    for (let j = 0; j < 32 && i + j < block.length; j += 1)
      block[i + j] = (block[i + j] as number) ^ (mask[j] as number);
  }
  block[0] = ((block[0] as number) & 0x7f) | (fault.firstBit === true ? 0x80 : 0);
  return Uint8Array.of(...block, ...digest, fault.trailer ?? 0xbc);
}

const PSS_FAULTS: readonly PssFault[] = [
  { what: "an empty salt", saltBytes: 0 },
  { what: "a salt of 20 bytes", saltBytes: 20 },
  { what: "a salt of 31 bytes", saltBytes: 31 },
  { what: "a salt of 33 bytes", saltBytes: 33 },
  { what: "the longest salt", saltBytes: 222 },
  { what: "another trailer", trailer: 0xcc },
  { what: "a separator of 0", separator: 0 },
  { what: "a separator of 2", separator: 2 },
  { what: "a separator of 0x81", separator: 0x81 },
  { what: "padding that is not zero at its start", padding: 0 },
  { what: "padding that is not zero at its end", padding: 189 },
  { what: "the digest of another message", message: Uint8Array.of(9) },
];

// @spec signatures.backends-agree, signatures.rsa-pss
describe("rsa-pss-sha256 encodings", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const publicKey = createSigner(privateKey)?.publicKey ?? new Uint8Array();
  const raw = (key: KeyObject, encoding: Uint8Array): Uint8Array =>
    new Uint8Array(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoding));

  test("the one right encoding is taken", async () => {
    expect(await verdict("rsa-pss-sha256", publicKey, MESSAGE, raw(privateKey, encodePss(256, {})))).toBe(true);
  });

  test.each(PSS_FAULTS)("$what is refused", async (fault) => {
    const signature = raw(privateKey, encodePss(256, fault));
    expect(await verdict("rsa-pss-sha256", publicKey, MESSAGE, signature)).toBe(false);
  });

  test("a first bit that is set is refused, where the modulus has room for it", async () => {
    const modulus = bigEndian(publicKey.subarray(publicKey.length - 261, publicKey.length - 5));
    const encodings = Array.from({ length: 64 }, (_, i) =>
      encodePss(256, { firstBit: true, message: Uint8Array.of(i) }),
    ).filter((encoding) => bigEndian(encoding) < modulus);
    // Whether one of 64 fits depends on the modulus alone; nearly every one has room.
    for (const encoding of encodings.slice(0, 4)) {
      expect(await verdict("rsa-pss-sha256", publicKey, MESSAGE, raw(privateKey, encoding))).toBe(false);
    }
  });

  test("values at the edges: 0, 1, modulus - 1, modulus, the right one plus the modulus", async () => {
    const modulus = bigEndian(publicKey.subarray(publicKey.length - 261, publicKey.length - 5));
    const right = bigEndian(raw(privateKey, encodePss(256, {})));
    for (const value of [0n, 1n, modulus - 1n, modulus, modulus + 1n, 2n ** 2048n - 1n, modulus - right]) {
      expect(await verdict("rsa-pss-sha256", publicKey, MESSAGE, bigEndianBytes(value, 256))).toBe(false);
    }
    if (right + modulus < 2n ** 2048n) {
      expect(await verdict("rsa-pss-sha256", publicKey, MESSAGE, bigEndianBytes(right + modulus, 256))).toBe(false);
    }
  });

  test("a modulus that is a prime number: whoever made it can sign, and every backend says so", async () => {
    const exponent = 65537n;
    let prime = generatePrimeSync(2048, { bigint: true });
    while (prime % exponent === 1n) prime = generatePrimeSync(2048, { bigint: true });
    const inverse = inverseOf(exponent, prime - 1n);
    const signature = bigEndianBytes(power(bigEndian(encodePss(256, {})), inverse, prime), 256);
    const key = rsaPublicKey(bigEndianBytes(prime, 256));
    expect(await verdict("rsa-pss-sha256", key, MESSAGE, signature)).toBe(true);
    expect(await verdict("rsa-pss-sha256", key, MESSAGE, flipped(signature, 700))).toBe(false);
  });

  test("an odd modulus of no known factors", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 256, maxLength: 256 }), async (bytes) => {
        const modulus = bytes.slice();
        modulus[0] = (modulus[0] as number) | 0x80;
        modulus[255] = (modulus[255] as number) | 1;
        const signature = bytes.slice().reverse();
        signature[0] = (signature[0] as number) & 0x7f;
        expect(await verdict("rsa-pss-sha256", rsaPublicKey(modulus), MESSAGE, signature)).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  test("signatures that begin with zero bytes keep their length", async () => {
    const key = createPrivateKey(generateKeyPair("rsa-pss-sha256", 2048).privateKeyPem);
    const signer = createSigner(key);
    let found = 0;
    // One in 256 begins so.
    for (let i = 0; found < 2 && i < 6000; i += 1) {
      const message = Uint8Array.of(i >> 8, i & 255);
      const signature = (await signer?.sign(message)) ?? new Uint8Array();
      if (signature[0] !== 0) continue;
      found += 1;
      expect(await verdict("rsa-pss-sha256", signer?.publicKey ?? new Uint8Array(), message, signature)).toBe(true);
      expect(
        await verdict("rsa-pss-sha256", signer?.publicKey ?? new Uint8Array(), message, signature.subarray(1)),
      ).toBe(false);
    }
    expect(found).toBe(2);
  });
});

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** Extended Euclid. */
function inverseOf(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}
