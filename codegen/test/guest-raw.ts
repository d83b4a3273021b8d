import type { Tlv } from "../../generated/instructions/tlv.js";

// The form in which a test gives values to a guest and gets them back: not that of instructions, or a fault of the
// bindings could hide in it. Numbers have their size and are little-endian; before bytes, texts and lists stands a u32
// that counts bytes or items; before each item of a list its type byte.

/** Type bytes within a list. */
export const TYPE_BYTES = { none: 0, u32: 1, u64: 2, i64: 3, f64: 4, bool: 5, bytes: 6, text: 7, handle: 8, list: 9 } as const;

/** Writes raw values. */
export class RawWriter {
  readonly bytes: number[] = [];

  /** A number of so many bytes. */
  number(value: number | bigint, size: number): this {
    let rest = BigInt(value);
    for (let at = 0; at < size; at += 1, rest >>= 8n) this.bytes.push(Number(rest & 0xffn));
    return this;
  }

  /** The value of a TLV. */
  value(tlv: Tlv): this {
    switch (tlv.type) {
      case "none":
        return this;
      case "u32":
      case "handle":
        return this.number(tlv.value, 4);
      case "u64":
      case "i64":
        return this.number(tlv.value, 8);
      case "f64":
        return this.number(new BigUint64Array(Float64Array.of(tlv.value).buffer)[0] ?? 0n, 8);
      case "bool":
        return this.number(tlv.value ? 1 : 0, 1);
      case "bytes":
        return this.#slice(tlv.value);
      case "text":
        return this.#slice(Buffer.from(tlv.value, "utf8"));
      case "list":
        this.number(tlv.value.length, 4);
        for (const item of tlv.value) this.number(TYPE_BYTES[item.type], 1).value(item);
        return this;
    }
  }

  #slice(bytes: Uint8Array): this {
    this.number(bytes.length, 4);
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }
}
