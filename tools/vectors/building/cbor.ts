/**
 * A CBOR writer by the text of the chapter encoding that can also be wrong on purpose. It knows no schema and judges
 * nothing: it keeps where every item begins and ends, so that an expectation is read off what was written.
 */

/** Bytes of the argument behind a head's first byte. */
export type HeadWidth = 0 | 1 | 2 | 4 | 8;

interface Head {
  /** A head that is longer than its argument needs; the shortest where absent. */
  readonly width?: HeadWidth;
  /** A count or length that is not the true one. */
  readonly declared?: bigint;
}

/** An item to be written, as it is told and not as it should be. */
export type Item =
  | ({ readonly kind: "integer"; readonly value: bigint } & Head)
  | ({ readonly kind: "bytes"; readonly bytes: Uint8Array } & Head)
  /** Text by its bytes, which need not be UTF-8. */
  | ({ readonly kind: "text"; readonly bytes: Uint8Array } & Head)
  | { readonly kind: "bool"; readonly value: boolean }
  | ({ readonly kind: "array"; readonly items: readonly Item[] } & Head)
  /** Entries in the order in which they are written. */
  | ({ readonly kind: "map"; readonly entries: readonly Entry[] } & Head)
  /** Any bytes in the place of an item. */
  | { readonly kind: "raw"; readonly bytes: Uint8Array };

/** A key with its value. */
export interface Entry {
  readonly key: Item;
  readonly value: Item;
}

/** One step into a document: the member of a text key, the element of a number, or the n-th entry of a map. */
export type Step = string | number | { readonly entry: number };

/** Where an item was written. */
export interface Place {
  readonly item: Item;
  /** Path of the item; of a key, that of its map. */
  readonly path: string;
  readonly isKey: boolean;
  /** Depth of containers at the item, the outermost having 1; an item that is none has that of what is around it. */
  readonly depth: number;
  /** First byte. */
  readonly start: number;
  /** First byte behind the head. */
  readonly headEnd: number;
  /** First byte behind the item and what it holds. */
  readonly end: number;
}

/** A fault's place in a document that stands alone. */
export interface Locus {
  readonly at: number;
  readonly path: string;
}

export const integer = (value: number | bigint, head: Head = {}): Item => ({
  kind: "integer",
  value: BigInt(value),
  ...head,
});
export const bytes = (value: Uint8Array, head: Head = {}): Item => ({ kind: "bytes", bytes: value, ...head });
export const text = (value: string | Uint8Array, head: Head = {}): Item => ({
  kind: "text",
  bytes: typeof value === "string" ? Uint8Array.from(Buffer.from(value, "utf8")) : value,
  ...head,
});
export const bool = (value: boolean): Item => ({ kind: "bool", value });
export const array = (items: readonly Item[], head: Head = {}): Item => ({ kind: "array", items, ...head });
export const map = (entries: readonly Entry[], head: Head = {}): Item => ({ kind: "map", entries, ...head });
/** Any bytes in the place of an item, in hexadecimal. */
export const raw = (hex: string): Item => ({ kind: "raw", bytes: Uint8Array.from(Buffer.from(hex, "hex")) });

/** Values that {@link item} takes. */
export type Value =
  | number
  | bigint
  | string
  | boolean
  | Uint8Array
  | readonly Value[]
  | { readonly [key: string]: Value };

/** The item of a value: members of objects in key order, everything as it should be. */
export function item(value: Value): Item {
  if (typeof value === "number" || typeof value === "bigint") return integer(value);
  if (typeof value === "string") return text(value);
  if (typeof value === "boolean") return bool(value);
  if (value instanceof Uint8Array) return bytes(value);
  if (isList(value)) return array(value.map(item));
  return map(sorted(Object.entries(value).map(([key, each]) => ({ key: text(key), value: item(each) }))));
}

function isList(value: readonly Value[] | { readonly [key: string]: Value }): value is readonly Value[] {
  return Array.isArray(value);
}

/** Entries ascending by the bytes of their encoded keys. @spec encoding.deterministic */
export function sorted(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => Buffer.compare(write(a.key).bytes, write(b.key).bytes));
}

/** A document that was written: its bytes, and where everything in it lies. */
export class Written {
  readonly bytes: Uint8Array;
  /** Every item in stream order, keys included. */
  readonly places: readonly Place[];
  readonly #byItem: ReadonlyMap<Item, Place>;

