import { charactersOf } from "./characters.js";

/** A line of text that a person writes, and where. */
export interface EditedLine {
  readonly value: string;
  /** Units of UTF-16 before the caret, never inside a character. */
  readonly caret: number;
}

/** Put text in at the caret. What could not stand in a line becomes a space. */
export function insertText({ value, caret }: EditedLine, text: string): EditedLine {
  const clean = text.replace(/\r\n|[\p{Cc}\u2028\u2029]/gu, " ").replace(/\p{Cs}/gu, "");
  return { value: value.slice(0, caret) + clean + value.slice(caret), caret: caret + clean.length };
}

/**
 * What a key does to a line: moves the caret, or takes a character away.
 *
 * @returns undefined where the key does nothing in a line
 */
export function editLine(line: EditedLine, key: string): EditedLine | undefined {
  const { value, caret } = line;
  switch (key) {
    case "ArrowLeft":
      return { value, caret: boundaryBefore(value, caret) };
    case "ArrowRight":
      return { value, caret: boundaryAfter(value, caret) };
    case "Home":
      return { value, caret: 0 };
    case "End":
      return { value, caret: value.length };
    case "Backspace": {
      const from = boundaryBefore(value, caret);
      return { value: value.slice(0, from) + value.slice(caret), caret: from };
    }
    case "Delete":
      return { value: value.slice(0, caret) + value.slice(boundaryAfter(value, caret)), caret };
    default:
      return undefined;
  }
}

/** The caret where it can be in another value: at most at its end, and not inside a character. */
export function fitCaret(value: string, caret: number): number {
  if (caret >= value.length) return value.length;
  return boundaryBefore(value, caret + 1);
}

function boundaryBefore(value: string, caret: number): number {
  let at = 0;
  for (const { length } of charactersOf(value)) {
    if (at + length >= caret) return at;
    at += length;
  }
  return at;
}

function boundaryAfter(value: string, caret: number): number {
  let at = 0;
  for (const { length } of charactersOf(value)) {
    at += length;
    if (at > caret) return at;
  }
  return value.length;
}
