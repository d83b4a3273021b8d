/** From this length on a piece is kept as it came: what the host needs for each piece no longer counts. */
const LONG_PIECE = 4_096;
/** Longest block that short pieces are gathered in. */
const LONGEST_BLOCK = 65_536;

/**
 * Bytes in the order in which they arrive. Memory grows with them and not with the number of pieces, which is up to the
 * other side: a host spends some hundred bytes on each piece, also on one of a single byte.
 *
 * @spec loader.limits.growth
 */
export class ArrivedBytes {
  #blocks: Uint8Array[] = [];
  /** The end of the last block, to which nothing was written yet. */
  #room = new Uint8Array();
  #length = 0;

  /** Bytes that have arrived. */
  get length(): number {
    return this.#length;
  }

  /** The next piece. A long one may be kept as it is, so it must not change afterwards. */
  add(piece: Uint8Array): void {
    // Room is always used up first, so that there is never more of it than one block.
    const fitting = piece.subarray(0, this.#room.length);
    this.#room.set(fitting);
    this.#room = this.#room.subarray(fitting.length);
    this.#length += piece.length;
    const rest = piece.subarray(fitting.length);
    if (rest.length >= LONG_PIECE) {
      this.#blocks.push(rest);
    } else if (rest.length > 0) {
      const block = new Uint8Array(Math.max(rest.length, Math.min(this.#length, LONGEST_BLOCK)));
      block.set(rest);
      this.#blocks.push(block);
      this.#room = block.subarray(rest.length);
    }
  }

  /** Forget them all. */
  clear(): void {
    this.#blocks = [];
    this.#room = new Uint8Array();
    this.#length = 0;
  }

  /** All of them, in memory of their own. @spec loader.source.ownership */
  joined(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const block of this.#blocks) {
      // Only the last block can have room left.
      const part = block.subarray(0, this.#length - at);
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}
