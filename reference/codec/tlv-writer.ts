import { TLV_DEPTH, TLV_TYPE_BYTES, type Tlv } from "./tlv.js";
import { encodeUtf8 } from "./utf8.js";

/** Bytes that a message has room in at first. */
const USUAL_BYTES = 256;

/** Most bytes of room that is kept for the next message: as much as a file is usually read by. */
const KEPT_BYTES = 131_072;

interface Room {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Room that nobody writes in at the moment. */
let spare: Room | undefined;

function newRoom(length: number): Room {
  const bytes = new Uint8Array(length);
  return { bytes, view: new DataView(bytes.buffer) };
}

/**
 * Writes a message of TLVs. Values that do not fit throw a `RangeError`: they are a mistake of the program that calls,
 * never of data that came from outside.
 *
 * @spec instructions.tlv
 */
export class TlvWriter {
  /** Room of this writer's own; absent once what was written has been given away. */
  #room: Room | undefined;
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;
  #skipped = 0;

  constructor() {
    // Most messages are short, and one is finished before the next is begun.
    const room = spare ?? newRoom(USUAL_BYTES);
    spare = undefined;
    this.#room = room;
    this.#bytes = room.bytes;
    this.#view = room.view;
  }

  /** A byte of a message's head. */
  byte(value: number): this {
    const at = this.#reserve(1);
    this.#bytes[at] = unsigned(value, 0xff);
    return this;
  }

  /** Two bytes of a message's head. */
  half(value: number): this {
    const at = this.#reserve(2);
    this.#view.setUint16(at, unsigned(value, 0xffff));
    return this;
  }

  /** Leave an optional operand out: none where a later operand follows, nothing at the end. */
  skip(): this {
    this.#skipped++;
    return this;
  }

  /** An unsigned integer, 0 to 2^32-1. */
  u32(value: number): this {
    const at = this.#head(TLV_TYPE_BYTES.u32, 4);
    this.#view.setUint32(at, unsigned(value, 0xffff_ffff));
    return this;
  }

  /** An unsigned integer, 0 to 2^64-1. */
  u64(value: bigint): this {
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn) throw new RangeError(`${value} is no u64`);
    const at = this.#head(TLV_TYPE_BYTES.u64, 8);
    this.#view.setBigUint64(at, value);
    return this;
  }

  /** A signed integer, -2^63 to 2^63-1. */
  i64(value: bigint): this {
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} is no i64`);
    const at = this.#head(TLV_TYPE_BYTES.i64, 8);
    this.#view.setBigInt64(at, value);
    return this;
  }

  /** A binary64 number; every NaN is written as the canonical one. */
  f64(value: number): this {
    const at = this.#head(TLV_TYPE_BYTES.f64, 8);
    if (Number.isNaN(value)) {
      this.#view.setUint32(at, 0x7ff80000);
      this.#view.setUint32(at + 4, 0);
    } else this.#view.setFloat64(at, value);
    return this;
  }

  /** True or false. */
  bool(value: boolean): this {
    const at = this.#head(TLV_TYPE_BYTES.bool, 1);
    this.#bytes[at] = value ? 1 : 0;
    return this;
  }

  /** Any bytes; they are copied. */
  bytes(value: Uint8Array): this {
    const at = this.#head(TLV_TYPE_BYTES.bytes, value.length);
    this.#bytes.set(value, at);
    return this;
  }

  /** A text without lone surrogates. */
  text(value: string): this {
    const encoded = encodeUtf8(value);
    if (encoded === undefined) throw new RangeError("a text with a lone surrogate has no UTF-8 form");
    const at = this.#head(TLV_TYPE_BYTES.text, encoded.length);
    this.#bytes.set(encoded, at);
    return this;
  }

  /** A handle, 0 to 2^32-1. */
  handle(value: number): this {
    const at = this.#head(TLV_TYPE_BYTES.handle, 4);
    this.#view.setUint32(at, unsigned(value, 0xffff_ffff));
    return this;
  }

  /** A list of TLVs, nested at most four deep. */
  list(value: readonly Tlv[], depth = 1): this {
    if (depth > TLV_DEPTH) throw new RangeError(`lists are nested at most ${TLV_DEPTH} deep`);
    const inner = new TlvWriter();
    for (const item of value) inner.value(item, depth + 1);
    const content = inner.#finishRaw();
    const at = this.#head(TLV_TYPE_BYTES.list, content.length);
    this.#bytes.set(content, at);
    return this;
  }

  /** Any TLV. */
  value(tlv: Tlv, depth = 1): this {
    switch (tlv.type) {
      case "none":
        this.#head(TLV_TYPE_BYTES.none, 0);
        return this;
      case "u32":
        return this.u32(tlv.value);
      case "u64":
        return this.u64(tlv.value);
      case "i64":
        return this.i64(tlv.value);
      case "f64":
        return this.f64(tlv.value);
      case "bool":
        return this.bool(tlv.value);
      case "bytes":
        return this.bytes(tlv.value);
      case "text":
        return this.text(tlv.value);
      case "handle":
        return this.handle(tlv.value);
      case "list":
        return this.list(tlv.value, depth);
      default:
        // Left out, it would shift everything behind it to another place.
        throw new RangeError(`${String((tlv as Tlv).type)} is no type of a value`);
    }
  }

  /** The TLVs of a whole message. The last one must not be none. */
  values(tlvs: readonly Tlv[]): this {
    if (tlvs.at(-1)?.type === "none") throw new RangeError("the last operand must not be none");
    for (const tlv of tlvs) this.value(tlv);
    return this;
  }

  /** The bytes written so far; operands skipped at the end leave no trace. */
  finish(): Uint8Array {
    this.#skipped = 0;
    return this.#finishRaw();
  }

  #finishRaw(): Uint8Array {
    const finished = this.#bytes.slice(0, this.#at);
    if (this.#room !== undefined && this.#room.bytes.length <= KEPT_BYTES) spare = this.#room;
    this.#room = undefined;
    // Whoever writes on needs more room than there is here, and so leaves alone what was given away.
    this.#bytes = finished;
    return finished;
  }

  /** Writes type and length and reserves the value; returns where the value begins. */
  #head(type: number, length: number): number {
    for (; this.#skipped > 0; this.#skipped--) this.half(0);
    const at = this.#reserve(6);
    this.#bytes[at] = type;
    let position = at + 1;
    let rest = length;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.#bytes[position++] = (rest & 0x7f) | 0x80;
    this.#bytes[position++] = rest;
    this.#at = position;
    return this.#reserve(length);
  }

  /** Makes room, moves on, and returns where the room begins. */
  #reserve(size: number): number {
    const at = this.#at;
    const needed = at + size;
    if (needed > this.#bytes.length) {
      const room = newRoom(Math.max(needed, this.#bytes.length * 2));
      room.bytes.set(this.#bytes.subarray(0, at));
      this.#room = room;
      this.#bytes = room.bytes;
      this.#view = room.view;
    }
    this.#at = needed;
    return at;
  }
}

/** The bytes of a sequence of TLVs. @throws RangeError when a value does not fit its type @spec instructions.tlv */
export function encodeTlvs(tlvs: readonly Tlv[]): Uint8Array {
  return new TlvWriter().values(tlvs).finish();
}

function unsigned(value: number, maximum: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= maximum) return value;
  throw new RangeError(`${value} is no integer from 0 to ${maximum}`);
}
