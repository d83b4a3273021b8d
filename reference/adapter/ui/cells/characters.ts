import { characterClass } from "./character-width.js";

/** What one cell, or two, can hold: a character with its marks. */
export interface CellCharacter {
  /** As it goes to a terminal: no control character, nothing that moves the cursor but by `width`. */
  readonly text: string;
  /** Cells it takes. */
  readonly width: 1 | 2;
  /** How many units of UTF-16 of the source it stands for, with what was left out behind it. */
  readonly length: number;
}

/** Marks on one character: more would make a cell without end. */
const MOST_MARKS = 8;
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * The characters of a text, each with its marks. Control characters become U+FFFD; joiners, signs of direction and
 * variation selectors, which terminals understand differently, are left out.
 *
 * @spec instructions.ui.cells, instructions.ui.no-markup
 */
export function charactersOf(text: string): CellCharacter[] {
  if (PLAIN.test(text)) return Array.from(text, (character) => ({ text: character, width: 1, length: 1 }));
  const characters: { text: string; width: 1 | 2; length: number }[] = [];
  let marks = 0;
  let flagHalves = 0;
  for (const character of text) {
    const last = characters.at(-1);
    const kind = CONTROL.test(character) ? "control" : characterClass(character);
    if (kind === "mark" && last !== undefined) {
      if (marks < MOST_MARKS) last.text += character;
      marks += 1;
      last.length += character.length;
      continue;
    }
    if ((kind === "format" || kind === "skin_tone") && last !== undefined) {
      last.length += character.length;
      continue;
    }
    if (kind === "flag_half" && flagHalves % 2 === 1 && last !== undefined) {
      last.text += character;
      last.length += character.length;
      flagHalves += 1;
      continue;
    }
    flagHalves = kind === "flag_half" ? 1 : 0;
    marks = 0;
    characters.push(alone(character, kind));
  }
  return characters;
}

/** Cells that a text takes. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return charactersOf(text).reduce((sum, { width }) => sum + width, 0);
}

const CONTROL = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

function alone(character: string, kind: ReturnType<typeof characterClass> | "control"): CellCharacter {
  const { length } = character;
  if (kind === "control") return { text: "\ufffd", width: 1, length };
  // A mark, or what has no look of its own, with nothing before it.
  if (kind === "mark") return { text: ` ${character}`, width: 1, length };
  if (kind === "format") return { text: " ", width: 1, length };
  return { text: character, width: kind === "narrow" ? 1 : 2, length };
}
