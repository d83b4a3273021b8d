import {
  block,
  br,
  brIf,
  brTable,
  type Code,
  call,
  callIndirect,
  drop,
  end,
  f64,
  globalGet,
  globalSet,
  i32,
  i64,
  localGet,
  localSet,
  localTee,
  loop,
  nop,
  numeric,
  otherwise,
  refFunc,
  refIsNull,
  refNull,
  ret,
  select,
  selectTyped,
  unreachable,
  when,
} from "../../building/wasm/instructions.js";
import { activeElements, global, tableType } from "../../building/wasm/module.js";
import type { Draft } from "../../corpus/family.js";
import { left, shown } from "./shown.js";

const add = numeric("i32.add");
const sub = numeric("i32.sub");
const mul = numeric("i32.mul");

/** Sum of 1 to the parameter, by a loop. */
const SUM: Code = [
  block(),
  loop(),
  localGet(0),
  numeric("i32.eqz"),
  brIf(1),
  localGet(1),
  localGet(0),
  add,
  localSet(1),
  localGet(0),
  i32(1),
  sub,
  localSet(0),
  br(0),
  end,
  end,
  localGet(1),
];

/** Which of the labels a br_table takes: 10 for the first, 20 for the second, 30 for the last. */
const SWITCH: Code = [
  block(),
  block(),
  block(),
  localGet(0),
  brTable([0, 1], 2),
  end,
  i32(10),
  ret,
  end,
  i32(20),
  ret,
  end,
  i32(30),
];

