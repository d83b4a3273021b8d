import { LoaderPhase } from "../../generated/enums/loader-phase.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import type { IncrementalDigest, Sha256 } from "../contracts/security.js";
import { hostError } from "../errors/host-error.js";
import { equalBytes } from "./bytes.js";
import { digestOf } from "./digest.js";
import { aborted, digestMismatch, sourceUnavailable } from "./failure.js";
import type { PlannedBody } from "./read-plan.js";

const PHASE = LoaderPhase.ReadSections;

/** The buffer of a body is made when so many of its bytes have arrived that it is at most this many times as long. */
const GROWTH = 4;

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

/** The same for a body that nobody else can see yet. @throws FaygerError `LDR_DIGEST_MISMATCH`, `LDR_ABORTED` */
export async function verifyUnseenBody(
  section: SelectedSection,
  body: Uint8Array,
  sha256: Sha256,
  signal: CancellationSignal,
): Promise<void> {
  const found = digestOf(body, sha256, signal, () => aborted(PHASE));
  compareDigest(section, found instanceof Uint8Array ? found : await found);
}

/** @throws FaygerError `LDR_DIGEST_MISMATCH` */
export function compareDigest({ sectionId, digest, at }: SelectedSection, found: Uint8Array): void {
  if (!equalBytes(digest, found)) throw digestMismatch(PHASE, "section", at, digest, found, sectionId);
}

/**
 * One body, put together from its pieces in their order and then verified. Memory grows with what the source has really
 * delivered, never with what the index declares: up to a quarter of the body is held as it came; then the one buffer is
 * made that the rest goes straight into. The most that is held is 1.25 times the body, and the reads under way.
 *
 * Made anew for every read, so that nothing that was verified once is believed twice.
 *
 * @spec loader.limits.allocation, loader.limits.growth, loader.read-sections.again
 */
export class BodyAssembly {
  readonly #section: SelectedSection;
  readonly #source: string;
  readonly #sha256: Sha256;
  /** Hashes the pieces as they arrive; absent where the whole body is to be hashed at its end. */
  #digest: IncrementalDigest | undefined;
  #pieces: Uint8Array[] = [];
  #body: Uint8Array | undefined;
  #arrived = 0;

  /** How much of a body of some length has to arrive before its buffer is made. */
  static bytesBeforeBuffer(length: number): number {
    return Math.ceil(length / GROWTH);
  }

  /** @param source how errors name the source */
  constructor(section: SelectedSection, source: string, sha256: Sha256) {
    this.#section = section;
    this.#source = source;
    this.#sha256 = sha256;
  }

  /** Where a read may put its bytes; `undefined` as long as there is no buffer yet. */
  roomFor(at: number, length: number): Uint8Array | undefined {
    const start = at - this.#section.at;
    return this.#body?.subarray(start, start + length);
  }

  /** The next piece. @throws FaygerError `LDR_SOURCE_UNAVAILABLE` where the host has no room for the body */
  add(piece: Uint8Array): void {
    const isWhole = piece.length === this.#section.length;
    // Of several pieces each is hashed while it is still in the processor's cache, except where the host has something
    // better for long bodies.
    if (!isWhole && this.#sha256.digestLong === undefined) {
      this.#digest ??= this.#sha256.incremental();
      this.#digest.update(piece);
    }
    if (this.#body === undefined) this.#pieces.push(piece);
    else if (!this.#isInPlace(piece, this.#body)) this.#body.set(piece, this.#arrived);
    this.#arrived += piece.length;
    if (!isWhole && this.#body === undefined && this.#arrived >= BodyAssembly.bytesBeforeBuffer(this.#section.length))
      this.#makeBody();
  }

  /**
   * The whole body, verified.
   *
   * @throws FaygerError `LDR_DIGEST_MISMATCH`, `LDR_ABORTED`
   */
  async finish(signal: CancellationSignal): Promise<Uint8Array> {
    const body = this.#whole();
    if (this.#digest === undefined) await verifyUnseenBody(this.#section, body, this.#sha256, signal);
    else compareDigest(this.#section, this.#digest.digest());
    return body;
  }

  /** The same without waiting. */
  finishSync(): Uint8Array {
    const body = this.#whole();
    compareDigest(this.#section, this.#digest?.digest() ?? this.#sha256.digest(body));
    return body;
  }

  #whole(): Uint8Array {
    return this.#body ?? this.#pieces[0] ?? new Uint8Array();
  }

  #isInPlace(piece: Uint8Array, body: Uint8Array): boolean {
    return piece.buffer === body.buffer && piece.byteOffset === this.#arrived;
  }

  #makeBody(): void {
    const { at: offset, length } = this.#section;
    let body: Uint8Array;
    try {
      body = new Uint8Array(length);
    } catch (error) {
      // @spec loader.coded-errors: a body may be longer than anything the host can hold in one piece.
      const reason = "the host has no room for the body";
      throw sourceUnavailable(PHASE, this.#source, reason, { offset, length }, hostError(error, "allocate"));
    }
    let done = 0;
    for (const piece of this.#pieces) {
      body.set(piece, done);
      done += piece.length;
    }
    this.#pieces = [];
    this.#body = body;
  }
}
