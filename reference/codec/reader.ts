import { Fault } from "./fault.js";
import { MAXIMUM_DEPTH, skipItem } from "./form.js";
import { readHead } from "./head.js";
import { ItemReader } from "./item-reader.js";
import { isKeyAt, type MemberKey } from "./member-key.js";
import { compareBytes } from "./utf8.js";

/** One member of a map that this reader does not know, kept as it came. @spec encoding.growth.higher */
export interface UnknownField {
  /** The key. */
  readonly key: string;
  /** The value, as its encoded bytes: a view into the document. */
  readonly value: Uint8Array;
}

/** How the members of growing maps are judged. @spec encoding.growth.known */
export interface Growth {
  /** Members of this minor version and below are known. */
  readonly minor: number;
  /** Whether other text keys are kept instead of refused. */
  readonly keepUnknown: boolean;
}

/** Counts above this are cut: a document that could hold so many pairs does not exist. */
const MAXIMUM_PAIRS = 0x3fff_ffff;

/** What a growing map has shown of the members that are unknown. Made only where unknown members are kept. */
interface UnknownMembers {
  /** First byte of the last key, or -1. */
  keyAt: number;
  kept: UnknownField[] | undefined;
}

/** Items that {@link CborReader.recall} keeps in mind. */
const RECALLED_ITEMS = 8;

/** The first and only byte of an empty map. */
const EMPTY_MAP = 0xa0;

/** An item that was read before: its bytes, and the position of its value. */
interface RecalledItem {
  readonly start: number;
  readonly end: number;
  readonly position: number;
}

// What most readers never change, made once.
const NOTHING_UNKNOWN: UnknownMembers[] = [];
const NOTHING_RECALLED: RecalledItem[] = [];

/** The reader of the last document. It is taken while it reads, so that one that begins meanwhile is another. */
let spareReader: CborReader | undefined;

/**
 * Reads one document of deterministic CBOR from front to back. Generated code calls it in the order of the schema: the
 * keys of a map arrive in one order only, so a repeated, reordered, missing or unknown key fails where it stands.
 *
 * @spec encoding.pass.schema
 */
export class CborReader extends ItemReader {
  /** How growing maps are judged: {@link Growth}. */
  declare private minor: number;
  declare private keepUnknown: boolean;
  /** Containers that are open. */
  declare private depth: number;
  /** Pairs of the innermost named map that are not yet read. */
  declare private left: number;
  /** The same, and the rule, of the maps and rows around it, by the depth of the container inside. */
  declare private readonly outerLeft: number[];
  declare private readonly outerRules: string[];
  /** By depth, for growing maps; made only where unknown members are kept. */
  declare private unknown: (UnknownMembers | undefined)[];
  /** What {@link CborReader.recall} keeps in mind, and the array its values are in. */
  declare private recalled: RecalledItem[];
  declare private recalledIn: unknown;
  /** Position of the value of an empty map, or -1. */
  declare private emptyAt: number;
  /** Items that were recalled beyond the first {@link RECALLED_ITEMS}. */
  declare private recalls: number;

  private constructor() {
    super();
    this.minor = 0;
    this.keepUnknown = false;
    this.depth = 0;
    this.left = 0;
    this.outerLeft = new Array<number>(MAXIMUM_DEPTH + 1).fill(0);
    this.outerRules = new Array<string>(MAXIMUM_DEPTH + 1).fill("");
    this.unknown = NOTHING_UNKNOWN;
    this.recalled = NOTHING_RECALLED;
    this.recalledIn = undefined;
    this.emptyAt = -1;
    this.recalls = 0;
  }

  /**
   * A reader of a document; {@link CborReader.release} it.
   *
   * @param rule the outermost rule, for errors
   */
  static of(document: Uint8Array, growth: Growth, rule: string): CborReader {
    const reader = spareReader ?? new CborReader();
    spareReader = undefined;
    reader.open(document, rule);
    reader.minor = growth.minor;
    reader.keepUnknown = growth.keepUnknown;
    reader.depth = 0;
    reader.left = 0;
    if (growth.keepUnknown) reader.unknown = [];
    return reader;
  }

  /** Gives back what the next reader can use. The reader must not be used any more. */
  release(): void {
    this.close();
    this.unknown = NOTHING_UNKNOWN;
    this.recalled = NOTHING_RECALLED;
    this.recalledIn = undefined;
    spareReader = this;
  }

  /**
   * Enters a map of named members that never grows.
   *
   * @param rule the rule being read, for errors
   * @spec encoding.growth.arrays
   */
  beginMap(rule: string): void {
    const count = this.beginContainer(0xa0, "map");
    const { depth } = this;
    this.outerLeft[depth] = this.left;
    this.outerRules[depth] = this.rule;
    this.left = Math.min(count, MAXIMUM_PAIRS);
    this.rule = rule;
    if (this.keepUnknown) this.unknown[depth] = undefined;
  }

