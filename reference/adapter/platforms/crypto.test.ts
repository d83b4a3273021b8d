import { createCipheriv, webcrypto } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { fc, test } from "@fast-check/vitest";
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import { CRYPTO_ALGORITHM_NUMBERS as NUMBER } from "../../../generated/enums/crypto-algorithm.js";
import * as crypto from "../../../generated/instructions/crypto.js";
import { flipped, hex, holds, INVALID, KEYS, NOTHING, refusedLater, signed, TEXT, waited } from "./testing/crypto.js";
import { failed } from "./testing/program.js";

const ROOT = process.env["FAYGER_EXTERNAL"] ?? fileURLToPath(new URL("../../../../shared/external", import.meta.url));
const DIGESTS = [
  { number: NUMBER.sha_256, noble: sha256, bytes: 32 },
  { number: NUMBER.sha_384, noble: sha384, bytes: 48 },
  { number: NUMBER.sha_512, noble: sha512, bytes: 64 },
] as const;
const SEALS = [
  { number: NUMBER.aes_128_gcm, cipher: "aes-128-ecb", bytes: 16 },
  { number: NUMBER.aes_256_gcm, cipher: "aes-256-ecb", bytes: 32 },
] as const;

const some = (maxLength: number, minLength = 0): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength, maxLength });
const digestOf = fc.constantFrom(...DIGESTS);

// @spec instructions.crypto.platform
describe("digests, HMAC, HKDF and PBKDF2", () => {
  test.prop([digestOf, some(300), some(200, 1), some(80), fc.integer({ min: 1, max: 300 })], { numRuns: 60 })(
    "are those of another implementation",
    async ({ number, noble }, data, key, salt, length) => {
      const digest = await waited(crypto.cryptoDigest(number, data));
      expect(crypto.readCryptoDigestResults(digest).digest).toEqual(noble(data));
      const tag = crypto.readCryptoHmacResults(await waited(crypto.cryptoHmac(number, key, data))).tag;
      expect(tag).toEqual(hmac(noble, key, data));
      const derived = await waited(crypto.cryptoHkdf(number, key, salt, data, length));
      expect(crypto.readCryptoHkdfResults(derived).key).toEqual(hkdf(noble, key, salt, data, length));
      const stretched = await waited(crypto.cryptoPbkdf2(number, key, salt, 3, length));
      expect(crypto.readCryptoPbkdf2Results(stretched).key).toEqual(pbkdf2(noble, key, salt, { c: 3, dkLen: length }));
    },
  );

  test.prop([digestOf, some(50, 1), some(50), fc.nat(63), fc.nat(7)])(
    "verify a tag exactly where it is the HMAC",
    async ({ number, bytes }, key, data, at, bit) => {
      const { tag } = crypto.readCryptoHmacResults(await waited(crypto.cryptoHmac(number, key, data)));
      const valid = async (candidate: Uint8Array): Promise<boolean> =>
        crypto.readCryptoHmacVerifyResults(await waited(crypto.cryptoHmacVerify(number, key, data, candidate))).valid;
      expect(await valid(tag)).toBe(true);
      expect(await valid(flipped(tag, at, bit))).toBe(false);
      for (const wrong of [NOTHING, tag.subarray(0, bytes - 1), new Uint8Array(bytes + 1)]) {
        expect(await valid(wrong)).toBe(false);
      }
    },
  );

  // @spec instructions.crypto.bounds, instructions.crypto.keys
  it("refuse what is too large, and what is no key", async () => {
    for (const { number, bytes } of DIGESTS) {
      const longest = crypto.readCryptoHkdfResults(
        await waited(crypto.cryptoHkdf(number, TEXT, NOTHING, NOTHING, 255 * bytes)),
      ).key;
      expect(longest).toEqual(
        hkdf(DIGESTS.find((row) => row.number === number)!.noble, TEXT, NOTHING, NOTHING, 255 * bytes),
      );
      expect(await refusedLater(crypto.cryptoHkdf(number, TEXT, TEXT, TEXT, 255 * bytes + 1))).toBe(
        failed("too_large"),
      );
      expect(await refusedLater(crypto.cryptoHkdf(number, TEXT, TEXT, new Uint8Array(1_025), 1))).toBe(
        failed("too_large"),
      );
      await waited(crypto.cryptoPbkdf2(number, NOTHING, NOTHING, 1, 8_160));
      expect(await refusedLater(crypto.cryptoPbkdf2(number, TEXT, TEXT, 1, 8_161))).toBe(failed("too_large"));
      expect(await refusedLater(crypto.cryptoPbkdf2(number, TEXT, TEXT, 10_000_001, 1))).toBe(failed("too_large"));
      for (const wrong of [
        crypto.cryptoHkdf(number, TEXT, TEXT, TEXT, 0),
        crypto.cryptoPbkdf2(number, TEXT, TEXT, 1, 0),
        crypto.cryptoPbkdf2(number, TEXT, TEXT, 0, 1),
        crypto.cryptoHmac(number, NOTHING, TEXT),
        crypto.cryptoHmacVerify(number, NOTHING, TEXT, TEXT),
      ]) {
        expect(await refusedLater(wrong)).toBe(INVALID);
      }
    }
  });
});

