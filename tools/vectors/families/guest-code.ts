import {
  access,
  block,
  br,
  brIf,
  brTable,
  call,
  drop,
  end,
  i32,
  i64,
  instruction,
  localGet,
  loop,
  memorySize,
  nop,
  numeric,
  otherwise,
  ret,
  times,
  unreachable,
  when,
} from "../building/wasm/instructions.js";
import { functionType, limits, section, tableType } from "../building/wasm/module.js";
import { join, nameOf, vector } from "../building/wasm/piece.js";
import { type FunctionText, type ProgramText, writeProgram } from "../building/wasm/program.js";
import type { Draft, Family } from "../corpus/family.js";
import { bad, base, good } from "./guest-code/base.js";
import { justEnough, tooMany } from "./guest-code/counts.js";
import { interfaceFaults, orderFaults } from "./guest-code/interface.js";
import { heights, invalidFaults } from "./guest-code/invalid.js";
import { malformedFaults } from "./guest-code/malformed.js";
import { unsupportedFaults } from "./guest-code/unsupported.js";

const HEIGHT = ["guest-abi.code.operand-height", "guest-abi.stack.charge"];
const EXPORTS = ["memory", "main", "fayger_init", "fayger_alloc", "fayger_on_event"];

const whole = good(
  "whole",
  base(),
  {
    operand_heights: [2, 2, 1, 1, 0, 0],
    // 8, parameters, locals, operand height.
    stack_charges: [8 + 1 + 2 + 2, 8 + 2, 8 + 1, 8 + 1 + 1, 8 + 2, 8],
    imports: ["emit", "exit"],
    exports: EXPORTS,
  },
  "A program with something in every section.",
  [
    "guest-abi.code",
    "guest-abi.code.module",
    "guest-abi.code.interface",
    "guest-abi.imports",
    "guest-abi.exports",
    ...HEIGHT,
  ],
);

/** A program whose `main` has code of which the operand height is told. */
function height(
  name: string,
  expected: number,
  why: string,
  main: FunctionText,
  others: ProgramText["functions"] = {},
) {
  const { params = [], locals = [] } = main;
  const count = params.length + locals.reduce((sum, [number]) => sum + number, 0);
  return good(
    `height-${name}`,
    writeProgram({ functions: { main, ...others } }),
    {
      operand_heights: [expected, ...Object.values(others).map(({ results = [] }) => results.length)],
      stack_charges: [8 + count + expected, ...Object.values(others).map(({ results = [] }) => 8 + results.length)],
    },
    why,
    HEIGHT,
  );
}

const add = numeric("i32.add");

function heightDrafts(): readonly Draft[] {
  return [
    height("nothing", 0, "A function without operands has the height 0.", { code: [nop] }),
    height("straight", 3, "The height is that after an instruction, where it is largest.", {
      locals: [
        [3, "i32"],
        [1, "f64"],
      ],
      code: [i32(1), i32(2), i32(3), add, add, drop],
    }),
    height("wide", 1, "An operand counts 1, whatever its type.", {
      locals: [[2, "i64"]],
      code: [i64(1n), drop, localGet(0), drop],
    }),
    height("blocks", 3, "Operands below a block count inside it.", {
      code: [i32(1), i32(2), block(), i32(3), drop, end, drop, drop],
    }),
    height("arms", 4, "Both arms of an `if` count.", {
      code: [i32(1), i32(0), when("i32"), i32(1), otherwise, i32(2), i32(3), i32(4), drop, drop, end, drop, drop],
    }),
    height(
      "call",
      5,
      "The results of a call count after it.",
      { code: [i32(1), call(1), drop, drop, drop, drop, drop] },
      {
        four: { results: ["i32", "i32", "i64", "f32"], code: [unreachable] },
      },
    ),
    height(
      "unreachable",
      2,
      "Behind a branch the algorithm begins with no operand in the block, and counts what is pushed.",
      {
        code: [i32(1), block(), br(0), i32(2), drop, end, drop],
      },
    ),
    height(
      "unreachable-results",
      3,
      "An instruction in unreachable code leaves its results, though its operands never were.",
      {
        code: [block(), br(0), add, add, i32(1), i32(2), drop, drop, drop, end],
      },
    ),
    height(
      "end-of-unreachable",
      2,
      "The results of a block are there behind its `end`, also where that is never reached.",
      {
        code: [i32(1), block("i32"), unreachable, end, drop, drop],
      },
    ),
    height("loop", 2, "A loop counts once, however often it turns.", {
      code: [loop(), i32(0), i32(0), drop, brIf(0), end],
    }),
  ];
}

