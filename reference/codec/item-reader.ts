import { type AscendingItems, type ItemOrder, isAmong, KEPT_STATES } from "./ascending.js";
import { asciiWindow, WINDOW_BYTES } from "./ascii-window.js";
import type { CodecReason } from "./codec-error.js";
import { Fault } from "./fault.js";
import { MajorType } from "./head.js";
import { LateValues } from "./late-values.js";
import { matchesPattern, type Pattern } from "./pattern.js";
import { decodeUtf8 } from "./utf8.js";

/** Kinds of items a schema can choose between. */
export type ItemKind = "integer" | "bytes" | "text" | "array" | "map" | "boolean";

/** No upper bound of a length. */
export const UNBOUNDED = Number.MAX_SAFE_INTEGER;

const TWO_32 = 4_294_967_296;

/**
 * The part of a reader that reads items which hold no other items.
 *
 * Methods throw at the first item that is not what was asked for. They do not look for the best reason: `decodeDocument`
 * does, by going over the document a second time, so that accepted documents pay nothing for good errors.
 *
 * @spec encoding.pass.schema
 */
export class ItemReader {
  // Fields are only declared here and given their values in the constructor: an initializer for each would be a call of
  // its own for every document.

  /** The document. */
  declare readonly bytes: Uint8Array;
  /** The same bytes, for wider loads. */
  declare readonly view: DataView;
  /** First byte not yet read. */
  declare at: number;
  /** First byte of the last text or byte string that was read, head included. */
  declare itemAt: number;
  /** Content of the last text or byte string: `bytes[contentAt, contentEnd)`. */
  declare contentAt: number;
  declare contentEnd: number;
  /** The rule being read, for errors. */
  declare protected rule: string;
  /** See {@link ItemReader.late}. */
  declare private lateValues: LateValues | undefined;

  /** See {@link asciiWindow}: the characters of `bytes` from `windowAt` to `windowEnd`. */
  declare private window: string;
  declare private windowAt: number;
  declare private windowEnd: number;

  /** @param rule the outermost rule, for errors */
  constructor(bytes: Uint8Array, rule: string) {
    // An array of our own: one that a caller has subclassed, as Node's Buffer, or given a property has a hidden class of
    // its own, and every load would have to look at it.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
    this.itemAt = 0;
    this.contentAt = 0;
    this.contentEnd = 0;
    this.rule = rule;
    this.lateValues = undefined;
    this.window = "";
    this.windowAt = 0;
    this.windowEnd = 0;
  }

  /** An unsigned integer of at most `maximum`, itself at most 2^53 - 1. @spec encoding.value, encoding.integers.safe */
  uint(maximum: number): number {
    const { bytes, at } = this;
    const first = bytes[at] as number;
    if (first < 24) {
      this.at = at + 1;
      if (first <= maximum) return first;
    } else if (first === 0x18 && at + 2 <= bytes.length) {
      const value = bytes[at + 1] as number;
      this.at = at + 2;
      if (value >= 24 && value <= maximum) return value;
    } else if (first === 0x19 && at + 3 <= bytes.length) {
      const value = ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
      this.at = at + 3;
      if (value >= 256 && value <= maximum) return value;
    } else if (first === 0x1a && at + 5 <= bytes.length) {
      const value = this.view.getUint32(at + 1);
      this.at = at + 5;
      if (value >= 65_536 && value <= maximum) return value;
    }
    return this.rareUint(at, maximum);
  }

  /** An unsigned integer from `minimum` to `maximum`, itself at most 2^53 - 1. @spec encoding.value */
  uintFrom(minimum: number, maximum: number): number {
    const { at } = this;
    const value = this.uint(maximum);
    if (value < minimum) throw this.fault("value_out_of_range", at, `integer of ${minimum} to ${maximum}`);
    return value;
  }

  /** One of the integers a rule lists. @spec encoding.value */
  uintOf<T extends number>(accepts: (value: number) => value is T, rule: string): T {
    const { at } = this;
    const value = this.uint(Number.MAX_SAFE_INTEGER);
    if (!accepts(value)) throw this.fault("value_out_of_range", at, rule);
    return value;
  }

  /** An integer from `minimum` to `maximum`, both within 2^53 - 1 of zero. @spec encoding.value */
  int(minimum: number, maximum: number): number {
    const { at } = this;
    const value = this.bigInt();
    if (value < minimum || value > maximum) {
      throw this.fault("value_out_of_range", at, `integer of ${minimum} to ${maximum}`);
    }
    return Number(value);
  }

