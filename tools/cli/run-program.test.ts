import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SectionKind } from "../../generated/enums/section-kind.js";
import { SectionVisibility } from "../../generated/enums/section-visibility.js";
import { ioFileOpenRead, ioStdoutWrite } from "../../generated/instructions/io.js";
import { encodeReply } from "../../generated/instructions/message.js";
import { netNameLookup, netTcpListen, netTcpOpen } from "../../generated/instructions/net.js";
import {
  procArguments,
  procEnvironmentGet,
  procProcessStart,
  procSignalsOpen,
} from "../../generated/instructions/proc.js";
import { timeSleep } from "../../generated/instructions/time.js";
import type { Tlv } from "../../generated/instructions/tlv.js";
import { createSerializer, nodeSha256 } from "../../reference/node.js";
import {
  emitAt,
  type GuestSource,
  guestModule,
  i32,
  memory,
  op,
} from "../../reference/runtime/testing/guest-module.js";
import { fayger, type Outcome, startFayger } from "./testing.js";

// What a program is given of the command line and of the process that runs it.
let folder: string;
const run = (name: string, args: readonly string[], environment: Record<string, string> = {}): Outcome =>
  fayger(["run", `${name}.buf`, "--allow-unsigned", ...args], { folder, environment });

function pack(name: string, source: GuestSource, requiredCapabilities: readonly string[]): void {
  const bytes = createSerializer(nodeSha256).serialize({
    manifest: {
      schemaVersion: [1, 0],
      runtimeInterfaceMin: [1, 0, 0],
      name: `test/${name}`,
      version: "1.0.0",
      entry: { section: "code", symbol: "main" },
      runtime: { codeFormat: "wasm-core-2" },
      requiredCapabilities,
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

const line = (text: string): Uint8Array => ioStdoutWrite(new TextEncoder().encode(`${text}\n`));
const texts = (...values: readonly string[]): Tlv => ({
  type: "list",
  value: values.map((value) => ({ type: "text", value })),
});

/** A program that emits one instruction and exits with the length of the reply. */
const lengthOf = (instruction: Uint8Array): GuestSource => ({
  functions: { main: { code: (call) => [emitAt(call, 64, instruction.length), call("exit")] } },
  data: [[64, instruction]],
});

/** A program that emits one instruction and exits with 0 where it succeeded. */
const statusOf = (instruction: Uint8Array): GuestSource => ({
  functions: {
    main: {
      // The status is in the first two bytes of the reply.
      code: (call) => [
        ...[emitAt(call, 64, instruction.length, 0, 8), op.drop],
        ...[i32(0), memory.load, i32(0xffff), I32_AND, call("exit")],
      ],
    },
  },
  data: [[64, instruction]],
});
const I32_AND = 0x71;

/** A program that asks for variables and exits with a code, whatever it was answered. */
const asking = (names: readonly string[], code: number): GuestSource => {
  const asked = names.map((name) => procEnvironmentGet(name));
  return {
    functions: {
      main: {
        code: (call) => [
          ...asked.flatMap((instruction, at) => [emitAt(call, 64 * (at + 1), instruction.length), op.drop]),
          ...[i32(code), call("exit")],
        ],
      },
    },
    data: asked.map((instruction, at) => [64 * (at + 1), instruction]),
  };
};

/** A program that sleeps for a moment without waiting for it. */
const sleeping = (): GuestSource => {
  const sleep = timeSleep(1n, { asynchronous: true });
  return {
    functions: {
      main: { code: (call) => [emitAt(call, 64, sleep.length), op.drop] },
      fayger_alloc: { params: [0x7f], results: [0x7f], code: [i32(1024)] },
      fayger_on_event: { params: [0x7f, 0x7f], code: [] },
    },
    data: [[64, sleep]],
  };
};

/** A program that asks for signals, and says of each that it came; `onSignal` is what it does then. */
const listening = (exits: boolean): GuestSource => {
  const [open, ready, asked] = [procSignalsOpen(), line("ready"), line("asked")];
  return {
    functions: {
      main: { code: (call) => [emitAt(call, 64, open.length), op.drop, emitAt(call, 128, ready.length), op.drop] },
      fayger_alloc: { params: [0x7f], results: [0x7f], code: [i32(1024)] },
      fayger_on_event: {
        params: [0x7f, 0x7f],
        code: (call) => [emitAt(call, 192, asked.length), op.drop, ...(exits ? [i32(42), call("exit")] : [])],
      },
    },
    data: [
      [64, open],
      [128, ready],
      [192, asked],
    ],
  };
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fayger-run-program-"));
  pack("arguments", lengthOf(procArguments()), ["proc.env"]);
  pack("variable", lengthOf(procEnvironmentGet("GREETING")), ["proc.env"]);
  pack("start", statusOf(procProcessStart("true", [], [], undefined)), ["proc.spawn"]);
  pack("lookup", statusOf(netNameLookup("127.0.0.1", { asynchronous: false })), ["net.socket"]);
  pack("listen", statusOf(netTcpListen("127.0.0.1", 0, { asynchronous: false })), ["net.listen"]);
  pack("connect", statusOf(netTcpOpen("::1", 81, { asynchronous: false })), ["net.socket"]);
  pack("read", statusOf(ioFileOpenRead("/data/notes\u001b.txt")), ["fs.read"]);
  pack("optional", statusOf(ioFileOpenRead("/data")), []);
  pack("curious", asking(["a", "a", "b", "c", "d", "e", "f", "g", "a"], 1), ["proc.env"]);
  pack("later", sleeping(), ["time.timer"]);
  pack("content", asking(["a"], 0), ["proc.env"]);
  pack("ending", listening(true), ["io.stdio", "proc.env"]);
  pack("staying", listening(false), ["io.stdio", "proc.env"]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// @spec instructions.proc.arguments, tools.run.arguments
describe("arguments", () => {
  const given = (...args: string[]): number | null => run("arguments", ["--allow", "proc.env", ...args]).code;

  test("behind -- are the program's, whatever they look like, and no others", () => {
    const lengths = (...values: string[]): number => encodeReply(0, [texts(...values)]).length;
    expect(given()).toBe(lengths());
    expect(given("--")).toBe(lengths());
    expect(given("--", "one", "--json", "--allow", "--", "-h")).toBe(lengths("one", "--json", "--allow", "--", "-h"));
  });

  test("before -- are the command's", () => {
    const { code, stderr } = run("arguments", ["--allow", "proc.env", "more", "--", "one"]);
    expect({ code, told: stderr.includes("found also `more`") }).toEqual({ code: 2, told: true });
    expect(JSON.parse(run("arguments", ["--allow", "proc.env", "--json", "--", "one"]).stdout).exit_code).toBe(
      encodeReply(0, [texts("one")]).length,
    );
  });
});

describe("what the command line allows", () => {
  const REFUSED = encodeReply(0x1234, [{ type: "u32", value: 1 }]).length;

  // @spec capabilities.policy.environment
  test("a variable is read where --env names it", () => {
    const environment = { GREETING: "a longer greeting" };
    const found = encodeReply(0, [{ type: "text", value: environment.GREETING }]).length;
    expect(run("variable", ["--allow", "proc.env"], environment).code).toBe(REFUSED);
    expect(run("variable", ["--allow", "proc.env", "--env", "LANG,GREETING"], environment).code).toBe(found);
    expect(run("variable", ["--allow", "proc.env", "--env", "A=B"]).stderr).toContain("--env: expected the name");
  });

  // @spec capabilities.policy.network, capabilities.policy.listen
  test("the network is reached and listened at where --net and --listen name it", () => {
    const net = ["--allow", "net.socket", "--net"];
    expect(run("lookup", [...net, "https://127.0.0.1"]).code).not.toBe(0);
    expect(run("lookup", [...net, "https://127.0.0.1", "--net", "tcp://127.0.0.0/8:5432"]).code).toBe(0);
    const outOfRange = run("lookup", ["--net", "tcp://10.0.0.1:99999"]);
    expect(outOfRange.stderr).toContain("--net: expected SCHEME://HOST[:PORT]");
    expect(run("listen", ["--allow", "net.listen", "--listen", "tcp://localhost:8080"]).code).not.toBe(0);
    expect(run("listen", ["--allow", "net.listen", "--listen", "tcp://localhost"]).code).toBe(0);
    expect(run("listen", ["--listen", "tcp://*"]).stderr).toContain("--listen: expected tcp or udp");
  });

  // @spec capabilities.policy.programs
  test("a program is started where --program names it", () => {
    expect(run("start", ["--allow", "proc.spawn"]).code).not.toBe(0);
    expect(run("start", ["--allow", "proc.spawn", "--program", "true=/bin/true"]).code).toBe(0);
    for (const wrong of ["true", "../x=/bin/true"]) {
      expect(run("start", ["--program", wrong]).stderr).toContain("--program: expected NAME=PATH");
    }
  });
});

// @spec tools.run.refused
describe("what a program was refused", () => {
  const told = (name: string, ...args: string[]): string => run(name, args).stderr;

  test("is told where the program did not end well, with what it asked for", () => {
    expect(told("variable", "--allow", "proc.env")).toContain('the policy does not name the variable "GREETING"');
    const net = ["--allow", "net.socket", "--net"];
    expect(told("lookup", ...net, "https://127.0.0.1")).toContain("network allows the look-up of 127.0.0.1\n");
    expect(told("connect", ...net, "tcp://[::1]:80")).toContain("network allows tcp://[::1]:81\n");
    const listen = ["--allow", "net.listen", "--listen", "tcp://localhost:8080"];
    expect(told("listen", ...listen)).toContain("listen names tcp://127.0.0.1:0\n");
    expect(told("start", "--allow", "proc.spawn")).toContain('the policy does not name the program "true"');
    expect(told("read", "--allow", "fs.read")).toContain('the path "/data/notes\\u001b.txt" lies in no file root');
    expect(told("optional")).toContain("io.file_open_read needs fs.read\n");
    const { refused } = JSON.parse(run("read", ["--allow", "fs.read", "--json"]).stdout);
    expect(refused).toEqual([expect.stringContaining("lies in no file root")]);
  });

  test("is told once, and not everything of what asks for ever new things", () => {
    const { stderr } = run("curious", ["--allow", "proc.env"]);
    expect(stderr.match(/the policy does not name/g)).toHaveLength(5);
    expect(stderr).toContain("and more; --trace shows all");
    expect(stderr.match(/variable "a"/g)).toHaveLength(1);
  });

  test("is not told of a program that ends well, nor twice beside a trace", () => {
    expect(told("content", "--allow", "proc.env")).toBe("");
    expect(told("variable", "--allow", "proc.env", "--trace").match(/does not name the variable/g)).toHaveLength(1);
  });

  test("does not hide in a trace why a host failed", () => {
    const traced = told("read", "--allow", "fs.read", "--dir", `/data=${folder}`, "--trace");
    expect(traced).toContain("io.file_open_read failed: not_found; caused by HOST_ERROR: open failed: ENOENT");
    expect(traced).toMatch(/ io\.file_open_read +ADP_HOST_CALL_FAILED, \d+ B in, 8 B out, /);
    expect(told("later", "--allow", "time.timer", "--trace")).toMatch(
      / time\.sleep completed +call 1: ok, \d+ B out, .*\n.* event time\.sleep +\d+ B\n/,
    );
  });
});

// @spec instructions.proc.signals, tools.run.signals
describe.skipIf(process.platform === "win32")("signals", () => {
  /** A program that has asked for signals, and what it has said. Its end may be heard of before what it said last. */
  async function started(name: string) {
    const args = ["run", `${name}.buf`, "--allow-unsigned", "--allow", "proc.env,io.stdio"];
    const child = startFayger(args, { folder });
    let text = "";
    let isOver = false;
    const closed = once(child, "close").then(([code]) => {
      isOver = true;
      return code as number | null;
    });
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    const said = async (whole: string): Promise<void> => {
      while (text !== whole && !isOver) await Promise.race([once(child.stdout, "data"), closed]);
      expect(text).toBe(whole);
    };
    await said("ready\n");
    return { child, said, closed };
  }

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s reaches a program that asked, which ends as it likes",
    async (name) => {
      const { child, said, closed } = await started("ending");
      child.kill(name);
      expect(await closed).toBe(42);
      await said("ready\nasked\n");
    },
  );

  test("a second Ctrl-C ends a program that went on after the first", async () => {
    const { child, said, closed } = await started("staying");
    child.kill("SIGINT");
    await said("ready\nasked\n");
    child.kill("SIGINT");
    expect(await closed).toBe(130);
  });
});
