import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Quotas } from "../../generated/codecs/quotas.js";
import { SectionKind } from "../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../generated/enums/section-visibility.js";
import { ioStdoutWrite } from "../../generated/instructions/io.js";
import { createSerializer, nodeSha256 } from "../../reference/node.js";
import {
  emitAt,
  forever,
  type GuestSource,
  guestModule,
  i32,
  local,
  memory,
  op,
} from "../../reference/runtime/testing/guest-module.js";
import { ValueType } from "../../reference/runtime/wasm/types.js";
import { hasStackTrace, type Outcome, fayger as runFayger, startFayger } from "./testing.js";

// What `run` and `host` do with engines, quotas and failures, in child processes.
let folder: string;
const fayger = (...args: string[]): Outcome => runFayger(args, { folder });
const run = (name: string, ...args: string[]): Outcome => fayger("run", `${name}.buf`, "--allow-unsigned", ...args);

const ENGINES = ["fayger/interpreter", "fayger/host-engine-worker", "fayger/host-engine"];

function pack(
  name: string,
  source: GuestSource,
  quotas: Quotas = {},
  requiredCapabilities: readonly string[] = [],
): void {
  const bytes = createSerializer(nodeSha256).serialize({
    manifest: {
      schemaVersion: [1, 0],
      runtimeInterfaceMin: [1, 0, 0],
      name: `test/${name}`,
      version: "1.0.0",
      entry: { section: "code", symbol: "main" },
      runtime: { codeFormat: "wasm-core-2" },
      requiredCapabilities,
      ...(Object.keys(quotas).length > 0 && { quotas }),
    },
    sections: [
      {
        sectionId: "code",
        kind: SectionKind.Code,
        visibility: SectionVisibility.Required,
        profileConstraints: {},
        body: guestModule(source),
      },
    ],
  });
  writeFileSync(join(folder, `${name}.buf`), bytes);
}

