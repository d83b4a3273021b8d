import type { CborValue } from "../../../reference/codec/codegen-v1.js";
import { fromHexadecimal, toHexadecimal } from "./hexadecimal.js";
import { InputError } from "./input-error.js";

/** A CBOR item as JSON. @spec conformance.value */
export function toTagged(value: CborValue): unknown {
  if (typeof value === "bigint") return { integer: String(value) };
  if (value instanceof Uint8Array) return { bytes: toHexadecimal(value) };
  if (value instanceof Map) return { map: [...value].map(([key, item]) => [toTagged(key), toTagged(item)]) };
  if (Array.isArray(value)) return value.map(toTagged);
  return value;
}

/**
 * The CBOR item that a JSON value stands for. Integers that a number holds exactly are a `number`, others a `bigint`.
 *
 * @throws InputError where the JSON stands for none
 * @spec conformance.value
 */
export function fromTagged(json: unknown): CborValue {
  if (typeof json === "string" || typeof json === "boolean") return json;
  if (typeof json === "number") {
    if (!Number.isSafeInteger(json)) throw new InputError(`${json} is no integer that JSON holds exactly`);
    return json;
  }
  if (Array.isArray(json)) return json.map(fromTagged);
  const [tag, ...others] = typeof json === "object" && json !== null ? Object.entries(json) : [];
  if (tag !== undefined && others.length === 0) {
    const [name, content] = tag as [string, unknown];
    if (name === "bytes" && typeof content === "string") return fromHexadecimal(content);
    if (name === "integer" && typeof content === "string") return integer(content);
    if (name === "map" && Array.isArray(content)) return new Map(content.map(pair));
  }
  throw new InputError(`no CBOR item: ${JSON.stringify(json)}`);
}

function integer(text: string): CborValue {
  if (!/^-?[0-9]+$/.test(text)) throw new InputError(`no decimal integer: ${text}`);
  const value = BigInt(text);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function pair(json: unknown): readonly [CborValue, CborValue] {
  if (!Array.isArray(json) || json.length !== 2) throw new InputError("a map is a list of pairs");
  return [fromTagged(json[0]), fromTagged(json[1])];
}
