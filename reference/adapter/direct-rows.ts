import type { CapabilitySet } from "../../generated/capabilities.js";
import { InstructionCategory } from "../../generated/enums/instruction-category.js";
import { INSTRUCTION_OPERANDS } from "../../generated/instructions/instruction-shapes.js";
import { INSTRUCTIONS, type InstructionRow } from "../../generated/instructions/instruction-table.js";
import type { TlvTypeName } from "../../generated/instructions/tlv.js";
import type { DirectCall, PlatformAdapter } from "../contracts/platform-adapter.js";

/** Type byte and width of what can be read where it stands; width -1 for what has a length of its own. */
const READABLE: Readonly<Partial<Record<TlvTypeName, readonly [type: number, width: number]>>> = {
  u32: [1, 4],
  u64: [2, 8],
  i64: [3, 8],
  bool: [5, 1],
  bytes: [6, -1],
  text: [7, -1],
  handle: [8, 4],
};

/** What the short way knows of an instruction. */
export interface DirectRow {
  readonly row: InstructionRow;
  /** The first four bytes of the instruction, as one number, and the fifth: all of its head. */
  readonly head: number;
  readonly lastOfHead: number;
  /** What `caps` says: of these, none above the first sixteen is needed. */
  readonly capabilities: CapabilitySet;
  /** How many operands it has. */
  readonly count: number;
  /** Type byte of each operand. */
  readonly types: readonly number[];
  /** Width of each, -1 where its length stands before it. */
  readonly widths: readonly number[];
  /** The host call; where it has none that is direct, {@link NO_CALL}, and only refusals are short. */
  readonly call: DirectCall;
}

/** What stands for a host call that is not direct. */
export const NO_CALL: DirectCall = () => false;

/** Bits of a place in the table that its opcode takes; opcodes above have no short way. */
const OPCODE_BITS = 8;
/** The last place in a table: categories below 16. */
export const LAST_PLACE = 0xfff;
/** A table in which nothing is. */
export const NO_ROWS: readonly (DirectRow | undefined)[] = new Array(LAST_PLACE + 1).fill(undefined);

/**
 * Every instruction that an adapter supports and whose operands can be read where they stand, by
 * `category << OPCODE_BITS | opcode`.
 */
export function directRows(adapter: PlatformAdapter): readonly (DirectRow | undefined)[] {
  const supported: ReadonlySet<string> = new Set(adapter.descriptor().supportedInstructions);
  const rows = [...NO_ROWS];
  for (const row of INSTRUCTIONS) {
    const operands = INSTRUCTION_OPERANDS[row.name] ?? [];
    const readable = operands.map(({ type, optional }) => (optional ? undefined : READABLE[type]));
    // What has a longer head, or an operand that may be missing or nested, goes the long way.
    if (row.capabilities > 0xffff || row.opcode >> OPCODE_BITS !== 0 || readable.includes(undefined)) continue;
    // What a manifest names of a host's functions is asked on the long way alone.
    const isDirect = row.dispatch === "sync" && row.handle === null && row.category !== InstructionCategory.Host;
    const call = isDirect && supported.has(row.name) ? adapter.direct?.(row.name) : undefined;
    rows[(row.category << OPCODE_BITS) | row.opcode] = {
      row,
      // No flag, and the capabilities of the row.
      head: ((row.category << 24) | (row.opcode << 8) | (row.capabilities >> 8)) >>> 0,
      lastOfHead: row.capabilities & 0xff,
      capabilities: row.capabilities,
      count: operands.length,
      types: readable.map((shape) => shape?.[0] ?? 0),
      widths: readable.map((shape) => shape?.[1] ?? 0),
      call: call ?? NO_CALL,
    };
  }
  return rows;
}
