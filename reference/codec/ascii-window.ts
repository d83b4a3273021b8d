import { hostDecoder, hostLatin1 } from "./host-text.js";

/** Bytes converted at most. Small enough for the processor's cache, large enough that the call costs nothing. */
export const WINDOW_BYTES = 65_536;

/** Bytes converted by one call of `String.fromCharCode`, where the host has no decoder. */
const CHUNK = 4096;

const words = new BigUint64Array(WINDOW_BYTES / 8);
const masked = new Uint8Array(words.buffer);
const latin1 = hostLatin1(words.buffer);

/** Beginnings of `masked`, made once: a document is converted with up to three times its length of rubbish behind it. */
const beginnings = [256, 1024, 4096, 16_384, WINDOW_BYTES].map((length) => masked.subarray(0, length));

/** Highest bits of eight bytes cleared. */
const ASCII_BITS = 0x7f7f_7f7f_7f7f_7f7fn;

/**
 * A string with one character a byte. Where a range of bytes is ASCII, the same range of the string is its text, so one
 * conversion serves many texts; any other character means nothing.
 *
 * Without a host that converts bytes one by one, a UTF-8 decoder converts pure ASCII much faster than anything else that
 * is portable; clearing the highest bits makes any bytes pure ASCII.
 *
 * @param start first byte
 * @param length number of bytes, at most {@link WINDOW_BYTES}
 * @returns so many characters, possibly followed by others that mean nothing
 */
export function asciiWindow(bytes: Uint8Array, start: number, length: number): string {
  masked.set(length === bytes.length ? bytes : bytes.subarray(start, start + length));
  if (latin1 !== undefined) return latin1.toString("latin1", 0, length);
  const wordCount = (length + 7) >> 3;
  for (let i = 0; i < wordCount; i++) words[i] = (words[i] as bigint) & ASCII_BITS;
  const beginning = beginnings.find((candidate) => candidate.length >= length) ?? masked;
  if (hostDecoder !== undefined) return hostDecoder.decode(beginning);
  let text = "";
  for (let at = 0; at < length; at += CHUNK) {
    text += String.fromCharCode(...masked.subarray(at, Math.min(at + CHUNK, length)));
  }
  return text;
}
