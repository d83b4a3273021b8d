import type { VectorResult } from "../../../../generated/json/vector.js";
import {
  access,
  type Code,
  call,
  drop,
  globalGet,
  type Instruction,
  i32,
  i64,
  localGet,
  numeric,
} from "../../building/wasm/instructions.js";
import {
  activeElements,
  declaredElements,
  global,
  passiveData,
  passiveElements,
  type SectionName,
  type Sections,
  section,
  tableType,
  writeModule,
} from "../../building/wasm/module.js";
import { nameOf, type Part, type Piece, place } from "../../building/wasm/piece.js";
import { type FunctionText, type ProgramText, sectionsOf } from "../../building/wasm/program.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";

/** The code every refused one of this family is a change of: something in every section. */
export const BASE: ProgramText = {
  imports: ["emit", "exit"],
  memory: [1, 4],
  tables: [tableType("funcref", 4, 10), tableType("externref", 2)],
  globals: [global("i32", true, [i32(5)]), global("i64", false, [i64(-2n)])],
  functions: {
    helper: {
      params: ["i32"],
      results: ["i32"],
      locals: [[2, "i64"]],
      code: [localGet(0), i32(1), numeric("i32.add")],
    },
    main: { code: ({ fn }) => [i32(8), i32(1), call(fn("helper")), access("i32.store")] },
    fayger_init: { code: [globalGet(0), drop] },
    fayger_alloc: { params: ["i32"], results: ["i32"], code: [i32(4096)] },
    fayger_on_event: { params: ["i32", "i32"], code: [] },
    setup: { code: [] },
  },
  start: "setup",
  elements: ({ fn }) => [activeElements([i32(1)], [fn("helper")]), passiveElements([fn("main")]), declaredElements([])],
  passive: [passiveData([1, 2, 3])],
  data: { 16: [4, 5, 6] },
};

const CUSTOM = section(0, nameOf("producers"), [1, 2, 3]);

/** Sections of the base, some of them otherwise. A section that is null is left out. */
export type Otherwise = Readonly<Partial<Record<SectionName, Part | null>>>;

/** The base with some sections otherwise, and what stands behind the last. */
export function base(otherwise: Otherwise = {}, behind: readonly Part[] = [CUSTOM], text: ProgramText = BASE): Piece {
  const sections: Record<string, Part | null | undefined> = { ...sectionsOf(text), ...otherwise };
  const kept = Object.entries(sections).filter(([, part]) => part !== null && part !== undefined);
  return writeModule(Object.fromEntries(kept) as Sections, behind);
}

/** The base with another function in the place of `main`, or of another one. */
export function withFunction(told: Partial<FunctionText>, name = "main"): Piece {
  const before = BASE.functions[name];
  if (before === undefined) throw new RangeError(`no function is called ${name}`);
  return base({}, [CUSTOM], { ...BASE, functions: { ...BASE.functions, [name]: { ...before, ...told } } });
}

/** The base with other instructions in `main`. */
export const withCode = (...code: Code): Piece => withFunction({ code });

/** The instruction at which the fault lies. */
export const fault = ({ name, piece }: Instruction): Instruction => ({ name, piece: place("fault", piece) });

/** The part at which the fault lies. */
export const faulty = (part: Part): Piece => place("fault", part);

const EFFECTS = {
  malformed: "Bytes that are no module reach an engine, which reads something else out of them than the next one.",
  invalid: "Code that no validation holds reaches memory or operands that are not its own.",
  unsupported: "A program runs on the hosts whose engine happens to have the extension, and nowhere else.",
  abi: "A program reaches something of the host that nobody granted, or is started at a place where it has no code.",
} as const;

/** What a reason is about, which decides the clause and what goes wrong in the field. */
export type Group = keyof typeof EFFECTS;

const CLAUSES: Readonly<Record<Group, readonly string[]>> = {
  malformed: ["guest-abi.code.malformed"],
  invalid: ["guest-abi.code.validation"],
  unsupported: ["guest-abi.code.unsupported", "guest-abi.code.module"],
  abi: ["guest-abi.code.interface"],
};

/** Code that is accepted. */
export function good(
  name: string,
  module: Piece,
  result: VectorResult,
  why: string,
  clauses: readonly string[],
): Draft {
  return accepted({
    id: `guest-code/accepted/${name}`,
    operation: "validate_code",
    clauses,
    inputs: { bytes: module.hex, symbol: "main" },
    result,
    why,
    effect: "A program that is right is refused, or takes more or less of the stack than elsewhere.",
  });
}

/** Code that is refused. */
export interface Fault {
  readonly group: Group;
  readonly reason: string;
  /** Name beside the reason. */
  readonly name: string;
  readonly module: Piece;
  /** Offset of the fault; the place `fault` of the module where absent. */
  readonly at?: number;
  readonly why: string;
  readonly clauses?: readonly string[];
  /** What was done to the base. */
  readonly mutator?: string;
  readonly parent?: Draft;
}

/** The draft of code that is refused. */
export function bad(parent: Draft, { group, reason, name, module, at, why, clauses = [], mutator }: Fault): Draft {
  const offset = at ?? module.at("fault");
  return mutated(parent, {
    id: `guest-code/${reason.replaceAll("_", "-")}/${name}`,
    clauses: [...new Set(["guest-abi.code.reason", ...CLAUSES[group], ...clauses])],
    recipe: { mutator: mutator ?? "rewrite-code", arguments: { change: name, at: offset }, repair: "raw" },
    inputs: { bytes: module.hex },
    refusal: { code: "RT_CODE_INVALID", reason, locus: { at: offset } },
    why,
    effect: EFFECTS[group],
  });
}
