import { type Terminal, width } from "./terminal.js";

/** One column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Lay rows out under their titles; the last column is never padded. Gives the lines. */
export function table(terminal: Terminal, columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  // Not by spreading: an artifact may have a million sections, and a call takes not that many arguments.
  const widths = columns.map((column, index) =>
    rows.reduce((widest, row) => Math.max(widest, width(row[index] ?? "")), width(column.title)),
  );
  const layout = (cells: readonly string[], style: (text: string) => string): string =>
    cells
      .map((cell, index) => {
        const gap = " ".repeat(Math.max(0, (widths[index] ?? 0) - width(cell)));
        if (columns[index]?.align === "right") return gap + style(cell);
        return index === cells.length - 1 ? style(cell) : style(cell) + gap;
      })
      .join("  ");
  return [
    layout(
      columns.map((column) => column.title),
      (text) => terminal.style("dim", text),
    ),
    ...rows.map((row) => layout(row, (text) => text)),
  ];
}

/** Name and value, one pair a line, values aligned. Gives the lines. */
export function pairs(terminal: Terminal, entries: readonly (readonly [name: string, value: string])[]): string[] {
  const widest = entries.reduce((most, [name]) => Math.max(most, width(name)), 0);
  return entries.map(([name, value]) => `${terminal.style("dim", name.padEnd(widest))}  ${value}`);
}
