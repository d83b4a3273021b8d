import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import type { IncrementalDigest, Sha256 } from "../contracts/security.js";
import { inOrder } from "./in-order.js";
import { type PlannedBody, planReads } from "./read-plan.js";
import { BodyAssembly, compareDigest, type SelectedSection, verifyBody, verifyUnseenBody } from "./section-body.js";
import type { SourceReader } from "./source-reader.js";

const PHASE = LoaderPhase.ReadSections;

/** Longest read of a body of which nothing is kept: several of them are under way at one time. */
const PASSING_BYTES = 1_048_576;
/** The same into memory that is used again, which then stays in the processor's cache between read and digest. */
const PASSING_BYTES_IN_PLACE = 262_144;

/** What reading bodies needs. */
export interface BodyReading {
  readonly reader: SourceReader;
  readonly sha256: Sha256;
  /** Longest single read, in bytes. */
  readonly pieceBytes: number;
  /** Reads that may be under way at one time. */
  readonly concurrency: number;
}

/** Read one body and verify it. */
export async function readBody(
  section: SelectedSection,
  reading: BodyReading,
  signal: CancellationSignal,
): Promise<Uint8Array> {
  const { reader, sha256, pieceBytes, concurrency } = reading;
  // Nearly every body is one read, and needs nothing put together.
  if (isOneRead(section, pieceBytes)) {
    const body = await reader.read(section.at, section.length, PHASE, signal);
    await verifyUnseenBody(section, body, sha256, signal);
    return body;
  }
  const assembly = new BodyAssembly(section, reader.description, sha256);
  const { at, length } = section;
  // Where reads can go straight into the buffer, just as much comes before it as it takes to make it: what was read
  // outside it has to be copied into it.
  const before = reader.readsInPlace ? Math.min(pieceBytes, BodyAssembly.bytesBeforeBuffer(length)) : 0;
  if (before > 0) assembly.add(await reader.read(at, before, PHASE, signal));
  const rest = cut({ at: at + before, length: length - before }, pieceBytes);
  const jobs = readsOf(rest, reader, signal, assembly.roomFor.bind(assembly));
  for await (const piece of inOrder(jobs, concurrency)) assembly.add(piece);
  return assembly.finish(signal);
}

/** The same without waiting. */
export function readBodySync(section: SelectedSection, { reader, sha256, pieceBytes }: BodyReading): Uint8Array {
  if (isOneRead(section, pieceBytes)) {
    const body = reader.readSync(section.at, section.length, PHASE);
    verifyBody(section, body, sha256);
    return body;
  }
  // Whoever cannot wait for a read cannot wait for a digest either.
  const waitless = { digest: (bytes: Uint8Array) => sha256.digest(bytes), incremental: () => sha256.incremental() };
  const assembly = new BodyAssembly(section, reader.description, waitless);
  for (const { at, length } of cut(section, pieceBytes)) {
    assembly.add(reader.readSync(at, length, PHASE));
  }
  return assembly.finishSync();
}

function isOneRead({ length }: PlannedBody, pieceBytes: number): boolean {
  return length > 0 && length <= pieceBytes;
}

/** How a body is streamed. */
export interface BodyStreaming {
  /** The bytes, where they need not be read. */
  readonly atHand: Uint8Array | undefined;
  /** Whether a piece may be overwritten as soon as the next one is asked for. */
  readonly reuseMemory: boolean;
}

/**
 * The pieces of one body as they arrive, and then the verdict: the end comes only where the digest is right.
 *
 * @spec loader.read-sections.streaming.end, loader.read-sections.bounded
 */
export async function* streamBody(
  section: SelectedSection,
  reading: BodyReading,
  signal: CancellationSignal,
  { atHand, reuseMemory }: BodyStreaming,
): AsyncGenerator<Uint8Array, undefined> {
  const { reader, sha256, concurrency } = reading;
  const digest = sha256.incremental();
  const pieces = cut(section, passingBytes(reading));
  const roomFor = reuseMemory ? ringOf(concurrency) : noRoom;
  const jobs = atHand === undefined ? readsOf(pieces, reader, signal, roomFor) : copiesOf(pieces, atHand, section.at);
  for await (const piece of inOrder(jobs, concurrency)) {
    // Before it is handed out: whoever gets it may change it.
    digest.update(piece);
    yield piece;
  }
  compareDigest(section, digest.digest());
  return undefined;
}

/** A body and the bytes of it that were verified. */
export interface VerifiedBody {
  readonly section: SelectedSection;
  /** Absent where bodies are not kept. */
  readonly body: Uint8Array | undefined;
}

/** How many bodies are read. */
export interface BodySweep {
  /** The bytes of a body, where they need not be read. */
  readonly atHand: (section: SelectedSection) => Uint8Array | undefined;
  /** Whether the bodies are wanted, or only the verdict. */
  readonly isKept: boolean;
  /** Told how many bytes a read has brought. */
  readonly onRead: (bytes: number) => void;
}

