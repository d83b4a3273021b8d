import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { CAPABILITY_BITS } from "../capabilities.js";
import { INSTRUCTION_REASONS, type InstructionReason } from "../enums/instruction-reason.js";
import { TlvType } from "../enums/tlv-type.js";
import { ERROR_CODES } from "../errors/error-code.js";
import {
  INSTRUCTION_EVENTS,
  INSTRUCTIONS,
  type InstructionRow,
  instructionNamed,
  instructionOf,
} from "./instruction-table.js";
import * as crypto from "./crypto.js";
import * as host from "./host.js";
import * as io from "./io.js";
import {
  type DecodedInstruction,
  decodeEvent,
  decodeInstruction,
  decodeReply,
  encodeErrorReply,
  encodeEvent,
  encodeInstruction,
  encodeReply,
  INSTRUCTION_MAXIMUM_BYTES,
  InstructionError,
} from "./message.js";
import * as net from "./net.js";
import * as proc from "./proc.js";
import * as random from "./random.js";
import * as time from "./time.js";
import * as ui from "./ui.js";
import { EVENT_PAYLOADS, INSTRUCTION_OPERANDS, INSTRUCTION_RESULTS, type OperandShape } from "./instruction-shapes.js";
import { encodeTlvs, type Tlv } from "./tlv.js";

/** Builders and readers by category; a function is found by the name its row gives it. */
const modules: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { crypto, host, io, net, proc, random, time, ui };

/** Operands and results of a row. */
function shapesOf({ name }: InstructionRow): { readonly operands: readonly OperandShape[]; readonly results: readonly OperandShape[] } {
  return { operands: INSTRUCTION_OPERANDS[name] ?? [], results: INSTRUCTION_RESULTS[name] ?? [] };
}

type Anything = (...values: unknown[]) => unknown;

