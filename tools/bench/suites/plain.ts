/** A decoded document as general-purpose codecs give it. */
export type Plain = number | string | boolean | Uint8Array | readonly Plain[] | { readonly [key: string]: Plain };

/** A value as JSON carries it: byte strings as lowercase hexadecimal. */
export function withHexBytes(value: Plain): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Array.isArray(value)) return value.map(withHexBytes);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withHexBytes(item)]));
}

/** The same values in objects and byte arrays of one kind, so that what codecs decode can be compared. */
export function normalized(value: unknown): Plain {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (value instanceof Map) return normalized(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(normalized);
  if (typeof value !== "object" || value === null) return typeof value === "bigint" ? Number(value) : (value as Plain);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, normalized(item)]),
  );
}
