import { access, drop, i32, unreachable } from "../building/wasm/instructions.js";
import { activeElements, tableType } from "../building/wasm/module.js";
import type { ProgramText } from "../building/wasm/program.js";
import type { Draft, Family } from "../corpus/family.js";
import { instructionTraps, type Trap } from "./guest-traps/instructions.js";
import { stackDrafts } from "./guest-traps/stack.js";
import { COMPLETED, FAILED_INIT, ran, ranInto } from "./guests/drafts.js";

const main = { code: [] };

/** Traps before the program is Initialized. */
function duringInit(): readonly Draft[] {
  const elements = (at: number): ProgramText => ({
    tables: [tableType("funcref", 2)],
    elements: ({ fn }) => [activeElements([i32(at)], [fn("main")])],
    functions: { main },
  });
  const cases: readonly (readonly [string, string, ProgramText, ProgramText, Trap])[] = [
    [
      "start-function",
      "The start function of the module traps.",
      { functions: { setup: main, main }, start: "setup" },
      { functions: { setup: { code: [unreachable] }, main }, start: "setup" },
      "unreachable",
    ],
    [
      "fayger-init",
      "`fayger_init` traps.",
      { functions: { fayger_init: main, main } },
      { functions: { fayger_init: { code: [i32(65_536), access("i32.load8_u"), drop] }, main } },
      "memory_out_of_bounds",
    ],
    [
      "data",
      "An active data segment lies outside the memory.",
      { functions: { main }, data: { 65534: [1, 2] } },
      { functions: { main }, data: { 65535: [1, 2] } },
      "memory_out_of_bounds",
    ],
    ["elements", "An active element segment lies outside its table.", elements(1), elements(2), "table_out_of_bounds"],
  ];
  return cases.flatMap(([name, why, runs, traps, trap]) => {
    const parent = ran({
      id: `guest-traps/init/${name}-runs`,
      clauses: ["lifecycle.init", "guest-abi.execution"],
      program: runs,
      result: { states: [...COMPLETED], answers: ["done", "done"] },
      why: "The same without the trap.",
      effect: "A program that is right never starts.",
    });
    const refused = ranInto(parent, {
      id: `guest-traps/init/${name}`,
      clauses: ["lifecycle.init", "lifecycle.init.fails", "guest-abi.traps"],
      program: traps,
      mutator: "replace-instructions",
      refusal: {
        code: "RT_TRAP",
        context: { trap },
        result: {
          states: [...FAILED_INIT],
          answers: ["RT_TRAP", "RT_ILLEGAL_TRANSITION"],
          instructions: [],
          causes: ["RT_TRAP"],
          trap,
        },
      },
      why: `${why} The command fails with the trap, and the instance is Failed.`,
      effect: "A program runs that could not be made ready.",
    });
    return [parent, refused];
  });
}

/** Traps, and how deep calls may be nested. */
export const guestTraps: Family = {
  name: "guest-traps",
  drafts: () => [...instructionTraps(), ...duringInit(), ...stackDrafts()],
};
