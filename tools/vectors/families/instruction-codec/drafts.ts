import type { Instruction, Tlv, WrittenInstruction } from "../../building/instruction.js";
import { writeInstruction } from "../../building/instruction.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { SPECIFICATION } from "../../corpus/specification.js";
import { LONGEST_INLINE_BYTES } from "../../corpus/write.js";

/** An opcode that no released row has, in the category `io`. Nothing is asked of its operands but their form. */
export const UNKNOWN: Instruction = { category: 0, opcode: 0x7abc };

const CATEGORIES = SPECIFICATION.tables["instruction-categories"]?.rows ?? [];

/** An instruction that is well-formed. */
export interface WellFormed {
  readonly id: string;
  readonly clauses: readonly string[];
  readonly instruction: Instruction;
  /** Bits of the capabilities it declares, ascending. */
  readonly bits?: readonly number[];
  readonly why: string;
}

/** An accepting vector. */
export function wellFormed({ id, clauses, instruction, bits = [], why }: WellFormed): Draft {
  const { hex } = writeInstruction(instruction);
  const { category, opcode, asynchronous = false, operands = [] } = instruction;
  return accepted({
    id: `instruction-codec/${id}`,
    operation: "decode_instruction",
    clauses,
    inputs: { bytes: hex },
    ...(hex.length <= LONGEST_INLINE_BYTES * 2 && {
      result: {
        category: String(CATEGORIES.find((row) => row["number"] === category)?.["name"]),
        opcode,
        asynchronous,
        capability_bits: bits,
        operands: operands.map(({ json }) => json),
      },
    }),
    why,
    effect: "A program that is right is told that it is not.",
  });
}

/** What is wrong with an instruction. */
export interface Malformed {
  readonly id: string;
  readonly clauses?: readonly string[];
  readonly instruction: Instruction | string;
  readonly reason: string;
  /** First byte of the fault. */
  readonly at: number | ((written: WrittenInstruction) => number);
  readonly mutator: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly why: string;
}

const EFFECTS: Readonly<Record<string, string>> = {
  too_long: "A program makes its host hold as many bytes as it likes.",
  truncated: "The bus reads what stands behind the instruction in memory.",
  reserved_bits: "A later version gives the bit a meaning, and older hosts ignore what it asks for.",
  reserved_category: "A later version gives the number a meaning that this host does not know.",
  capability_extension: "Two byte strings declare the same capabilities, and reports count them as two.",
  capability_mismatch: "A program does with one right what its declaration calls by another.",
  async_not_allowed: "A program waits for a completion that never comes.",
  unknown_type: "The bus passes on an operand whose meaning it guesses.",
  length_encoding: "Two byte strings stand for one instruction, and a length beyond 32 bits wraps.",
  length_mismatch: "A number is read out of too few or too many bytes.",
  invalid_bool: "One host takes 2 for true and another for false.",
  invalid_nan: "A NaN carries bits from which a program learns what host it runs on.",
  invalid_utf8: "A path that is not UTF-8 is repaired differently by every host, and names another file.",
  list_depth: "A decoder that recurses runs out of stack.",
  trailing_none: "Two byte strings stand for one instruction.",
  operand_missing: "The adapter puts a default in the place of what the program left out.",
  operand_type: "The adapter takes a number for a handle, or a text for bytes.",
  operand_extra: "An operand that nobody looks at travels along.",
};

/** A refusing vector. @spec instructions.reasons */
export function malformed(
  parent: Draft,
  { id, clauses = [], instruction, reason, at, why, ...more }: Malformed,
): Draft {
  const written = typeof instruction === "string" ? undefined : writeInstruction(instruction);
  const offset = typeof at === "number" ? at : written && at(written);
  if (offset === undefined) throw new TypeError(`${id}: the place has to be told`);
  return mutated(parent, {
    id: `instruction-codec/${id}`,
    clauses: [...new Set(["instructions.reasons", ...clauses])],
    recipe: {
      mutator: more.mutator,
      ...(more.arguments !== undefined && { arguments: more.arguments }),
      repair: "raw",
    },
    inputs: { bytes: written?.hex ?? String(instruction) },
    refusal: { code: "ADP_INSTRUCTION_MALFORMED", reason, locus: { at: offset } },
    why,
    effect: EFFECTS[reason] ?? "The bus does what no program asked for.",
  });
}

/** The unknown opcode with these operands. */
export function withOperands(...operands: readonly Tlv[]): Instruction {
  return { ...UNKNOWN, operands };
}
