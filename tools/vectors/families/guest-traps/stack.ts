import {
  type Code,
  call,
  callIndirect,
  drop,
  end,
  i32,
  localGet,
  numeric,
  type Type,
  times,
  unreachable,
  when,
} from "../../building/wasm/instructions.js";
import { activeElements, type Locals, tableType } from "../../building/wasm/module.js";
import type { Numbers, ProgramText } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { COMPLETED, FAILED, FAILED_INIT, ran, ranInto } from "../guests/drafts.js";

// Frames: `main` calls `down` with a number, which calls itself with one less until it is 0. The charge of a frame is 8,
// its parameters, its locals and its operand height; all frames together may come to 65,536.

const STACK = ["guest-abi.stack", "guest-abi.stack.charge"];
const EFFECT = "A recursion that ends on one host is stopped on another, or takes the host's own stack.";

const sub = numeric("i32.sub");

/** Two operands at most: 8 + 1 + locals + 2. */
const down = (locals: Locals = [], how?: (numbers: Numbers) => Code) => ({
  params: ["i32"] as const satisfies readonly Type[],
  locals,
  code: (numbers: Numbers): Code => [
    localGet(0),
    when(),
    localGet(0),
    i32(1),
    sub,
    ...(how?.(numbers) ?? [call(numbers.fn("down"))]),
    end,
  ],
});

/** One operand, so 8 + 1 and its locals. */
const main = (number: number, locals: Locals = []) => ({
  locals,
  code: ({ fn }: Numbers): Code => [i32(number), call(fn("down"))],
});

interface Depth {
  readonly name: string;
  readonly why: string;
  /** The program whose frames come to 65,536. */
  readonly exact: ProgramText;
  /** The programs whose frames come to more. */
  readonly above: Readonly<Record<string, ProgramText>>;
}

function drafts({ name, why, exact, above }: Depth): readonly Draft[] {
  const parent = ran({
    id: `guest-traps/stack/${name}`,
    clauses: STACK,
    program: exact,
    result: { states: [...COMPLETED] },
    why: `All frames together come to 65,536. ${why}`,
    effect: EFFECT,
  });
  const refused = Object.entries(above).map(([variant, program]) =>
    ranInto(parent, {
      id: `guest-traps/stack/${name}-${variant}`,
      clauses: [...STACK, "guest-abi.traps"],
      program,
      mutator: "deepen",
      settings: { by: variant },
      refusal: {
        code: "RT_TRAP",
        context: { trap: "stack_exhausted" },
        result: { states: [...FAILED], causes: ["RT_TRAP"], trap: "stack_exhausted" },
      },
      why: `The frames would come to more than 65,536. ${why}`,
      effect: EFFECT,
    }),
  );
  return [parent, ...refused];
}

/** Never run: 1,000 operands a call, then one by one. */
function neverRun(thousands: number, ones: number): Code {
  return [i32(0), when(), ...times(thousands, call(1)), ...times(ones, i32(0)), unreachable, end];
}

const many = { results: Array.from({ length: 1000 }, () => "i32" as const), code: [unreachable] };

