import { access, type Code, i32, littleEndian } from "../../building/wasm/instructions.js";
import type { Numbers, ProgramText } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { COMPLETED, type Run, ran, SPEAKING, SPOKEN_AT, say, speech } from "../guests/drafts.js";
import { type NumberType, WIDTHS } from "./arithmetic.js";

/** Instructions that leave one value, and the bits of it. */
export interface Shown {
  readonly type: NumberType;
  readonly code: Code;
  readonly bits: bigint | number;
}

const STORES = { i32: "i32.store", i64: "i64.store", f32: "f32.store", f64: "f64.store" } as const;

/** An i32 that some instructions leave. */
export const left = (bits: number, ...code: Code): Shown => ({ type: "i32", code, bits: bits >>> 0 });

/** A run whose entry computes values one after the other, keeps them and says them. */
export interface ShownRun extends Omit<Run, "program" | "result" | "effect"> {
  readonly program?: Omit<ProgramText, "functions" | "imports"> & Partial<Pick<ProgramText, "functions">>;
  readonly values: (numbers: Numbers) => readonly Shown[];
  readonly locals?: Parameters<typeof body>[0];
  readonly effect?: string;
}

const body = (locals: NonNullable<ProgramText["functions"][string]["locals"]>): typeof locals => locals;

/** The draft of a run that says its values. */
export function shown({ values, program = {}, locals = [], effect, ...run }: ShownRun): Draft {
  const width = (type: NumberType): number => WIDTHS[type] / 8;
  const bytes: number[] = [];
  // The bits do not depend on numbers of functions; the code does.
  const nothing: Numbers = { fn: () => 0, type: () => 0 };
  for (const { type, bits } of values(nothing)) bytes.push(...littleEndian(BigInt(bits), width(type)));
  const said = speech(bytes.length);
  const code = (numbers: Numbers): Code => {
    let at = SPOKEN_AT;
    const stored = values(numbers).flatMap(({ type, code: instructions }) => {
      const made = [i32(at), ...instructions, access(STORES[type])];
      at += width(type);
      return made;
    });
    return [...stored, ...said.code(numbers)];
  };
  return ran({
    ...run,
    clauses: ["guest-abi.execution", ...run.clauses],
    program: {
      ...program,
      imports: ["emit"],
      functions: { ...program.functions, main: { locals, code } },
      data: { ...program.data, ...said.data },
    },
    inputs: { ...SPEAKING, ...run.inputs },
    result: { states: [...COMPLETED], instructions: [say(bytes)] },
    effect: effect ?? "A program goes another way on one host than on another.",
  });
}
