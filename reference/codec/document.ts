import { CodecError } from "./codec-error.js";
import { reasonRank } from "./codec-reason.js";
import { Fault } from "./fault.js";
import { findFormFault, skipItem } from "./form.js";
import { MajorType, readHead } from "./head.js";
import { containerPath, memberSegment, pathOf } from "./locate.js";
import { CborReader, type Growth } from "./reader.js";
import { decodeUtf8 } from "./utf8.js";
import { expectedForm, foundBy } from "./words.js";

/** Settings of a decoder. */
export interface DecodeOptions {
  /**
   * Added to every offset an error tells, so that a part of an artifact reports absolute offsets.
   *
   * @default 0
   */
  readonly baseOffset?: number;
  /**
   * Whether unknown members of growing maps are refused or kept. A document that declares its own schema version
   * decides by itself.
   *
   * @default "closed"
   * @spec encoding.growth.index
   */
  readonly growth?: "closed" | "open";
}

/** Settings of an encoder. */
export interface EncodeOptions {
  /**
   * Whether unknown members of growing maps are refused or written.
   *
   * @default "closed"
   * @spec encoding.growth.index
   */
  readonly growth?: "closed" | "open";
}

/** Major and minor number. */
export type VersionPair = readonly [major: number, minor: number];

/** How growing maps are judged: by the known version, and open or closed as the caller says. */
export function growthOf(options: EncodeOptions, known: VersionPair): Growth {
  return { minor: known[1], keepUnknown: options.growth === "open" };
}

/** How growing maps are judged in a value that declares its own version. @spec encoding.growth.higher */
export function declaredGrowth(declared: VersionPair, known: VersionPair): Growth {
  const minor: unknown = Array.isArray(declared) ? declared[1] : undefined;
  // What is no version is refused where the version is written.
  if (typeof minor !== "number") return { minor: known[1], keepUnknown: false };
  return { minor: Math.min(minor, known[1]), keepUnknown: minor > known[1] };
}

const CLOSED: Growth = { minor: 0, keepUnknown: false };

/**
 * Decodes one whole document of a schema that does not grow.
 *
 * @param rule the outermost rule, for errors
 * @param read reads the outermost item
 * @throws CodecError with the one verdict of the document
 * @spec encoding.verdict
 */
export function decodeDocument<T>(
  bytes: Uint8Array,
  options: DecodeOptions,
  rule: string,
  read: (reader: CborReader) => T,
): T {
  return readWhole(bytes, options, rule, CLOSED, read);
}

/**
 * Decodes one whole document that holds growing maps and declares no version of its own.
 *
 * @param known version of the schema that is known
 * @throws CodecError as {@link decodeDocument}
 * @spec encoding.growth.index
 */
export function decodeGrowingDocument<T>(
  bytes: Uint8Array,
  options: DecodeOptions,
  rule: string,
  known: VersionPair,
  read: (reader: CborReader) => T,
): T {
  return readWhole(bytes, options, rule, growthOf(options, known), read);
}

/**
 * Decodes one whole document that declares its schema version in a member of its outermost map.
 *
 * The document is first read as one of the known version, which nearly every document is; only where that fails, or
 * where it turns out to declare another version, the declaration is looked up and the document judged by it.
 *
 * @param member the member that declares the version
 * @param versionOf the declared version of a decoded value
 * @throws CodecError as {@link decodeDocument}; `value_out_of_range` where the declared major is not the known one: see
 * {@link declaredVersion}
 * @spec encoding.growth.version
 */
export function decodeVersionedDocument<T>(
  bytes: Uint8Array,
  options: DecodeOptions,
  rule: string,
  known: VersionPair,
  member: string,
  read: (reader: CborReader) => T,
  versionOf: (value: T) => VersionPair,
): T {
  const value = attempt(bytes, rule, { minor: known[1], keepUnknown: false }, read);
  if (!(value instanceof Fault)) {
    const version = versionOf(value);
    if (version[0] === known[0] && version[1] === known[1]) return value;
  }
  const declared = declaredVersion(bytes, member) ?? [known[0], 0];
  if (declared[0] !== known[0]) {
    const at = memberValueAt(bytes, member) + 1;
    throw verdict(bytes, options, new Fault("value_out_of_range", at, rule, `schema major ${known[0]}`));
  }
  return readWhole(bytes, options, rule, declaredGrowth(declared, known), read);
}

