import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SectionKind } from "../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../generated/enums/section-visibility.js";
import { ioStdoutWrite } from "../../generated/instructions/io.js";
import { timeClockWall } from "../../generated/instructions/time.js";
import { createSerializer, nodeSha256, readInputLog } from "../../reference/node.js";
import { emitAt, guestModule, i32, memory, op } from "../../reference/runtime/testing/guest-module.js";
import { hasStackTrace, type Outcome, fayger as runFayger } from "./testing.js";

// What `run --record` and `run --replay` do with files, in child processes.
let folder: string;
const fayger = (...args: string[]): Outcome => runFayger(args, { folder });
const run = (...args: string[]): Outcome => fayger("run", ...args, "--allow-unsigned");

/** Reads the clock, exits with the lowest bits of it, and says a letter if asked to. */
function pack(name: string, letter: string | undefined): void {
  const clock = timeClockWall();
  const say = ioStdoutWrite(new TextEncoder().encode(letter ?? ""));
  const body = guestModule({
    functions: {
      main: {
        code: (call) => [
          ...(letter === undefined ? [] : [emitAt(call, 64, say.length), op.drop]),
          emitAt(call, 512, clock.length, 1024, 64),
          op.drop,
          i32(1),
          memory.grow,
          op.drop,
          [i32(1024 + 11), [0x2d, 0, 0]],
          call("exit"),
        ],
      },
    },
    data: [
      [64, say],
      [512, clock],
    ],
  });
  const required = letter === undefined ? ["time.clock"] : ["io.stdio", "time.clock"];
  const bytes = createSerializer(nodeSha256).serialize({
    manifest: {
      schemaVersion: [1, 0],
      runtimeInterfaceMin: [1, 0, 0],
      name: `test/${name}`,
      version: "1.0.0",
      entry: { section: "code", symbol: "main" },
      runtime: { codeFormat: "wasm-core-2" },
      requiredCapabilities: required,
    },
    sections: [
      {
        sectionId: "code",
        kind: SectionKind.Code,
        visibility: SectionVisibility.Required,
        profileConstraints: {},
        body,
      },
    ],
  });
  writeFileSync(join(folder, `${name}.buf`), bytes);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fayger-record-"));
  pack("clock", undefined);
  pack("speaking", "x");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// @spec tools.run.record, tools.run.replay
test("a recorded run is repeated on every engine: the same end, with nothing allowed and nothing written", () => {
  const recorded = run(
    "speaking.buf",
    "--allow",
    "io.stdio,time.clock",
    "--quota",
    "memory_bytes=1MiB",
    "--record",
    "a.log",
  );
  expect(recorded.stdout).toBe("x");
  expect(recorded.stderr).toContain("recorded to a.log");
  expect(readInputLog(readFileSync(join(folder, "a.log")), nodeSha256).record).toMatchObject({
    granted: ["io.stdio", "time.clock"],
    quotas: { memoryBytes: 1 << 20 },
  });
  for (const engine of ["interpreter", "host-engine-worker", "host-engine"]) {
    const repeated = run("speaking.buf", "--replay", "a.log", "--engine", engine);
    expect(repeated.stderr).toBe("repeated; nothing was different\n");
    expect(repeated.code, repeated.stderr).toBe(recorded.code);
    expect(repeated.stdout).toBe("");
  }
  const json = JSON.parse(run("speaking.buf", "--replay", "a.log", "--json").stdout);
  expect(json).toMatchObject({ replayed: true, state: "Terminated" });
});

// @spec tools.run.replay
test("a log of another artifact, a damaged one and one with other bounds are refused, and say how", () => {
  expect(run("clock.buf", "--allow", "time.clock", "--record", "b.log").stderr).toContain("recorded to b.log");
  const log = readFileSync(join(folder, "b.log"));
  writeFileSync(join(folder, "short.log"), log.subarray(0, log.length - 9));
  const cases: readonly (readonly [RegExp, string[]])[] = [
    [/ADP_INPUT_LOG_INVALID[\s\S]*another artifact/, ["speaking.buf", "--replay", "b.log"]],
    [/ADP_INPUT_LOG_INVALID/, ["clock.buf", "--replay", "short.log"]],
    [
      /made with memory_bytes=268435456, and here is 1048576/,
      ["clock.buf", "--replay", "b.log", "--quota", "memory_bytes=1MiB"],
    ],
  ];
  for (const [message, args] of cases) {
    const outcome = run(...args);
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toMatch(message);
    expect(hasStackTrace(outcome)).toBe(false);
  }
  expect(run("clock.buf", "--replay", "b.log", "--record", "c.log").code).toBe(2);
  expect(existsSync(join(folder, "c.log"))).toBe(false);
});
