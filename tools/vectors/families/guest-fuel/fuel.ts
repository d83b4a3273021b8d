import type { VectorAct } from "../../../../generated/json/vector.js";
import {
  block,
  br,
  brIf,
  brTable,
  type Code,
  call,
  drop,
  end,
  i32,
  localGet,
  localSet,
  loop,
  nop,
  numeric,
  ret,
  when,
} from "../../building/wasm/instructions.js";
import type { FunctionText, ProgramText } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { COMPLETED, ran } from "../guests/drafts.js";

export const FEATURES = ["fuel"];
export const FUEL = "guest-abi.fuel";
export const BLOCKS = "guest-abi.fuel.blocks";

export const effects = {
  amount:
    "A program is charged more on one host than on another, and a bound that was measured on the one stops it on the other.",
  bound: "A program computes for longer than anybody granted, or is stopped while it still may.",
  goes: "A program that was stopped cannot go on, or goes on without having been granted anything.",
} as const;

export interface Counted {
  readonly name: string;
  readonly why: string;
  readonly main: FunctionText;
  readonly more?: Omit<ProgramText, "functions"> & Partial<Pick<ProgramText, "functions">>;
  /** What is charged, counted by hand. */
  readonly fuel: number;
  readonly clauses?: readonly string[];
}

export const programOf = (main: FunctionText, more: Counted["more"] = {}): ProgramText => ({
  ...more,
  functions: { ...more.functions, main },
});

/** A run to the end, and how much it costs. */
export function counted({ name, why, main, more, fuel, clauses = [] }: Counted): Draft {
  return ran({
    id: `guest-fuel/cost/${name}`,
    clauses: [FUEL, ...clauses],
    program: programOf(main, more),
    features: FEATURES,
    result: { states: [...COMPLETED], fuel },
    why,
    effect: effects.amount,
  });
}

export const add = numeric("i32.add");
const sub = numeric("i32.sub");
/** Two instructions that do nothing. */
export const idle: Code = [i32(0), drop];

/** Counts its parameter down to zero: 1 + 1 for the look, 6 more for each turn. */
export const countdown: FunctionText = {
  params: ["i32"],
  code: [
    block(),
    loop(),
    localGet(0),
    numeric("i32.eqz"),
    brIf(1),
    localGet(0),
    i32(1),
    sub,
    localSet(0),
    br(0),
    end,
    end,
  ],
};

/** Calls itself one less deep. */
export const deep: FunctionText = {
  params: ["i32"],
  code: ({ fn }) => [localGet(0), when(), localGet(0), i32(1), sub, call(fn("deep")), end],
};

export const chosen = (at: number): FunctionText => ({
  code: [
    block(),
    block(),
    block(),
    i32(at),
    brTable([0, 1], 2),
    end,
    ...idle,
    ret,
    end,
    ...idle,
    ...idle,
    ret,
    end,
    ...idle,
    ...idle,
    ...idle,
  ],
});

/** Three blocks: 3 with the call, nothing of the function, 4 behind it. */
export const blocks: ProgramText = programOf(
  { code: ({ fn }) => [...idle, call(fn("other")), ...idle, ...idle] },
  { functions: { other: { code: [nop] } } },
);

export const running = COMPLETED.slice(0, 3);
export const suspended = [...running, "Suspended"];
export const grant = (value: number): VectorAct => ({ do: "grant", quota: "fuel", value });
