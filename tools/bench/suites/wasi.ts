import { deepStrictEqual, ok } from "node:assert";
import { closeSync, fstatSync, lstatSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import {
  ioClose,
  ioFileOpenRead,
  ioFileOpenWrite,
  ioFileReadAt,
  ioFileSeek,
  ioFileSize,
  ioFileWriteAt,
  ioPathStat,
} from "../../../generated/instructions/io.js";
import { procArguments, procEnvironmentGet } from "../../../generated/instructions/proc.js";
import { randomRandomBytes } from "../../../generated/instructions/random.js";
import { timeClockMonotonic } from "../../../generated/instructions/time.js";
import { i32, i64 } from "../../../reference/runtime/testing/guest-module.js";
import { CALLS, type Emissions, type EmittingGuest, emittingGuest, handOn, numberAt } from "../bus-guests.js";
import type { Race, Suite } from "../race.js";
import { temporaryFolder } from "../temporary-folder.js";
import { WASI_RESULT, type WasiGuest, wasiClock, wasiGuest } from "../wasi-guests.js";

/** Bytes of the file that is read and written. */
const FILE_BYTES = 65_536;

/** Where guests of node:wasi have a path, the place of their data, and the data. */
const PATH = 64;
const VECTOR = 256;
const DATA = 65_536;

/** The first folder that node:wasi opens before a guest begins, and the first file that a guest opens itself. */
const FOLDER = 3;
const FILE = 4;
/** Handle of the first file an emitting guest opens: its timer has the first one. */
const HANDLE = 2;

/** Rights of WASI preview 1: to read and to write at an offset, to move the position, to look at a file. */
const RIGHTS = 0x2n | 0x4n | 0x20n | 0x40n | 0x20_0000n;

/**
 * What guests ask of their host, and what they ask of node:wasi for the same. Which call an instruction mirrors is a
 * column of the table of instructions. Both guests run on the engine of this process and wait for the answer.
 */
export const wasiSuite: Suite = {
  name: "wasi",
  about: "instructions of a guest, against the calls of node:wasi that they mirror",
  races: async () => [
    await clockRace(),
    ...(await Promise.all([randomRace(16), randomRace(4096), argumentsRace(), environmentRace()])),
    ...(await fileRaces()),
  ],
};

interface Pair {
  readonly name: string;
  readonly ours: EmittingGuest;
  readonly theirs: WasiGuest;
  /** What of Node the instruction comes down to, called from JavaScript without a guest: no host can be faster. */
  readonly alone?: () => unknown;
  /** What both have made of the same is compared. */
  readonly compare?: () => void;
  readonly goals?: Race["goals"];
}

/** What was given last, reachable so that no engine leaves the call out. */
export let lastGiven: unknown;

function raceOf({ name, ours, theirs, alone, compare = () => undefined, goals = {} }: Pair): Race {
  const times = (call: () => unknown) => (): void => {
    for (let at = 0; at < CALLS; at += 1) lastGiven = call();
  };
  return {
    name: `${name}, ${CALLS} times`,
    ours: { name: "fayger", run: ours.run },
    peers: [
      { name: "node:wasi", run: theirs.run },
      ...(alone === undefined ? [] : [{ name: "Node's function alone", run: times(alone) }]),
    ],
    goals,
    warmUp: 5,
    check: () => {
      ours.run();
      deepStrictEqual(ours.failed(), undefined);
      theirs.run();
      compare();
    },
  };
}

/** No goal: see what the clock takes alone. The engine makes the other call without any JavaScript. */
async function clockRace(): Promise<Race> {
  const ours = await emittingGuest({
    instructions: [timeClockMonotonic()],
    policy: { capabilities: ["time.clock"] },
  });
  const theirs = await wasiClock();
  return raceOf({
    name: "clock_monotonic / clock_time_get",
    ours,
    theirs,
    alone: () => process.hrtime.bigint(),
    compare: () => {
      theirs.run();
      ours.run();
      const found = new DataView(theirs.memory()).getBigUint64(WASI_RESULT, true);
      const reply = ours.reply();
      const difference = new DataView(reply.buffer, reply.byteOffset).getBigUint64(4) - found;
      ok(difference >= 0n && difference < 1_000_000_000n, "the two read different clocks");
    },
  });
}

async function randomRace(count: number): Promise<Race> {
  const ours = await emittingGuest({
    instructions: [randomRandomBytes(count)],
    policy: { capabilities: ["random.get"] },
  });
  const theirs = await wasiGuest(["random_get"], (call) => call("random_get", i32(DATA), i32(count)));
  return raceOf({
    name: `random_bytes / random_get, ${count} bytes`,
    ours,
    theirs,
    compare: () =>
      ok(
        new Uint8Array(theirs.memory(), DATA, count).some((byte) => byte !== 0),
        "no random bytes",
      ),
    goals: { "node:wasi": 1 },
  });
}

const ARGUMENTS = ["--verbose", "notes.txt", "--output", "report.csv"];
const ENVIRONMENT = { LANG: "nb_NO.UTF-8", TZ: "Europe/Oslo" };

async function argumentsRace(): Promise<Race> {
  const ours = await emittingGuest({
    instructions: [procArguments()],
    policy: { capabilities: ["proc.env"] },
    services: { arguments: ARGUMENTS },
  });
  const theirs = await wasiGuest(["args_get"], (call) => call("args_get", i32(WASI_RESULT), i32(DATA)), {
    args: ARGUMENTS,
  });
  return raceOf({
    name: "arguments / args_get",
    ours,
    theirs,
    compare: () => deepStrictEqual(textAt(theirs, DATA, ARGUMENTS[0]?.length ?? 0), ARGUMENTS[0]),
  });
}

async function environmentRace(): Promise<Race> {
  const ours = await emittingGuest({
    instructions: [procEnvironmentGet("LANG")],
    policy: { capabilities: ["proc.env"], environment: Object.keys(ENVIRONMENT) },
    services: { environment: ENVIRONMENT },
  });
  const theirs = await wasiGuest(["environ_get"], (call) => call("environ_get", i32(WASI_RESULT), i32(DATA)), {
    env: ENVIRONMENT,
  });
  return raceOf({
    name: "environment_get / environ_get",
    ours,
    theirs,
    compare: () => deepStrictEqual(textAt(theirs, DATA, 4), "LANG"),
  });
}

function textAt(guest: WasiGuest, at: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(guest.memory(), at, length));
}

