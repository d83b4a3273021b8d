import type { TypeScriptModule } from "./generated-file.js";

/** The part of the mutators that depends on no rule. */
export function mutatorEngine(): TypeScriptModule {
  return {
    path: "testing/mutators.ts",
    origin: "codegen/src/emit/mutator-engine.ts",
    edit: "that file",
    emitter: "mutator-engine.ts",
    imports: [{ from: "../../reference/codec/codegen-v1.js", names: ["type CodecReason"] }],
    statements: [TEXT],
  };
}

const TEXT = `
/** A damaged document, and the one verdict it must get. */
export interface Mutation {
  /** What was done. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly reason: CodecReason;
  /** Offset of the fault in \`bytes\`. */
  readonly offset: number;
}

/**
 * Damages a valid document.
 *
 * @param pick chooses the place among those where the damage can be done; any unsigned integer
 * @returns \`undefined\` where the document has no such place
 */
export type Mutator = (document: Uint8Array, pick: number) => Mutation | undefined;

/** One item of a valid document and where it lies. */
export interface PlacedItem {
  readonly major: number;
  readonly start: number;
  readonly contentAt: number;
  readonly end: number;
  /** Elements of an array; keys and values of a map, in turn. */
  readonly items: readonly PlacedItem[];
}

/** The items of a valid document. */
export function placeItems(bytes: Uint8Array, start = 0): PlacedItem {
  const first = bytes[start] as number;
  const info = first & 31;
  const size = info < 24 ? 0 : 1 << (info - 24);
  let argument = size === 0 ? info : 0;
  for (let i = 1; i <= size; i++) argument = argument * 256 + (bytes[start + i] as number);
  const major = first >> 5;
  const contentAt = start + 1 + size;
  const items: PlacedItem[] = [];
  let end = contentAt + (major === 2 || major === 3 ? argument : 0);
  const count = major === 4 ? argument : major === 5 ? argument * 2 : 0;
  for (let i = 0; i < count; i++) {
    const item = placeItems(bytes, end);
    items.push(item);
    end = item.end;
  }
  return { major, start, contentAt, end, items };
}

/** An item and everything inside it, in stream order. */
export function allItems(item: PlacedItem): PlacedItem[] {
  return [item, ...item.items.flatMap(allItems)];
}

/** \`document\` with \`bytes\` in place of \`[start, end)\`. */
export function replaceBytes(document: Uint8Array, start: number, end: number, bytes: Iterable<number>): Uint8Array {
  return Uint8Array.from([...document.subarray(0, start), ...bytes, ...document.subarray(end)]);
}

/** The shortest head of a major type and an argument below 2^32. */
export function headBytes(major: number, argument: number): number[] {
  if (argument < 24) return [(major << 5) | argument];
  if (argument < 256) return [(major << 5) | 24, argument];
  if (argument < 65_536) return [(major << 5) | 25, argument >> 8, argument & 255];
  return [(major << 5) | 26, argument >>> 24, (argument >> 16) & 255, (argument >> 8) & 255, argument & 255];
}

/** The document with another count in the head of a container; everything behind moves by the second result. */
function recount(document: Uint8Array, container: PlacedItem, count: number): readonly [Uint8Array, number] {
  const head = headBytes(container.major, count);
  const moved = head.length - (container.contentAt - container.start);
  return [replaceBytes(document, container.start, container.contentAt, head), moved];
}

function choose<T>(places: readonly T[], pick: number): T | undefined {
  return places[pick % Math.max(places.length, 1)];
}

function maps(document: Uint8Array): PlacedItem[] {
  return allItems(placeItems(document)).filter((item) => item.major === 5);
}

/** Damage that needs no schema: one mutator for each kind of ill-formed document. */
export const FORM_MUTATORS: Readonly<Record<string, Mutator>> = {
  /** Cuts the document; the innermost item that is not whole is at fault, or the absent one. */
  cut: (document, pick) => {
    const length = pick % document.length;
    // A container is not whole itself only where the cut goes through its head.
    const endOf = (item: PlacedItem) => (item.items.length === 0 ? item.end : item.contentAt);
    const partial = allItems(placeItems(document)).find((item) => item.start < length && length < endOf(item));
    return { name: "cut", bytes: document.slice(0, length), reason: "truncated", offset: partial?.start ?? length };
  },
  /** Puts a forbidden item in the place of another item. */
  forbid: (document, pick) => {
    const item = choose(allItems(placeItems(document)), pick) as PlacedItem;
    const forbidden = choose([[0xf6], [0xf7], [0xf8, 0x14], [0xf9, 0x3c, 0x00], [0xc1, 0x00], [0x9f, 0xff], [0xbf, 0xff], [0x5f, 0xff], [0x1c], [0xff]], pick >>> 3);
    const bytes = replaceBytes(document, item.start, item.end, forbidden ?? []);
    return { name: "forbid", bytes, reason: "forbidden_item", offset: item.start };
  },
  /** Writes a head longer than its argument needs. */
  widen: (document, pick) => {
    const items = allItems(placeItems(document)).filter((item) => item.major < 6 && item.contentAt - item.start < 9);
    const item = choose(items, pick);
    if (item === undefined) return undefined;
    const first = document[item.start] as number;
    const size = item.contentAt - item.start - 1;
    const argument = size === 0 ? [first & 31] : document.subarray(item.start + 1, item.contentAt);
    const info = size === 0 ? 24 : 25 + Math.log2(size);
    const zeros = size === 0 ? [] : new Uint8Array(size);
    const bytes = replaceBytes(document, item.start, item.contentAt, [(first & 0xe0) | info, ...zeros, ...argument]);
    return { name: "widen", bytes, reason: "not_shortest_form", offset: item.start };
  },
  /** Puts a byte that is no UTF-8 into a text. */
  garble: (document, pick) => {
    const texts = allItems(placeItems(document)).filter((item) => item.major === 3 && item.end > item.contentAt);
    const item = choose(texts, pick);
    if (item === undefined) return undefined;
    const bytes = document.slice();
    bytes[item.contentAt + ((pick >>> 4) % (item.end - item.contentAt))] = choose([0xff, 0xc0, 0xf5], pick >>> 2) as number;
    return { name: "garble", bytes, reason: "invalid_utf8", offset: item.start };
  },
  /** Writes a pair of a map twice. */
  repeat: (document, pick) => {
    const map = choose(maps(document).filter((item) => item.items.length > 0), pick);
    if (map === undefined) return undefined;
    const index = (pick >>> 3) % (map.items.length / 2);
    const [key, value] = [map.items[2 * index] as PlacedItem, map.items[2 * index + 1] as PlacedItem];
    const doubled = replaceBytes(document, value.end, value.end, document.subarray(key.start, value.end));
    const [bytes, moved] = recount(doubled, map, map.items.length / 2 + 1);
    return { name: "repeat", bytes, reason: "duplicate_key", offset: value.end + moved };
  },
  /** Adds a byte behind the document. */
  append: (document, pick) => {
    const bytes = Uint8Array.from([...document, pick & 255]);
    return { name: "append", bytes, reason: "trailing_bytes", offset: document.length };
  },
};

/** The value of a named member of the outermost map, or of a numbered element of the outermost array. */
function valueOf(document: Uint8Array, member: string | number | undefined): PlacedItem | undefined {
  const root = placeItems(document);
  if (member === undefined) return root;
  if (typeof member === "number") return root.items[member];
  const index = root.items.findIndex((item, place) => place % 2 === 0 && nameOf(document, item) === member);
  return index < 0 ? undefined : root.items[index + 1];
}

function nameOf(document: Uint8Array, key: PlacedItem): string {
  return String.fromCharCode(...document.subarray(key.contentAt, key.end));
}

/**
 * Puts other bytes in the place of a value.
 *
 * @param member name of a member, number of an element, or \`undefined\` for the whole document
 */
export function replaced(reason: CodecReason, member: string | number | undefined, bytes: readonly number[]): Mutator {
  return (document) => {
    const value = valueOf(document, member);
    if (value === undefined) return undefined;
    const name = \`\${reason} of \${member ?? "document"}\`;
    return { name, bytes: replaceBytes(document, value.start, value.end, bytes), reason, offset: value.start };
  };
}

/** Takes a required member out of the outermost map. */
export function withoutField(member: string): Mutator {
  return (document) => {
    const root = placeItems(document);
    const value = valueOf(document, member);
    const key = root.items.find((item) => item.end === value?.start);
    if (value === undefined || key === undefined) return undefined;
    const shorter = replaceBytes(document, key.start, value.end, []);
    const [bytes, moved] = recount(shorter, root, root.items.length / 2 - 1);
    // Whatever stands there now, a greater key or nothing, shows that the member is missing.
    return { name: \`without \${member}\`, bytes, reason: "missing_field", offset: key.start + moved };
  };
}

/** Adds a member that no version knows to the outermost map, where its key belongs. */
export function unknownField(key: string): Mutator {
  return (document) => {
    const root = placeItems(document);
    const encoded = [...headBytes(3, key.length), ...Array.from(key, (character) => character.charCodeAt(0))];
    const keys = root.items.filter((_, index) => index % 2 === 0);
    const next = keys.find((item) => isAfter(document.subarray(item.start, item.end), encoded));
    const at = next?.start ?? root.end;
    const [bytes, moved] = recount(replaceBytes(document, at, at, [...encoded, 0x00]), root, keys.length + 1);
    return { name: \`with \${key}\`, bytes, reason: "unknown_field", offset: at + moved };
  };
}

function isAfter(a: Uint8Array, b: readonly number[]): boolean {
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return (a[i] ?? -1) > (b[i] as number);
  return true;
}

/**
 * Writes an element of an ascending array twice.
 *
 * @param by member of the elements that ascends: a name, a number, or \`undefined\` for the elements themselves
 */
export function repeatedItem(member: string | undefined, by: string | number | undefined): Mutator {
  return (document, pick) => {
    const array = valueOf(document, member);
    const item = array && choose(array.items, pick);
    if (array === undefined || item === undefined) return undefined;
    const element = document.slice(item.start, item.end);
    const ordered = valueOf(element, by) as PlacedItem;
    const doubled = replaceBytes(document, item.end, item.end, element);
    const [bytes, moved] = recount(doubled, array, array.items.length + 1);
    return { name: \`repeated item of \${member ?? "document"}\`, bytes, reason: "item_order", offset: item.end + moved + ordered.start };
  };
}

/** Puts the first item of another member alone into an array that must not share items with it. */
export function sharedItem(member: string, other: string): Mutator {
  return (document) => {
    const array = valueOf(document, member);
    const item = valueOf(document, other)?.items[0];
    if (array === undefined || item === undefined) return undefined;
    const bytes = replaceBytes(document, array.start, array.end, [0x81, ...document.subarray(item.start, item.end)]);
    return { name: \`\${member} shares with \${other}\`, bytes, reason: "item_conflict", offset: array.start + 1 };
  };
}

/** Lets an element's name lie below the name of the element before it. The document is an array of rows. */
export function nestedItem(by: number): Mutator {
  return (document) => {
    const row = placeItems(document).items[0];
    const name = row?.items[by];
    if (row === undefined || name === undefined || name.end - name.contentAt > 120) return undefined;
    const text = [...document.subarray(name.contentAt, name.end), 0x2f, 0x78];
    const second = [
      ...document.subarray(row.start, name.start),
      ...headBytes(3, text.length),
      ...text,
      ...document.subarray(name.end, row.end),
    ];
    const first = document.subarray(row.start, row.end);
    const bytes = Uint8Array.from([0x82, ...first, ...second]);
    return { name: "nested item", bytes, reason: "item_conflict", offset: 1 + first.length + (name.start - row.start) };
  };
}
`;
