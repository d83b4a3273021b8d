import type { PlacedFinding } from "../../../reference/assembly/index.js";
import { printable, type Style, type Terminal, UNPRINTABLE } from "../output/terminal.js";
import { count } from "../output/units.js";
import { wrap } from "../output/wrapped.js";

/** Code units of a line that are looked at on either side of a finding: a file may be one line of any length. */
const REACH = 240;
/** What is shown as a mark, and never as itself. */
const UNMARKED = new RegExp(`${UNPRINTABLE.source}|\\p{Cs}`, "gu");

/** A file of an author, as findings quote it. */
export interface QuotedFile {
  /** The path as the user gave it. */
  readonly path: string;
  readonly text: string;
}

/**
 * Findings as a compiler shows them: the place, the line with a marker below it, and what to write instead. Gives the
 * lines, an empty one behind each finding.
 *
 * @spec tools.assemble.findings
 */
export function findingLines(
  terminal: Terminal,
  file: QuotedFile,
  severity: "error" | "warning",
  findings: readonly PlacedFinding[],
): string[] {
  const style: Style = severity === "error" ? "red" : "yellow";
  return findings.flatMap((finding) => [
    `${terminal.style("bold", placeOf(file, finding))} - ${terminal.style(style, severity)} ${finding.code}: ${printable(finding.message)}`,
    ...quotation(terminal, file.text, finding, style),
    ...pointerLine(terminal, finding),
    ...adviceLines(terminal, finding),
    "",
  ]);
}

/** How many there are: `2 errors, 1 warning`; with those that are not told: `1,000 errors, and 7 more findings` that are not shown. */
export function findingCount(errors: number, warnings: number, untold = 0): string {
  const parts = [
    ...(errors > 0 ? [count(errors, "error")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ];
  if (untold > 0) parts.push(`and ${count(untold, "more finding")}`);
  return parts.length === 0 ? "no findings" : parts.join(", ");
}

/** A finding for programs: everything but how it is shown. */
export function findingJson(finding: PlacedFinding): object {
  const { field, pointer, code, message, suggestion, offset, length, line, column, fix } = finding;
  return {
    code,
    field,
    pointer,
    line,
    column,
    offset,
    length,
    message,
    ...(suggestion !== undefined && { suggestion }),
    ...(fix !== undefined && { fix }),
  };
}

function placeOf({ path }: QuotedFile, { line, column }: PlacedFinding): string {
  return `${printable(path)}:${line}:${column}`;
}

const marginOf = ({ line }: PlacedFinding): string => " ".repeat(String(line).length + 1);

/** Where in the document, for people who look for it in another form of it. The end of a long one tells most. */
function pointerLine(terminal: Terminal, finding: PlacedFinding): string[] {
  const { pointer } = finding;
  if (pointer === "") return [];
  const margin = marginOf(finding);
  const room = Math.max(40, terminal.columns - margin.length - "= at: …".length);
  const characters = [...printable(pointer)];
  const shown = characters.length > room ? `…${characters.slice(-room).join("")}` : characters.join("");
  return [`${margin}${terminal.style("dim", "=")} ${terminal.style("dim", "at")}: ${shown}`];
}

function adviceLines(terminal: Terminal, finding: PlacedFinding): string[] {
  const { suggestion, fix } = finding;
  const margin = marginOf(finding);
  const advice = (label: string, style: Style, text: string): string[] =>
    wrap(text, terminal.columns - margin.length - label.length - 4).map((line, index) =>
      index === 0
        ? `${margin}${terminal.style("dim", "=")} ${terminal.style(style, label)}: ${line}`
        : `${margin}${" ".repeat(label.length + 4)}${line}`,
    );
  return [
    ...(suggestion === undefined ? [] : advice("help", "cyan", printable(suggestion))),
    ...(fix === undefined ? [] : advice("fix", "green", fixText(finding, fix))),
  ];
}

/** What a fix does, in words. */
function fixText(finding: PlacedFinding, { length, text }: NonNullable<PlacedFinding["fix"]>): string {
  const shown = text.trim().length > 60 ? `${text.trim().slice(0, 60)} …` : text.trim();
  if (text.trim() === "") return "--fix takes it out";
  if (length === 0) return `--fix adds ${printable(shown)}`;
  return `--fix makes it ${printable(shown)}${finding.length === length ? "" : ", with what goes with it"}`;
}

function quotation(terminal: Terminal, text: string, finding: PlacedFinding, style: Style): string[] {
  const { offset, length, line } = finding;
  // A file that is too long was not read.
  if (text === "" && length === 0 && offset === 0) return [];
  const margin = marginOf(finding);
  const bar = terminal.style("dim", "|");
  const room = Math.max(40, terminal.columns - margin.length - 8);
  const before = lineBefore(text, offset);
  const after = lineAfter(text, offset);
  // What stands in front gives way where the line does not fit, but for some of it.
  const start = [...before.text].length + [...after.text].length > room ? fitted(before.text, room) : before.text;
  const isCut = before.isCut || start.length < before.text.length;
  const rest = [...after.text].slice(0, Math.max(12, room - [...start].length)).join("");
  const isShortened = after.isCut || rest.length < after.text.length;
  const marked = rest.slice(0, Math.max(1, Math.min(length, rest.length)));
  const lead = isCut ? "… " : "";
  const quoted = `${lead}${shown(start)}${shown(rest)}${isShortened ? " …" : ""}`.trimEnd();
  return [
    `${margin}${bar}`,
    `${terminal.style("dim", String(line))} ${bar} ${quoted}`,
    `${margin}${bar} ${" ".repeat(lead.length + columnsOf(start))}${terminal.style(style, "^".repeat(Math.max(1, columnsOf(marked.trimEnd()))))}`,
  ];
}

/** The end of what stands in front of a finding: half of the room, and no half of a character. */
function fitted(before: string, room: number): string {
  const characters = [...before];
  return characters.slice(Math.max(0, characters.length - Math.floor(room / 2))).join("");
}

interface Piece {
  readonly text: string;
  /** Whether the line goes on. */
  readonly isCut: boolean;
}

function lineBefore(text: string, offset: number): Piece {
  const from = Math.max(0, offset - REACH);
  const piece = text.slice(from, offset);
  const end = Math.max(piece.lastIndexOf("\n"), piece.lastIndexOf("\r"));
  return { text: piece.slice(end + 1), isCut: end === -1 && from > 0 };
}

function lineAfter(text: string, offset: number): Piece {
  const piece = text.slice(offset, offset + REACH);
  const end = piece.search(/[\r\n]/);
  return { text: end === -1 ? piece : piece.slice(0, end), isCut: end === -1 && offset + REACH < text.length };
}

/** Text of a file, one column for each character that takes one: what would move the cursor is a mark. */
function shown(text: string): string {
  return text.replace(UNMARKED, (character) => (character === "\t" ? " " : "\ufffd"));
}

/** Columns that a text takes on a screen, where letters of East Asia and pictures take two. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of shown(text)) columns += columnsOfCharacter(character);
  return columns;
}

function columnsOfCharacter(character: string): number {
  if (/\p{Mn}|\p{Me}/u.test(character)) return 0;
  const isWide =
    /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
  return isWide.test(character) || /\p{Emoji_Presentation}/u.test(character) ? 2 : 1;
}
