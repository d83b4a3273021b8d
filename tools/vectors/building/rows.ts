import { SPECIFICATION } from "../corpus/specification.js";
import { fromHex, toHex } from "./octets.js";

/** Type of a field of a context or an event: `safe_uint`, `enum:traps`, `enum:decode-reasons|snapshot-faults`, with `?` behind it where it may be absent. */
export type FieldType = string;

/** Values a field of each type is shown with. */
type FieldValue = number | boolean | string | Uint8Array | readonly string[];

/** A value for a field: the bounds for integers, so that rounding shows. @spec errors.context-typed */
export function fieldValue(type: FieldType): FieldValue {
  const [kind, tables] = type.replace("?", "").split(":");
  switch (kind) {
    case "text":
      return "text é";
    case "text_list":
      return ["first", "second"];
    case "bytes":
      return fromHex("00ff10");
    case "bool":
      return true;
    case "u32":
      return 4_294_967_295;
    case "safe_uint":
      return 9_007_199_254_740_991;
    case "enum":
      return String(SPECIFICATION.tables[tables?.split("|")[0] ?? ""]?.rows[0]?.["name"]);
    default:
      throw new RangeError(`no value for a field of the type ${type}`);
  }
}

/** A field's value in the JSON form. @spec errors.json, errors.json.integers */
export function fieldJson(type: FieldType, value: FieldValue): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  return type.startsWith("safe_uint") ? String(value) : value;
}

/** The fields of a row, with those that may be absent or without them. */
export function fieldsOf(fields: Readonly<Record<string, FieldType>>, all: boolean): [string, FieldType][] {
  return Object.entries(fields).filter(([, type]) => all || !type.endsWith("?"));
}