describe("algorithms", () => {
  // @spec instructions.crypto.algorithms
  it("are refused where they do not fit the instruction, before anything is called", async () => {
    const fit: Readonly<Record<string, readonly string[]>> = {
      digest: ["sha_256", "sha_384", "sha_512"],
      key_pair: ["ed25519", "ecdsa_p256", "rsa_pss_sha256", "x25519", "ecdh_p256"],
      sign: ["ed25519", "ecdsa_p256", "rsa_pss_sha256"],
      agree: ["x25519", "ecdh_p256"],
      seal: ["aes_128_gcm", "aes_256_gcm"],
    };
    const numbers = [...Object.entries(NUMBER), ["none", 0], ["none", 4], ["none", 0xffff_ffff]] as const;
    for (const [name, number] of numbers) {
      const unfit: readonly (readonly [string, Uint8Array])[] = [
        ["digest", crypto.cryptoDigest(number, TEXT)],
        ["digest", crypto.cryptoHmac(number, TEXT, TEXT)],
        ["digest", crypto.cryptoHmacVerify(number, TEXT, TEXT, TEXT)],
        ["digest", crypto.cryptoHkdf(number, TEXT, TEXT, TEXT, 1)],
        ["digest", crypto.cryptoPbkdf2(number, TEXT, TEXT, 1, 1)],
        ["key_pair", crypto.cryptoKeyPairGenerate(number)],
        ["sign", crypto.cryptoSign(number, TEXT, TEXT)],
        ["sign", crypto.cryptoVerify(number, TEXT, TEXT, TEXT)],
        ["agree", crypto.cryptoAgree(number, TEXT, TEXT)],
        ["seal", crypto.cryptoSeal(number, TEXT, TEXT, TEXT, TEXT)],
        ["seal", crypto.cryptoUnseal(number, TEXT, TEXT, TEXT, TEXT)],
      ];
      for (const [kind, instruction] of unfit) {
        if (fit[kind]?.includes(name) === true) continue;
        expect([name, kind, await refusedLater(instruction)]).toEqual([name, kind, INVALID]);
      }
    }
  });
});

/** Multiplication in the field of GHASH, bit by bit. */
function times(left: bigint, right: bigint): bigint {
  let product = 0n;
  let factor = right;
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if ((left >> bit) & 1n) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ (0xe1n << 120n) : factor >> 1n;
  }
  return product;
}

