import { encodeUtf8 } from "./utf8.js";

/** The key of a named member, encoded once. */
export interface MemberKey {
  /** The key as the schema writes it. */
  readonly name: string;
  /** Head and text. */
  readonly encoded: Uint8Array;
  /**
   * The encoding as big-endian 32-bit words, for comparing four bytes at a time. The last word covers the last four
   * bytes and may overlap the one before it. Empty where the encoding is shorter than four bytes.
   */
  readonly words: readonly number[];
  /** For a reader that compares fast. */
  readonly fast: FastKey;
}

/**
 * The first four bytes as a big-endian word, so that words compare as keys do, and the rest in at most three loads that
 * may overlap: eight bytes at a time as one float. What equals a float that is not zero has the same bits. A key that is
 * too short or too long for this has a `length` of 0.
 */
export interface FastKey {
  readonly length: number;
  readonly first: number;
  /** Bytes 4 to 12 where the key has more than 12; else 0. */
  readonly second: number;
  /** Bytes 12 to 20 where the key has more than 20; else 0. */
  readonly third: number;
  /** The last eight bytes where the key has more than 8; the last four, as a word, where it has 4 to 8. */
  readonly last: number;
}

/** Whether the bytes at `at` are those of a key that has a {@link FastKey.length}. */
export function isKeyAt(key: FastKey, view: DataView, at: number, documentEnd: number): boolean {
  const { length } = key;
  const end = at + length;
  if (end > documentEnd || view.getUint32(at) !== key.first) return false;
  if (length <= 8) return view.getUint32(end - 4) === key.last;
  if (view.getFloat64(end - 8) !== key.last) return false;
  if (length > 12 && view.getFloat64(at + 4) !== key.second) return false;
  return length <= 20 || view.getFloat64(at + 12) === key.third;
}

/** Longest key that {@link FastKey} can hold. */
const FAST_KEY_BYTES = 28;

/**
 * Encodes the key of a named member.
 *
 * @param name at most 255 bytes of UTF-8
 */
export function memberKey(name: string): MemberKey {
  const text = encodeUtf8(name);
  if (text === undefined || text.length > 255) throw new TypeError(`no member key: ${JSON.stringify(name)}`);
  const head = text.length < 24 ? [0x60 + text.length] : [0x78, text.length];
  const encoded = Uint8Array.of(...head, ...text);
  const view = new DataView(encoded.buffer);
  const words: number[] = [];
  for (let at = 0; at + 4 <= encoded.length; at += 4) words.push(view.getUint32(at));
  if (encoded.length > 4 && encoded.length % 4 !== 0) words.push(view.getUint32(encoded.length - 4));
  return { name, encoded, words, fast: fastKey(view) };
}

function fastKey(view: DataView): FastKey {
  const length = view.byteLength;
  if (length < 4 || length > FAST_KEY_BYTES || hasZero(view))
    return { length: 0, first: 0, second: 0, third: 0, last: 0 };
  return {
    length,
    first: view.getUint32(0),
    second: length > 12 ? view.getFloat64(4) : 0,
    third: length > 20 ? view.getFloat64(12) : 0,
    last: length > 8 ? view.getFloat64(length - 8) : view.getUint32(length - 4),
  };
}

/** Whether a byte is zero: floats that begin so could be zero, and zero equals minus zero. */
function hasZero(view: DataView): boolean {
  for (let at = 0; at < view.byteLength; at++) if (view.getUint8(at) === 0) return true;
  return false;
}
