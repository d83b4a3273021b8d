import { skipItem } from "./form.js";
import { MajorType, readHead } from "./head.js";
import { decodeUtf8 } from "./utf8.js";

/**
 * The encoding of a map without one of its members: key and value are left out, and the count in the head is one less,
 * in its shortest form. No other byte changes. These are the manifest's bytes that a signature covers.
 *
 * @param document a document that a decoder has accepted; its outermost item is a map
 * @param member name of the member
 * @returns a new buffer; a copy of the document where the member is absent
 * @throws TypeError where the document is not a well-formed map
 * @spec signatures.bytes.manifest
 */
export function withoutMember(document: Uint8Array, member: string): Uint8Array {
  if (document.length === 0 || (document[0] as number) >> 5 !== MajorType.Map) throw new TypeError("not a map");
  const map = readHead(document, 0);
  let at = map.contentAt;
  for (let i = 0; i < map.argument; i++) {
    const keyEnd = wholeItem(document, at);
    const valueEnd = wholeItem(document, keyEnd);
    const key = readHead(document, at);
    if (key.major === MajorType.Text && decodeUtf8(document, key.contentAt, key.end) === member) {
      const head = mapHead(map.argument - 1);
      const rest = document.length - (valueEnd - at) - map.contentAt;
      const result = new Uint8Array(head.length + rest);
      result.set(head);
      result.set(document.subarray(map.contentAt, at), head.length);
      result.set(document.subarray(valueEnd), head.length + at - map.contentAt);
      return result;
    }
    at = valueEnd;
  }
  return new Uint8Array(document);
}

function wholeItem(document: Uint8Array, at: number): number {
  const end = skipItem(document, at, 2);
  if (typeof end !== "number") throw new TypeError(`no well-formed item at offset ${end.offset}`);
  return end;
}

/** The head of a map of `count` pairs; a document of 2^32 pairs does not exist. */
function mapHead(count: number): readonly number[] {
  if (count < 24) return [0xa0 | count];
  if (count < 256) return [0xb8, count];
  if (count < 65_536) return [0xb9, count >> 8, count & 255];
  return [0xba, count >>> 24, (count >> 16) & 255, (count >> 8) & 255, count & 255];
}
