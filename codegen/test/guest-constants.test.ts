import { describe, expect, it } from "vitest";
import { CRYPTO_ALGORITHM_NUMBERS } from "../../generated/enums/crypto-algorithm.js";
import { SIGNAL_NUMBERS } from "../../generated/enums/signal.js";
import { UI_ATTRIBUTE_NUMBERS } from "../../generated/enums/ui-attribute.js";
import { UI_NODE_KIND_NUMBERS } from "../../generated/enums/ui-node-kind.js";
import { compile } from "../src/commands/compile.js";
import { compileGuestInAssemblyScript, compileGuestInC } from "./guest-compilers.js";
import { specSources } from "./fixture.js";
import { findClang, NO_CLANG } from "../../tools/build/clang.js";

// A program in each language gives every constant of its bindings, by the name that programs write, and the numbers are
// those of the tables.
// @spec instructions.ui.nodes, instructions.ui.attributes, instructions.proc.signals, instructions.crypto.algorithms

const TABLES = [
  { assemblyScript: "UiNodeKind", c: "FAYGER_UI_NODE", numbers: UI_NODE_KIND_NUMBERS },
  { assemblyScript: "UiAttribute", c: "FAYGER_UI_ATTRIBUTE", numbers: UI_ATTRIBUTE_NUMBERS },
  { assemblyScript: "Signal", c: "FAYGER_SIGNAL", numbers: SIGNAL_NUMBERS },
  { assemblyScript: "CryptoAlgorithm", c: "FAYGER_CRYPTO", numbers: CRYPTO_ALGORITHM_NUMBERS },
] as const;
const constants = TABLES.flatMap(({ assemblyScript, c, numbers }) =>
  Object.entries<number>(numbers).map(([name, number]) => ({
    assemblyScript: `${assemblyScript}.${name.replace(/(^|_)([a-z0-9])/g, (_all, _bar, first: string) => first.toUpperCase())}`,
    c: `${c}_${name.toUpperCase()}`,
    number,
  })),
);
const files = compile(specSources()).files ?? [];

/** What `constant(index)` of a program gives. */
async function numbersOf(code: Uint8Array): Promise<number[]> {
  const imports = new Proxy({}, { get: () => new Proxy({}, { get: () => () => 0 }) });
  const { instance } = await WebAssembly.instantiate(code as Uint8Array<ArrayBuffer>, imports);
  const constant = instance.exports["constant"] as (index: number) => number;
  return constants.map((_, index) => constant(index));
}

describe("the constants of guest programs", () => {
  const expected = constants.map(({ number }) => number);

  it("have the numbers of the tables, in AssemblyScript", { timeout: 60_000 }, async () => {
    const names = TABLES.map(({ assemblyScript }) => assemblyScript).join(", ");
    const cases = constants.map(({ assemblyScript }, index) => `case ${index}: return ${assemblyScript};`).join("\n");
    const source = `import { ${names} } from "./guest/assemblyscript/fayger";
      export function constant(index: i32): i32 { switch (index) { ${cases} default: return -1; } }`;
    expect(await numbersOf(await compileGuestInAssemblyScript(source, files))).toEqual(expected);
  });

  const clang = findClang();
  it.skipIf(clang === undefined)(`have the numbers of the tables, in C${clang === undefined ? `: ${NO_CLANG}` : ""}`, async () => {
    if (clang === undefined) return;
    const cases = constants.map(({ c }, index) => `case ${index}: return ${c};`).join("\n");
    const source = `#include "fayger.h"
      __attribute__((export_name("constant"))) int constant(int index) { switch (index) { ${cases} default: return -1; } }`;
    expect(await numbersOf(compileGuestInC(clang, source, files))).toEqual(expected);
  });
});
