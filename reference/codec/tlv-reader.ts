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

/**
 * Decode the TLVs that fill `bytes[start, end)`. Each is checked in the order of its fields: type, depth, length, then
 * that the whole value is there, its width, and the value itself; the first fault ends the reading. Values are copies.
 *
 * @param fail throws the caller's error
 * @param offsets receives the offset of the type byte of each TLV, where given
 * @spec instructions.tlv
 */
export function decodeTlvs(bytes: Uint8Array, start: number, end: number, fail: TlvFail, offsets?: number[]): Tlv[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tlvs = new TlvReader(bytes, view, fail).sequence(start, end, 0, offsets);
  // @spec instructions.tlv.none
  if (tlvs.at(-1)?.type === "none")
    fail("trailing_none", end - 2, "a value, or no operand", "none as the last operand");
  return tlvs;
}

class TlvReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #fail: TlvFail;
  #at = 0;

  constructor(bytes: Uint8Array, view: DataView, fail: TlvFail) {
    this.#bytes = bytes;
    this.#view = view;
    this.#fail = fail;
  }

  sequence(start: number, end: number, depth: number, offsets?: number[]): Tlv[] {
    const tlvs: Tlv[] = [];
    this.#at = start;
    while (this.#at < end) {
      offsets?.push(this.#at);
      tlvs.push(this.#one(end, depth));
    }
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
        return { type, value: this.#view.getUint32(start) };
      case "u64":
        return { type, value: this.#view.getBigUint64(start) };
      case "i64":
        return { type, value: this.#view.getBigInt64(start) };
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
    const value = this.#view.getFloat64(start);
    if (Number.isNaN(value) && (this.#view.getUint32(start) !== 0x7ff80000 || this.#view.getUint32(start + 4) !== 0)) {
      this.#fail("invalid_nan", start, "7ff8000000000000", "another NaN");
    }
    return value;
  }

  // @spec instructions.tlv.bool
  #bool(start: number): boolean {
    const byte = this.#bytes[start] as number;
    if (byte > 1) this.#fail("invalid_bool", start, "00 or 01", byte.toString(16).padStart(2, "0"));
    return byte === 1;
  }
}
