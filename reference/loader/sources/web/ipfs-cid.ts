/** A content identifier: a name that follows from the content. */
export interface Cid {
  /** As it was written. */
  readonly text: string;
  /** What the content is: `0x55` raw bytes, `0x70` a dag-pb node, others of the table of multicodecs. */
  readonly codec: number;
  /** Digest algorithm: `0x12` is SHA-256, others of the table of multihashes. */
  readonly hash: number;
  readonly digest: Uint8Array;
}

/** Multicodec of raw bytes. */
export const RAW = 0x55;
/** Multicodec of dag-pb nodes. */
export const DAG_PB = 0x70;
/** Multihash of SHA-256. */
export const SHA2_256 = 0x12;

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
/** Longest digest in use; a multihash may declare any length. */
const LONGEST_DIGEST = 128;

/**
 * Read a content identifier: version 0 (`Qm...`), or version 1 in base 32 (`b...`), the two forms in use.
 *
 * @throws TypeError saying what is wrong with it
 * @spec loader.source.ipfs.cid, errors.api-misuse
 */
export function parseCid(text: string): Cid {
  if (/^Qm[1-9A-HJ-NP-Za-km-z]{44}$/.test(text)) {
    const bytes = fromBase58(text);
    if (bytes.length !== 34 || bytes[0] !== SHA2_256 || bytes[1] !== 32) throw refusal(text, "it holds no SHA-256");
    return { text, codec: DAG_PB, hash: SHA2_256, digest: bytes.subarray(2) };
  }
  if (!/^b[a-z2-7]{1,255}$/.test(text)) throw refusal(text, "expected Qm… in base 58, or b… in base 32");
  const cid = readCid(fromBase32(text.slice(1), text));
  if (cid === undefined) throw refusal(text, "its bytes are no identifier of version 1");
  return { ...cid, text };
}

/**
 * The content identifier that stands as bytes in a block, of version 0 or 1.
 *
 * @returns `undefined` where there is none
 */
export function readCid(bytes: Uint8Array): Cid | undefined {
  if (bytes.length === 34 && bytes[0] === SHA2_256 && bytes[1] === 32) {
    return { text: toBase58(bytes), codec: DAG_PB, hash: SHA2_256, digest: bytes.slice(2) };
  }
  const [version, codecAt] = readVarint(bytes, 0);
  const [codec, hashAt] = readVarint(bytes, codecAt);
  const [hash, lengthAt] = readVarint(bytes, hashAt);
  const [length, digestAt] = readVarint(bytes, lengthAt);
  if (version !== 1 || codec < 0 || hash < 0 || length < 1 || length > LONGEST_DIGEST) return undefined;
  if (bytes.length !== digestAt + length) return undefined;
  return { text: `b${toBase32(bytes)}`, codec, hash, digest: bytes.slice(digestAt) };
}

/** An unsigned LEB128 number of the shortest form, below 2^49; -1 where there is none. */
export function readVarint(bytes: Uint8Array, at: number): readonly [value: number, next: number] {
  let value = 0;
  for (let index = 0; index < 7; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return index > 0 && byte === 0 ? [-1, at] : [value, at + index + 1];
  }
  return [-1, at];
}

/** Bytes as digits of base 32, without padding. */
export function toBase32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + BASE32.charAt((held << (5 - bits)) & 31);
}

/** Bytes as digits of base 58; each zero byte at the front is a digit of its own. */
export function toBase58(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  let text = "";
  for (; value > 0n; value /= 58n) text = BASE58.charAt(Number(value % 58n)) + text;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return "1".repeat(zeros < 0 ? bytes.length : zeros) + text;
}

function fromBase58(text: string): Uint8Array {
  let value = 0n;
  for (const digit of text) value = value * 58n + BigInt(BASE58.indexOf(digit));
  const bytes: number[] = [];
  for (; value > 0n; value >>= 8n) bytes.unshift(Number(value & 255n));
  return Uint8Array.from(bytes);
}

function fromBase32(digits: string, text: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of digits) {
    held = (held << 5) | BASE32.indexOf(digit);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
      held &= (1 << bits) - 1;
    }
  }
  // One identifier has one text: nothing is left over, and what fills the last digit is zero.
  if (bits >= 5 || held !== 0) throw refusal(text, "its last digit says more than its bytes");
  return Uint8Array.from(bytes);
}

function refusal(text: string, reason: string): TypeError {
  return new TypeError(`${text.slice(0, 80)} is no content identifier: ${reason}`);
}
