import { readFileSync } from "node:fs";
import type { PackRecipe } from "../../generated/json/pack-recipe.js";
import { EXAMPLES, type Outcome } from "./run-example.js";

/** A program that does something wrong: a row of `reference/examples/misbehaving/programs.json`. */
export interface MisbehavingProgram {
  /** Its name, and the last part of its artifact's. */
  readonly name: string;
  /** What it does, for people. */
  readonly does: string;
  /** File below `guest/`, without `.c`. */
  readonly guest: string;
  /** Entry symbol. */
  readonly entry: string;
  /** Capabilities it asks for. */
  readonly capabilities?: readonly string[];
  /** Those of them that the host does not grant. */
  readonly withheld?: readonly string[];
  /** Quotas of its manifest. */
  readonly quotas?: PackRecipe["quotas"];
  /** How it ends. */
  readonly ends: Outcome;
}

/** Every row. */
export function misbehavingPrograms(): MisbehavingProgram[] {
  return JSON.parse(readFileSync(`${EXAMPLES}misbehaving/programs.json`, "utf8")) as MisbehavingProgram[];
}

/** The recipe of a row; its paths begin in the folder of the table. */
export function misbehavingRecipe(program: MisbehavingProgram): PackRecipe {
  return {
    name: `examples/misbehaving/${program.name}`,
    version: "1.0.0",
    entry: { section: "code/main", symbol: program.entry },
    runtime: { code_format: "wasm-core-2" },
    ...(program.capabilities !== undefined && { required_capabilities: program.capabilities }),
    ...(program.quotas !== undefined && { quotas: program.quotas }),
    annotations: { about: program.does },
    sections: [{ id: "code/main", kind: "code", file: `../../../dist/guests/misbehaving/${program.guest}.wasm` }],
  };
}

/** Capabilities the host grants to a program. */
export function grantedTo({ capabilities = [], withheld = [] }: MisbehavingProgram): string[] {
  return capabilities.filter((name) => !withheld.includes(name));
}
