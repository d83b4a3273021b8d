import { skipItem } from "../codec/form.js";
import { MajorType, readHead } from "../codec/head.js";
import { decodeUtf8 } from "../codec/utf8.js";

/**
 * Where an item lies in a document that a decoder has accepted, so that a check behind the decoder can name the field
 * that is wrong. Called for errors only: decoding keeps no places.
 *
 * @param path member names and indices, from the outermost container
 * @returns first byte of the item; of the innermost container that there is, where the item is absent
 * @spec encoding.offset
 */
export function locate(document: Uint8Array, path: readonly (string | number)[]): number {
  let at = 0;
  for (const segment of path) {
    const child = childAt(document, at, segment);
    if (child < 0) break;
    at = child;
  }
  return at;
}

function childAt(document: Uint8Array, containerAt: number, segment: string | number): number {
  const container = readHead(document, containerAt);
  let at = container.contentAt;
  for (let i = 0; i < container.argument; i += 1) {
    if (container.major === MajorType.Map) {
      const key = readHead(document, at);
      if (decodeUtf8(document, key.contentAt, key.end) === segment) return key.end;
      at = key.end;
    } else if (i === segment) {
      return at;
    }
    const end = skipItem(document, at, 2);
    if (typeof end !== "number") return -1;
    at = end;
  }
  return -1;
}