function pascal(name: string): string {
  return name.split(/[._]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function camel(name: string): string {
  return pascal(name).charAt(0).toLowerCase() + pascal(name).slice(1);
}

function exported(row: { readonly name: string }, name: string): Anything {
  const found = modules[row.name.split(".")[0] ?? ""]?.[name];
  if (typeof found !== "function") throw new Error(`no function ${name}`);
  return found as Anything;
}

const values: Readonly<Record<Exclude<Tlv["type"], "none">, fc.Arbitrary<unknown>>> = {
  u32: fc.nat(0xffff_ffff),
  u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  f64: fc.double(),
  bool: fc.boolean(),
  bytes: fc.uint8Array({ maxLength: 200 }),
  text: fc.string({ unit: "binary", maxLength: 100 }),
  handle: fc.nat(0xffff_ffff),
  list: fc.array(fc.string({ unit: "binary", maxLength: 9 }).map((value) => ({ type: "text", value }))),
};

function valuesOf(rows: readonly OperandShape[]): fc.Arbitrary<unknown[]> {
  return fc.tuple(...rows.map((row) => (row.type === "none" ? fc.constant(undefined) : values[row.type])));
}

function named(rows: readonly OperandShape[], list: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(rows.map((row, index) => [camel(row.name), list[index]]));
}

// @covers spec/tables/instructions.yaml
describe.each(INSTRUCTIONS.map((row) => [row.name, row] as const))("%s", (name, row) => {
  const { operands: operandShapes, results: resultShapes } = shapesOf(row);

  // @spec instructions.layout, instructions.tlv, instructions.caps
  test.prop([valuesOf(operandShapes), fc.boolean()])("is built, decoded, and built again from what was decoded", (operands, later) => {
    const asynchronous = later && row.dispatch !== "sync";
    const options = row.dispatch === "sync" ? [] : [{ asynchronous }];
    const bytes = exported(row, camel(name))(...operands, ...options) as Uint8Array;
    const decoded = decodeInstruction(bytes);
    expect(decoded.row).toBe(row);
    expect(decoded.asynchronous).toBe(asynchronous);
    expect(decoded.capabilitiesRequired).toBe(row.capabilities);
    if (operandShapes.length > 0) {
      expect(exported(row, `read${pascal(name)}Operands`)(decoded.operands)).toEqual(named(operandShapes, operands));
    }
    expect(encodeInstruction(decoded)).toEqual(bytes);
  });

  // @spec instructions.reply
  test.prop([valuesOf(resultShapes)])("has results that a reply carries", (results) => {
    if (resultShapes.length === 0) {
      expect(decodeReply(encodeReply(0, []))).toEqual({ status: 0, results: [] });
      return;
    }
    const bytes = encodeReply(0, exported(row, `${camel(name)}Results`)(...results) as Tlv[]);
    const reply = decodeReply(bytes);
    expect(reply.status).toBe(0);
    const read = exported(row, `read${pascal(name)}Results`);
    expect(read(reply.results)).toEqual(named(resultShapes, results));
    expect(read([...reply.results, { type: "u32", value: 1 }])).toEqual(named(resultShapes, results));
  });

  // @spec instructions.operands, instructions.caps.exact, instructions.caps.by-opcode
  test.prop([valuesOf(operandShapes)])("with one operand less or more, or other capabilities, is malformed", (operands) => {
    const decoded = decodeInstruction(exported(row, camel(name))(...operands) as Uint8Array);
    const extra = { ...decoded, operands: [...decoded.operands, { type: "bool", value: true } as const] };
    expect(faultOf(encodeInstruction(extra))).toEqual(["operand_extra", encodeInstruction(decoded).length]);
    if (decoded.operands.length > 0) {
      const fewer = encodeInstruction({ ...decoded, operands: decoded.operands.slice(0, -1) });
      expect(faultOf(fewer)).toEqual(operandShapes.at(-1)?.optional === true ? [] : ["operand_missing", fewer.length]);
    }
    const others = [decoded.capabilitiesRequired ^ 1, decoded.capabilitiesRequired ^ (1 << 16), decoded.capabilitiesRequired ^ (1 << 30)];
    for (const capabilitiesRequired of others) {
      expect(faultOf(encodeInstruction({ ...decoded, capabilitiesRequired }))).toEqual(["capability_mismatch", 3]);
    }
  });

  it("with ASYNC is malformed exactly where it is synchronous only", () => {
    const operands = operandShapes.map((operand) => sample(operand));
    const bytes = encodeInstruction({ ...headOf(row), asynchronous: true, operands });
    expect(faultOf(bytes)).toEqual(row.dispatch === "sync" ? ["async_not_allowed", 0] : []);
  });

  it("is found by number and by name", () => {
    expect(instructionOf(row.category, row.opcode)).toBe(row);
    expect(instructionNamed(name)).toBe(row);
    expect(row.capabilities).toBe(row.capability === null ? 0 : 1 << CAPABILITY_BITS[row.capability]);
  });
});

function headOf(row: InstructionRow): Omit<DecodedInstruction, "row" | "operands"> {
  return { category: row.category, opcode: row.opcode, asynchronous: false, capabilitiesRequired: row.capabilities };
}

function sample(operand: OperandShape): Tlv {
  if (operand.type === "none") return { type: "none" };
  const [value] = fc.sample(values[operand.type], { numRuns: 1, seed: 1 });
  return { type: operand.type, value } as Tlv;
}

function faultOf(bytes: Uint8Array): readonly [InstructionReason, number] | readonly [] {
  try {
    decodeInstruction(bytes);
    return [];
  } catch (error) {
    if (error instanceof InstructionError) return [error.reason, error.offset];
    throw error;
  }
}

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

describe("an instruction", () => {
  it.each([
    ["no bytes", "", "truncated", 0],
    ["one byte, whatever is in it", "3f", "truncated", 1],
    ["half an opcode", "00 00", "truncated", 1],
    ["no caps", "00 0003", "truncated", 3],
    ["half of caps", "00 0003 00", "truncated", 3],
    ["bit 4", "10 0003 0001", "reserved_bits", 0],
    ["bit 5 and a reserved category", "28 0003 0001", "reserved_bits", 0],
    ["a reserved category", "08 0003 0001", "reserved_category", 0],
    ["no extension", "80 0003 0001", "truncated", 5],
    ["an empty extension", "80 0003 0001 00", "capability_extension", 5],
    ["half an extension", "80 0003 0001 02 01", "truncated", 6],
    ["an extension that ends with zero", "80 0003 0001 02 01 00", "capability_extension", 7],
    ["an extension nobody needs", "80 0003 0001 01 01", "capability_mismatch", 3],
    ["capability 31 and above", "80 0003 0001 03 00 00 01", "capability_mismatch", 3],
    ["too few capabilities", "00 0003 0000", "capability_mismatch", 3],
    ["ASYNC where it may not be, and broken operands", "40 0003 0001 0a", "async_not_allowed", 0],
    ["an unknown type", "00 0003 0001 0a 00", "unknown_type", 5],
    ["a broken operand behind a wrong one", "00 0003 0001 05 01 01 05 01 02", "invalid_bool", 10],
    ["no operands", "00 0003 0001", "operand_missing", 5],
    ["a wrong operand", "00 0003 0001 05 01 01", "operand_type", 5],
    ["none at the end", "03 0001 0200 00 00", "trailing_none", 5],
    ["an extra operand", "03 0001 0200 05 01 01", "operand_extra", 5],
  ] as const)("with %s is malformed", (_what, bytes, reason, offset) => {
    expect(faultOf(hex(bytes))).toEqual([reason, offset]);
  });

  it("above 1 MiB is too long, at 1 MiB it is not", () => {
    const head = hex("00 0011 0004");
    const body = (length: number) => encodeTlvs([{ type: "bytes", value: new Uint8Array(length - head.length - 4) }]);
    const bytes = (length: number) => Uint8Array.from([...head, ...body(length)]);
    expect(bytes(INSTRUCTION_MAXIMUM_BYTES)).toHaveLength(INSTRUCTION_MAXIMUM_BYTES);
    expect(faultOf(bytes(INSTRUCTION_MAXIMUM_BYTES))).toEqual([]);
    expect(faultOf(bytes(INSTRUCTION_MAXIMUM_BYTES + 1))).toEqual(["too_long", INSTRUCTION_MAXIMUM_BYTES]);
  });

  it("of an unknown opcode passes with what it declares", () => {
    const decoded = decodeInstruction(hex("c0 8001 8000 02 01 80 05 01 01"));
    expect(decoded).toEqual({
      category: 0,
      opcode: 0x8001,
      asynchronous: true,
      capabilitiesRequired: 0x8000 | (1 << 16) | (1 << 31),
      operands: [{ type: "bool", value: true }],
      row: undefined,
    });
    expect(() => encodeInstruction(decoded)).toThrow(RangeError);
  });

  test.prop([fc.uint8Array({ maxLength: 40 })], { numRuns: 5000 })("of any bytes is decoded or malformed, nothing else", (bytes) => {
    const fault = faultOf(bytes);
    if (fault.length === 0) {
      const decoded = decodeInstruction(bytes);
      if (decoded.capabilitiesRequired >= 0) expect(encodeInstruction(decoded)).toEqual(bytes);
    } else expect(fault[1]).toBeLessThanOrEqual(bytes.length);
  });

  const someInstruction = fc
    .constantFrom(...INSTRUCTIONS)
    .chain((row) => valuesOf(shapesOf(row).operands).map((list) => exported(row, camel(row.name))(...list) as Uint8Array));

  test.prop([someInstruction, fc.nat(), fc.nat(255)], { numRuns: 5000 })(
    "mutated in one byte encodes to itself or is malformed",
    (bytes, where, value) => {
      const mutated = Uint8Array.from(bytes);
      mutated[where % bytes.length] = value;
      const fault = faultOf(mutated);
      if (fault.length > 0) {
        expect(INSTRUCTION_REASONS).toContain(fault[0]);
        return;
      }
      const decoded = decodeInstruction(mutated);
      // Only an unknown opcode can declare capabilities above 30, and nobody writes one.
      if (decoded.capabilitiesRequired < 0) expect(decoded.row).toBeUndefined();
      else expect(encodeInstruction(decoded)).toEqual(mutated);
    },
  );
});

// @spec instructions.message-reasons
describe("a reply", () => {
  it("is the number of a code and a host error where something failed", () => {
    const bytes = encodeErrorReply(ERROR_CODES.ADP_POLICY_DENIED.number, "access_denied");
    expect(Buffer.from(bytes).toString("hex")).toBe("3006010400000004");
    expect(decodeReply(bytes)).toEqual({ status: 0x3006, results: [{ type: "u32", value: 4 }] });
  });

  it.each([
    ["half a status", "00", "truncated", 0],
    ["an error without its host error", "3006", "operand_missing", 2],
    ["an error with a text", "3006 07 00", "operand_type", 2],
    ["an error with more than its host error", "3006 01 04 00000001 05 01 00", "operand_extra", 8],
  ] as const)("of %s is malformed", (_what, bytes, reason, offset) => {
    expect(() => decodeReply(hex(bytes))).toThrow(expect.objectContaining({ reason, offset }));
  });
});

describe("an event", () => {
  it.each(INSTRUCTION_EVENTS.map((row) => [row.name, row] as const))("%s is built and read again", (name, row) => {
    const payloadShapes = EVENT_PAYLOADS[name] ?? [];
    fc.assert(
      fc.property(valuesOf(payloadShapes), (payload) => {
        const bytes = exported(row, `${camel(name)}Event`)(...payload) as Uint8Array;
        const event = decodeEvent(bytes);
        expect(event).toMatchObject({ category: row.category, opcode: row.opcode, completion: false });
        expect(exported(row, `read${pascal(name)}Event`)(event.payload)).toEqual(named(payloadShapes, payload));
        expect(encodeEvent(event)).toEqual(bytes);
      }),
    );
  });

  it.each([
    ["half an opcode", "03 00", "truncated", 1],
    ["EXT_CAPS", "83 0001", "reserved_bits", 0],
    ["a reserved category", "0f 0001", "reserved_category", 0],
    ["no payload", "03 0001", "operand_missing", 3],
    ["a completion without a status", "43 0003 01 04 00000001", "operand_missing", 9],
  ] as const)("with %s is malformed", (_what, bytes, reason, offset) => {
    expect(() => decodeEvent(hex(bytes))).toThrow(expect.objectContaining({ reason, offset }));
  });

  it("that completes a call begins with its id and status", () => {
    const event = { category: 3, opcode: 3, completion: true, payload: [{ type: "u32", value: 7 }, { type: "u32", value: 0 }] } as const;
    expect(decodeEvent(encodeEvent(event))).toEqual(event);
  });
});

describe("the table of TLV types", () => {
  it("has the type bytes that the kernel writes", () => {
    const written = (tlv: Tlv) => encodeTlvs([tlv, { type: "bool", value: true }])[0];
    expect(written({ type: "none" })).toBe(TlvType.None);
    expect(written({ type: "u32", value: 0 })).toBe(TlvType.U32);
    expect(written({ type: "u64", value: 0n })).toBe(TlvType.U64);
    expect(written({ type: "i64", value: 0n })).toBe(TlvType.I64);
    expect(written({ type: "f64", value: 0 })).toBe(TlvType.F64);
    expect(written({ type: "bool", value: false })).toBe(TlvType.Bool);
    expect(written({ type: "bytes", value: new Uint8Array(0) })).toBe(TlvType.Bytes);
    expect(written({ type: "text", value: "" })).toBe(TlvType.Text);
    expect(written({ type: "handle", value: 0 })).toBe(TlvType.Handle);
    expect(written({ type: "list", value: [] })).toBe(TlvType.List);
  });
});
