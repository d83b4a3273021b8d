import { type AscendingItems, isAmong } from "./ascending.js";
import type { CodecError } from "./codec-error.js";
import type { CodecReason } from "./codec-reason.js";
import { codecError, memberValueAt, type VersionPair } from "./document.js";
import { Fault } from "./fault.js";
import { findFormFault, MAXIMUM_DEPTH } from "./form.js";
import type { MemberKey } from "./member-key.js";
import { matchesPattern, type Pattern } from "./pattern.js";
import type { Growth, UnknownField } from "./reader.js";
import { DecodedRows, type Rows } from "./rows.js";
import { compareBytes, compareText, utf8Length, writeUtf8 } from "./utf8.js";
import { describeValue } from "./words.js";

const TWO_32 = 4_294_967_296;
const FIRST_CAPACITY = 4096;

/** Buffers larger than this are not kept for the next document. */
const KEPT_CAPACITY = 1_048_576;

/** Members a growing map keeps although it does not know them, and the names it knows. */
interface PendingFields {
  readonly fields: readonly UnknownField[];
  readonly known: readonly MemberKey[];
  next: number;
}

/** What a writer needs and the next one can use again. */
class Buffers {
  readonly bytes: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  readonly view: DataView = new DataView(this.bytes.buffer);
  readonly rules = new Array<string>(MAXIMUM_DEPTH + 1).fill("");
  readonly pending = new Array<PendingFields | undefined>(MAXIMUM_DEPTH + 1).fill(undefined);
}

/** Those of the last finished document. A writer takes them, so that one that begins meanwhile makes its own. */
let spareBuffers: Buffers | undefined;

const CLOSED: Growth = { minor: 0, keepUnknown: false };

/**
 * Writes one document of deterministic CBOR. Generated code calls it in the order of the encoded keys.
 *
 * Every value is checked as a reader would check it, so that no document leaves here that a reader refuses.
 *
 * @spec encoding.write
 */
export class CborWriter {
  // Fields are only declared here and given their values in the constructor: an initializer for each would be a call of
  // its own for every document.

  /** What was written so far is `bytes[0, at)`. */
  declare bytes: Uint8Array;
  declare at: number;
  /** First byte of the last text or byte string, and its content: `bytes[contentAt, at)`. */
  declare itemAt: number;
  declare contentAt: number;
  /** How growing maps are judged. */
  declare readonly growth: Growth;

  declare private view: DataView;
  declare private depth: number;
  /** The last key that was written, and where its value is due. */
  declare private lastKey: MemberKey | undefined;
  declare private valueAt: number;
  /** By depth: rule being written, and members that still have to find their places. */
  declare private readonly rules: string[];
  declare private readonly pending: (PendingFields | undefined)[];

  /**
   * @param rule the outermost rule, for errors
   * @param growth how growing maps are judged
   */
  constructor(rule: string, growth: Growth = CLOSED) {
    const spare = spareBuffers ?? new Buffers();
    spareBuffers = undefined;
    this.bytes = spare.bytes;
    this.at = 0;
    this.itemAt = 0;
    this.contentAt = 0;
    this.lastKey = undefined;
    this.valueAt = -1;
    this.growth = growth;
    this.view = spare.view;
    this.depth = 0;
    this.rules = spare.rules;
    this.pending = spare.pending;
    this.rules[0] = rule;
  }

  /** The encoding, in a buffer of its own. The writer must not be used any more. */
  finish(): Uint8Array {
    const encoding = this.bytes.slice(0, this.at);
    if (this.bytes.length <= KEPT_CAPACITY) {
      spareBuffers = { bytes: this.bytes, view: this.view, rules: this.rules, pending: this.pending };
    }
    return encoding;
  }

  // ---- Containers -------------------------------------------------------------------------------------------------

  /**
   * Begins a map of named members.
   *
   * @param rule the rule being written, for errors
   * @param count number of members that will follow
   */
  beginMap(rule: string, count: number): void {
    this.begin(0xa0, count, rule);
    this.pending[this.depth] = undefined;
  }