/** AES-GCM out of single blocks of AES, as a second opinion. */
function slowGcm(
  cipher: string,
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  plain: Uint8Array,
): Buffer {
  const block = (input: Buffer): Buffer => createCipheriv(cipher, key, null).setAutoPadding(false).update(input);
  const counter = (count: number): Buffer => {
    const last = Buffer.alloc(4);
    last.writeUInt32BE(count);
    return block(Buffer.concat([nonce, last]));
  };
  const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  const ciphered = Buffer.from(plain.map((byte, at) => byte ^ (counter(2 + (at >> 4))[at & 15] as number)));
  const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)]);
  const lengths = Buffer.alloc(16);
  lengths.writeUInt32BE(additional.length * 8, 4);
  lengths.writeUInt32BE(plain.length * 8, 12);
  const hashed = Buffer.concat([padded(additional), padded(ciphered), lengths]);
  const field = number(block(Buffer.alloc(16)));
  let hash = 0n;
  for (let at = 0; at < hashed.length; at += 16) hash = times(hash ^ number(hashed.subarray(at, at + 16)), field);
  const tag = (hash ^ number(counter(1))).toString(16).padStart(32, "0");
  return Buffer.concat([ciphered, Buffer.from(tag, "hex")]);
}

describe("sealing", () => {
  const seal = async (...operands: Parameters<typeof crypto.cryptoSeal>): Promise<Uint8Array> =>
    crypto.readCryptoSealResults(await waited(crypto.cryptoSeal(...operands))).sealed;

  test.prop([fc.constantFrom(...SEALS), some(32, 32), some(12, 12), some(40), some(70), fc.nat(), fc.nat(7)])(
    "gives what AES-GCM gives, and back only where nothing was changed",
    async ({ number, cipher, bytes }, longKey, nonce, additional, plain, at, bit) => {
      const key = longKey.slice(0, bytes);
      const sealed = await seal(number, key, nonce, additional, plain);
      expect(Buffer.from(sealed)).toEqual(slowGcm(cipher, key, nonce, additional, plain));
      const unsealed = await waited(crypto.cryptoUnseal(number, key, nonce, additional, sealed));
      expect(crypto.readCryptoUnsealResults(unsealed).plain).toEqual(plain);
      // @spec instructions.crypto.unseal
      const changes = [
        crypto.cryptoUnseal(number, flipped(key, at, bit), nonce, additional, sealed),
        crypto.cryptoUnseal(number, key, flipped(nonce, at, bit), additional, sealed),
        crypto.cryptoUnseal(number, key, nonce, Uint8Array.of(...additional, 0), sealed),
        crypto.cryptoUnseal(number, key, nonce, additional, flipped(sealed, at, bit)),
        crypto.cryptoUnseal(number, key, nonce, additional, sealed.subarray(0, at % sealed.length)),
      ];
      for (const changed of changes) expect(await refusedLater(changed)).toBe(failed("not_authentic"));
    },
  );

  it("gives the last two test cases of the authors of GCM for each length of key", async () => {
    const key = hex("feffe9928665731c6d6a8f9467308308");
    const operands = [
      hex("cafebabefacedbaddecaf888"),
      hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
      hex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
      ),
    ] as const;
    expect(Buffer.from(await seal(NUMBER.aes_128_gcm, key, ...operands)).toString("hex")).toBe(
      "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47",
    );
    expect(
      Buffer.from(await seal(NUMBER.aes_256_gcm, Uint8Array.of(...key, ...key), ...operands)).toString("hex"),
    ).toBe(
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    );
  });

  // @spec instructions.crypto.keys
  it("takes keys and nonces of one length alone", async () => {
    for (const { number, bytes } of SEALS) {
      for (const [key, nonce] of [
        [bytes - 1, 12],
        [bytes + 1, 12],
        [24, 12],
        [0, 12],
        [bytes, 11],
        [bytes, 16],
        [bytes, 0],
      ] as const) {
        const operands = [number, new Uint8Array(key), new Uint8Array(nonce), TEXT] as const;
        expect(await refusedLater(crypto.cryptoSeal(...operands, TEXT))).toBe(INVALID);
        expect(await refusedLater(crypto.cryptoUnseal(...operands, new Uint8Array(40)))).toBe(INVALID);
      }
    }
  });
});

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly tests: readonly { readonly msg: string; readonly sig: string; readonly result: string }[];
  }[];
}

