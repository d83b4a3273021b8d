import { bool, bytes, f64, handle, i64, list, none, type Tlv, text, u32, u64 } from "./instruction.js";
import { fromHex } from "./octets.js";

/** Values by name, as the column `example` has them. */
export type ExampleValues = Readonly<Record<string, unknown>>;

/**
 * The TLVs of an example: those of the row's names, in its order and of its types.
 *
 * @throws RangeError where a type is none
 */
export function exampleTlvs(types: Readonly<Record<string, string>>, values: ExampleValues): readonly Tlv[] {
  const names = Object.keys(types);
  const last = names.findLastIndex((name) => values[name] !== undefined);
  return names
    .slice(0, last + 1)
    .map((name) => (values[name] === undefined ? none() : tlvOf((types[name] ?? "").replace("?", ""), values[name])));
}

function tlvOf(type: string, value: unknown): Tlv {
  switch (type) {
    case "u32":
      return u32(Number(value));
    case "handle":
      return handle(Number(value));
    case "u64":
      return u64(BigInt(value as string | number));
    case "i64":
      return i64(BigInt(value as string | number));
    case "bool":
      return bool(value === true);
    case "text":
      return text(String(value));
    case "bytes":
      return bytes(fromHex(String(value)));
    case "f64":
      return f64(String(value));
    case "list":
      return list(...(value as readonly unknown[]).map(itemOf));
    default:
      throw new RangeError(`no type is called ${type}`);
  }
}

/** An item of a list: texts, truth and lists stand for themselves, everything else as `{ type: value }`. */
function itemOf(item: unknown): Tlv {
  if (typeof item === "string") return text(item);
  if (typeof item === "boolean") return bool(item);
  if (Array.isArray(item)) return tlvOf("list", item);
  const [[type, value] = ["", undefined]] = Object.entries(item as Record<string, unknown>);
  return tlvOf(type, value);
}
