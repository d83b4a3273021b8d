import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { HOST_ERRORS } from "../../../generated/enums/host-error.js";
import * as io from "../../../generated/instructions/io.js";
import * as random from "../../../generated/instructions/random.js";
import { hostErrorOf } from "./native-call.js";
import { failed, openTestProgram } from "./testing/program.js";

const LARGEST = 1_048_576;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("standard streams", () => {
  const native = (code: string): Error => Object.assign(new Error("native"), { code });

  // @spec instructions.io.stdio
  it("carry bytes both ways", () => {
    const written: [string, Uint8Array][] = [];
    const guest = openTestProgram({
      services: {
        streams: {
          readInput: (maximum) => text("input").slice(0, maximum),
          writeOutput: (data) => written.push(["out", data]),
          writeError: (data) => written.push(["error", data]),
        },
      },
    });
    expect(io.readIoStdinReadResults(guest.done(io.ioStdinRead(3))).data).toEqual(text("inp"));
    expect(guest.done(io.ioStdoutWrite(text("a")))).toEqual([]);
    expect(guest.done(io.ioStderrWrite(text("b")))).toEqual([]);
    expect(written).toEqual([
      ["out", text("a")],
      ["error", text("b")],
    ]);
    expect(guest.refused(io.ioStdinRead(LARGEST + 1))).toBe(failed("too_large"));
  });

  it("that have nothing yet, or nobody at the other end, say so", () => {
    const fail = (code: string) => (): never => {
      throw native(code);
    };
    const guest = openTestProgram({
      services: { streams: { readInput: fail("EAGAIN"), writeOutput: fail("EPIPE"), writeError: fail("EAGAIN") } },
    });
    expect(guest.refused(io.ioStdinRead(1))).toBe(failed("would_block"));
    expect(guest.refused(io.ioStdoutWrite(text("a")))).toBe(failed("unavailable"));
    expect(guest.refused(io.ioStderrWrite(text("a")))).toBe(failed("unavailable"));
  });

  it("are those of the process where nothing else is given", () => {
    const script = `
      import { descriptorStreams as processStreams } from ${JSON.stringify(new URL("./standard-streams.ts", import.meta.url).href)};
      const parts = [];
      for (;;) {
        const data = processStreams.readInput(4);
        if (data.length === 0) break;
        parts.push(Buffer.from(data));
      }
      processStreams.writeOutput(Buffer.concat(parts));
      processStreams.writeOutput(new Uint8Array(300000).fill(46));
      processStreams.writeError(Buffer.from("told"));
    `;
    const output = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      input: "what was said",
      maxBuffer: 1 << 20,
    });
    expect(output.toString()).toBe("what was said" + ".".repeat(300_000));
  });
});

describe("randomness", () => {
  // @spec instructions.random.bytes
  it("comes in the length asked for, and not twice the same", () => {
    const guest = openTestProgram();
    const get = (count: number): Uint8Array =>
      random.readRandomRandomBytesResults(guest.done(random.randomRandomBytes(count))).data;
    expect(get(0)).toHaveLength(0);
    expect(get(65_536)).toHaveLength(65_536);
    expect(get(32)).not.toEqual(get(32));
    expect(guest.refused(random.randomRandomBytes(65_537))).toBe(failed("too_large"));
  });

  it("can be given, and its failure is the host's", () => {
    const given = openTestProgram({ services: { random: (target) => void target.fill(7) } });
    expect(random.readRandomRandomBytesResults(given.done(random.randomRandomBytes(2))).data).toEqual(
      Uint8Array.of(7, 7),
    );
    const broken = openTestProgram({
      services: {
        random: () => {
          throw new Error("no entropy");
        },
      },
    });
    expect(broken.refused(random.randomRandomBytes(1))).toBe(failed("unavailable"));
  });
});

/** What no code of the host stands for. */
const WITHOUT_CODE: readonly string[] = ["unknown", "quota", "not_authentic"];

describe("native codes", () => {
  it("are known for what the table can say, and unknown otherwise", () => {
    const of = (code: unknown): string => hostErrorOf(Object.assign(new Error("x"), { code }));
    const told = [
      "ENOENT",
      "EEXIST",
      "EACCES",
      "EINVAL",
      "EBADF",
      "EISDIR",
      "ENOTDIR",
      "ENOTEMPTY",
      "ENOSPC",
      "EFBIG",
      "EAGAIN",
      "ETIMEDOUT",
      "EINTR",
      "EPIPE",
    ].map(of);
    expect(new Set(told)).toEqual(new Set(HOST_ERRORS.filter((name) => !WITHOUT_CODE.includes(name))));
    for (const other of ["EWHATEVER", 5, undefined, "toString", "__proto__"]) expect(of(other)).toBe("unknown");
    expect(hostErrorOf("ENOENT")).toBe("unknown");
  });
});
