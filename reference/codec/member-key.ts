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
}

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
  return { name, encoded, words };
}