function blocks(): readonly Draft[] {
  return [
    shown({
      id: "guest-execution/control/block-and-branch",
      clauses: [],
      why: "A branch out of a block takes its result with it, and everything else on the stack is gone.",
      values: () => [
        left(7, block("i32"), i32(7), end),
        left(8, block("i32"), i32(1), i32(2), i32(8), br(0), end),
        left(9, block("i32"), block("i32"), i32(5), i32(9), br(1), end, drop, i32(1), end),
        left(3, block("i32"), i32(3), i32(1), brIf(0), drop, i32(4), end),
        left(4, block("i32"), i32(3), i32(0), brIf(0), drop, i32(4), end),
        left(6, nop, i32(6), nop),
      ],
    }),
    shown({
      id: "guest-execution/control/if",
      clauses: [],
      why: "`if` takes its first arm for every number but 0, and without `else` does nothing for 0.",
      locals: [[1, "i32"]],
      values: () => [
        left(1, i32(5), when("i32"), i32(1), otherwise, i32(2), end),
        left(2, i32(0), when("i32"), i32(1), otherwise, i32(2), end),
        left(1, i32(-0x8000_0000), when("i32"), i32(1), otherwise, i32(2), end),
        left(11, i32(11), localSet(0), i32(0), when(), i32(12), localSet(0), end, localGet(0)),
        left(12, i32(11), localSet(0), i32(1), when(), i32(12), localSet(0), end, localGet(0)),
        left(20, i32(1), when("i32"), i32(20), br(0), otherwise, i32(21), end),
      ],
    }),
    shown({
      id: "guest-execution/control/loop",
      clauses: [],
      why: "A branch to a loop begins it anew, and its end leaves it.",
      program: { functions: { sum: { params: ["i32"], results: ["i32"], locals: [[1, "i32"]], code: SUM } } },
      values: ({ fn }) => [
        left(0, i32(0), call(fn("sum"))),
        left(1, i32(1), call(fn("sum"))),
        left(5050, i32(100), call(fn("sum"))),
        left(500500, i32(1000), call(fn("sum"))),
        left(17, loop("i32"), i32(17), end),
      ],
    }),
    shown({
      id: "guest-execution/control/br-table",
      clauses: [],
      why: "`br_table` takes the label of its operand, unsigned, and the last one for every number beyond.",
      program: { functions: { choose: { params: ["i32"], results: ["i32"], code: SWITCH } } },
      values: ({ fn }) => [
        left(10, i32(0), call(fn("choose"))),
        left(20, i32(1), call(fn("choose"))),
        left(30, i32(2), call(fn("choose"))),
        left(30, i32(3), call(fn("choose"))),
        left(30, i32(-1), call(fn("choose"))),
        left(30, i32(-0x8000_0000), call(fn("choose"))),
        left(41, block("i32"), i32(41), i32(9), brTable([], 0), end),
      ],
    }),
    shown({
      id: "guest-execution/control/br-table-with-values",
      clauses: [],
      why: "`br_table` takes values with it, to blocks and to a loop.",
      program: {
        functions: {
          // Counts the parameter down by way of the loop's label, and adds one for each turn.
          turns: {
            params: ["i32"],
            results: ["i32"],
            locals: [[1, "i32"]],
            code: ({ type }) => [
              block("i32"),
              i32(0),
              loop(type(["i32"], ["i32"])),
              i32(1),
              add,
              localGet(0),
              i32(1),
              sub,
              localTee(0),
              i32(0),
              numeric("i32.gt_s"),
              brTable([1, 0], 1),
              end,
              end,
            ],
          },
        },
      },
      values: ({ fn }) => [
        left(1, i32(1), call(fn("turns"))),
        left(1, i32(0), call(fn("turns"))),
        left(5, i32(5), call(fn("turns"))),
      ],
    }),
    shown({
      id: "guest-execution/control/many-values",
      clauses: [],
      why: "Blocks take several parameters and give several results, in their order.",
      program: {
        functions: {
          swap: { params: ["i32", "i32"], results: ["i32", "i32"], code: [localGet(1), localGet(0)] },
          three: { results: ["i32", "i64", "f64"], code: [i32(1), i64(2n), f64(0x4008_0000_0000_0000n)] },
        },
      },
      values: ({ fn, type }) => [
        left(2, i32(5), i32(7), call(fn("swap")), sub),
        left(-2, i32(5), i32(7), block(type(["i32", "i32"], ["i32", "i32"])), end, sub),
        left(35, i32(5), i32(7), block(type(["i32", "i32"], ["i32"])), mul, end),
        left(3, i32(10), i32(7), i32(1), when(type(["i32", "i32"], ["i32"])), sub, otherwise, add, end),
        left(17, i32(10), i32(7), i32(0), when(type(["i32", "i32"], ["i32"])), sub, otherwise, add, end),
        left(
          6,
          call(fn("three")),
          numeric("i32.trunc_f64_s"),
          localSet(0),
          numeric("i32.wrap_i64"),
          add,
          localGet(0),
          add,
        ),
        left(
          12,
          i32(3),
          i32(4),
          loop(type(["i32", "i32"], ["i32"])),
          block(type(["i32", "i32"], ["i32", "i32"])),
          br(0),
          end,
          mul,
          end,
        ),
      ],
      locals: [[1, "i32"]],
    }),
    shown({
      id: "guest-execution/control/loop-with-parameters",
      clauses: [],
      why: "A branch to a loop brings its parameters, and nothing of what lay on them.",
      locals: [[1, "i32"]],
      values: ({ type }) => [
        // Doubles 1 until it is above 1000.
        left(
          1024,
          i32(1),
          loop(type(["i32"], ["i32"])),
          i32(2),
          mul,
          localTee(0),
          localGet(0),
          i32(1000),
          numeric("i32.lt_s"),
          brIf(0),
          end,
        ),
      ],
    }),
    shown({
      id: "guest-execution/control/return",
      clauses: [],
      why: "`return` leaves every block with the results alone.",
      program: {
        functions: {
          early: {
            params: ["i32"],
            results: ["i32"],
            code: [block(), loop(), i32(99), localGet(0), ret, end, end, unreachable],
          },
          branched: { results: ["i32"], code: [i32(1), i32(2), i32(77), br(0)] },
        },
      },
      values: ({ fn }) => [left(5, i32(5), call(fn("early"))), left(77, call(fn("branched")))],
    }),
    shown({
      id: "guest-execution/control/select",
      clauses: [],
      why: "`select` gives its first operand for every number but 0; the typed one takes references too.",
      values: ({ type: _, fn }) => [
        left(1, i32(1), i32(2), i32(3), select),
        left(2, i32(1), i32(2), i32(0), select),
        { type: "i64", bits: 0x1_0000_0000n, code: [i64(0x1_0000_0000n), i64(2n), i32(-1), select] },
        left(1, refNull("funcref"), refFunc(fn("other")), i32(1), selectTyped("funcref"), refIsNull),
        left(0, refNull("funcref"), refFunc(fn("other")), i32(0), selectTyped("funcref"), refIsNull),
        left(6, i32(6), i32(5), i32(1), selectTyped("i32")),
      ],
      program: { functions: { other: { code: [] } }, exports: [["other", "function", 1]] },
    }),
    shown({
      id: "guest-execution/control/unreachable-code",
      clauses: [],
      why: "Code behind a branch that is always taken is validated with any operands, and never run.",
      values: () => [
        left(5, block("i32"), i32(5), br(0), add, mul, drop, i32(4), end),
        left(6, block("i32"), i32(6), br(0), unreachable, select, end),
        left(7, block("i32"), i32(7), i32(0), brTable([0], 0), when("i32"), i32(1), otherwise, i32(2), end, end),
      ],
    }),
  ];
}

const FACTORIAL: Code = [
  localGet(0),
  i32(1),
  numeric("i32.le_s"),
  when("i32"),
  i32(1),
  otherwise,
  localGet(0),
  localGet(0),
  i32(1),
  sub,
  call(1),
  mul,
  end,
];

