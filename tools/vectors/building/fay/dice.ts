import { SEED_PREFIX } from "../../corpus/seeds.js";
import { stream } from "../octets.js";

/** Choices out of a published seed: the same on every host. @spec conformance.generated */
export class Dice {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** @param seed what follows the prefix of all seeds */
  constructor(seed: string) {
    this.#bytes = stream(SEED_PREFIX + seed, 4096);
  }

  /** A number from 0 to below `bound`, which is 256 at most. */
  below(bound: number): number {
    const byte = this.#bytes[this.#at % this.#bytes.length] ?? 0;
    this.#at += 1;
    return byte % bound;
  }

  /** One of some values. */
  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** Whether one in so many times. */
  onceIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** Some of the values, in their order: each with one chance in `times`. */
  some<T>(values: readonly T[], times = 2): T[] {
    return values.filter(() => this.onceIn(times));
  }

  /** The values in another order. */
  shuffled<T>(values: readonly T[]): T[] {
    const left = [...values];
    return values.map(() => left.splice(this.below(left.length), 1)[0] as T);
  }
}
