import { TLV_DEPTH, TLV_TYPE_NAMES, type Tlv, type TlvFail, type TlvTypeName } from "./tlv.js";
import { decodeUtf8 } from "./utf8.js";

/** Width of each type in bytes; -1 where the value may have any length. */
const WIDTHS: Readonly<Record<TlvTypeName, number>> = {
  none: 0,
  u32: 4,
  u64: 8,
  i64: 8,
  f64: 8,
  bool: 1,
  bytes: -1,
  text: -1,
  handle: 4,
  list: -1,
};

const NONE: Tlv = { type: "none" };

/** A number of 64 bits, taken together here: a view of each message would cost more than everything else about it. */
const WIDE = new DataView(new ArrayBuffer(8));

/**
 * Decode the TLVs that fill `bytes[start, end)`. Each is checked in the order of its fields: type, depth, length, then
 * that the whole value is there, its width, and the value itself; the first fault ends the reading. Values are copies.
 *
 * @param fail throws the caller's error
 * @spec instructions.tlv
 */
export function decodeTlvs(bytes: Uint8Array, start: number, end: number, fail: TlvFail): Tlv[] {
  const tlvs = new TlvReader(bytes, fail).sequence(start, end, 0);
  // @spec instructions.tlv.none
  if (tlvs.at(-1)?.type === "none")
    fail("trailing_none", end - 2, "a value, or no operand", "none as the last operand");
  return tlvs;
}

/**
 * Where one of a sequence of TLVs begins, which has been decoded.
 *
 * @param start offset of the first
 * @param index which of them, from 0
 */
export function tlvOffset(bytes: Uint8Array, start: number, index: number): number {
  let at = start;
  for (let before = 0; before < index; before++) {
    at += 1;
    let length = 0;
    for (let place = 1; ; place *= 128) {
      const byte = bytes[at++] as number;
      length += (byte & 0x7f) * place;
      if (byte < 0x80) break;
    }
    at += length;
  }
  return at;
}

class TlvReader {
  readonly #bytes: Uint8Array;
  readonly #fail: TlvFail;
  #at = 0;

  constructor(bytes: Uint8Array, fail: TlvFail) {
    // What `slice` gives of Node's Buffer is no copy.
    this.#bytes =
      bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#fail = fail;
  }

  sequence(start: number, end: number, depth: number): Tlv[] {
    const tlvs: Tlv[] = [];
    this.#at = start;
    while (this.#at < end) tlvs.push(this.#one(end, depth));
    return tlvs;
  }

  #one(end: number, depth: number): Tlv {
    const typeAt = this.#at++;
    const byte = this.#bytes[typeAt] as number;
    const type = TLV_TYPE_NAMES[byte] ?? this.#fail("unknown_type", typeAt, "a type from 0 to 9", String(byte));
    // @spec instructions.tlv.list
    if (type === "list" && depth === TLV_DEPTH) {
      this.#fail("list_depth", typeAt, `lists nested at most ${TLV_DEPTH} deep`, `a list at depth ${depth + 1}`);
    }
    const lengthAt = this.#at;
    const length = this.#length(end);
    const valueAt = this.#at;
    if (length > end - valueAt)
      this.#fail("truncated", valueAt, `${length} bytes of ${type}`, `${end - valueAt} bytes`);
    const width = WIDTHS[type];
    if (width >= 0 && length !== width) {
      this.#fail("length_mismatch", lengthAt, `length ${width} of ${type}`, `length ${length}`);
    }
    this.#at = valueAt + length;
    return this.#value(type, valueAt, valueAt + length, depth);
  }

  // @spec instructions.tlv.length
  /** Unsigned LEB128: at most five bytes, the fifth at most 0x0f, the last not zero unless it is the only one. */
  #length(end: number): number {
    const lengthAt = this.#at;
    let length = 0;
    for (let index = 0; index < 5; index++) {
      if (this.#at >= end) this.#fail("truncated", lengthAt, "a length", "the end of the bytes");
      const byte = this.#bytes[this.#at++] as number;
      if (index === 4 && byte > 0x0f) break;
      length += (byte & 0x7f) * 2 ** (7 * index);
      if (byte >= 0x80) continue;
      if (byte === 0 && index > 0)
        this.#fail("length_encoding", lengthAt, "the shortest form", `${index + 1} bytes for ${length}`);
      return length;
    }
    return this.#fail("length_encoding", lengthAt, "a length of at most 32 bits", "a longer one");
  }

  #value(type: TlvTypeName, start: number, end: number, depth: number): Tlv {
    switch (type) {
      case "none":
        return NONE;
      case "u32":
      case "handle":
        return { type, value: this.#word(start) };
      case "u64":
        this.#take(start);
        return { type, value: WIDE.getBigUint64(0) };
      case "i64":
        this.#take(start);
        return { type, value: WIDE.getBigInt64(0) };
      case "f64":
        return { type, value: this.#float(start) };
      case "bool":
        return { type, value: this.#bool(start) };
      case "bytes":
        return { type, value: this.#bytes.slice(start, end) };
      // @spec instructions.tlv.text
      case "text":
        return {
          type,
          value: decodeUtf8(this.#bytes, start, end) ?? this.#fail("invalid_utf8", start, "UTF-8", "other bytes"),
        };
      case "list": {
        const value = this.sequence(start, end, depth + 1);
        return { type, value };
      }
    }
  }

  // @spec instructions.tlv.f64
  #float(start: number): number {
    this.#take(start);
    const value = WIDE.getFloat64(0);
    if (Number.isNaN(value) && (WIDE.getUint32(0) !== 0x7ff80000 || WIDE.getUint32(4) !== 0)) {
      this.#fail("invalid_nan", start, "7ff8000000000000", "another NaN");
    }
    return value;
  }

  #word(start: number): number {
    const bytes = this.#bytes;
    const high = ((bytes[start] as number) << 8) | (bytes[start + 1] as number);
    return ((high << 16) | ((bytes[start + 2] as number) << 8) | (bytes[start + 3] as number)) >>> 0;
  }

  #take(start: number): void {
    WIDE.setUint32(0, this.#word(start));
    WIDE.setUint32(4, this.#word(start + 4));
  }

  // @spec instructions.tlv.bool
  #bool(start: number): boolean {
    const byte = this.#bytes[start] as number;
    if (byte > 1) this.#fail("invalid_bool", start, "00 or 01", byte.toString(16).padStart(2, "0"));
    return byte === 1;
  }
}
