import type { ByteRow } from "./byte-row.js";

/** Bytes that end before what they promise. */
export class CutOff extends Error {}

/** Rows of bytes that are read from the front; what is left over or cannot be read becomes a row of its own. */
export class RowBuilder {
  readonly rows: ByteRow[] = [];
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  /** Take so many bytes as one row. @throws CutOff where there are fewer: then all of them are a row */
  take(length: number, depth: number, text: (taken: Uint8Array) => string): Uint8Array {
    const isWhole = length <= this.left;
    const taken = this.bytes.subarray(this.at, isWhole ? this.at + length : this.bytes.length);
    const shown = text(taken);
    if (taken.length > 0)
      this.rows.push({ offset: this.at, length: taken.length, depth, text: isWhole ? shown : `${shown} (cut off)` });
    this.at += taken.length;
    if (!isWhole) throw new CutOff();
    return taken;
  }

  /** Unsigned LEB128 at the front, without taking it: its value and how many bytes it has; none where it is cut off. */
  peekLeb(from = 0): { value: number; size: number } | undefined {
    let value = 0;
    for (let size = 1; size <= 5; size += 1) {
      const byte = this.bytes[this.at + from + size - 1];
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * 2 ** (7 * (size - 1));
      if (byte < 0x80) return { value, size };
    }
    return undefined;
  }

  /** Everything by `read`, and what it leaves as `rest`. */
  static read(bytes: Uint8Array, read: (rows: RowBuilder) => void, rest: string): ByteRow[] {
    const rows = new RowBuilder(bytes);
    try {
      read(rows);
    } catch (error) {
      if (!(error instanceof CutOff)) throw error;
    }
    if (rows.left > 0) rows.take(rows.left, 0, () => rest);
    return rows.rows;
  }
}

/** Bytes as one unsigned big-endian number. */
export function bigEndian(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
}