const greeting = ioStdoutWrite(new TextEncoder().encode("begun\n"));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fayger-run-"));
  pack("seven", { functions: { main: { code: (call) => [i32(7), call("exit")] } } });
  pack("endless", { functions: { main: { code: [forever] } } });
  pack("hungry", { functions: { main: { code: [forever] } } }, { fuel: 50_000 });
  pack("trap", { functions: { main: { code: [op.unreachable] } } });
  pack("abort", { functions: { main: { code: (call) => [emitAt(call, 64, 3), op.drop, call("abort")] } } });
  pack("none", { functions: { other: { code: [] } } });
  pack("grow", { functions: { main: { code: (call) => [i32(3), memory.grow, op.drop, memory.size, call("exit")] } } });
  pack(
    "greeting",
    {
      functions: { main: { code: (call) => [emitAt(call, 64, greeting.length), op.drop, forever] } },
      data: [[64, greeting]],
    },
    {},
    ["io.stdio"],
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("host", () => {
  // @spec tools.host
  test("lists the engines in the order in which they are chosen, with what each can do", () => {
    const { engines } = JSON.parse(fayger("host", "--json").stdout);
    expect(engines.map(({ id }: { id: string }) => id)).toEqual(ENGINES);
    expect(engines[0].runtime_capabilities).toEqual(expect.arrayContaining(["fuel", "stop_anywhere", "throttle"]));
    expect(engines[2].runtime_capabilities).not.toContain("stop_anywhere");
    const { code, stdout } = fayger("host", "--allow", "time.clock");
    expect(code).toBe(0);
    const lines = stdout.split("\n");
    expect(lines.find((line) => line.startsWith("time.clock"))).toMatch(/^time\.clock +yes +yes$/);
    expect(lines.find((line) => line.startsWith("time.timer"))).toMatch(/^time\.timer +yes +no$/);
    const engineTitles = lines.find((line) => line.includes("fayger/interpreter"));
    expect(engineTitles?.split(/ +/)).toEqual(["engine", ...ENGINES]);
    expect(lines.find((line) => line.startsWith("stop_anywhere"))?.split(/ +/)).toEqual([
      "stop_anywhere",
      "yes",
      "yes",
      "no",
    ]);
    expect(fayger("host", "file.buf").code).toBe(2);
  });

  // @spec capabilities.policy.ceilings
  test("lists what bounds a program, by the policy or by default", () => {
    const policy = join(folder, "ceilings.json");
    writeFileSync(policy, JSON.stringify({ capabilities: [], ceilings: { storage_bytes: 1_048_576, processes: 1 } }));
    const { stdout } = fayger("host", "--policy", policy);
    const lines = stdout.split("\n").filter((line) => /^(storage|file|processes|patience)/.test(line));
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ["file_bytes", "1.0 GiB"],
      ["storage_bytes", "1.0 MiB"],
      ["storage_entries", "100,000"],
      ["patience_ms", "30.00 s"],
      ["processes", "1"],
    ]);
    expect(JSON.parse(fayger("host", "--policy", policy, "--json").stdout).ceilings).toMatchObject({
      file_bytes: 1_073_741_824,
      storage_bytes: 1_048_576,
      connections: 16,
    });
  });

  test("says of what is allowed that it reaches nothing, as long as nothing is named that it may reach", () => {
    const named = (...args: string[]): string[] =>
      [...fayger("host", ...args).stderr.matchAll(/(\S+) is allowed and reaches nothing: (--\S+)/g)].map(
        ([, capability, option]) => `${capability} ${option}`,
      );
    const all = "--allow=fs.read,fs.write,net.http,net.websocket,net.socket,net.listen,proc.spawn,time.clock";
    expect(named(all)).toEqual([
      "fs.read --dir",
      "fs.write --dir",
      "net.http --net",
      "net.websocket --net",
      "net.socket --net",
      "net.listen --listen",
      "proc.spawn --program",
    ]);
    expect(named(all, "--dir=/data=.", "--net=https://example.org", "--net=udp://example.org")).toEqual([
      "fs.write --dir",
      "net.websocket --net",
      "net.listen --listen",
      "proc.spawn --program",
    ]);
    expect(named("--allow=time.clock")).toEqual([]);
  });

  // @spec adapters.selection.named, adapters.host-environment
  test("tells what it detected, which adapters fit, and that a named one has to fit too", () => {
    const headless = { folder, environment: { DISPLAY: "", WAYLAND_DISPLAY: "" } };
    const described = JSON.parse(runFayger(["host", "--json"], headless).stdout);
    expect(described).toMatchObject({ adapter: "server", host: { platform: "node" } });
    const fits = (id: string): boolean =>
      described.adapters.find((candidate: { id: string }) => candidate.id === id)?.matches;
    expect({ server: fits("server"), desktop: fits("native_desktop") }).toEqual({ server: true, desktop: false });
    expect(runFayger(["host"], headless).stdout).toBe(runFayger(["host"], headless).stdout);
    expect(runFayger(["host"], headless).stdout).toMatch(/^server +\d+ +Node without a display +yes, selected$/m);
    const refused = runFayger(["host", "--adapter", "native_desktop"], headless);
    expect({ code: refused.code, named: refused.stderr.includes("ADP_NO_MATCHING_PLATFORM") }).toEqual({
      code: 3,
      named: true,
    });
    expect(refused.stderr).toContain(
      ": it is for Node with a display or a terminal, and here is no display and no terminal",
    );
    expect(runFayger(["host", "--adapter", "desktop"], headless).stderr).toContain(
      "there is no Platform_Adapter desktop\n",
    );
    const desktop = runFayger(["host", "--adapter", "native_desktop"], { folder, environment: { DISPLAY: ":0" } });
    expect(desktop.stdout).toContain("native_desktop (named by --adapter)");
  });
});

