/** Two texts, the smaller by its bytes first. */
export type Pair = readonly [smaller: string, greater: string];

const SAME = "x";

/** Pairs that differ first at every place of the first words that a comparison may take at once. */
export function pairsThatDiffer(): [name: string, pair: Pair][] {
  return [0, 1, 2, 3, 4, 5, 7, 8].map((at) => {
    const before = SAME.repeat(at);
    // What follows would say the opposite.
    return [`at-${at}`, [`${before}azzzz`, `${before}baaaa`]];
  });
}

/** Pairs of which one begins the other, the beginning being of every length of such words. */
export function pairsThatBegin(): [name: string, pair: Pair][] {
  return [1, 2, 3, 4, 5, 7, 8, 9].map((length) => [
    `with-${length}`,
    [SAME.repeat(length), `${SAME.repeat(length)}${length % 2 === 0 ? "a" : "aaaa"}`],
  ]);
}

/** Texts of every such length, each a beginning of the next. */
export function beginnings(): string[] {
  return Array.from({ length: 10 }, (_, at) => SAME.repeat(at + 1));
}

/** Pairs of which the greater goes on with the byte that a text of its length begins with. */
export function pairsWithTheirHead(): [name: string, pair: Pair][] {
  return [2, 3, 4, 5, 8].map((length) => {
    const before = "y".repeat(length - 1);
    return [`head-of-${length}`, [before, before + String.fromCharCode(0x60 + length)]];
  });
}
