import { isHexDigit, isPrintable } from "./characters.js";

/** Something wrong inside a string, at `[start, end)`. */
export interface StringProblem {
  readonly kind: "invalid-escape" | "unexpected-character";
  readonly start: number;
  readonly end: number;
}

/** The content of a quoted string. `closed` is false when its end was not found; `end` is then where reading stopped. */
export interface ScannedString {
  readonly end: number;
  readonly closed: boolean;
  /** Content with escapes resolved and CR LF turned into LF. */
  readonly value: string;
  readonly problems: readonly StringProblem[];
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["/", "/"],
  ["\\", "\\"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/**
 * Scans the string whose opening quotation mark stands at `offset`. Text strings (`"`) end at their line; byte strings
 * (`'`) may go on over lines and know the escape `\'` too.
 */
export function scanString(text: string, offset: number, quote: '"' | "'"): ScannedString {
  const chunks: string[] = [];
  const problems: StringProblem[] = [];
  let position = offset + 1;
  let chunkStart = position;
  const closeChunk = (): void => {
    if (chunkStart < position) chunks.push(text.slice(chunkStart, position));
  };
  while (position < text.length) {
    const character = text[position];
    if (character === quote) {
      closeChunk();
      return { end: position + 1, closed: true, value: chunks.join(""), problems };
    }
    const lineEnd = lineEndAt(text, position);
    if (lineEnd > 0) {
      if (quote === '"') break;
      closeChunk();
      chunks.push("\n");
      position += lineEnd;
      chunkStart = position;
    } else if (character === "\\") {
      closeChunk();
      const sequence = scanEscape(text, position, quote);
      if (sequence.value === undefined) {
        problems.push({ kind: "invalid-escape", start: position, end: sequence.end });
      } else {
        chunks.push(sequence.value);
      }
      position = sequence.end;
      chunkStart = position;
    } else {
      const codePoint = text.codePointAt(position) ?? 0;
      const end = position + (codePoint > 0xffff ? 2 : 1);
      if (!isPrintable(codePoint)) problems.push({ kind: "unexpected-character", start: position, end });
      position = end;
    }
  }
  closeChunk();
  return { end: position, closed: false, value: chunks.join(""), problems };
}

/** Length of the line end at `offset`: 1 for LF, 2 for CR LF, 0 for anything else. */
export function lineEndAt(text: string, offset: number): number {
  if (text[offset] === "\n") return 1;
  return text[offset] === "\r" && text[offset + 1] === "\n" ? 2 : 0;
}

/** The escape sequence at `offset` (its backslash). `value` is `undefined` when it is none. */
function scanEscape(text: string, offset: number, quote: string): { end: number; value: string | undefined } {
  const letter = text[offset + 1];
  if (letter === undefined || lineEndAt(text, offset + 1) > 0) return { end: offset + 1, value: undefined };
  if (letter === "u") return scanUnicodeEscape(text, offset);
  const value = letter === "'" && quote === "'" ? "'" : simpleEscapes.get(letter);
  const width = (text.codePointAt(offset + 1) ?? 0) > 0xffff ? 3 : 2;
  return { end: offset + width, value };
}

/** `\uXXXX`, a surrogate pair `\uD8XX\uDCXX`, or `\u{X...}`. */
function scanUnicodeEscape(text: string, offset: number): { end: number; value: string | undefined } {
  if (text[offset + 2] === "{") {
    let end = offset + 3;
    while (isHexDigit(text.charCodeAt(end))) end++;
    const digits = text.slice(offset + 3, end).replace(/^0+(?=.)/, "");
    if (digits === "" || text[end] !== "}") return { end, value: undefined };
    const codePoint = digits.length > 6 ? Number.POSITIVE_INFINITY : Number.parseInt(digits, 16);
    const scalar = codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff);
    return { end: end + 1, value: scalar ? String.fromCodePoint(codePoint) : undefined };
  }
  const first = fourHexDigits(text, offset + 2);
  if (first === undefined) return { end: offset + 2, value: undefined };
  if (first < 0xd800 || first > 0xdfff) return { end: offset + 6, value: String.fromCharCode(first) };
  const second = text.startsWith("\\u", offset + 6) ? fourHexDigits(text, offset + 8) : undefined;
  if (first > 0xdbff || second === undefined || second < 0xdc00 || second > 0xdfff) {
    return { end: offset + 6, value: undefined };
  }
  return { end: offset + 12, value: String.fromCharCode(first, second) };
}

function fourHexDigits(text: string, offset: number): number | undefined {
  const digits = text.slice(offset, offset + 4);
  return /^[0-9A-Fa-f]{4}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}
