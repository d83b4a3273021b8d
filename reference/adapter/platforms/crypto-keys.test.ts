import { generateKeyPairSync } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { describe, expect, it } from "vitest";
import { CRYPTO_ALGORITHM_NUMBERS as NUMBER } from "../../../generated/enums/crypto-algorithm.js";
import * as crypto from "../../../generated/instructions/crypto.js";
import {
  flipped,
  hex,
  holds,
  INVALID,
  KEYS,
  NOTHING,
  newKeys,
  refusedLater,
  signed,
  TEXT,
  waited,
} from "./testing/crypto.js";

const some = (maxLength: number, minLength = 0): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength, maxLength });

describe("agreement", () => {
  const agreed = async (algorithm: number, privateKey: Uint8Array, publicKey: Uint8Array): Promise<Uint8Array> =>
    crypto.readCryptoAgreeResults(await waited(crypto.cryptoAgree(algorithm, privateKey, publicKey))).secret;

  it("gives both sides the secret that another implementation gives them", async () => {
    for (const algorithm of [NUMBER.x25519, NUMBER.ecdh_p256]) {
      const [one, two] = [await newKeys(algorithm), await newKeys(algorithm)];
      const secret = await agreed(algorithm, one.privateKey, two.publicKey);
      expect(await agreed(algorithm, two.privateKey, one.publicKey)).toEqual(secret);
      const other =
        algorithm === NUMBER.x25519
          ? x25519.getSharedSecret(one.privateKey.slice(-32), two.publicKey.slice(-32))
          : p256.getSharedSecret(one.privateKey.slice(36, 68), two.publicKey.slice(-65)).slice(1);
      expect(secret).toEqual(other);
    }
  });

  // @spec instructions.crypto.keys
  it("refuses points of small order and points that are on no curve", async () => {
    const x = await newKeys(NUMBER.x25519);
    const order8 = "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800";
    for (const point of ["00".repeat(32), `01${"00".repeat(31)}`, order8]) {
      const key = Uint8Array.of(...x.publicKey.subarray(0, 12), ...hex(point));
      expect(await refusedLater(crypto.cryptoAgree(NUMBER.x25519, x.privateKey, key))).toBe(INVALID);
    }
    const p = await newKeys(NUMBER.ecdh_p256);
    const off = flipped(p.publicKey, 90, 0);
    expect(await refusedLater(crypto.cryptoAgree(NUMBER.ecdh_p256, p.privateKey, off))).toBe(INVALID);
    expect(await refusedLater(crypto.cryptoVerify(NUMBER.ecdsa_p256, off, TEXT, new Uint8Array(64)))).toBe(INVALID);
  });
});

