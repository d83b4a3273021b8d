import type { Tlv } from "../../../generated/instructions/tlv.js";
import { fromHexadecimal, toHexadecimal } from "./hexadecimal.js";
import { InputError } from "./input-error.js";

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

/** TLVs out of their JSON. @throws InputError where it is none */
export function tlvsFromJson(json: unknown): Tlv[] {
  if (!Array.isArray(json)) throw new InputError("operands are no list");
  return json.map((each: unknown) => tlvFromJson(each as { readonly type?: unknown; readonly value?: unknown }));
}

function tlvFromJson({ type, value }: { readonly type?: unknown; readonly value?: unknown }): Tlv {
  switch (type) {
    case "none":
      return { type };
    case "u32":
    case "handle":
      return { type, value: Number(value) };
    case "u64":
    case "i64":
      return { type, value: BigInt(String(value)) };
    case "f64":
      return { type, value: new DataView(fromHexadecimal(String(value)).buffer).getFloat64(0) };
    case "bool":
      return { type, value: value === true };
    case "bytes":
      return { type, value: fromHexadecimal(String(value)) };
    case "text":
      return { type, value: String(value) };
    case "list":
      return { type, value: tlvsFromJson(value) };
    default:
      throw new InputError(`no TLV has the type ${String(type)}`);
  }
}
