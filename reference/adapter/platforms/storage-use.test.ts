import {
  constants,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as io from "../../../generated/instructions/io.js";
import { HostFailure, PolicyRefusal } from "../host-failure.js";
import { withHostPath } from "./host-path.js";
import { OpenFile } from "./open-file.js";
import { StorageUse } from "./storage-use.js";
import { failed, openRead, openTestProgram, openWrite, type TestProgram } from "./testing/program.js";

let root = "";
const programs: TestProgram[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fayger-storage-"));
});
afterEach(() => {
  for (const guest of programs.splice(0)) guest.channel.close();
  rmSync(root, { recursive: true, force: true });
});

function program(storageBytes: number, storageEntries = 100, inPlace = false): TestProgram {
  const guest = openTestProgram({
    fileRoots: [{ guest_path: "/data", host_path: root, writable: true }],
    policy: { ceilings: { storage_bytes: storageBytes, storage_entries: storageEntries } },
    inPlace,
  });
  programs.push(guest);
  return guest;
}

const FULL = "ADP_POLICY_DENIED quota";
const bytes = (count: number): Uint8Array => new Uint8Array(count).fill(0x61);
const host = (name: string): string => readFileSync(join(root, name), "utf8");

/** Bytes of all files below the root. */
function stored(): number {
  return readdirSync(root).reduce((sum, name) => sum + statSync(join(root, name)).size, 0);
}

const name = fc.constantFrom("a", "b", "c");
const handle = fc.nat(5);
const command = fc.oneof(
  fc.record({ kind: fc.constant("open" as const), name, mode: fc.nat(3) }),
  fc.record({ kind: fc.constant("read" as const), name }),
  fc.record({ kind: fc.constant("close" as const), handle }),
  fc.record({ kind: fc.constant("write" as const), handle, count: fc.nat(12) }),
  fc.record({ kind: fc.constant("write_at" as const), handle, at: fc.nat(20), count: fc.nat(12) }),
  fc.record({ kind: fc.constant("set_size" as const), handle, size: fc.nat(30) }),
  fc.record({ kind: fc.constant("remove" as const), name }),
  fc.record({ kind: fc.constant("rename" as const), name, to: name }),
);

