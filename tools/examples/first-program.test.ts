import { execFileSync } from "node:child_process";
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

  it.skipIf(findClang() === undefined)("is the same in C", () => {
    const told = follow("collector; the entry symbol");
    expect(told).toMatch(/^wrote +hello\.buf /m);
    expect(told.endsWith("\nhello\n")).toBe(true);
  });
});
