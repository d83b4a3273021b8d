import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import { HEADER_SIZE } from "../../generated/layouts/header.js";
import type { BufSource } from "../contracts/buf-source.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import type { EventPublisher } from "../contracts/event-bus.js";
import type { Sha256 } from "../contracts/security.js";
import { type FaygerError, isFaygerError } from "../errors/fayger-error.js";
import { type ArtifactAnatomy, type ArtifactPart, takeApart } from "./anatomy.js";
import { cut } from "./body-reads.js";
import { copyOf, equalBytes } from "./bytes.js";
import { type LoadLimits, resolveLimits } from "./limits.js";
import type { ParsedArtifact } from "./phases/load-context.js";
import { negotiateSchema } from "./phases/negotiate-version.js";
import { parse } from "./phases/parse.js";
import { checkHead, readOn, sliceHead } from "./phases/read-head.js";
import { verifyDigest } from "./phases/verify-digest.js";
import { verifyStructure } from "./phases/verify-structure.js";
import { planReads, type ReadRun } from "./read-plan.js";
import { compareDigest, type SelectedSection, verifyBody } from "./section-body.js";
import { type OpenedEnds, SourceReader } from "./source-reader.js";

/** How an artifact is looked at where it lies. */
export interface SourceAnatomyOptions {
  /** Whether bodies are read too; else only those are judged that came along with the head. */
  readonly bodies?: boolean;
  /** Limits that differ from the table `load-limits`. */
  readonly limits?: Partial<LoadLimits>;
  /** Receives `load.source_read`. */
  readonly events?: EventPublisher;
  readonly signal?: CancellationSignal;
}

/** The anatomy of an artifact in a source. */
export interface SourceAnatomy extends ArtifactAnatomy {
  /** The stored bytes of a part; absent of a body that was not read, that is long, or that came after many others. */
  readonly bytesOf: (part: ArtifactPart) => Uint8Array | undefined;
}

/** Length of the speculative read at the front, and of the pieces in which bodies are read. */
const FRONT_BYTES = 16_384;
const PIECE_BYTES = 8_388_608;
/** Bytes of bodies that are kept for whoever asks for them. */
const KEPT_BYTES = 67_108_864;

const SILENT: EventPublisher = { enabled: () => false, publish: () => undefined };

/**
 * The same as `describeArtifact` for an artifact in a source, of which no more is read than is told: as a load, in two
 * or three reads, and the bodies only where they are asked for. Closes the source.
 *
 * @throws FaygerError of the source: `LDR_SOURCE_UNAVAILABLE`, `LDR_SOURCE_CHANGED`, `LDR_TRUNCATED`; `LDR_ABORTED`
 */
export async function describeSource(
  source: BufSource,
  sha256: Sha256,
  options: SourceAnatomyOptions = {},
): Promise<SourceAnatomy> {
  const reader = new SourceReader(source, options.events ?? SILENT);
  try {
    const { signal } = options;
    const ends = await reader.open(FRONT_BYTES, LoaderPhase.ReadHead, signal);
    const { head, parsed, error } = await judge(reader, ends, sha256, options);
    const kept = new KeptBodies(parsed?.manifest?.assembly);
    const bytesOf = ({ offset, length }: Pick<ArtifactPart, "offset" | "length">): Uint8Array | undefined => {
      if (offset + length <= head.length) return head.subarray(offset, offset + length);
      const tailAt = ends.size - ends.tail.length;
      return offset >= tailAt ? ends.tail.subarray(offset - tailAt, offset - tailAt + length) : kept.at(offset);
    };
    const verdicts = new Map<string, FaygerError | undefined>();
    const unread: SelectedSection[] = [];
    // Only of an artifact that is right otherwise is it known where the bodies are.
    for (const section of error === undefined && parsed !== undefined ? sectionsOf(parsed) : []) {
      const { sectionId, at, length } = section;
      const held = length === 0 ? new Uint8Array() : bytesOf({ offset: at, length });
      if (held === undefined) unread.push(section);
      else verdicts.set(sectionId, verdictOn(section, held, sha256));
    }
    for (const run of options.bodies === true ? planReads(unread, PIECE_BYTES) : []) {
      for await (const [section, verdict, body] of readRun(reader, run, sha256, signal)) {
        verdicts.set(section.sectionId, verdict);
        if (body !== undefined) kept.keep(section, body);
      }
    }
    // What was read of another object says nothing about this one.
    if (options.bodies === true) await reader.checkUnchanged(LoaderPhase.ReadSections, signal);
    const inOrder = parsed === undefined ? [] : Array.from(parsed.index, ({ sectionId }) => verdicts.get(sectionId));
    const firstWrong = error ?? inOrder.find((verdict) => verdict !== undefined);
    const anatomy = takeApart({
      size: ends.size,
      bytesOf,
      isIntact: (part, entry) => {
        if (verdicts.has(entry.sectionId)) return verdicts.get(entry.sectionId) === undefined;
        const body = bytesOf(part);
        return body === undefined ? undefined : equalBytes(sha256.digest(body), entry.digest);
      },
      ...(firstWrong === undefined ? {} : { error: firstWrong }),
    });
    return { ...anatomy, bytesOf };
  } finally {
    await reader.close(LoaderPhase.ReadHead);
  }
}

