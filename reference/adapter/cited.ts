/** Characters of a text that a message shows at most. */
const SHOWN = 120;

/**
 * What a program named, for a message to the people of its host: in quotation marks, and cut off where it is long. A
 * text of a program can have a megabyte, and a message goes to everybody who hears events.
 */
export function cited(text: string): string {
  return text.length <= SHOWN ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, SHOWN))} ...`;
}
