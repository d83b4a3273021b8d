import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import { HEADER_SIZE } from "../../generated/layouts/header.js";
import type { BufSource } from "../contracts/buf-source.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import type { EventPublisher } from "../contracts/event-bus.js";
import type { Sha256 } from "../contracts/security.js";
import { type FaygerError, isFaygerError } from "../errors/fayger-error.js";
import { type ArtifactAnatomy, type ArtifactPart, takeApart } from "./anatomy.js";
import { equalBytes } from "./bytes.js";
import { type LoadLimits, resolveLimits } from "./limits.js";
import type { ParsedArtifact } from "./phases/load-context.js";
import { negotiateSchema } from "./phases/negotiate-version.js";
import { parse } from "./phases/parse.js";
import { checkHead, readOn, sliceHead } from "./phases/read-head.js";
import { verifyDigest } from "./phases/verify-digest.js";
import { verifyStructure } from "./phases/verify-structure.js";
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
  /** The stored bytes of a part; absent of a body that was not read, or is long. */
  readonly bytesOf: (part: ArtifactPart) => Uint8Array | undefined;
}

/** Length of the speculative read at the front, and of the pieces in which bodies are read. */
const FRONT_BYTES = 16_384;
const PIECE_BYTES = 8_388_608;

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
    const bytesOf = ({ offset, length }: Pick<ArtifactPart, "offset" | "length">): Uint8Array | undefined => {
      if (offset + length <= head.length) return head.subarray(offset, offset + length);
      const tailAt = ends.size - ends.tail.length;
      return offset >= tailAt ? ends.tail.subarray(offset - tailAt, offset - tailAt + length) : undefined;
    };
    const verdicts = new Map<string, FaygerError | undefined>();
    // Only of an artifact that is right otherwise is it known where the bodies are.
    for (const entry of error === undefined ? (parsed?.index ?? []) : []) {
      // Named one by one: an entry gives its digest through a getter.
      const { sectionId, length, digest } = entry;
      const section = { sectionId, length, digest, at: (parsed?.bodiesAt ?? 0) + entry.offset };
      const held = bytesOf({ offset: section.at, length: entry.length });
      if (held !== undefined)
        verdicts.set(
          entry.sectionId,
          wrong(() => verifyBody(section, held, sha256)),
        );
      else if (options.bodies === true)
        verdicts.set(entry.sectionId, await readBody(reader, section, sha256, options.signal));
    }
    const firstWrong = error ?? [...verdicts.values()].find((verdict) => verdict !== undefined);
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
    verifyDigest(parsed, sha256, undefined);
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

/** Read a body piece by piece and keep none of it. */
async function readBody(
  reader: SourceReader,
  section: SelectedSection,
  sha256: Sha256,
  signal: CancellationSignal | undefined,
): Promise<FaygerError | undefined> {
  const digest = sha256.incremental();
  for (let done = 0; done < section.length; ) {
    const length = Math.min(PIECE_BYTES, section.length - done);
    digest.update(await reader.read(section.at + done, length, LoaderPhase.ReadSections, signal));
    done += length;
  }
  return wrong(() => compareDigest(section, digest.digest()));
}
