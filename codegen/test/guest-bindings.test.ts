import asc from "assemblyscript/asc";
import { beforeAll, describe, expect, it } from "vitest";
import { ERROR_CODES } from "../../generated/errors/error-code.js";
import { ioPathStatResults } from "../../generated/instructions/io.js";
import {
  type DecodedInstruction,
  decodeInstruction,
  encodeErrorReply,
  encodeEvent,
  encodeReply,
} from "../../generated/instructions/message.js";
import { timeTimerFiredEvent } from "../../generated/instructions/time.js";
import type { Tlv } from "../../generated/instructions/tlv.js";
import { codegenFolder } from "./golden.js";

/** Compiles the guest of `test/guest/` with the generated bindings. */
async function compileGuest(abort: "abort" | "abortAloud"): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      "codegen/test/guest/program.ts",
      ...["--baseDir", `${codegenFolder}/..`, "--outFile", "program.wasm", "--runtime", "stub"],
      ...["--use", `abort=generated/guest/assemblyscript/abort/${abort}`],
    ],
    {
      writeFile: (_name: string, contents: Uint8Array | string) => {
        if (typeof contents !== "string") binary = contents;
      },
    },
  );
  if (error !== null || binary === undefined) throw new Error(`${stderr.toString()} ${String(error)}`);
  return binary;
}

class Exit extends Error {}

/** A host of guest ABI 1 that answers with the generated TypeScript side of the same tables. */
class Host {
  output = "";
  errors = "";
  exitCode: number | undefined;
  aborted = false;
  emitted: DecodedInstruction[] = [];
  reply = new Uint8Array(0);
  memory = new WebAssembly.Memory({ initial: 0 });

