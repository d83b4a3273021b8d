import { type Column, table } from "./table.js";
import { type Terminal, width } from "./terminal.js";

/** Fewest columns that a text is wrapped to; where there are fewer it runs over the edge. */
const NARROWEST = 24;

/** A text in lines of at most so many columns, broken between words. Gives one line at least. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && width(longer) > Math.max(NARROWEST, columns)) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** A table whose last column goes on below itself where the terminal ends. Gives the lines. */
export function wrappedTable(
  terminal: Terminal,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string[] {
  const last = columns.length - 1;
  const taken = columns
    .slice(0, last)
    .reduce(
      (sum, { title }, index) =>
        rows.reduce((most, row) => Math.max(most, width(row[index] ?? "")), width(title)) + 2 + sum,
      0,
    );
  const folded = rows.flatMap((row) => {
    const [first = "", ...more] = wrap(row[last] ?? "", terminal.columns - taken);
    return [[...row.slice(0, last), first], ...more.map((line) => [...row.slice(0, last).map(() => ""), line])];
  });
  return table(terminal, columns, folded).map((line) => line.trimEnd());
}

/** Name and text, one pair a line, texts aligned and wrapped at the terminal's edge. Gives the lines. */
export function wrappedPairs(
  terminal: Terminal,
  entries: readonly (readonly [name: string, text: string])[],
): string[] {
  const widest = entries.reduce((most, [name]) => Math.max(most, width(name)), 0);
  return entries.flatMap(([name, text]) =>
    wrap(text, terminal.columns - widest - 2).map(
      (line, index) => `${terminal.style("dim", (index === 0 ? name : "").padEnd(widest))}  ${line}`,
    ),
  );
}
