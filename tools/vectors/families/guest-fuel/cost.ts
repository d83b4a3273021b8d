import {
  access,
  block,
  br,
  brIf,
  type Code,
  call,
  callIndirect,
  costOf,
  drop,
  end,
  i32,
  loop,
  memoryCopy,
  memoryFill,
  memoryInit,
  nop,
  numeric,
  otherwise,
  refNull,
  ret,
  select,
  tableCopy,
  tableFill,
  tableInit,
  times,
  unreachable,
  when,
} from "../../building/wasm/instructions.js";
import { activeElements, passiveData, passiveElements, tableType } from "../../building/wasm/module.js";
import type { Draft } from "../../corpus/family.js";
import { COMPLETED, FAILED, ran, ranInto } from "../guests/drafts.js";
import {
  add,
  BLOCKS,
  type Counted,
  chosen,
  countdown,
  counted,
  deep,
  effects,
  FEATURES,
  FUEL,
  idle,
  programOf,
} from "./fuel.js";

function straight(): readonly Counted[] {
  const plain: Code = [i32(1), i32(2), add, i32(3), i32(0), select, drop, i32(0), i32(7), access("i32.store")];
  return [
    {
      name: "nothing",
      why: "A program without instructions costs nothing.",
      main: { locals: [[1, "i32"]], code: [] },
      fuel: 0,
    },
    {
      name: "free",
      why: "`block`, `loop`, `else`, `end` and `nop` cost nothing.",
      main: { code: [nop, block(), nop, end, loop(), nop, end, ...times(10, nop)] },
      fuel: 0,
    },
    {
      name: "straight",
      why: "Every other instruction costs 1, whatever it does.",
      main: { code: plain },
      fuel: costOf(plain),
    },
    {
      name: "return",
      why: "`return` costs 1, and what stands behind it nothing.",
      main: { code: [...idle, ret, ...idle] },
      fuel: 3,
    },
    {
      name: "if-taken",
      why: "`if` costs 1, and the arm that is taken what it costs.",
      main: { code: [i32(1), when(), ...idle, otherwise, ...idle, ...idle, end] },
      fuel: 1 + 1 + 2,
    },
    {
      name: "if-not-taken",
      why: "The other arm costs what it costs, and `else` nothing.",
      main: { code: [i32(0), when(), ...idle, otherwise, ...idle, ...idle, end] },
      fuel: 1 + 1 + 4,
    },
    {
      name: "if-without-else",
      why: "An `if` that does nothing costs 1.",
      main: { code: [i32(0), when(), ...idle, end] },
      fuel: 2,
    },
    {
      name: "branch",
      why: "What a branch passes over costs nothing.",
      main: { code: [block(), ...idle, br(0), ...idle, end, ...idle] },
      fuel: 2 + 1 + 2,
    },
    {
      name: "branch-not-taken",
      why: "`br_if` costs 1 whether it branches or not.",
      main: { code: [block(), i32(0), brIf(0), ...idle, i32(1), brIf(0), ...idle, end] },
      fuel: 2 + 2 + 2,
    },
    ...[2, 4, 6, 6].map((behind, at) => ({
      name: `br-table-${at}`,
      why: "`br_table` costs 1, however many labels it has.",
      main: chosen(at),
      // What is chosen, and a `return` but for the last.
      fuel: 2 + behind + (at < 2 ? 1 : 0),
    })),
  ];
}

function repeated(): readonly Counted[] {
  const counting = (turns: number): Counted => ({
    name: `loop-${turns}`,
    why: "Each turn of a loop costs what it costs.",
    main: { code: ({ fn }) => [i32(turns), call(fn("countdown"))] },
    more: { functions: { countdown } },
    // Two of the entry; three for each look at the number; five for each turn.
    fuel: 2 + 3 * (turns + 1) + 5 * turns,
  });
  const calling = (depth: number): Counted => ({
    name: `calls-${depth}`,
    why: "A call costs 1, and the function what it costs.",
    main: { code: ({ fn }) => [i32(depth), call(fn("deep"))] },
    more: { functions: { deep } },
    fuel: 2 + 2 * (depth + 1) + 4 * depth,
  });
  return [
    ...[0, 1, 10, 1000].map(counting),
    ...[0, 1, 500].map(calling),
    {
      name: "call-indirect",
      why: "`call_indirect` costs 1.",
      main: { code: ({ type }) => [i32(0), callIndirect(type([], []))] },
      more: {
        tables: [tableType("funcref", 1)],
        elements: ({ fn }) => [activeElements([i32(0)], [fn("other")])],
        functions: { other: { code: idle } },
      },
      fuel: 2 + 2,
    },
    {
      name: "whole-life",
      why: "Fuel is that of the whole life: the start function and `fayger_init` count.",
      main: { code: idle },
      more: {
        functions: { setup: { code: [...idle, ...idle] }, fayger_init: { code: [...idle, ...idle, ...idle] } },
        start: "setup",
      },
      fuel: 2 + 4 + 6,
      clauses: ["lifecycle.init"],
    },
  ];
}