  readonly imports = {
    fayger_1: {
      emit: (pointer: number, length: number, replyPointer: number, capacity: number) => {
        const instruction = decodeInstruction(this.#bytes(pointer, length).slice());
        this.emitted.push(instruction);
        this.reply = Uint8Array.from(this.#answer(instruction));
        return this.#copy(this.reply, replyPointer, capacity);
      },
      reply_read: (pointer: number, capacity: number) => this.#copy(this.reply, pointer, capacity),
      section_read: (id: number, idLength: number, offset: bigint, pointer: number, capacity: number) => {
        if (Buffer.from(this.#bytes(id, idLength)).toString() !== "data/part") return -1;
        const body = Buffer.from("0123456789").subarray(Number(offset)).subarray(0, capacity);
        this.#copy(body, pointer, capacity);
        return body.length;
      },
      exit: (code: number) => {
        this.exitCode = code;
        throw new Exit();
      },
      abort: () => {
        this.aborted = true;
      },
    },
  };

  #bytes(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, pointer, length);
  }

  #copy(bytes: Uint8Array, pointer: number, capacity: number): number {
    this.#bytes(pointer, capacity).set(bytes.subarray(0, capacity));
    return bytes.length;
  }

  #answer({ row, operands, asynchronous }: DecodedInstruction): Uint8Array {
    const text = (value: string): Tlv => ({ type: "text", value });
    if (asynchronous) return encodeReply(0, [{ type: "u32", value: 41 }]);
    switch (row?.name) {
      case "io.file_open_read":
        if (operands[0]?.type === "text" && operands[0].value === "/no \u00e4 such") {
          return encodeErrorReply(ERROR_CODES.ADP_HOST_CALL_FAILED.number, "not_found");
        }
        return encodeReply(0, [{ type: "handle", value: 0xffff_fffe }]);
      case "io.file_read":
        return encodeReply(0, [{ type: "bytes", value: new Uint8Array(5000).fill(9) }]);
      case "io.path_stat":
        return encodeReply(0, [...ioPathStatResults(1, 2n ** 40n, 2n ** 63n), text("a result of a later version")]);
      case "io.directory_list":
        return encodeReply(0, [{ type: "list", value: [text("a"), text("\u00fc".repeat(100))] }]);
      case "io.stdout_write":
        if (operands[0]?.type === "bytes") this.output += Buffer.from(operands[0].value).toString();
        return encodeReply(0, []);
      case "io.stderr_write":
        if (operands[0]?.type === "bytes") this.errors += Buffer.from(operands[0].value).toString();
        return encodeReply(0, []);
      case "time.clock_wall":
        return encodeReply(0, [{ type: "u64", value: 1_700_000_000_123_456_789n }]);
      case "time.timer_start":
        return encodeReply(0, [{ type: "handle", value: 7 }]);
      case "random.random_bytes":
        return encodeReply(0, [{ type: "bytes", value: Uint8Array.of(1, 2, 3) }]);
      default:
        return encodeReply(0, []);
    }
  }
}

interface GuestExports {
  readonly memory: WebAssembly.Memory;
  readonly main: () => void;
  readonly fayger_alloc: (length: number) => number;
  readonly fayger_on_event: (pointer: number, length: number) => void;
}

describe("a guest compiled with the generated bindings", () => {
  let module: WebAssembly.Module;

  beforeAll(async () => {
    module = await compiled("abort");
  });

  const compiled = async (abort: "abort" | "abortAloud"): Promise<WebAssembly.Module> =>
    WebAssembly.compile((await compileGuest(abort)) as Uint8Array<ArrayBuffer>);

  async function start(program = module): Promise<readonly [Host, GuestExports]> {
    const host = new Host();
    const instance = await WebAssembly.instantiate(program, host.imports);
    // The compiler's output has the exports of the program, which the engine's types cannot know.
    const guest = instance.exports as unknown as GuestExports;
    host.memory = guest.memory;
    return [host, guest];
  }

  function deliver(guest: GuestExports, event: Uint8Array): void {
    const pointer = guest.fayger_alloc(event.length);
    new Uint8Array(guest.memory.buffer, pointer, event.length).set(event);
    guest.fayger_on_event(pointer, event.length);
  }

  it("imports nothing but the guest ABI", () => {
    const imports = WebAssembly.Module.imports(module);
    expect(new Set(imports.map((entry) => entry.module))).toEqual(new Set(["fayger_1"]));
    expect(imports.map((entry) => entry.name).sort()).toEqual(["abort", "emit", "exit", "reply_read", "section_read"]);
    expect(WebAssembly.Module.exports(module).map((entry) => entry.name).sort()).toEqual([
      "fayger_alloc",
      "fayger_on_event",
      "main",
      "memory",
    ]);
  });

  it("writes well-formed instructions and understands every kind of reply", async () => {
    const [host, guest] = await start();
    guest.main();
    expect(host.output.trim().split("\n")).toEqual([
      "missing",
      "read 5000 9",
      "closed true",
      "stat 1 1099511627776 9223372036854775808",
      "name a",
      `name ${"\u00fc".repeat(100)}`,
      "clock 1700000000123456789",
      "random 3",
      "call 41",
      "timer 7",
      "section 123456789",
      "unselected",
    ]);
    expect(host.emitted.every((instruction) => instruction.row !== undefined)).toBe(true);
    expect(host.emitted.find((instruction) => instruction.row?.name === "io.file_read")?.operands).toEqual([
      { type: "handle", value: 0xffff_fffe },
      { type: "u32", value: 5000 },
    ]);
  });

  it("reads events and completions, and ends itself", async () => {
    const [host, guest] = await start();
    deliver(guest, timeTimerFiredEvent(7, 1n));
    const payload: Tlv[] = [{ type: "u32", value: 41 }];
    deliver(guest, encodeEvent({ category: 3, opcode: 3, completion: true, payload: [...payload, { type: "u32", value: 0 }] }));
    const failed: Tlv[] = [...payload, { type: "u32", value: 0x3004 }, { type: "u32", value: 15 }];
    deliver(guest, encodeEvent({ category: 3, opcode: 3, completion: true, payload: failed }));
    expect(host.output).toBe("fired 7 1\ncompleted 41 0 0\ncompleted 41 12292 15\n");
    expect(() => deliver(guest, timeTimerFiredEvent(7, 2n))).toThrow(Exit);
    expect(host.exitCode).toBe(3);
  });

  it("fails through the guest ABI where one of its assertions does not hold", async () => {
    const [host, guest] = await start();
    expect(() => deliver(guest, timeTimerFiredEvent(7, 9n))).toThrow(WebAssembly.RuntimeError);
    expect(host.aborted).toBe(true);
    expect(host.output).toBe("fired 7 9\n");
  });

  it("says on standard error what was thrown and where, if it is compiled to", async () => {
    const [host, guest] = await start(await compiled("abortAloud"));
    expect(() => deliver(guest, timeTimerFiredEvent(7, 9n))).toThrow(WebAssembly.RuntimeError);
    expect(host.aborted).toBe(true);
    expect(host.errors).toMatch(/^abort: the timer is closed in codegen\/test\/guest\/program\.ts:\d+:\d+\n$/);
  });
});
