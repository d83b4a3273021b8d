import { join, type Part, type Piece, signed, unsigned, vector } from "./piece.js";

/** One instruction: its name in the text format, and its bytes. */
export interface Instruction {
  readonly name: string;
  readonly piece: Piece;
}

/** Instructions one behind the other. */
export type Code = readonly Instruction[];

/** Value types by their names. */
export const TYPES = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, funcref: 0x70, externref: 0x6f } as const;

/** Name of a value type. */
export type Type = keyof typeof TYPES;

/** Names of numeric instructions from the first opcode of a run on. */
const RUNS: readonly (readonly [first: number, names: string])[] = [
  [0x45, "i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u"],
  [0x50, "i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u"],
  [0x5b, "f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge"],
  [0x67, "i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u"],
  [0x71, "i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr"],
  [0x79, "i64.clz i64.ctz i64.popcnt i64.add i64.sub i64.mul i64.div_s i64.div_u i64.rem_s i64.rem_u"],
  [0x83, "i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr"],
  [0x8b, "f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt"],
  [0x92, "f32.add f32.sub f32.mul f32.div f32.min f32.max f32.copysign"],
  [0x99, "f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt"],
  [0xa0, "f64.add f64.sub f64.mul f64.div f64.min f64.max f64.copysign"],
  [0xa7, "i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u"],
  [0xac, "i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u"],
  [0xb2, "f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u f32.demote_f64"],
  [0xb7, "f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote_f32"],
  [0xbc, "i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64"],
  [0xc0, "i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s"],
];

const NUMERIC: ReadonlyMap<string, readonly number[]> = new Map([
  ...RUNS.flatMap(([first, names]) => names.split(" ").map((name, at): [string, number[]] => [name, [first + at]])),
  ...["i32", "i64"].flatMap((type, at) =>
    ["f32_s", "f32_u", "f64_s", "f64_u"].map((from, kind): [string, number[]] => [
      `${type}.trunc_sat_${from}`,
      [0xfc, 4 * at + kind],
    ]),
  ),
]);

/** Loads and stores: opcode and the exponent of their natural alignment. */
const ACCESSES: ReadonlyMap<string, readonly [opcode: number, alignment: number]> = new Map([
  ["i32.load", [0x28, 2]],
  ["i64.load", [0x29, 3]],
  ["f32.load", [0x2a, 2]],
  ["f64.load", [0x2b, 3]],
  ["i32.load8_s", [0x2c, 0]],
  ["i32.load8_u", [0x2d, 0]],
  ["i32.load16_s", [0x2e, 1]],
  ["i32.load16_u", [0x2f, 1]],
  ["i64.load8_s", [0x30, 0]],
  ["i64.load8_u", [0x31, 0]],
  ["i64.load16_s", [0x32, 1]],
  ["i64.load16_u", [0x33, 1]],
  ["i64.load32_s", [0x34, 2]],
  ["i64.load32_u", [0x35, 2]],
  ["i32.store", [0x36, 2]],
  ["i64.store", [0x37, 3]],
  ["f32.store", [0x38, 2]],
  ["f64.store", [0x39, 3]],
  ["i32.store8", [0x3a, 0]],
  ["i32.store16", [0x3b, 1]],
  ["i64.store8", [0x3c, 0]],
  ["i64.store16", [0x3d, 1]],
  ["i64.store32", [0x3e, 2]],
]);

/** An instruction as it is told. */
export function instruction(name: string, ...parts: readonly Part[]): Instruction {
  return { name, piece: join(...parts) };
}

/** A numeric instruction without immediates, by its name. */
export function numeric(name: string): Instruction {
  const opcode = NUMERIC.get(name);
  if (opcode === undefined) throw new RangeError(`no numeric instruction is called ${name}`);
  return instruction(name, opcode);
}

/** Names of all numeric instructions without immediates. */
export const NUMERIC_NAMES: readonly string[] = [...NUMERIC.keys()];

/** A load or store. The alignment is the natural one unless told. */
export function access(name: string, offset = 0, alignment?: number): Instruction {
  const [opcode, natural] = ACCESSES.get(name) ?? [];
  if (opcode === undefined || natural === undefined) throw new RangeError(`nothing is loaded or stored by ${name}`);
  return instruction(name, [opcode], unsigned(alignment ?? natural), unsigned(offset));
}

export const i32 = (value: number): Instruction => instruction("i32.const", [0x41], signed(value | 0));
export const i64 = (value: bigint): Instruction => instruction("i64.const", [0x42], signed(BigInt.asIntN(64, value)));
/** An f32 by its bits. */
export const f32 = (bits: number): Instruction => instruction("f32.const", [0x43], littleEndian(BigInt(bits >>> 0), 4));
/** An f64 by its bits. */
export const f64 = (bits: bigint): Instruction => instruction("f64.const", [0x44], littleEndian(bits, 8));