/**
 * The version a document declares, or `undefined` where it cannot be read.
 *
 * @spec encoding.growth.version
 */
export function declaredVersion(bytes: Uint8Array, member: string): VersionPair | undefined {
  const at = memberValueAt(bytes, member);
  if (bytes[at] !== 0x82) return undefined;
  const major = readHead(bytes, at + 1);
  const minor = readHead(bytes, major.end);
  const readable = [major, minor].every((part) => part.major === MajorType.Unsigned && part.argument <= 65_535);
  return readable ? [major.argument, minor.argument] : undefined;
}

/** First byte of a member's value in the outermost map, or -1 where the form pass does not get behind that value. */
export function memberValueAt(bytes: Uint8Array, member: string): number {
  const fault = findFormFault(bytes);
  const limit = fault === undefined ? bytes.length : fault.offset;
  if (limit === 0 || (bytes[0] as number) >> 5 !== MajorType.Map) return -1;
  const map = readHead(bytes, 0);
  let at = map.contentAt;
  for (let i = 0; i < map.argument; i++) {
    const keyEnd = skipItem(bytes, at, 2);
    if (typeof keyEnd !== "number") return -1;
    const valueEnd = skipItem(bytes, keyEnd, 2);
    if (typeof valueEnd !== "number" || valueEnd > limit) return -1;
    const key = readHead(bytes, at);
    const found = key.major === MajorType.Text && decodeUtf8(bytes, key.contentAt, key.end) === member;
    if (found) return keyEnd;
    at = valueEnd;
  }
  return -1;
}

function readWhole<T>(
  bytes: Uint8Array,
  options: DecodeOptions,
  rule: string,
  growth: Growth,
  read: (reader: CborReader) => T,
): T {
  const result = attempt(bytes, rule, growth, read);
  if (result instanceof Fault) throw verdict(bytes, options, result);
  return result;
}

/** The value, or the fault that the fast pass stopped at. */
function attempt<T>(bytes: Uint8Array, rule: string, growth: Growth, read: (reader: CborReader) => T): T | Fault {
  const reader = CborReader.of(bytes, growth, rule);
  try {
    const value = read(reader);
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  } finally {
    reader.release();
  }
}

/**
 * The one verdict: of the first fault of the schema pass and the first fault of the form pass, the one with the smaller
 * offset; at one offset, the one whose reason stands first in the table.
 *
 * @spec encoding.verdict
 */
function verdict(bytes: Uint8Array, options: DecodeOptions, fault: Fault): CodecError {
  const form = findFormFault(bytes, fault.offset);
  const formFirst =
    form !== undefined &&
    (form.offset < fault.offset ||
      (form.offset === fault.offset && reasonRank(form.reason) < reasonRank(fault.reason)));
  const decisive = formFirst ? new Fault(form.reason, form.offset, fault.rule, expectedForm(form.reason)) : fault;
  return codecError(bytes, options.baseOffset ?? 0, decisive);
}

/** Completes a fault with its path and with what stands at its offset. */
export function codecError(bytes: Uint8Array, baseOffset: number, fault: Fault): CodecError {
  const { reason, offset, expected, rule } = fault;
  return new CodecError({
    reason,
    path: pathOfFault(bytes, fault),
    offset: baseOffset + offset,
    expected,
    found: foundBy(bytes, fault),
    rule,
  });
}

function pathOfFault(bytes: Uint8Array, { offset, missing }: Fault): string {
  if (missing !== undefined) return containerPath(bytes, offset, missing.depth) + memberSegment(missing.name);
  return pathOf(bytes, offset);
}