  /**
   * Begins a map that may hold members of later minor versions.
   *
   * @param count number of known members that will follow
   * @param unknown members to be written between them, in the order of their encoded keys
   * @param known every member the map knows
   * @spec encoding.growth.higher
   */
  beginGrowingMap(
    rule: string,
    count: number,
    unknown: readonly UnknownField[] | undefined,
    known: readonly MemberKey[],
  ): void {
    if (unknown === undefined || unknown.length === 0) {
      this.beginMap(rule, count);
      return;
    }
    this.begin(0xa0, count + unknown.length, rule);
    this.pending[this.depth] = { fields: unknown, known, next: 0 };
  }

  /** Writes the key of a member. */
  member(key: MemberKey): void {
    const pending = this.pending[this.depth];
    if (pending !== undefined) this.writePending(pending, key);
    const { encoded, words } = key;
    const { length } = encoded;
    this.reserve(length);
    const { at, view } = this;
    const last = words.length - 1;
    for (let i = 0; i < last; i++) view.setUint32(at + 4 * i, words[i] as number);
    // The last word overlaps the one before it; a key of less than four bytes has none.
    if (last >= 0) view.setUint32(at + length - 4, words[last] as number);
    else this.bytes.set(encoded, at);
    this.at = at + length;
    this.lastKey = key;
    this.valueAt = at + length;
  }

  /** Writes the key of a member that came with a later minor version of the schema. @spec encoding.growth.known */
  memberSince(key: MemberKey, minor: number): void {
    if (this.growth.minor < minor) {
      this.refuse("unknown_field", "no member of a later version than the declared one", key.name, this.at);
    }
    this.member(key);
  }

  /** Checks that the version which the outermost map declares has the known major. @spec encoding.growth.version */
  requireMajor(declared: VersionPair, known: VersionPair, member: string): void {
    if (declared[0] === known[0]) return;
    const at = memberValueAt(this.bytes.subarray(0, this.at), member) + 1;
    this.refuse("value_out_of_range", `schema major ${known[0]}`, String(declared[0]), at);
  }

  /** Ends a map of named members. */
  endMap(): void {
    const pending = this.pending[this.depth];
    if (pending !== undefined) this.writePending(pending, undefined);
    this.depth--;
  }

  /**
   * Begins a map without named members; each pair is a {@link CborWriter.text} and a value.
   *
   * @returns the keys in the order in which they must be written
   */
  beginTable<T>(value: Readonly<Record<string, T>>, minimum: number): readonly string[] {
    const isOther = Array.isArray(value) || value instanceof Uint8Array;
    if (typeof value !== "object" || value === null || isOther) this.refuseType("map", value);
    const keys = Object.keys(value);
    if (keys.length < minimum) {
      this.refuse("length_out_of_range", `at least ${minimum} pairs`, `map of ${keys.length}`, this.at);
    }
    this.begin(0xa0, keys.length, undefined);
    return inOrder(keys) ? keys : keys.sort(compareKeys);
  }

  /** Begins an array. */
  beginArray(value: Rows<unknown>, minimum: number): void {
    if (!Array.isArray(value) && !(value instanceof DecodedRows)) this.refuseType("array", value);
    if (value.length < minimum) {
      this.refuse("length_out_of_range", `array of at least ${minimum}`, `array of ${value.length}`, this.at);
    }
    this.begin(0x80, value.length, undefined);
  }

  /**
   * Begins an array of exactly `count` elements.
   *
   * @param rule the rule being written, for errors
   */
  beginRow(rule: string, count: number): void {
    this.begin(0x80, count, rule);
  }

  /** Ends an array of exactly so many elements. */
  endRow(): void {
    this.depth--;
  }

  /** Ends an array, or a map without named members. */
  endContainer(): void {
    this.depth--;
  }

  /** Checks that a value which must be written as a map or row is an object. */
  requireObject(value: unknown, rule: string): void {
    const isOther = Array.isArray(value) || value instanceof Uint8Array;
    if (typeof value !== "object" || value === null || isOther) this.refuseType(rule, value);
  }

  /** Checks that a value which must be written as a tuple is an array of `count` elements. */
  requireTuple(value: readonly unknown[], count: number): void {
    if (!Array.isArray(value)) this.refuseType(`array of ${count}`, value);
    if (value.length !== count) {
      this.refuse("length_out_of_range", `array of ${count}`, `array of ${value.length}`, this.at);
    }
  }

  // ---- Items ------------------------------------------------------------------------------------------------------