  /** An unsigned integer of at most 2^64 - 1. */
  bigUint(): bigint {
    const { at } = this;
    const value = this.bigInt();
    if (value < 0n) throw this.fault("value_out_of_range", at, "integer of at least 0");
    return value;
  }

  /** Any integer, -2^64 to 2^64 - 1. @spec encoding.integers */
  bigInt(): bigint {
    const { at } = this;
    const negative = (this.bytes[at] as number) >> 5 === MajorType.Negative;
    const argument = this.head(negative ? 0x20 : 0x00, "integer");
    const value = argument > Number.MAX_SAFE_INTEGER ? this.view.getBigUint64(at + 1) : BigInt(argument);
    return negative ? -1n - value : value;
  }

  /** Any integer: a `number` where that is exact, else a `bigint`. @spec errors.context-values */
  integer(): number | bigint {
    const value = this.bigInt();
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : value;
  }

  /** `true` or `false`. */
  bool(): boolean {
    const first = this.bytes[this.at];
    if (first !== 0xf4 && first !== 0xf5) throw this.fault("wrong_type", this.at, "bool");
    this.at++;
    return first === 0xf5;
  }

  /** A byte string of `minimum` to `maximum` bytes: a view into the document, not a copy. @spec encoding.length */
  byteString(minimum: number, maximum: number): Uint8Array {
    const start = this.bytesAt(minimum, maximum);
    const { bytes } = this;
    return new Uint8Array(bytes.buffer, bytes.byteOffset + start, this.contentEnd - start);
  }

  /** Reads over a byte string and answers where its content begins, for a view made later. */
  bytesAt(minimum: number, maximum: number): number {
    const { at } = this;
    return this.content(at, this.stringHead(0x40, "bstr"), minimum, maximum, "bstr");
  }

  /** The same for a byte string of 24 to 255 bytes, all of one length: nearly always a digest. */
  digestAt(length: number): number {
    const { at, bytes } = this;
    const end = at + 2 + length;
    if (bytes[at] !== 0x58 || bytes[at + 1] !== length || end > bytes.length) return this.bytesAt(length, length);
    this.itemAt = at;
    this.contentAt = at + 2;
    this.contentEnd = end;
    this.at = end;
    return at + 2;
  }

  /** A text of `minimum` to `maximum` bytes. @spec encoding.length */
  text(minimum: number, maximum: number): string {
    const { at, bytes } = this;
    const start = this.content(at, this.stringHead(0x60, "tstr"), minimum, maximum, "tstr");
    const end = this.contentEnd;
    let bits = 0;
    for (let i = start; i < end; i++) bits |= bytes[i] as number;
    if (bits > 0x7f) return this.unicode(at, start, end);
    const { windowAt } = this;
    if (start < windowAt || end > this.windowEnd) return this.ascii(start, end);
    return this.window.substring(start - windowAt, end - windowAt);
  }

  /** A text of `minimum` to `maximum` bytes that matches `pattern` as a whole. @spec encoding.pattern */
  patternText(pattern: Pattern, minimum: number, maximum: number): string {
    this.patternTextAt(pattern, minimum, maximum);
    const { contentAt, contentEnd, windowAt } = this;
    if (contentAt < windowAt || contentEnd > this.windowEnd) return this.ascii(contentAt, contentEnd);
    return this.window.substring(contentAt - windowAt, contentEnd - windowAt);
  }

  /** Checks such a text and answers where it begins, for {@link LateValues.asciiText}. */
  patternTextAt(pattern: Pattern, minimum: number, maximum: number): number {
    const { bytes, at } = this;
    const { shifts } = pattern;
    // One straight line for nearly every text; whatever is unusual goes the long way below.
    const first = bytes[at] as number;
    const length = first === 0x78 ? (bytes[at + 1] as number) : first - 0x60;
    const start = first === 0x78 ? at + 2 : at + 1;
    const end = start + length;
    const usual = first === 0x78 ? length >= 24 : length >= 0 && length < 24;
    if (!usual || length < minimum || length > maximum || end > bytes.length || shifts.length !== 256) {
      return this.rarePatternText(pattern, minimum, maximum);
    }
    let state = 0;
    for (let i = start; i < end; i++) state = ((shifts[bytes[i] as number] as number) >>> state) & 31;
    if (pattern.accepting[state / 5] !== true) throw this.mismatch(at, pattern);
    this.itemAt = at;
    this.contentAt = start;
    this.contentEnd = end;
    this.at = end;
    return at;
  }

