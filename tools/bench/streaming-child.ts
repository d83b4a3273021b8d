// A process that verifies one long section in one way and tells what that took. `suites/streaming.ts` starts it.
import { createHash, type Hash } from "node:crypto";
import { closeSync, createReadStream, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { LONG_SECTION } from "./long-section.js";

/** What one process tells. */
export interface StreamingReport {
  readonly milliseconds: number;
  /** Most memory the process ever held. */
  readonly peakMiB: number;
  /** SHA-256 of the body in hexadecimal digits, as it was computed or, where Fayger has verified it, as it is pinned. */
  readonly digest: string;
}

/** Bytes of one read. */
const PIECE = 262_144;
/** Bytes between head and long section. */
const SHORT_BODY = 64;
const TRAILER_BYTES = 44;

type Way = (path: string) => Promise<string>;

const WAYS: Readonly<Record<string, Way>> = {
  idle: async () => "",
  bare: async (path) => {
    const hash = createHash("sha256");
    const { file, at, end } = openLongSection(path);
    const buffer = new Uint8Array(PIECE);
    for (let done = at; done < end; ) {
      const count = readSync(file, buffer, 0, Math.min(PIECE, end - done), done);
      hash.update(buffer.subarray(0, count));
      done += count;
    }
    closeSync(file);
    return hash.digest("hex");
  },
  pipeline: async (path) => {
    const { file, at, end } = openLongSection(path);
    const hash: Hash = createHash("sha256");
    const stream = createReadStream("", { fd: file, start: at, end: end - 1, highWaterMark: PIECE });
    await pipeline(stream, hash);
    return hash.digest("hex");
  },
  verify: async (path) => {
    const object = await open(path);
    await object.sections.verify(LONG_SECTION);
    await object.close();
    return pinned(object);
  },
  stream: (path) => streamed(path, true),
  pieces: (path) => streamed(path, false),
};

async function streamed(path: string, reuseMemory: boolean): Promise<string> {
  const object = await open(path);
  let length = 0;
  for await (const piece of object.sections.stream(LONG_SECTION, { reuseMemory })) length += piece.length;
  await object.close();
  const expected = [...object.index].find(({ sectionId }) => sectionId === LONG_SECTION)?.length;
  if (length !== expected) throw new Error(`the stream has ${length} bytes of ${expected}`);
  return pinned(object);
}

function openLongSection(path: string): { readonly file: number; readonly at: number; readonly end: number } {
  const file = openSync(path, "r");
  const header = Buffer.alloc(48);
  readSync(file, header, 0, 48, 0);
  const at = 48 + Number(header.readBigUInt64BE(24)) + Number(header.readBigUInt64BE(40)) + SHORT_BODY;
  return { file, at, end: fstatSync(file).size - TRAILER_BYTES };
}

/** Only what a program that loads from a file needs; imported here, so that the other ways do not pay for it. */
async function open(path: string) {
  const [{ createFileSource }, { benchLoader, PROFILE }] = await Promise.all([
    import("../../reference/loader/sources/index.js"),
    import("./bench-loader.js"),
  ]);
  return benchLoader().loader.load(createFileSource(path), { profile: PROFILE });
}

function pinned({ index }: Awaited<ReturnType<typeof open>>): string {
  const entry = [...index].find(({ sectionId }) => sectionId === LONG_SECTION);
  return Buffer.from(entry?.digest ?? []).toString("hex");
}

/** Linux counts for a new process what its parent held before it began another program, except in this file. */
function peakMiB(): number {
  try {
    const [, kib] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (kib !== undefined) return Number(kib) / 1024;
  } catch {
    // Another system.
  }
  return process.resourceUsage().maxRSS / 1024;
}

const [mode = "", path = ""] = process.argv.slice(2);
const way = WAYS[mode];
if (way === undefined) throw new Error(`no such way: ${mode}`);
const start = performance.now();
const digest = await way(path);
const report: StreamingReport = { milliseconds: performance.now() - start, peakMiB: peakMiB(), digest };
process.stdout.write(JSON.stringify(report));
