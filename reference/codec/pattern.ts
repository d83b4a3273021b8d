import { KnownTexts } from "./known-texts.js";

/**
 * Regular expressions of the schema as deterministic automata. The compiler turns an expression into rows once, so that
 * a text matches, or does not match, in one step a byte and in the same way on every host: nothing depends on the
 * host's own regular expressions, and no input makes matching slow.
 *
 * @spec encoding.pattern
 */
export interface Pattern {
  /** The expression, as the schema writes it. */
  readonly source: string;
  /** Next state by `state | byte`, states counted in steps of 256; the last state is a trap. */
  readonly table: Uint16Array;
  /**
   * For automata of at most six states, the trap included: for each byte the next states, five bits each. The states
   * are positions in these words, so that a step needs no load that waits for the step before it. Empty for others.
   */
  readonly shifts: Int32Array;
  /** Whether a text may end in `state >> 8`, or, by {@link Pattern.shifts}, in `state / 5`. */
  readonly accepting: readonly boolean[];
  /** Texts that match and that most documents hold. */
  readonly known: KnownTexts | undefined;
}

/** One state of an automaton. */
export interface PatternRow {
  /** Characters to the state they lead to: single characters and ranges (`a-z0-9._`); a leading `-` is itself. */
  readonly to: Readonly<Record<string, number>>;
  /** Whether a text may end here. */
  readonly accepts?: boolean;
}

/**
 * Builds a pattern out of its automaton. Row 0 is the start. All characters are ASCII: every other byte is refused.
 *
 * @param source the expression, for error texts
 * @param known texts that match and that most documents hold
 */
export function pattern(source: string, rows: readonly PatternRow[], known: readonly string[] = []): Pattern {
  const trap = rows.length * 256;
  const table = new Uint16Array((rows.length + 1) * 256).fill(trap);
  rows.forEach((row, state) => {
    for (const [characters, next] of Object.entries(row.to)) {
      for (const [low, high] of rangesOf(characters)) table.fill(next * 256, state * 256 + low, state * 256 + high + 1);
    }
  });
  const accepting = [...rows.map((row) => row.accepts === true), false];
  return {
    source,
    table,
    shifts: rows.length < SHIFT_STATES ? shiftsOf(table, rows.length + 1) : new Int32Array(0),
    accepting,
    known: known.length === 0 ? undefined : new KnownTexts(known),
  };
}

/** Positions of five bits in a word of 32. */
const SHIFT_STATES = 6;

function shiftsOf(table: Uint16Array, states: number): Int32Array {
  const shifts = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    for (let state = 0; state < states; state++) {
      const next = (table[(state << 8) | byte] as number) >> 8;
      shifts[byte] = (shifts[byte] as number) | ((next * 5) << (state * 5));
    }
  }
  return shifts;
}

/** `-a-z_` is `-`, `a` to `z` and `_`. */
function rangesOf(characters: string): [number, number][] {
  const ranges: [number, number][] = [];
  for (let i = 0; i < characters.length; i++) {
    const low = characters.charCodeAt(i);
    const isRange = i + 2 < characters.length && characters[i + 1] === "-";
    ranges.push([low, isRange ? characters.charCodeAt(i + 2) : low]);
    if (isRange) i += 2;
  }
  return ranges;
}

/** Whether `bytes[start, end)` matches as a whole. */
export function matchesPattern(pattern: Pattern, bytes: Uint8Array, start: number, end: number): boolean {
  const { shifts, table, accepting } = pattern;
  let state = 0;
  if (shifts.length === 256) {
    for (let i = start; i < end; i++) state = ((shifts[bytes[i] as number] as number) >>> state) & 31;
    return accepting[state / 5] as boolean;
  }
  for (let i = start; i < end; i++) state = table[state | (bytes[i] as number)] as number;
  return accepting[state >> 8] as boolean;
}
