import { ValueType } from "./types.js";

/**
 * What follows an opcode. The names are those of the item read; the two-part kinds are written in
 * binary order.
 */
export type ImmediateKind =
  | "none"
  | "block_type"
  | "label"
  | "label_table"
  | "function"
  | "type_table"
  | "value_types"
  | "local"
  | "global"
  | "table"
  | "memory_access"
  | "memory"
  | "i32"
  | "i64"
  | "f32"
  | "f64"
  | "reference_type"
  | "data_memory"
  | "data"
  | "memory_memory"
  | "element_table"
  | "element"
  | "table_table";

/** One instruction of `wasm-core-2`. */
export interface Instruction {
  /** Its number: the opcode byte, or 0x100 plus the second number for those behind the prefix byte 0xfc. */
  readonly opcode: number;
  /** Its text-format name. */
  readonly name: string;
  readonly immediate: ImmediateKind;
  /**
   * Operands and results, where they do not depend on immediates, context or other operands. An instruction
   * without a signature has a rule of its own in validate-function.ts.
   */
  readonly signature: { readonly params: readonly ValueType[]; readonly result: ValueType | undefined } | undefined;
  /** For loads and stores: log2 of the bytes accessed, the largest alignment allowed. 0 otherwise. */
  readonly naturalAlignment: number;
}

/** Opcodes that the code refers to by name. Those behind the prefix byte 0xfc are numbered from 0x100. */
export const Opcode = {
  Unreachable: 0x00,
  Block: 0x02,
  Loop: 0x03,
  If: 0x04,
  Else: 0x05,
  End: 0x0b,
  Br: 0x0c,
  BrIf: 0x0d,
  BrTable: 0x0e,
  Return: 0x0f,
  Call: 0x10,
  CallIndirect: 0x11,
  Drop: 0x1a,
  Select: 0x1b,
  SelectTyped: 0x1c,
  LocalGet: 0x20,
  LocalSet: 0x21,
  LocalTee: 0x22,
  GlobalGet: 0x23,
  GlobalSet: 0x24,
  TableGet: 0x25,
  TableSet: 0x26,
  I32Const: 0x41,
  I64Const: 0x42,
  F32Const: 0x43,
  F64Const: 0x44,
  I32Add: 0x6a,
  I32Sub: 0x6b,
  I32Mul: 0x6c,
  I64Add: 0x7c,
  I64Sub: 0x7d,
  I64Mul: 0x7e,
  RefNull: 0xd0,
  RefIsNull: 0xd1,
  RefFunc: 0xd2,
  MemoryInit: 0x108,
  DataDrop: 0x109,
  TableInit: 0x10c,
  ElemDrop: 0x10d,
  TableCopy: 0x10e,
  TableGrow: 0x10f,
  TableSize: 0x110,
  TableFill: 0x111,
} as const;

/** The byte that opens instructions with a second number. */
export const PREFIX = 0xfc;

/** One more than the largest opcode number. */
export const OPCODE_COUNT = 0x112;

/** Instructions with rules of their own: opcode, name, immediate. */
const special: readonly (readonly [opcode: number, name: string, immediate: ImmediateKind])[] = [
  [Opcode.Unreachable, "unreachable", "none"],
  [Opcode.Block, "block", "block_type"],
  [Opcode.Loop, "loop", "block_type"],
  [Opcode.If, "if", "block_type"],
  [Opcode.Else, "else", "none"],
  [Opcode.End, "end", "none"],
  [Opcode.Br, "br", "label"],
  [Opcode.BrIf, "br_if", "label"],
  [Opcode.BrTable, "br_table", "label_table"],
  [Opcode.Return, "return", "none"],
  [Opcode.Call, "call", "function"],
  [Opcode.CallIndirect, "call_indirect", "type_table"],
  [Opcode.Drop, "drop", "none"],
  [Opcode.Select, "select", "none"],
  [Opcode.SelectTyped, "select t", "value_types"],
  [Opcode.LocalGet, "local.get", "local"],
  [Opcode.LocalSet, "local.set", "local"],
  [Opcode.LocalTee, "local.tee", "local"],
  [Opcode.GlobalGet, "global.get", "global"],
  [Opcode.GlobalSet, "global.set", "global"],
  [Opcode.TableGet, "table.get", "table"],
  [Opcode.TableSet, "table.set", "table"],
  [Opcode.RefNull, "ref.null", "reference_type"],
  [Opcode.RefIsNull, "ref.is_null", "none"],
  [Opcode.RefFunc, "ref.func", "function"],
  [Opcode.TableInit, "table.init", "element_table"],
  [Opcode.TableCopy, "table.copy", "table_table"],
  [Opcode.TableGrow, "table.grow", "table"],
  [Opcode.TableSize, "table.size", "table"],
  [Opcode.TableFill, "table.fill", "table"],
];

