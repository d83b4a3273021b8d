import { countDiagnostics, type Diagnostic, summaryLine } from "./diagnostic.js";
import { lineText, type SourceFile, type SourceSpan } from "./source.js";

/** Options of {@link renderText}; see `RenderOptions`. */
export interface TextOptions {
  readonly sourceOf: (file: string) => SourceFile | undefined;
  readonly colour: boolean;
  readonly limit: number;
  readonly explain: string;
}

/** Code points of a source line that are quoted; longer lines are cut around the place. */
const widestQuotation = 160;

/** Files that are named beside the first of which the same is said. */
const mostNamed = 10;

const colours = { error: "\u001b[1;31m", warning: "\u001b[1;33m", gutter: "\u001b[34m", bold: "\u001b[1m" } as const;
const colourEnd = "\u001b[0m";

/** Renders sorted diagnostics for people: the place, the line, a marker below it, notes, help, fixes, summary. */
export function renderText(sorted: readonly Diagnostic[], options: TextOptions): string {
  if (sorted.length === 0) return "";
  const paint = (style: keyof typeof colours, text: string): string =>
    options.colour ? `${colours[style]}${text}${colourEnd}` : text;
  const findings = groupWholeFiles(sorted);
  const shown = findings.slice(0, options.limit);
  const lines = shown.flatMap((finding) => [...renderOne(finding, options, paint), ""]);
  const hidden = findings.slice(options.limit).flatMap(({ first, others }) => [first, ...others]);
  if (hidden.length > 0) lines.push(`${summaryLine(countDiagnostics(hidden))} not shown`);
  lines.push(summaryLine(countDiagnostics(sorted)));
  return `${lines.join("\n")}\n`;
}

/** A diagnostic, and those that say the same of other whole files. */
interface Finding {
  readonly first: Diagnostic;
  readonly others: Diagnostic[];
}

/** One cause often touches many files, and saying the same of each of them would hide what is different. */
function groupWholeFiles(sorted: readonly Diagnostic[]): Finding[] {
  const findings: Finding[] = [];
  const groups = new Map<string, Finding>();
  for (const diagnostic of sorted) {
    const { span, ...rest } = diagnostic;
    const isWholeFile = span.line === 1 && span.column === 1 && span.start === span.end && rest.fixes.length === 0;
    const key = isWholeFile ? JSON.stringify(rest) : undefined;
    const group = key === undefined ? undefined : groups.get(key);
    if (group !== undefined) {
      group.others.push(diagnostic);
      continue;
    }
    const finding = { first: diagnostic, others: [] };
    findings.push(finding);
    if (key !== undefined) groups.set(key, finding);
  }
  return findings;
}

type Paint = (style: keyof typeof colours, text: string) => string;

function renderOne({ first: diagnostic, others }: Finding, options: TextOptions, paint: Paint): string[] {
  const { span, severity, code, message } = diagnostic;
  const margin = " ".repeat(String(span.line).length + 1);
  const head = `${paint("bold", location(span))} - ${paint(severity, severity)} ${code}: ${printable(message)}`;
  const item = (label: string, text: string): string => `${margin}${paint("gutter", "=")} ${label}: ${printable(text)}`;

  const lines = [head];
  const source = options.sourceOf(span.file);
  if (source !== undefined) lines.push(...quoteLine(source, span, margin, severity, paint));
  const notes = diagnostic.notes.map((note) => item("note", note));
  if (diagnostic.spec !== undefined) {
    if (notes.length === 0) notes.push(item("note", `required by @spec ${diagnostic.spec}`));
    else notes[notes.length - 1] += ` (@spec ${diagnostic.spec})`;
  }
  lines.push(...notes);
  if (others.length > 0) {
    lines.push(
      item("note", `the same holds for ${others.length === 1 ? "1 more file" : `${others.length} more files`}`),
    );
    const named = others.slice(0, mostNamed).map(({ span: { file } }) => printable(file));
    if (others.length > mostNamed) named.push(`and ${others.length - mostNamed} more; --format json names every file`);
    lines.push(...named.map((name) => `${margin}  ${name}`));
  }
  for (const related of diagnostic.related) {
    // Without a note above, what is at the other place becomes the note.
    const place = `${margin}  ${location(related.span)}`;
    if (notes.length > 0) lines.push(related.message === "" ? place : `${place}  ${printable(related.message)}`);
    else lines.push(item("note", related.message === "" ? "see also" : related.message), place);
  }
  for (const help of diagnostic.help) lines.push(item("help", help));
  for (const fix of diagnostic.fixes) lines.push(item(`fix (${fix.applicability})`, fix.title));
  lines.push(item("explain", `${options.explain} ${code}`));
  return lines;
}

function quoteLine(
  source: SourceFile,
  span: SourceSpan,
  margin: string,
  severity: Diagnostic["severity"],
  paint: Paint,
): string[] {
  const characters = Array.from(lineText(source, span.line));
  const first = span.column - 1;
  const lineEnd = Math.max(characters.length, first + 1);
  const last = span.endLine > span.line ? lineEnd : Math.min(Math.max(span.endColumn - 1, first + 1), lineEnd);

  const cutStart = characters.length > widestQuotation ? Math.max(0, first - widestQuotation / 2) : 0;
  const cutEnd = Math.min(characters.length, cutStart + widestQuotation);
  const before = cutStart > 0 ? "... " : "";
  const after = cutEnd < characters.length ? " ..." : "";
  const quotation = before + printable(characters.slice(cutStart, cutEnd).join("")) + after;
  const indent = " ".repeat(before.length + first - cutStart);
  const marker = "^".repeat(Math.max(1, Math.min(last, Math.max(cutEnd, first + 1)) - first));

  const bar = paint("gutter", "|");
  return [
    `${margin}${bar}`,
    `${String(span.line)} ${bar} ${quotation}`.trimEnd(),
    `${margin}${bar} ${indent}${paint(severity, marker)}`,
  ];
}

function location(span: SourceSpan): string {
  return `${printable(span.file)}:${span.line}:${span.column}`;
}

/** Replaces control characters one for one, so that quoted input can neither move the cursor nor shift the marker. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must not pass.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) =>
    character === "\t" ? " " : "\ufffd",
  );
}
