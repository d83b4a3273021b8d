import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import type { IncrementalDigest, Sha256 } from "../contracts/security.js";
import { hostError } from "../errors/host-error.js";
import { concatenate, equalBytes } from "./bytes.js";
import { digestMismatch, sourceUnavailable } from "./failure.js";
import type { PlannedBody } from "./read-plan.js";
import type { SourceReader } from "./source-reader.js";

const PHASE = LoaderPhase.ReadSections;

/** A selected section and where its body lies. */
export interface SelectedSection extends PlannedBody {
  readonly sectionId: string;
  /** The digest the index pins. */
  readonly digest: Uint8Array;
}

/**
 * Compare a whole body with its digest.
 *
 * @throws FaygerError `LDR_DIGEST_MISMATCH`
 * @spec loader.read-sections
 */
export function verifyBody(section: SelectedSection, body: Uint8Array, sha256: Sha256): void {
  compareDigest(section, sha256.digest(body));
}

/**
 * Read one body and verify it. A body of several pieces is hashed while it arrives, so that memory grows with what the
 * source has really delivered and never with what the index declares.
 *
 * @spec loader.limits.allocation
 */
export async function readBody(
  section: SelectedSection,
  reader: SourceReader,
  sha256: Sha256,
  pieceBytes: number,
  signal: CancellationSignal | undefined,
): Promise<Uint8Array> {
  const assembly = new BodyAssembly(section, reader.description, sha256);
  for (const { at, length } of pieces(section, pieceBytes)) assembly.add(await reader.read(at, length, PHASE, signal));
  return assembly.finish();
}

/** The same, keeping nothing: for a verdict in memory that does not depend on the body's length. */
export async function checkBody(
  section: SelectedSection,
  reader: SourceReader,
  sha256: Sha256,
  pieceBytes: number,
  signal: CancellationSignal | undefined,
): Promise<void> {
  const digest = sha256.incremental();
  for (const { at, length } of pieces(section, pieceBytes)) {
    digest.update(await reader.read(at, length, PHASE, signal));
  }
  compareDigest(section, digest.digest());
}

/** The same as {@link readBody} without waiting. */
export function readBodySync(
  section: SelectedSection,
  reader: SourceReader,
  sha256: Sha256,
  pieceBytes: number,
): Uint8Array {
  const assembly = new BodyAssembly(section, reader.description, sha256);
  for (const { at, length } of pieces(section, pieceBytes)) assembly.add(reader.readSync(at, length, PHASE));
  return assembly.finish();
}

function* pieces({ at, length }: PlannedBody, pieceBytes: number): Generator<PlannedBody> {
  for (let done = 0; done < length; done += pieceBytes) {
    yield { at: at + done, length: Math.min(pieceBytes, length - done) };
  }
}

// @spec loader.read-sections.again
// @spec loader.read-sections.bounded: made anew for every read, so nothing that was verified once is believed twice.
class BodyAssembly {
  readonly #section: SelectedSection;
  readonly #source: string;
  readonly #digest: IncrementalDigest;
  readonly #pieces: Uint8Array[] = [];

  constructor(section: SelectedSection, source: string, sha256: Sha256) {
    this.#section = section;
    this.#source = source;
    this.#digest = sha256.incremental();
  }

  add(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#digest.update(piece);
  }

  /** @throws FaygerError `LDR_DIGEST_MISMATCH`; `LDR_SOURCE_UNAVAILABLE` where the host has no room for the body */
  finish(): Uint8Array {
    compareDigest(this.#section, this.#digest.digest());
    const [only] = this.#pieces;
    if (only !== undefined && this.#pieces.length === 1) return only;
    try {
      return concatenate(this.#pieces);
    } catch (error) {
      // @spec loader.coded-errors: a body may be longer than anything the host can hold in one piece.
      const { at: offset, length } = this.#section;
      const reason = "the host has no room for the body";
      throw sourceUnavailable(PHASE, this.#source, reason, { offset, length }, hostError(error, "allocate"));
    }
  }
}

function compareDigest({ sectionId, digest, at }: SelectedSection, found: Uint8Array): void {
  if (!equalBytes(digest, found)) throw digestMismatch(PHASE, "section", at, digest, found, sectionId);
}
