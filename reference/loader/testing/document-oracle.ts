import { INDEX_SHAPE, MANIFEST_HEAD_SHAPE, MANIFEST_SHAPE, type Shape } from "./document-shapes.js";
import {
  compareContent,
  type DocumentFault,
  type FormItem,
  type FormResult,
  formPass,
  type Place,
  pathOf,
  ROOT,
} from "./form-oracle.js";

// The schema pass of the chapter "encoding", written from its text: which single fault a document has, and where.

/** The order of `spec/tables/decode-reasons.yaml`. */
const REASONS = [
  "truncated",
  "forbidden_item",
  "not_shortest_form",
  "invalid_utf8",
  "depth",
  "duplicate_key",
  "key_order",
  "missing_field",
  "unknown_field",
  "wrong_type",
  "length_out_of_range",
  "value_out_of_range",
  "pattern_mismatch",
  "item_order",
  "item_conflict",
  "trailing_bytes",
];

/** What a manifest or a section index turned out to be. */
export type DocumentVerdict =
  | { readonly fault: DocumentFault; readonly root?: undefined }
  | { readonly fault?: undefined; readonly root: FormItem };

/** What a manifest turned out to be. */
export type ManifestVerdict = DocumentVerdict & {
  /** The version by which it was judged. */
  readonly version: readonly [major: number, minor: number];
};

/** Judge a manifest. Offsets count from its first byte. */
export function judgeManifest(bytes: Uint8Array): ManifestVerdict {
  lastManifest = lastManifest?.isOf(bytes) === true ? lastManifest : new Judged(bytes, manifestVerdict(bytes));
  return lastManifest.verdict;
}

/** The last verdict on a document: most changes of an artifact leave its manifest or its index as it was. */
class Judged<V> {
  readonly verdict: V;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, verdict: V) {
    this.#bytes = bytes.slice();
    this.verdict = verdict;
  }

  isOf(bytes: Uint8Array): boolean {
    return bytes.length === this.#bytes.length && compareContent(bytes, this.#bytes) === 0;
  }
}

let lastManifest: Judged<ManifestVerdict> | undefined;

function manifestVerdict(bytes: Uint8Array): ManifestVerdict {
  const form = formPass(bytes);
  const version = declaredVersion(form) ?? ([1, 0] as const);
  const [major, minor] = version;
  const shape = major === 1 ? MANIFEST_SHAPE : MANIFEST_HEAD_SHAPE;
  return { ...judge(form, shape, major !== 1 || minor > 0), version };
}

/** Judge a section index by the version of its manifest. Offsets count from its first byte. */
export function judgeIndex(
  bytes: Uint8Array,
  [major, minor]: readonly [major: number, minor: number],
): DocumentVerdict {
  return judge(formPass(bytes), INDEX_SHAPE, major !== 1 || minor > 0);
}

/** The value of a named member of a map. */
export function memberOf(map: FormItem | undefined, name: string | undefined): FormItem | undefined {
  if (map?.major !== 5 || name === undefined) return undefined;
  const at = map.children.findIndex((key, i) => i % 2 === 0 && key.major === 3 && key.text === name);
  return at < 0 ? undefined : map.children[at + 1];
}

function declaredVersion({ root, fault }: FormResult): readonly [number, number] | undefined {
  const value = memberOf(root, "schema_version");
  if (value?.end === undefined || value.major !== 4 || value.argument !== 2) return undefined;
  if (fault !== undefined && fault.offset < value.end) return undefined;
  const [major, minor] = value.children;
  if (major?.major !== 0 || minor?.major !== 0 || major.argument > 65_535 || minor.argument > 65_535) return undefined;
  return [major.argument, minor.argument];
}

function judge({ root, fault }: FormResult, shape: Shape, isOpen: boolean): DocumentVerdict {
  const found = root === undefined ? undefined : new SchemaPass(isOpen).firstFault(root, shape, ROOT);
  const first = smaller(fault, found);
  if (first !== undefined) return { fault: first };
  if (root === undefined) throw new Error("a document without an item has a fault");
  return { root };
}

function smaller(a: DocumentFault | undefined, b: DocumentFault | undefined): DocumentFault | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const order = a.offset - b.offset || REASONS.indexOf(a.reason) - REASONS.indexOf(b.reason);
  return order <= 0 ? a : b;
}