  /** An unsigned integer of at most `maximum`. */
  uint(value: number, maximum: number): void {
    this.uintFrom(value, 0, maximum);
  }

  /** An unsigned integer from `minimum` to `maximum`. */
  uintFrom(value: number, minimum: number, maximum: number): void {
    if (!Number.isInteger(value)) this.refuseType("integer", value);
    if (value < minimum || value > maximum) this.refuseInteger(minimum, maximum, value);
    this.reserve(9);
    this.head(0x00, value);
  }

  /** One of the integers a rule lists. */
  uintOf<T extends number>(value: T, accepts: (value: number) => value is T, rule: string): void {
    if (typeof value !== "number") this.refuseType("integer", value);
    if (!accepts(value)) this.refuse("value_out_of_range", rule, String(value), this.at);
    this.uint(value, Number.MAX_SAFE_INTEGER);
  }

  /** One of the texts a rule lists. */
  textOf<T extends string>(value: T, accepts: (value: string) => value is T, rule: string): void {
    if (typeof value !== "string") this.refuseType("text", value);
    if (!accepts(value)) this.refuse("value_out_of_range", rule, JSON.stringify(value), this.at);
    this.text(value, 0, Number.MAX_SAFE_INTEGER);
  }

  /** Checks the last text or byte string against the items before it. @spec encoding.item-order */
  requireOrder(order: AscendingItems): void {
    const { contentAt, at, view } = this;
    const judgement = order.judge(view, contentAt, at, order.common(view, contentAt, at));
    if (judgement === "ascending") return;
    if (judgement === "conflict")
      this.refuse("item_conflict", "a name that lies below no earlier one", "a name below it");
    this.refuse("item_order", "an item greater than the one before it", "an equal or smaller item");
  }

  /** Checks that the last text does not stand in another array, which ascends. @spec encoding.item-conflict */
  requireAbsent(item: string, other: readonly string[] | undefined, member: string): void {
    if (other !== undefined && isAmong(other, item)) {
      this.refuse("item_conflict", `an item that does not stand in ${member}`, JSON.stringify(item));
    }
  }

  /** An integer from `minimum` to `maximum`. */
  int(value: number, minimum: number, maximum: number): void {
    if (!Number.isInteger(value)) this.refuseType("integer", value);
    if (value < minimum || value > maximum) this.refuseInteger(minimum, maximum, value);
    this.reserve(9);
    if (value < 0) this.head(0x20, -1 - value);
    else this.head(0x00, value);
  }

  /** An unsigned integer of at most 2^64 - 1. */
  bigUint(value: bigint): void {
    if (typeof value !== "bigint") this.refuseType("bigint", value);
    if (value < 0n || value >= 1n << 64n) this.refuse("value_out_of_range", "0 to 2^64-1", String(value), this.at);
    this.wide(0x00, value);
  }

