import { decodeUtf8 } from "./utf8.js";
import { hexByte, WasmInvalid } from "./wasm-invalid.js";

/**
 * A cursor over a module's bytes that reads the primitive encodings: bytes, LEB128 integers, names.
 * It never reads at or after `end`, which callers narrow to the section or body at hand and restore.
 * Each method throws {@link WasmInvalid}: `truncated` at the place where a byte is missing, anything
 * else at the first byte of the item read. `expected` names that item for the message.
 *
 * @spec guest-abi.code.malformed
 */
export class BinaryReader {
  /** The whole module. */
  readonly bytes: Uint8Array;
  /** Offset of the next byte. */
  position: number;
  /** Offset after the last byte that may be read. */
  end: number;
  /** Low 32 bits of the integer that {@link s64} read last, as a signed number. */
  low = 0;
  /** High 32 bits of the integer that {@link s64} read last, as a signed number. */
  high = 0;

  constructor(bytes: Uint8Array, position = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** One byte. */
  byte(expected: string): number {
    const byte = this.position < this.end ? this.bytes[this.position] : undefined;
    if (byte === undefined) throw new WasmInvalid("truncated", this.position, expected, "no more bytes");
    this.position++;
    return byte;
  }

  /** Step over `length` bytes and return where they began. */
  skip(length: number, expected: string): number {
    const start = this.position;
    if (length > this.end - start) {
      throw new WasmInvalid("truncated", this.end, expected, `${this.end - start} of ${length} bytes`);
    }
    this.position = start + length;
    return start;
  }

  /** An unsigned LEB128 integer of at most 5 bytes: 0 to 2^32-1. */
  u32(expected: string): number {
    const start = this.position;
    let result = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte(expected);
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
    const last = this.lastByte(start, expected);
    if (last > 0x0f) throw tooLarge(start, expected, last);
    return result + last * 0x1000_0000;
  }

  /** A signed LEB128 integer of at most 5 bytes: -2^31 to 2^31-1. */
  s32(expected: string): number {
    const start = this.position;
    let result = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte(expected);
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (result << (25 - shift)) >> (25 - shift);
    }
    const last = this.lastByte(start, expected);
    // Bits 3 to 6 are the sign and its copies.
    if (last > 0x07 && last < 0x78) throw tooLarge(start, expected, last);
    return result | (last << 28);
  }

  /** A signed LEB128 integer of at most 5 bytes: -2^32 to 2^32-1. */
  s33(expected: string): number {
    const start = this.position;
    let result = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte(expected);
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (result << (25 - shift)) >> (25 - shift);
    }
    const last = this.lastByte(start, expected);
    // Bits 4 to 6 are the sign and its copies.
    if (last > 0x0f && last < 0x70) throw tooLarge(start, expected, last);
    return result + (last > 0x0f ? last - 0x80 : last) * 0x1000_0000;
  }

  /** A signed LEB128 integer of at most 10 bytes: -2^63 to 2^63-1, left in {@link low} and {@link high}. */
  s64(expected: string): void {
    const start = this.position;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = this.byte(expected);
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift >= 28) high |= shift === 28 ? bits >> 4 : bits << (shift - 32);
      if (byte < 0x80) {
        const used = shift + 7;
        if (used < 32) low = (low << (32 - used)) >> (32 - used);
        this.low = low;
        this.high = used <= 32 ? low >> 31 : (high << (64 - used)) >> (64 - used);
        return;
      }
    }
    const last = this.lastByte(start, expected);
    // One bit of the value is left, and six copies of it.
    if (last !== 0 && last !== 0x7f) throw tooLarge(start, expected, last);
    this.low = low;
    this.high = high | (last << 31);
  }

  /** The byte of an integer after which no other may follow: 0 to 0x7f. */
  private lastByte(start: number, expected: string): number {
    const byte = this.byte(expected);
    if (byte >= 0x80) {
      throw new WasmInvalid(
        "integer_too_long",
        start,
        `${expected} in fewer bytes`,
        "one byte more than its type needs",
      );
    }
    return byte;
  }

  /** How many entries of `minimumBytes` or more follow: refused where they could not fit before `end`. */
  count(expected: string, limit: number, minimumBytes = 1): number {
    const start = this.position;
    const count = this.u32(expected);
    if (count * minimumBytes > this.end - this.position) {
      const room = `at most ${this.end - this.position} bytes of entries`;
      throw new WasmInvalid("length_out_of_bounds", start, `${expected} with ${room}`, `${count} entries`);
    }
    // @spec guest-abi.code.limits
    if (count > limit) throw new WasmInvalid("limit_exceeded", start, `${expected} up to ${limit}`, `${count}`);
    return count;
  }

  /** A length of bytes that must all lie before `end`. */
  length(expected: string): number {
    const start = this.position;
    const length = this.u32(expected);
    if (length > this.end - this.position) {
      const room = `at most ${this.end - this.position} bytes`;
      throw new WasmInvalid("length_out_of_bounds", start, `${expected} with ${room}`, `${length} bytes`);
    }
    return length;
  }

  /** A name: its length in bytes, then UTF-8. */
  name(expected: string): string {
    const length = this.length(expected);
    const start = this.skip(length, expected);
    const text = decodeUtf8(this.bytes, start, start + length);
    if (typeof text === "number") {
      throw new WasmInvalid("bad_utf8", text, `${expected} in UTF-8`, hexByte(this.bytes[text] ?? 0));
    }
    return text;
  }
}

function tooLarge(offset: number, expected: string, last: number): WasmInvalid {
  return new WasmInvalid("integer_too_large", offset, `${expected} in its range`, `last byte ${hexByte(last)}`);
}
