import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SIGNAL_NUMBERS } from "../../../../generated/enums/signal.js";
import { ioClose } from "../../../../generated/instructions/io.js";
import * as proc from "../../../../generated/instructions/proc.js";
import { endOf, gone, isRunning, lineOf, outputOf, ProcessBench, startShell, texts } from "../testing/processes.js";
import { DENIED, failed, type TestProgram } from "../testing/program.js";

let bench: ProcessBench;
beforeEach(() => {
  bench = new ProcessBench();
});
afterEach(() => bench.close());

/** Numbers of processes that a script prints in one line. */
const pidsOf = async (guest: TestProgram, handle: number): Promise<number[]> =>
  (await lineOf(guest, handle)).split(" ").map(Number);

describe.skipIf(process.platform === "win32")("escapes of processes", () => {
  // @spec instructions.proc.end
  it("a child, its child and that one's child do not outlive the instance", async () => {
    const guest = bench.program();
    const handle = await startShell(
      guest,
      '(sleep 1000 & echo $$ $! "$(sh -c "sleep 1000 >/dev/null & echo \\$!")"; wait)',
    );
    const pids = await pidsOf(guest, handle);
    expect(pids).toHaveLength(3);
    expect(pids.every(isRunning)).toBe(true);
    guest.channel.close();
    await gone(pids);
  });

  it("a child that ignores every signal it can does not outlive its handle", async () => {
    const guest = bench.program();
    const handle = await startShell(guest, 'trap "" HUP INT TERM; echo $$; while :; do sleep 1; done');
    const pids = await pidsOf(guest, handle);
    guest.done(proc.procProcessSignal(handle, SIGNAL_NUMBERS.terminate));
    expect(pids.every(isRunning)).toBe(true);
    guest.done(ioClose(handle));
    await gone(pids);
  });

  it("a grandchild that ignores the end of its parent does not outlive it", async () => {
    const guest = bench.program();
    const handle = await startShell(guest, 'trap "" HUP; sleep 1000 >/dev/null 2>&1 & echo $!');
    const pids = await pidsOf(guest, handle);
    await endOf(guest, handle);
    await gone(pids);
  });

  it.skipIf(!existsSync("/proc/self/stat"))(
    "a grandchild in a session of its own does not outlive the instance while its parent is there",
    async () => {
      const guest = bench.program();
      const script = `const { spawn } = require("node:child_process");
        const inner = 'console.log(process.pid); setInterval(() => {}, 1000)';
        const child = spawn(process.execPath, ["-e", inner], { detached: true, stdio: ["ignore", "inherit", "ignore"] });
        setInterval(() => {}, 1000);`;
      const started = await guest.waited(proc.procProcessStart("node", texts("-e", script), [], undefined));
      const { process: handle } = proc.readProcProcessStartResults(started);
      const pids = await pidsOf(guest, handle);
      expect(pids.every(isRunning)).toBe(true);
      guest.channel.close();
      await gone(pids);
    },
  );

  it("a child does not outlive a host that ends without closing anything, nor does its folder", async () => {
    const host = fileURLToPath(new URL("../testing/host-that-exits.ts", import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", "tsx", host], { encoding: "utf8" });
    expect({ stderr, status }).toEqual({ stderr: "", status: 3 });
    const pids = stdout.trim().split(" ").map(Number);
    expect(pids).toHaveLength(2);
    await gone(pids);
    expect(bench.leftFolders).toEqual([]);
  });

  // @spec instructions.proc.clean
  it("no variable of the host's environment reaches a child", async () => {
    process.env["FAYGER_TEST_SECRET"] = "secret";
    process.env["NODE_V8_COVERAGE_BEFORE"] = process.env["NODE_V8_COVERAGE"] ?? "";
    process.env["NODE_V8_COVERAGE"] = join(bench.base, "coverage");
    try {
      const guest = bench.program([{ name: "env", path: "/usr/bin/env", environment: ["GREETING", "PATH"] }]);
      const printed = async (environment: string[]): Promise<string> => {
        const instruction = proc.procProcessStart("env", [], texts(...environment), undefined);
        return outputOf(guest, proc.readProcProcessStartResults(await guest.waited(instruction)).process);
      };
      expect(await printed([])).toBe("");
      expect(await printed(["GREETING", "hello world", "PATH", ""])).toBe("GREETING=hello world\nPATH=\n");
    } finally {
      process.env["NODE_V8_COVERAGE"] = process.env["NODE_V8_COVERAGE_BEFORE"];
      if (process.env["NODE_V8_COVERAGE"] === "") delete process.env["NODE_V8_COVERAGE"];
      delete process.env["NODE_V8_COVERAGE_BEFORE"];
      delete process.env["FAYGER_TEST_SECRET"];
    }
  });

  // @spec instructions.proc.variables
  it("no variable that makes a program load code is set, unless the policy names it", async () => {
    const guest = bench.program();
    for (const name of ["LD_PRELOAD", "NODE_OPTIONS", "BASH_ENV", "PATH", "__proto__", "greeting"]) {
      const instruction = proc.procProcessStart("sh", [], texts("GREETING", "a", name, "x"), undefined);
      expect([name, await guest.refusedLater(instruction)]).toEqual([name, DENIED]);
    }
  });

  it.skipIf(!existsSync("/proc/self/fd"))(
    "no descriptor of the host reaches a child, not even one it was started with",
    () => {
      const secret = join(bench.base, "secret");
      writeFileSync(secret, "secret");
      const descriptor = openSync(secret, "r");
      const host = fileURLToPath(new URL("../testing/host-with-descriptors.ts", import.meta.url));
      try {
        const numbers = [3, 20, 40];
        const stdio = Array.from({ length: 41 }, (_, at) =>
          at < 3 ? "pipe" : numbers.includes(at) ? descriptor : "ignore",
        );
        const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", host], { stdio, encoding: "utf8" });
        expect(stderr).toBe("");
        const targets = stdout.trim().split("\n");
        expect(targets.slice(0, 3).every((target) => /^(pipe|socket):/.test(target))).toBe(true);
        expect(targets.slice(3).filter((target) => target !== "/dev/null")).toEqual([]);
      } finally {
        closeSync(descriptor);
      }
    },
  );

  // @spec instructions.proc.programs, capabilities.policy.programs
  it("no program is started by a path, by `..`, or by a name that the policy does not have", async () => {
    const guest = bench.program();
    for (const name of ["/bin/sh", "../bin/sh", "./sh", "sh ", "SH", "", "sh\0", "bash", "sh -c id", "__proto__"]) {
      const instruction = proc.procProcessStart(name, [], [], undefined);
      expect([name, await guest.refusedLater(instruction)]).toEqual([name, DENIED]);
    }
    const without = bench.program([], { programs: [] });
    expect(await without.refusedLater(proc.procProcessStart("sh", [], [], undefined))).toBe(DENIED);
  });

  it("no program is started that lies where the program can write, also through a link", async () => {
    const root = join(bench.base, "root");
    mkdirSync(root);
    const tool = bench.script("tool", "#!/bin/sh", "echo tool");
    linkSync(tool, join(root, "tool"));
    symlinkSync(join(root, "tool"), join(bench.base, "link"));
    const rules = [
      { name: "inside", path: join(root, "tool") },
      { name: "link", path: join(bench.base, "link") },
    ];
    for (const [writable, outcome] of [
      [true, DENIED],
      [false, "started"],
    ] as const) {
      const guest = bench.program(rules, { file_roots: [{ guest_path: "/data", host_path: root, writable }] });
      for (const { name } of rules) {
        const instruction = proc.procProcessStart(name, [], [], undefined);
        if (outcome === DENIED) expect(await guest.refusedLater(instruction)).toBe(DENIED);
        else {
          const { process: handle } = proc.readProcProcessStartResults(await guest.waited(instruction));
          expect(await outputOf(guest, handle)).toBe("tool\n");
        }
      }
    }
  });

  it("no argument is read by a shell", async () => {
    const hostile = [
      "$(touch made)",
      "; touch made",
      "`touch made`",
      "| touch made",
      "a b",
      "*",
      "$HOME",
      "\n",
      "'\"",
      "",
    ];
    const tool = bench.script("print", "#!/bin/sh", 'for each in "$@"; do printf "<%s>" "$each"; done; ls -A');
    const guest = bench.program([{ name: "print", path: tool }]);
    const instruction = proc.procProcessStart("print", texts(...hostile), [], undefined);
    const { process: handle } = proc.readProcProcessStartResults(await guest.waited(instruction));
    expect(await outputOf(guest, handle)).toBe(hostile.map((text) => `<${text}>`).join(""));
  });

  it("arguments of the policy stand before those of the program, which it may forbid", async () => {
    const tool = bench.script("print", "#!/bin/sh", 'echo "$@"');
    const rule = { name: "print", path: tool, arguments: ["--only", "this"] };
    const guest = bench.program([rule, { ...rule, name: "fixed", further_arguments: false }]);
    const start = (name: string, ...argv: string[]): Uint8Array =>
      proc.procProcessStart(name, texts(...argv), [], undefined);
    const printed = async (instruction: Uint8Array): Promise<string> =>
      outputOf(guest, proc.readProcProcessStartResults(await guest.waited(instruction)).process);
    expect(await printed(start("print", "--and", "that"))).toBe("--only this --and that\n");
    expect(await printed(start("fixed"))).toBe("--only this\n");
    expect(await guest.refusedLater(start("fixed", "--and"))).toBe(DENIED);
  });

  // @spec instructions.proc.streams
  it("a child that floods its output waits, and the host holds little of it", async () => {
    const guest = bench.program();
    const progress = join(bench.base, "progress");
    const script = `let written = 0;
      const { writeSync, writeFileSync } = require("node:fs");
      const chunk = Buffer.alloc(65536);
      while (written < 20 * 1048576) { written += writeSync(1, chunk); writeFileSync(${JSON.stringify(progress)}, String(written)); }`;
    const started = await guest.waited(proc.procProcessStart("node", texts("-e", script), [], undefined));
    const { process: handle } = proc.readProcProcessStartResults(started);
    // Until it stands still: two looks in a row that differ in nothing, with reads of another stream in between.
    let before = -1;
    for (;;) {
      const now = existsSync(progress) ? Number(readFileSync(progress, "utf8") || "0") : 0;
      if (now > 0 && now === before) break;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(before).toBeLessThanOrEqual(1_048_576);
    let read = 0;
    for (;;) {
      const { data } = proc.readProcProcessReadResults(await guest.waited(proc.procProcessRead(handle, 1, 1_048_576)));
      if (data.length === 0) break;
      read += data.length;
    }
    expect(read).toBe(20 * 1_048_576);
    expect(await endOf(guest, handle)).toEqual({ exitCode: 0, signal: 0 });
  });

  it("a child that never reads keeps a write waiting, which ends with the instance", async () => {
    const guest = bench.program();
    const handle = await startShell(guest, "echo $$; exec sleep 1000");
    const pids = await pidsOf(guest, handle);
    const waiting = guest.refusedLater(proc.procProcessWrite(handle, new Uint8Array(1_000_000)));
    guest.channel.close();
    expect(await waiting).toBe(failed("interrupted"));
    await gone(pids);
  });

  it("the end of the instance ends a wait, a read and a start that are under way", async () => {
    const guest = bench.program();
    const handle = await startShell(guest, "echo $$; exec sleep 1000");
    const pids = await pidsOf(guest, handle);
    const waiting = [
      proc.procProcessWait(handle),
      proc.procProcessRead(handle, 1, 1),
      proc.procProcessStart("sh", texts("-c", "exec sleep 1000"), [], undefined),
    ].map((instruction) => guest.refusedLater(instruction));
    guest.channel.close();
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => failed("interrupted")));
    await gone(pids);
    while (bench.leftFolders.length > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it("a child cannot be left in a folder outside the file roots by a link", async () => {
    const root = join(bench.base, "root");
    mkdirSync(root);
    writeFileSync(join(bench.base, "secret"), "");
    symlinkSync("..", join(root, "up"));
    const guest = bench.program([], { file_roots: [{ guest_path: "/data", host_path: root, writable: false }] });
    expect(await guest.refusedLater(proc.procProcessStart("sh", texts("-c", "ls"), [], "/data/up"))).toBe(DENIED);
  });
});
