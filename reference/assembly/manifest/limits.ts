/** Most findings that are told of one file; how many there are beyond is told as a number. */
export const MOST_FINDINGS = 1000;

/**
 * Bytes of UTF-8, or code units of a text, that the file of an author may have: sixteen times what an artifact can hold,
 * so that there is room for comments.
 */
export const LONGEST_FILE = 4_194_304;

/** Things of which no more than a bound are told. */
export interface Told<T> {
  /** Those that are told, in their order. */
  readonly told: readonly T[];
  /** How many there are beyond. */
  readonly untold: number;
}

/** The first of some things; the others are only counted, and not kept. */
export function firstOf<T>(things: Iterable<T>, most: number): Told<T> {
  const told: T[] = [];
  let untold = 0;
  for (const thing of things) {
    if (told.length < most) told.push(thing);
    else untold++;
  }
  return { told, untold };
}
