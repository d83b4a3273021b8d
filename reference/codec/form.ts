import type { CodecReason } from "./codec-reason.js";
import { type Head, itemFault, MajorType, readHead } from "./head.js";
import { compareBytes } from "./utf8.js";

/** Deepest nesting of containers; the outermost has depth 1. @spec encoding.depth */
export const MAXIMUM_DEPTH = 16;

/** The first fault of the form pass. */
export interface FormFault {
  readonly reason: CodecReason;
  /** First byte of the item concerned. */
  readonly offset: number;
}

/**
 * Looks for the first fault that needs no schema: the form pass over a whole document.
 *
 * @param bytes the document
 * @param last look no further than items that begin here; what lies behind cannot decide the verdict
 * @param depth depth the outermost container has
 * @spec encoding.pass.form, encoding.truncated
 */
export function findFormFault(bytes: Uint8Array, last: number = bytes.length, depth = 1): FormFault | undefined {
  const pass = new FormPass(bytes, last);
  const end = pass.item(0, depth);
  if (end < 0 || end >= bytes.length) return pass.fault;
  return { reason: "trailing_bytes", offset: end };
}

/**
 * The end of one well-formed item inside a document, or the fault in it.
 *
 * @param depth depth a container at `at` has
 */
export function skipItem(bytes: Uint8Array, at: number, depth: number): number | FormFault {
  const pass = new FormPass(bytes, bytes.length);
  const end = pass.item(at, depth);
  return pass.fault ?? end;
}

/** One walk in stream order. Recursion ends at depth 17, counts are never used for memory. */
class FormPass {
  readonly #bytes: Uint8Array;
  readonly #last: number;
  /** The first fault, where `item` answered -1; absent where the walk passed the last place of interest. */
  fault: FormFault | undefined;

  constructor(bytes: Uint8Array, last: number) {
    this.#bytes = bytes;
    this.#last = last;
  }

  /** First byte behind the item at `at`, or -1 where the walk has ended. */
  item(at: number, depth: number): number {
    if (at > this.#last) return -1;
    const reason = itemFault(this.#bytes, at);
    if (reason !== undefined) return this.#fail(reason, at);
    const head = readHead(this.#bytes, at);
    if (head.major !== MajorType.Array && head.major !== MajorType.Map) return head.end;
    if (depth > MAXIMUM_DEPTH) return this.#fail("depth", at);
    return head.major === MajorType.Array ? this.#array(head, depth) : this.#map(head, depth);
  }

  #array(head: Head, depth: number): number {
    let at = head.contentAt;
    for (let i = 0; i < head.argument && at >= 0; i++) at = this.item(at, depth + 1);
    return at;
  }

  #map(head: Head, depth: number): number {
    let at = head.contentAt;
    let previousAt = -1;
    let previousEnd = -1;
    for (let i = 0; i < head.argument; i++) {
      const keyEnd = this.item(at, depth + 1);
      if (keyEnd < 0) return -1;
      if (previousAt >= 0) {
        // @spec encoding.key-order: compared once the key is known to be whole, so that its own faults come first.
        const order = compareBytes(this.#bytes, this.#bytes, at, keyEnd, previousAt, previousEnd);
        if (order === 0) return this.#fail("duplicate_key", at);
        if (order < 0) return this.#fail("key_order", at);
      }
      previousAt = at;
      previousEnd = keyEnd;
      at = this.item(keyEnd, depth + 1);
      if (at < 0) return -1;
    }
    return at;
  }

  #fail(reason: CodecReason, offset: number): number {
    this.fault = { reason, offset };
    return -1;
  }
}