  /** The same for a map that may hold members of later minor versions. @spec encoding.growth.higher */
  beginGrowingMap(rule: string): void {
    this.beginMap(rule);
    if (this.keepUnknown) this.unknown[this.depth] = { keyAt: -1, kept: undefined };
  }

  /** Reads over an empty map, and tells whether one stood here: a short cut for maps that are mostly empty. */
  emptyMap(): boolean {
    if (this.bytes[this.at] !== EMPTY_MAP || this.depth >= MAXIMUM_DEPTH) return false;
    this.at++;
    return true;
  }

  /** Reads the key of a member that must be there. @spec encoding.missing-field */
  member(key: MemberKey): void {
    if (!this.optionalMember(key)) throw this.missing(key);
  }

  /** Reads the key of a member that may be absent, and tells whether it is there. */
  optionalMember(key: MemberKey): boolean {
    if (this.left === 0) return false;
    const { at, view } = this;
    const { fast } = key;
    const end = at + fast.length;
    if (fast.length === 0 || end > this.length) return this.seek(key);
    // A greater word is the beginning of a greater key: the member is absent.
    if (view.getUint32(at) > fast.first) return false;
    if (!isKeyAt(fast, view, at, this.length)) return this.seek(key);
    this.consume(at, end);
    return true;
  }

  /** The same for a member that came with a later minor version of the schema. @spec encoding.growth.known */
  optionalMemberSince(key: MemberKey, minor: number): boolean {
    return this.minor >= minor && this.optionalMember(key);
  }

  /** Leaves a map that knows all its members. @spec encoding.unknown-field, encoding.growth.arrays */
  endMap(): void {
    if (this.left > 0) throw this.fault("unknown_field", this.at, "end of map");
    this.leaveMap();
  }

  /**
   * Leaves a map that may hold members of later minor versions.
   *
   * @returns the members that were kept, in key order, or `undefined` where there are none
   * @spec encoding.growth.higher
   */
  endGrowingMap(): readonly UnknownField[] | undefined {
    while (this.left > 0) this.keepOrRefuse("end of map");
    const kept = this.keepUnknown ? this.unknown[this.depth]?.kept : undefined;
    this.leaveMap();
    return kept;
  }

  /**
   * Enters a map without named members.
   *
   * @param minimum least number of pairs
   * @returns the number of pairs; each is read by {@link CborReader.textKey} and a value
   */
  beginTable(minimum: number): number {
    const { at } = this;
    const count = this.beginContainer(0xa0, "map");
    if (count < minimum) throw this.fault("length_out_of_range", at, `map of at least ${minimum}`);
    return count;
  }

  /**
   * Reads a key of a map without named members.
   *
   * @param previousAt first byte of the key before it, or -1
   * @spec encoding.key-order, encoding.key-type
   */
  textKey(previousAt: number): string {
    const { at } = this;
    const name = this.text(0, Number.MAX_SAFE_INTEGER);
    this.requireKeyOrder(previousAt, at, this.at);
    return name;
  }

  /**
   * Enters an array of any number of elements.
   *
   * @param minimum least number of elements
   * @returns the number of elements the head promises
   */
  beginArray(minimum: number): number {
    const { at } = this;
    const count = this.beginContainer(0x80, "array");
    if (count < minimum) throw this.fault("length_out_of_range", at, `array of at least ${minimum}`);
    return count;
  }

  /**
   * Enters an array of exactly `count` elements.
   *
   * @param rule the rule being read, for errors
   * @spec encoding.length, encoding.counts
   */
  beginRow(rule: string, count: number): void {
    const { at } = this;
    const promised = this.beginContainer(0x80, "array");
    this.outerRules[this.depth] = this.rule;
    this.rule = rule;
    if (promised !== count) throw this.fault("length_out_of_range", at, `array of ${count}`);
  }

  /** Leaves an array of exactly so many elements. */
  endRow(): void {
    this.rule = this.outerRules[this.depth] as string;
    this.depth--;
  }

  /** Leaves an array, or a map without named members. */
  endContainer(): void {
    this.depth--;
  }

  /**
   * How many of the elements that a head promises can stand in what is left of the document.
   *
   * @param leastBytes bytes that the shortest element takes
   * @spec encoding.counts
   */
  countThatFits(count: number, leastBytes: number): number {
    return Math.min(count, Math.floor((this.length - this.at) / leastBytes));
  }