function bulk(): readonly Counted[] {
  const sizes = [0, 1, 63, 64, 65, 127, 128, 640, 4096] as const;
  const extra = (count: number): number => Math.floor(count / 64);
  const memory = sizes.flatMap((count): Counted[] => [
    {
      name: `memory-fill-${count}`,
      why: "`memory.fill` costs 1 more for every full 64 bytes.",
      main: { code: [i32(0), i32(1), i32(count), memoryFill] },
      fuel: 4 + extra(count),
    },
    {
      name: `memory-copy-${count}`,
      why: "`memory.copy` costs 1 more for every full 64 bytes.",
      main: { code: [i32(8), i32(0), i32(count), memoryCopy] },
      fuel: 4 + extra(count),
    },
  ]);
  const others = [0, 63, 64, 200].flatMap((count): Counted[] => [
    {
      name: `memory-init-${count}`,
      why: "`memory.init` costs 1 more for every full 64 bytes.",
      main: { code: [i32(8), i32(0), i32(count), memoryInit(0)] },
      more: { passive: [passiveData(Array(200).fill(1))] },
      fuel: 4 + extra(count),
    },
    {
      name: `table-fill-${count}`,
      why: "`table.fill` costs 1 more for every full 64 elements.",
      main: { code: [i32(0), refNull("externref"), i32(count), tableFill(0)] },
      more: { tables: [tableType("externref", 200)] },
      fuel: 4 + extra(count),
    },
    {
      name: `table-copy-${count}`,
      why: "`table.copy` costs 1 more for every full 64 elements.",
      main: { code: [i32(1), i32(0), i32(count), tableCopy(0, 0)] },
      more: { tables: [tableType("externref", 201)] },
      fuel: 4 + extra(count),
    },
    {
      name: `table-init-${count}`,
      why: "`table.init` costs 1 more for every full 64 elements.",
      main: { code: [i32(0), i32(0), i32(count), tableInit(0, 0)] },
      more: {
        tables: [tableType("funcref", 200)],
        elements: ({ fn }) => [passiveElements(Array(200).fill(fn("main")))],
      },
      fuel: 4 + extra(count),
    },
  ]);
  return [...memory, ...others];
}

/** A trap in the middle of a block: the block is paid for. */
function traps(): readonly Draft[] {
  const good = ran({
    id: "guest-fuel/blocks/no-trap",
    clauses: [FUEL, BLOCKS],
    program: programOf({ code: [...idle, i32(1), i32(1), numeric("i32.div_u"), drop, ...idle] }),
    features: FEATURES,
    result: { states: [...COMPLETED], fuel: 8 },
    why: "Without a trap a block costs what its instructions cost.",
    effect: effects.amount,
  });
  const trapped = (name: string, why: string, trap: string, code: Code, fuel: number): Draft =>
    ranInto(good, {
      id: `guest-fuel/blocks/${name}`,
      clauses: [FUEL, BLOCKS],
      program: programOf({ code }),
      mutator: "replace-instructions",
      refusal: { code: "RT_TRAP", context: { trap }, result: { states: [...FAILED], trap, fuel } },
      why,
      effect: effects.amount,
    });
  const division: Code = [i32(1), i32(0), numeric("i32.div_u"), drop];
  const zero = "integer_divide_by_zero";
  return [
    good,
    trapped(
      "trap-first",
      "A block is charged whole before its first instruction, also where it traps.",
      zero,
      [...division, ...idle, ...idle],
      8,
    ),
    trapped(
      "trap-before-a-block",
      "A `block` does not end a basic block; its `end` does.",
      zero,
      [...division, block(), ...idle, end, ...idle],
      6,
    ),
    trapped(
      "trap-before-a-loop",
      "The start of a loop ends a basic block.",
      zero,
      [...division, loop(), ...idle, end, ...idle],
      4,
    ),
    trapped(
      "trap-before-an-if",
      "`if` belongs to the block before it and ends it.",
      zero,
      [...division, i32(1), when(), ...idle, end],
      6,
    ),
    trapped(
      "trap-before-a-call",
      "A call belongs to the block before it and ends it.",
      zero,
      [...division, ...idle, call(0), ...idle],
      7,
    ),
    trapped(
      "trap-before-a-branch",
      "A branch belongs to the block before it and ends it.",
      zero,
      [block(), ...division, br(0), ...idle, end],
      5,
    ),
    trapped(
      "unreachable",
      "`unreachable` costs 1 and ends a block.",
      "unreachable",
      [...idle, unreachable, ...idle],
      3,
    ),
  ];
}

/** What programs cost. */
export function costDrafts(): readonly Draft[] {
  return [...[...straight(), ...repeated(), ...bulk()].map(counted), ...traps()];
}
