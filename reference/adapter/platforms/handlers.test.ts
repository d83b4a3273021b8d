import { execFileSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOST_ERRORS } from "../../../generated/enums/host-error.js";
import { PLATFORMS } from "../../../generated/enums/platform.js";
import { errorCodeOfNumber } from "../../../generated/errors/error-code.js";
import * as io from "../../../generated/instructions/io.js";
import { INSTRUCTIONS } from "../../../generated/instructions/instruction-table.js";
import { decodeEvent, decodeReply } from "../../../generated/instructions/message.js";
import * as random from "../../../generated/instructions/random.js";
import * as time from "../../../generated/instructions/time.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";
import type { InstructionChannel } from "../../contracts/instruction-bus.js";
import { layersOf } from "../../errors/cause-chain.js";
import type { FaygerError } from "../../errors/fayger-error.js";
import { createEventBus } from "../../observability/index.js";
import { createInstructionBus } from "../instruction-bus.js";
import { nodeHandlers } from "./handlers/index.js";
import type { HostTimers } from "./host-timers.js";
import { createNativeDesktopAdapter } from "./native-desktop.js";
import { nodeClock } from "./node-clock.js";
import { createNodeHostDetector, type NodeHostFacts } from "./node-host-detector.js";
import { hostErrorOf } from "./native-call.js";
import type { NodeServices } from "./node-services.js";
import { createServerAdapter } from "./server.js";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const LARGEST = 1_048_576;

let base = "";
let root = "";
let readOnly = "";

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "fayger-adapter-")));
  root = join(base, "root");
  readOnly = join(base, "read-only");
  for (const folder of [root, readOnly, join(base, "outside")]) mkdirSync(folder);
  writeFileSync(join(readOnly, "given.txt"), "given");
  writeFileSync(join(base, "outside", "secret.txt"), "secret");
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

interface Program {
  readonly channel: InstructionChannel;
  readonly delivered: Uint8Array[];
  /** Emit; the results of a success. */
  readonly done: (instruction: Uint8Array) => readonly Tlv[];
  /** Emit; the code and host error of a refusal. */
  readonly refused: (instruction: Uint8Array) => string;
}

const programs: InstructionChannel[] = [];
afterEach(() => {
  for (const channel of programs.splice(0)) channel.close();
});

function program(services: Partial<NodeServices> = {}, roots?: { guest_path: string; host_path: string; writable: boolean }[]): Program {
  const delivered: Uint8Array[] = [];
  const adapter = createServerAdapter(services);
  const capabilities = [...adapter.descriptor().supportedCapabilities];
  const bus = createInstructionBus({
    adapter,
    policy: {
      capabilities,
      file_roots: roots ?? [
        { guest_path: "/data", host_path: root, writable: true },
        { guest_path: "/data/given", host_path: readOnly, writable: false },
      ],
    },
    events: createEventBus({ clock: nodeClock }),
    clock: nodeClock,
  });
  const channel = bus.open({
    instance: "instance#1",
    required: capabilities,
    optional: [],
    hostFunctions: undefined,
    quotas: {},
    deliver: (event) => delivered.push(event),
  });
  programs.push(channel);
  const emit = (instruction: Uint8Array) => {
    const reply = channel.emit(instruction);
    if (!(reply instanceof Uint8Array)) throw new Error("the reply is not there at once");
    return decodeReply(reply);
  };
  return {
    channel,
    delivered,
    done: (instruction) => {
      const { status, results } = emit(instruction);
      if (status !== 0) throw channel.lastError ?? new Error("no error");
      return results;
    },
    refused: (instruction) => {
      const { status, results } = emit(instruction);
      const [error] = results;
      if (status === 0 || error?.type !== "u32") throw new Error("it succeeded");
      return `${errorCodeOfNumber(status)} ${HOST_ERRORS[error.value - 1]}`;
    },
  };
}

const DENIED = "ADP_POLICY_DENIED access_denied";
const failed = (name: string): string => `ADP_HOST_CALL_FAILED ${name}`;

function openRead({ done }: Program, path: string): number {
  return io.readIoFileOpenReadResults(done(io.ioFileOpenRead(path))).file;
}

function openWrite({ done }: Program, path: string, mode: number): number {
  return io.readIoFileOpenWriteResults(done(io.ioFileOpenWrite(path, mode))).file;
}

