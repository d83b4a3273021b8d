import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { TLV_DEPTH, TLV_TYPE_BYTES, TLV_TYPE_NAMES, type Tlv, type TlvReason } from "./tlv.js";
import { OperandCheck } from "./tlv-operands.js";
import { decodeTlvs } from "./tlv-reader.js";
import { optionalTlvValue, tlvValue } from "./tlv-values.js";
import { encodeTlvs, TlvWriter } from "./tlv-writer.js";

class Malformed extends Error {
  readonly reason: TlvReason;
  readonly offset: number;

  constructor(reason: TlvReason, offset: number) {
    super(`${reason} at ${offset}`);
    this.reason = reason;
    this.offset = offset;
  }
}

function fail(reason: TlvReason, offset: number): never {
  throw new Malformed(reason, offset);
}

function decode(bytes: Uint8Array): Tlv[] {
  return decodeTlvs(bytes, 0, bytes.length, fail);
}

/** What is wrong with some bytes, given in hexadecimal; empty where nothing is. */
function faultOf(hexadecimal: string): readonly [TlvReason, number] | readonly [] {
  try {
    decode(Uint8Array.from(Buffer.from(hexadecimal.replaceAll(" ", ""), "hex")));
    return [];
  } catch (error) {
    if (error instanceof Malformed) return [error.reason, error.offset];
    throw error;
  }
}

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.string({ unit: "binary", maxLength: 200 });
const leaf: fc.Arbitrary<Tlv> = fc.oneof(
  fc.nat(0xffff_ffff).map((value): Tlv => ({ type: "u32", value })),
  u64.map((value): Tlv => ({ type: "u64", value })),
  i64.map((value): Tlv => ({ type: "i64", value })),
  fc.double().map((value): Tlv => ({ type: "f64", value })),
  fc.boolean().map((value): Tlv => ({ type: "bool", value })),
  fc.uint8Array({ maxLength: 300 }).map((value): Tlv => ({ type: "bytes", value })),
  text.map((value): Tlv => ({ type: "text", value })),
  fc.nat(0xffff_ffff).map((value): Tlv => ({ type: "handle", value })),
);
const none: fc.Arbitrary<Tlv> = fc.constant({ type: "none" });

function tlvOfDepth(depth: number): fc.Arbitrary<Tlv> {
  if (depth === 0) return leaf;
  const list = fc
    .array(fc.oneof(tlvOfDepth(depth - 1), none), { maxLength: 3 })
    .map((value): Tlv => ({ type: "list", value }));
  return fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: list });
}

const tlvs = fc
  .array(fc.oneof({ weight: 4, arbitrary: tlvOfDepth(TLV_DEPTH) }, { weight: 1, arbitrary: none }), { maxLength: 6 })
  .filter((list) => list.at(-1)?.type !== "none");

