import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { MAIN } from "../cli/testing.js";

// The tutorial is done from beginning to end, as it stands there: `console` blocks are typed and their output compared,
// blocks with the name of a file behind the language are written, and `diff` blocks are applied. `…` stands for anything
// in a line, and alone on a line for any lines.

const tutorial = readFileSync(new URL("TUTORIAL.md", import.meta.url), "utf8");
const folder = mkdtempSync(join(tmpdir(), "tutorial-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
  readonly line: number;
}

function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map((found) => ({
    language: found[1] ?? "",
    file: found[2],
    text: found[3] ?? "",
    line: markdown.slice(0, found.index).split("\n").length,
  }));
}

/** Commands of a block, each with the lines that it prints. A line that begins with `> ` goes on with the one before. */
function commandsOf({ text, line }: Block): { command: string; expected: string[]; line: number }[] {
  const commands: { command: string; expected: string[]; line: number }[] = [];
  for (const [at, row] of text.split("\n").slice(0, -1).entries()) {
    const last = commands.at(-1);
    if (row.startsWith("$ ")) commands.push({ command: row.slice(2), expected: [], line: line + 1 + at });
    else if (last === undefined) throw new Error(`line ${line + 1 + at}: output without a command`);
    else if (row.startsWith("> ") && last.expected.length === 0) last.command += `\n${row.slice(2)}`;
    else last.expected.push(row);
  }
  return commands;
}

/** A folder and an exit status that go over from one command to the next, as in one shell. */
class Shell {
  #folder: string;
  #status = 0;
  readonly #state = join(folder, "state");

  constructor(start: string) {
    this.#folder = start;
  }

  get folder(): string {
    return this.#folder;
  }

  type(command: string): string {
    const script = `(exit ${this.#status})\n${command}\ns=$?; pwd > "$STATE"; exit $s`;
    const path = `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}`;
    const { status, stdout } = spawnSync("bash", ["-c", `exec 2>&1\n${script}`], {
      cwd: this.#folder,
      env: { PATH: path, HOME: folder, STATE: this.#state, LC_ALL: "C.UTF-8" },
      encoding: "utf8",
    });
    this.#status = status ?? 255;
    this.#folder = readFileSync(this.#state, "utf8").trimEnd();
    return stdout;
  }
}

/** Whether the printed lines are the expected ones. */
function matches(expected: readonly string[], printed: readonly string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return printed.length === 0;
  if (first.trim() === "…") {
    return printed.some((_, at) => matches(rest, printed.slice(at))) || matches(rest, []);
  }
  const [line, ...others] = printed;
  return line !== undefined && patternOf(first).test(line) && matches(rest, others);
}

function patternOf(line: string): RegExp {
  const parts = line.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "u");
}

/** Replace the lines of a diff that stand without `+` by those that stand without `-`. */
function applied(text: string, diff: string): string {
  const rows = diff.split("\n").slice(0, -1);
  const side = (other: string): string =>
    rows
      .filter((row) => !row.startsWith(other))
      .map((row) => `${row.slice(1)}\n`)
      .join("");
  const [before, after] = [side("+"), side("-")];
  expect(text.split(before).length, `to be found once:\n${before}`).toBe(2);
  return text.replace(before, () => after);
}

it("does everything the tutorial says, and gets what it says", { timeout: 120_000 }, ({ skip }) => {
  if (spawnSync("python3", ["--version"]).error !== undefined)
    skip("python3 is not installed: the tutorial was not done");
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "work"));
  const shim = join(folder, "bin/fayger");
  writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(shim, 0o755);
  const shell = new Shell(join(folder, "work"));
  let typed = 0;
  for (const block of blocksOf(tutorial)) {
    if (block.language === "console") {
      for (const { command, expected, line } of commandsOf(block)) {
        const printed = shell.type(command).split("\n").slice(0, -1);
        typed += 1;
        const shown = `line ${line}: ${command}\n${printed.join("\n")}`;
        if (!matches(expected, printed)) expect(shown).toBe(`line ${line}: ${command}\n${expected.join("\n")}`);
      }
    } else if (block.file !== undefined) {
      const path = join(shell.folder, block.file);
      if (block.language === "diff") writeFileSync(path, applied(readFileSync(path, "utf8"), block.text));
      else writeFileSync(path, block.text);
    }
  }
  expect(typed).toBeGreaterThan(10);
});

it("links to files that are there", () => {
  const links = [...tutorial.matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)].map(([, path]) => path ?? "");
  expect(links.length).toBeGreaterThan(3);
  const target = (link: string): string => (link.endsWith("/") ? `${link}README.md` : link);
  for (const link of links) expect(() => readFileSync(new URL(target(link), import.meta.url)), link).not.toThrow();
});