describe("the handlers of Node", () => {
  it("are one for each instruction of the table whose capability a built-in platform has", () => {
    const capabilities = new Set(PLATFORMS.flatMap((platform) => platform.capabilities));
    const expected = INSTRUCTIONS.filter(({ capability }) => capability === null || capabilities.has(capability));
    expect(nodeHandlers.map(({ instruction }) => instruction).sort()).toEqual(expected.map(({ name }) => name).sort());
  });
});

describe("files", () => {
  test.prop([fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }), fc.integer({ min: 1, max: 200 })], { numRuns: 40 })(
    "give back what was written, in whatever pieces they are read",
    (pieces, maximum) => {
      const guest = program();
      const writer = openWrite(guest, "/data/file.bin", 2);
      for (const piece of pieces) {
        expect(io.readIoFileWriteResults(guest.done(io.ioFileWrite(writer, piece))).written).toBe(piece.length);
      }
      guest.done(io.ioClose(writer));
      const whole = Buffer.concat(pieces);
      expect(readFileSync(join(root, "file.bin")).equals(whole)).toBe(true);
      const reader = openRead(guest, "/data/file.bin");
      const read: Uint8Array[] = [];
      for (;;) {
        const { data } = io.readIoFileReadResults(guest.done(io.ioFileRead(reader, maximum)));
        if (data.length === 0) break;
        read.push(data);
      }
      expect(Buffer.concat(read).equals(whole)).toBe(true);
      const middle = Math.floor(whole.length / 2);
      const { data } = io.readIoFileReadAtResults(guest.done(io.ioFileReadAt(reader, BigInt(middle), maximum)));
      expect(Buffer.from(data).equals(whole.subarray(middle, middle + maximum))).toBe(true);
      expect(io.readIoFileReadResults(guest.done(io.ioFileRead(reader, 5))).data).toHaveLength(0);
      guest.done(io.ioClose(reader));
    },
  );

  it("open for writing in four modes", () => {
    const guest = program();
    const content = (): string => readFileSync(join(root, "a.txt"), "utf8");
    const write = (mode: number, data: string): void => {
      const file = openWrite(guest, "/data/a.txt", mode);
      guest.done(io.ioFileWrite(file, text(data)));
      guest.done(io.ioClose(file));
    };
    expect(guest.refused(io.ioFileOpenWrite("/data/a.txt", 0))).toBe(failed("not_found"));
    write(1, "first");
    expect(guest.refused(io.ioFileOpenWrite("/data/a.txt", 1))).toBe(failed("already_exists"));
    write(0, "FI");
    expect(content()).toBe("FIrst");
    write(3, "+more");
    expect(content()).toBe("FIrst+more");
    write(2, "new");
    expect(content()).toBe("new");
    expect(guest.refused(io.ioFileOpenWrite("/data/a.txt", 4))).toBe(failed("invalid_argument"));
  });

  it("have handles of two kinds, and a closed one is none", () => {
    const guest = program();
    const writer = openWrite(guest, "/data/a.txt", 2);
    const reader = openRead(guest, "/data/a.txt");
    expect(guest.refused(io.ioFileRead(writer, 1))).toBe(failed("bad_handle"));
    expect(guest.refused(io.ioFileWrite(reader, text("x")))).toBe(failed("bad_handle"));
    expect(guest.refused(io.ioFileReadAt(99, 0n, 1))).toBe(failed("bad_handle"));
    guest.done(io.ioClose(reader));
    expect(guest.refused(io.ioFileRead(reader, 1))).toBe(failed("bad_handle"));
    expect(guest.refused(io.ioClose(reader))).toBe(failed("bad_handle"));
  });

  it("are read a mebibyte at a time at most, and from offsets a number can hold", () => {
    const guest = program();
    writeFileSync(join(root, "a.txt"), "abc");
    const reader = openRead(guest, "/data/a.txt");
    expect(io.readIoFileReadResults(guest.done(io.ioFileRead(reader, LARGEST))).data).toEqual(text("abc"));
    expect(guest.refused(io.ioFileRead(reader, LARGEST + 1))).toBe(failed("too_large"));
    expect(guest.refused(io.ioFileReadAt(reader, 0n, 0xffff_ffff))).toBe(failed("too_large"));
    expect(guest.refused(io.ioFileReadAt(reader, 2n ** 53n, 1))).toBe(failed("invalid_argument"));
    expect(io.readIoFileReadAtResults(guest.done(io.ioFileReadAt(reader, 2n ** 40n, 1))).data).toHaveLength(0);
  });

  it("close with the instance", () => {
    const before = openDescriptors();
    const guest = program();
    openWrite(guest, "/data/a.txt", 2);
    openRead(guest, "/data/a.txt");
    expect(openDescriptors()).toBe(before === undefined ? undefined : before + 2);
    guest.channel.close();
    expect(openDescriptors()).toBe(before);
  });
});

