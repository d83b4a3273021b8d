import type { Tlv } from "../../../generated/instructions/tlv.js";

/** An action that a person commands. */
export interface CommandedAction {
  /** `<part>.<action>`. */
  readonly action: string;
  readonly input: readonly Tlv[];
}

/** Why a line is no command. */
export interface ActionLineFault {
  readonly problem: string;
}

/** Integers of 64 bits with a sign, the only ones that an action is given from a command line. */
const [LOWEST, HIGHEST] = [-(2n ** 63n), 2n ** 63n - 1n];

const INTEGER = /^[+-]?[0-9]+$/;
const DECIMAL = /^[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][+-]?[0-9]+)?$/;

interface Word {
  readonly text: string;
  /** Whether any of it stood in quotes: then it is text, whatever it looks like. */
  readonly isQuoted: boolean;
}

/**
 * Read one command: an action and its values, parted by spaces. An integer, a decimal, `true` and `false` are what they
 * look like; everything else is text, and so is whatever stands in quotes.
 *
 * @returns nothing for a line without a word in it
 * @spec tools.run.assembly.commands
 */
export function readActionLine(line: string): CommandedAction | ActionLineFault | undefined {
  const words = wordsOf(line);
  if (!Array.isArray(words)) return words;
  const [first, ...values] = words;
  if (first === undefined) return undefined;
  const input: Tlv[] = [];
  for (const word of values) {
    const value = valueIn(word);
    if ("problem" in value) return value;
    input.push(value);
  }
  return { action: first.text, input };
}

/** Whether a reading of a line is a fault. */
export function isFault(reading: CommandedAction | ActionLineFault): reading is ActionLineFault {
  return "problem" in reading;
}

function wordsOf(line: string): Word[] | ActionLineFault {
  const words: Word[] = [];
  let text: string | undefined;
  let isQuoted = false;
  let quote: string | undefined;
  const characters = [...line];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? "";
    if (character === "\\" && quote !== "'") {
      at += 1;
      const next = characters[at];
      if (next === undefined) return { problem: "a backslash stands in front of nothing" };
      text = (text ?? "") + next;
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else text = (text ?? "") + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      isQuoted = true;
      text ??= "";
    } else if (/\s/.test(character)) {
      if (text !== undefined) words.push({ text, isQuoted });
      text = undefined;
      isQuoted = false;
    } else text = (text ?? "") + character;
  }
  if (quote !== undefined) return { problem: `a text begins with ${quote} and never ends` };
  if (text !== undefined) words.push({ text, isQuoted });
  return words;
}

function valueIn({ text, isQuoted }: Word): Tlv | ActionLineFault {
  if (isQuoted) return { type: "text", value: text };
  if (text === "true" || text === "false") return { type: "bool", value: text === "true" };
  if (INTEGER.test(text)) {
    // No number of 64 bits has more digits, and a line may have as many as it likes.
    const value = text.length > 40 ? HIGHEST + 1n : BigInt(text.replace(/^\+/, ""));
    if (value < LOWEST || value > HIGHEST)
      return { problem: `${text.slice(0, 40)} takes more than 64 bits; put it in quotes` };
    return { type: "i64", value };
  }
  if (DECIMAL.test(text)) {
    const value = Number(text);
    if (!Number.isFinite(value)) return { problem: `${text} is larger than any number; put it in quotes` };
    return { type: "f64", value };
  }
  return { type: "text", value: text };
}
