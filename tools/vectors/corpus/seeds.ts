import { createHash } from "node:crypto";

/** What every seed begins with. @spec conformance.generated */
export const SEED_PREFIX = "fayger-vectors/v1/";

/** The seed of an id, usually that of a vector: 32 bytes. @spec conformance.generated */
export function seedOf(id: string): Uint8Array {
  return Uint8Array.from(createHash("sha256").update(`${SEED_PREFIX}${id}`, "utf8").digest());
}

/**
 * Bytes and integers that follow from an id alone: block i of the stream is SHA-256 over the seed and i as four bytes,
 * big-endian.
 */
export class SeedStream {
  readonly #seed: Uint8Array;
  #block: Uint8Array = new Uint8Array();
  #blocks = 0;
  #used = 0;

  constructor(id: string) {
    this.#seed = seedOf(id);
  }

  /** The next n bytes. */
  bytes(n: number): Uint8Array {
    return Uint8Array.from({ length: n }, () => this.#next());
  }

  /** An integer of 0 to `below` - 1, `below` at most 2^32, without a bias: values past the last whole multiple are passed over. */
  integer(below: number): number {
    if (!Number.isInteger(below) || below < 1 || below > 2 ** 32) throw new RangeError(`no integer below ${below}`);
    const bound = 2 ** 32 - (2 ** 32 % below);
    for (;;) {
      const [a = 0, b = 0, c = 0, d = 0] = this.bytes(4);
      const value = ((a * 256 + b) * 256 + c) * 256 + d;
      if (value < bound) return value % below;
    }
  }

  /** One of the items. */
  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.integer(items.length)] ?? items[0];
  }

  #next(): number {
    if (this.#used === this.#block.length) {
      const count = new Uint8Array(4);
      new DataView(count.buffer).setUint32(0, this.#blocks);
      this.#block = Uint8Array.from(createHash("sha256").update(this.#seed).update(count).digest());
      this.#blocks += 1;
      this.#used = 0;
    }
    const byte = this.#block[this.#used] ?? 0;
    this.#used += 1;
    return byte;
  }
}