/** How many files this process has open, where the host tells. */
function openDescriptors(): number | undefined {
  if (!existsSync("/proc/self/fd")) return undefined;
  return Number(execFileSync("sh", ["-c", `ls /proc/${process.pid}/fd | wc -l`], { encoding: "utf8" }));
}

describe("paths", () => {
  it("are told apart, with size and time", () => {
    const guest = program();
    writeFileSync(join(root, "a.txt"), "abc");
    utimesSync(join(root, "a.txt"), 1_700_000_000, 1_700_000_000);
    const stat = (path: string): ReturnType<typeof io.readIoPathStatResults> => io.readIoPathStatResults(guest.done(io.ioPathStat(path)));
    expect(stat("/data/a.txt")).toEqual({ kind: 1, size: 3n, modifiedNs: 1_700_000_000_000_000_000n });
    expect(stat("/data").kind).toBe(2);
    expect(stat("/data/given").kind).toBe(2);
    expect(stat("/data/given/given.txt").size).toBe(5n);
    expect(guest.refused(io.ioPathStat("/data/none"))).toBe(failed("not_found"));
    expect(guest.refused(io.ioPathStat("/data/a.txt/x"))).toBe(failed("not_directory"));
    utimesSync(join(root, "a.txt"), -1000, -1000);
    expect(stat("/data/a.txt").modifiedNs).toBe(0n);
  });

  it("list folders by the bytes of their names, leaving out what is no text", () => {
    const guest = program();
    for (const name of ["b", "a", "\u{1f600}", "\uffee", "z"]) writeFileSync(join(root, name), "");
    mkdirSync(join(root, "folder"));
    if (process.platform === "linux") writeFileSync(Buffer.concat([text(root), text("/"), Uint8Array.of(0xff)]), "");
    const { names } = io.readIoDirectoryListResults(guest.done(io.ioDirectoryList("/data")));
    expect(names).toEqual(["a", "b", "folder", "z", "\uffee", "\u{1f600}"].map((value) => ({ type: "text", value })));
    expect(guest.refused(io.ioDirectoryList("/data/a"))).toBe(failed("not_directory"));
    expect(guest.refused(io.ioDirectoryList("/data/none"))).toBe(failed("not_found"));
  });

  it("refuse a folder whose names are too many", () => {
    const guest = program();
    for (let at = 0; at < 4_500; at += 1) writeFileSync(join(root, `${at}-`.padEnd(240, "x")), "");
    expect(guest.refused(io.ioDirectoryList("/data"))).toBe(failed("too_large"));
  });

  it("make and remove files and folders", () => {
    const guest = program();
    guest.done(io.ioDirectoryCreate("/data/new"));
    expect(guest.refused(io.ioDirectoryCreate("/data/new"))).toBe(failed("already_exists"));
    expect(guest.refused(io.ioDirectoryCreate("/data"))).toBe(failed("already_exists"));
    expect(guest.refused(io.ioDirectoryCreate("/data/none/new"))).toBe(failed("not_found"));
    writeFileSync(join(root, "new", "a.txt"), "");
    expect(guest.refused(io.ioDirectoryRemove("/data/new"))).toBe(failed("not_empty"));
    expect(guest.refused(io.ioDirectoryRemove("/data/new/a.txt"))).toBe(failed("not_directory"));
    expect(guest.refused(io.ioFileRemove("/data/new"))).toBe(failed("is_directory"));
    guest.done(io.ioFileRemove("/data/new/a.txt"));
    expect(guest.refused(io.ioFileRemove("/data/new/a.txt"))).toBe(failed("not_found"));
    guest.done(io.ioDirectoryRemove("/data/new"));
    expect(existsSync(join(root, "new"))).toBe(false);
    expect(guest.refused(io.ioFileOpenRead("/data"))).toBe(failed("is_directory"));
    expect(guest.refused(io.ioDirectoryRemove("/data"))).toBe(DENIED);
    expect(guest.refused(io.ioFileRemove("/data"))).toBe(failed("is_directory"));
  });

  it("are renamed within a root; only a file replaces a file", () => {
    const guest = program();
    writeFileSync(join(root, "a"), "a");
    writeFileSync(join(root, "b"), "b");
    mkdirSync(join(root, "folder"));
    guest.done(io.ioPathRename("/data/a", "/data/b"));
    expect(readFileSync(join(root, "b"), "utf8")).toBe("a");
    expect(existsSync(join(root, "a"))).toBe(false);
    guest.done(io.ioPathRename("/data/b", "/data/b"));
    expect(guest.refused(io.ioPathRename("/data/a", "/data/c"))).toBe(failed("not_found"));
    expect(guest.refused(io.ioPathRename("/data/b", "/data/folder"))).toBe(failed("already_exists"));
    expect(guest.refused(io.ioPathRename("/data/folder", "/data/b"))).toBe(failed("already_exists"));
    expect(guest.refused(io.ioPathRename("/data/folder", "/data/folder/inside"))).toBe(failed("invalid_argument"));
    guest.done(io.ioPathRename("/data/folder", "/data/moved"));
    expect(guest.refused(io.ioPathRename("/data", "/data/x"))).toBe(DENIED);
    expect(guest.refused(io.ioPathRename("/data/b", "/data/given/b"))).toBe(DENIED);
    const two = program({}, [
      { guest_path: "/one", host_path: root, writable: true },
      { guest_path: "/two", host_path: readOnly, writable: true },
    ]);
    expect(two.refused(io.ioPathRename("/one/b", "/two/b"))).toBe(failed("invalid_argument"));
  });
});

