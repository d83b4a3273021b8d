import { itemFault, MajorType, readHead } from "../codec/head.js";
import { memberSegment } from "../codec/locate.js";
import { decodeUtf8 } from "../codec/utf8.js";
import { describeItem } from "../codec/words.js";

/** A run of bytes of a CBOR document and what it says. */
export interface OutlineRow {
  /** First byte, absolute in the artifact. */
  readonly offset: number;
  /** Number of bytes: of a container its head alone. */
  readonly length: number;
  /** Path of the item; a key has the path of its member. */
  readonly path: string;
  /** Containers around the item. */
  readonly depth: number;
  /** What the bytes are: a key, an item, or what stands behind the first fault. */
  readonly role: "key" | "item" | "unreadable";
  /** The item for people, for instance `integer 7`. */
  readonly text: string;
}

/** Containers nest no deeper in an artifact that loads; a broken one must not exhaust the stack. */
const DEEPEST = 64;

/**
 * Every byte of a document in rows, for tools that show bytes. Goes on as far as the document can be read; what follows
 * the first fault is one row of its own, so that the rows always cover the document once.
 *
 * @param bytes the document
 * @param base added to every offset
 */
export function outlineDocument(bytes: Uint8Array, base = 0): OutlineRow[] {
  const outline = new Outline(bytes, base);
  const end = outline.item(0, "$", 0);
  outline.rest(end);
  return outline.rows;
}

class Outline {
  readonly rows: OutlineRow[] = [];
  readonly #bytes: Uint8Array;
  readonly #base: number;
  #covered = 0;

  constructor(bytes: Uint8Array, base: number) {
    this.#bytes = bytes;
    this.#base = base;
  }

  /** First byte behind the item; -1 where the document cannot be read any further. */
  item(at: number, path: string, depth: number): number {
    if (itemFault(this.#bytes, at) !== undefined || depth > DEEPEST) return -1;
    const head = readHead(this.#bytes, at);
    this.#row(at, head.end, path, depth, "item");
    if (head.major === MajorType.Array) return this.#array(head.end, head.argument, path, depth + 1);
    if (head.major === MajorType.Map) return this.#map(head.end, head.argument, path, depth + 1);
    return head.end;
  }

  /** One row for everything that no row covers. */
  rest(end: number): void {
    if (this.#covered >= this.#bytes.length) return;
    const found = describeItem(this.#bytes, this.#covered);
    const text = end < 0 ? `cannot be read: ${found}` : "bytes behind the document";
    const length = this.#bytes.length - this.#covered;
    this.rows.push({ offset: this.#base + this.#covered, length, path: "$", depth: 0, role: "unreadable", text });
  }

  #array(start: number, count: number, path: string, depth: number): number {
    let at = start;
    for (let i = 0; i < count && at >= 0; i += 1) at = this.item(at, `${path}[${i}]`, depth);
    return at;
  }

  #map(start: number, count: number, path: string, depth: number): number {
    let at = start;
    for (let i = 0; i < count && at >= 0; i += 1) {
      if (itemFault(this.#bytes, at) !== undefined) return -1;
      const key = readHead(this.#bytes, at);
      if (key.major === MajorType.Array || key.major === MajorType.Map) return -1;
      const isText = key.major === MajorType.Text;
      const name = isText ? (decodeUtf8(this.#bytes, key.contentAt, key.end) ?? "") : describeItem(this.#bytes, at);
      const member = path + memberSegment(name);
      this.#row(at, key.end, member, depth, "key");
      at = this.item(key.end, member, depth);
    }
    return at;
  }

  #row(at: number, end: number, path: string, depth: number, role: "key" | "item"): void {
    this.#covered = end;
    const text = describeItem(this.#bytes, at);
    this.rows.push({ offset: this.#base + at, length: end - at, path, depth, role, text });
  }
}
