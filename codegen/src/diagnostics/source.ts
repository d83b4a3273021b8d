/**
 * Source files and positions. Every part of the compiler counts in offsets (UTF-16 code units of `text`);
 * lines and columns exist only for people and are computed here.
 */

/** One input file: CDDL or YAML. Build it with {@link createSourceFile}. */
export interface SourceFile {
  /** The path as the user wrote it; it is printed in diagnostics and never opened by the pure core. */
  readonly path: string;
  /** The decoded text, exactly as read (line ends included). */
  readonly text: string;
  /** Offset of the first code unit of each line, ascending; the first entry is 0. */
  readonly lineStarts: readonly number[];
  /** Offsets of the second code unit of each surrogate pair, ascending; what columns must not count. */
  readonly pairTails: readonly number[];
}

/** A place for people. Both numbers start at 1; `column` counts Unicode code points, not code units or bytes. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A half-open range `[start, end)` of one file, in offsets and as line and column. */
export interface SourceSpan {
  /** Path of the file, as in {@link SourceFile.path}. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Wraps a text with its line table. A line ends with LF or CR LF; a lone CR does not end a line. */
export function createSourceFile(path: string, text: string): SourceFile {
  const lineStarts = [0];
  const pairTails: number[] = [];
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === lineFeed) lineStarts.push(offset + 1);
    else if (isLowSurrogate(unit) && offset > 0 && isHighSurrogate(text.charCodeAt(offset - 1))) pairTails.push(offset);
  }
  return { path, text, lineStarts, pairTails };
}

/** The 1-based line that holds `offset`. Offsets outside the text are moved to the nearest end. */
export function lineAt(source: SourceFile, offset: number): number {
  return Math.max(1, countBelow(source.lineStarts, offset + 1));
}

/** Line and column of an offset. Offsets outside the text are moved to the nearest end. Takes logarithmic time. */
export function positionAt(source: SourceFile, offset: number): Position {
  const bounded = Math.min(Math.max(offset, 0), source.text.length);
  const line = lineAt(source, bounded);
  const lineStart = source.lineStarts[line - 1] ?? 0;
  const pairs = countBelow(source.pairTails, bounded) - countBelow(source.pairTails, lineStart);
  return { line, column: bounded - lineStart - pairs + 1 };
}

/** The span `[start, end)` of a source file; `end` defaults to `start` (an empty span, shown as one caret). */
export function spanOf(source: SourceFile, start: number, end: number = start): SourceSpan {
  const from = positionAt(source, start);
  const to = positionAt(source, Math.max(start, end));
  return {
    file: source.path,
    start,
    end: Math.max(start, end),
    line: from.line,
    column: from.column,
    endLine: to.line,
    endColumn: to.column,
  };
}

/** The text of a 1-based line without its line end; the empty string for a line that does not exist. */
export function lineText(source: SourceFile, line: number): string {
  const start = source.lineStarts[line - 1];
  if (start === undefined) return "";
  let end = source.lineStarts[line] ?? source.text.length;
  if (end > start && source.text.charCodeAt(end - 1) === lineFeed) end--;
  if (end > start && source.text.charCodeAt(end - 1) === carriageReturn) end--;
  return source.text.slice(start, end);
}

/** How many entries of an ascending list are less than `limit`. */
function countBelow(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
