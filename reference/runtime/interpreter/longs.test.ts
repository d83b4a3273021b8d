import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { doubleFromSigned, doubleFromUnsigned, nearest, singleFromSigned, singleFromUnsigned } from "./floats.js";
import * as longs from "./longs.js";
import { saturateToLong, truncateToLong } from "./truncate.js";

/** 64-bit numbers: all sizes, and those around powers of two. */
const long = fc.oneof(
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.bigInt(-1000n, 1000n),
  fc
    .tuple(fc.integer({ min: 0, max: 63 }), fc.bigInt(-2n, 2n), fc.boolean())
    .map(([power, near, negative]) => BigInt.asIntN(64, (negative ? -1n : 1n) * (2n ** BigInt(power) + near))),
);
const low = (value: bigint): number => Number(BigInt.asIntN(32, value));
const high = (value: bigint): number => Number(BigInt.asIntN(32, value >> 32n));
const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
const found = (): bigint => (BigInt(longs.result.high) << 32n) | BigInt(longs.result.low >>> 0);

describe("arithmetic of i64 without BigInt", () => {
  it("multiplies", () => {
    fc.assert(
      fc.property(long, long, (a, b) => {
        longs.multiply(low(a), high(a), low(b), high(b));
        expect(found()).toBe(BigInt.asIntN(64, a * b));
      }),
      { numRuns: 2000 },
    );
  });

  it("divides and gives remainders", () => {
    fc.assert(
      fc.property(long, long, (a, b) => {
        fc.pre(b !== 0n);
        longs.divideUnsigned(low(a), high(a), low(b), high(b), false);
        expect(found()).toBe(BigInt.asIntN(64, unsigned(a) / unsigned(b)));
        longs.divideUnsigned(low(a), high(a), low(b), high(b), true);
        expect(found()).toBe(BigInt.asIntN(64, unsigned(a) % unsigned(b)));
        longs.divideSigned(low(a), high(a), low(b), high(b), true);
        expect(found()).toBe(a % b);
        if (a === -(2n ** 63n) && b === -1n) return;
        longs.divideSigned(low(a), high(a), low(b), high(b), false);
        expect(found()).toBe(a / b);
      }),
      { numRuns: 5000 },
    );
  });

  it("counts bits", () => {
    fc.assert(
      fc.property(long, (a) => {
        const bits = unsigned(a).toString(2).padStart(64, "0");
        expect(longs.leadingZeros(low(a), high(a))).toBe(a === 0n ? 64 : bits.indexOf("1"));
        expect(longs.trailingZeros(low(a), high(a))).toBe(a === 0n ? 64 : 63 - bits.lastIndexOf("1"));
        expect(longs.onesOfWord(low(a)) + longs.onesOfWord(high(a))).toBe(bits.replaceAll("0", "").length);
      }),
      { numRuns: 2000 },
    );
  });

  it("converts to floats with one rounding", () => {
    fc.assert(
      fc.property(long, (a) => {
        expect(doubleFromSigned(low(a), high(a))).toBe(Number(a));
        expect(doubleFromUnsigned(low(a), high(a))).toBe(Number(unsigned(a)));
        expect(singleFromSigned(low(a), high(a))).toBe(nearestSingle(a));
        expect(singleFromUnsigned(low(a), high(a))).toBe(nearestSingle(unsigned(a)));
      }),
      { numRuns: 2000 },
    );
  });

  it("converts from floats, with a trap or the nearest number where they do not fit", () => {
    const words = new Int32Array(2);
    const value = (): bigint => (BigInt(words[1]!) << 32n) | BigInt(words[0]! >>> 0);
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.double({ min: -2e19, max: 2e19 })), fc.boolean(), (number, signed) => {
        const [least, most] = signed ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
        const whole = Number.isFinite(number) ? BigInt(Math.trunc(number)) : undefined;
        const fits = whole !== undefined && whole >= least && whole <= most;
        expect(truncateToLong(number, signed, words, 0) === 0).toBe(fits);
        if (fits) expect(value()).toBe(BigInt.asIntN(64, whole));
        saturateToLong(number, signed, words, 0);
        const nearestFit = Number.isNaN(number) ? 0n : fits ? whole : number < 0 ? least : most;
        expect(value()).toBe(BigInt.asIntN(64, nearestFit));
      }),
      { numRuns: 2000 },
    );
  });

  it("rounds to the nearest even integer", () => {
    for (const [number, rounded] of [
      [0.5, 0],
      [1.5, 2],
      [2.5, 2],
      [-0.5, -0],
      [-1.5, -2],
      [-0.2, -0],
      [-0, -0],
      [0.49999999999999994, 0],
      [4503599627370495.5, 4503599627370496],
      [-4503599627370497, -4503599627370497],
      [Infinity, Infinity],
      [NaN, NaN],
    ] as const) {
      expect(nearest(number)).toBe(rounded);
    }
  });
});

/** The single nearest to an integer, by comparing exactly with its neighbours. */
function nearestSingle(value: bigint): number {
  const guess = Math.fround(Number(value));
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, guess);
  const bits = view.getInt32(0);
  const neighbours = [bits - 1, bits, bits + 1].flatMap((each) => {
    view.setInt32(0, each);
    const single = view.getFloat32(0);
    return Number.isInteger(single) || single === 0 ? [{ single, isEven: (each & 1) === 0 }] : [];
  });
  const distance = (single: number): bigint => {
    const difference = value - BigInt(single);
    return difference < 0n ? -difference : difference;
  };
  let best = { single: guess, isEven: (bits & 1) === 0 };
  for (const each of neighbours) {
    const [closer, far] = [distance(each.single), distance(best.single)];
    if (closer < far || (closer === far && each.isEven && !best.isEven)) best = each;
  }
  return best.single === 0 ? 0 : best.single;
}
