import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { type ConformanceMessage, validateConformanceMessage } from "../../../generated/json/conformance-message.js";
import { type Command, parseInvocation, UsageError } from "../../cli/command.js";
import { createTerminal } from "../../cli/output/terminal.js";
import { fayger } from "../../cli/testing.js";
import { init } from "../commands/init.js";
import { STARTER_LANGUAGES, STARTERS, type Starter, type StarterLanguage } from "./index.js";

const folder = mkdtempSync(join(tmpdir(), "starters-"));
const templates = fileURLToPath(new URL(".", import.meta.url));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The program that each language needs. */
const TOOLS: Readonly<Record<StarterLanguage, string>> = { python: "python3", rust: "cargo", go: "go", node: "node" };

async function initialise(args: readonly string[], command: Command = init): Promise<{ code: number; output: string }> {
  let output = "";
  const stream = { write: (text: string): unknown => (output += text) };
  const terminal = createTerminal(stream, stream, {}, false);
  const code = await command.run(parseInvocation(command, args, terminal, new AbortController().signal));
  return { code, output };
}

function filesOf(root: string): readonly string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/")).sort();
}

describe("the skeletons", () => {
  it.each(STARTER_LANGUAGES)(
    "%s: is written as it lies in the repository, and tells what comes next",
    async (language) => {
      const target = join(folder, "written", language);
      const { code, output } = await initialise(["--lang", language, "--dir", target]);
      expect(code).toBe(0);
      expect(output).toContain(`cd ${target}\n`);
      expect(output).toContain(`fayger conform run --level 0 --impl "${STARTERS[language].command}"`);
      expect(filesOf(target)).toEqual(filesOf(join(templates, language)));
      for (const file of STARTERS[language].files) {
        expect(readFileSync(join(target, file), "utf8")).toBe(readFileSync(join(templates, language, file), "utf8"));
      }
      const readme = readFileSync(join(target, "README.md"), "utf8");
      for (const line of [...STARTERS[language].build, STARTERS[language].command]) expect(readme).toContain(line);
    },
  );

  it("replaces nothing that is there, and then writes nothing", async () => {
    const target = mkdtempSync(join(folder, "taken-"));
    writeFileSync(join(target, "testee.py"), "mine");
    await expect(initialise(["--lang", "python", "--dir", target])).rejects.toThrow(/testee[.]py is there already/);
    expect(filesOf(target)).toEqual(["testee.py"]);
    expect(readFileSync(join(target, "testee.py"), "utf8")).toBe("mine");
  });

  it.each([[[]], [["--lang", "cobol"]], [["--lang", "python", "here"]]])(
    "refuses the command line %j",
    async (args) => {
      await expect(initialise(args)).rejects.toThrow(UsageError);
    },
  );

  it.for(STARTER_LANGUAGES)(
    "%s: introduces itself, and answers echo to the letter",
    { timeout: 120_000 },
    async (language, { skip }) => {
      const starter: Starter = STARTERS[language];
      const target = join(folder, "run", language);
      await initialise(["--lang", language, "--dir", target]);
      // There may be a command that finds nothing to start, such as rustup's without a toolchain.
      if (spawnSync(TOOLS[language], [language === "go" ? "version" : "--version"]).status !== 0) {
        skip(`${TOOLS[language]} is not installed, so the skeleton was not run`);
      }
      for (const line of starter.build) {
        const [program = "", ...args] = line.split(" ");
        const offline = program === "cargo" ? [...args, "--offline", "--quiet"] : args;
        const built = spawnSync(program, offline, { cwd: target, encoding: "utf8" });
        expect(`${built.status} ${built.stderr}`).toBe("0 ");
      }
      const inputs = ["", "00", "00ff", "7f80".repeat(50_000)];
      // A token is any text.
      const tokens = ["1", 'a "b" \\ \n', "\u00e9\u{1f600}\ud800".slice(0, 3), "long"];
      const questions = inputs.map((bytes, at) => ({
        message: "run",
        token: tokens[at],
        operation: "echo",
        inputs: { bytes },
      }));
      const lines = [{ message: "hello", protocol: 1 }, ...questions, { message: "bye" }, questions[0]];
      const { status, stdout, stderr } = converse(starter, target, lines);
      expect(stderr).toBe("");
      expect(status).toBe(0);
      const [hello, ...answers] = stdout.map((line) => JSON.parse(line) as ConformanceMessage);
      expect([hello, ...answers].flatMap((message) => validateConformanceMessage(message))).toEqual([]);
      expect(hello).toMatchObject({ message: "hello", protocol: 1, operations: ["echo"], features: [] });
      expect(answers).toEqual(
        inputs.map((bytes, at) => ({ message: "answer", token: tokens[at], verdict: "accept", result: { bytes } })),
      );
      // The runner itself, over the vectors that ask for nothing else.
      const judged = fayger(["conform", "run", "--id", "smoke/echo/", "--impl", starter.command], { folder: target });
      expect(`${judged.code} ${judged.code === 0 ? "" : judged.stdout + judged.stderr}`).toBe("0 ");
      expect(judged.stdout).toMatch(/passed: (\d+) of \1 cases passed/);
      // The end of the input is as good as `bye`.
      expect(converse(starter, target, [{ message: "hello", protocol: 1 }]).status).toBe(0);
      // What it does not have it does not answer, and what breaks is no refusal.
      const broken = converse(starter, target, [{ message: "run", token: "t", operation: "decode", inputs: {} }]);
      expect(broken.stdout).toEqual([]);
      expect(broken.status).not.toBe(0);
    },
  );
});

function converse(
  { command }: Starter,
  cwd: string,
  messages: readonly unknown[],
): { readonly status: number | null; readonly stdout: readonly string[]; readonly stderr: string } {
  const [program = "", ...args] = command.split(" ");
  // A path begins at the folder; a bare name is looked up.
  const path = program.startsWith("./") ? join(cwd, program) : program;
  expect(path === program || existsSync(path)).toBe(true);
  const input = messages.map((message) => `${JSON.stringify(message)}\n`).join("");
  const { status, stdout, stderr } = spawnSync(path, args, {
    cwd,
    input,
    encoding: "utf8",
    // A command may be a script of a shell that warns of a language it does not know.
    env: { ...process.env, LC_ALL: "C" },
  });
  return { status, stdout: stdout.split("\n").filter((line) => line !== ""), stderr };
}
