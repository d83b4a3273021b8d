/**
 * Find where a member lies in a document that a decoder has already accepted, so that a fault found behind the decoder
 * can name the same kind of offset as one found by it.
 *
 * @param bytes deterministic CBOR
 * @param path member names and indices, from the outermost container
 * @returns first byte of the item's head; 0 where there is no such item
 */
export function locate(bytes: Uint8Array, path: readonly (string | number)[]): number {
  let at = 0;
  for (const segment of path) {
    const head = readHead(bytes, at);
    let child = head.contentAt;
    let found = -1;
    for (let i = 0; i < head.argument && found < 0; i += 1) {
      if (head.major === MAP) {
        const key = readHead(bytes, child);
        const keyEnd = key.contentAt + key.argument;
        if (key.major === TEXT && asciiText(bytes, key.contentAt, keyEnd) === segment) found = keyEnd;
        child = itemEnd(bytes, keyEnd);
      } else {
        if (i === segment) found = child;
        child = itemEnd(bytes, child);
      }
    }
    if (found < 0) return 0;
    at = found;
  }
  return at;
}

const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;

interface Head {
  readonly major: number;
  readonly argument: number;
  readonly contentAt: number;
}

function readHead(bytes: Uint8Array, at: number): Head {
  const first = bytes[at] as number;
  const information = first & 31;
  const size = information < 24 ? 0 : 1 << (information - 24);
  let argument = size === 0 ? information : 0;
  for (let i = 1; i <= size; i += 1) argument = argument * 256 + (bytes[at + i] as number);
  return { major: first >> 5, argument, contentAt: at + 1 + size };
}

/** The document was accepted, so it nests at most 16 deep and ends where its heads say. */
function itemEnd(bytes: Uint8Array, at: number): number {
  const { major, argument, contentAt } = readHead(bytes, at);
  if (major === BYTES || major === TEXT) return contentAt + argument;
  if (major !== ARRAY && major !== MAP) return contentAt;
  let end = contentAt;
  for (let i = 0; i < (major === MAP ? 2 * argument : argument); i += 1) end = itemEnd(bytes, end);
  return end;
}

function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i += 1) text += String.fromCharCode(bytes[i] as number);
  return text;
}
