/** A run of decisions: equal numbers, equal program. Once they are used up, everything gets as short as it can. */
export class Choices {
  readonly #numbers: ArrayLike<number>;
  #at = 0;

  /** @param numbers 0 to 255 each */
  constructor(numbers: ArrayLike<number>) {
    this.#numbers = numbers;
  }

  /** A number below `bound`, which is 1 to 65,536; 0 once nothing is left. */
  upTo(bound: number): number {
    const high = bound > 256 ? this.#next() * 256 : 0;
    return (high + this.#next()) % bound;
  }

  /** One of a list that is not empty. */
  pick<T>(from: readonly T[]): T {
    return from[this.upTo(from.length)] as T;
  }

  /** Whether nothing is left. */
  get isOver(): boolean {
    return this.#at >= this.#numbers.length;
  }

  #next(): number {
    const number = this.#numbers[this.#at] ?? 0;
    this.#at += 1;
    return number;
  }
}

/** Decisions with a fixed seed (xorshift32), for runs without fast-check. */
export function decisionsFrom(seed: number, count: number): Uint8Array {
  let state = seed === 0 ? 1 : seed | 0;
  return Uint8Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 8;
  });
}
