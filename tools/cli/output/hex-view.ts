import { hex, type Terminal } from "./terminal.js";

/** Bytes that belong together, and what they say. */
export interface HexRow {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly depth: number;
  readonly text: string;
}

/** Bytes shown on one line. */
const BYTES_PER_LINE = 12;

/**
 * Rows of bytes with their meaning beside them. Long runs go on over several lines, and beyond `most` lines only their
 * ends are shown.
 */
export function hexLines(terminal: Terminal, rows: readonly HexRow[], most = 4): string[] {
  const lines: string[] = [];
  for (const row of rows) {
    const count = Math.max(1, Math.ceil(row.bytes.length / BYTES_PER_LINE));
    for (let line = 0; line < count; line += 1) {
      if (count > most && line === most - 1) {
        const left = row.bytes.length - line * BYTES_PER_LINE;
        lines.push(terminal.style("dim", `${" ".repeat(10)}… ${left.toLocaleString("en-US")} bytes more`));
        break;
      }
      const start = line * BYTES_PER_LINE;
      const digits = hex(row.bytes.subarray(start, start + BYTES_PER_LINE)).replace(/../g, "$& ");
      const offset = terminal.style("dim", (row.offset + start).toString(16).padStart(8, "0"));
      const meaning = line === 0 ? `${"  ".repeat(row.depth)}${row.text}` : "";
      lines.push(`${offset}  ${terminal.style("cyan", digits.padEnd(BYTES_PER_LINE * 3))} ${meaning}`.trimEnd());
    }
  }
  return lines;
}
