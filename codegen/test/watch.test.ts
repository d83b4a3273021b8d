import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { fixtureSources } from "./fixture.js";
import { codegenFolder } from "./golden.js";

const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const program = join(codegenFolder, "src", "cli.ts");
const running: ChildProcess[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function repository(): string {
  const folder = mkdtempSync(join(tmpdir(), "fayger-watch-"));
  folders.push(folder);
  for (const source of fixtureSources()) {
    mkdirSync(dirname(join(folder, source.path)), { recursive: true });
    writeFileSync(join(folder, source.path), source.text);
  }
  return folder;
}

describe("generate --watch on a real folder", () => {
  it("generates on each change, reports faults, and exits with 0 on Ctrl-C", async () => {
    const folder = repository();
    const child = spawn(process.execPath, ["--import", loader, program, "generate", "--watch"], { cwd: folder });
    running.push(child);
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const seen = async (text: string) => {
      while (!output.includes(text)) {
        if (child.exitCode !== null) throw new Error(`ended early: ${output}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      output = output.slice(output.indexOf(text) + text.length);
    };
    const table = join(folder, "spec/tables/traps.yaml");
    const text = readFileSync(table, "utf8");

    await seen("watching spec/");
    expect(existsSync(join(folder, "generated/enums/trap.ts"))).toBe(true);
    appendFileSync(table, '  - { name: halted, number: 11, since: "1.0", meaning: "The host halted the program." }\n');
    await seen("written");
    expect(readFileSync(join(folder, "generated/enums/trap.ts"), "utf8")).toContain("Halted");
    writeFileSync(table, text.replace("number: 10", "number: ten"));
    await seen("table/wrong-type");
    expect(readFileSync(join(folder, "generated/enums/trap.ts"), "utf8")).toContain("Halted");
    // Editors save by putting a new file in the place of the old one.
    const replace = (content: string) => {
      writeFileSync(join(folder, "new.yaml"), content);
      renameSync(join(folder, "new.yaml"), table);
    };
    replace(text);
    await seen("written");
    replace(text.replace("number: 10", "number: ten"));
    await seen("table/wrong-type");
    replace(text);
    await seen("generated/: ");
    child.kill("SIGINT");
    expect(await exit).toBe(0);
  });
});