/** Every instruction that takes a path, with the path at each of its operands. */
function withPath(path: string): Readonly<Record<string, Uint8Array>> {
  return {
    "io.file_open_read": io.ioFileOpenRead(path),
    "io.file_open_write 0": io.ioFileOpenWrite(path, 0),
    "io.file_open_write 1": io.ioFileOpenWrite(path, 1),
    "io.file_open_write 2": io.ioFileOpenWrite(path, 2),
    "io.file_open_write 3": io.ioFileOpenWrite(path, 3),
    "io.path_stat": io.ioPathStat(path),
    "io.directory_list": io.ioDirectoryList(path),
    "io.directory_create": io.ioDirectoryCreate(path),
    "io.file_remove": io.ioFileRemove(path),
    "io.directory_remove": io.ioDirectoryRemove(path),
    "io.path_rename from": io.ioPathRename(path, "/data/renamed"),
    "io.path_rename to": io.ioPathRename("/data/inside.txt", path),
  };
}

describe("escapes", () => {
  beforeEach(() => writeFileSync(join(root, "inside.txt"), "inside"));

  /** What lies outside is as it was. */
  const untouched = (): void => {
    expect(readFileSync(join(base, "outside", "secret.txt"), "utf8")).toBe("secret");
    expect(readFileSync(join(root, "inside.txt"), "utf8")).toBe("inside");
    const outside = program({}, [{ guest_path: "/", host_path: join(base, "outside"), writable: false }]);
    const { names } = io.readIoDirectoryListResults(outside.done(io.ioDirectoryList("/")));
    expect(names).toEqual([{ type: "text", value: "secret.txt" }]);
  };

  const TEXTUAL = [
    "",
    ".",
    "data/inside.txt",
    "/",
    "/other",
    "/data2/x",
    "/data/../outside/secret.txt",
    "/data/..",
    "/data/./inside.txt",
    "/data//inside.txt",
    "/data/inside.txt/",
    "/data/given/../../outside/secret.txt",
    "/data/a\0b",
    "/data/..\\outside",
    "/data/c:",
    "//data/inside.txt",
  ];

  it.each(TEXTUAL)("by the text %j are refused by every instruction that takes a path", (path) => {
    const { refused } = program();
    for (const [name, instruction] of Object.entries(withPath(path))) expect([name, refused(instruction)]).toEqual([name, DENIED]);
    untouched();
  });

  test.prop([fc.array(fc.constantFrom("..", ".", "", "data", "given", "outside", "secret.txt", "inside.txt", "link"), { maxLength: 6 })], { numRuns: 60 })(
    "by any sequence of names never read what lies outside",
    (names) => {
      if (!existsSync(join(root, "link"))) symlinkSync(join(base, "outside"), join(root, "link"));
      const guest = program();
      const path = `/${names.join("/")}`;
      const reply = guest.channel.emit(io.ioFileOpenRead(path)) as Uint8Array;
      const { status, results } = decodeReply(reply);
      if (status !== 0) return;
      const { file } = io.readIoFileOpenReadResults(results);
      expect(io.readIoFileReadResults(guest.done(io.ioFileRead(file, 100))).data).not.toEqual(text("secret"));
    },
  );

  it("through links to a file, to a folder, up, and in a circle are refused", () => {
    symlinkSync(join(base, "outside", "secret.txt"), join(root, "to-file"));
    symlinkSync(join(base, "outside"), join(root, "to-folder"));
    symlinkSync("..", join(root, "up"));
    symlinkSync("circle", join(root, "circle"));
    symlinkSync(join(base, "outside", "not-there"), join(root, "dangling"));
    const guest = program();
    for (const path of ["/data/to-folder/secret.txt", "/data/to-folder/not-there", "/data/up/outside/secret.txt", "/data/up/root/x"]) {
      for (const [name, instruction] of Object.entries(withPath(path))) {
        expect([path, name, guest.refused(instruction)]).toEqual([path, name, DENIED]);
      }
    }
    for (const path of ["/data/to-file", "/data/to-folder", "/data/up"]) {
      const { "io.file_open_read": read, "io.file_open_write 2": write, "io.path_stat": stat } = withPath(path);
      for (const instruction of [read, write, stat, io.ioDirectoryList(path)]) expect(guest.refused(instruction as Uint8Array)).toBe(DENIED);
    }
    for (const path of ["/data/circle", "/data/dangling"]) {
      expect(guest.refused(io.ioFileOpenRead(path))).toBe(failed("access_denied"));
      expect(guest.refused(io.ioFileOpenWrite(path, 2))).toBe(failed("access_denied"));
    }
    untouched();
  });

  it("do not happen when a link itself is removed or renamed: the link is meant, not what it names", () => {
    symlinkSync(join(base, "outside", "secret.txt"), join(root, "to-file"));
    symlinkSync(join(base, "outside"), join(root, "to-folder"));
    const guest = program();
    guest.done(io.ioPathRename("/data/to-file", "/data/renamed"));
    guest.done(io.ioFileRemove("/data/renamed"));
    expect(guest.refused(io.ioDirectoryRemove("/data/to-folder"))).toBe(failed("not_directory"));
    guest.done(io.ioFileRemove("/data/to-folder"));
    untouched();
  });

  it("are no reason to refuse links that stay inside", () => {
    mkdirSync(join(root, "folder"));
    symlinkSync("folder", join(root, "near"));
    symlinkSync(join(root, "inside.txt"), join(root, "folder", "far"));
    symlinkSync(".", join(root, "self"));
    const guest = program();
    for (const path of ["/data/near/far", "/data/self/inside.txt", "/data/self/self/near/far"]) {
      const reader = openRead(guest, path);
      expect(io.readIoFileReadResults(guest.done(io.ioFileRead(reader, 10))).data).toEqual(text("inside"));
    }
    expect(io.readIoPathStatResults(guest.done(io.ioPathStat("/data/self"))).kind).toBe(2);
  });

  it("out of a read-only root by writing are refused", () => {
    const guest = program();
    for (const [name, instruction] of Object.entries(withPath("/data/given/given.txt"))) {
      if (name === "io.file_open_read" || name === "io.path_stat" || name === "io.directory_list") continue;
      expect([name, guest.refused(instruction)]).toEqual([name, DENIED]);
    }
    expect(readFileSync(join(readOnly, "given.txt"), "utf8")).toBe("given");
  });

  it("through a link to a read-only root that the guest sees elsewhere are refused too", () => {
    symlinkSync(readOnly, join(root, "sideways"));
    const guest = program();
    expect(guest.refused(io.ioFileOpenWrite("/data/sideways/given.txt", 2))).toBe(DENIED);
  });

  it.skipIf(process.platform === "win32")("through pipes and devices are refused, and nothing waits", () => {
    execFileSync("mkfifo", [join(root, "pipe")]);
    const guest = program();
    expect(guest.refused(io.ioFileOpenRead("/data/pipe"))).toBe(failed("access_denied"));
    expect(guest.refused(io.ioFileOpenWrite("/data/pipe", 0))).toBe(failed("unavailable"));
    expect(io.readIoPathStatResults(guest.done(io.ioPathStat("/data/pipe"))).kind).toBe(3);
    const devices = program({}, [{ guest_path: "/dev", host_path: "/dev", writable: true }]);
    expect(devices.refused(io.ioFileOpenRead("/dev/zero"))).toBe(failed("access_denied"));
    expect(devices.refused(io.ioFileOpenWrite("/dev/null", 0))).toBe(failed("access_denied"));
  });

  it("without any file root: no path can be used", () => {
    const guest = program({}, []);
    for (const path of ["/", "/data", "/etc/passwd"]) {
      for (const instruction of Object.values(withPath(path))) expect(guest.refused(instruction)).toBe(DENIED);
    }
  });

  it("leave no host path in the error that people see", () => {
    const guest = program();
    guest.refused(io.ioFileOpenRead("/data/none.txt"));
    const error = guest.channel.lastError as FaygerError;
    expect(layersOf(error)).toEqual(["adapter", "host"]);
    expect(error.cause?.context).toMatchObject({ native_code: "ENOENT" });
    expect(JSON.stringify(error)).not.toContain(base);
  });

  it("by swapping a folder for a link while a program writes are refused", () => {
    // Swapped at the worst moments a single thread can make: between any two of the program's instructions.
    const guest = program();
    mkdirSync(join(root, "folder"));
    const swap = (): void => {
      renameSync(join(root, "folder"), join(root, "kept"));
      symlinkSync(join(base, "outside"), join(root, "folder"));
    };
    const file = openWrite(guest, "/data/folder/a.txt", 1);
    swap();
    guest.done(io.ioFileWrite(file, text("mine")));
    expect(readFileSync(join(root, "kept", "a.txt"), "utf8")).toBe("mine");
    expect(guest.refused(io.ioFileOpenWrite("/data/folder/a.txt", 2))).toBe(DENIED);
    untouched();
  });

  it("by a hard link cannot be told from a file of the root: what a host links into a root, it shares", () => {
    linkSync(join(base, "outside", "secret.txt"), join(root, "hard"));
    const guest = program();
    const reader = openRead(guest, "/data/hard");
    expect(io.readIoFileReadResults(guest.done(io.ioFileRead(reader, 10))).data).toEqual(text("secret"));
  });
});

