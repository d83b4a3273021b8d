import { createHash } from "node:crypto";

/** Numbers that follow from a text, the same on every system. */
export class Dice {
  readonly #seed: string;
  #block = Buffer.alloc(0);
  #blocks = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** A whole number from 0 to `below` - 1; `below` is at most 2^32. */
  below(below: number): number {
    // The remainder of 48 bits favours small numbers by less than one in 65,536, which no case depends on.
    return this.#take(6).readUIntBE(0, 6) % below;
  }

  /** One of some things. @throws TypeError where there is none */
  oneOf<T>(things: readonly T[]): T {
    if (things.length === 0) throw new TypeError("nothing to choose from");
    return things[this.below(things.length)] as T;
  }

  #take(count: number): Buffer {
    if (this.#block.length < count) {
      this.#block = createHash("sha256").update(`${this.#seed}/${this.#blocks}`).digest();
      this.#blocks += 1;
    }
    const taken = this.#block.subarray(0, count);
    this.#block = this.#block.subarray(count);
    return taken;
  }
}