interface Judgement {
  /** All that was read from the front on. */
  readonly head: Uint8Array;
  readonly parsed?: ParsedArtifact;
  readonly error?: FaygerError;
}

/** Every check up to `verify_digest`, and the version of the schema. */
async function judge(
  reader: SourceReader,
  { size, front, tail }: OpenedEnds,
  sha256: Sha256,
  { limits, signal }: SourceAnatomyOptions,
): Promise<Judgement> {
  const resolved = resolveLimits(limits);
  const header = verdictOf(() => checkHead(front, size, resolved));
  if (isFaygerError(header)) return { head: front, error: header };
  const end = HEADER_SIZE + header.manifestLength + header.sectionIndexLength;
  const head = end > front.length ? await readOn(reader, front, end, signal) : front;
  const parsed = verdictOf(() => parse(sliceHead(head, front, tail, header, size), resolved));
  if (isFaygerError(parsed)) return { head, error: parsed };
  const error = wrong(() => {
    verifyStructure(parsed);
    verifyDigest(parsed, sha256);
    negotiateSchema(parsed);
  });
  return { head, parsed, ...(error === undefined ? {} : { error }) };
}

function verdictOf<T>(check: () => T): T | FaygerError {
  try {
    return check();
  } catch (error) {
    if (isFaygerError(error)) return error;
    throw error;
  }
}

function wrong(check: () => void): FaygerError | undefined {
  const verdict = verdictOf(check);
  return isFaygerError(verdict) ? verdict : undefined;
}

function verdictOn(section: SelectedSection, body: Uint8Array, sha256: Sha256): FaygerError | undefined {
  return wrong(() => verifyBody(section, body, sha256));
}

/** Every section and where its body lies, in index order. */
function* sectionsOf({ index, bodiesAt }: ParsedArtifact): Generator<SelectedSection, undefined> {
  for (const entry of index) {
    // Named one by one: an entry gives its digest through a getter.
    const { sectionId, offset, length, digest } = entry;
    yield { sectionId, at: bodiesAt + offset, length, digest };
  }
  return undefined;
}

/** Read neighbours together and judge each; a body longer than a piece comes piece by piece, and is not given out. */
async function* readRun(
  reader: SourceReader,
  { at, length, bodies }: ReadRun<SelectedSection>,
  sha256: Sha256,
  signal: CancellationSignal | undefined,
): AsyncGenerator<readonly [SelectedSection, FaygerError | undefined, Uint8Array?], undefined> {
  const digest = sha256.incremental();
  let bytes: Uint8Array = new Uint8Array();
  for (const piece of cut({ at, length }, PIECE_BYTES)) {
    try {
      bytes = await reader.read(piece.at, piece.length, LoaderPhase.ReadSections, signal);
    } catch (error) {
      throw await reader.reasonFor(error, LoaderPhase.ReadSections, signal);
    }
    if (length > PIECE_BYTES) digest.update(bytes);
  }
  for (const section of bodies) {
    if (length > PIECE_BYTES) {
      yield [section, wrong(() => compareDigest(section, digest.digest()))];
    } else {
      const body = bytes.subarray(section.at - at, section.at - at + section.length);
      yield [section, verdictOn(section, body, sha256), body];
    }
  }
  return undefined;
}

/** Bodies that were read, within a bound of memory; the FayManifest of an assembled artifact in any case. */
class KeptBodies {
  readonly #assembly: string | undefined;
  readonly #bodies = new Map<number, Uint8Array>();
  #left = KEPT_BYTES;

  constructor(assembly: string | undefined) {
    this.#assembly = assembly;
  }

  keep({ sectionId, at, length }: SelectedSection, body: Uint8Array): void {
    if (length > this.#left && sectionId !== this.#assembly) return;
    this.#left -= length;
    // Copied: a body that stays must not keep all its neighbours in memory.
    this.#bodies.set(at, copyOf(body));
  }

  /** The body that begins there. */
  at(offset: number): Uint8Array | undefined {
    return this.#bodies.get(offset);
  }
}