function accepting(): readonly Draft[] {
  const many = functionType(
    Array.from({ length: 1000 }, () => "i32" as const),
    Array.from({ length: 1000 }, () => "i64" as const),
  );
  const minimal: ProgramText = { functions: { main: { code: [] } } };
  const limit = ["guest-abi.code.limits"];
  return [
    good(
      "minimal",
      writeProgram(minimal),
      { operand_heights: [0], stack_charges: [8], imports: [], exports: ["memory", "main"] },
      "Memory and entry are enough.",
      ["guest-abi.exports", "guest-abi.code.interface"],
    ),
    good(
      "more-exports",
      writeProgram({ ...minimal, exports: [["other", "function", 0]] }),
      { exports: ["memory", "main"] },
      "Exports with other names are nobody's business.",
      ["guest-abi.exports"],
    ),
    good(
      "events",
      writeProgram({
        functions: {
          fayger_on_event: { params: ["i32", "i32"], code: [] },
          fayger_alloc: { params: ["i32"], results: ["i32"], code: [i32(0)] },
          ...minimal.functions,
        },
      }),
      { operand_heights: [0, 1, 0], exports: ["memory", "main", "fayger_alloc", "fayger_on_event"] },
      "Both exports of events, in whatever order.",
      ["guest-abi.exports"],
    ),
    good(
      "every-import",
      writeProgram({ imports: ["abort", "exit", "section_read", "reply_read", "emit"], ...minimal }),
      { imports: ["abort", "exit", "section_read", "reply_read", "emit"] },
      "Every function of the ABI, in another order.",
      ["guest-abi.imports", "guest-abi.import-module"],
    ),
    good(
      "imported-twice",
      writeProgram({ imports: ["exit", "exit"], functions: { main: { code: [i32(0), call(1)] } } }),
      { imports: ["exit", "exit"], operand_heights: [1] },
      "A function may be imported twice.",
      ["guest-abi.imports"],
    ),
    good(
      "custom-sections",
      base({}, [section(0, nameOf("a"), [0xff]), section(0, nameOf("a")), section(0, nameOf(""))]),
      { exports: EXPORTS },
      "What custom sections hold is not looked at, and their names may be empty and repeat.",
      ["guest-abi.code.module"],
    ),
    good(
      "names",
      writeProgram({
        ...minimal,
        exports: [
          ["größe ⚙ 𝄞", "function", 0],
          ["", "memory", 0],
        ],
      }),
      { exports: ["memory", "main"] },
      "A name is any UTF-8, the empty one too.",
      ["guest-abi.code.name-utf8"],
    ),
    good(
      "long-integers",
      base({ start: [0x87, 0x80, 0x80, 0x80, 0x00], data: null, dataCount: [0x80, 0x00] }, []),
      { exports: EXPORTS },
      "An integer need not be in its shortest form, as long as its type could need as many bytes.",
      ["guest-abi.code.malformed"],
    ),
    good(
      "parameters-and-results",
      base({ types: join([6], typesOfBase().bytes.slice(1), many) }),
      { exports: EXPORTS },
      "1,000 parameters and 1,000 results.",
      limit,
    ),
    good(
      "locals",
      writeProgram({ functions: { main: { locals: [[50_000, "i64"]], code: [] } } }),
      { operand_heights: [0], stack_charges: [50_008] },
      "50,000 locals, whose charge is below that of the stack.",
      limit,
    ),
    good(
      "targets",
      writeProgram({
        functions: {
          main: {
            code: [
              i32(0),
              brTable(
                Array.from({ length: 65_520 }, () => 0),
                0,
              ),
            ],
          },
        },
      }),
      { operand_heights: [1] },
      "A `br_table` of 65,520 targets.",
      limit,
    ),
    good("operands", heights(65, 536), { operand_heights: [2, 65_536, 1, 1, 0, 0, 1000] }, "65,536 operands.", [
      ...limit,
      ...HEIGHT,
    ]),
    good(
      "table",
      base({ tables: vector([tableType("funcref", 4, 0xffff_ffff), tableType("externref", 10_000_000)]) }),
      { exports: EXPORTS },
      "A table of 10,000,000 elements, and one that could grow to any number.",
      limit,
    ),
    good(
      "memory",
      base({ memories: vector([limits(65_536, 65_536)]) }),
      { exports: EXPORTS },
      "A memory of 65,536 pages is valid; whether it may be had is for the quotas to say.",
      ["guest-abi.code.validation"],
    ),
    good(
      "all-unreachable",
      writeProgram({
        functions: { main: { code: [ret, ...times(3, add), drop, memorySize, drop, access("i32.load"), drop] } },
      }),
      { operand_heights: [1] },
      "Unreachable code takes operands that are not there.",
      ["guest-abi.code.validation", ...HEIGHT],
    ),
    good(
      "reference-types",
      writeProgram({
        functions: {
          main: { code: [instruction("ref.null", [0xd0, 0x6f]), instruction("ref.is_null", [0xd1]), drop] },
          takes: { params: ["funcref", "externref"], results: ["externref"], code: [localGet(1)] },
        },
      }),
      { operand_heights: [1, 1], stack_charges: [9, 11] },
      "References are parameters, locals and results.",
      ["guest-abi.code.module"],
    ),
  ];
}

function typesOfBase() {
  return vector([
    functionType(["i32", "i32", "i32", "i32"], ["i32"]),
    functionType(["i32"], []),
    functionType(["i32"], ["i32"]),
    functionType([], []),
    functionType(["i32", "i32"], []),
  ]);
}

/** Which code is a program. */
export const guestCode: Family = {
  name: "guest-code",
  drafts: () => [
    whole,
    ...accepting(),
    ...justEnough(),
    ...heightDrafts(),
    ...[
      ...malformedFaults(),
      ...invalidFaults(),
      ...unsupportedFaults(),
      ...interfaceFaults(),
      ...orderFaults(),
      ...tooMany(),
    ].map((fault) => bad(whole, fault)),
  ],
};
