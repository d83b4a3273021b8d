import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isNumberStart, scanNumber, scanUnsignedInteger } from "./numbers.js";

describe("integers", () => {
  it("keep every bit in every notation", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 130n }), fc.boolean(), (magnitude, negative) => {
        const sign = negative ? "-" : "";
        for (const raw of [`${magnitude}`, `0x${magnitude.toString(16)}`, `0B${magnitude.toString(2)}`]) {
          const { end, literal, problem } = scanNumber(sign + raw, 0);
          expect({ end, problem }).toEqual({ end: sign.length + raw.length, problem: undefined });
          expect(literal).toEqual({ kind: "integer", value: negative ? -magnitude : magnitude, raw: sign + raw });
        }
      }),
    );
  });

  it("end where their notation ends", () => {
    expect(scanNumber("0..5", 0)).toMatchObject({ end: 1, literal: { value: 0n } });
    expect(scanNumber("1.size", 0)).toMatchObject({ end: 1, literal: { value: 1n } });
    expect(scanNumber("0x10..5", 0)).toMatchObject({ end: 4, literal: { value: 16n } });
    expect(scanNumber("0b102", 0)).toMatchObject({ end: 4, literal: { value: 2n } });
    expect(scanNumber("0xg", 0)).toMatchObject({ end: 1, literal: { value: 0n } });
    expect(scanNumber("1e", 0)).toMatchObject({ end: 1, literal: { kind: "integer" } });
    expect(scanUnsignedInteger("0x1F)", 0)).toMatchObject({ end: 4, literal: { value: 31n } });
    expect(scanUnsignedInteger("1.5", 0)).toMatchObject({ end: 1, literal: { value: 1n } });
    expect(scanUnsignedInteger("-1", 0)).toBeUndefined();
    expect(isNumberStart("-x", 0)).toBe(false);
  });

  it("report leading zeros and excessive length", () => {
    expect(scanNumber("-007", 0)).toMatchObject({ end: 4, problem: "leading-zero", literal: { value: -7n } });
    expect(scanNumber("00.5", 0)).toMatchObject({ end: 4, problem: "leading-zero" });
    expect(scanNumber("9".repeat(1001), 0)).toMatchObject({ end: 1001, problem: "too-long" });
    expect(scanNumber(`0x1.${"0".repeat(1000)}p1`, 0)).toMatchObject({ problem: "too-long" });
  });
});

describe("floating-point numbers", () => {
  it("decimal ones have the value of the same text in JavaScript", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const raw = Object.is(value, -0) ? "-0e+0" : value.toExponential();
        expect(scanNumber(raw, 0)).toEqual({ end: raw.length, literal: { kind: "float", value, raw } });
      }),
    );
    expect(scanNumber("1e999", 0)).toMatchObject({ problem: "too-large" });
  });

  it("hexadecimal ones give back every double exactly", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const raw = hexadecimal(value);
        const { end, literal, problem } = scanNumber(raw, 0);
        expect({ end, problem }).toEqual({ end: raw.length, problem: undefined });
        expect(literal).toEqual({ kind: "float", value, raw });
      }),
    );
  });

  it("hexadecimal ones round once, to the nearest, ties to even", () => {
    const value = (raw: string) => scanNumber(raw, 0).literal.value;
    expect(value("0x1.8p1")).toBe(3);
    expect(value("-0x0.8p0")).toBe(-0.5);
    expect(value("0x1.00000000000008p0")).toBe(1);
    expect(value("0x1.00000000000018p0")).toBe(1 + 2 ** -51);
    expect(value("0x1.000000000000080000001p0")).toBe(1 + 2 ** -52);
    expect(value("0x1p-1074")).toBe(Number.MIN_VALUE);
    expect(value("0x1p-1075")).toBe(0);
    expect(value("0x1.8p-1074")).toBe(2 * Number.MIN_VALUE);
    expect(value("0x1p-99999")).toBe(0);
    expect(value("0x1.fffffffffffffp1023")).toBe(Number.MAX_VALUE);
    expect(scanNumber("0x1p1024", 0).problem).toBe("too-large");
    expect(scanNumber("0x1p99999999999", 0).problem).toBe("too-large");
    expect(value("0x0p99999999999")).toBe(0);
  });
});

/** A double in hexadecimal notation, built from its bits. */
function hexadecimal(value: number): string {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0] ?? 0n;
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = (bits & 0xfffffffffffffn).toString(16).padStart(13, "0");
  const sign = bits >> 63n === 1n ? "-" : "";
  return exponent === 0 ? `${sign}0x0.${fraction}p-1022` : `${sign}0x1.${fraction}p${exponent - 1023}`;
}
