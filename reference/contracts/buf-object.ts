import type { Manifest } from "../../generated/codecs/manifest.js";
import type { SectionIndex } from "../../generated/codecs/section-index.js";
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
  /** Which rule left it out: `terminal`, `capabilities`, `features`, `memory`, `unknown_constraint`, `max_section_bytes`, `max_total_bytes`. */
  readonly reason: string;
}

/**
 * Access to verified bodies. No byte leaves here before the body's digest has been checked.
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
  /** Whether a section was selected. */
  isSelected(sectionId: string): boolean;
}
