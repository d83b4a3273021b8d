import { stripVTControlCharacters } from "node:util";

/** Styles a terminal can show. Each is empty where colour is off. */
export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan";

const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
};

/** Standard output and standard error, with or without colour, with or without JSON. */
export interface Terminal {
  /** Print a line to standard output. Nothing in JSON mode. */
  line(text?: string): void;
  /** Print a line to standard error. */
  note(text: string): void;
  /** Print a JSON document to standard output. */
  json(value: unknown): void;
  /** Whether output is JSON. */
  readonly isJson: boolean;
  /** Columns of standard output; 100 where it is no terminal. */
  readonly columns: number;
  /** Show `text` in a style. */
  style(style: Style, text: string): string;
  /** Show how far long work is; replaced by the next call, removed by `undefined`. Only on a terminal that can. */
  progress(text: string | undefined): void;
}

/** A stream that can be written to: the part of a Node stream that is used. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Whether to colour: `NO_COLOR` wins, then `FORCE_COLOR`, then whether the stream is a terminal. */
export function wantsColour(stream: OutputStream, environment: Readonly<Record<string, string | undefined>>): boolean {
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0";
  return isCapable(stream, environment);
}

/** Whether a stream is a terminal that knows escape sequences: one that does not would print them. */
function isCapable(stream: OutputStream, environment: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && environment["TERM"] !== "dumb";
}

/** Make a terminal out of two streams. */
export function createTerminal(
  stdout: OutputStream,
  stderr: OutputStream,
  environment: Readonly<Record<string, string | undefined>>,
  isJson: boolean,
): Terminal {
  const colour = wantsColour(stdout, environment);
  const showsProgress = isCapable(stderr, environment) && !isJson;
  let progressShown = false;
  const clearProgress = (): void => {
    if (progressShown) stderr.write("\r\u001b[2K");
    progressShown = false;
  };
  return {
    isJson,
    columns: stdout.columns ?? 100,
    line(text = ""): void {
      if (isJson) return;
      clearProgress();
      stdout.write(`${text}\n`);
    },
    note(text): void {
      clearProgress();
      stderr.write(`${text}\n`);
    },
    json(value): void {
      stdout.write(`${JSON.stringify(value, jsonReplacer, 2)}\n`);
    },
    style(style, text): string {
      if (!colour) return text;
      const [on, off] = CODES[style];
      return `\u001b[${on}m${text}\u001b[${off}m`;
    },
    progress(text): void {
      clearProgress();
      if (text === undefined || !showsProgress) return;
      // A line that wraps could not be taken away again.
      stderr.write(`\r${text.slice(0, (stderr.columns ?? 80) - 1)}`);
      progressShown = true;
    },
  };
}

/** Bytes as lower-case hexadecimal, 64-bit integers as decimal strings: the JSON forms of the specification. */
function jsonReplacer(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value);
  if (typeof value === "bigint") return value.toString();
  return value;
}

/** Bytes as lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** Columns a text takes, colour codes not counted. */
export function width(text: string): number {
  // Nearly every cell, of which an artifact's table may have millions.
  if (/^[ -~]*$/.test(text)) return text.length;
  return [...stripVTControlCharacters(text)].length;
}

/**
 * Characters that would move the cursor, colour the screen, turn the direction of what follows, or not be seen: C0, DEL
 * and C1, marks and embeddings of directions, separators of lines, and characters without a width.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not pass
export const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Text that came from outside, made safe to print: control characters become visible escapes, so that an artifact's
 * name cannot move the cursor or colour the screen.
 *
 * @spec security.terminal-text
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}
