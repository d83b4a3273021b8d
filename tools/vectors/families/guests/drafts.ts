import type { VectorAct, VectorInputs, VectorResult } from "../../../../generated/json/vector.js";
import { bytes as bytesTlv, writeInstruction } from "../../building/instruction.js";
import { toHex } from "../../building/octets.js";
import { type Code, call, drop, i32 } from "../../building/wasm/instructions.js";
import type { Piece } from "../../building/wasm/piece.js";
import { type Numbers, type ProgramText, writeProgram } from "../../building/wasm/program.js";
import { accepted, type Draft, mutated, type Refusal } from "../../corpus/family.js";
import { capabilityBit, instructionRow } from "../instruction-table.js";

/** Load, init and start; then the program runs until it rests. */
export const STARTED: readonly VectorAct[] = [{ do: "init" }, { do: "start" }];

/** The states of a program that runs to its end. */
export const COMPLETED = ["Loaded", "Initialized", "Running", "Terminated"] as const;
/** Those of one that fails while it runs. */
export const FAILED = ["Loaded", "Initialized", "Running", "Failed"] as const;
/** Those of one that fails during `init`. */
export const FAILED_INIT = ["Loaded", "Failed"] as const;

/** An instruction that carries bytes to the standard output, which makes them visible. */
export function say(bytes: readonly number[] | Uint8Array): string {
  return toHex(sayBytes(bytes));
}

function sayBytes(bytes: readonly number[] | Uint8Array): Uint8Array {
  const row = instructionRow("io.stdout_write");
  return writeInstruction({
    category: 0,
    opcode: row.opcode,
    caps: 1 << capabilityBit("io.stdio"),
    operands: [bytesTlv(Uint8Array.from(bytes))],
  }).bytes;
}

/** Where the bytes that a {@link Speech} says begin. */
export const SPOKEN_AT = 1024;

/** A place in memory whose bytes a program can say. */
export interface Speech {
  /** The head of the instruction, for the data of the program. */
  readonly data: Readonly<Record<number, readonly number[]>>;
  /** Says the bytes. */
  readonly code: (numbers: Numbers) => Code;
}

/** Say so many bytes from {@link SPOKEN_AT} on. */
export function speech(count: number): Speech {
  const whole = sayBytes(new Uint8Array(count));
  const head = [...whole.subarray(0, whole.length - count)];
  const at = SPOKEN_AT - head.length;
  return {
    data: { [at]: head },
    code: ({ fn }) => [i32(at), i32(whole.length), i32(0), i32(0), call(fn("emit")), drop],
  };
}

/** What a program that says something needs. */
export const SPEAKING = { required: ["io.stdio"], granted: ["io.stdio"] } as const;

/** One run. */
export interface Run {
  readonly id: string;
  readonly clauses: readonly string[];
  readonly program: ProgramText | Piece;
  /** Inputs beside bytes and symbol; the log is {@link STARTED} unless told. */
  readonly inputs?: Partial<VectorInputs>;
  readonly result: VectorResult;
  readonly why: string;
  readonly effect: string;
  readonly features?: readonly string[];
}

function codeOf(program: ProgramText | Piece): string {
  return ("bytes" in program ? program : writeProgram(program)).hex;
}

/** A run that is accepted. */
export function ran({ id, clauses, program, inputs, result, why, effect, features = [] }: Run): Draft {
  const draft = accepted({
    id,
    operation: "run",
    clauses,
    inputs: { bytes: codeOf(program), symbol: "main", log: [...STARTED], ...inputs },
    result,
    why,
    effect,
  });
  return { ...draft, features };
}

/** A run that is refused: one that is accepted with one change. */
export interface RefusedRun extends Omit<Run, "program" | "result"> {
  /** The program where it is what is changed. */
  readonly program?: ProgramText | Piece;
  /** What is changed, in a word. */
  readonly mutator: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly refusal: Refusal;
}

/** The parent with one change. @spec conformance.recipe */
export function ranInto(parent: Draft, refused: RefusedRun): Draft {
  const { id, clauses, program, inputs, refusal, why, effect, mutator, settings, features } = refused;
  const draft = mutated(parent, {
    id,
    clauses,
    recipe: { mutator, ...(settings !== undefined && { arguments: { ...settings } }), repair: "raw" },
    inputs: { ...(program !== undefined && { bytes: codeOf(program) }), ...inputs },
    refusal,
    why,
    effect,
  });
  return { ...draft, features: features ?? parent.features ?? [] };
}
