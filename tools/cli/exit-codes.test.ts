import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FaygerError } from "../../reference/errors/index.js";
import { ExitCode } from "./command.js";
import { commands } from "./commands/index.js";
import { EXIT_CODE_MEANINGS, exitCodeOf } from "./exit-code.js";
import { fayger, hasStackTrace, MAIN, type Outcome, faygerHere as run, startFayger } from "./testing.js";

// What a script may conclude from an exit code, command by command.
// @spec tools.exit-codes

const recipe = fileURLToPath(new URL("../../reference/examples/file-report/recipe.json", import.meta.url));
let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fayger-exit-"));
  mkdirSync(at("folder"));
  expect((await run(["keygen", "-o", at("a.pem")])).code).toBe(0);
  expect((await run(["pack", recipe, "-o", at("good.buf")])).code).toBe(0);
  writeFileSync(at("text.buf"), "hello, this is a text and no artifact at all\n".repeat(9));
  writeFileSync(at("short.buf"), readFileSync(at("good.buf")).subarray(0, -1));
  writeFileSync(at("empty.buf"), "");
  writeFileSync(at("recipe.json"), readFileSync(recipe, "utf8").replace(/"file": "[^"]*"/, '"file": "nowhere"'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the table of the specification, the help and the program know the same exit codes", () => {
  const chapter = readFileSync(new URL("../../spec/chapters/tools.md", import.meta.url), "utf8");
  const [, section = ""] = /\n## Exit codes\n(.*?)\n## /s.exec(chapter) ?? [];
  const codes = Array.from(section.matchAll(/^\| (\d+) \|/gm), ([, code]) => Number(code));
  expect(codes).toEqual(Object.values(ExitCode));
  expect(EXIT_CODE_MEANINGS.map(([code]) => code)).toEqual(codes);
});

/** Every command that opens an artifact, with what else it needs. */
const OPENERS: readonly (readonly [command: string, ...rest: string[]])[] = [
  ["run", "--allow-unsigned"],
  ["verify", "--allow-unsigned"],
  ["inspect"],
  ["sign", "--key", "a.pem"],
];

test("every command that says it takes an artifact is among those below", () => {
  const named = commands.filter(({ usage }) => usage.some((line) => /^\w+ FILE\b/.test(line))).map(({ name }) => name);
  // That of `assemble` is a FayManifest.
  expect([...OPENERS.map(([command]) => command), "assemble"].sort()).toEqual(named.sort());
});

describe.each(OPENERS)("%s", (command, ...rest) => {
  const open = (artifact: string, ...more: string[]): Promise<Outcome> =>
    run([command, artifact, ...rest.map((word) => (word === "a.pem" ? at(word) : word)), ...more]);

  // @spec tools.exit-codes.unread
  test("tells what cannot be read as 4, the same way as every other command", async () => {
    for (const name of ["nowhere.buf", "folder", "text.buf/below"]) {
      const outcome = await open(at(name));
      expect([name, outcome.code]).toEqual([name, 4]);
      expect(outcome.stderr).toContain("error LDR_SOURCE_UNAVAILABLE in phase read_head\n");
      expect(hasStackTrace(outcome)).toBe(false);
    }
    const [first, second] = (await open(at("nowhere.buf"))).stderr.split("\n");
    expect([first, second]).toEqual([
      "error LDR_SOURCE_UNAVAILABLE in phase read_head",
      `  ${at("nowhere.buf")} cannot be read: no such file or folder`,
    ]);
    const { error } = JSON.parse((await open(at("nowhere.buf"), "--json")).stdout);
    expect(error.message).toContain("cannot be read: there is no such file");
    expect(error).toMatchObject({ code: "LDR_SOURCE_UNAVAILABLE", cause: { context: { native_code: "ENOENT" } } });
  });

  test.skipIf(process.platform === "win32")("neither waits for a pipe nor reads a device without an end", async () => {
    execFileSync("mkfifo", [at(`pipe-${command}`)]);
    for (const path of [at(`pipe-${command}`), "/dev/zero"]) {
      const outcome = await open(path);
      expect(outcome.code).toBe(4);
      expect(outcome.stderr).toContain(`${path} cannot be read: not a regular file`);
    }
  });

  test("tells what it read and refused as 1", async () => {
    for (const [name, code] of [
      ["text.buf", "LDR_BAD_MAGIC"],
      ["short.buf", "LDR_TRUNCATED"],
      ["empty.buf", "LDR_TRUNCATED"],
    ] as const) {
      const outcome = await open(at(name));
      expect([name, outcome.code]).toEqual([name, 1]);
      expect(outcome.stderr).toContain(`error ${code} `);
    }
  });

  test("tells a wrong command line as 2", async () => {
    expect((await run([command])).code).toBe(2);
    expect((await open(at("good.buf"), "--bogus")).code).toBe(2);
    expect((await open(at("good.buf"), "another")).code).toBe(2);
  });
});

