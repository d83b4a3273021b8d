import { countDiagnostics, type Diagnostic, sortDiagnostics } from "./diagnostic.js";
import { renderText } from "./render-text.js";
import type { SourceFile } from "./source.js";

/** How diagnostics are printed: for people, for programs, or as GitHub workflow commands. */
export type DiagnosticFormat = "text" | "json" | "github";

/** All formats, for usage messages and option checks. */
export const diagnosticFormats: readonly DiagnosticFormat[] = ["text", "json", "github"];

/** What rendering needs besides the diagnostics. */
export interface RenderOptions {
  readonly format: DiagnosticFormat;
  /** Finds the file of a span to quote its line; `undefined` leaves the quotation out. */
  readonly sourceOf: (file: string) => SourceFile | undefined;
  /** ANSI colours in `text`. @default false */
  readonly colour?: boolean;
  /** What comes before a code on the line that tells how to read its page. @default "npm run codegen -- explain" */
  readonly explain?: string;
  /**
   * Number of diagnostics written in full in `text`; the rest is counted. What is said of several whole files in the same
   * words is one of them, and names the files.
   *
   * @default 20
   */
  readonly limit?: number;
}

/** Renders diagnostics, sorted, in the asked form. The result ends with a line end unless it is empty. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  const sorted = sortDiagnostics(diagnostics);
  switch (options.format) {
    case "json":
      return renderJson(sorted);
    case "github":
      return sorted.map(renderGithubCommand).join("");
    case "text":
      return renderText(sorted, {
        sourceOf: options.sourceOf,
        colour: options.colour ?? false,
        limit: options.limit ?? 20,
        explain: options.explain ?? "npm run codegen -- explain",
      });
  }
}

function renderJson(sorted: readonly Diagnostic[]): string {
  const document = {
    diagnostics: sorted.map((diagnostic) => ({
      code: diagnostic.code,
      severity: diagnostic.severity,
      message: diagnostic.message,
      ...diagnostic.span,
      related: diagnostic.related.map(({ span, message }) => ({ ...span, message })),
      notes: diagnostic.notes,
      help: diagnostic.help,
      fixes: diagnostic.fixes,
      ...(diagnostic.spec === undefined ? {} : { spec: diagnostic.spec }),
    })),
    summary: countDiagnostics(sorted),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** One workflow command; GitHub shows it at the line of the pull request. */
function renderGithubCommand(diagnostic: Diagnostic): string {
  const { span } = diagnostic;
  const properties = [
    `file=${escapeProperty(span.file)}`,
    `line=${span.line}`,
    `endLine=${span.endLine}`,
    `col=${span.column}`,
    `endColumn=${span.endColumn}`,
    `title=${escapeProperty(diagnostic.code)}`,
  ];
  const body = [
    diagnostic.message,
    ...diagnostic.notes.map((note) => `note: ${note}`),
    ...diagnostic.help.map((help) => `help: ${help}`),
    ...diagnostic.fixes.map((fix) => `fix (${fix.applicability}): ${fix.title}`),
  ].join("\n");
  return `::${diagnostic.severity} ${properties.join(",")}::${escapeData(body)}\n`;
}

function escapeData(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
