import { type AscendingItems, type ItemOrder, isAmong, isGreater } from "./ascending.js";
import { asciiWindow, WINDOW_BYTES } from "./ascii-window.js";
import type { CodecReason } from "./codec-reason.js";
import { Fault } from "./fault.js";
import { MajorType } from "./head.js";
import type { KnownTexts } from "./known-texts.js";
import { LateValues } from "./late-values.js";
import { matchesPattern, type Pattern } from "./pattern.js";
import { SMALL_BYTES, SmallDocument } from "./small-document.js";
import { decodeUtf8, isAscii } from "./utf8.js";
import { bounded } from "./words.js";

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

  /** The document from byte 0 to `length`; behind that, rubbish whose first byte begins no item. */
  declare protected bytes: Uint8Array;
  /** The same bytes, for wider loads. */
  declare protected view: DataView;
  /** Length of the document in bytes. */
  declare protected length: number;
  /** First byte not yet read. */
  declare at: number;
  /** First byte of the last text or byte string that was read, head included. */
  declare protected itemAt: number;
  /** Content of the last text or byte string: `bytes[contentAt, contentEnd)`. */
  declare protected contentAt: number;
  declare protected contentEnd: number;
  /** The rule being read, for errors. */
  declare protected rule: string;

  /** Where the caller's bytes lie: views into the document are views of this memory. */
  declare private memory: ArrayBufferLike;
  declare private memoryAt: number;
  /** Where a small document is copied to. */
  declare private readonly small: SmallDocument;
  /** See {@link ItemReader.late}. */
  declare private lateValues: LateValues | undefined;

  /** See {@link asciiWindow}: the characters of `bytes` from `windowAt` to `windowEnd`. */
  declare private window: string;
  declare private windowAt: number;
  declare private windowEnd: number;

  constructor() {
    const small = new SmallDocument();
    this.bytes = small.bytes;
    this.view = small.view;
    this.length = 0;
    this.at = 0;
    this.itemAt = 0;
    this.contentAt = 0;
    this.contentEnd = 0;
    this.rule = "";
    this.memory = small.bytes.buffer;
    this.memoryAt = 0;
    this.small = small;
    this.lateValues = undefined;
    this.window = "";
    this.windowAt = 0;
    this.windowEnd = 0;
  }

  /** Begins with a document. @param rule the outermost rule, for errors */
  protected open(document: Uint8Array, rule: string): void {
    const { length } = document;
    this.memory = document.buffer;
    this.memoryAt = document.byteOffset;
    if (length <= SMALL_BYTES) this.small.take(document);
    else {
      // An array of our own: one that a caller has subclassed, as Node's Buffer, or given a property has a hidden class
      // of its own, and every load would have to look at it.
      this.bytes = new Uint8Array(document.buffer, document.byteOffset, length);
      this.view = new DataView(document.buffer, document.byteOffset, length);
    }
    this.length = length;
    this.at = 0;
    this.rule = rule;
    this.windowEnd = 0;
  }

  /** Ends with a document, and keeps nothing of it. */
  protected close(): void {
    const { small } = this;
    this.bytes = small.bytes;
    this.view = small.view;
    this.memory = small.bytes.buffer;
    this.lateValues = undefined;
    this.window = "";
    this.windowEnd = 0;
  }

  /** A view into the document. */
  protected viewOf(start: number, end: number): Uint8Array {
    return new Uint8Array(this.memory, this.memoryAt + start, end - start);
  }

  /** An unsigned integer of at most `maximum`, itself at most 2^53 - 1. @spec encoding.value, encoding.integers.safe */
  uint(maximum: number): number {
    const { bytes, at } = this;
    const first = bytes[at] as number;
    if (first < 24) {
      this.at = at + 1;
      if (first <= maximum) return first;
    } else if (first === 0x18 && at + 2 <= this.length) {
      const value = bytes[at + 1] as number;
      this.at = at + 2;
      if (value >= 24 && value <= maximum) return value;
    } else if (first === 0x19 && at + 3 <= this.length) {
      const value = ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
      this.at = at + 3;
      if (value >= 256 && value <= maximum) return value;
    } else if (first === 0x1a && at + 5 <= this.length) {
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
    return this.viewOf(start, this.contentEnd);
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
    if (bytes[at] !== 0x58 || bytes[at + 1] !== length || end > this.length) return this.bytesAt(length, length);
    this.itemAt = at;
    this.contentAt = at + 2;
    this.contentEnd = end;
    this.at = end;
    return at + 2;
  }

  /** A text of `minimum` to `maximum` bytes. @spec encoding.length */
  text(minimum: number, maximum: number): string {
    this.textContent(minimum, maximum);
    const { contentAt, contentEnd, windowAt } = this;
    if (!isAscii(this.view, contentAt, contentEnd)) return this.unicode();
    if (contentAt < windowAt || contentEnd > this.windowEnd) return this.ascii(contentAt, contentEnd);
    return this.window.substring(contentAt - windowAt, contentEnd - windowAt);
  }

  /** A text that is often one of a table. @spec encoding.length */
  knownText(texts: KnownTexts, minimum: number, maximum: number): string {
    return this.known(texts, minimum, maximum) ?? this.text(minimum, maximum);
  }

  /** A text of `minimum` to `maximum` bytes that matches `pattern` as a whole. @spec encoding.pattern */
  patternText(pattern: Pattern, minimum: number, maximum: number): string {
    if (pattern.known !== undefined) {
      const known = this.known(pattern.known, minimum, maximum);
      if (known !== undefined) return known;
    }
    this.textContent(minimum, maximum);
    const { contentAt, contentEnd, windowAt } = this;
    if (!matchesPattern(pattern, this.bytes, contentAt, contentEnd)) throw this.mismatch(this.itemAt, pattern);
    if (contentAt < windowAt || contentEnd > this.windowEnd) return this.ascii(contentAt, contentEnd);
    return this.window.substring(contentAt - windowAt, contentEnd - windowAt);
  }

  /** Checks such a text and answers where it begins, for {@link LateValues.asciiText}. */
  patternTextAt(pattern: Pattern, minimum: number, maximum: number): number {
    this.textContent(minimum, maximum);
    if (!matchesPattern(pattern, this.bytes, this.contentAt, this.contentEnd))
      throw this.mismatch(this.itemAt, pattern);
    return this.itemAt;
  }

  /**
   * The same for a text that must also be greater than the one before it.
   *
   * @spec encoding.item-order
   */
  orderedTextAt(pattern: Pattern, minimum: number, maximum: number, order: AscendingItems): number {
    this.patternTextAt(pattern, minimum, maximum);
    this.requireOrder(order);
    return this.itemAt;
  }

  /** Makes texts and byte strings of this document later, for the positions that `...At` methods answer. */
  get late(): LateValues {
    this.lateValues ??= new LateValues(this.viewOf(0, this.length));
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

  /**
   * Checks the last text or byte string of an array against the one before it.
   *
   * @param previousAt what this method answered for the element before, or -1
   * @spec encoding.item-order
   */
  requireAscending(previousAt: number): number {
    const { contentAt } = this;
    // The element before ends where this one begins.
    if (previousAt >= 0 && !isGreater(this.view, contentAt, this.contentEnd, previousAt, this.itemAt)) {
      this.requireJudgement("not_ascending");
    }
    return contentAt;
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
    if (this.at !== this.length) throw this.fault("trailing_bytes", this.at, "end of document");
  }

  /** Refuses the last text or byte string. */
  refuse(reason: CodecReason, expected: string): never {
    throw this.fault(reason, this.itemAt, expected);
  }

  protected fault(reason: CodecReason, offset: number, expected: string): Fault {
    return new Fault(reason, offset, this.rule, expected);
  }

  /** Argument of a head whose type bits are `type`; above 2^53 - 1 only its magnitude is right. */
  protected head(type: number, expected: string): number {
    const { at, view } = this;
    if (at >= this.length) throw this.fault("truncated", at, expected);
    const first = this.bytes[at] as number;
    // @spec encoding.type
    if ((first & 0xe0) !== type) throw this.fault("wrong_type", at, expected);
    const info = first & 31;
    if (info < 24) {
      this.at = at + 1;
      return info;
    }
    if (info > 27) throw this.fault("forbidden_item", at, expected);
    const size = 1 << (info - 24);
    if (at + 1 + size > this.length) throw this.fault("truncated", at, expected);
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

  private mismatch(at: number, pattern: Pattern): Fault {
    return this.fault("pattern_mismatch", at, `text that matches ${pattern.source}`);
  }

  /** Goes over a text that is one of a table, and answers it; goes nowhere where another item stands. */
  private known(texts: KnownTexts, minimum: number, maximum: number): string | undefined {
    const { at } = this;
    const known = texts.at(this.view, at, this.length);
    if (known === undefined || known.length < minimum || known.length > maximum) return undefined;
    // A known text has a head of one byte.
    this.itemAt = at;
    this.contentAt = at + 1;
    this.contentEnd = at + 1 + known.length;
    this.at = this.contentEnd;
    return known;
  }

  /** Goes over a text and notes its content. */
  private textContent(minimum: number, maximum: number): void {
    const { at, bytes } = this;
    // Nearly every text has a head of one or two bytes; whatever is unusual goes the long way.
    const first = bytes[at] as number;
    const isLong = first === 0x78;
    const length = isLong ? (bytes[at + 1] as number) : first - 0x60;
    const start = isLong ? at + 2 : at + 1;
    const end = start + length;
    const isUsual = isLong ? length >= 24 : length >= 0 && length < 24;
    if (!isUsual || length < minimum || length > maximum || end > this.length) {
      this.content(at, this.stringHead(0x60, "tstr"), minimum, maximum, "tstr");
      return;
    }
    this.itemAt = at;
    this.contentAt = start;
    this.contentEnd = end;
    this.at = end;
  }

  /** Length of a text or byte string whose type bits are `type`. */
  private stringHead(type: number, expected: string): number {
    const { at, bytes } = this;
    const first = bytes[at] as number;
    if (first >= type && first < type + 24) {
      this.at = at + 1;
      return first - type;
    }
    if (first === type + 24 && at + 2 <= this.length) {
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
    if (end > this.length) throw this.fault("truncated", itemAt, `${length} bytes`);
    this.itemAt = itemAt;
    this.contentAt = start;
    this.contentEnd = end;
    this.at = end;
    return start;
  }

  /** The last text, where it is not ASCII. */
  private unicode(): string {
    const text = decodeUtf8(this.bytes, this.contentAt, this.contentEnd);
    if (text === undefined) throw this.fault("invalid_utf8", this.itemAt, "valid UTF-8");
    return text;
  }

  /** The text of `bytes[start, end)`, which is ASCII and lies outside of the window. */
  private ascii(start: number, end: number): string {
    this.moveWindow(start);
    if (end > this.windowEnd) return decodeUtf8(this.bytes, start, end) as string;
    return this.window.substring(start - this.windowAt, end - this.windowAt);
  }

  private moveWindow(start: number): void {
    if (this.length <= SMALL_BYTES) {
      this.window = this.small.text(this.length);
      this.windowAt = 0;
      this.windowEnd = this.length;
      return;
    }
    const length = Math.min(this.length - start, WINDOW_BYTES);
    this.window = asciiWindow(this.bytes, start, length);
    this.windowAt = start;
    this.windowEnd = start + length;
  }
}