test.each([
  ["a recipe", ["pack", "nowhere", "-o", "x.buf"]],
  ["a section of a recipe", ["pack", "recipe.json", "-o", "x.buf"]],
  ["the key of pack", ["pack", recipe, "--key", "nowhere", "-o", "x.buf"]],
  ["the artifact that pack writes", ["pack", recipe, "-o", "folder/below/x.buf"]],
  ["the key of sign", ["sign", "good.buf", "--key", "nowhere"]],
  ["the artifact that sign writes", ["sign", "good.buf", "--key", "a.pem", "-o", "folder/below/x.buf"]],
  ["a profile", ["verify", "good.buf", "--profile", "nowhere"]],
  ["a trust store that is named and not there", ["verify", "good.buf", "--store", "nowhere"]],
  ["such a one where nobody is asked for trust", ["run", "good.buf", "--allow-unsigned", "--store", "nowhere"]],
  ["such a one that would show who is trusted here", ["host", "--store", "nowhere"]],
  ["such a one that is listed", ["trust", "list", "--store", "nowhere"]],
  ["such a one of whose keys one is revoked", ["trust", "revoke", "0123456789abcdef", "--store", "nowhere"]],
  ["a trust store that is a folder", ["verify", "good.buf", "--store", "folder"]],
  ["a host policy", ["run", "good.buf", "--policy", "nowhere"]],
  ["a snapshot", ["run", "good.buf", "--allow-unsigned", "--resume", "nowhere"]],
  ["an input log", ["run", "good.buf", "--replay", "nowhere"]],
  ["a public key", ["trust", "add", "nowhere"]],
  ["an update of a trust store", ["trust", "update", "nowhere"]],
  ["a FayManifest", ["assemble", "nowhere"]],
  ["a FayManifest to begin with", ["new", "folder/below/fay.json"]],
  ["a key pair", ["keygen", "-o", "folder/below/k.pem"]],
  ["a report", ["conform", "report", "nowhere"]],
  ["a certificate", ["conform", "certify", "--verify", "nowhere"]],
])("%s that cannot be read or written gives 4", async (_what, args) => {
  const names = new Set(["nowhere", "recipe.json", "x.buf", "good.buf", "a.pem", "folder"]);
  const words = args.map((word) => (names.has(word) || word.startsWith("folder/") ? at(word) : word));
  const store = args[0] === "trust" && !args.includes("--store") ? ["--store", at("trust.cbor")] : [];
  const outcome = await run([...words, ...store]);
  expect(outcome.stderr).toMatch(/^error HOST_ERROR\n {2}cannot /);
  expect(outcome.code).toBe(4);
});

test.skipIf(process.platform === "win32")("other files may come through a pipe, but not without an end", async () => {
  const line = 'cat a.pem.pub | "$0" "$1" trust add /dev/stdin --store piped.cbor';
  expect(execFileSync("sh", ["-c", line, process.execPath, MAIN], { cwd: folder, encoding: "utf8" })).toContain(
    "trusts",
  );
  const endless = await run(["trust", "add", "/dev/zero", "--store", at("piped.cbor")]);
  expect(endless.stderr).toContain("cannot read /dev/zero: gives more than can be held in memory");
  expect(endless.code).toBe(4);
});

