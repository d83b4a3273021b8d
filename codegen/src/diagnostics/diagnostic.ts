import type { SourceSpan } from "./source.js";

/** `error` stops the command with exit code 1; `warning` is reported and work goes on. */
export type Severity = "error" | "warning";

/** A second place that explains the first, for example where a name was defined before. */
export interface RelatedLocation {
  readonly span: SourceSpan;
  /** What is at that place; may be empty when the note above it says enough. */
  readonly message: string;
}

/** Replaces `[start, end)` (offsets in `file`) by `replacement`. */
export interface TextEdit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** `safe`: keeps the meaning that was intended beyond doubt. `unsafe`: a likely guess that a person must judge. */
export type FixApplicability = "safe" | "unsafe";

/** A change that would remove the diagnostic. */
export interface Fix {
  /** Imperative, lower case, no full stop: "replace with `capability-set`". */
  readonly title: string;
  readonly applicability: FixApplicability;
  readonly edits: readonly TextEdit[];
}

/** One finding about an input file. Create it with `createDiagnostic` of `registry.ts`, never by hand. */
export interface Diagnostic {
  /** `namespace/kebab-case`, a key of the registry. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence fragment: lower case first letter, names in backticks, no full stop. */
  readonly message: string;
  readonly span: SourceSpan;
  readonly related: readonly RelatedLocation[];
  /** Facts that explain the finding. */
  readonly notes: readonly string[];
  /** What the reader can do, in general words. */
  readonly help: readonly string[];
  readonly fixes: readonly Fix[];
  /** Anchor id of the requirement behind the finding, from `spec/anchors.yaml`. */
  readonly spec?: string;
}

/** The optional parts of a diagnostic, given at the place that reports it. */
export interface DiagnosticDetails {
  readonly related?: readonly RelatedLocation[];
  readonly notes?: readonly string[];
  readonly help?: readonly string[];
  readonly fixes?: readonly Fix[];
  readonly spec?: string;
}

/** How many diagnostics of each severity there are. */
export interface DiagnosticCounts {
  readonly errors: number;
  readonly warnings: number;
}

/** Counts diagnostics by severity. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): DiagnosticCounts {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  return { errors, warnings: diagnostics.length - errors };
}

/** `2 errors, 1 warning`; kinds that did not occur are left out; `no errors` when nothing occurred. */
export function summaryLine(counts: DiagnosticCounts): string {
  const parts: string[] = [];
  if (counts.errors > 0) parts.push(counts.errors === 1 ? "1 error" : `${counts.errors} errors`);
  if (counts.warnings > 0) parts.push(counts.warnings === 1 ? "1 warning" : `${counts.warnings} warnings`);
  return parts.length === 0 ? "no errors" : parts.join(", ");
}

/** True when at least one diagnostic is an error: nothing may then be written under `generated/`. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** A new array ordered by file, line, column, then code and message, so that output never depends on check order. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) =>
      compareText(a.span.file, b.span.file) ||
      a.span.line - b.span.line ||
      a.span.column - b.span.column ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
