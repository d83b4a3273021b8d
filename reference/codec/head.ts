import type { CodecReason } from "./codec-reason.js";
import { isUtf8 } from "./utf8.js";

/** Major types of CBOR (RFC 8949 section 3.1). */
export const MajorType = {
  Unsigned: 0,
  Negative: 1,
  Bytes: 2,
  Text: 3,
  Array: 4,
  Map: 5,
  Tag: 6,
  Simple: 7,
} as const;

const TWO_32 = 4_294_967_296;

/**
 * The head of one item: what kind of item begins at a place, and what is wrong with it. Used where speed does not
 * matter: by the form pass, by error texts and by the generic reader.
 */
export interface Head {
  /** One of {@link MajorType}. */
  readonly major: number;
  /** Value, length or count. Exact up to 2^53; above that only its magnitude is meant. */
  readonly argument: number;
  /** The exact argument where it is above 2^53 - 1. */
  readonly wide: bigint | undefined;
  /** First byte behind the head. */
  readonly contentAt: number;
  /** First byte behind the head and, for a byte string or text, its content. */
  readonly end: number;
}

/** Reads a head that is known to be well-formed, as it stands behind the form pass. */
export function readHead(bytes: Uint8Array, at: number): Head {
  const first = bytes[at] as number;
  const major = first >> 5;
  const info = first & 31;
  const size = info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : info === 27 ? 8 : 0;
  const contentAt = at + 1 + size;
  let argument = info;
  let wide: bigint | undefined;
  if (size > 0) {
    argument = 0;
    for (let i = at + 1; i < contentAt; i++) argument = argument * 256 + (bytes[i] as number);
    if (argument > Number.MAX_SAFE_INTEGER) wide = wideArgument(bytes, at + 1);
  }
  const isString = major === MajorType.Bytes || major === MajorType.Text;
  return { major, argument, wide, contentAt, end: isString ? contentAt + argument : contentAt };
}

function wideArgument(bytes: Uint8Array, at: number): bigint {
  let value = 0n;
  for (let i = at; i < at + 8; i++) value = (value << 8n) | BigInt(bytes[i] as number);
  return value;
}

/**
 * What is wrong with the item that begins at `at`, without the items inside it and without its depth.
 *
 * @spec encoding.pass.form
 */
export function itemFault(bytes: Uint8Array, at: number): CodecReason | undefined {
  if (at >= bytes.length) return "truncated";
  const first = bytes[at] as number;
  const major = first >> 5;
  const info = first & 31;
  const size = info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : info === 27 ? 8 : 0;
  if (at + 1 + size > bytes.length) return "truncated";
  if (major === MajorType.Tag || info > 27) return "forbidden_item";
  if (major === MajorType.Simple) return info === 20 || info === 21 ? undefined : "forbidden_item";
  const head = readHead(bytes, at);
  if (head.end > bytes.length) return "truncated";
  if (!isShortest(size, head.argument)) return "not_shortest_form";
  if (major === MajorType.Text && !isUtf8(bytes, head.contentAt, head.end)) return "invalid_utf8";
  return undefined;
}

function isShortest(size: number, argument: number): boolean {
  if (size === 0) return true;
  return argument >= (size === 1 ? 24 : size === 2 ? 256 : size === 4 ? 65_536 : TWO_32);
}