// @spec tools.exit-codes
test.skipIf(process.platform === "win32")("a pipe that nobody writes to is waited for until Ctrl-C", async () => {
  execFileSync("mkfifo", [at("silent")]);
  for (const args of [
    ["trust", "add", "silent"],
    ["sign", "good.buf", "--key", "silent"],
    ["conform", "report", "silent"],
  ]) {
    const child = startFayger(args, { folder });
    child.stdout.resume();
    child.stderr.resume();
    const closed = once(child, "close");
    // Can be opened to write, without a wait, once somebody has opened it to read.
    let writer: number | undefined;
    while (writer === undefined && child.exitCode === null) {
      try {
        writer = openSync(at("silent"), constants.O_WRONLY | constants.O_NONBLOCK);
      } catch (error) {
        expect(error).toMatchObject({ code: "ENXIO" });
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    child.kill("SIGINT");
    expect([args[0], ...(await closed)]).toEqual([args[0], null, "SIGINT"]);
    closeSync(writer as number);
  }
});

test.each([["challenge"], ["property"], ["certify", "--stage", "1"]])(
  "conform %s of what cannot be started says so, and asks for no report",
  async (...name) => {
    const args = ["conform", ...name, "--impl", `"${at("nowhere")}"`];
    const outcome = await run(args);
    expect(outcome.stderr).toBe(
      `error nothing was asked: \`${at("nowhere")}\` cannot be started: there is no such program\n`,
    );
    expect(outcome.code).toBe(3);
    expect(JSON.parse((await run([...args, "--json"])).stdout).error).toMatchObject({ code: "IMPLEMENTATION" });
  },
);

// @spec tools.trust.named
test("nobody is trusted where there is no trust store yet, which is said with its place", async () => {
  expect((await run(["sign", at("good.buf"), "--key", at("a.pem"), "-o", at("signed.buf")])).code).toBe(0);
  const outcome = fayger(["verify", "signed.buf"], { folder, environment: { FAYGER_TRUST_STORE: at("unmade.cbor") } });
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toContain(`nobody is trusted yet: there is no trust store at ${at("unmade.cbor")}\n`);
});

test.each([
  [["run", "good.buf", "--store", ""], "--store: expected FILE, found nothing"],
  [["trust", "list", "--store="], "--store: expected FILE, found nothing"],
  [["run", "good.buf", "--allow", ""], "--allow: expected CAP, found nothing"],
  [["pack", "", "-o", "x.buf"], "found an argument that is empty"],
  [["pack", "recipe.json", "-o", "-"], "--out: expected a file, found `-`"],
])("%j says nothing that could be done, as where a variable is not set: a wrong command line", async (args, text) => {
  const outcome = await run(args);
  expect([outcome.code, outcome.stderr.split("\n")[0]]).toEqual([2, expect.stringContaining(`error ${text}`)]);
});

test("an artifact that is replaced while it is read was not refused", () => {
  const context = { phase: "read_head", source: "a", property: "size", expected: "1", found: "2" } as const;
  expect(exitCodeOf(new FaygerError("LDR_SOURCE_CHANGED", "a changed", context))).toBe(4);
});

test.each([[["bogus"]], [["help", "bogus"]]])(
  "%j names no command: 2, and with --json a document that says so",
  async (args) => {
    const outcome = await run(args);
    expect([outcome.code, outcome.stdout]).toEqual([2, ""]);
    expect(outcome.stderr).toContain("error there is no command `bogus`\n");
    const asJson = await run([...args, "--json"]);
    expect([asJson.code, asJson.stderr]).toEqual([2, ""]);
    expect(JSON.parse(asJson.stdout)).toEqual({ error: { code: "USAGE", message: "there is no command `bogus`" } });
  },
);
