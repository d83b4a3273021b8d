/** Bytes of a module that is being written; grows as it is filled, and is used again for one function after another. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  #length = 0;

  /** How many bytes were written. */
  get length(): number {
    return this.#length;
  }

  /** What was written, as a view that is good until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Begin anew. */
  clear(): void {
    this.#length = 0;
  }

  /** Append one byte. */
  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** Append bytes, each from 0 to 255. */
  bytes(values: ArrayLike<number>): void {
    this.#grow(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** Append the range of another array of bytes. */
  range(source: Uint8Array, start: number, end: number): void {
    // Most ranges are single instructions, for which a view would cost more than the loop.
    if (end - start > 32) {
      this.bytes(source.subarray(start, end));
      return;
    }
    this.#grow(end - start);
    for (let at = start; at < end; at += 1) this.#bytes[this.#length++] = source[at] as number;
  }

  /** Append an unsigned LEB128 integer, 0 to 2^32-1. */
  u32(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.byte((rest % 0x80) | 0x80);
    this.byte(rest);
  }

  /** Append a signed LEB128 integer, -2^31 to 2^31-1. */
  s32(value: number): void {
    let rest = value;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
        this.byte(low);
        return;
      }
      this.byte(low | 0x80);
    }
  }

  /** Append a name of ASCII characters: its length, then the characters. */
  name(text: string): void {
    this.u32(text.length);
    for (let at = 0; at < text.length; at += 1) this.byte(text.charCodeAt(at));
  }

  /** Append a length in bytes, then the bytes. */
  sized(values: Uint8Array): void {
    this.u32(values.length);
    this.bytes(values);
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.written);
    this.#bytes = larger;
  }
}