async function fileRaces(): Promise<readonly Race[]> {
  const folder = join(temporaryFolder(), "wasi");
  mkdirSync(folder, { recursive: true });
  const content = Uint8Array.from({ length: FILE_BYTES }, (_, i) => i & 0xff);
  writeFileSync(join(folder, "data.bin"), content);
  const policy = {
    capabilities: ["fs.read", "fs.write"],
    file_roots: [{ guest_path: "/data", host_path: folder, writable: true }],
  };
  const open = { first: [ioFileOpenRead("/data/data.bin")], policy } as const;
  const openToWrite = { first: [ioFileOpenWrite("/data/data.bin", 0)], policy } as const;
  const pair = async (name: string, emissions: Emissions, theirs: WasiGuest, alone?: () => unknown): Promise<Pair> => {
    return { name, ours: await emittingGuest(emissions), theirs, ...(alone !== undefined && { alone }) };
  };
  const path = join(folder, "data.bin");
  const descriptor = openSync(path, "r+");
  const memory = new Uint8Array(FILE_BYTES);
  const guest = async (...parts: Parameters<typeof wasiGuest>): Promise<WasiGuest> => {
    const made = await wasiGuest(parts[0], parts[1], { preopens: { "/data": folder } });
    new Uint8Array(made.memory()).set(new TextEncoder().encode("data.bin"), PATH);
    deepStrictEqual(made.call("path_open", FOLDER, 0, PATH, 8, 0, RIGHTS, 0n, 0, WASI_RESULT), 0);
    deepStrictEqual(new DataView(made.memory()).getUint32(WASI_RESULT, true), FILE);
    return made;
  };
  const vector = (made: WasiGuest, length: number): WasiGuest => {
    const view = new DataView(made.memory());
    view.setUint32(VECTOR, DATA, true);
    view.setUint32(VECTOR + 4, length, true);
    return made;
  };
  const pairs: Pair[] = [];
  for (const length of [16, 4096]) {
    const theirs = vector(
      await guest(["fd_pread"], (call) =>
        call("fd_pread", i32(FILE), i32(VECTOR), i32(1), i64(1024n), i32(WASI_RESULT)),
      ),
      length,
    );
    const read = await pair(
      `file_read_at / fd_pread, ${length} bytes`,
      { ...open, instructions: [ioFileReadAt(HANDLE, 1024n, length)] },
      theirs,
      () => readSync(descriptor, memory, 0, length, 1024),
    );
    const compare = (): void => {
      deepStrictEqual(new Uint8Array(theirs.memory(), DATA, length), content.subarray(1024, 1024 + length));
    };
    pairs.push({ ...read, compare });
  }
  const written = content.subarray(0, 16);
  const writer = vector(
    await guest(["fd_pwrite"], (call) => call("fd_pwrite", i32(FILE), i32(VECTOR), i32(1), i64(0n), i32(WASI_RESULT))),
    written.length,
  );
  new Uint8Array(writer.memory()).set(written, DATA);
  pairs.push(
    await pair(
      "file_write_at / fd_pwrite, 16 bytes",
      { ...openToWrite, instructions: [ioFileWriteAt(HANDLE, 0n, written)] },
      writer,
      () => writeSync(descriptor, written, 0, written.length, 0),
    ),
    await pair(
      "file_seek / fd_seek",
      { ...open, instructions: [ioFileSeek(HANDLE, 100n, 0)] },
      await guest(["fd_seek"], (call) => call("fd_seek", i32(FILE), i64(100n), i32(0), i32(WASI_RESULT))),
    ),
    await pair(
      "file_size / fd_filestat_get",
      { ...open, instructions: [ioFileSize(HANDLE)] },
      await guest(["fd_filestat_get"], (call) => call("fd_filestat_get", i32(FILE), i32(WASI_RESULT))),
      () => fstatSync(descriptor).size,
    ),
    await pair(
      "path_stat / path_filestat_get",
      { policy, instructions: [ioPathStat("/data/data.bin")] },
      await guest(["path_filestat_get"], (call) =>
        call("path_filestat_get", i32(FOLDER), i32(0), i32(PATH), i32(8), i32(WASI_RESULT)),
      ),
      () => lstatSync(path),
    ),
    await pair(
      "file_open_read and close / path_open and fd_close",
      { policy, instructions: [ioFileOpenRead("/data/data.bin"), ioClose(0)], between: handOn(1, ioClose(0)) },
      await guest(["path_open", "fd_close"], (call) => [
        call(
          "path_open",
          i32(FOLDER),
          i32(0),
          i32(PATH),
          i32(8),
          i32(0),
          i64(RIGHTS),
          i64(0n),
          i32(0),
          i32(WASI_RESULT),
        ),
        call("fd_close", numberAt(WASI_RESULT)),
      ]),
      () => closeSync(openSync(path, "r")),
    ),
  );
  return pairs.map(raceOf);
}
