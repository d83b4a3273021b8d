import { hostDecoder } from "./host-text.js";

/** Bytes converted by one call of `String.fromCharCode`. */
const CHUNK = 4096;

/** From this length on the host's decoder is faster than the loop below. */
const HOST_FROM = 32;

/**
 * Whether `bytes[start, end)` is valid UTF-8: no overlong form, no surrogate, nothing above U+10FFFF.
 *
 * @spec encoding.text
 */
export function isUtf8(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
  let at = start;
  while (at < end) {
    const first = bytes[at] as number;
    if (first < 0x80) {
      at++;
      continue;
    }
    const size = sequenceSize(bytes, at, end);
    if (size === 0) return false;
    at += size;
  }
  return true;
}

/** Whether the bytes from `start` to `end` are ASCII. */
export function isAscii(view: DataView, start: number, end: number): boolean {
  let bits = 0;
  let at = start;
  for (; at + 4 <= end; at += 4) bits |= view.getInt32(at);
  for (; at < end; at++) bits |= view.getUint8(at);
  return (bits & HIGHEST_BITS) === 0;
}

/** The highest bit of each of four bytes. */
const HIGHEST_BITS = 0x8080_8080 | 0;

/** Length of the multi-byte sequence at `at`, or 0 where it is none or does not end before `end`. */
function sequenceSize(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] as number;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + size > end) return 0;
  const second = bytes[at + 1] as number;
  // The second byte alone decides overlong forms (e0, f0), surrogates (ed) and the end of Unicode (f4).
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let i = 2; i < size; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return 0;
  return size;
}

/**
 * The text of `bytes[start, end)`. U+FEFF is kept wherever it stands.
 *
 * @returns `undefined` where the bytes are not valid UTF-8
 * @spec encoding.text
 */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string | undefined {
  if (!isUtf8(bytes, start, end)) return undefined;
  if (hostDecoder !== undefined && end - start >= HOST_FROM) return hostDecoder.decode(bytes.subarray(start, end));
  return decodeByHand(bytes, start, end);
}

/** Decodes valid UTF-8 without the host. */
export function decodeByHand(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let units: number[] = [];
  for (let at = start; at < end; ) {
    const first = bytes[at] as number;
    if (first < 0x80) {
      units.push(first);
      at += 1;
    } else if (first < 0xe0) {
      units.push(((first & 0x1f) << 6) | tail(bytes, at + 1));
      at += 2;
    } else if (first < 0xf0) {
      units.push(((first & 0x0f) << 12) | (tail(bytes, at + 1) << 6) | tail(bytes, at + 2));
      at += 3;
    } else {
      const point =
        ((first & 0x07) << 18) | (tail(bytes, at + 1) << 12) | (tail(bytes, at + 2) << 6) | tail(bytes, at + 3);
      units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
      at += 4;
    }
    if (units.length >= CHUNK) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

function tail(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) & 0x3f;
}

/**
 * Writes `text` as UTF-8 at the front. The buffer must have room for three bytes a UTF-16 unit.
 *
 * @returns how many bytes were written, or -1 where the text holds a lone surrogate
 */
export function writeUtf8(text: string, into: Uint8Array): number {
  let position = 0;
  for (let i = 0; i < text.length; i++) {
    let point = text.charCodeAt(i);
    if (point < 0x80) {
      into[position++] = point;
      continue;
    }
    if ((point & 0xf800) === 0xd800) {
      const low = text.charCodeAt(i + 1);
      if (point > 0xdbff || (low & 0xfc00) !== 0xdc00) return -1;
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
      i++;
    }
    if (point < 0x800) {
      into[position++] = 0xc0 | (point >> 6);
    } else {
      if (point < 0x10000) {
        into[position++] = 0xe0 | (point >> 12);
      } else {
        into[position++] = 0xf0 | (point >> 18);
        into[position++] = 0x80 | ((point >> 12) & 0x3f);
      }
      into[position++] = 0x80 | ((point >> 6) & 0x3f);
    }
    into[position++] = 0x80 | (point & 0x3f);
  }
  return position;
}

/**
 * The UTF-8 bytes of `text`.
 *
 * @returns `undefined` where the text holds a lone surrogate
 */
export function encodeUtf8(text: string): Uint8Array | undefined {
  const buffer = new Uint8Array(text.length * 3);
  const end = writeUtf8(text, buffer);
  return end < 0 ? undefined : buffer.slice(0, end);
}

/** Number of UTF-8 bytes of `text`; a lone surrogate counts as three. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    length += unit < 0x800 ? 1 : 2;
    // A pair is four bytes, and not twice three.
    if ((unit & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) length -= 2;
  }
  return length;
}

/** Compares two byte ranges: negative, zero or positive; a prefix is smaller. */
export function compareBytes(
  a: Uint8Array,
  b: Uint8Array,
  aStart = 0,
  aEnd = a.length,
  bStart = 0,
  bEnd = b.length,
): number {
  const shorter = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[aStart + i] as number) - (b[bStart + i] as number);
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

/**
 * Compares two texts by their UTF-8 bytes, which is the order of their code points. JavaScript's `<` compares UTF-16
 * units and differs where surrogates meet U+E000 to U+FFFF. A lone surrogate, which only JSON can bring, stands where its
 * three bytes would.
 *
 * @spec encoding.item-order
 */
export function compareText(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      // Where one of them ends a pair, both signs begin a unit before.
      const begin = i > 0 && isLow(x) !== isLow(y) && isHigh(a.charCodeAt(i - 1)) ? i - 1 : i;
      return (a.codePointAt(begin) as number) - (b.codePointAt(begin) as number);
    }
  }
  return a.length - b.length;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