  constructor(octets: readonly number[], places: readonly Place[]) {
    this.bytes = Uint8Array.from(octets);
    this.places = places;
    this.#byItem = new Map(places.map((place) => [place.item, place]));
  }

  get hex(): string {
    return Buffer.from(this.bytes).toString("hex");
  }

  /** The place of an item that was written once. */
  placeOf(wanted: Item): Place {
    const place = this.#byItem.get(wanted);
    if (place === undefined) throw new RangeError("the item was not written");
    return place;
  }

  /** The place of the value at these steps. */
  value(...steps: readonly Step[]): Place {
    return this.placeOf(itemAt(this.#root(), steps));
  }

  /** The place of the key of the entry at these steps. */
  key(...steps: readonly Step[]): Place {
    const last = steps.at(-1);
    const around = itemAt(this.#root(), steps.slice(0, -1));
    if (last === undefined || around.kind !== "map") throw new RangeError("no key at these steps");
    return this.placeOf(entryAt(around, last).key);
  }

  /** Where the value at these steps lies. */
  locus(...steps: readonly Step[]): Locus {
    const { start, path } = this.value(...steps);
    return { at: start, path };
  }

  /**
   * Where a document that ends at byte n is truncated: at the item that is not whole, or at the place where one is due.
   * Heads of containers are whole or not; what they promise counts for itself.
   */
  truncation(n: number): Locus {
    const cut = this.places.find(({ start, headEnd, end, item: each }) => {
      const isContainer = each.kind === "array" || each.kind === "map";
      return start <= n && n < (isContainer ? headEnd : end);
    });
    if (cut === undefined) throw new RangeError(`nothing is cut at byte ${n}`);
    return { at: cut.start, path: cut.path };
  }

  #root(): Item {
    const [first] = this.places;
    if (first === undefined) throw new RangeError("nothing was written");
    return first.item;
  }
}

/** Writes an item as it is told. */
export function write(document: Item): Written {
  const octets: number[] = [];
  const places: Place[] = [];
  put(document, "$", false, 0, octets, places);
  return new Written(octets, places);
}

function put(each: Item, path: string, isKey: boolean, around: number, octets: number[], places: Place[]): void {
  const start = octets.length;
  const slot = places.length;
  const isContainer = each.kind === "array" || each.kind === "map";
  const depth = isContainer ? around + 1 : around;
  places.push({ item: each, path, isKey, depth, start, headEnd: start, end: start });
  octets.push(...headOf(each));
  const headEnd = octets.length;
  if (each.kind === "bytes" || each.kind === "text" || each.kind === "raw")
    for (const byte of each.bytes) octets.push(byte);
  if (each.kind === "array")
    for (const [index, element] of each.items.entries())
      put(element, isKey ? path : `${path}[${index}]`, isKey, depth, octets, places);
  if (each.kind === "map")
    for (const { key, value } of each.entries) {
      // A fault inside a key that is a container names the map the key stands in.
      put(key, path, true, depth, octets, places);
      put(value, isKey ? path : path + keySegment(key), isKey, depth, octets, places);
    }
  places[slot] = { item: each, path, isKey, depth, start, headEnd, end: octets.length };
}

function headOf(each: Item): number[] {
  switch (each.kind) {
    case "integer":
      return each.value < 0n ? head(1, -1n - each.value, each.width) : head(0, each.value, each.width);
    case "bytes":
      return head(2, each.declared ?? BigInt(each.bytes.length), each.width);
    case "text":
      return head(3, each.declared ?? BigInt(each.bytes.length), each.width);
    case "array":
      return head(4, each.declared ?? BigInt(each.items.length), each.width);
    case "map":
      return head(5, each.declared ?? BigInt(each.entries.length), each.width);
    case "bool":
      return [each.value ? 0xf5 : 0xf4];
    case "raw":
      return [];
  }
}

function head(major: number, argument: bigint, width: HeadWidth = shortest(argument)): number[] {
  if (width === 0) return [(major << 5) | Number(argument)];
  const information = { 1: 24, 2: 25, 4: 26, 8: 27 }[width];
  const rest = Array.from({ length: width }, (_, i) => Number((argument >> BigInt(8 * (width - 1 - i))) & 0xffn));
  return [(major << 5) | information, ...rest];
}

/** The width an argument needs. @spec encoding.deterministic */
export function shortest(argument: bigint): HeadWidth {
  if (argument < 24n) return 0;
  if (argument < 0x100n) return 1;
  if (argument < 0x1_0000n) return 2;
  return argument < 0x1_0000_0000n ? 4 : 8;
}

function entryAt({ entries }: { readonly entries: readonly Entry[] }, step: Step): Entry {
  const found =
    typeof step === "object"
      ? entries[step.entry]
      : entries.find(({ key }) => key.kind === "text" && Buffer.from(key.bytes).toString("utf8") === step);
  if (found === undefined) throw new RangeError(`no entry ${JSON.stringify(step)}`);
  return found;
}

/** The item at these steps. */
export function itemAt(document: Item, steps: readonly Step[]): Item {
  let at = document;
  for (const step of steps) {
    if (at.kind === "map") at = entryAt(at, step).value;
    else if (at.kind === "array" && typeof step === "number") {
      const element = at.items[step];
      if (element === undefined) throw new RangeError(`no element ${step}`);
      at = element;
    } else throw new RangeError(`${JSON.stringify(step)} leads nowhere`);
  }
  return at;
}

/** The document with the item at these steps made anew; everything else stays as it was told. */
export function edit(document: Item, steps: readonly Step[], change: (item: Item) => Item): Item {
  const [step, ...rest] = steps;
  if (step === undefined) return change(document);
  if (document.kind === "map") {
    const wanted = entryAt(document, step);
    const entries = document.entries.map((entry) =>
      entry === wanted ? { key: entry.key, value: edit(entry.value, rest, change) } : entry,
    );
    return { ...document, entries };
  }
  if (document.kind !== "array") throw new RangeError(`${JSON.stringify(step)} leads nowhere`);
  return {
    ...document,
    items: document.items.map((each, index) => (index === step ? edit(each, rest, change) : each)),
  };
}

/** The document with another item at these steps. */
export function replace(document: Item, steps: readonly Step[], by: Item): Item {
  itemAt(document, steps);
  return edit(document, steps, () => by);
}

/** The document with other entries in the map at these steps, in the order that comes out. */
export function editEntries(
  document: Item,
  steps: readonly Step[],
  change: (entries: readonly Entry[]) => readonly Entry[],
): Item {
  return edit(document, steps, (each) => {
    if (each.kind !== "map") throw new RangeError("no map at these steps");
    return { ...each, entries: change(each.entries) };
  });
}

/** The document without the member at the end of these steps. */
export function without(document: Item, steps: readonly Step[]): Item {
  const last = steps.at(-1);
  if (last === undefined) throw new RangeError("the document itself cannot be left out");
  return editEntries(document, steps.slice(0, -1), (entries) => {
    const gone = entryAt({ entries }, last);
    return entries.filter((entry) => entry !== gone);
  });
}

/** The document with one member more in the map at these steps, where its key belongs. */
export function withMember(document: Item, steps: readonly Step[], key: string | Item, value: Item): Item {
  const entry = { key: typeof key === "string" ? text(key) : key, value };
  return editEntries(document, steps, (entries) => sorted([...entries, entry]));
}

/** A key in a path. @spec encoding.path */
export function keySegment(key: Item): string {
  if (key.kind === "text") {
    const name = Buffer.from(key.bytes).toString("utf8");
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `['${escaped(name)}']`;
  }
  if (key.kind === "integer") return `['${key.value}']`;
  if (key.kind === "bytes") return `['${escaped(`h'${Buffer.from(key.bytes).toString("hex")}'`)}']`;
  if (key.kind === "bool") return `['${key.value}']`;
  return "['…']";
}

const ESCAPES: Readonly<Record<string, string>> = {
  "'": "\\'",
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function escaped(name: string): string {
  return name.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters the notation escapes
    /['\\\u0000-\u001f]/g,
    (character) => ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** An item as vectors write it. @spec conformance.value */
export function jsonOf(each: Item): unknown {
  switch (each.kind) {
    case "integer": {
      const isSafe = each.value >= -(2n ** 53n) + 1n && each.value <= 2n ** 53n - 1n;
      return isSafe ? Number(each.value) : { integer: String(each.value) };
    }
    case "bytes":
      return { bytes: Buffer.from(each.bytes).toString("hex") };
    case "text":
      return Buffer.from(each.bytes).toString("utf8");
    case "bool":
      return each.value;
    case "array":
      return each.items.map(jsonOf);
    case "map":
      return { map: each.entries.map(({ key, value }) => [jsonOf(key), jsonOf(value)]) };
    case "raw":
      throw new TypeError("raw bytes have no value");
  }
}
