import { createPublicKey, verify } from "node:crypto";
import { fc, test as propertyTest } from "@fast-check/vitest";
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { describe, expect, test } from "vitest";
import { ed25519Spki, integer, rsaSpki } from "./der.js";
import {
  add,
  base,
  baseOrder,
  type EdwardsPoint,
  encode,
  equal,
  expandSecret,
  fieldPrime,
  multiply,
  neutral,
  signEd25519,
  torsion,
  xOf,
} from "./ed25519-arithmetic.js";
import { greatestCommonDivisor, inverse, isPrime, mod, power } from "./modular-arithmetic.js";
import { bigEndian, fromBigEndian, littleEndian, toHex } from "./octets.js";
import {
  addP256,
  digestInteger,
  keyForSignature,
  multiplyP256,
  p256Base,
  p256Order,
  p256PointOf,
  p256Prime,
  signP256,
} from "./p256-arithmetic.js";

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const message = fc.uint8Array({ maxLength: 300 });
const few = { numRuns: 20 };

function noblePoint({ x, y }: EdwardsPoint): InstanceType<typeof ed25519.Point> {
  return ed25519.Point.fromAffine({ x, y });
}

describe("Ed25519 by its own arithmetic", () => {
  propertyTest.prop([bytes32, message], few)("signs as another implementation does", (secret, signed) => {
    expect(encode(expandSecret(secret).point)).toEqual(ed25519.getPublicKey(secret));
    expect(signEd25519(secret, signed)).toEqual(ed25519.sign(signed, secret));
  });

  propertyTest.prop([fc.bigInt(1n, baseOrder - 1n), fc.bigInt(1n, baseOrder - 1n)], few)("adds points", (a, b) => {
    const [first, second] = [multiply(a, base), multiply(b, base)];
    expect(toHex(encode(add(first, second)))).toBe(noblePoint(first).add(noblePoint(second)).toHex());
    expect(equal(add(first, second), multiply((a + b) % baseOrder, base))).toBe(true);
  });

  test("the base point has the order L, and the torsion point the order 8", () => {
    expect(equal(multiply(baseOrder, base), neutral)).toBe(true);
    expect(equal(multiply(8n, torsion), neutral)).toBe(true);
    expect(equal(multiply(4n, torsion), neutral)).toBe(false);
    expect(noblePoint(torsion).isSmallOrder()).toBe(true);
  });

  test("a sign belongs to its x, and some y have none", () => {
    const [even, odd] = [xOf(base.y, 0n), xOf(base.y, 1n)];
    expect(even).toBe(base.x);
    expect((even ?? 0n) + (odd ?? 0n)).toBe(fieldPrime);
    expect(xOf(2n, 0n)).toBeUndefined();
  });

  test("its keys are keys of the host", () => {
    const secret = littleEndian(12345n, 32);
    const key = createPublicKey({
      key: Buffer.from(ed25519Spki(encode(expandSecret(secret).point))),
      format: "der",
      type: "spki",
    });
    const signed = Uint8Array.of(1, 2, 3);
    expect(verify(null, signed, key, signEd25519(secret, signed))).toBe(true);
    expect(verify(null, Uint8Array.of(1, 2, 4), key, signEd25519(secret, signed))).toBe(false);
  });
});

describe("P-256 by its own arithmetic", () => {
  const scalar = fc.bigInt(1n, p256Order - 1n);

  propertyTest.prop([scalar, scalar], few)("adds and multiplies points", (a, b) => {
    const sum = addP256(multiplyP256(a, p256Base), multiplyP256(b, p256Base));
    expect(sum).toEqual(multiplyP256((a + b) % p256Order, p256Base));
    const { x, y } = p256.Point.BASE.multiply(a).toAffine();
    expect(multiplyP256(a, p256Base)).toEqual({ x, y });
  });

  test("opposite points add up to infinity, and equal ones are doubled", () => {
    expect(addP256(p256Base, multiplyP256(p256Order - 1n, p256Base))).toBeUndefined();
    expect(addP256(p256Base, p256Base)).toEqual(multiplyP256(2n, p256Base));
    expect(addP256(undefined, p256Base)).toEqual(p256Base);
    expect(multiplyP256(p256Order, p256Base)).toBeUndefined();
  });

  propertyTest.prop([scalar, message], few)("signs as another implementation does", (secret, signed) => {
    const theirs = p256.sign(signed, bigEndian(secret, 32), { lowS: true });
    expect(signP256(secret, signed)).toEqual(Uint8Array.from(theirs));
  });

  propertyTest.prop([fc.bigInt(1n, p256Order / 2n), bytes32], few)("finds the key of a signature", (s, digest) => {
    const point = p256PointOf(7n) ?? p256PointOf(5n);
    const key = keyForSignature(point, s, digest);
    const r = mod(point?.x ?? 0n, p256Order);
    const scale = inverse(s, p256Order);
    const left = multiplyP256(digestInteger(digest) * scale, p256Base);
    expect(addP256(left, multiplyP256(r * scale, key))?.x).toBe(point?.x);
  });

  test("some x have no point", () => {
    const found = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((x) => p256PointOf(x));
    expect(found.some((point) => point === undefined)).toBe(true);
    for (const point of found)
      if (point !== undefined)
        expect(mod(point.y ** 2n - point.x ** 3n + 3n * point.x, p256Prime)).toBe(
          mod((p256Base?.y ?? 0n) ** 2n - (p256Base?.x ?? 0n) ** 3n + 3n * (p256Base?.x ?? 0n), p256Prime),
        );
  });
});

describe("numbers", () => {
  propertyTest.prop([fc.bigInt(0n, 10n ** 30n), fc.integer({ min: 0, max: 300 }), fc.bigInt(1n, 10n ** 20n)])(
    "powers are repeated products",
    (value, exponent, m) => {
      let product = 1n % m;
      for (let count = 0; count < exponent; count++) product = (product * value) % m;
      expect(power(value, BigInt(exponent), m)).toBe(product);
    },
  );

  propertyTest.prop([fc.bigInt(1n, 10n ** 30n), fc.bigInt(2n, 10n ** 30n)])("an inverse is one", (value, m) => {
    if (greatestCommonDivisor(value, m) === 1n) expect((inverse(value, m) * value) % m).toBe(1n % m);
    else expect(() => inverse(value, m)).toThrow(RangeError);
  });

  test("primes are primes", () => {
    const sieve = Array.from({ length: 20_000 }, (_, index) => index > 1);
    for (let n = 2; n * n < sieve.length; n++)
      if (sieve[n] === true) for (let multiple = n * n; multiple < sieve.length; multiple += n) sieve[multiple] = false;
    for (const [n, expected] of sieve.entries()) expect(isPrime(BigInt(n))).toBe(expected);
    expect(isPrime(fieldPrime)).toBe(true);
    expect(isPrime(p256Order)).toBe(true);
    // Carmichael numbers and a product of two primes beyond trial division.
    for (const composite of [561n, 41041n, 825265n, 1000003n * 1000033n]) expect(isPrime(composite)).toBe(false);
  });

  propertyTest.prop([fc.bigInt(0n, 2n ** 70n)])("DER integers are what the host reads", (value) => {
    const encoded = integer(value);
    expect(fromBigEndian(encoded.subarray(2))).toBe(value);
    expect(encoded[2]).toBeLessThan(0x80);
    if (encoded[2] === 0 && encoded.length > 3) expect(encoded[3]).toBeGreaterThanOrEqual(0x80);
    const key = createPublicKey({
      key: Buffer.from(rsaSpki((2n ** 2047n + value) | 1n)),
      format: "der",
      type: "spki",
    });
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });
});