  /** Any integer, -2^64 to 2^64 - 1. */
  integer(value: number | bigint): void {
    if (typeof value === "number") this.int(value, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    else if (typeof value !== "bigint") this.refuseType("integer", value);
    else if (value < -(1n << 64n) || value >= 1n << 64n) {
      this.refuse("value_out_of_range", "-2^64 to 2^64-1", String(value), this.at);
    } else if (value < 0n) this.wide(0x20, -1n - value);
    else this.wide(0x00, value);
  }

  /** `true` or `false`. */
  bool(value: boolean): void {
    if (typeof value !== "boolean") this.refuseType("bool", value);
    this.reserve(1);
    this.bytes[this.at++] = value ? 0xf5 : 0xf4;
  }

  /** A byte string of `minimum` to `maximum` bytes. */
  byteString(value: Uint8Array, minimum: number, maximum: number): void {
    if (!(value instanceof Uint8Array)) this.refuseType("byte string", value);
    const { length } = value;
    if (length < minimum || length > maximum) {
      this.refuse("length_out_of_range", `${minimum} to ${maximum} bytes`, `${length} bytes`, this.at);
    }
    this.reserve(length + 9);
    this.itemAt = this.at;
    this.head(0x40, length);
    this.contentAt = this.at;
    this.bytes.set(value, this.at);
    this.at += length;
  }

  /** A text of `minimum` to `maximum` bytes of UTF-8. */
  text(value: string, minimum: number, maximum: number): void {
    this.writeText(value, minimum, maximum);
  }

  /** A text of `minimum` to `maximum` bytes that matches `pattern` as a whole. */
  patternText(value: string, pattern: Pattern, minimum: number, maximum: number): void {
    const { shifts } = pattern;
    const units = typeof value === "string" ? value.length : -1;
    if (units < minimum || units > maximum || shifts.length !== 256) {
      this.rarePatternText(value, pattern, minimum, maximum);
      return;
    }
    // One straight line for nearly every text; what is wrong with another is found the long way.
    this.reserve(units + 9);
    const itemAt = this.at;
    this.head(0x60, units);
    const start = this.at;
    const { bytes } = this;
    let state = 0;
    let bits = 0;
    for (let i = 0; i < units; i++) {
      const unit = value.charCodeAt(i);
      bits |= unit;
      bytes[start + i] = unit;
      state = ((shifts[unit & 255] as number) >>> state) & 31;
    }
    if (bits > 0x7f || pattern.accepting[state / 5] !== true) {
      this.at = itemAt;
      this.rarePatternText(value, pattern, minimum, maximum);
      return;
    }
    this.itemAt = itemAt;
    this.contentAt = start;
    this.at = start + units;
  }

  private rarePatternText(value: string, pattern: Pattern, minimum: number, maximum: number): void {
    this.writeText(value, minimum, maximum);
    if (!matchesPattern(pattern, this.bytes, this.contentAt, this.at)) {
      this.refuse("pattern_mismatch", `text that matches ${pattern.source}`, JSON.stringify(value));
    }
  }

  /** One item that is encoded already. */
  encoded(value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) this.refuseType("encoded item", value);
    const start = this.at;
    this.reserve(value.length);
    this.bytes.set(value, start);
    const fault = findFormFault(value, value.length, this.depth + 1);
    if (fault !== undefined) {
      this.at = start + value.length;
      this.refuse(fault.reason, "one item of deterministic CBOR", "", start + fault.offset);
    }
    this.at = start + value.length;
  }

  // ---- Faults -----------------------------------------------------------------------------------------------------

  /** Refuses the last text or byte string, or the item at `offset`. */
  refuse(reason: CodecReason, expected: string, found: string, offset: number = this.itemAt): never {
    throw this.error(new Fault(reason, offset, this.rules[this.depth] ?? "", expected, found));
  }

  /** Refuses a value of another JavaScript type than the one asked for, or a member that is not there. */
  refuseType(expected: string, value: unknown): never {
    const { lastKey, at, depth } = this;
    // @spec encoding.missing-field: the key is written already; without the member the next one would stand there.
    if (value === undefined && lastKey !== undefined && at === this.valueAt) {
      const { name, encoded } = lastKey;
      const rule = this.rules[depth] ?? "";
      throw this.error(
        new Fault("missing_field", at - encoded.length, rule, `member ${name}`, "nothing", { depth, name }),
      );
    }
    this.refuse("wrong_type", expected, describeValue(value), at);
  }

  private refuseInteger(minimum: number, maximum: number, value: number): never {
    this.refuse("value_out_of_range", `integer of ${minimum} to ${maximum}`, String(value), this.at);
  }

  private error(fault: Fault): CodecError {
    // A copy, because what is behind `at` is rubbish of an earlier document.
    return codecError(this.bytes.slice(0, this.at), 0, fault);
  }

  // ---- Parts ------------------------------------------------------------------------------------------------------

  private begin(type: number, count: number, rule: string | undefined): void {
    const depth = this.depth + 1;
    if (depth > MAXIMUM_DEPTH) this.refuse("depth", `at most ${MAXIMUM_DEPTH} levels`, "one level more", this.at);
    this.rules[depth] = rule ?? (this.rules[depth - 1] as string);
    this.depth = depth;
    this.reserve(9);
    this.head(type, count);
  }

