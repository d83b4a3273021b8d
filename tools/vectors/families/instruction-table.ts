import type { ExampleValues } from "../building/examples.js";
import { bigEndian, fromHex, join, utf8 } from "../building/octets.js";
import { rowsWithTypes, SPECIFICATION } from "../corpus/specification.js";

/** A row of the table of instructions, by the compiled specification. */
export interface InstructionRow {
  readonly category: string;
  readonly name: string;
  readonly opcode: number;
  readonly capability: string | null;
  readonly dispatch: "sync" | "either" | "async";
  readonly operands: Readonly<Record<string, string>>;
  readonly results: Readonly<Record<string, string>>;
  /** Host errors to be expected. */
  readonly errors: readonly string[];
  readonly example: { readonly operands: ExampleValues; readonly results: ExampleValues };
}

/** A row of the table of events, by the compiled specification. */
export interface InstructionEventRow {
  readonly category: string;
  readonly name: string;
  readonly opcode: number;
  readonly payload: Readonly<Record<string, string>>;
  readonly example: ExampleValues;
}

/** Every released instruction. */
export const instructionRows = rowsWithTypes<InstructionRow>("instructions", ["operands", "results"]);

/** Every released event that is no completion. */
export const instructionEventRows = rowsWithTypes<InstructionEventRow>("instruction-events", ["payload"]);

/** The row of `category.name`. */
export function instructionRow(name: string): InstructionRow {
  const row = instructionRows.find((candidate) => `${candidate.category}.${candidate.name}` === name);
  if (row === undefined) throw new RangeError(`no instruction is called ${name}`);
  return row;
}

/** The number of a category. */
export function categoryNumber(name: string): number {
  return numberOf("instruction-categories", "name", name, "number");
}

/** The bit of a capability. */
export function capabilityBit(name: string): number {
  return numberOf("capabilities", "name", name, "bit");
}

/** The number of a host error. */
export function hostErrorNumber(name: string): number {
  return numberOf("host-errors", "name", name, "number");
}

/** All host errors by name. */
export const hostErrors = (SPECIFICATION.tables["host-errors"]?.rows ?? []).map((row) => String(row["name"]));

/** The status of a reply: the low 16 bits of the code's number. @spec instructions.reply */
export function statusOf(code: string): number {
  return numberOf("error-codes", "code", code, "number") & 0xffff;
}

function numberOf(table: string, key: string, value: string, member: string): number {
  const row = SPECIFICATION.tables[table]?.rows.find((candidate) => candidate[key] === value);
  if (row === undefined) throw new RangeError(`${table} has no ${value}`);
  return Number(row[member]);
}

/** What an instruction is written from. */
export interface Written {
  readonly category: number;
  readonly opcode: number;
  /** Bits of the capabilities it declares. */
  readonly bits?: readonly number[];
  readonly asynchronous?: boolean;
  readonly operands?: readonly Uint8Array[];
}

/** The bytes of an instruction. @spec instructions.layout instructions.caps instructions.caps.extension */
export function writeInstruction({
  category,
  opcode,
  bits = [],
  asynchronous = false,
  operands = [],
}: Written): Uint8Array {
  const low = bits.filter((bit) => bit < 16).reduce((sum, bit) => sum | (1 << bit), 0);
  const high = bits.filter((bit) => bit >= 16).map((bit) => bit - 16);
  const extension = new Uint8Array(high.length === 0 ? 0 : 1 + Math.floor(Math.max(...high) / 8));
  for (const bit of high) extension[bit >> 3] = (extension[bit >> 3] ?? 0) | (1 << (bit & 7));
  const flags = (asynchronous ? 0x40 : 0) | (high.length > 0 ? 0x80 : 0);
  return join(
    Uint8Array.of(category | flags),
    bigEndian(BigInt(opcode), 2),
    bigEndian(BigInt(low), 2),
    high.length === 0 ? extension : join(Uint8Array.of(extension.length), extension),
    ...operands,
  );
}

/** A TLV; values here are shorter than 128 bytes. @spec instructions.tlv */
export function tlv(type: number, value: Uint8Array): Uint8Array {
  return join(Uint8Array.of(type, value.length), value);
}

/** A value of each type. */
export function sampleTlv(type: string): Uint8Array {
  const samples: Readonly<Record<string, Uint8Array>> = {
    u32: tlv(1, fromHex("00000010")),
    u64: tlv(2, fromHex("0000000000000100")),
    i64: tlv(3, fromHex("fffffffffffffffe")),
    f64: tlv(4, fromHex("3ff0000000000000")),
    bool: tlv(5, fromHex("01")),
    bytes: tlv(6, utf8("hi")),
    text: tlv(7, utf8("/data/file")),
    handle: tlv(8, fromHex("00000001")),
    list: tlv(9, join(tlv(7, utf8("a")), tlv(7, utf8("b")))),
  };
  const sample = samples[type.replace("?", "")];
  if (sample === undefined) throw new RangeError(`no type is called ${type}`);
  return sample;
}

/** An instruction of a row, right in every respect. */
export function sampleInstruction(row: InstructionRow, asynchronous = row.dispatch === "async"): Uint8Array {
  return writeInstruction({
    category: categoryNumber(row.category),
    opcode: row.opcode,
    bits: row.capability === null ? [] : [capabilityBit(row.capability)],
    asynchronous,
    operands: Object.values(row.operands).map(sampleTlv),
  });
}

/** The reply to an instruction that was refused. @spec instructions.reply */
export function errorReply(code: string, hostError: string): Uint8Array {
  return join(bigEndian(BigInt(statusOf(code)), 2), tlv(1, bigEndian(BigInt(hostErrorNumber(hostError)), 4)));
}
