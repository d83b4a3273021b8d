/** A source of numbers that gives the same ones for the same seed, everywhere. */
export class RandomNumbers {
  #state: number;

  /** @param seeds together they are the seed */
  constructor(...seeds: readonly number[]) {
    this.#state = seeds.reduce((state, seed) => mixed(state ^ seed), 0x9e3779b9);
  }

  /** An integer from 0 to 2^32-1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    return mixed(this.#state) >>> 0;
  }

  /** An integer from 0 up to `end`, which is not reached. */
  below(end: number): number {
    return end <= 0 ? 0 : this.next() % end;
  }

  /** One of `items`. */
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

function mixed(value: number): number {
  let state = Math.imul(value ^ (value >>> 15), value | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return state ^ (state >>> 14);
}
