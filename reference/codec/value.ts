import { type DecodeOptions, decodeDocument } from "./document.js";
import type { CborReader } from "./reader.js";
import { compareBytes } from "./utf8.js";
import { CborWriter } from "./writer.js";

/**
 * Any item the format allows, without a schema. Integers are a `number` where that is exact, else a `bigint`. Maps keep
 * the order of their encoding.
 *
 * @spec encoding.items
 */
export type CborValue =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | readonly CborValue[]
  | ReadonlyMap<CborValue, CborValue>;

/**
 * Decodes one document without a schema.
 *
 * @throws CodecError with the first fault of the form pass
 * @spec encoding.pass.form
 */
export function decodeCbor(bytes: Uint8Array, options: DecodeOptions = {}): CborValue {
  return decodeDocument(bytes, options, "any", (reader) => {
    // The form pass runs first, so that reading needs no checks of its own.
    reader.skip();
    reader.end();
    reader.at = 0;
    return readValue(reader);
  });
}

function readValue(reader: CborReader): CborValue {
  switch (reader.kind("item")) {
    case "integer":
      return reader.integer();
    case "boolean":
      return reader.bool();
    case "text":
      return reader.text(0, Number.MAX_SAFE_INTEGER);
    case "bytes":
      return reader.byteString(0, Number.MAX_SAFE_INTEGER);
    case "array": {
      const items: CborValue[] = [];
      for (let left = reader.beginArray(0); left > 0; left--) items.push(readValue(reader));
      reader.endContainer();
      return items;
    }
    case "map": {
      const pairs = new Map<CborValue, CborValue>();
      for (let left = reader.beginTable(0); left > 0; left--) {
        const key = readValue(reader);
        pairs.set(key, readValue(reader));
      }
      reader.endContainer();
      return pairs;
    }
  }
}

/**
 * Encodes one value without a schema. The keys of maps are written in the order of their encoding, whatever the order
 * of the map.
 *
 * @throws CodecError where the value has no encoding, or two keys of one map have the same
 * @spec encoding.write, encoding.write.round-trip
 */
export function encodeCbor(value: CborValue): Uint8Array {
  const writer = new CborWriter("any");
  writeValue(writer, value);
  return writer.finish();
}

function writeValue(writer: CborWriter, value: CborValue): void {
  if (typeof value === "number" || typeof value === "bigint") writer.integer(value);
  else if (typeof value === "boolean") writer.bool(value);
  else if (typeof value === "string") writer.text(value, 0, Number.MAX_SAFE_INTEGER);
  else if (value instanceof Uint8Array) writer.byteString(value, 0, Number.MAX_SAFE_INTEGER);
  else if (value instanceof Map) writeMap(writer, value);
  else {
    writer.beginArray(value as readonly CborValue[], 0);
    for (const item of value as readonly CborValue[]) writeValue(writer, item);
    writer.endContainer();
  }
}

function writeMap(writer: CborWriter, map: ReadonlyMap<CborValue, CborValue>): void {
  const pairs = [...map].map(([key, value]) => ({ key: encodeCbor(key), value }));
  pairs.sort((a, b) => compareBytes(a.key, b.key));
  writer.beginMap("any", pairs.length);
  let previous: Uint8Array | undefined;
  for (const { key, value } of pairs) {
    const keyAt = writer.at;
    writer.encoded(key);
    if (previous !== undefined && compareBytes(previous, key) === 0) {
      writer.refuse("duplicate_key", "keys that differ", "two equal keys", keyAt);
    }
    previous = key;
    writeValue(writer, value);
  }
  writer.endMap();
}
