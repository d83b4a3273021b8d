// East Asian Wide and Fullwidth characters that are not emoji, as first and last code points of ranges, ascending.
const WIDE: readonly number[] = [
  0x1100, 0x115f, 0x2329, 0x232a, 0x2e80, 0x303e, 0x3041, 0x3247, 0x3250, 0x4dbf, 0x4e00, 0xa4c6, 0xa960, 0xa97c,
  0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe6b, 0xff01, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x18cff,
  0x1aff0, 0x1b2ff, 0x1f200, 0x1f265, 0x20000, 0x2fffd, 0x30000, 0x3fffd,
];

const MARK = /^[\p{Mn}\p{Me}\p{Mc}\u1160-\u11ff]$/u;
const FORMAT = /^(\p{Cf}|\p{Cc}|\p{Cs}|\u2028|\u2029|\ufe0e|\ufe0f)$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;
const SKIN_TONE = /^\p{Emoji_Modifier}$/u;
const FLAG_HALF = /^\p{Regional_Indicator}$/u;

const CLASSES = ["narrow", "wide", "mark", "flag_half", "skin_tone", "format"] as const;

/** How a code point goes into cells. */
export type CharacterClass = (typeof CLASSES)[number];

/** Classes of the first two planes, found when a character comes for the first time; 0 is none yet. */
const known = new Uint8Array(0x2_0000);

/**
 * How a character goes into cells: alone in one or two, onto the one before it, or not at all. What terminals disagree
 * about is decided here and drawn so that a terminal of another opinion loses no more than that character.
 *
 * @param character one code point
 * @spec instructions.ui.cells
 */
export function characterClass(character: string): CharacterClass {
  const code = character.codePointAt(0) ?? 0;
  const found = CLASSES[(known[code] ?? 0) - 1];
  if (found !== undefined) return found;
  const result = classify(character, code);
  if (code < known.length) known[code] = CLASSES.indexOf(result) + 1;
  return result;
}

function classify(character: string, code: number): CharacterClass {
  if (FORMAT.test(character)) return "format";
  if (MARK.test(character)) return "mark";
  if (FLAG_HALF.test(character)) return "flag_half";
  if (SKIN_TONE.test(character)) return "skin_tone";
  return isWide(code) || EMOJI.test(character) ? "wide" : "narrow";
}

function isWide(code: number): boolean {
  if (code < 0x1100) return false;
  let low = 0;
  let high = WIDE.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (code > (WIDE[2 * middle + 1] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return code >= (WIDE[2 * low] ?? Number.POSITIVE_INFINITY);
}
