import type { UiNodeKind } from "../../../generated/enums/ui-node-kind.js";

// Control characters, the separators of lines and paragraphs, and halves of surrogate pairs.
const CONTROL = /[\p{Cc}\u2028\u2029\p{Cs}]/gu;
const CONTROL_BUT_LINE_FEED_AND_TAB = /[^\P{Cc}\n\t]|[\u2028\u2029\p{Cs}]/gu;

/** A text as every host shows it: what could control a host stands as U+FFFD. @spec instructions.ui.no-markup */
export function shownText(text: string, kind?: UiNodeKind): string {
  return text.replace(kind === "preformatted" ? CONTROL_BUT_LINE_FEED_AND_TAB : CONTROL, "\ufffd");
}

const PLAIN = /^[\x20-\x7e]*$/;

/** Bytes that a text takes as UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  // Most texts are, and a pattern finds that out much faster than a look at each unit.
  if (PLAIN.test(text)) return bytes;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // Each half of a pair counts two: four bytes together.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}
