// The form pass of the chapter "encoding", written from its text and slowly: for tests that compare the loader with it.

/** A fault of a document: what the specification compares. */
export interface DocumentFault {
  readonly reason: string;
  readonly offset: number;
  readonly path: string;
}

/** A place inside a document, written out only where something is wrong there. */
export interface Place {
  readonly parent: Place;
  /** Number of an element, or the key of a member. */
  readonly segment: number | string | FormItem;
}

/** The outermost item. */
export const ROOT = {} as Place;

/** The path of a place in the notation of the specification. */
export function pathOf(place: Place): string {
  if (place === ROOT) return "$";
  const { parent, segment } = place;
  if (typeof segment === "number") return `${pathOf(parent)}[${segment}]`;
  return pathOf(parent) + (typeof segment === "string" ? nameSegment(segment) : keySegment(segment));
}

/** An item whose own head has no fault. What stands inside it may have one: then the last child is not whole. */
export interface FormItem {
  readonly major: number;
  /** Value, length or count; above 2^53 its magnitude alone. */
  readonly argument: number;
  /** First byte of the head. */
  readonly start: number;
  /** Content of a byte string or text. */
  readonly content: Uint8Array;
  /** What a text says; of other items nothing. */
  readonly text: string;
  /** The bytes of the argument. */
  readonly argumentBytes: Uint8Array;
  /** Elements; of a map keys and values in turn. */
  readonly children: FormItem[];
  /** First byte behind the item; absent where the pass stopped inside it. */
  end?: number;
}

/** What the form pass found. */
export interface FormResult {
  /** The outermost item, where its head has no fault. */
  readonly root: FormItem | undefined;
  readonly fault: DocumentFault | undefined;
}

const DEEPEST = 16;

/** Go over a document in stream order, up to the first fault. */
export function formPass(bytes: Uint8Array): FormResult {
  const pass = new FormPass(bytes);
  const root = pass.item(0, 1, ROOT);
  if (pass.fault === undefined && root?.end !== undefined && root.end < bytes.length) {
    pass.fault = { reason: "trailing_bytes", offset: root.end, path: "$" };
  }
  return { root, fault: pass.fault };
}

class FormPass {
  fault: DocumentFault | undefined;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  item(start: number, depth: number, place: Place): FormItem | undefined {
    const item = this.#head(start, depth, place);
    if (item === undefined) return undefined;
    let at = start + headBytes(this.#bytes[start] as number) + item.content.length;
    if (item.major === 4) {
      for (let i = 0; i < item.argument; i += 1) {
        const element = this.item(at, depth + 1, { parent: place, segment: i });
        if (element !== undefined) item.children.push(element);
        if (element?.end === undefined) return item;
        at = element.end;
      }
    } else if (item.major === 5) {
      let previous: Uint8Array | undefined;
      for (let i = 0; i < item.argument; i += 1) {
        const key = this.item(at, depth + 1, place);
        if (key !== undefined) item.children.push(key);
        if (key?.end === undefined) return this.#keyFault(item, place);
        const encoded = this.#bytes.subarray(at, key.end);
        const order = previous === undefined ? 1 : compareContent(encoded, previous);
        if (order <= 0) return this.#fail(order === 0 ? "duplicate_key" : "key_order", at, place) ?? item;
        previous = encoded;
        const value = this.item(key.end, depth + 1, { parent: place, segment: key });
        if (value !== undefined) item.children.push(value);
        if (value?.end === undefined) return item;
        at = value.end;
      }
    }
    item.end = at;
    return item;
  }

  /** A fault inside a key that is a container names the map. */
  #keyFault(map: FormItem, place: Place): FormItem {
    if (this.fault !== undefined) this.fault = { ...this.fault, path: pathOf(place) };
    return map;
  }

