/** Most of a text that a message shows. */
const LONGEST = 80;

/** A text of an author in a message: escaped, and not longer than a line. */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text));
}

/** A text that is not longer than a line. */
export function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}\u2026` : text;
}
