import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findClang } from "../build/clang.js";
import { commandsOf, type OwnFolder, ownFolder } from "./own-folder.js";
import { EXAMPLES } from "./run-example.js";

// The first program of somebody who follows the README of the examples in an empty folder.

let folder: OwnFolder;
beforeAll(() => {
  folder = ownFolder();
});
afterAll(() => folder.remove());

function follow(begin: string): string {
  const commands = commandsOf(`${EXAMPLES}README.md`, begin);
  expect(commands.split("\n").length).toBeGreaterThan(10);
  return execFileSync("sh", ["-ec", commands], {
    cwd: folder.path,
    env: folder.environment,
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
}

describe.skipIf(process.platform === "win32")("the first program by the README", () => {
  it("is compiled from AssemblyScript, packed, signed, believed, shown and run", () => {
    const told = follow("## A program of your own");
    expect(told).toMatch(/^signed +ed25519, key /m);
    expect(told).toMatch(/^requires +io\.stdio$/m);
    expect(told.endsWith("\nhello\n")).toBe(true);
  });

  it("says what it throws and where, compiled as the README says", () => {
    const program = 'export function run(): void {\n  throw new Error("no such key");\n}\n';
    writeFileSync(`${folder.path}/main.ts`, `import "fayger/generated/guest/assemblyscript/fayger";\n${program}`);
    const commands = commandsOf(`${EXAMPLES}README.md`, "## A program of your own").split("\n");
    const again = commands.filter((line) => /^npx (asc|fayger pack|fayger run) /.test(line));
    expect(again).toHaveLength(3);
    const { status, stderr } = spawnSync("sh", ["-ec", again.join("\n")], {
      cwd: folder.path,
      env: folder.environment,
      encoding: "utf8",
    });
    expect(status).toBe(3);
    expect(stderr).toContain("abort: no such key in main.ts:3:3\nerror RT_INSTANCE_FAILED\n");
  });

  it.skipIf(findClang() === undefined)("is the same in C", () => {
    const told = follow("In C the same program");
    expect(told).toMatch(/^wrote +hello\.buf /m);
    expect(told.endsWith("\nhello\n")).toBe(true);
  });

  it.skipIf(findClang() === undefined)("may set and copy structs in C, compiled as the README says", () => {
    const commands = commandsOf(`${EXAMPLES}README.md`, "In C the same program").split("\nEND\n")[1] ?? "";
    const large = "struct large { int numbers[300]; };\nvoid fill(struct large *to, int at);\n";
    const fill =
      "void fill(struct large *to, int at) {\n  struct large one = {0};\n  one.numbers[at] = at;\n  *to = one;\n}\n";
    const entry =
      "static struct large kept;\nFAYGER_ENTRY(run) { fill(&kept, 7); fayger_exit((uint32_t)kept.numbers[7] - 7); }\n";
    writeFileSync(`${folder.path}/main.c`, `#include "fayger.h"\n${large}${fill}${entry}`);
    execFileSync("sh", ["-ec", commands], { cwd: folder.path, env: folder.environment });
  });
});
