import type { ByteRow } from "./byte-row.js";

/** Levels below which items are not taken apart. */
const DEEPEST = 64;
const SIMPLE: Readonly<Record<number, string>> = { 20: "false", 21: "true", 22: "null", 23: "undefined" };

/** Bytes that are no item: where. */
class Unreadable extends Error {}

/**
 * CBOR between two offsets, an item a row; what cannot be read ends it with a row of its own. It judges nothing.
 *
 * @param inside key of the outermost map whose byte string is a document of its own, and is taken apart too
 */
export function cborRows(bytes: Uint8Array, from: number, to: number, inside?: string): ByteRow[] {
  const reader = new Reader(bytes, from, to, inside);
  try {
    reader.item(0, "");
    if (reader.at < to)
      reader.rows.push({ offset: reader.at, length: to - reader.at, depth: 0, text: "bytes behind the item" });
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const at = reader.rows.reduce((end, { offset, length }) => Math.max(end, offset + length), from);
    if (at < to) reader.rows.push({ offset: at, length: to - at, depth: 0, text: "cannot be read" });
  }
  return reader.rows;
}

class Reader {
  readonly rows: ByteRow[] = [];
  readonly #bytes: Uint8Array;
  readonly #to: number;
  readonly #inside: string | undefined;
  at: number;

  constructor(bytes: Uint8Array, from: number, to: number, inside?: string) {
    this.#bytes = bytes;
    this.#inside = inside;
    this.at = from;
    this.#to = Math.min(to, bytes.length);
  }

  /** Read one item. `before` is what stands in front of its text, the key it is the value of. */
  item(depth: number, before: string): void {
    if (depth > DEEPEST) throw new Unreadable();
    const offset = this.at;
    const { major, argument, isIndefinite } = this.#head();
    const row = (text: string): void =>
      void this.rows.push({
        offset,
        length: this.at - offset,
        depth,
        text: before === "" ? text : `${before}: ${text}`,
      });
    switch (major) {
      case 0:
        row(argument.toString());
        return;
      case 1:
        row((-1n - argument).toString());
        return;
      case 2:
      case 3: {
        if (isIndefinite) throw new Unreadable();
        const content = this.#take(argument);
        row(major === 3 ? JSON.stringify(new TextDecoder().decode(content)) : `${content.length} bytes`);
        return;
      }
      case 4:
        row(isIndefinite ? "array of unknown length" : `array of ${argument}`);
        for (let index = 0n; this.#goesOn(index, argument, isIndefinite); index += 1n)
          this.item(depth + 1, `[${index}]`);
        return;
      case 5:
        row(isIndefinite ? "map of unknown length" : `map of ${argument}`);
        for (let index = 0n; this.#goesOn(index, argument, isIndefinite); index += 1n) this.#member(depth + 1);
        return;
      case 6:
        row(`tag ${argument}`);
        this.item(depth + 1, "");
        return;
      default:
        row(this.#simple(offset, argument));
    }
  }

  /** A key and its value; a text as a key stands on the line of its value. */
  #member(depth: number): void {
    const offset = this.at;
    const { major, argument, isIndefinite } = this.#head();
    if (major === 3 && !isIndefinite) {
      const key = new TextDecoder().decode(this.#take(argument));
      this.rows.push({ offset, length: this.at - offset, depth, text: `key ${JSON.stringify(key)}` });
      if (depth === 1 && key === this.#inside && this.#document(depth + 1)) return;
    } else {
      this.at = offset;
      this.item(depth, "key");
    }
    this.item(depth + 1, "");
  }

  /** A byte string that holds a document of its own. False where no whole byte string stands here. */
  #document(depth: number): boolean {
    const offset = this.at;
    const { major, argument, isIndefinite } = this.#head();
    if (major !== 2 || isIndefinite || argument > BigInt(this.#to - this.at)) {
      this.at = offset;
      return false;
    }
    const end = this.at + Number(argument);
    this.rows.push({ offset, length: this.at - offset, depth, text: `${argument} bytes, a document of its own` });
    for (const row of cborRows(this.#bytes, this.at, end)) this.rows.push({ ...row, depth: depth + 1 + row.depth });
    this.at = end;
    return true;
  }

  #simple(offset: number, argument: bigint): string {
    const extra = (this.#bytes[offset] ?? 0) & 31;
    if (extra === 31) throw new Unreadable();
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + offset);
    if (extra === 26) return `${view.getFloat32(1)} (32 bits)`;
    if (extra === 27) return `${view.getFloat64(1)} (64 bits)`;
    if (extra === 25) return "a number of 16 bits";
    return SIMPLE[Number(argument)] ?? `simple value ${argument}`;
  }

  #goesOn(index: bigint, count: bigint, isIndefinite: boolean): boolean {
    if (!isIndefinite) return index < count;
    if (this.#bytes[this.at] !== 0xff) return true;
    this.rows.push({ offset: this.at, length: 1, depth: 0, text: "end" });
    this.at += 1;
    return false;
  }

  #head(): { major: number; argument: bigint; isIndefinite: boolean } {
    const first = this.#take(1n)[0] ?? 0;
    const [major, extra] = [first >> 5, first & 31];
    if (extra < 24) return { major, argument: BigInt(extra), isIndefinite: false };
    if (extra === 31 && major >= 2 && major <= 5) return { major, argument: 0n, isIndefinite: true };
    if (extra > 27) throw new Unreadable();
    let argument = 0n;
    for (const byte of this.#take(BigInt(1 << (extra - 24)))) argument = argument * 256n + BigInt(byte);
    return { major, argument, isIndefinite: false };
  }

  #take(count: bigint): Uint8Array {
    if (count > BigInt(this.#to - this.at)) throw new Unreadable();
    const taken = this.#bytes.subarray(this.at, this.at + Number(count));
    this.at += taken.length;
    return taken;
  }
}