describe("run", () => {
  // @spec tools.run.usage, runtime.routing
  test("runs on the engine it is told, by its whole name or the last part of it", () => {
    expect(JSON.parse(run("seven", "--json").stdout).implementation).toBe(ENGINES[0]);
    for (const engine of ["host-engine", "fayger/host-engine-worker"]) {
      const outcome = run("seven", "--engine", engine, "--json");
      expect(outcome.code).toBe(7);
      expect(JSON.parse(outcome.stdout).implementation).toBe(engine.includes("/") ? engine : `fayger/${engine}`);
    }
    // A quota that the engine cannot hold sends the program to one that can.
    const held = run("seven", "--engine", "host-engine", "--quota", "fuel=100", "--json");
    expect(JSON.parse(held.stdout).implementation).toBe(ENGINES[0]);
    const unknown = run("seven", "--engine", "steam");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("there is no engine `fayger/steam`; there are fayger/interpreter");
  });

  // @spec tools.run.quota, tools.run.usage, quotas.effective
  test("ends a program that reached a quota, says which, and what was used", () => {
    const own = run("hungry", "--usage");
    expect(own.code).toBe(3);
    expect(own.stderr).toContain("RT_QUOTA_EXCEEDED");
    expect(own.stderr).toMatch(/^fuel +50,000 +50,000$/m);
    const lower = JSON.parse(run("hungry", "--quota", "fuel=2000", "--usage", "--json").stdout);
    expect(lower).toMatchObject({
      state: "Terminated",
      failure: { code: "RT_QUOTA_EXCEEDED", context: { quota: "fuel", limit: "2000" } },
      usage: { fuel: { used: 2000, limit: 2000 } },
    });
    // Nobody counts what a second holds where it has no bound.
    expect(own.stderr).not.toContain("emits_per_second");
    expect(lower.usage).not.toHaveProperty("emits_per_second");
    const bounded = run("hungry", "--quota", "emits_per_second=9", "--usage");
    expect(bounded.stderr).toMatch(/^emits_per_second +0 +9 {2}in the last second$/m);
    // The host's bound is a ceiling: it does not raise the artifact's.
    expect(JSON.parse(run("hungry", "--quota", "fuel=90000", "--json").stdout)).toMatchObject({
      failure: { context: { limit: "50000" } },
    });
    for (const engine of ["interpreter", "host-engine-worker"]) {
      const timed = run("endless", "--quota", "wall_ms=50", "--engine", engine);
      expect(timed.code).toBe(3);
      expect(timed.stderr).toContain("wall_ms: 50");
    }
    expect(run("grow", "--quota", "memory_bytes=256KiB").code).toBe(4);
    expect(run("grow", "--quota", "memory_bytes=128KiB").code).toBe(1);
  });

  test("takes no quota that means nothing", () => {
    const FUEL = "fuel is a number of units of fuel up to 2^53-1; found";
    const wrong = [
      ["fuel", "expected NAME=VALUE with one of "],
      ["speed=9", "expected NAME=VALUE with one of "],
      ["fuel=5KiB", `${FUEL} \`5KiB\``],
      ["fuel=99999999999999999", `${FUEL} \`99999999999999999\``],
      ["fuel=", `${FUEL} \`\``],
      ["wall_ms=1.5", "wall_ms is a number of milliseconds up to 2^53-1; found `1.5`"],
      ["memory_bytes=-1", "memory_bytes is a number of bytes up to 2^53-1, or with KiB, MiB or GiB; found `-1`"],
    ] as const;
    for (const [quota, told] of wrong) {
      const { code, stderr } = run("seven", "--quota", quota);
      expect(code, quota).toBe(2);
      expect(stderr, quota).toContain(`--quota: ${told}`);
    }
  });

  // @spec tools.errors, lifecycle.failure-info
  test("tells a failure with its code, the trap, its causes and what to do", () => {
    const trap = run("trap");
    expect(trap.code).toBe(3);
    expect(trap.stderr).toMatch(/RT_TRAP[\s\S]*trap +unreachable[\s\S]*help {2}the program itself gave up/);
    const abort = run("abort");
    expect(abort.stderr).toMatch(/RT_INSTANCE_FAILED[\s\S]*caused by ADP_INSTRUCTION_MALFORMED \(adapter\)/);
    const none = run("none");
    expect(none.code).toBe(3);
    expect(none.stderr).toMatch(/RT_CODE_INVALID[\s\S]*reason +missing_export/);
    for (const outcome of [trap, abort, none]) expect(hasStackTrace(outcome)).toBe(false);
  });

  test("ends a program that never ends with Ctrl-C, on each engine that can stop it, with what it used", async () => {
    for (const engine of ["interpreter", "host-engine-worker"]) {
      const child = startFayger(
        ["run", "greeting.buf", "--allow-unsigned", "--allow", "io.stdio", "--usage", "--json", "--engine", engine],
        { folder },
      );
      let stdout = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
      });
      // With --json the program's own output goes to standard error.
      await once(child.stderr, "data");
      child.kill("SIGINT");
      const [code] = (await once(child, "close")) as [number | null];
      expect(code, engine).toBe(130);
      expect(JSON.parse(stdout)).toMatchObject({ state: "Terminated", usage: { instructions: { used: 1 } } });
    }
  });
});

