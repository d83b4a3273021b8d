import type { StatementStructures } from "ts-morph";

/** A file of `generated/`, ready to be written. */
export interface GeneratedFile {
  /** Path below `generated/`, with `/`. */
  readonly path: string;
  /** The whole content, ASCII, LF line ends, one LF at the end. */
  readonly text: string;
}

/** Names one module imports from another. */
export interface ImportLine {
  /** Module specifier as it is written, ending in `.js`. */
  readonly from: string;
  /** Imported names; a name used only as a type begins with `type `. */
  readonly names: readonly string[];
}

/** A TypeScript module before it is printed. */
export interface TypeScriptModule {
  /** Path below `generated/`, with `/`. */
  readonly path: string;
  /** Where the content comes from, for instance `spec/tables/quotas.yaml` or `rule \`manifest\` in spec/cddl/manifest.cddl`. */
  readonly origin: string;
  /** What a person edits to change the file, for instance `the table` or `that rule`. */
  readonly edit: string;
  /** The emitter's path below `codegen/src/emit/`, for instance `enum.ts`. */
  readonly emitter: string;
  readonly imports: readonly ImportLine[];
  /** Whole statements, in order. A string is printed as it stands. */
  readonly statements: readonly (StatementStructures | string)[];
}