describe("standard streams", () => {
  const native = (code: string): Error => Object.assign(new Error("native"), { code });

  it("carry bytes both ways", () => {
    const written: [string, Uint8Array][] = [];
    const guest = program({
      streams: {
        readInput: (maximum) => text("input").slice(0, maximum),
        writeOutput: (data) => written.push(["out", data]),
        writeError: (data) => written.push(["error", data]),
      },
    });
    expect(io.readIoStdinReadResults(guest.done(io.ioStdinRead(3))).data).toEqual(text("inp"));
    expect(guest.done(io.ioStdoutWrite(text("a")))).toEqual([]);
    expect(guest.done(io.ioStderrWrite(text("b")))).toEqual([]);
    expect(written).toEqual([["out", text("a")], ["error", text("b")]]);
    expect(guest.refused(io.ioStdinRead(LARGEST + 1))).toBe(failed("too_large"));
  });

  it("that have nothing yet, or nobody at the other end, say so", () => {
    const fail = (code: string) => (): never => {
      throw native(code);
    };
    const guest = program({ streams: { readInput: fail("EAGAIN"), writeOutput: fail("EPIPE"), writeError: fail("EAGAIN") } });
    expect(guest.refused(io.ioStdinRead(1))).toBe(failed("would_block"));
    expect(guest.refused(io.ioStdoutWrite(text("a")))).toBe(failed("unavailable"));
    expect(guest.refused(io.ioStderrWrite(text("a")))).toBe(failed("unavailable"));
  });

  it("are those of the process where nothing else is given", () => {
    const script = `
      import { processStreams } from ${JSON.stringify(new URL("./standard-streams.ts", import.meta.url).href)};
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

/** Timers that the test moves; nothing happens by itself. */
function playedTimers(): { timers: HostTimers; advance: (to: bigint) => void; readonly waiting: number; now: () => bigint } {
  let now = 0n;
  let waiting: { due: bigint; fire: () => void }[] = [];
  return {
    timers: {
      after: (delay, fire) => {
        const entry = { due: now + delay, fire };
        waiting.push(entry);
        return () => {
          waiting = waiting.filter((other) => other !== entry);
        };
      },
    },
    advance: (to) => {
      for (;;) {
        const [next] = [...waiting].sort((a, b) => (a.due < b.due ? -1 : 1)).filter(({ due }) => due <= to);
        if (next === undefined) break;
        waiting = waiting.filter((other) => other !== next);
        now = next.due;
        next.fire();
      }
      now = to;
    },
    get waiting() {
      return waiting.length;
    },
    now: () => now,
  };
}

function played(): Program & { readonly host: ReturnType<typeof playedTimers> } {
  const host = playedTimers();
  const guest = program({ timers: host.timers, clock: { unixNanoseconds: host.now, monotonicNanoseconds: host.now } });
  return { ...guest, host };
}

const MILLISECOND = 1_000_000n;

describe("time", () => {
  it("is read from the host's clocks", () => {
    const guest = program();
    const before = BigInt(Date.now()) * MILLISECOND;
    const { unixNs } = time.readTimeClockWallResults(guest.done(time.timeClockWall()));
    expect(unixNs).toBeGreaterThanOrEqual(before);
    const readings = Array.from({ length: 50 }, () => time.readTimeClockMonotonicResults(guest.done(time.timeClockMonotonic())).ns);
    expect(readings).toEqual([...readings].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });

  it("passes in a sleep, which completes by an event", async () => {
    const { channel, host, delivered, done } = played();
    expect(done(time.timeSleep(5n, { asynchronous: true }))).toEqual([{ type: "u32", value: 1 }]);
    host.advance(4n);
    await Promise.resolve();
    expect(channel.openCalls).toBe(1);
    host.advance(5n);
    await new Promise((resolve) => setImmediate(resolve));
    expect(channel.openCalls).toBe(0);
    expect(delivered.map((event) => decodeEvent(event))).toEqual([
      { category: 3, opcode: 3, completion: true, payload: [{ type: "u32", value: 1 }, { type: "u32", value: 0 }] },
    ]);
  });

  it("of a sleep that nobody waits for any more keeps no timer", () => {
    const { channel, host, done } = played();
    done(time.timeSleep(5n, { asynchronous: true }));
    expect(host.waiting).toBe(1);
    channel.close();
    expect(host.waiting).toBe(0);
  });

  it("makes a timer fire once, which then is no source of events but still a handle", () => {
    const { channel, host, delivered, done } = played();
    const { timer } = time.readTimeTimerStartResults(done(time.timeTimerStart(3n, 0n)));
    expect(channel.openSubscriptions).toBe(1);
    host.advance(100n);
    expect(delivered.map((event) => time.readTimeTimerFiredEvent(decodeEvent(event).payload))).toEqual([{ timer, count: 1n }]);
    expect(channel.openSubscriptions).toBe(0);
    expect(done(io.ioClose(timer))).toEqual([]);
    expect(host.waiting).toBe(0);
  });

  test.prop([fc.bigInt({ min: 0n, max: 50n }), fc.bigInt({ min: 1n, max: 20n }), fc.bigInt({ min: 0n, max: 200n })])(
    "makes a timer fire at its delay and then at every interval, until it is closed",
    (delay, interval, end) => {
      const { channel, host, delivered, done } = played();
      const { timer } = time.readTimeTimerStartResults(done(time.timeTimerStart(delay * MILLISECOND, interval * MILLISECOND)));
      host.advance(end * MILLISECOND);
      const expected = end < delay ? 0n : 1n + (end - delay) / interval;
      const counts = delivered.map((event) => time.readTimeTimerFiredEvent(decodeEvent(event).payload).count);
      expect(counts).toEqual(Array.from({ length: Number(expected) }, (_, at) => BigInt(at + 1)));
      done(io.ioClose(timer));
      host.advance(end * MILLISECOND + 1000n * MILLISECOND);
      expect(delivered).toHaveLength(Number(expected));
      expect(host.waiting).toBe(0);
      expect(channel.openSubscriptions).toBe(0);
    },
  );

  it("keeps an interval of a nanosecond from taking the whole host", () => {
    const { host, delivered, done } = played();
    done(time.timeTimerStart(0n, 1n));
    host.advance(10n * MILLISECOND);
    expect(delivered).toHaveLength(11);
  });

  it("really passes: real timers, in order, and a delay of centuries waits", async () => {
    const guest = program();
    const { timer } = time.readTimeTimerStartResults(guest.done(time.timeTimerStart(MILLISECOND, MILLISECOND)));
    guest.done(time.timeTimerStart(2n ** 63n, 0n));
    guest.done(time.timeSleep(2n * MILLISECOND, { asynchronous: true }));
    const began = process.hrtime.bigint();
    while (guest.delivered.length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(process.hrtime.bigint() - began).toBeGreaterThanOrEqual(2n * MILLISECOND);
    const events = guest.delivered.map((event) => decodeEvent(event));
    const fired = events.filter(({ completion }) => !completion).map(({ payload }) => time.readTimeTimerFiredEvent(payload));
    expect(fired).toEqual(fired.map((_, at) => ({ timer, count: BigInt(at + 1) })));
    expect(events.filter(({ completion }) => completion)).toHaveLength(1);
  });
});

describe("randomness", () => {
  it("comes in the length asked for, and not twice the same", () => {
    const guest = program();
    const get = (count: number): Uint8Array => random.readRandomRandomBytesResults(guest.done(random.randomRandomBytes(count))).data;
    expect(get(0)).toHaveLength(0);
    expect(get(65_536)).toHaveLength(65_536);
    expect(get(32)).not.toEqual(get(32));
    expect(guest.refused(random.randomRandomBytes(65_537))).toBe(failed("too_large"));
  });

  it("can be given, and its failure is the host's", () => {
    const given = program({ random: (target) => void target.fill(7) });
    expect(random.readRandomRandomBytesResults(given.done(random.randomRandomBytes(2))).data).toEqual(Uint8Array.of(7, 7));
    const broken = program({
      random: () => {
        throw new Error("no entropy");
      },
    });
    expect(broken.refused(random.randomRandomBytes(1))).toBe(failed("unknown"));
  });
});

describe("native codes", () => {
  it("are known for what the table can say, and unknown otherwise", () => {
    const of = (code: unknown): string => hostErrorOf(Object.assign(new Error("x"), { code }));
    const told = ["ENOENT", "EEXIST", "EACCES", "EINVAL", "EBADF", "EISDIR", "ENOTDIR", "ENOTEMPTY", "ENOSPC", "EFBIG", "EAGAIN", "ETIMEDOUT", "EINTR", "EPIPE"].map(of);
    expect(new Set(told)).toEqual(new Set(HOST_ERRORS.filter((name) => name !== "unknown" && name !== "quota")));
    for (const other of ["EWHATEVER", 5, undefined, "toString", "__proto__"]) expect(of(other)).toBe("unknown");
    expect(hostErrorOf("ENOENT")).toBe("unknown");
  });
});

describe("the host", () => {
  const facts = (changes: Partial<NodeHostFacts>): NodeHostFacts => ({
    platform: "linux",
    arch: "x64",
    environment: {},
    terminal: false,
    exists: () => false,
    ...changes,
  });

  it("is detected from its facts", () => {
    const detect = (changes: Partial<NodeHostFacts>) => createNodeHostDetector(facts(changes)).detect();
    expect(detect({})).toEqual({ platformId: "node", osKind: "linux", arch: "x64", sandboxKind: "none", runtimeFeatures: [] });
    expect(detect({ platform: "darwin", arch: "arm64", terminal: true })).toMatchObject({
      osKind: "macos",
      arch: "arm64",
      runtimeFeatures: ["display", "tty"],
    });
    expect(detect({ platform: "win32", environment: { SSH_CONNECTION: "x" } })).toMatchObject({ osKind: "windows", runtimeFeatures: [] });
    expect(detect({ platform: "aix", arch: "ppc64", exists: (path) => path === "/.dockerenv" })).toMatchObject({
      osKind: "other",
      arch: "other",
      sandboxKind: "container",
    });
    expect(detect({ environment: { DISPLAY: "" } }).runtimeFeatures).toEqual([]);
    expect(detect({ environment: { WAYLAND_DISPLAY: "wayland-0" } }).runtimeFeatures).toEqual(["display"]);
  });

  it("is detected the same each time", () => {
    const detector = createNodeHostDetector();
    expect(detector.detect()).toEqual(detector.detect());
  });

  it("is fitted by exactly one of the two adapters", () => {
    for (const environment of [{}, { DISPLAY: ":0" }]) {
      const host = createNodeHostDetector(facts({ environment })).detect();
      const fitting = [createServerAdapter(), createNativeDesktopAdapter()].filter((adapter) => adapter.match(host));
      expect(fitting.map((adapter) => adapter.descriptor().platformId)).toEqual([
        Object.keys(environment).length === 0 ? "server" : "native_desktop",
      ]);
    }
    const browser = { platformId: "browser", osKind: "browser", arch: "wasm", sandboxKind: "browser", runtimeFeatures: ["display"] };
    expect(createServerAdapter().match(browser) || createNativeDesktopAdapter().match(browser)).toBe(false);
  });
});