  private writeText(value: string, minimum: number, maximum: number): void {
    if (typeof value !== "string") this.refuseType("text", value);
    const units = value.length;
    this.reserve(units * 3 + 9);
    const itemAt = this.at;
    // Most text is ASCII: one byte a unit, written behind a head for that length, which is put right where it is not.
    this.head(0x60, units);
    const start = this.at;
    const { bytes } = this;
    let i = 0;
    for (; i < units; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) break;
      bytes[start + i] = unit;
    }
    if (i < units) {
      this.at = itemAt;
      this.unicode(value, minimum, maximum);
    } else {
      if (units < minimum || units > maximum) this.refuseLength(units, minimum, maximum, itemAt);
      this.itemAt = itemAt;
      this.contentAt = start;
      this.at = start + units;
    }
  }

  private unicode(value: string, minimum: number, maximum: number): void {
    const itemAt = this.at;
    const utf8 = new Uint8Array(value.length * 3);
    const length = writeUtf8(value, utf8);
    if (length < 0) this.refuse("invalid_utf8", "text without lone surrogates", "lone surrogate", itemAt);
    if (length < minimum || length > maximum) this.refuseLength(length, minimum, maximum, itemAt);
    this.itemAt = itemAt;
    this.head(0x60, length);
    this.contentAt = this.at;
    this.bytes.set(utf8.subarray(0, length), this.at);
    this.at += length;
  }

  private refuseLength(length: number, minimum: number, maximum: number, itemAt: number): never {
    this.at = itemAt;
    this.refuse("length_out_of_range", `text of ${minimum} to ${maximum} bytes`, `${length} bytes`, itemAt);
  }

  /** Writes the fields that stand before `key`, or all that are left. */
  private writePending(pending: PendingFields, key: MemberKey | undefined): void {
    for (; pending.next < pending.fields.length; pending.next++) {
      const field = pending.fields[pending.next] as UnknownField;
      const keyAt = this.at;
      this.text(field.key, 0, Number.MAX_SAFE_INTEGER);
      if (key !== undefined && compareBytes(this.bytes, key.encoded, keyAt, this.at) > 0) {
        this.at = keyAt;
        return;
      }
      const previous = pending.fields[pending.next - 1];
      if (previous !== undefined && compareKeys(previous.key, field.key) >= 0) {
        this.refuse("key_order", "unknown members in the order of their encoded keys", field.key, keyAt);
      }
      if (pending.known.some((known) => known.name === field.key)) {
        this.refuse("duplicate_key", "a key that is not a known member", field.key, keyAt);
      }
      if (!this.growth.keepUnknown) {
        const expected = "no unknown member, because the declared version is known";
        this.refuse("unknown_field", expected, field.key, keyAt);
      }
      this.encoded(field.value);
    }
  }

  private wide(type: number, value: bigint): void {
    this.reserve(9);
    if (value <= 0xffff_ffffn) this.head(type, Number(value));
    else {
      this.bytes[this.at] = type | 27;
      this.view.setBigUint64(this.at + 1, value);
      this.at += 9;
    }
  }

  /** Writes a head in its shortest form; nine bytes must be reserved. @spec encoding.deterministic */
  private head(type: number, argument: number): void {
    const { bytes, at } = this;
    if (argument < 24) {
      bytes[at] = type | argument;
      this.at = at + 1;
    } else if (argument < 256) {
      bytes[at] = type | 24;
      bytes[at + 1] = argument;
      this.at = at + 2;
    } else if (argument < 65_536) {
      bytes[at] = type | 25;
      bytes[at + 1] = argument >> 8;
      bytes[at + 2] = argument;
      this.at = at + 3;
    } else if (argument < TWO_32) {
      bytes[at] = type | 26;
      this.view.setUint32(at + 1, argument);
      this.at = at + 5;
    } else {
      bytes[at] = type | 27;
      this.view.setUint32(at + 1, Math.floor(argument / TWO_32));
      this.view.setUint32(at + 5, argument % TWO_32);
      this.at = at + 9;
    }
  }

  private reserve(length: number): void {
    if (this.at + length > this.bytes.length) this.grow(this.at + length);
  }

  private grow(least: number): void {
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, least));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

/** Whether keys stand in the order of their encoding already, as those of a decoded table do. */
function inOrder(keys: readonly string[]): boolean {
  for (let i = 1; i < keys.length; i++) if (compareKeys(keys[i - 1] as string, keys[i] as string) > 0) return false;
  return true;
}

/** The order of two text keys by their encoding: the shorter first, then by bytes. @spec encoding.deterministic */
export function compareKeys(a: string, b: string): number {
  return utf8Length(a) - utf8Length(b) || compareText(a, b);
}
