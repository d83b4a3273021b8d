// Builds module bytes for tests, valid or not: every part is written exactly as it is given.

/** Bytes, or nested lists of them: flattened in order. */
export type Part = number | Uint8Array | readonly Part[];

/** The preamble of a module. */
export const preamble: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** All bytes of a part, in order. */
export function flatten(part: Part): Uint8Array {
  const bytes = new Uint8Array(lengthOf(part));
  let at = 0;
  const walk = (item: Part): void => {
    if (typeof item === "number") {
      if (!(item >= 0 && item <= 0xff)) throw new RangeError(`${item} is not a byte`);
      bytes[at++] = item;
    } else if (item instanceof Uint8Array) {
      bytes.set(item, at);
      at += item.length;
    } else for (const inner of item) walk(inner);
  };
  walk(part);
  return bytes;
}

function lengthOf(part: Part): number {
  if (typeof part === "number") return 1;
  if (part instanceof Uint8Array) return part.length;
  let length = 0;
  for (const inner of part) length += lengthOf(inner);
  return length;
}

/** An unsigned integer, 0 to 2^32-1, in the shortest LEB128 form. */
export function u32(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** A vector: the number of items, then the items. */
export function vector(...items: readonly Part[]): Part {
  return vectorOf(items);
}

/** A vector of so many items that they cannot be passed one by one. */
export function vectorOf(items: readonly Part[]): Part {
  return [u32(items.length), items];
}

/** A length in bytes, then the bytes. */
export function sized(...parts: readonly Part[]): Part {
  const bytes = flatten(parts);
  return [u32(bytes.length), bytes];
}

/** A section with the id given. */
export function section(id: number, ...parts: readonly Part[]): Part {
  return [id, sized(...parts)];
}

/** A module of the sections given. */
export function moduleOf(...sections: readonly Part[]): Uint8Array {
  return flatten([preamble, sections]);
}

/** A name of ASCII characters. */
export function name(text: string): Part {
  return sized([...text].map((character) => character.charCodeAt(0)));
}

/** A function type. */
export function functionType(params: readonly Part[], results: readonly Part[]): Part {
  return [0x60, vector(...params), vector(...results)];
}

/** A function body: local groups as `[count, type]`, then instructions, to which the closing end is added. */
export function body(locals: readonly (readonly [count: number, type: number])[], ...code: readonly Part[]): Part {
  return sized(vector(...locals.map(([count, type]) => [u32(count), type])), code, 0x0b);
}

/** A module with one function of the type given, and nothing else. */
export function oneFunction(
  type: Part,
  locals: readonly (readonly [count: number, type: number])[],
  ...code: readonly Part[]
): Uint8Array {
  return moduleOf(section(1, vector(type)), section(3, vector(0)), section(10, vector(body(locals, ...code))));
}