describe("TLVs", () => {
  test.prop([tlvs])("are decoded as they were encoded", (list) => {
    expect(decode(encodeTlvs(list))).toEqual(list);
  });

  // @spec instructions.tlv
  test.prop([tlvs])("have one encoding: bytes that decode encode to themselves", (list) => {
    const bytes = encodeTlvs(list);
    expect(encodeTlvs(decode(bytes))).toEqual(bytes);
  });

  test.prop([tlvs, fc.nat(), fc.nat(255)], { numRuns: 2000 })(
    "mutated in one byte either have one encoding or are refused with a reason inside the bytes",
    (list, where, value) => {
      const bytes = encodeTlvs(list);
      fc.pre(bytes.length > 0);
      bytes[where % bytes.length] = value;
      try {
        expect(encodeTlvs(decode(bytes))).toEqual(bytes);
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        expect(error.offset).toBeLessThanOrEqual(bytes.length);
      }
    },
  );

  test.prop([tlvs, fc.nat()])("cut short are refused, or are a shorter sequence", (list, where) => {
    const bytes = encodeTlvs(list);
    const cut = bytes.slice(0, bytes.length === 0 ? 0 : where % bytes.length);
    try {
      expect(encodeTlvs(decode(cut))).toEqual(cut);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      expect(["truncated", "trailing_none"]).toContain(error.reason);
    }
  });

  test.prop([fc.uint8Array({ maxLength: 64 })], { numRuns: 2000 })(
    "of any bytes raise nothing but a coded fault",
    (bytes) => {
      try {
        expect(encodeTlvs(decode(bytes))).toEqual(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(Malformed);
      }
    },
  );

  test.prop([tlvs])("are copies of the message", (list) => {
    const bytes = encodeTlvs(list);
    const read = decode(bytes);
    bytes.fill(0xff);
    expect(read).toEqual(list);
  });

  it("are copies, also out of Node's Buffer", () => {
    const given = Buffer.from([6, 2, 1, 2]);
    const tlvs = decodeTlvs(given, 0, given.length, () => {
      throw new Error("refused");
    });
    given.fill(0);
    expect(tlvs).toEqual([{ type: "bytes", value: Uint8Array.of(1, 2) }]);
  });

  it("number their types in the order of the names", () => {
    expect(TLV_TYPE_NAMES.map((name) => TLV_TYPE_BYTES[name])).toEqual(TLV_TYPE_NAMES.map((_, index) => index));
  });
});

describe("a malformed TLV", () => {
  it.each([
    ["an unknown type", "0a 00", "unknown_type", 0],
    ["an unknown type before a missing length", "0a", "unknown_type", 0],
    ["a missing length", "01", "truncated", 1],
    ["an unfinished length", "06 80", "truncated", 1],
    ["a length with a zero byte at its end", "06 80 00", "length_encoding", 1],
    ["a length in six bytes", "06 80 80 80 80 80 01", "length_encoding", 1],
    ["a length beyond 32 bits", "06 ff ff ff ff 10", "length_encoding", 1],
    ["the largest length, without its bytes", "06 ff ff ff ff 0f", "truncated", 6],
    ["a value that is not whole", "01 04 00 00 00", "truncated", 2],
    ["a fixed width of another length", "01 05 00 00 00 00 00", "length_mismatch", 1],
    ["a fixed width of another length, not whole", "01 05 00", "truncated", 2],
    ["a none with a value", "00 01 00 05 01 00", "length_mismatch", 1],
    ["a bool of two", "05 01 02", "invalid_bool", 2],
    ["a NaN with a payload", "04 08 7ff8000000000001", "invalid_nan", 2],
    ["a NaN with a sign", "04 08 fff8000000000000", "invalid_nan", 2],
    ["a signalling NaN", "04 08 7ff0000000000001", "invalid_nan", 2],
    ["an overlong form", "07 02 c0 80", "invalid_utf8", 2],
    ["a surrogate", "07 03 ed a0 80", "invalid_utf8", 2],
    ["none at the end", "05 01 01 00 00", "trailing_none", 3],
    ["only none", "00 00", "trailing_none", 0],
    ["a value that leaves its list", "09 03 06 02 00 00", "truncated", 4],
    ["a fifth list", "09 08 09 06 09 04 09 02 09 00", "list_depth", 8],
    ["a fifth list before its length", "09 07 09 05 09 03 09 01 09", "list_depth", 8],
    ["a second TLV", "05 01 01 05 01 07", "invalid_bool", 5],
  ] as const)("with %s", (_what, bytes, reason, offset) => {
    expect(faultOf(bytes)).toEqual([reason, offset]);
  });

  it.each([
    ["the canonical NaN", "04 08 7ff8000000000000"],
    ["a four-fold list", "09 06 09 04 09 02 09 00"],
    ["none inside", "00 00 05 01 00"],
    ["none at the end of a list", "09 02 00 00"],
    ["no operands", ""],
  ])("is not one with %s", (_what, bytes) => {
    expect(faultOf(bytes)).toEqual([]);
  });

  it("allocates nothing by its declared length", () => {
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 1000; count++) expect(faultOf("06 ff ff ff ff 0f")[0]).toBe("truncated");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });
});