// @spec tools.run.save, lifecycle.snapshot.continues
describe("a program that is saved", () => {
  /** Adds up the numbers below 100,000, then ends with a digest of the sum. */
  const adding: GuestSource = {
    functions: {
      main: {
        locals: [[2, ValueType.I32]],
        code: (call) => [
          [0x03, 0x40, local(0), local(1), op.add, 0x21, 0],
          [local(1), i32(1), op.add, 0x22, 1, i32(100_000), 0x49, 0x0d, 0, op.end],
          [local(0), i32(251), 0x70, call("exit")],
        ],
      },
    },
  };
  const sum = (((100_000 * 99_999) / 2) % 2 ** 32) % 251;

  test("goes on in another process where it was, as often as it takes", () => {
    pack("adding", adding);
    expect(run("adding").code).toBe(sum);
    // A program uses about nine units of fuel a round.
    const first = run("adding", "--quota", "fuel=200000", "--save", "adding.snapshot");
    expect(first).toMatchObject({ code: 3 });
    expect(first.stderr).toContain("saved to adding.snapshot; go on with --resume adding.snapshot");
    const second = run(
      "adding",
      "--quota",
      "fuel=500000",
      "--resume",
      "adding.snapshot",
      "--save",
      "adding.snapshot",
      "--json",
    );
    expect(JSON.parse(second.stdout)).toMatchObject({
      saved: "adding.snapshot",
      failure: { code: "RT_QUOTA_EXCEEDED" },
    });
    expect(run("adding", "--resume", "adding.snapshot").code).toBe(sum);
    const { usage } = JSON.parse(run("adding", "--resume", "adding.snapshot", "--usage", "--json").stdout);
    expect(Number(usage.fuel.used)).toBe(Number(JSON.parse(run("adding", "--usage", "--json").stdout).usage.fuel.used));
  });

  test("is not mistaken for another one, and damage is told", () => {
    pack("adding", adding);
    run("adding", "--quota", "fuel=200000", "--save", "a.snapshot");
    const other = run("seven", "--resume", "a.snapshot");
    expect(other).toMatchObject({ code: 3, stdout: "" });
    expect(other.stderr).toContain("RT_SNAPSHOT_INVALID");
    expect(other.stderr).toContain("other_artifact");
    writeFileSync(join(folder, "b.snapshot"), "no snapshot");
    const broken = run("adding", "--resume", "b.snapshot");
    expect(broken.stderr).toContain("RT_SNAPSHOT_INVALID");
    expect([other, broken].some(hasStackTrace)).toBe(false);
    expect(run("adding", "--resume", "none.snapshot").code).not.toBe(0);
  });

  test("leaves no file where nothing could be saved, and says why", () => {
    const { code, stderr } = run(
      "endless",
      "--engine",
      "fayger/host-engine-worker",
      "--quota",
      "wall_ms=100",
      "--save",
      "c.snapshot",
    );
    expect(code).toBe(3);
    expect(stderr).toContain("RT_SNAPSHOT_UNAVAILABLE");
    expect(stderr).toContain("not_supported");
    expect(existsSync(join(folder, "c.snapshot"))).toBe(false);
  });
});
