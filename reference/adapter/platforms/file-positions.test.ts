import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as io from "../../../generated/instructions/io.js";
import { failed, openRead, openTestProgram, openWrite, type TestProgram } from "./testing/program.js";

let root = "";
const programs: TestProgram[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fayger-positions-"));
});
afterEach(() => {
  for (const guest of programs.splice(0)) guest.channel.close();
  rmSync(root, { recursive: true, force: true });
});

function program(fileBytes?: number): TestProgram {
  const guest = openTestProgram({
    fileRoots: [{ guest_path: "/data", host_path: root, writable: true }],
    ...(fileBytes !== undefined && { policy: { ceilings: { file_bytes: fileBytes } } }),
  });
  programs.push(guest);
  return guest;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const host = (): Buffer => readFileSync(join(root, "f"));
const sizeOf = (guest: TestProgram, file: number): bigint =>
  io.readIoFileSizeResults(guest.done(io.ioFileSize(file))).size;
const seek = (guest: TestProgram, file: number, offset: bigint, origin: number): bigint =>
  io.readIoFileSeekResults(guest.done(io.ioFileSeek(file, offset, origin))).position;

/** What a file and its position are, by a list of bytes. */
class Model {
  content: number[] = [];
  position = 0;
  readonly appends: boolean;

  constructor(appends: boolean) {
    this.appends = appends;
  }

  put(at: number, data: Uint8Array): void {
    if (data.length === 0) return;
    while (this.content.length < at) this.content.push(0);
    this.content.splice(at, data.length, ...data);
  }

  write(data: Uint8Array): void {
    const at = this.appends ? this.content.length : this.position;
    this.put(at, data);
    if (data.length > 0) this.position = at + data.length;
  }

  resize(size: number): void {
    this.content = Array.from({ length: size }, (_, at) => this.content[at] ?? 0);
  }
}

const small = fc.nat(40);
const data = fc.uint8Array({ maxLength: 20 });
const command = fc.oneof(
  fc.record({ kind: fc.constant("write" as const), data }),
  fc.record({ kind: fc.constant("write_at" as const), data, at: small }),
  fc.record({ kind: fc.constant("seek" as const), offset: fc.integer({ min: -30, max: 30 }), origin: fc.nat(2) }),
  fc.record({ kind: fc.constant("set_size" as const), size: small }),
  fc.record({ kind: fc.constant("sync" as const) }),
);

// @spec instructions.io.files, instructions.table
describe("positions and sizes", () => {
  test.prop([fc.array(command, { maxLength: 25 }), fc.boolean()], { numRuns: 60 })(
    "of a file that is written are those of a list of bytes",
    (commands, appends) => {
      const guest = program();
      rmSync(join(root, "f"), { force: true });
      const file = openWrite(guest, "/data/f", appends ? 3 : 2);
      const model = new Model(appends);
      for (const step of commands) {
        if (step.kind === "write") {
          guest.done(io.ioFileWrite(file, step.data));
          model.write(step.data);
        } else if (step.kind === "write_at") {
          const instruction = io.ioFileWriteAt(file, BigInt(step.at), step.data);
          if (appends) expect(guest.refused(instruction)).toBe(failed("invalid_argument"));
          else {
            expect(io.readIoFileWriteAtResults(guest.done(instruction)).written).toBe(step.data.length);
            model.put(step.at, step.data);
          }
        } else if (step.kind === "seek") {
          const from = [0, model.position, model.content.length][step.origin] as number;
          const instruction = io.ioFileSeek(file, BigInt(step.offset), step.origin);
          if (from + step.offset < 0) expect(guest.refused(instruction)).toBe(failed("invalid_argument"));
          else {
            model.position = from + step.offset;
            expect(seek(guest, file, BigInt(step.offset), step.origin)).toBe(BigInt(model.position));
          }
        } else if (step.kind === "set_size") {
          guest.done(io.ioFileSetSize(file, BigInt(step.size)));
          model.resize(step.size);
        } else {
          guest.done(io.ioFileSync(file));
        }
        expect(sizeOf(guest, file)).toBe(BigInt(model.content.length));
      }
      expect([...host()]).toEqual(model.content);
      guest.done(io.ioClose(file));
    },
  );

  it("of a file that is read move where the next read begins, and nothing else", () => {
    writeFileSync(join(root, "f"), "0123456789");
    const guest = program();
    const file = openRead(guest, "/data/f");
    const read = (): string =>
      Buffer.from(io.readIoFileReadResults(guest.done(io.ioFileRead(file, 3))).data).toString();
    expect(seek(guest, file, 4n, 0)).toBe(4n);
    expect(read()).toBe("456");
    expect(seek(guest, file, -2n, 1)).toBe(5n);
    expect(read()).toBe("567");
    expect(seek(guest, file, -1n, 2)).toBe(9n);
    expect(read()).toBe("9");
    expect(seek(guest, file, 5n, 2)).toBe(15n);
    expect(read()).toBe("");
    expect(sizeOf(guest, file)).toBe(10n);
    for (const instruction of [
      io.ioFileSetSize(file, 1n),
      io.ioFileSync(file),
      io.ioFileWriteAt(file, 0n, bytes("x")),
    ]) {
      expect(guest.refused(instruction)).toBe(failed("bad_handle"));
    }
  });

  it("refuse what is no position and no handle", () => {
    const guest = program();
    const file = openWrite(guest, "/data/f", 2);
    for (const [offset, origin] of [
      [-1n, 0],
      [-1n, 1],
      [-1n, 2],
      [2n ** 62n, 0],
      [0n, 3],
      [0n, 0xffff_ffff],
    ] as const) {
      expect(guest.refused(io.ioFileSeek(file, offset, origin))).toBe(failed("invalid_argument"));
    }
    expect(guest.refused(io.ioFileWriteAt(file, 2n ** 63n, bytes("x")))).toBe(failed("invalid_argument"));
    for (const instruction of [
      io.ioFileSeek(99, 0n, 0),
      io.ioFileSize(99),
      io.ioFileSync(99),
      io.ioFileSetSize(99, 0n),
      io.ioFileWriteAt(99, 0n, bytes("x")),
    ]) {
      expect(guest.refused(instruction)).toBe(failed("bad_handle"));
    }
    expect(host()).toHaveLength(0);
  });
});

// @spec instructions.io.file-bytes, capabilities.policy.ceilings
describe("the longest file of a policy", () => {
  test.prop([fc.array(fc.tuple(fc.nat(3), fc.nat(30), data), { maxLength: 15 }), fc.integer({ min: 0, max: 25 })], {
    numRuns: 60,
  })("is never exceeded, and a write that would is not begun", (writes, limit) => {
    const guest = program(limit);
    for (const mode of [2, 3]) {
      rmSync(join(root, "f"), { force: true });
      const file = openWrite(guest, "/data/f", mode);
      for (const [kind, number, piece] of writes) {
        const before = host();
        const instruction = [
          io.ioFileWrite(file, piece),
          io.ioFileWriteAt(file, BigInt(number), piece),
          io.ioFileSetSize(file, BigInt(number)),
          io.ioFileSeek(file, BigInt(number), 0),
        ][kind] as Uint8Array;
        const reply = guest.channel.emit(instruction) as Uint8Array;
        if (reply[0] !== 0 || reply[1] !== 0) expect(host()).toEqual(before);
        expect(statSync(join(root, "f")).size).toBeLessThanOrEqual(limit);
      }
      guest.done(io.ioClose(file));
    }
  });

  it("leaves a longer file to be written where it is, and to be made shorter", () => {
    writeFileSync(join(root, "f"), "0123456789");
    const guest = program(4);
    const file = openWrite(guest, "/data/f", 0);
    guest.done(io.ioFileWriteAt(file, 7n, bytes("abc")));
    expect(guest.refused(io.ioFileWriteAt(file, 8n, bytes("abc")))).toBe(failed("too_large"));
    expect(guest.refused(io.ioFileSetSize(file, 11n))).toBe(failed("too_large"));
    expect(guest.refused(io.ioFileSetSize(file, 2n ** 64n - 1n))).toBe(failed("too_large"));
    expect(host().toString()).toBe("0123456abc");
    guest.done(io.ioFileSetSize(file, 5n));
    expect(guest.refused(io.ioFileSetSize(file, 6n))).toBe(failed("too_large"));
    expect(host().toString()).toBe("01234");
  });

  it("is a gibibyte where the policy names none", () => {
    const guest = program();
    const file = openWrite(guest, "/data/f", 2);
    expect(guest.refused(io.ioFileSetSize(file, 1_073_741_825n))).toBe(failed("too_large"));
    expect(guest.refused(io.ioFileWriteAt(file, 1_073_741_824n, bytes("x")))).toBe(failed("too_large"));
    guest.done(io.ioFileWriteAt(file, 1_073_741_824n, new Uint8Array(0)));
    expect(sizeOf(guest, file)).toBe(0n);
  });
});