  /**
   * Reads an item that is probably the same as one of the last, as the constraints of sections are. Equal bytes are an
   * equal item, and no item begins another one, so they have the value that was read before. Values are shared.
   *
   * @param values where values that have not been recalled are added; always the same array for one place of a document
   * @param read reads the item
   * @returns the position of the value among `values`
   */
  recall<T>(values: T[], read: (reader: CborReader) => T): number {
    const { at, view, length } = this;
    if (this.recalledIn !== values) {
      this.recalled = [];
      this.recalledIn = values;
      this.recalls = 0;
      this.emptyAt = -1;
    }
    // Most are an empty map, which need not be searched for.
    const isEmpty = this.bytes[at] === EMPTY_MAP;
    if (isEmpty && this.emptyAt >= 0) {
      this.at = at + 1;
      return this.emptyAt;
    }
    const { recalled } = this;
    for (let i = 0; i < recalled.length; i++) {
      const item = recalled[i] as RecalledItem;
      if (!equalBytes(view, item.start, item.end, at, length)) continue;
      this.at = at + (item.end - item.start);
      return item.position;
    }
    const position = values.push(read(this)) - 1;
    if (isEmpty) this.emptyAt = position;
    else {
      const item = { start: at, end: this.at, position };
      // The oldest makes room.
      if (recalled.length < RECALLED_ITEMS) recalled.push(item);
      else recalled[this.recalls++ % RECALLED_ITEMS] = item;
    }
    return position;
  }

  /** Reads over one item of any kind. */
  skip(): void {
    const end = skipItem(this.bytes.subarray(0, this.length), this.at, this.depth + 1);
    if (typeof end !== "number") throw this.fault(end.reason, end.offset, "well-formed item");
    this.at = end;
  }

  private beginContainer(type: number, expected: string): number {
    const { at } = this;
    const first = this.bytes[at] as number;
    let count = first - type;
    if (count >= 0 && count < 24) this.at = at + 1;
    else count = this.head(type, expected);
    if (this.depth >= MAXIMUM_DEPTH) throw this.fault("depth", at, `at most ${MAXIMUM_DEPTH} levels`);
    this.depth++;
    return count;
  }

  private leaveMap(): void {
    const { depth } = this;
    this.left = this.outerLeft[depth] as number;
    this.rule = this.outerRules[depth] as string;
    this.depth = depth - 1;
  }

  /** Goes over a key that stands at `at`. */
  private consume(at: number, end: number): void {
    this.left--;
    this.at = end;
    if (!this.keepUnknown) return;
    const map = this.unknown[this.depth];
    if (map !== undefined) map.keyAt = at;
  }

  /**
   * Looks at a key that is not `key`. A smaller one is unknown, because every smaller member has been asked for: it is
   * kept or refused. A greater one means that `key` is not there.
   *
   * @returns whether `key` was found behind members that were kept
   */
  private seek(key: MemberKey): boolean {
    while (this.left > 0) {
      const order = this.compareKey(key.encoded);
      if (order > 0) return false;
      if (order === 0) {
        this.consume(this.at, this.at + key.encoded.length);
        return true;
      }
      this.keepOrRefuse("known member");
    }
    return false;
  }

  /** Order of the bytes that stand here against an encoded key. */
  private compareKey(encoded: Uint8Array): number {
    for (let i = 0; i < encoded.length; i++) {
      if (this.at + i >= this.length) throw this.fault("truncated", this.at, "map key");
      const byte = this.bytes[this.at + i] as number;
      if (byte !== encoded[i]) return byte - (encoded[i] as number);
    }
    return 0;
  }

  /** Keeps the pair that stands here, or refuses it. @spec encoding.growth.higher */
  private keepOrRefuse(expected: string): void {
    const map = this.keepUnknown ? this.unknown[this.depth] : undefined;
    if (map === undefined) throw this.fault("unknown_field", this.at, expected);
    const keyAt = this.at;
    const key = this.textKey(map.keyAt);
    const valueAt = this.at;
    this.skip();
    this.left--;
    map.keyAt = keyAt;
    map.kept ??= [];
    map.kept.push({ key, value: this.viewOf(valueAt, this.at) });
  }

  /** Checks the key `bytes[at, end)` against the key before it. @spec encoding.key-order */
  private requireKeyOrder(previousAt: number, at: number, end: number): void {
    if (previousAt < 0) return;
    const previousEnd = readHead(this.bytes, previousAt).end;
    const order = compareBytes(this.bytes, this.bytes, at, end, previousAt, previousEnd);
    if (order <= 0) throw this.fault(order < 0 ? "key_order" : "duplicate_key", at, "greater key");
  }

  private missing(key: MemberKey): Fault {
    return new Fault("missing_field", this.at, this.rule, `member ${key.name}`, "", {
      depth: this.depth,
      name: key.name,
    });
  }
}

/** Whether the bytes from `start` to `end` stand at `at` once more. */
function equalBytes(view: DataView, start: number, end: number, at: number, documentEnd: number): boolean {
  const length = end - start;
  if (at + length > documentEnd) return false;
  let i = 0;
  for (; i + 4 <= length; i += 4) if (view.getUint32(start + i) !== view.getUint32(at + i)) return false;
  for (; i < length; i++) if (view.getUint8(start + i) !== view.getUint8(at + i)) return false;
  return true;
}
