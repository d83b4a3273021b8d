import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as io from "../../../generated/instructions/io.js";
import { decodeReply } from "../../../generated/instructions/message.js";
import { openTestProgram, type TestProgram } from "./testing/program.js";

// A program that somebody listens to has its instructions decoded; without a listener the short ones are answered where
// they stand. It must not be able to tell which.

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fayger-in-place-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Most bytes of a file. */
const CEILING = 20_000;
const CONTENT = Uint8Array.from({ length: 18_000 }, (_, at) => at & 0xff);

interface Side {
  readonly program: TestProgram;
  readonly folder: string;
}

function side(name: string, inPlace: boolean): Side {
  const folder = join(root, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, "read"), CONTENT);
  const program = openTestProgram({
    fileRoots: [{ guest_path: "/data", host_path: folder, writable: true }],
    policy: { ceilings: { file_bytes: CEILING } },
    inPlace,
  });
  // Handle 1 reads, 2 writes, 3 writes at the end, 4 is no file, 5 is closed.
  for (const instruction of [
    io.ioFileOpenRead("/data/read"),
    io.ioFileOpenWrite("/data/written", 2),
    io.ioFileOpenWrite("/data/appended", 3),
    io.ioFileOpenRead("/data/read"),
  ]) {
    program.done(instruction);
  }
  program.done(io.ioClose(4));
  return { program, folder };
}

function contents({ folder }: Side): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "hex")]));
}

const handle = fc.constantFrom(1, 2, 3, 4, 0, 0xffff_ffff);
const offset = fc.oneof(
  fc.bigInt({ min: 0n, max: 500n }),
  fc.bigInt({ min: 17_500n, max: 20_100n }),
  fc.constantFrom(2n ** 53n, BigInt(Number.MAX_SAFE_INTEGER) - 1_048_576n, 2n ** 64n - 1n),
);
const maximum = fc.oneof(
  fc.nat(400),
  fc.constantFrom(126, 127, 128, 16_383, 16_384, 1_048_576, 1_048_577, 0xffff_ffff),
);
const data = fc.oneof(
  fc.uint8Array({ maxLength: 130 }),
  fc.constantFrom(126, 127, 128, 129, 9_000, 16_370, 16_380, 17_000).map((length) => CONTENT.subarray(0, length)),
);
const distance = fc.oneof(
  fc.bigInt({ min: -400n, max: 400n }),
  fc.bigInt({ min: -18_100n, max: 18_100n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n),
);
const instruction = fc.oneof(
  fc.tuple(handle, maximum).map(([file, most]) => io.ioFileRead(file, most)),
  fc.tuple(handle, offset, maximum).map(([file, at, most]) => io.ioFileReadAt(file, at, most)),
  fc.tuple(handle, data).map(([file, bytes]) => io.ioFileWrite(file, bytes)),
  fc.tuple(handle, offset, data).map(([file, at, bytes]) => io.ioFileWriteAt(file, at, bytes)),
  fc.tuple(handle, distance, fc.nat(4)).map(([file, by, origin]) => io.ioFileSeek(file, by, origin)),
  handle.map((file) => io.ioFileSize(file)),
);

// @spec instructions.io.files, instructions.io.read-maximum, instructions.handles.closed
describe("files of a program that nobody listens to", () => {
  test.prop([fc.array(instruction, { maxLength: 40 })], { numRuns: 100 })(
    "are read, written and moved in as those of another, with the same replies",
    (instructions) => {
      const decoded = side("decoded", false);
      const inPlace = side("in-place", true);
      try {
        for (const bytes of instructions) {
          const [expected, found] = [decoded, inPlace].map(({ program }) => program.channel.emit(bytes) as Uint8Array);
          expect(found).toEqual(expected);
          expect(inPlace.program.channel.lastError?.code).toBe(decoded.program.channel.lastError?.code);
        }
        expect(contents(inPlace)).toEqual(contents(decoded));
      } finally {
        for (const { program } of [decoded, inPlace]) program.channel.close();
      }
    },
  );

  // @spec instructions.table
  it("are answered where the instruction stands", () => {
    const { program } = side("in-place", true);
    const { inPlace } = program.channel;
    if (inPlace === undefined) throw new Error("nothing is answered where it stands");
    const answered = [
      io.ioFileRead(1, 20),
      io.ioFileReadAt(1, 17_990n, 127),
      io.ioFileReadAt(1, 1n, 16_000),
      io.ioFileWrite(2, CONTENT.subarray(0, 100)),
      io.ioFileWriteAt(2, 50n, CONTENT.subarray(0, 9)),
      io.ioFileSeek(1, -5n, 2),
      io.ioFileSize(2),
    ].map((bytes) => {
      const length = inPlace.emit(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
      return length === -1 ? undefined : new Uint8Array(inPlace.reply.buffer as ArrayBuffer).slice(0, length);
    });
    program.channel.close();
    expect(answered.map((reply) => (reply === undefined ? undefined : decodeReply(reply)))).toEqual([
      { status: 0, results: [{ type: "bytes", value: CONTENT.slice(0, 20) }] },
      { status: 0, results: [{ type: "bytes", value: CONTENT.slice(17_990) }] },
      { status: 0, results: [{ type: "bytes", value: CONTENT.slice(1, 16_001) }] },
      { status: 0, results: [{ type: "u32", value: 100 }] },
      { status: 0, results: [{ type: "u32", value: 9 }] },
      { status: 0, results: [{ type: "u64", value: 17_995n }] },
      { status: 0, results: [{ type: "u64", value: 100n }] },
    ]);
  });
});
