/** A level of iFACTS. @spec ifacts.levels */
export type Level = 1 | 2 | 3 | 4;

/** Every level, in the order in which they are run. @spec ifacts.levels */
export const LEVELS: readonly Level[] = [1, 2, 3, 4];

/** What each level is about. */
export const LEVEL_MEANINGS: Readonly<Record<Level, string>> = {
  1: "single component",
  2: "interface",
  3: "integration",
  4: "behaviour",
};

/** How a level is written. */
export type LevelName = "L1" | "L2" | "L3" | "L4";

/** How a level is written. */
export function levelName(level: Level): LevelName {
  return `L${level}`;
}

/** The level of a number, or undefined where there is none. */
export function levelOf(number: number): Level | undefined {
  return LEVELS.find((level) => level === number);
}

/**
 * The levels of a request, ascending: `L2` for one, `L1..L3` for several.
 *
 * @returns undefined where the text is no such request
 */
export function levelsIn(text: string): readonly Level[] | undefined {
  const [, first, last = first] = /^L([1-4])(?:\.\.L([1-4]))?$/i.exec(text) ?? [];
  if (first === undefined) return undefined;
  const levels = LEVELS.filter((level) => level >= Number(first) && level <= Number(last));
  return levels.length === 0 ? undefined : levels;
}
