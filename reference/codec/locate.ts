import { MajorType, readHead } from "./head.js";
import { decodeUtf8 } from "./utf8.js";

/**
 * The path of the item that begins at `target`. A key, and everything inside a key, has the path of its map. Where the
 * input ends at `target`, it is the path of the item that should begin there.
 *
 * Readers and writers keep no path while they work: it is found here, once, when something is wrong. Everything before
 * `target` must be well-formed.
 *
 * @spec encoding.path
 */
export function pathOf(bytes: Uint8Array, target: number): string {
  const segments: string[] = [];
  const walk = new Walk(bytes, target, segments);
  walk.item(0);
  return `$${segments.join("")}`;
}

/**
 * The path of the last container of depth `depth` that begins before `target`: of the map that ends at `target`, or
 * that holds it.
 */
export function containerPath(bytes: Uint8Array, target: number, depth: number): string {
  const segments: string[] = [];
  const walk = new Walk(bytes, target, segments, depth);
  walk.item(0);
  return `$${walk.container.join("")}`;
}

class Walk {
  /** Segments of the last container of the depth that was asked for. */
  container: readonly string[] = [];
  readonly #depth: number;
  #open = 0;
  readonly #bytes: Uint8Array;
  readonly #target: number;
  /** Segments from the root to where the walk stands; left in place when the target is reached. */
  readonly #segments: string[];

  constructor(bytes: Uint8Array, target: number, segments: string[], depth = 0) {
    this.#depth = depth;
    this.#bytes = bytes;
    this.#target = target;
    this.#segments = segments;
  }

  /** First byte behind the item, or -1 where the target is this item or inside it. */
  item(at: number): number {
    if (at >= this.#target) return -1;
    const head = readHead(this.#bytes, at);
    if (head.major !== MajorType.Array && head.major !== MajorType.Map) return head.end;
    this.#open++;
    if (this.#open === this.#depth) this.container = [...this.#segments];
    const isArray = head.major === MajorType.Array;
    const end = isArray ? this.#array(head.contentAt, head.argument) : this.#map(head.contentAt, head.argument);
    this.#open--;
    return end;
  }

  #array(start: number, count: number): number {
    let at = start;
    for (let i = 0; i < count; i++) {
      this.#segments.push(`[${i}]`);
      at = this.item(at);
      if (at < 0) return -1;
      this.#segments.pop();
    }
    return at;
  }

  #map(start: number, count: number): number {
    let at = start;
    for (let i = 0; i < count; i++) {
      const depth = this.#segments.length;
      const keyEnd = this.item(at);
      if (keyEnd < 0) {
        // @spec encoding.path.keys: a fault in or at a key names the map.
        this.#segments.length = depth;
        return -1;
      }
      this.#segments.push(keySegment(this.#bytes, at));
      at = this.item(keyEnd);
      if (at < 0) return -1;
      this.#segments.pop();
    }
    return at;
  }
}

/** The segment of the member whose well-formed key begins at `at`. */
function keySegment(bytes: Uint8Array, at: number): string {
  const head = readHead(bytes, at);
  if (head.major === MajorType.Text) return memberSegment(decodeUtf8(bytes, head.contentAt, head.end) ?? "");
  return `['${escaped(keyNotation(bytes, at))}']`;
}

/** A key that is not text, in CBOR diagnostic notation. */
function keyNotation(bytes: Uint8Array, at: number): string {
  const { major, argument, wide, contentAt, end } = readHead(bytes, at);
  switch (major) {
    case MajorType.Unsigned:
      return String(wide ?? argument);
    case MajorType.Negative:
      return String(-1n - (wide ?? BigInt(argument)));
    case MajorType.Bytes: {
      let hex = "";
      for (let i = contentAt; i < end; i++) hex += (bytes[i] as number).toString(16).padStart(2, "0");
      return `h'${hex}'`;
    }
    case MajorType.Simple:
      return String(bytes[at] === 0xf5);
    default:
      return "\u2026";
  }
}

/**
 * `.name` where the name allows it, else `['...']`.
 *
 * @spec encoding.path
 */
export function memberSegment(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `['${escaped(name)}']`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "'": "\\'",
  "\\": "\\\\",
};

/** Escapes as RFC 9535 section 2.7 writes normalized paths. */
function escaped(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return name.replace(/[\u0000-\u001f'\\]/g, (character) => {
    return SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
