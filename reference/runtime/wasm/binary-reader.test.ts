import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BinaryReader } from "./binary-reader.js";
import { decodeUtf8 } from "./utf8.js";
import { WasmInvalid, type WasmInvalidReason } from "./wasm-invalid.js";

/** Every form of a LEB128 integer of the bit width given: the shortest one and `padding` bytes more. */
function leb128(value: bigint, signed: boolean, padding: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const bits = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = signed ? rest === ((bits & 0x40) !== 0 ? -1n : 0n) : rest === 0n;
    if (done) {
      bytes.push(bits);
      break;
    }
    bytes.push(bits | 0x80);
  }
  const filler = signed && value < 0n ? 0x7f : 0;
  for (let added = 0; added < padding; added++) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(filler);
  }
  return bytes;
}

interface IntegerKind {
  readonly name: string;
  readonly bits: number;
  readonly signed: boolean;
  readonly read: (reader: BinaryReader) => bigint;
}

const kinds: readonly IntegerKind[] = [
  { name: "u32", bits: 32, signed: false, read: (reader) => BigInt(reader.u32("u32")) },
  { name: "s32", bits: 32, signed: true, read: (reader) => BigInt(reader.s32("s32")) },
  { name: "s33", bits: 33, signed: true, read: (reader) => BigInt(reader.s33("s33")) },
  {
    name: "s64",
    bits: 64,
    signed: true,
    read: (reader) => {
      reader.s64("s64");
      return (BigInt(reader.high) << 32n) | BigInt(reader.low >>> 0);
    },
  },
];

function reasonOf(step: () => unknown): { reason: WasmInvalidReason; offset: number } | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    if (error instanceof WasmInvalid) return { reason: error.reason, offset: error.offset };
    throw error;
  }
}

/** The value and length of an integer by the definition of LEB128, or the reason to refuse it. */
function oracle(
  bytes: Uint8Array,
  { bits, signed }: IntegerKind,
): { value: bigint; length: number } | WasmInvalidReason {
  const longest = Math.ceil(bits / 7);
  let length = 0;
  do {
    if (length === longest) return "integer_too_long";
    if (length === bytes.length) return "truncated";
  } while ((bytes[length++] ?? 0) >= 0x80);
  let value = 0n;
  for (let position = 0; position < length; position++) {
    value |= BigInt((bytes[position] ?? 0) & 0x7f) << BigInt(7 * position);
  }
  if (signed) value = BigInt.asIntN(7 * length, value);
  const inRange = signed ? BigInt.asIntN(bits, value) === value : BigInt.asUintN(bits, value) === value;
  return inRange ? { value, length } : "integer_too_large";
}

describe.each(kinds)("$name", (kind) => {
  const { bits, signed, read } = kind;
  const half = 1n << BigInt(bits - 1);
  const [min, max] = signed ? [-half, half - 1n] : [0n, 2n * half - 1n];

  it("reads every value in its shortest and in every longer form that is allowed", () => {
    const longest = Math.ceil(bits / 7);
    fc.assert(
      fc.property(fc.bigInt({ min, max }), fc.nat(longest), (value, wanted) => {
        const padding = Math.min(wanted, longest - leb128(value, signed, 0).length);
        const bytes = leb128(value, signed, padding);
        const reader = new BinaryReader(Uint8Array.from([0xff, ...bytes, 0xff]), 1);
        expect(read(reader)).toBe(value);
        expect(reader.position).toBe(1 + bytes.length);
      }),
      {
        numRuns: 2_000,
        examples: [min, max, 0n, -1n, 63n, 64n, 127n, 128n].map((value) => [signed ? value : value & max, 9]),
      },
    );
  });

  it("agrees with the definition of LEB128 on any bytes, with the offset of the first byte or the end", () => {
    const byte = fc.oneof(
      fc.constantFrom(0x80, 0xff, 0xf0, 0x8f, 0x7f, 0x00, 0x01, 0x08, 0x0f, 0x10, 0x70, 0x78),
      fc.nat(255),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 12 }), (list) => {
        const bytes = Uint8Array.from(list);
        const reader = new BinaryReader(bytes);
        const expected = oracle(bytes, kind);
        if (typeof expected === "string") {
          const offset = expected === "truncated" ? bytes.length : 0;
          expect(reasonOf(() => read(reader))).toEqual({ reason: expected, offset });
        } else {
          expect(read(reader)).toBe(expected.value);
          expect(reader.position).toBe(expected.length);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("names", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  it("any text comes back from its UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 5_000 }), (text) => {
        const bytes = new TextEncoder().encode(text);
        expect(decodeUtf8(bytes, 0, bytes.length)).toBe(text);
      }),
      { numRuns: 300, examples: [["\uFEFFa"], ["\0"], ["\u{10FFFF}"], ["x".repeat(70_000)]] },
    );
  });

  // @spec guest-abi.code.name-utf8
  it("agrees with the host's strict decoder on any bytes", () => {
    const byte = fc.oneof(
      fc.constantFrom(0xc0, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0x80, 0x90, 0x9f, 0xa0, 0xbf),
      fc.nat(255),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 8 }), (list) => {
        const bytes = Uint8Array.from(list);
        let expected: string | undefined;
        try {
          expected = decoder.decode(bytes);
        } catch {
          expected = undefined;
        }
        const found = decodeUtf8(bytes, 0, bytes.length);
        expect(typeof found === "string" ? found : undefined).toBe(expected);
      }),
      { numRuns: 20_000 },
    );
  });

  it("reports the first byte of the ill-formed sequence", () => {
    const reader = new BinaryReader(Uint8Array.from([5, 0x61, 0xe2, 0x82, 0x61, 0x61]));
    expect(reasonOf(() => reader.name("a name"))).toEqual({ reason: "bad_utf8", offset: 2 });
  });

  it("never looks past the length or the end it was given", () => {
    expect(reasonOf(() => new BinaryReader(Uint8Array.from([2, 0x61])).name("a name"))?.reason).toBe(
      "length_out_of_bounds",
    );
    // A two-byte sequence cut by the length, although its second byte is there.
    expect(reasonOf(() => new BinaryReader(Uint8Array.from([1, 0xc2, 0x80])).name("a name"))).toEqual({
      reason: "bad_utf8",
      offset: 1,
    });
  });
});

describe("counts and lengths", () => {
  it("refuse at once what could not fit in the bytes that are left", () => {
    const huge = Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3]);
    expect(reasonOf(() => new BinaryReader(huge).count("entries", 10))).toEqual({
      reason: "length_out_of_bounds",
      offset: 0,
    });
    expect(reasonOf(() => new BinaryReader(huge).length("a length"))).toEqual({
      reason: "length_out_of_bounds",
      offset: 0,
    });
  });

  it("take what fits, and refuse more entries than the limit", () => {
    const three = Uint8Array.from([3, 0, 0, 0, 0, 0, 0]);
    expect(new BinaryReader(three).count("entries", 3, 2)).toBe(3);
    expect(reasonOf(() => new BinaryReader(three).count("entries", 2, 2))?.reason).toBe("limit_exceeded");
    expect(reasonOf(() => new BinaryReader(three).count("entries", 3, 3))?.reason).toBe("length_out_of_bounds");
  });
});
