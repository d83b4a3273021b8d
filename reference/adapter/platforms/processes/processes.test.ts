import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SIGNAL_NUMBERS } from "../../../../generated/enums/signal.js";
import { ioClose } from "../../../../generated/instructions/io.js";
import * as proc from "../../../../generated/instructions/proc.js";
import { endOf, lineOf, outputOf, ProcessBench, startShell, texts } from "../testing/processes.js";
import { DENIED, failed, type TestProgram } from "../testing/program.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
let bench: ProcessBench;
beforeEach(() => {
  bench = new ProcessBench();
});
afterEach(() => bench.close());

const write = (guest: TestProgram, handle: number, data: Uint8Array): Promise<unknown> =>
  guest.waited(proc.procProcessWrite(handle, data));

describe.skipIf(process.platform === "win32")("processes", () => {
  it("are started, fed, read and waited for", async () => {
    const guest = bench.program();
    const handle = await startShell(guest, "cat; echo problem >&2; exit 7");
    await write(guest, handle, bytes("one "));
    await write(guest, handle, bytes("two"));
    guest.done(proc.procProcessEndInput(handle));
    expect(await outputOf(guest, handle)).toBe("one two");
    expect(await outputOf(guest, handle, 2)).toBe("problem\n");
    expect(await endOf(guest, handle)).toEqual({ exitCode: 7, signal: 0 });
    expect(await endOf(guest, handle)).toEqual({ exitCode: 7, signal: 0 });
    guest.done(ioClose(handle));
    expect(guest.refused(proc.procProcessEndInput(handle))).toBe(failed("bad_handle"));
  });

  test.prop([fc.uint8Array({ maxLength: 40_000 }), fc.integer({ min: 1, max: 10_000 })], { numRuns: 8 })(
    "carry bytes unchanged, in whatever pieces they are read",
    async (data, maximum) => {
      const guest = bench.program([{ name: "cat", path: "/bin/cat" }]);
      const { process: handle } = proc.readProcProcessStartResults(
        await guest.waited(proc.procProcessStart("cat", [], [], undefined)),
      );
      await write(guest, handle, data);
      guest.done(proc.procProcessEndInput(handle));
      const parts: Uint8Array[] = [];
      for (;;) {
        const part = proc.readProcProcessReadResults(await guest.waited(proc.procProcessRead(handle, 1, maximum))).data;
        if (part.length === 0) break;
        expect(part.length).toBeLessThanOrEqual(maximum);
        parts.push(part);
      }
      expect(Buffer.concat(parts).equals(data)).toBe(true);
      guest.channel.close();
    },
  );

  // @spec instructions.proc.signals
  it("receive the signals of the table, and tell which one ended them", async () => {
    const guest = bench.program();
    for (const [name, number] of Object.entries(SIGNAL_NUMBERS)) {
      const handle = await startShell(guest, "echo ready; exec sleep 1000");
      expect(await lineOf(guest, handle)).toBe("ready");
      guest.done(proc.procProcessSignal(handle, number));
      expect([name, await endOf(guest, handle)]).toEqual([name, { exitCode: 0, signal: number }]);
      expect(guest.refused(proc.procProcessSignal(handle, number))).toBe(failed("not_found"));
      guest.done(ioClose(handle));
    }
    const handle = await startShell(guest, 'trap "echo asked; exit 3" TERM; echo ready; while :; do sleep 0.01; done');
    await lineOf(guest, handle);
    for (const number of [0, 3, 19, 0xffff_ffff]) {
      expect(guest.refused(proc.procProcessSignal(handle, number))).toBe(failed("invalid_argument"));
    }
    guest.done(proc.procProcessSignal(handle, SIGNAL_NUMBERS.terminate));
    expect(await lineOf(guest, handle)).toBe("asked");
    expect(await endOf(guest, handle)).toEqual({ exitCode: 3, signal: 0 });
  });

  it("begin in a folder of a file root, or in an empty one that is gone after them", async () => {
    const root = join(bench.base, "root");
    mkdirSync(join(root, "inner"), { recursive: true });
    writeFileSync(join(root, "file"), "");
    const guest = bench.program([], { file_roots: [{ guest_path: "/data", host_path: root, writable: false }] });
    const start = (folder: string | undefined): Uint8Array =>
      proc.procProcessStart("sh", texts("-c", "pwd; ls -A"), [], folder);
    const printed = async (folder: string | undefined): Promise<string[]> => {
      const { process: handle } = proc.readProcProcessStartResults(await guest.waited(start(folder)));
      const lines = (await outputOf(guest, handle)).trimEnd().split("\n");
      await endOf(guest, handle);
      return lines;
    };
    expect(await printed("/data/inner")).toEqual([join(root, "inner")]);
    expect(await printed("/data")).toEqual([root, "file", "inner"]);
    const [own, ...files] = await printed(undefined);
    expect(files).toEqual([]);
    expect(own).toContain(bench.base);
    expect(bench.leftFolders).toEqual([]);
    for (const folder of ["/data/../..", "/etc", "data", "/data/inner/"]) {
      expect([folder, await guest.refusedLater(start(folder))]).toEqual([folder, DENIED]);
    }
    expect(await guest.refusedLater(start("/data/none"))).toBe(failed("not_found"));
    expect(await guest.refusedLater(start("/data/file"))).toBe(failed("not_directory"));
    expect(readdirSync(root).sort()).toEqual(["file", "inner"]);
  });

  it("that cannot be started are a coded answer", async () => {
    const noRights = bench.script("no-rights", "#!/bin/sh");
    const broken = bench.script("broken", "#!/nowhere/interpreter");
    writeFileSync(noRights, "", { mode: 0o644 });
    const guest = bench.program([
      { name: "missing", path: join(bench.base, "missing") },
      { name: "folder", path: bench.base },
      { name: "broken", path: broken },
      { name: "relative", path: "bin/sh" },
    ]);
    const refusal = (name: string): Promise<string> =>
      guest.refusedLater(proc.procProcessStart(name, [], [], undefined));
    expect(await refusal("missing")).toBe(failed("not_found"));
    expect(await refusal("folder")).toBe(failed("access_denied"));
    expect(await refusal("broken")).toBe(failed("not_found"));
    expect(await refusal("relative")).toBe(DENIED);
    expect(bench.leftFolders).toEqual([]);
  });

  // @spec capabilities.policy.ceilings
  it("are at most as many at once as the policy allows", async () => {
    const guest = bench.program([], { ceilings: { processes: 2 } });
    const one = await startShell(guest, "cat");
    await startShell(guest, "cat");
    const third = proc.procProcessStart("sh", texts("-c", "cat"), [], undefined);
    expect(await guest.refusedLater(third)).toBe("ADP_POLICY_DENIED quota");
    guest.done(proc.procProcessEndInput(one));
    await endOf(guest, one);
    await guest.waited(third);
    const none = bench.program([], { ceilings: { processes: 0 } });
    expect(await none.refusedLater(third)).toBe("ADP_POLICY_DENIED quota");
  });

  // @spec instructions.proc.streams
  it("have one read of a stream and one write that wait, and refuse what is neither", async () => {
    const guest = bench.program();
    const handle = await startShell(guest, "sleep 1000");
    const waiting = guest.channel.emit(proc.procProcessRead(handle, 1, 1));
    expect(waiting).toBeInstanceOf(Promise);
    expect(await guest.refusedLater(proc.procProcessRead(handle, 1, 1))).toBe(failed("invalid_argument"));
    for (const [stream, maximum, error] of [
      [0, 1, "invalid_argument"],
      [3, 1, "invalid_argument"],
      [2, 0, "invalid_argument"],
      [2, 1_048_577, "too_large"],
    ] as const) {
      expect(await guest.refusedLater(proc.procProcessRead(handle, stream, maximum))).toBe(failed(error));
    }
    // More than a pipe takes from who never reads.
    const writing = guest.channel.emit(proc.procProcessWrite(handle, new Uint8Array(1_000_000)));
    expect(writing).toBeInstanceOf(Promise);
    expect(await guest.refusedLater(proc.procProcessWrite(handle, bytes("x")))).toBe(failed("invalid_argument"));
    for (const instruction of [proc.procProcessWrite(99, bytes("x")), proc.procProcessWait(99)]) {
      expect(await guest.refusedLater(instruction)).toBe(failed("bad_handle"));
    }
    guest.done(proc.procProcessSignal(handle, SIGNAL_NUMBERS.kill));
    await Promise.all([waiting, writing]);
    expect(await guest.refusedLater(proc.procProcessWrite(handle, bytes("x")))).toBe(failed("unavailable"));
  });

  it("refuse a write once their input was ended", async () => {
    const guest = bench.program();
    const handle = await startShell(guest, "cat");
    guest.done(proc.procProcessEndInput(handle));
    expect(await guest.refusedLater(proc.procProcessWrite(handle, bytes("x")))).toBe(failed("unavailable"));
    guest.done(proc.procProcessEndInput(handle));
    expect(await endOf(guest, handle)).toEqual({ exitCode: 0, signal: 0 });
  });

  it("take arguments and environments of texts alone", async () => {
    const guest = bench.program();
    const number = { type: "u32" as const, value: 1 };
    for (const [argv, environment] of [
      [[number], []],
      [texts("a\0b"), []],
      [[], [number, number]],
      [[], texts("GREETING")],
      [[], texts("", "x")],
      [[], texts("A=B", "x")],
      [[], texts("GREETING", "a\0b")],
      [[], texts("GREETING", "a", "GREETING", "b")],
    ] as const) {
      const instruction = proc.procProcessStart("sh", argv, environment, undefined);
      expect(await guest.refusedLater(instruction)).toBe(failed("invalid_argument"));
    }
  });
});