/** Loads and stores in opcode order from 0x28: name, signature, log2 of the bytes accessed. */
const memoryAccesses: readonly (readonly [name: string, signature: string, naturalAlignment: number])[] = [
  ["i32.load", "i32 -> i32", 2],
  ["i64.load", "i32 -> i64", 3],
  ["f32.load", "i32 -> f32", 2],
  ["f64.load", "i32 -> f64", 3],
  ["i32.load8_s", "i32 -> i32", 0],
  ["i32.load8_u", "i32 -> i32", 0],
  ["i32.load16_s", "i32 -> i32", 1],
  ["i32.load16_u", "i32 -> i32", 1],
  ["i64.load8_s", "i32 -> i64", 0],
  ["i64.load8_u", "i32 -> i64", 0],
  ["i64.load16_s", "i32 -> i64", 1],
  ["i64.load16_u", "i32 -> i64", 1],
  ["i64.load32_s", "i32 -> i64", 2],
  ["i64.load32_u", "i32 -> i64", 2],
  ["i32.store", "i32 i32 ->", 2],
  ["i64.store", "i32 i64 ->", 3],
  ["f32.store", "i32 f32 ->", 2],
  ["f64.store", "i32 f64 ->", 3],
  ["i32.store8", "i32 i32 ->", 0],
  ["i32.store16", "i32 i32 ->", 1],
  ["i64.store8", "i32 i64 ->", 0],
  ["i64.store16", "i32 i64 ->", 1],
  ["i64.store32", "i32 i64 ->", 2],
];

/** Runs of consecutive opcodes with one signature and one kind of immediate. */
const runs: readonly (readonly [
  firstOpcode: number,
  signature: string,
  immediate: ImmediateKind,
  names: readonly string[],
])[] = [
  [0x01, "->", "none", ["nop"]],
  [0x3f, "-> i32", "memory", ["memory.size"]],
  [0x40, "i32 -> i32", "memory", ["memory.grow"]],
  [Opcode.I32Const, "-> i32", "i32", ["i32.const"]],
  [Opcode.I64Const, "-> i64", "i64", ["i64.const"]],
  [Opcode.F32Const, "-> f32", "f32", ["f32.const"]],
  [Opcode.F64Const, "-> f64", "f64", ["f64.const"]],
  [0x45, "i32 -> i32", "none", ["i32.eqz"]],
  [0x46, "i32 i32 -> i32", "none", integerComparisons("i32")],
  [0x50, "i64 -> i32", "none", ["i64.eqz"]],
  [0x51, "i64 i64 -> i32", "none", integerComparisons("i64")],
  [0x5b, "f32 f32 -> i32", "none", floatComparisons("f32")],
  [0x61, "f64 f64 -> i32", "none", floatComparisons("f64")],
  [0x67, "i32 -> i32", "none", ["i32.clz", "i32.ctz", "i32.popcnt"]],
  [Opcode.I32Add, "i32 i32 -> i32", "none", integerOperations("i32")],
  [0x79, "i64 -> i64", "none", ["i64.clz", "i64.ctz", "i64.popcnt"]],
  [Opcode.I64Add, "i64 i64 -> i64", "none", integerOperations("i64")],
  [0x8b, "f32 -> f32", "none", floatUnaries("f32")],
  [0x92, "f32 f32 -> f32", "none", floatBinaries("f32")],
  [0x99, "f64 -> f64", "none", floatUnaries("f64")],
  [0xa0, "f64 f64 -> f64", "none", floatBinaries("f64")],
  [0xa7, "i64 -> i32", "none", ["i32.wrap_i64"]],
  [0xa8, "f32 -> i32", "none", ["i32.trunc_f32_s", "i32.trunc_f32_u"]],
  [0xaa, "f64 -> i32", "none", ["i32.trunc_f64_s", "i32.trunc_f64_u"]],
  [0xac, "i32 -> i64", "none", ["i64.extend_i32_s", "i64.extend_i32_u"]],
  [0xae, "f32 -> i64", "none", ["i64.trunc_f32_s", "i64.trunc_f32_u"]],
  [0xb0, "f64 -> i64", "none", ["i64.trunc_f64_s", "i64.trunc_f64_u"]],
  [0xb2, "i32 -> f32", "none", ["f32.convert_i32_s", "f32.convert_i32_u"]],
  [0xb4, "i64 -> f32", "none", ["f32.convert_i64_s", "f32.convert_i64_u"]],
  [0xb6, "f64 -> f32", "none", ["f32.demote_f64"]],
  [0xb7, "i32 -> f64", "none", ["f64.convert_i32_s", "f64.convert_i32_u"]],
  [0xb9, "i64 -> f64", "none", ["f64.convert_i64_s", "f64.convert_i64_u"]],
  [0xbb, "f32 -> f64", "none", ["f64.promote_f32"]],
  [0xbc, "f32 -> i32", "none", ["i32.reinterpret_f32"]],
  [0xbd, "f64 -> i64", "none", ["i64.reinterpret_f64"]],
  [0xbe, "i32 -> f32", "none", ["f32.reinterpret_i32"]],
  [0xbf, "i64 -> f64", "none", ["f64.reinterpret_i64"]],
  [0xc0, "i32 -> i32", "none", ["i32.extend8_s", "i32.extend16_s"]],
  [0xc2, "i64 -> i64", "none", ["i64.extend8_s", "i64.extend16_s", "i64.extend32_s"]],
  [0x100, "f32 -> i32", "none", ["i32.trunc_sat_f32_s", "i32.trunc_sat_f32_u"]],
  [0x102, "f64 -> i32", "none", ["i32.trunc_sat_f64_s", "i32.trunc_sat_f64_u"]],
  [0x104, "f32 -> i64", "none", ["i64.trunc_sat_f32_s", "i64.trunc_sat_f32_u"]],
  [0x106, "f64 -> i64", "none", ["i64.trunc_sat_f64_s", "i64.trunc_sat_f64_u"]],
  [Opcode.MemoryInit, "i32 i32 i32 ->", "data_memory", ["memory.init"]],
  [Opcode.DataDrop, "->", "data", ["data.drop"]],
  [0x10a, "i32 i32 i32 ->", "memory_memory", ["memory.copy"]],
  [0x10b, "i32 i32 i32 ->", "memory", ["memory.fill"]],
  [Opcode.ElemDrop, "->", "element", ["elem.drop"]],
];