describe("keys", () => {
  const spki = (key: ReturnType<typeof generateKeyPairSync>["publicKey"]): Uint8Array =>
    key.export({ type: "spki", format: "der" });
  const pkcs8 = (key: ReturnType<typeof generateKeyPairSync>["privateKey"]): Uint8Array =>
    key.export({ type: "pkcs8", format: "der" });

  // @spec instructions.crypto.keys
  it("of another kind, size or encoding are refused", async () => {
    const pairs = await KEYS;
    const strange = [
      generateKeyPairSync("rsa", { modulusLength: 1024 }),
      generateKeyPairSync("rsa", { modulusLength: 2056 }),
      generateKeyPairSync("rsa-pss", { modulusLength: 2048 }),
      generateKeyPairSync("ec", { namedCurve: "P-384" }),
      generateKeyPairSync("ec", { namedCurve: "P-256", paramEncoding: "explicit" }),
      generateKeyPairSync("ed448"),
    ].map(({ privateKey, publicKey }) => ({ privateKey: pkcs8(privateKey), publicKey: spki(publicKey) }));
    for (const algorithm of pairs.keys()) {
      const own = pairs.get(algorithm)!;
      const others = [...strange, ...[...pairs.entries()].filter(([number]) => number !== algorithm).map(([, k]) => k)];
      for (const { privateKey, publicKey } of others) {
        expect(await refusedLater(crypto.cryptoSign(algorithm, privateKey, TEXT))).toBe(INVALID);
        expect(await refusedLater(crypto.cryptoVerify(algorithm, publicKey, TEXT, NOTHING))).toBe(INVALID);
      }
      for (const change of [(key: Uint8Array) => key.subarray(1), (key: Uint8Array) => Uint8Array.of(...key, 0)]) {
        expect(await refusedLater(crypto.cryptoSign(algorithm, change(own.privateKey), TEXT))).toBe(INVALID);
        expect(await refusedLater(crypto.cryptoVerify(algorithm, change(own.publicKey), TEXT, NOTHING))).toBe(INVALID);
      }
      expect(await refusedLater(crypto.cryptoSign(algorithm, own.publicKey, TEXT))).toBe(INVALID);
      expect(await refusedLater(crypto.cryptoVerify(algorithm, own.privateKey, TEXT, NOTHING))).toBe(INVALID);
    }
  });

  it("of RSA with 2048, 3072 and 4096 bits are taken, whatever small exponent they have", async () => {
    for (const [modulusLength, publicExponent] of [
      [2048, 3],
      [2048, 0x1_0001],
      [4096, 0x1_0001],
    ] as const) {
      const pair = generateKeyPairSync("rsa", { modulusLength, publicExponent });
      const signature = await signed(NUMBER.rsa_pss_sha256, pkcs8(pair.privateKey), TEXT);
      expect(await holds(NUMBER.rsa_pss_sha256, spki(pair.publicKey), TEXT, signature)).toBe(true);
    }
  });

  it("of P-256 are taken without their public key, and refused with a wrong one or with a scalar that is none", async () => {
    const { privateKey } = (await KEYS).get(NUMBER.ecdsa_p256)!;
    const scalar = privateKey.slice(36, 68);
    const alone = (value: Uint8Array): Uint8Array =>
      Uint8Array.of(...hex("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420"), ...value);
    const signature = await signed(NUMBER.ecdsa_p256, alone(scalar), TEXT);
    expect(p256.verify(signature, TEXT, p256.getPublicKey(scalar), { lowS: false })).toBe(true);
    const order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    const other = p256.getPublicKey(p256.utils.randomSecretKey(), false);
    for (const wrong of [
      alone(new Uint8Array(32)),
      alone(order),
      alone(new Uint8Array(32).fill(0xff)),
      Uint8Array.of(...privateKey.subarray(0, -65), ...other),
      flipped(privateKey, 137, 3),
    ]) {
      expect(await refusedLater(crypto.cryptoSign(NUMBER.ecdsa_p256, wrong, TEXT))).toBe(INVALID);
    }
    expect(await signed(NUMBER.ecdsa_p256, alone(flipped(order, 31, 0)), TEXT)).toHaveLength(64);
  });

  it("of RSA whose numbers do not belong together are refused", async () => {
    const { privateKey } = (await KEYS).get(NUMBER.rsa_pss_sha256)!;
    const refusal = await refusedLater(crypto.cryptoSign(NUMBER.rsa_pss_sha256, flipped(privateKey, 200, 2), TEXT));
    expect(refusal).toBe(INVALID);
  });

  test.prop([fc.constantFrom(...Object.values(NUMBER)), some(200), fc.nat(), fc.nat(7)], { numRuns: 60 })(
    "of any bytes are a coded answer",
    async (algorithm, noise, at, bit) => {
      const pairs = [...(await KEYS).values()];
      for (const key of [
        noise,
        ...pairs.flatMap((pair) => [flipped(pair.privateKey, at, bit), flipped(pair.publicKey, at, bit)]),
      ]) {
        for (const instruction of [
          crypto.cryptoSign(algorithm, key, TEXT),
          crypto.cryptoVerify(algorithm, key, TEXT, new Uint8Array(64)),
          crypto.cryptoAgree(algorithm, key, key),
        ]) {
          const outcome = await waited(instruction).then(
            () => "done",
            (error: { readonly context: { readonly host_error: string } }) => error.context.host_error,
          );
          expect(["done", "invalid_argument"]).toContain(outcome);
        }
      }
    },
  );
});