/** A constant by its bits. */
export function constant(type: "i32" | "i64" | "f32" | "f64", bits: bigint): Instruction {
  if (type === "i32") return i32(Number(BigInt.asIntN(32, bits)));
  if (type === "i64") return i64(bits);
  return type === "f32" ? f32(Number(bits)) : f64(bits);
}

/** Bytes of an integer, the lowest first. */
export function littleEndian(value: bigint, width: number): number[] {
  return Array.from({ length: width }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}

/** The type of a block: nothing, one result, or the number of a type of the module. */
export type BlockType = Type | number | undefined;

function blockType(type: BlockType): readonly number[] {
  if (type === undefined) return [0x40];
  return typeof type === "number" ? signed(type) : [TYPES[type]];
}

export const unreachable = instruction("unreachable", [0x00]);
export const nop = instruction("nop", [0x01]);
export const otherwise = instruction("else", [0x05]);
export const end = instruction("end", [0x0b]);
export const ret = instruction("return", [0x0f]);
export const drop = instruction("drop", [0x1a]);
export const select = instruction("select", [0x1b]);
export const block = (type?: BlockType): Instruction => instruction("block", [0x02], blockType(type));
export const loop = (type?: BlockType): Instruction => instruction("loop", [0x03], blockType(type));
export const when = (type?: BlockType): Instruction => instruction("if", [0x04], blockType(type));
export const br = (label: number): Instruction => instruction("br", [0x0c], unsigned(label));
export const brIf = (label: number): Instruction => instruction("br_if", [0x0d], unsigned(label));
export const brTable = (labels: readonly number[], other: number): Instruction =>
  instruction("br_table", [0x0e], vector(labels.map(unsigned)), unsigned(other));
export const call = (fn: number): Instruction => instruction("call", [0x10], unsigned(fn));
export const callIndirect = (type: number, table = 0): Instruction =>
  instruction("call_indirect", [0x11], unsigned(type), unsigned(table));
export const selectTyped = (...types: readonly Type[]): Instruction =>
  instruction("select t", [0x1c], vector(types.map((type) => [TYPES[type]])));
export const localGet = (local: number): Instruction => instruction("local.get", [0x20], unsigned(local));
export const localSet = (local: number): Instruction => instruction("local.set", [0x21], unsigned(local));
export const localTee = (local: number): Instruction => instruction("local.tee", [0x22], unsigned(local));
export const globalGet = (global: number): Instruction => instruction("global.get", [0x23], unsigned(global));
export const globalSet = (global: number): Instruction => instruction("global.set", [0x24], unsigned(global));
export const tableGet = (table: number): Instruction => instruction("table.get", [0x25], unsigned(table));
export const tableSet = (table: number): Instruction => instruction("table.set", [0x26], unsigned(table));
export const memorySize = instruction("memory.size", [0x3f, 0]);
export const memoryGrow = instruction("memory.grow", [0x40, 0]);
export const refNull = (type: "funcref" | "externref"): Instruction => instruction("ref.null", [0xd0, TYPES[type]]);
export const refIsNull = instruction("ref.is_null", [0xd1]);
export const refFunc = (fn: number): Instruction => instruction("ref.func", [0xd2], unsigned(fn));
export const memoryInit = (data: number): Instruction => instruction("memory.init", [0xfc, 8], unsigned(data), [0]);
export const dataDrop = (data: number): Instruction => instruction("data.drop", [0xfc, 9], unsigned(data));
export const memoryCopy = instruction("memory.copy", [0xfc, 10, 0, 0]);
export const memoryFill = instruction("memory.fill", [0xfc, 11, 0]);
export const tableInit = (elements: number, table: number): Instruction =>
  instruction("table.init", [0xfc, 12], unsigned(elements), unsigned(table));
export const elemDrop = (elements: number): Instruction => instruction("elem.drop", [0xfc, 13], unsigned(elements));
export const tableCopy = (to: number, from: number): Instruction =>
  instruction("table.copy", [0xfc, 14], unsigned(to), unsigned(from));
export const tableGrow = (table: number): Instruction => instruction("table.grow", [0xfc, 15], unsigned(table));
export const tableSize = (table: number): Instruction => instruction("table.size", [0xfc, 16], unsigned(table));
export const tableFill = (table: number): Instruction => instruction("table.fill", [0xfc, 17], unsigned(table));

/** Several copies of an instruction. */
export const times = (count: number, each: Instruction): Code => Array.from({ length: count }, () => each);

/** Instructions that cost nothing. @spec guest-abi.fuel */
const FREE: ReadonlySet<string> = new Set(["block", "loop", "else", "end", "nop"]);

/** What each of some instructions costs, once each and without the extra of bulk operations. @spec guest-abi.fuel */
export function costOf(code: Code): number {
  return code.filter(({ name }) => !FREE.has(name)).length;
}

/** Code as bytes. */
export function written(code: Code): Piece {
  return join(...code.map(({ piece }) => piece));
}