const FILES = [
  { file: "ed25519_test.json", algorithm: NUMBER.ed25519, cases: 151 },
  { file: "ecdsa_secp256r1_sha256_p1363_test.json", algorithm: NUMBER.ecdsa_p256, cases: 262 },
  { file: "rsa_pss_2048_sha256_mgf1_32_test.json", algorithm: NUMBER.rsa_pss_sha256, cases: 108 },
] as const;

describe("signatures", () => {
  for (const { file, algorithm, cases } of FILES) {
    const path = resolve(ROOT, "wycheproof", file);
    const isAbsent = !existsSync(path);
    const name = `are judged as ${file} says: ${cases} cases${isAbsent ? ", all skipped: the file is absent" : ""}`;
    it.skipIf(isAbsent)(name, async () => {
      const { testGroups } = JSON.parse(readFileSync(path, "utf8")) as WycheproofFile;
      let count = 0;
      for (const { publicKeyDer, tests } of testGroups) {
        for (const { msg, sig, result } of tests) {
          count += 1;
          const valid = await holds(algorithm, hex(publicKeyDer), hex(msg), hex(sig));
          expect([msg, sig, valid]).toEqual([msg, sig, result === "valid"]);
        }
      }
      expect(count).toBe(cases);
    });
  }

  test.prop([some(100), fc.nat(), fc.nat(7)], { numRuns: 15 })(
    "are right for what was signed and nothing else",
    async (data, at, bit) => {
      for (const [algorithm, keys] of await KEYS) {
        const signature = await signed(algorithm, keys.privateKey, data);
        expect(await holds(algorithm, keys.publicKey, data, signature)).toBe(true);
        expect(await holds(algorithm, keys.publicKey, Uint8Array.of(...data, 0), signature)).toBe(false);
        expect(await holds(algorithm, keys.publicKey, data, flipped(signature, at, bit))).toBe(false);
        expect(await holds(algorithm, keys.publicKey, data, signature.subarray(1))).toBe(false);
        expect(await holds(algorithm, keys.publicKey, data, NOTHING)).toBe(false);
      }
    },
  );

  it("are right by other implementations", async () => {
    const keys = await KEYS;
    const ed = keys.get(NUMBER.ed25519)!;
    const point = ed.publicKey.slice(-32);
    expect(ed25519.getPublicKey(ed.privateKey.slice(-32))).toEqual(point);
    expect(ed25519.verify(await signed(NUMBER.ed25519, ed.privateKey, TEXT), TEXT, point)).toBe(true);
    expect(await holds(NUMBER.ed25519, ed.publicKey, TEXT, ed25519.sign(TEXT, ed.privateKey.slice(-32)))).toBe(true);
    const ec = keys.get(NUMBER.ecdsa_p256)!;
    const scalar = ec.privateKey.slice(36, 68);
    const ecPoint = ec.publicKey.slice(-65);
    expect(p256.getPublicKey(scalar, false)).toEqual(ecPoint);
    const signature = await signed(NUMBER.ecdsa_p256, ec.privateKey, TEXT);
    expect(p256.verify(signature, TEXT, ecPoint, { lowS: false })).toBe(true);
    expect(await holds(NUMBER.ecdsa_p256, ec.publicKey, TEXT, p256.sign(TEXT, scalar))).toBe(true);
    const rsa = keys.get(NUMBER.rsa_pss_sha256)!;
    const { subtle } = webcrypto;
    const imported = await subtle.importKey("spki", rsa.publicKey, { name: "RSA-PSS", hash: "SHA-256" }, false, [
      "verify",
    ]);
    const pss = await signed(NUMBER.rsa_pss_sha256, rsa.privateKey, TEXT);
    expect(await subtle.verify({ name: "RSA-PSS", saltLength: 32 }, imported, pss, TEXT)).toBe(true);
    expect(pss).toHaveLength(384);
  });
});
