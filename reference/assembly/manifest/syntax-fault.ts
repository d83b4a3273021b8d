import type { TextEdit } from "./finding.js";

/** Something in a text that JSON does not have. Offsets are in UTF-16 units. */
export interface SyntaxFault {
  readonly offset: number;
  readonly length: number;
  /** What is wrong and what was expected, for people. */
  readonly message: string;
  readonly suggestion?: string;
  /** Only where reading goes on as if the edit had been made. */
  readonly fix?: TextEdit;
}

/** What a part of a text is called in a message. */
export function partName(text: string, start: number, end: number): string {
  if (start >= text.length) return "the end of the file";
  const part = text.slice(start, Math.min(end, start + 40)) + (end > start + 40 ? "\u2026" : "");
  // What cannot be seen, or looks like something else, is told by its number.
  if (!UNSEEN.test(part)) return `\`${part}\``;
  const point = part.codePointAt(0) ?? 0;
  return `the character U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Controls, blanks other than the space, marks without a width, private and unassigned characters, half pairs. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}|\ufffd/u;