  /** Makes texts and byte strings of this document later, for the positions that `...At` methods answer. */
  get late(): LateValues {
    this.lateValues ??= new LateValues(this.bytes);
    return this.lateValues;
  }

  /** One of the texts a rule lists. @spec encoding.value */
  textOf<T extends string>(accepts: (value: string) => value is T, rule: string): T {
    const value = this.text(0, UNBOUNDED);
    if (!accepts(value)) throw this.fault("value_out_of_range", this.itemAt, rule);
    return value;
  }

  /** Checks the last text or byte string against the items before it. @spec encoding.item-order */
  requireOrder(order: AscendingItems): void {
    const { contentAt, contentEnd, view } = this;
    this.requireJudgement(order.judge(view, contentAt, contentEnd, order.common(view, contentAt, contentEnd)));
  }

  private requireJudgement(judgement: ItemOrder): void {
    if (judgement === "ascending") return;
    if (judgement === "conflict") this.refuse("item_conflict", "a name that lies below no earlier one");
    this.refuse("item_order", "an item greater than the one before it");
  }

  /** Checks that the last text does not stand in another array, which ascends. @spec encoding.item-conflict */
  requireAbsent(item: string, other: readonly string[] | undefined, member: string): void {
    if (other !== undefined && isAmong(other, item)) {
      this.refuse("item_conflict", `an item that does not stand in ${member}`);
    }
  }

  /** The kind of the item that begins here, for a choice between types. */
  kind(expected: string): ItemKind {
    const first = this.bytes[this.at];
    switch (first === undefined ? MajorType.Tag : first >> 5) {
      case MajorType.Unsigned:
      case MajorType.Negative:
        return "integer";
      case MajorType.Bytes:
        return "bytes";
      case MajorType.Text:
        return "text";
      case MajorType.Array:
        return "array";
      case MajorType.Map:
        return "map";
      default:
        if (first === 0xf4 || first === 0xf5) return "boolean";
        throw this.fault("forbidden_item", this.at, expected);
    }
  }

  /** Checks that the document ends here. @spec encoding.whole */
  end(): void {
    if (this.at !== this.bytes.length) throw this.fault("trailing_bytes", this.at, "end of document");
  }

  /** Refuses the last text or byte string, or the item at `offset`. */
  refuse(reason: CodecReason, expected: string, offset: number = this.itemAt): never {
    throw this.fault(reason, offset, expected);
  }

  protected fault(reason: CodecReason, offset: number, expected: string): Fault {
    return new Fault(reason, offset, this.rule, expected);
  }

  /** Argument of a head whose type bits are `type`; above 2^53 - 1 only its magnitude is right. */
  protected head(type: number, expected: string): number {
    const { at, view } = this;
    const first = this.bytes[at];
    if (first === undefined) throw this.fault("truncated", at, expected);
    // @spec encoding.type
    if ((first & 0xe0) !== type) throw this.fault("wrong_type", at, expected);
    const info = first & 31;
    if (info < 24) {
      this.at = at + 1;
      return info;
    }
    if (info > 27) throw this.fault("forbidden_item", at, expected);
    const size = 1 << (info - 24);
    if (at + 1 + size > this.bytes.length) throw this.fault("truncated", at, expected);
    this.at = at + 1 + size;
    let value = 0;
    let least = 24;
    if (size === 1) value = view.getUint8(at + 1);
    else if (size === 2) {
      value = view.getUint16(at + 1);
      least = 256;
    } else if (size === 4) {
      value = view.getUint32(at + 1);
      least = 65_536;
    } else {
      value = view.getUint32(at + 1) * TWO_32 + view.getUint32(at + 5);
      least = TWO_32;
    }
    if (value < least) throw this.fault("not_shortest_form", at, "shortest form");
    return value;
  }

  /** What {@link ItemReader.uint} does not do at once: eight-byte arguments, and faults. */
  private rareUint(at: number, maximum: number): number {
    this.at = at;
    const expected = `integer of at most ${maximum}`;
    if ((this.bytes[at] as number) >> 5 === MajorType.Negative) throw this.fault("value_out_of_range", at, expected);
    const value = this.head(0x00, "integer");
    if (value > maximum) throw this.fault("value_out_of_range", at, expected);
    return value;
  }