describe("the writer", () => {
  it.each([
    [{ type: "u32", value: 2 ** 32 }],
    [{ type: "u32", value: -1 }],
    [{ type: "handle", value: 0.5 }],
    [{ type: "u64", value: -1n }],
    [{ type: "u64", value: 2n ** 64n }],
    [{ type: "i64", value: 2n ** 63n }],
    [{ type: "text", value: "\ud800" }],
    [{ type: "none" }],
    [{ type: "string", value: "no type" }],
  ] as const)("refuses %o", (tlv) => {
    expect(() => encodeTlvs([tlv as Tlv])).toThrow(RangeError);
  });

  it("refuses a fifth list", () => {
    let list: Tlv = { type: "list", value: [] };
    for (let depth = 1; depth < TLV_DEPTH; depth++) list = { type: "list", value: [list] };
    expect(() => encodeTlvs([list])).not.toThrow();
    const deeper: Tlv = { type: "list", value: [list] };
    expect(() => encodeTlvs([deeper])).toThrow(RangeError);
  });

  it("writes skipped operands as none before others, and not at all at the end", () => {
    const bytes = new TlvWriter().skip().bool(true).skip().skip().finish();
    expect(decode(bytes)).toEqual([{ type: "none" }, { type: "bool", value: true }]);
  });
});

describe("operands against a row", () => {
  const run = (list: Tlv[], ask: (check: OperandCheck) => void) => {
    const bytes = encodeTlvs(list);
    const operands = decodeTlvs(bytes, 0, bytes.length, fail);
    try {
      ask(new OperandCheck(operands, bytes, 0, fail));
      return [];
    } catch (error) {
      return error instanceof Malformed ? [error.reason, error.offset] : [error];
    }
  };
  const handle: Tlv = { type: "handle", value: 1 };
  const flag: Tlv = { type: "bool", value: true };
  const ask = (check: OperandCheck) => {
    check.required("handle", "file");
    check.optional("bool", "flag");
    check.end();
  };

  it("are right, missing, of another type, or too many", () => {
    expect(run([handle, flag], ask)).toEqual([]);
    expect(run([handle], ask)).toEqual([]);
    expect(run([], ask)).toEqual(["operand_missing", 0]);
    expect(run([flag], ask)).toEqual(["operand_type", 0]);
    expect(run([handle, handle], ask)).toEqual(["operand_type", 6]);
    expect(run([handle, flag, flag], ask)).toEqual(["operand_extra", 9]);
    expect(run([{ type: "none" }, flag], ask)).toEqual(["operand_type", 0]);
  });

  it("are read by position; the wrong type is a mistake of the caller", () => {
    expect(tlvValue([handle, flag], 1, "bool", "flag")).toBe(true);
    expect(() => tlvValue([handle], 0, "u32", "file")).toThrow(TypeError);
    expect(() => tlvValue([], 0, "u32", "file")).toThrow(TypeError);
    expect(optionalTlvValue([handle], 1, "bool", "flag")).toBeUndefined();
    expect(optionalTlvValue([{ type: "none" }, flag], 0, "bool", "flag")).toBeUndefined();
    expect(optionalTlvValue([handle, flag], 1, "bool", "flag")).toBe(true);
  });
});

describe("writers", () => {
  test.prop([fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 0, max: 300 }), fc.boolean()), { maxLength: 40 })])(
    "share no bytes, whoever is finished first and whoever writes on",
    (steps) => {
      const writers = [new TlvWriter(), new TlvWriter(), new TlvWriter()];
      const written: Tlv[][] = [[], [], []];
      const given: (readonly [Uint8Array, string])[] = [];
      const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
      for (const [index, length, finishes] of steps) {
        const value = new Uint8Array(length).fill(index + 1);
        writers[index]?.bytes(value);
        written[index]?.push({ type: "bytes", value });
        if (!finishes) continue;
        const bytes = (writers[index] as TlvWriter).finish();
        expect(hex(bytes)).toBe(hex(encodeTlvs(written[index] as Tlv[])));
        given.push([bytes, hex(bytes)]);
      }
      for (const [bytes, before] of given) expect(hex(bytes)).toBe(before);
    },
  );
});
