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
  /** What `caps` must be: of these, none above the first sixteen is needed. */
  readonly capabilities: CapabilitySet;
  /** Type byte of each operand. */
  readonly types: readonly number[];
  /** Width of each, -1 where its length stands before it. */
  readonly widths: readonly number[];
  /** The host call; absent where it has none that is direct, and only refusals are short. */
  readonly call: DirectCall | undefined;
}

/** Bits of a place in the table that its opcode takes; opcodes above have no short way. */
export const OPCODE_BITS = 8;

/**
 * Every instruction that an adapter supports and whose operands can be read where they stand, by
 * `category << OPCODE_BITS | opcode`.
 */
export function directRows(adapter: PlatformAdapter): readonly (DirectRow | undefined)[] {
  const supported: ReadonlySet<string> = new Set(adapter.descriptor().supportedInstructions);
  const rows: (DirectRow | undefined)[] = new Array(8 << OPCODE_BITS).fill(undefined);
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
      capabilities: row.capabilities,
      types: readable.map((shape) => shape?.[0] ?? 0),
      widths: readable.map((shape) => shape?.[1] ?? 0),
      call,
    };
  }
  return rows;
}