/**
 * Many bodies, verified one after the other in index order, so that the first one that is wrong is the one that is
 * reported, whatever arrives first. Neighbours are joined into one read; a long body is several reads. Reads start in
 * index order, and only so many are ever under way.
 *
 * @param sections in index order
 * @spec loader.read-sections.order, loader.read-sections.coalesced
 */
export async function* verifiedBodies(
  sections: readonly SelectedSection[],
  reading: BodyReading,
  signal: CancellationSignal,
  { atHand, isKept, onRead }: BodySweep,
): AsyncGenerator<VerifiedBody, undefined> {
  const { reader, sha256, concurrency } = reading;
  const longest = isKept ? reading.pieceBytes : passingBytes(reading);
  const remote = sections.filter((section) => atHand(section) === undefined);
  const assemblies = new Map<number, BodyAssembly>();
  for (const section of remote) {
    if (isKept && section.length > longest) {
      assemblies.set(section.at, new BodyAssembly(section, reader.description, sha256));
    }
  }
  const ring = isKept ? noRoom : ringOf(concurrency);

  function* jobs(): Generator<() => Promise<Uint8Array>, undefined> {
    for (const run of planReads(remote, longest)) {
      // Only a run of one body is longer than a read.
      const assembly = assemblies.get(run.at);
      yield* readsOf(cut(run, longest), reader, signal, assembly?.roomFor.bind(assembly) ?? ring);
    }
    return undefined;
  }

  const pieces = inOrder(jobs(), concurrency);
  const nextPiece = async (): Promise<Uint8Array> => {
    const { value } = await pieces.next();
    const piece = value ?? new Uint8Array();
    onRead(piece.length);
    return piece;
  };
  let at = 0;
  let piece: Uint8Array = new Uint8Array();
  for (const section of sections) {
    const part = atHand(section);
    if (part !== undefined) {
      verifyBody(section, part, sha256);
      yield { section, body: isKept ? part : undefined };
    } else if (section.length > longest) {
      const assembly = assemblies.get(section.at);
      const sink = assembly ?? new PassingBody(section, sha256);
      for (let arrived = 0; arrived < section.length; ) {
        const next = await nextPiece();
        arrived += next.length;
        sink.add(next);
      }
      assemblies.delete(section.at);
      yield { section, body: await sink.finish(signal) };
    } else {
      if (section.at >= at + piece.length) [at, piece] = [section.at, await nextPiece()];
      const body = piece.subarray(section.at - at, section.at - at + section.length);
      await verifyUnseenBody(section, body, sha256, signal);
      yield { section, body: isKept ? body : undefined };
    }
  }
  return undefined;
}

/** A body of which only the verdict is wanted. */
class PassingBody {
  readonly #section: SelectedSection;
  readonly #digest: IncrementalDigest;

  constructor(section: SelectedSection, sha256: Sha256) {
    this.#section = section;
    this.#digest = sha256.incremental();
  }

  add(piece: Uint8Array): void {
    this.#digest.update(piece);
  }

  async finish(_signal: CancellationSignal): Promise<undefined> {
    compareDigest(this.#section, this.#digest.digest());
  }
}

/** A run of bytes in pieces of a bounded length. */
export function* cut({ at, length }: PlannedBody, pieceBytes: number): Generator<PlannedBody, undefined> {
  for (let done = 0; done < length; done += pieceBytes) {
    yield { at: at + done, length: Math.min(pieceBytes, length - done) };
  }
  return undefined;
}

/** Where a read may put its bytes, if it can; asked when the read starts. */
type RoomFor = (at: number, length: number) => Uint8Array | undefined;

const noRoom: RoomFor = () => undefined;

function* readsOf(
  pieces: Iterable<PlannedBody>,
  reader: SourceReader,
  signal: CancellationSignal,
  roomFor: RoomFor,
): Generator<() => Promise<Uint8Array>, undefined> {
  for (const { at, length } of pieces) yield () => reader.read(at, length, PHASE, signal, () => roomFor(at, length));
  return undefined;
}

function* copiesOf(
  pieces: Iterable<PlannedBody>,
  bytes: Uint8Array,
  base: number,
): Generator<() => Promise<Uint8Array>, undefined> {
  for (const { at, length } of pieces) yield async () => bytes.slice(at - base, at - base + length);
  return undefined;
}

/** Buffers in turn, as many as reads can be under way: the one whose piece was used up is the next to be filled. */
function ringOf(count: number): RoomFor {
  const buffers: Uint8Array[] = [];
  let turn = 0;
  return (_at, length) => {
    const slot = turn % count;
    turn += 1;
    let buffer = buffers[slot];
    if (buffer === undefined || buffer.length < length) buffer = buffers[slot] = new Uint8Array(length);
    return buffer.subarray(0, length);
  };
}

function passingBytes({ reader, pieceBytes }: BodyReading): number {
  return Math.min(pieceBytes, reader.readsInPlace ? PASSING_BYTES_IN_PLACE : PASSING_BYTES);
}
