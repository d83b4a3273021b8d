import type { Manifest } from "../../generated/codecs/manifest.js";
import type { SectionIndex } from "../../generated/codecs/section-index.js";
import type { SkipReason } from "../../generated/enums/skip-reason.js";
import type { TrustLevel } from "../../generated/enums/trust-level.js";
import type { CancellationSignal } from "./cancellation.js";

/** When section bodies are read. @spec loader.strategy */
export type LoadStrategy = "eager" | "lazy";

/**
 * A verified artifact: what the loader hands to the runtime.
 *
 * @spec loader.hand-off
 */
export interface BufObject {
  /** The decoded manifest. */
  readonly manifest: Manifest;
  /** SHA-256 of the manifest bytes as stored; identifies the whole artifact. 32 bytes. */
  readonly manifestDigest: Uint8Array;
  /** The decoded section index. */
  readonly index: SectionIndex;
  /** How far the artifact is trusted. */
  readonly trust: TrustLevel;
  /** Whether bodies were read at load. */
  readonly strategy: LoadStrategy;
  /** What was selected and what was left out, and why. */
  readonly selection: SelectionReport;
  /** The bodies. */
  readonly sections: SectionAccess;
  /** Give back the source and the cached bodies. */
  close(): Promise<void>;
}

/** What the selection did with every section, in index order. @spec selection.report */
export interface SelectionReport {
  /** Section ids that were selected, in index order. */
  readonly selected: readonly string[];
  /** Sections that were left out, each with the reason. */
  readonly skipped: readonly SkippedSection[];
  /** Sum of the selected bodies in bytes. */
  readonly selectedBytes: number;
}

/** A section that was left out. */
export interface SkippedSection {
  /** The section. */
  readonly sectionId: string;
  /** Which rule left it out. */
  readonly reason: SkipReason;
  /** Length of its body in bytes. */
  readonly length: number;
}

/** How a body is streamed. */
export interface StreamOptions {
  /**
   * First byte of the body that is handed out. Those before it are read and verified, and not handed out: for going on
   * after a stream that broke.
   *
   * @defaultValue 0
   */
  readonly offset?: number;
  /**
   * Whether the next piece may be put into the memory of this one: for a caller that is done with each piece before it
   * asks for the next, and keeps none. Memory then stays the same however long the body is.
   *
   * @defaultValue false
   */
  readonly reuseMemory?: boolean;
  /** Stops the stream with `LDR_ABORTED`. */
  readonly signal?: CancellationSignal;
}

/**
 * Access to verified bodies. No byte leaves here before the body's digest has been checked, except through
 * {@link SectionAccess.stream}.
 *
 * @spec loader.read-sections
 */
export interface SectionAccess {
  /**
   * The whole body of a selected section. Bytes are shared between callers: do not write to them.
   *
   * @throws FaygerError `LDR_SECTION_NOT_SELECTED`, `LDR_DIGEST_MISMATCH`, `LDR_TRUNCATED`, `LDR_SOURCE_CHANGED`,
   * `LDR_SOURCE_UNAVAILABLE`, `LDR_ABORTED`
   */
  read(sectionId: string, signal?: CancellationSignal): Promise<Uint8Array>;
  /**
   * The same without waiting, or `undefined` where the body is not at hand and the source cannot be read without
   * waiting. Throws what {@link SectionAccess.read} throws.
   */
  readSync(sectionId: string): Uint8Array | undefined;
  /**
   * Whether {@link SectionAccess.readSync} answers for a selected section at any time, without waiting. A body that
   * is only at hand for a while does not count. Absent means that nobody knows before asking.
   */
  readsWithoutWaiting?(sectionId: string): boolean;
  /**
   * The body piece by piece, also one that is longer than memory. **The bytes are provisional**: nothing of them is
   * verified before the iteration ends, and it ends without an error only when the digest of the whole body is right.
   * Who leaves before the end stops the reads and has nothing confirmed. Each piece belongs to the caller. A body that
   * is streamed is not kept. Nothing is read before the first piece is asked for.
   *
   * @throws FaygerError from the iterator: what {@link SectionAccess.read} throws
   * @throws TypeError from the iterator, where `offset` is no integer from 0 to the length of the body: a fault of the calling program
   * @spec loader.read-sections.streaming
   */
  stream(sectionId: string, options?: StreamOptions): AsyncIterableIterator<Uint8Array>;
  /**
   * Read the body from the source and verify it, in memory that does not depend on its length, and keep nothing.
   *
   * @throws FaygerError what {@link SectionAccess.read} throws
   * @spec loader.read-sections.bounded
   */
  verify(sectionId: string, signal?: CancellationSignal): Promise<void>;
  /**
   * Read bodies that will be asked for soon, neighbours together. What does not fit into the loader's `cacheBytes`,
   * counted in index order, is left to its first access.
   *
   * @throws FaygerError what {@link SectionAccess.read} throws, of one section that fails; the others are at hand all
   * the same
   * @spec loader.read-sections.prefetch
   */
  prefetch(sectionIds: Iterable<string>, signal?: CancellationSignal): Promise<void>;
  /** Whether a section was selected. */
  isSelected(sectionId: string): boolean;
}