/** The sum of the charges at and above its bound. */
export function stackDrafts(): readonly Draft[] {
  const indirect = (numbers: Numbers): Code => [i32(0), callIndirect(numbers.type(["i32"], []))];
  const table = {
    tables: [tableType("funcref", 1)],
    elements: ({ fn }: Numbers) => [activeElements([i32(0)], [fn("down")])],
  } as const;
  const depths: readonly Depth[] = [
    {
      // 9 + 5,957 × 11.
      name: "parameters-and-operands",
      why: "A parameter and two operands make a charge of 11.",
      exact: { functions: { main: main(5956), down: down() } },
      above: {
        "one-more-call": { functions: { main: main(5957), down: down() } },
        "one-more-local": { functions: { main: main(5956, [[1, "i64"]]), down: down() } },
      },
    },
    {
      // 9 + 851 × 77.
      name: "locals",
      why: "Sixty-six locals make a charge of 77, whatever their types.",
      exact: {
        functions: {
          main: main(850),
          down: down([
            [60, "f64"],
            [6, "i32"],
          ]),
        },
      },
      above: {
        "one-more-call": {
          functions: {
            main: main(851),
            down: down([
              [60, "f64"],
              [6, "i32"],
            ]),
          },
        },
        "one-more-local": {
          functions: {
            main: main(850),
            down: down([
              [60, "f64"],
              [7, "i32"],
            ]),
          },
        },
      },
    },
    {
      // 9 + 2,849 × 23.
      name: "indirect",
      why: "Calls through a table are calls like others; the number of the element is an operand.",
      exact: { ...table, functions: { main: main(2848), down: down([[12, "i32"]], indirect) } },
      above: { "one-more-call": { ...table, functions: { main: main(2849), down: down([[12, "i32"]], indirect) } } },
    },
    {
      // 8 + 50,000 + 15,528.
      name: "one-frame",
      why: "The frame of the entry counts, and operands of code that is never run.",
      exact: { functions: { main: { locals: [[50_000, "i64"]], code: neverRun(15, 528) }, many } },
      above: {
        "one-more-operand": { functions: { main: { locals: [[50_000, "i64"]], code: neverRun(15, 529) }, many } },
      },
    },
    {
      // 9 + 5,957 × 11, twice, one after the other.
      name: "given-back",
      why: "What a frame took is free when it is left.",
      exact: {
        functions: {
          main: { code: ({ fn }) => [i32(5956), call(fn("down")), i32(5956), call(fn("down"))] },
          down: down(),
        },
      },
      above: {
        "second-too-deep": {
          functions: {
            main: { code: ({ fn }) => [i32(9), call(fn("down")), i32(5957), call(fn("down"))] },
            down: down(),
          },
        },
      },
    },
    {
      // 8 + 1,000 results: 50,000 + 8 + 1, and 15,527 of the other.
      name: "results",
      why: "Results are operands of the caller once the call is over.",
      exact: {
        functions: {
          main: { locals: [[49_991, "i32"]], code: [call(1), ...times(2, drop)] },
          wide: { results: ["i32", "i32"], locals: [[15_525, "f32"]], code: [i32(1), i32(2)] },
        },
      },
      above: {
        "one-more-local": {
          functions: {
            main: { locals: [[49_992, "i32"]], code: [call(1), ...times(2, drop)] },
            wide: { results: ["i32", "i32"], locals: [[15_525, "f32"]], code: [i32(1), i32(2)] },
          },
        },
      },
    },
  ];
  return [...depths.flatMap(drafts), ...elsewhere()];
}

/** The bound holds in every guest call. */
function elsewhere(): readonly Draft[] {
  const program = (fn: "setup" | "fayger_init", number: number): ProgramText => ({
    functions: { [fn]: main(number), down: down(), main: { code: [] } },
    ...(fn === "setup" && { start: fn }),
  });
  return (["setup", "fayger_init"] as const).flatMap((fn) => {
    const name = fn === "setup" ? "start-function" : "init";
    const parent = ran({
      id: `guest-traps/stack/${name}`,
      clauses: [...STACK, "lifecycle.init"],
      program: program(fn, 5956),
      result: { states: [...COMPLETED] },
      why: "The bound is the same during `init`, and each guest call begins with nothing taken.",
      effect: EFFECT,
    });
    const refused = ranInto(parent, {
      id: `guest-traps/stack/${name}-one-more-call`,
      clauses: [...STACK, "guest-abi.traps", "lifecycle.init.fails"],
      program: program(fn, 5957),
      inputs: { log: [{ do: "init" }] },
      mutator: "deepen",
      refusal: {
        code: "RT_TRAP",
        context: { trap: "stack_exhausted" },
        result: { states: [...FAILED_INIT], answers: ["RT_TRAP"], trap: "stack_exhausted" },
      },
      why: "A call too deep fails `init`.",
      effect: EFFECT,
    });
    return [parent, refused];
  });
}
