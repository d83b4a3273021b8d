import type { Tlv } from "../../../generated/instructions/tlv.js";
import { toHexadecimal } from "./hexadecimal.js";

/** A TLV as JSON: integers of 64 bits as decimal text, bytes and the 8 bytes of an f64 as hexadecimal. */
export function tlvInJson(tlv: Tlv): unknown {
  switch (tlv.type) {
    case "none":
      return { type: tlv.type };
    case "u64":
    case "i64":
      return { type: tlv.type, value: String(tlv.value) };
    case "f64":
      return { type: tlv.type, value: toHexadecimal(bytesOfF64(tlv.value)) };
    case "bytes":
      return { type: tlv.type, value: toHexadecimal(tlv.value) };
    case "list":
      return { type: tlv.type, value: tlv.value.map(tlvInJson) };
    default:
      return { type: tlv.type, value: tlv.value };
  }
}

function bytesOfF64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}
