import { hostDecoder } from "./host-text.js";

/** Bytes converted at a time. Small enough for the processor's cache, large enough that the call costs nothing. */
const WINDOW_BYTES = 65_536;

/** Bytes converted by one call of `String.fromCharCode`, where the host has no decoder. */
const CHUNK = 4096;

const words = new BigUint64Array(WINDOW_BYTES / 8);
const masked = new Uint8Array(words.buffer);

/** Highest bits of eight bytes cleared. */
const ASCII_BITS = 0x7f7f_7f7f_7f7f_7f7fn;

/** First eight bytes converted by hand, so that a short document costs no more than its own length. */
/**
 * A string with one character a byte: the byte without its highest bit. Where a range of bytes is ASCII, the same range
 * of the string is its text, so one conversion serves many texts.
 *
 * A UTF-8 decoder converts pure ASCII much faster than anything else that is portable; clearing the highest bits makes
 * any bytes pure ASCII.
 *
 * @param start first byte
 * @returns at most {@link WINDOW_BYTES} characters
 */
export function asciiWindow(bytes: Uint8Array, start: number): string {
  const length = Math.min(bytes.length - start, WINDOW_BYTES);
  masked.set(bytes.subarray(start, start + length));
  const wordCount = (length + 7) >> 3;
  for (let i = 0; i < wordCount; i++) words[i] = (words[i] as bigint) & ASCII_BITS;
  if (hostDecoder !== undefined) return hostDecoder.decode(masked.subarray(0, length));
  let text = "";
  for (let at = 0; at < length; at += CHUNK) {
    text += String.fromCharCode(...masked.subarray(at, Math.min(at + CHUNK, length)));
  }
  return text;
}