  /**
   * The same for a text that must also be greater than the one before it. All texts of one array go through here.
   *
   * @spec encoding.item-order
   */
  orderedTextAt(pattern: Pattern, minimum: number, maximum: number, order: AscendingItems): number {
    const { bytes, at, view } = this;
    const { shifts } = pattern;
    const first = bytes[at] as number;
    const length = first === 0x78 ? (bytes[at + 1] as number) : first - 0x60;
    const start = first === 0x78 ? at + 2 : at + 1;
    const end = start + length;
    const usual = first === 0x78 ? length >= 24 : length >= 0 && length < 24;
    if (!usual || length < minimum || length > maximum || end > bytes.length || shifts.length !== 256) {
      this.rarePatternText(pattern, minimum, maximum);
      order.forgetStates();
      this.requireOrder(order);
      return at;
    }
    const { states } = order;
    const common = order.common(view, start, end);
    const known = Math.min(common, order.knownStates);
    const kept = Math.min(length, KEPT_STATES);
    let state = known === 0 ? 0 : (states[known - 1] as number);
    let i = known;
    for (; i < kept; i++) {
      state = ((shifts[bytes[start + i] as number] as number) >>> state) & 31;
      states[i] = state;
    }
    for (; i < length; i++) state = ((shifts[bytes[start + i] as number] as number) >>> state) & 31;
    order.knownStates = kept;
    if (pattern.accepting[state / 5] !== true) throw this.mismatch(at, pattern);
    this.itemAt = at;
    this.contentAt = start;
    this.contentEnd = end;
    this.at = end;
    this.requireJudgement(order.judge(view, start, end, common));
    return at;
  }

  private rarePatternText(pattern: Pattern, minimum: number, maximum: number): number {
    const { at, bytes } = this;
    const start = this.content(at, this.stringHead(0x60, "tstr"), minimum, maximum, "tstr");
    if (!matchesPattern(pattern, bytes, start, this.contentEnd)) throw this.mismatch(at, pattern);
    return at;
  }

  private mismatch(at: number, pattern: Pattern): Fault {
    return this.fault("pattern_mismatch", at, `text that matches ${pattern.source}`);
  }

  /** Length of a text or byte string whose type bits are `type`. */
  private stringHead(type: number, expected: string): number {
    const { at, bytes } = this;
    const first = bytes[at] as number;
    if (first >= type && first < type + 24) {
      this.at = at + 1;
      return first - type;
    }
    if (first === type + 24) {
      const length = bytes[at + 1] as number;
      this.at = at + 2;
      if (length >= 24) return length;
      this.at = at;
    }
    return this.head(type, expected);
  }

  /** Checks and notes the bounds of the content that stands here, and answers where it begins. */
  private content(itemAt: number, length: number, minimum: number, maximum: number, type: string): number {
    const start = this.at;
    const end = start + length;
    if (length < minimum || length > maximum) {
      throw this.fault("length_out_of_range", itemAt, bounded(type, minimum, maximum));
    }
    if (end > this.bytes.length) throw this.fault("truncated", itemAt, `${length} bytes`);
    this.itemAt = itemAt;
    this.contentAt = start;
    this.contentEnd = end;
    this.at = end;
    return start;
  }

  private unicode(at: number, start: number, end: number): string {
    const text = decodeUtf8(this.bytes, start, end);
    if (text === undefined) throw this.fault("invalid_utf8", at, "valid UTF-8");
    return text;
  }

  /** The text of `bytes[start, end)`, which is ASCII. */
  private ascii(start: number, end: number): string {
    if (end > this.windowEnd || start < this.windowAt) this.moveWindow(start);
    if (end > this.windowEnd) return decodeUtf8(this.bytes, start, end) as string;
    return this.window.substring(start - this.windowAt, end - this.windowAt);
  }

  private moveWindow(start: number): void {
    const length = Math.min(this.bytes.length - start, WINDOW_BYTES);
    this.window = asciiWindow(this.bytes, start, length);
    this.windowAt = start;
    this.windowEnd = start + length;
  }
}

/** `tstr .size (1..128)`, as the schema would write it. */
function bounded(type: string, minimum: number, maximum: number): string {
  if (minimum === maximum) return `${type} .size ${minimum}`;
  return maximum === UNBOUNDED ? `${type} of at least ${minimum} bytes` : `${type} .size (${minimum}..${maximum})`;
}
