// Instructions as they are written one after another, and the form of them that counts what they cost. That form is made
// from the text of the specification alone, without anything of a Runtime_Implementation.
import { flatten, type Part, u32 } from "../../wasm/testing/module-bytes.js";

/** One instruction. */
export interface Instruction {
  /** Its first byte. */
  readonly opcode: number;
  /** All of it. */
  readonly bytes: Part;
  /** Where it is a bulk operation: an i32 local that nothing else uses, for the count on top of the stack. */
  readonly bulk?: number;
}

/** What the counting form uses of its module. */
export interface Counting {
  /** A mutable i64 global. */
  readonly global: number;
  /** Functions `[f32] -> [f32]` and `[f64] -> [f64]` that make a NaN canonical. */
  readonly canonical: readonly [number, number];
}

const FREE = new Set([0x01, 0x02, 0x03, 0x05, 0x0b]);
const ENDS_BLOCK = new Set([0x00, 0x04, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11]);
const BEGINS_BLOCK = new Set([0x03, 0x05, 0x0b]);

/** Whether an instruction computes an f32 or an f64: what only moves bits does not. @spec guest-abi.nan */
function computed(opcode: number): 0 | 1 | undefined {
  const within = (first: number, last: number): boolean => opcode >= first && opcode <= last;
  if (within(0x8d, 0x97) || within(0xb2, 0xb6)) return 0;
  if (within(0x9b, 0xa5) || within(0xb7, 0xbb)) return 1;
  return undefined;
}

/** Instructions as they are. */
export function plainCode(instructions: readonly Instruction[]): Part {
  return instructions.map(({ bytes }) => bytes);
}

/**
 * Instructions that count their fuel before each basic block and before each bulk operation, and that make NaN canonical.
 *
 * @spec guest-abi.fuel, guest-abi.fuel.blocks, guest-abi.nan
 */
export function countingCode(instructions: readonly Instruction[], { global, canonical }: Counting): Part {
  const costs = [0];
  for (const { opcode } of instructions) {
    if (!FREE.has(opcode)) costs[costs.length - 1]! += 1;
    if (ENDS_BLOCK.has(opcode) || BEGINS_BLOCK.has(opcode)) costs.push(0);
  }
  const charge = (cost: number): Part => (cost === 0 ? [] : [0x23, global, 0x42, leb(cost), 0x7c, 0x24, global]);
  let block = 0;
  const parts: Part[] = [charge(costs[0] as number)];
  for (const { opcode, bytes, bulk } of instructions) {
    if (bulk !== undefined) {
      const scratch = u32(bulk);
      parts.push([0x22, scratch, 0x23, global, 0x20, scratch, 0xad, 0x42, 6, 0x88, 0x7c, 0x24, global]);
    }
    parts.push(bytes);
    const float = computed(opcode);
    if (float !== undefined) parts.push([0x10, u32(canonical[float])]);
    if (ENDS_BLOCK.has(opcode) || BEGINS_BLOCK.has(opcode)) {
      block += 1;
      parts.push(charge(costs[block] as number));
    }
  }
  return [flatten(parts)];
}

/** A signed integer in the shortest LEB128 form. */
export function leb(value: bigint | number): Part {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; ) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const isLast = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}