function calls(): readonly Draft[] {
  return [
    shown({
      id: "guest-execution/calls/recursion",
      clauses: [],
      why: "A function calls itself, each call with locals of its own.",
      program: { functions: { factorial: { params: ["i32"], results: ["i32"], code: FACTORIAL } } },
      values: ({ fn }) => [
        left(1, i32(0), call(fn("factorial"))),
        left(120, i32(5), call(fn("factorial"))),
        left(479001600, i32(12), call(fn("factorial"))),
      ],
    }),
    shown({
      id: "guest-execution/calls/locals-begin-at-zero",
      clauses: [],
      why: "Every local of a call begins at 0 or null, also where the call before left something there.",
      program: {
        functions: {
          dirty: {
            results: ["i32"],
            locals: [
              [2, "i32"],
              [1, "i64"],
              [1, "f64"],
              [1, "funcref"],
            ],
            code: [
              localGet(0),
              localGet(2),
              numeric("i64.eqz"),
              add,
              localGet(3),
              f64(0n),
              numeric("f64.eq"),
              add,
              localGet(4),
              refIsNull,
              add,
              i32(-1),
              localSet(0),
              i64(-1n),
              localSet(2),
              f64(0x3ff0_0000_0000_0000n),
              localSet(3),
            ],
          },
        },
      },
      values: ({ fn }) => [left(3, call(fn("dirty"))), left(3, call(fn("dirty")))],
    }),
    shown({
      id: "guest-execution/calls/locals",
      clauses: [],
      why: "`local.get`, `local.set` and `local.tee` keep values of every type, and parameters are locals.",
      locals: [
        [1, "i32"],
        [1, "i64"],
        [1, "f32"],
        [1, "f64"],
      ],
      program: {
        functions: {
          third: { params: ["i64", "f32", "i32"], results: ["i32"], code: [i32(40), localTee(2), localGet(2), add] },
        },
      },
      values: ({ fn }) => [
        left(9, i32(9), localSet(0), localGet(0)),
        left(10, i32(5), localTee(0), localGet(0), add),
        { type: "i64", bits: 0x8000_0000_0000_0001n, code: [i64(-0x7fff_ffff_ffff_ffffn), localTee(1)] },
        { type: "f64", bits: 0x7ff4_0000_dead_beefn, code: [f64(0x7ff4_0000_dead_beefn), localSet(3), localGet(3)] },
        left(80, i64(1n), localGet(2), i32(3), call(fn("third"))),
      ],
    }),
    shown({
      id: "guest-execution/calls/globals",
      clauses: [],
      why: "Globals begin with their constant, keep what is set, and are the same in every function.",
      program: {
        globals: [
          global("i32", true, [i32(5)]),
          global("i64", false, [i64(-2n)]),
          global("f64", true, [f64(0x4000_0000_0000_0000n)]),
          global("funcref", false, [refNull("funcref")]),
        ],
        functions: { bump: { code: [globalGet(0), i32(1), add, globalSet(0)] } },
      },
      values: ({ fn }) => [
        left(5, globalGet(0)),
        left(6, call(fn("bump")), globalGet(0)),
        left(-9, i32(-9), globalSet(0), globalGet(0)),
        left(-8, call(fn("bump")), globalGet(0)),
        { type: "i64", bits: 0xffff_ffff_ffff_fffen, code: [globalGet(1)] },
        { type: "f64", bits: 0x4000_0000_0000_0000n, code: [globalGet(2)] },
        left(1, globalGet(3), refIsNull),
      ],
    }),
    shown({
      id: "guest-execution/calls/indirect",
      clauses: [],
      why: "`call_indirect` calls the function of a table, of equal types by their parameters and results.",
      program: {
        tables: [tableType("funcref", 4, 4), tableType("funcref", 1)],
        elements: ({ fn }) => [activeElements([i32(0)], [fn("plus"), fn("minus"), fn("plus")])],
        functions: {
          plus: { params: ["i32", "i32"], results: ["i32"], code: [localGet(0), localGet(1), add] },
          minus: { params: ["i32", "i32"], results: ["i32"], code: [localGet(0), localGet(1), sub] },
        },
      },
      values: ({ type }) => [
        left(12, i32(7), i32(5), i32(0), callIndirect(type(["i32", "i32"], ["i32"]))),
        left(2, i32(7), i32(5), i32(1), callIndirect(type(["i32", "i32"], ["i32"]))),
        left(12, i32(7), i32(5), i32(2), callIndirect(type(["i32", "i32"], ["i32"]))),
      ],
    }),
    shown({
      id: "guest-execution/calls/nested",
      clauses: [],
      why: "Operands that lie on the stack of a caller are there when the call is over.",
      program: {
        functions: {
          inner: {
            params: ["i32"],
            results: ["i32"],
            locals: [[3, "i32"]],
            code: [i32(1), i32(2), add, localGet(0), mul],
          },
          outer: {
            params: ["i32"],
            results: ["i32"],
            code: [i32(100), localGet(0), call(1), i32(4), call(1), add, sub],
          },
        },
      },
      values: ({ fn }) => [left(100 - 3 * 5 - 12, i32(5), call(fn("outer"))), left(88, i32(0), call(fn("outer")))],
    }),
  ];
}

/** Blocks, branches, loops, calls, locals and globals. */
export function controlDrafts(): readonly Draft[] {
  return [...blocks(), ...calls()];
}
