import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PLATFORMS } from "../../../generated/enums/platform.js";
import { INSTRUCTIONS } from "../../../generated/instructions/instruction-table.js";
import * as io from "../../../generated/instructions/io.js";
import type { FileRoot } from "../../../generated/json/host-policy.js";
import type { FaygerError } from "../../errors/fayger-error.js";
import { nodeHandlers } from "./handlers/index.js";
import { DENIED, failed, openRead, openTestProgram, openWrite, type TestProgram } from "./testing/program.js";

const LARGEST = 1_048_576;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

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

const programs: TestProgram[] = [];
afterEach(() => {
  for (const guest of programs.splice(0)) guest.channel.close();
  rmSync(base, { recursive: true, force: true });
});

function program(roots?: readonly FileRoot[]): TestProgram {
  const guest = openTestProgram({
    fileRoots: roots ?? [
      { guest_path: "/data", host_path: root, writable: true },
      { guest_path: "/data/given", host_path: readOnly, writable: false },
    ],
  });
  programs.push(guest);
  return guest;
}

describe("the handlers of Node", () => {
  // @spec adapters.handlers
  it("are one for each instruction of the table whose capability a platform of Node has", () => {
    const rows = PLATFORMS.filter(({ name }) => name === "server" || name === "native_desktop");
    const capabilities = new Set(rows.flatMap((platform) => platform.capabilities));
    const expected = INSTRUCTIONS.filter(({ capability }) => capability === null || capabilities.has(capability));
    expect(nodeHandlers.map(({ instruction }) => instruction).sort()).toEqual(expected.map(({ name }) => name).sort());
  });
});

// @spec instructions.io.files, instructions.table
describe("files", () => {
  test.prop([fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }), fc.integer({ min: 1, max: 200 })], {
    numRuns: 40,
  })("give back what was written, in whatever pieces they are read", (pieces, maximum) => {
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
  });

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

  // @spec instructions.io.read-maximum
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

  it.skipIf(!existsSync("/proc/self/fd"))("close with the instance", () => {
    const guest = program();
    openWrite(guest, "/data/a.txt", 2);
    openRead(guest, "/data/a.txt");
    guest.done(io.ioPathStat("/data/a.txt"));
    expect(openDescriptors()).toBe(2);
    guest.channel.close();
    expect(openDescriptors()).toBe(0);
  });
});

/** How many files below the test's folder this process has open, where the host tells. */
function openDescriptors(): number {
  let open = 0;
  for (const name of readdirSync("/proc/self/fd")) {
    try {
      if (readlinkSync(join("/proc/self/fd", name)).startsWith(base)) open += 1;
    } catch {
      // The descriptor of the listing itself is closed by now.
    }
  }
  return open;
}

describe("paths", () => {
  it("are told apart, with size and time", () => {
    const guest = program();
    writeFileSync(join(root, "a.txt"), "abc");
    utimesSync(join(root, "a.txt"), 1_700_000_000, 1_700_000_000);
    const stat = (path: string): ReturnType<typeof io.readIoPathStatResults> =>
      io.readIoPathStatResults(guest.done(io.ioPathStat(path)));
    expect(stat("/data/a.txt")).toEqual({ kind: 1, size: 3n, modifiedNs: 1_700_000_000_000_000_000n });
    expect(stat("/data").kind).toBe(2);
    expect(stat("/data/given").kind).toBe(2);
    expect(stat("/data/given/given.txt").size).toBe(5n);
    expect(guest.refused(io.ioPathStat("/data/none"))).toBe(failed("not_found"));
    expect(guest.refused(io.ioPathStat("/data/a.txt/x"))).toBe(failed("not_directory"));
    utimesSync(join(root, "a.txt"), new Date(-1000), new Date(-1000));
    expect(stat("/data/a.txt").modifiedNs).toBe(0n);
  });

  it("may be as long as a host takes them, and no longer", () => {
    const guest = program();
    // Each name of a path is looked at a few times, not once for every other: this would hold the host for minutes.
    const deep = "/d".repeat(1_200);
    mkdirSync(join(root, deep), { recursive: true });
    guest.done(io.ioDirectoryCreate(`/data${deep}/e`));
    const file = openWrite(guest, `/data${deep}/e/f`, 1);
    guest.done(io.ioClose(file));
    expect(io.readIoPathStatResults(guest.done(io.ioPathStat(`/data${deep}/e/f`))).kind).toBe(1);
    for (const names of [2_046, 500_000]) {
      const path = `/data${"/d".repeat(names)}`;
      for (const instruction of [io.ioFileOpenRead(path), io.ioDirectoryCreate(path)]) {
        expect(guest.refused(instruction)).toBe(failed("invalid_argument"));
        const { cause } = guest.channel.lastError as FaygerError;
        expect(cause?.context).toMatchObject({ native_code: "ENAMETOOLONG" });
      }
    }
  });

  // A file system in memory holds times that one on a disk does not.
  it.skipIf(!existsSync("/dev/shm"))("that changed after the last time a u64 can say changed at that time", () => {
    const folder = mkdtempSync("/dev/shm/fayger-times-");
    try {
      writeFileSync(join(folder, "a.txt"), "");
      utimesSync(join(folder, "a.txt"), 20_000_000_000, 20_000_000_000);
      expect(statSync(join(folder, "a.txt"), { bigint: true }).mtimeNs).toBeGreaterThan(2n ** 64n);
      const guest = program([{ guest_path: "/data", host_path: folder, writable: false }]);
      const { modifiedNs } = io.readIoPathStatResults(guest.done(io.ioPathStat("/data/a.txt")));
      expect(modifiedNs).toBe(2n ** 64n - 1n);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  // @spec instructions.io.directory-list
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

  // @spec instructions.io.rename
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
    const two = program([
      { guest_path: "/one", host_path: root, writable: true },
      { guest_path: "/two", host_path: readOnly, writable: true },
    ]);
    expect(two.refused(io.ioPathRename("/one/b", "/two/b"))).toBe(failed("invalid_argument"));
  });
});
