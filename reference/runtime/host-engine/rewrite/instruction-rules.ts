import { OPCODE_COUNT } from "../../wasm/opcodes.js";

/** What an instruction has to do with NaN. */
export const NanRole = {
  None: 0,
  /** Its result may be a NaN it made. */
  ProducesF32: 1,
  ProducesF64: 2,
  /** It traps where its operand is a NaN, as it does where the operand does not fit. */
  RefusesF32: 3,
  RefusesF64: 4,
} as const;
/** One of {@link NanRole}. */
export type NanRole = (typeof NanRole)[keyof typeof NanRole];

const FREE = 1;
const ENDS_BLOCK = 2;
const BULK = 4;
const BLIND = 8;

/** Flags of each opcode number. */
const flags = new Uint8Array(OPCODE_COUNT);
const roles = new Uint8Array(OPCODE_COUNT);

function mark(flag: number, opcodes: readonly number[]): void {
  for (const opcode of opcodes) flags[opcode] = (flags[opcode] as number) | flag;
}

function from(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

// nop, block, loop, else, end. @spec guest-abi.fuel
mark(FREE, [0x01, 0x02, 0x03, 0x05, 0x0b]);
// Branches and calls, and loop, else and end, which a branch can reach. @spec guest-abi.fuel.blocks
mark(ENDS_BLOCK, [0x00, 0x03, 0x04, 0x05, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11]);
// memory.init, memory.copy, memory.fill, table.init, table.copy, table.fill: the count is on top of the stack.
mark(BULK, [0x108, 0x10a, 0x10b, 0x10c, 0x10e, 0x111]);

// ceil, floor, trunc, nearest, sqrt, add, sub, mul, div, min, max; not abs, neg, copysign, which only touch the sign.
const producesF32 = [...from(0x8d, 0x97), 0xb6];
const producesF64 = [...from(0x9b, 0xa5), 0xbb];
const comparisons = from(0x5b, 0x66);
const refusesF32 = [0xa8, 0xa9, 0xae, 0xaf];
const refusesF64 = [0xaa, 0xab, 0xb0, 0xb1];
const saturating = from(0x100, 0x107);
for (const opcode of producesF32) roles[opcode] = NanRole.ProducesF32;
for (const opcode of producesF64) roles[opcode] = NanRole.ProducesF64;
for (const opcode of refusesF32) roles[opcode] = NanRole.RefusesF32;
for (const opcode of refusesF64) roles[opcode] = NanRole.RefusesF64;
// What they do with a NaN does not depend on which one it is, and what they produce is made canonical itself.
mark(BLIND, [...producesF32, ...producesF64, ...comparisons, ...refusesF32, ...refusesF64, ...saturating]);

/** Whether an instruction costs no fuel. */
export function isFree(opcode: number): boolean {
  return ((flags[opcode] as number) & FREE) !== 0;
}

/** Whether a basic block ends with an instruction. */
export function endsBlock(opcode: number): boolean {
  return ((flags[opcode] as number) & ENDS_BLOCK) !== 0;
}

/** Whether an instruction works on as many bytes or elements as its topmost operand says. */
export function bulkOperation(opcode: number): boolean {
  return ((flags[opcode] as number) & BULK) !== 0;
}

/** What an instruction has to do with NaN. */
export function nanRole(opcode: number): NanRole {
  return roles[opcode] as NanRole;
}

/** Whether an instruction does the same with every NaN on top of the stack. */
export function takesNanBlindly(opcode: number): boolean {
  return opcode < OPCODE_COUNT && ((flags[opcode] as number) & BLIND) !== 0;
}