// @spec instructions.io.storage-bytes, instructions.io.storage-entries, capabilities.policy.ceilings
describe("what a program takes of the storage", () => {
  test.prop([fc.array(command, { maxLength: 40 }), fc.nat(60), fc.integer({ min: 1, max: 3 })], { numRuns: 150 })(
    "is at most what the policy says, whatever it writes, cuts off, replaces and removes while it is open",
    (commands, limit, most) => {
      for (const file of readdirSync(root)) rmSync(join(root, file));
      const guest = program(limit, most);
      const open: number[] = [];
      const results = (instruction: Uint8Array): boolean => {
        const reply = guest.channel.emit(instruction) as Uint8Array;
        return reply[0] === 0 && reply[1] === 0;
      };
      for (const command of commands) {
        if (command.kind === "open" || command.kind === "read") {
          const { name } = command;
          const instruction =
            command.kind === "read"
              ? io.ioFileOpenRead(`/data/${name}`)
              : io.ioFileOpenWrite(`/data/${name}`, command.mode);
          const reply = guest.channel.emit(instruction) as Uint8Array;
          if (reply[1] === 0) open.push((reply[6] as number) * 256 + (reply[7] as number));
        } else if (command.kind === "remove") results(io.ioFileRemove(`/data/${command.name}`));
        else if (command.kind === "rename") results(io.ioPathRename(`/data/${command.name}`, `/data/${command.to}`));
        else {
          const at = open[command.handle % Math.max(1, open.length)] ?? 99;
          if (command.kind === "close") {
            if (results(io.ioClose(at))) open.splice(open.indexOf(at), 1);
          } else if (command.kind === "write") results(io.ioFileWrite(at, bytes(command.count)));
          else if (command.kind === "write_at") results(io.ioFileWriteAt(at, BigInt(command.at), bytes(command.count)));
          else results(io.ioFileSetSize(at, BigInt(command.size)));
        }
        expect(stored()).toBeLessThanOrEqual(limit);
        expect(readdirSync(root).length).toBeLessThanOrEqual(most);
      }
      // Everything given back, it may take all of it again.
      for (const each of open) guest.done(io.ioClose(each));
      for (const file of readdirSync(root)) guest.done(io.ioFileRemove(`/data/${file}`));
      const file = openWrite(guest, "/data/again", 1);
      guest.done(io.ioFileSetSize(file, BigInt(limit)));
      expect(guest.refused(io.ioFileSetSize(file, BigInt(limit + 1)))).toBe(FULL);
      for (let made = 1; made < most; made += 1) openWrite(guest, `/data/more-${made}`, 1);
      expect(guest.refused(io.ioFileOpenWrite("/data/one-too-many", 1))).toBe(FULL);
    },
  );

  it.each([false, true])("is refused before anything is written, in place %s", (inPlace) => {
    const guest = program(10, 100, inPlace);
    const file = openWrite(guest, "/data/f", 2);
    guest.done(io.ioFileWrite(file, bytes(8)));
    expect(guest.refused(io.ioFileWrite(file, bytes(3)))).toBe(FULL);
    expect(guest.refused(io.ioFileWriteAt(file, 9n, bytes(2)))).toBe(FULL);
    expect(guest.refused(io.ioFileSetSize(file, 11n))).toBe(FULL);
    expect(host("f")).toBe("a".repeat(8));
    // What is there already may be written over, and the rest may be filled.
    guest.done(io.ioFileWriteAt(file, 6n, bytes(4)));
    guest.done(io.ioFileWriteAt(file, 0n, bytes(10)));
    expect(host("f")).toBe("a".repeat(10));
    expect(guest.channel.lastError?.code).toBe("ADP_POLICY_DENIED");
  });

  it("counts what the program adds, over all its files, and not what was there", () => {
    writeFileSync(join(root, "old"), "x".repeat(1_000));
    const guest = program(10);
    guest.done(io.ioFileWrite(openWrite(guest, "/data/old", 3), bytes(6)));
    guest.done(io.ioFileWrite(openWrite(guest, "/data/new", 1), bytes(4)));
    expect(guest.refused(io.ioFileWrite(openWrite(guest, "/data/old", 3), bytes(1)))).toBe(FULL);
    expect(host("old")).toHaveLength(1_006);
    // Emptying what the host had gives no more than the program took.
    guest.done(io.ioClose(openWrite(guest, "/data/old", 2)));
    const file = openWrite(guest, "/data/more", 1);
    expect(guest.refused(io.ioFileWrite(file, bytes(11)))).toBe(FULL);
    guest.done(io.ioFileWrite(file, bytes(10)));
  });

  it("gives the bytes of a removed file back when nothing has it open any more", () => {
    const guest = program(10);
    const written = openWrite(guest, "/data/f", 1);
    guest.done(io.ioFileWrite(written, bytes(10)));
    const read = openRead(guest, "/data/f");
    guest.done(io.ioFileRemove("/data/f"));
    const other = openWrite(guest, "/data/g", 1);
    expect(guest.refused(io.ioFileWrite(other, bytes(1)))).toBe(FULL);
    guest.done(io.ioClose(written));
    expect(guest.refused(io.ioFileWrite(other, bytes(1)))).toBe(FULL);
    guest.done(io.ioClose(read));
    guest.done(io.ioFileWrite(other, bytes(10)));
  });

  it.skipIf(process.platform === "win32")("gives no bytes back for a name of a file that has another one", () => {
    const guest = program(10);
    const file = openWrite(guest, "/data/f", 1);
    guest.done(io.ioFileWrite(file, bytes(10)));
    guest.done(io.ioClose(file));
    linkSync(join(root, "f"), join(root, "second"));
    guest.done(io.ioFileRemove("/data/f"));
    expect(guest.refused(io.ioFileWrite(openWrite(guest, "/data/g", 1), bytes(1)))).toBe(FULL);
    guest.done(io.ioFileRemove("/data/second"));
    guest.done(io.ioFileWrite(openWrite(guest, "/data/h", 1), bytes(10)));
  });

  it("counts files and folders that are made, and those only", () => {
    mkdirSync(join(root, "there"));
    const guest = program(10, 2);
    expect(guest.refused(io.ioDirectoryCreate("/data/there"))).toBe(failed("already_exists"));
    expect(guest.refused(io.ioFileOpenWrite("/data/none", 0))).toBe(failed("not_found"));
    guest.done(io.ioDirectoryCreate("/data/folder"));
    const file = openWrite(guest, "/data/folder/f", 2);
    // What is there is opened as often as wanted.
    openWrite(guest, "/data/folder/f", 2);
    for (const instruction of [
      io.ioDirectoryCreate("/data/second"),
      ...[1, 2, 3].map((mode) => io.ioFileOpenWrite("/data/second", mode)),
    ]) {
      expect(guest.refused(instruction)).toBe(FULL);
    }
    expect(readdirSync(root).sort()).toEqual(["folder", "there"]);
    guest.done(io.ioClose(file));
    guest.done(io.ioFileRemove("/data/folder/f"));
    guest.done(io.ioDirectoryRemove("/data/folder"));
    guest.done(io.ioDirectoryCreate("/data/a"));
    guest.done(io.ioDirectoryCreate("/data/b"));
    expect(guest.refused(io.ioDirectoryCreate("/data/c"))).toBe(FULL);
  });

  it("is each program's own", () => {
    const [one, other] = [program(10), program(10)];
    one.done(io.ioFileWrite(openWrite(one, "/data/one", 1), bytes(10)));
    other.done(io.ioFileWrite(openWrite(other, "/data/other", 1), bytes(10)));
  });

  it("is four gibibytes and 100,000 entries where the policy says nothing", () => {
    const guest = openTestProgram({
      fileRoots: [{ guest_path: "/data", host_path: root, writable: true }],
      policy: { ceilings: { file_bytes: 8_589_934_592 } },
    });
    programs.push(guest);
    const file = openWrite(guest, "/data/f", 1);
    expect(guest.refused(io.ioFileSetSize(file, 4_294_967_297n))).toBe(FULL);
    guest.done(io.ioFileSetSize(file, 4_294_967_296n));
  });

  it("counts nothing for a write that the host refuses", () => {
    const storage = new StorageUse({ storage_bytes: 10, storage_entries: 10 });
    const policy = { capabilities: [], file_roots: [{ guest_path: "/data", host_path: root, writable: true }] };
    const opened = (name: string, flags: number): OpenFile =>
      withHostPath(policy, `/data/${name}`, { write: true, follow: true }, (path) =>
        OpenFile.open(path, { flags, write: true }, storage),
      );
    writeFileSync(join(root, "f"), "");
    // Opened for reading, so that the host does not write.
    const unwritable = opened("f", constants.O_RDONLY);
    expect(() => unwritable.write(bytes(10), 1_000)).toThrow(HostFailure);
    expect(() => unwritable.setSize(10n, 1_000)).toThrow(HostFailure);
    const writable = opened("g", constants.O_WRONLY | constants.O_CREAT);
    writable.write(bytes(10), 1_000);
    expect(() => writable.write(bytes(1), 1_000)).toThrow(PolicyRefusal);
    for (const file of [unwritable, writable]) file.close();
    expect(host("g")).toBe("a".repeat(10));
  });
});
