import type { Terminal } from "../../cli/output/terminal.js";
import type { ByteChange } from "./anatomy/byte-changes.js";
import type { ByteRow } from "./anatomy/byte-row.js";
import type { BytePart } from "./anatomy/byte-rows.js";

/** Bytes on one line. */
const PER_LINE = 12;
/** Lines of one row unless every byte is shown. */
const LINES = 3;
/** Rows of one part unless every byte is shown; those with a change or the fault are always shown. */
const ROWS = 40;

/** What is marked among the bytes. */
interface Marks {
  readonly changes: readonly ByteChange[];
  /** The byte at which the fault is expected. */
  readonly at: number | undefined;
  readonly isWhole: boolean;
}

/** Bytes with their meaning; what changed is marked with `*` and the place of the fault with `>`. */
export function* byteLines(
  terminal: Terminal,
  bytes: Uint8Array,
  parts: readonly BytePart[],
  marks: Marks,
): Generator<string> {
  if (bytes.length === 0) yield "  (no bytes)";
  for (const { title, rows } of parts) {
    if (rows.length === 0) continue;
    yield `  ${terminal.style("dim", title)}`;
    let left = 0;
    for (const [index, row] of rows.entries()) {
      if (!marks.isWhole && index >= ROWS && !isMarked(row, marks)) {
        left += 1;
        continue;
      }
      if (left > 0) yield terminal.style("dim", `            … ${left} rows`);
      left = 0;
      yield* rowLines(terminal, bytes, row, marks);
    }
    if (left > 0) yield terminal.style("dim", `            … ${left} rows more; --bytes shows them`);
  }
  if (marks.at !== undefined && marks.at >= bytes.length)
    yield `  ${terminal.style("red", ">")} ${terminal.style("dim", `the fault lies at ${marks.at}, behind the last byte`)}`;
}

function isMarked({ offset, length }: ByteRow, { changes, at }: Marks): boolean {
  const end = offset + length;
  if (at !== undefined && at >= offset && at < end) return true;
  return changes.some((change) => change.at < end && change.at + Math.max(1, change.added) > offset);
}

function* rowLines(terminal: Terminal, bytes: Uint8Array, row: ByteRow, marks: Marks): Generator<string> {
  const count = Math.max(1, Math.ceil(row.length / PER_LINE));
  let left = 0;
  for (let line = 0; line < count; line += 1) {
    const offset = row.offset + line * PER_LINE;
    const length = Math.min(PER_LINE, row.offset + row.length - offset);
    const piece = { ...row, offset, length };
    if (!marks.isWhole && line >= LINES && !isMarked(piece, marks)) {
      left += length;
      continue;
    }
    if (left > 0) yield terminal.style("dim", `            … ${left.toLocaleString("en-US")} bytes`);
    left = 0;
    const digits: string[] = [];
    for (let at = offset; at < offset + length; at += 1) {
      const text = (bytes[at] ?? 0).toString(16).padStart(2, "0");
      const isChanged = marks.changes.some((change) => at >= change.at && at < change.at + change.added);
      digits.push(
        at === marks.at
          ? terminal.style("red", text)
          : isChanged
            ? terminal.style("yellow", text)
            : terminal.style("cyan", text),
      );
    }
    const gap = "   ".repeat(PER_LINE - length);
    const isFault = marks.at !== undefined && marks.at >= offset && marks.at < offset + length;
    const mark = isFault ? terminal.style("red", ">") : isMarked(piece, marks) ? terminal.style("yellow", "*") : " ";
    const meaning = line === 0 ? `${"  ".repeat(row.depth)}${row.text}` : "";
    yield `  ${mark} ${terminal.style("dim", offset.toString(16).padStart(8, "0"))}  ${digits.join(" ")}${gap}  ${meaning}`.trimEnd();
  }
  if (left > 0) yield terminal.style("dim", `            … ${left.toLocaleString("en-US")} bytes more`);
}