function integerComparisons(type: string): readonly string[] {
  return prefixed(type, "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u");
}

function floatComparisons(type: string): readonly string[] {
  return prefixed(type, "eq ne lt gt le ge");
}

function integerOperations(type: string): readonly string[] {
  return prefixed(type, "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr");
}

function floatUnaries(type: string): readonly string[] {
  return prefixed(type, "abs neg ceil floor trunc nearest sqrt");
}

function floatBinaries(type: string): readonly string[] {
  return prefixed(type, "add sub mul div min max copysign");
}

function prefixed(type: string, operations: string): readonly string[] {
  return operations.split(" ").map((operation) => `${type}.${operation}`);
}

const numberTypes: Readonly<Record<string, ValueType>> = {
  i32: ValueType.I32,
  i64: ValueType.I64,
  f32: ValueType.F32,
  f64: ValueType.F64,
};

/** `i32 i64 -> f32` as value types. */
function parseSignature(text: string): { params: readonly ValueType[]; result: ValueType | undefined } {
  const [before = "", after = ""] = text.split("->");
  const types = (side: string): ValueType[] =>
    side.split(" ").flatMap((name) => {
      const type = numberTypes[name];
      return type === undefined ? [] : [type];
    });
  return { params: types(before), result: types(after)[0] };
}

function buildInstructions(): readonly (Instruction | undefined)[] {
  const table = new Array<Instruction | undefined>(OPCODE_COUNT).fill(undefined);
  for (const [opcode, name, immediate] of special) {
    table[opcode] = { opcode, name, immediate, signature: undefined, naturalAlignment: 0 };
  }
  memoryAccesses.forEach(([name, signature, naturalAlignment], position) => {
    const opcode = 0x28 + position;
    table[opcode] = {
      opcode,
      name,
      immediate: "memory_access",
      signature: parseSignature(signature),
      naturalAlignment,
    };
  });
  for (const [firstOpcode, signature, immediate, names] of runs) {
    names.forEach((name, position) => {
      const opcode = firstOpcode + position;
      table[opcode] = { opcode, name, immediate, signature: parseSignature(signature), naturalAlignment: 0 };
    });
  }
  return table;
}

/**
 * Every instruction of `wasm-core-2` at its opcode number (see {@link Instruction.opcode}); the holes are
 * numbers that mean nothing or belong to an extension.
 *
 * @spec guest-abi.code.module
 */
export const instructions: readonly (Instruction | undefined)[] = buildInstructions();