/** Thrown where the form pass has stopped: the schema pass goes no further. */
const STOPPED = Symbol("stopped");

type MapShape = Extract<Shape, { readonly kind: "record" }>;
type ListShape = Extract<Shape, { readonly kind: "list" }>;

class SchemaPass {
  readonly #isOpen: boolean;

  constructor(isOpen: boolean) {
    this.#isOpen = isOpen;
  }

  firstFault(item: FormItem, shape: Shape, place: Place): DocumentFault | undefined {
    try {
      return this.#item(item, shape, place);
    } catch (error) {
      if (error === STOPPED) return undefined;
      throw error;
    }
  }

  /** The first fault in stream order, or none where the item is whole. */
  #item(item: FormItem, shape: Shape, place: Place): DocumentFault | undefined {
    const fault = (reason: string): DocumentFault => ({ reason, offset: item.start, path: pathOf(place) });
    const { major, argument, content } = item;
    switch (shape.kind) {
      case "integer": {
        if (major !== 0 && major !== 1) return fault("wrong_type");
        const value = major === 0 ? argument : -1 - argument;
        return value < shape.minimum || value > shape.maximum ? fault("value_out_of_range") : undefined;
      }
      case "text":
        if (major !== 3) return fault("wrong_type");
        if (content.length < shape.minimum || content.length > shape.maximum) return fault("length_out_of_range");
        return shape.pattern?.test(item.text) === false ? fault("pattern_mismatch") : undefined;
      case "bytes":
        if (major !== 2) return fault("wrong_type");
        return shape.length !== undefined && content.length !== shape.length ? fault("length_out_of_range") : undefined;
      case "row":
        if (major !== 4) return fault("wrong_type");
        if (argument !== shape.items.length) return fault("length_out_of_range");
        for (const [at, element] of shape.items.entries()) {
          const found = this.#item(present(item.children[at]), element, { parent: place, segment: at });
          if (found !== undefined) return found;
        }
        return undefined;
      case "list":
        if (major !== 4) return fault("wrong_type");
        return argument < shape.minimum ? fault("length_out_of_range") : this.#list(item, shape, place);
      case "table":
        if (major !== 5) return fault("wrong_type");
        if (argument === 0) return fault("length_out_of_range");
        return this.#table(item, place);
      case "record":
        return major !== 5 ? fault("wrong_type") : this.#record(item, shape, place);
    }
  }

  #list(list: FormItem, shape: ListShape, place: Place): DocumentFault | undefined {
    const earlier: Uint8Array[] = [];
    for (let at = 0; at < list.argument; at += 1) {
      const element = present(list.children[at]);
      const elementPlace = { parent: place, segment: at };
      const found = orStop(() => this.#item(element, shape.item, elementPlace));
      // An order is broken where the member that carries it stands: before what follows inside the element.
      const carrier = carrierOf(element, shape.by);
      let order: DocumentFault | undefined;
      if (shape.isAscending && carrier?.major === 3) {
        const carrierPlace = shape.by === undefined ? elementPlace : { parent: elementPlace, segment: shape.by };
        order = orderFault(carrier, earlier, shape, carrierPlace);
        earlier.push(carrier.content);
      }
      const first = smaller(found === STOPPED ? undefined : found, order);
      if (first !== undefined) return first;
      if (found === STOPPED) throw STOPPED;
    }
    return undefined;
  }

  #table(map: FormItem, place: Place): DocumentFault | undefined {
    for (let at = 0; at < map.argument; at += 1) {
      const key = present(map.children[2 * at]);
      if (key.major !== 3) return { reason: "wrong_type", offset: key.start, path: pathOf(place) };
      const value = present(map.children[2 * at + 1]);
      const found = this.#item(value, ANY_TEXT, { parent: place, segment: key });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #record(map: FormItem, shape: MapShape, place: Place): DocumentFault | undefined {
    const keepsUnknown = shape.grows && this.#isOpen;
    const due = requiredMembers(shape);
    const read = new Set<string>();
    const missing = (offset: number, isDue: (name: string) => boolean): DocumentFault | undefined => {
      const name = due.find((candidate) => !read.has(candidate) && isDue(candidate));
      if (name === undefined) return undefined;
      return { reason: "missing_field", offset, path: pathOf({ parent: place, segment: name }) };
    };
    for (let at = 0; at < map.argument; at += 1) {
      const key = present(map.children[2 * at]);
      const name = key.major === 3 ? key.text : undefined;
      const atKey = (reason: string): DocumentFault => ({ reason, offset: key.start, path: pathOf(place) });
      const isPast = (member: string): boolean => (name === undefined ? key.major > 3 : isSmallerKey(member, key));
      const absent = missing(key.start, isPast);
      if (absent !== undefined) return absent;
      if (name === undefined) return atKey(keepsUnknown ? "wrong_type" : "unknown_field");
      const member = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
      if (member === undefined && !keepsUnknown) return atKey("unknown_field");
      const value = present(map.children[2 * at + 1]);
      read.add(name);
      const valuePlace = { parent: place, segment: key };
      const found = orStop(() => (member === undefined ? whole(value) : this.#item(value, member.shape, valuePlace)));
      const conflict = sharedItem(value, memberOf(map, member?.disjointFrom), valuePlace);
      const first = smaller(found === STOPPED ? undefined : found, conflict);
      if (first !== undefined) return first;
      if (found === STOPPED) throw STOPPED;
    }
    if (map.end === undefined) throw STOPPED;
    return missing(map.end, () => true);
  }
}

const ANY_TEXT: Shape = { kind: "text", minimum: 0, maximum: Infinity };

function orderFault(
  item: FormItem,
  earlier: readonly Uint8Array[],
  shape: ListShape,
  place: Place,
): DocumentFault | undefined {
  const fault = (reason: string): DocumentFault => ({ reason, offset: item.start, path: pathOf(place) });
  const previous = earlier.at(-1);
  if (previous !== undefined && compareContent(item.content, previous) <= 0) return fault("item_order");
  const isNested = earlier.some((other) => startsWithFolder(item.content, other));
  return shape.isPrefixFree === true && isNested ? fault("item_conflict") : undefined;
}

const required = new Map<MapShape, readonly string[]>();

/** Names of the required members, in the order of their keys. */
function requiredMembers(shape: MapShape): readonly string[] {
  const known = required.get(shape);
  if (known !== undefined) return known;
  const names = Object.keys(shape.members).filter((name) => shape.members[name]?.isOptional !== true);
  const sorted = names.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  required.set(shape, sorted);
  return sorted;
}

/** Whether the key of a member, all of which are ASCII, is smaller than a text key: shorter first, then by bytes. */
function isSmallerKey(member: string, { content }: FormItem): boolean {
  if (member.length !== content.length) return member.length < content.length;
  const at = content.findIndex((byte, i) => byte !== member.charCodeAt(i));
  return at >= 0 && member.charCodeAt(at) < (content[at] as number);
}

function present(item: FormItem | undefined): FormItem {
  if (item === undefined) throw STOPPED;
  return item;
}

/** A value that only its form is judged by. */
function whole(item: FormItem): undefined {
  if (item.end === undefined) throw STOPPED;
  return undefined;
}

/** The first text of a list that another list holds as well. */
function sharedItem(list: FormItem, other: FormItem | undefined, place: Place): DocumentFault | undefined {
  if (other === undefined || list.major !== 4) return undefined;
  const at = list.children.findIndex(
    (item) => item.major === 3 && other.children.some((held) => compareContent(held.content, item.content) === 0),
  );
  const item = list.children[at];
  return item && { reason: "item_conflict", offset: item.start, path: pathOf({ parent: place, segment: at }) };
}

function orStop<T>(action: () => T): T | typeof STOPPED {
  try {
    return action();
  } catch (error) {
    if (error === STOPPED) return STOPPED;
    throw error;
  }
}

function carrierOf(element: FormItem, by: string | number | undefined): FormItem | undefined {
  if (by === undefined) return element;
  if (typeof by === "string") return memberOf(element, by);
  return element.major === 4 ? element.children[by] : undefined;
}

function startsWithFolder(path: Uint8Array, folder: Uint8Array): boolean {
  return path[folder.length] === 0x2f && compareContent(path.subarray(0, folder.length), folder) === 0;
}
