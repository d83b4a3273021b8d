import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { VECTOR_OPERATIONS } from "../../../generated/enums/vector-operation.js";
import { validateConformanceMessage } from "../../../generated/json/conformance-message.js";
import { command } from "./command.js";
import { InputError } from "./input-error.js";
import { session } from "./session.js";

// A real process: what stands between a runner and the reference is tested as it runs.

/** As it was built: compiling it anew at each start takes longer than everything that is asked of it. */
const main = fileURLToPath(new URL("../../../dist/tools/conformance/testee/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "testee-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly lines: readonly unknown[];
  readonly errors: string;
}

function start(parameters: readonly string[]): ChildProcess {
  return spawn(process.execPath, [main, ...parameters], { stdio: ["pipe", "pipe", "pipe"] });
}

function ended(child: ChildProcess): Promise<Ended> {
  let [output, errors] = ["", ""];
  child.stdout?.on("data", (data) => (output += data));
  child.stderr?.on("data", (data) => (errors += data));
  return new Promise((resolve) => {
    child.on("close", (status) => {
      const lines = output.split("\n").filter((line) => line !== "");
      resolve({ status, lines: lines.map((line) => JSON.parse(line) as unknown), errors });
    });
  });
}

function converse(lines: readonly string[], keepOpen = false): Promise<Ended> {
  const child = start(["session"]);
  child.stdin?.on("error", () => {});
  child.stdin?.write(lines.map((line) => `${line}\n`).join(""));
  if (!keepOpen) child.stdin?.end();
  return ended(child);
}

const hello = JSON.stringify({ message: "hello", protocol: 1 });
const run = (token: string, bytes: string): string =>
  JSON.stringify({ message: "run", token, operation: "echo", inputs: { bytes } });
const bye = JSON.stringify({ message: "bye" });

describe("a session", () => {
  // @spec conformance.session.order
  it("says hello, answers in order, and ends with 0", async () => {
    const tokens = Array.from({ length: 50 }, (_, at) => `t${at}`);
    const { status, lines, errors } = await converse([hello, ...tokens.map((token) => run(token, "00ff")), bye], true);
    expect(errors).toBe("");
    expect(status).toBe(0);
    expect(lines.flatMap((line) => validateConformanceMessage(line))).toEqual([]);
    expect(lines[0]).toMatchObject({ message: "hello", protocol: 1, operations: VECTOR_OPERATIONS });
    expect(lines.slice(1)).toEqual(
      tokens.map((token) => ({ message: "answer", token, verdict: "accept", result: { bytes: "00ff" } })),
    );
  });

  it("ends with 0 at the end of its input", async () => {
    expect(await converse([hello])).toMatchObject({ status: 0, errors: "" });
  });

  it("takes a line of a megabyte", async () => {
    const bytes = "ab".repeat(1 << 20);
    const { lines } = await converse([run("long", bytes), bye]);
    expect(lines).toEqual([{ message: "answer", token: "long", verdict: "accept", result: { bytes } }]);
  });

  it.each([
    ["no JSON", "{", /no JSON/],
    ["no message", '{"message":"run","token":7}', /no message/],
    ["an unknown message", '{"message":"dance"}', /no message/],
    ["a run without a token", '{"message":"run","operation":"echo","inputs":{"bytes":""}}', /without a token/],
    ["an unknown operation", '{"message":"run","token":"t","operation":"dance","inputs":{}}', /no operation dance/],
    ["an absent input", '{"message":"run","token":"t","operation":"echo","inputs":{}}', /bytes is absent/],
    ["bytes that are none", run("t", "0G"), /hexadecimal/],
    ["another protocol", '{"message":"hello","protocol":2}', /protocol 2/],
    ["its own kind of message", '{"message":"answer","token":"t"}', /nothing to answer/],
  ])("answers nothing to %s, and says why", async (_what, line, why) => {
    const answers: string[] = [];
    const output = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        answers.push(chunk.toString("utf8"));
        done();
      },
    });
    const input = Readable.from([`${run("before", "01")}\n`, `${line}\n`, `${run("behind", "02")}\n`]);
    const failure: unknown = await session(input, output).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as InputError).message).toMatch(why);
    expect(answers.map((answer) => JSON.parse(answer) as unknown)).toEqual([
      { message: "answer", token: "before", verdict: "accept", result: { bytes: "01" } },
    ]);
  });

  it("ends with a status of its own where it cannot answer", async () => {
    const { status, lines, errors } = await converse([run("before", "01"), "{", run("behind", "02")]);
    expect(lines).toHaveLength(1);
    expect(status).toBe(64);
    expect(errors).toMatch(/no JSON/);
  });
});

describe("a command", () => {
  const file = join(folder, "inputs.json");
  const write = (inputs: unknown): void => {
    writeFileSync(file, typeof inputs === "string" ? inputs : JSON.stringify(inputs));
  };
  const once = (operation: string, inputs: unknown): Promise<Ended> => {
    write(inputs);
    return ended(start([operation, file]));
  };

  // @spec conformance.command.exit
  it("exits with 0 where it accepts and 1 where it refuses, with one line", async () => {
    const accepted = await once("echo", { bytes: "00" });
    expect(accepted).toEqual({
      status: 0,
      lines: [{ message: "answer", verdict: "accept", result: { bytes: "00" } }],
      errors: "",
    });
    const refused = await once("decode", { rule: "manifest", bytes: "a0" });
    expect(refused).toMatchObject({ status: 1, lines: [{ verdict: "reject", code: "CODEC" }], errors: "" });
  });

  it.each([
    ["an unknown operation", "dance", {}, /no operation dance/],
    ["a file that is no JSON", "echo", "{", /inputs[.]json/],
    ["inputs that are none", "echo", { bytes: 7 }, /bytes/],
    ["an unknown rule", "decode", { rule: "dance", bytes: "" }, /no rule .* dance/],
  ])("gives no answer to %s", async (_what, operation, inputs, why) => {
    write(inputs);
    const failure: unknown = await command(operation, file).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as InputError).message).toMatch(why);
  });

  it("exits with a status of its own where it gives no answer", async () => {
    expect(await once("dance", {})).toMatchObject({ status: 64, lines: [] });
  });
});