  #head(start: number, depth: number, place: Place): FormItem | undefined {
    const bytes = this.#bytes;
    if (start >= bytes.length) return this.#fail("truncated", start, place);
    const first = bytes[start] as number;
    const major = first >> 5;
    const info = first & 31;
    const headEnd = start + headBytes(first);
    if (headEnd > bytes.length) return this.#fail("truncated", start, place);
    if (info > 27 || major === 6) return this.#fail("forbidden_item", start, place);
    if (major === 7 && first !== 0xf4 && first !== 0xf5) return this.#fail("forbidden_item", start, place);
    let argument = info < 24 ? info : 0;
    for (let at = start + 1; at < headEnd; at += 1) argument = argument * 256 + (bytes[at] as number);
    const isString = major === 2 || major === 3;
    if (isString && headEnd + argument > bytes.length) return this.#fail("truncated", start, place);
    if (argument < (LEAST[info - 24] ?? 0)) return this.#fail("not_shortest_form", start, place);
    const content = bytes.subarray(headEnd, isString ? headEnd + argument : headEnd);
    const text = major === 3 ? utf8Text(content) : "";
    if (text === undefined) return this.#fail("invalid_utf8", start, place);
    if ((major === 4 || major === 5) && depth > DEEPEST) return this.#fail("depth", start, place);
    return { major, argument, start, content, text, argumentBytes: bytes.subarray(start + 1, headEnd), children: [] };
  }

  #fail(reason: string, offset: number, place: Place): undefined {
    this.fault = { reason, offset, path: pathOf(place) };
    return undefined;
  }
}

/** The least argument that needs one, two, four and eight bytes. */
const LEAST = [24, 256, 65_536, 4_294_967_296];
const HEAD_BYTES = [2, 3, 5, 9];

function headBytes(first: number): number {
  return HEAD_BYTES[(first & 31) - 24] ?? 1;
}

/** Text of a byte string that is UTF-8; `undefined` where it is not. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  let text = "";
  let at = 0;
  for (; at < bytes.length && (bytes[at] as number) < 0x80; at += 1) text += String.fromCharCode(bytes[at] as number);
  while (at < bytes.length) {
    const first = bytes[at] as number;
    const more = first < 0x80 ? 0 : first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    let point = more === 0 ? first : first & (0x3f >> more);
    if (first >= 0xf8 || (first >= 0x80 && first < 0xc0)) return undefined;
    for (let i = 1; i <= more; i += 1) {
      const next = bytes[at + i];
      if (next === undefined || next >> 6 !== 2) return undefined;
      point = point * 64 + (next & 0x3f);
    }
    const least = [0, 0x80, 0x800, 0x10000][more] as number;
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
    text += String.fromCodePoint(point);
    at += 1 + more;
  }
  return text;
}

/** Bytewise order; of two that begin alike the shorter is the smaller. */
export function compareContent(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  }
  return a.length - b.length;
}

function keySegment(key: FormItem): string {
  if (key.major === 3) return nameSegment(key.text);
  return `['${escaped(diagnostic(key))}']`;
}

function nameSegment(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `['${escaped(name)}']`;
}

function escaped(name: string): string {
  const short: Readonly<Record<string, string>> = {
    "'": "\\'",
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
  };
  return [...name]
    .map((character) => {
      const code = character.codePointAt(0) as number;
      return short[character] ?? (code < 0x20 ? `\\u${code.toString(16).padStart(4, "0")}` : character);
    })
    .join("");
}

function diagnostic(key: FormItem): string {
  let argument = key.argumentBytes.length === 0 ? BigInt(key.argument) : 0n;
  for (const byte of key.argumentBytes) argument = argument * 256n + BigInt(byte);
  if (key.major === 0) return String(argument);
  if (key.major === 1) return String(-1n - argument);
  if (key.major === 2) return `h'${[...key.content].map((byte) => byte.toString(16).padStart(2, "0")).join("")}'`;
  if (key.major === 7) return argument === 21n ? "true" : "false";
  return "\u2026";
}
