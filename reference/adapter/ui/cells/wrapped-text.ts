import { charactersOf, widthOf } from "./characters.js";

/** Columns from one tab stop to the next. */
const TAB = 8;

/**
 * A text in lines of at most `width` cells, broken at spaces where there are some, inside words where not. At least one
 * line; the space at which a line is broken stands nowhere.
 *
 * @param width cells, at least 1
 */
export function wrapText(text: string, width: number): string[] {
  // Not measured as a whole where it is long: word by word comes to the same.
  if (text.length <= 4 * width && widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line: string | undefined;
  let used = 0;
  for (const word of text.split(" ")) {
    const size = widthOf(word);
    if (line !== undefined && used + 1 + size <= width) {
      line += ` ${word}`;
      used += 1 + size;
      continue;
    }
    if (line !== undefined) lines.push(line);
    const isSpace = word === "" && line !== undefined;
    line = undefined;
    // Further spaces at a break stand nowhere either.
    if (isSpace) continue;
    const cut = pieces(word, width);
    for (const piece of cut.slice(0, -1)) lines.push(piece.text);
    ({ text: line, width: used } = cut.at(-1) ?? { text: "", width: 0 });
  }
  if (line !== undefined) lines.push(line);
  return lines;
}

/** The lines of preformatted text, those that are longer than `width` cells going on in the next. */
export function wrapPreformatted(text: string, width: number): string[] {
  return text
    .replace(/\n$/, "")
    .split("\n")
    .flatMap((line) => pieces(expandTabs(line), width).map((piece) => piece.text));
}

/** A line with spaces in place of tabs. */
function expandTabs(line: string): string {
  if (!line.includes("\t")) return line;
  let out = "";
  let column = 0;
  for (const part of line.split(/(\t)/)) {
    const piece = part === "\t" ? " ".repeat(TAB - (column % TAB)) : part;
    out += piece;
    column += widthOf(piece);
  }
  return out;
}

/** A word cut into pieces of at most `width` cells; at least one piece. */
function pieces(word: string, width: number): { text: string; width: number }[] {
  const whole = widthOf(word);
  if (whole <= width) return [{ text: word, width: whole }];
  const result: { text: string; width: number }[] = [];
  let text = "";
  let used = 0;
  for (const character of charactersOf(word)) {
    // A single cell has no room for a character of two; it stands alone and is not drawn.
    if (used > 0 && used + character.width > width) {
      result.push({ text, width: used });
      text = "";
      used = 0;
    }
    text += character.text;
    used += character.width;
  }
  result.push({ text, width: used });
  return result;
}
