import type { SourceFile, SourceSpan } from "../../codegen/src/diagnostics/source.js";

/** How strongly a requirement binds. */
export type Level = "must" | "should" | "may";

/** Whether code and tests must answer for a requirement today. */
export type Status = "enforced" | "planned";

/** One requirement as a chapter states it. */
export interface Requirement {
  /** Anchor id, dotted lower-case words. */
  readonly id: string;
  /** Name of the chapter: its file name without `.md`. */
  readonly chapter: string;
  /** Nearest heading above, without its marks. */
  readonly heading: string;
  /** Strongest of MUST, SHOULD and MAY in the sentence. */
  readonly level: Level;
  /** The sentence, exactly as written. */
  readonly sentence: string;
  /** The line in the chapter. */
  readonly span: SourceSpan;
}

/** One entry of `spec/anchors.yaml`. */
export interface AnchorEntry {
  readonly id: string;
  readonly chapter: string;
  readonly heading: string;
  readonly level: Level;
  readonly sentence: string;
  readonly status: Status;
  /** For planned entries: the layer still to come. */
  readonly theme?: string;
  readonly span: SourceSpan;
}

/** What kind of file cites a requirement. */
export type CitationKind = "specification" | "implementation" | "helper" | "test";

/** A place that cites a requirement. */
export interface Citation {
  readonly id: string;
  readonly kind: CitationKind;
  readonly span: SourceSpan;
}

/** A statement of a test file that it goes through everything a schema or table file defines. */
export interface Coverage {
  /** The covered file, as `spec/cddl/manifest.cddl`. */
  readonly path: string;
  readonly span: SourceSpan;
}

/** The files the tool looks at, already read. Paths are relative to the repository, with `/`. */
export interface SpecTree {
  /** `spec/README.md`, whose links give the order of the chapters. */
  readonly readme: SourceFile | undefined;
  readonly chapters: readonly SourceFile[];
  readonly anchors: SourceFile | undefined;
  /** Schemas and tables. */
  readonly specification: readonly SourceFile[];
  /** Everything that implements the specification, tests and what only tests use excluded. */
  readonly implementation: readonly SourceFile[];
  /** What only tests use: their citations must exist and count for nothing. */
  readonly helpers: readonly SourceFile[];
  readonly tests: readonly SourceFile[];
  /** Whether a file or folder of the repository exists. */
  readonly exists: (path: string) => boolean;
}

/** Form of an anchor id: dotted, lower-case, words joined by hyphens; at least two parts. */
export const anchorIdPattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+$/;
