import { DECODE_REASON_NUMBERS, type DecodeReason } from "../../../generated/enums/decode-reason.js";
import { keySegment, text as textItem, write } from "./cbor.js";
import { type DocumentFault, type FormItem, formPass } from "./small-decoder-form.js";

// The schema pass of the chapter encoding over manifests and section indexes, and the verdict of both passes.

/** A rule of the schema, as far as manifest and index need one. */
type Rule =
  | { readonly type: "text"; readonly least?: number; readonly most?: number; readonly pattern?: RegExp }
  | { readonly type: "bytes"; readonly size?: number }
  | { readonly type: "integer"; readonly least: bigint; readonly most: bigint }
  | { readonly type: "row"; readonly of: readonly Rule[] }
  | {
      readonly type: "list";
      readonly of: Rule;
      readonly least: number;
      /** The member of an element that has to ascend: none for the element itself. */
      readonly ascending?: { readonly by?: string | number };
      readonly prefixFree?: boolean;
      /** Member of the same map that must have nothing in common with this one. */
      readonly disjointFrom?: string;
    }
  | { readonly type: "texts" }
  | { readonly type: "record"; readonly grows: boolean; readonly of: Readonly<Record<string, Member>> }
  | { readonly type: "any" };

interface Member {
  readonly rule: Rule;
  readonly isOptional?: boolean;
}

const required = (rule: Rule): Member => ({ rule });
const optional = (rule: Rule): Member => ({ rule, isOptional: true });
const record = (of: Readonly<Record<string, Member>>, grows = true): Rule => ({ type: "record", grows, of });
const text: Rule = { type: "text" };
const safeUint: Rule = { type: "integer", least: 0n, most: 2n ** 53n - 1n };
const versionPart: Rule = { type: "integer", least: 0n, most: 65535n };
const digest: Rule = { type: "bytes", size: 32 };
const name: Rule = {
  type: "text",
  least: 1,
  most: 128,
  pattern: /^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/,
};
const capability: Rule = { type: "text", least: 1, most: 64, pattern: /^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$/ };
const number = "(0|[1-9][0-9]*)";
const semantic = `${number}[.]${number}[.]${number}(-(${number}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)([.](${number}|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?([+][0-9A-Za-z-]+([.][0-9A-Za-z-]+)*)?`;
const comparator = `(=|>=|>|<=|<|\\^|~)${semantic}`;
const version: Rule = { type: "text", least: 1, most: 64, pattern: new RegExp(`^${semantic}$`) };
const range: Rule = { type: "text", pattern: new RegExp(`^${comparator}( ${comparator})*$`) };
const set = (of: Rule, more: { readonly least?: number; readonly disjointFrom?: string } = {}): Rule => {
  return { type: "list", of, least: 1, ascending: {}, ...more };
};

const schemaVersion: Rule = { type: "row", of: [versionPart, versionPart] };
const signature: Rule = record(
  { algorithm: required(text), key_id: required(digest), value: required({ type: "bytes" }) },
  false,
);

/** @spec manifest.shape */
const manifest: Rule = record({
  schema_version: required(schemaVersion),
  runtime_interface_min: required({ type: "row", of: [versionPart, versionPart, versionPart] }),
  name: required(name),
  version: required(version),
  entry: required(record({ section: required(name), symbol: required({ type: "text", least: 1, most: 128 }) })),
  runtime: required(
    record({
      code_format: required(text),
      requires: optional(set(text)),
      prefer: optional({ type: "list", of: name, least: 1 }),
    }),
  ),
  host_functions: optional(set(name)),
  optional_capabilities: optional(set(capability)),
  required_capabilities: required(set(capability, { least: 0, disjointFrom: "optional_capabilities" })),
  quotas: optional(
    record({
      memory_bytes: optional(safeUint),
      table_elements: optional(safeUint),
      fuel: optional(safeUint),
      fuel_per_slice: optional(safeUint),
      wall_ms: optional(safeUint),
      emits_per_second: optional(safeUint),
      max_pending_events: optional(safeUint),
      open_handles: optional(safeUint),
      open_calls: optional(safeUint),
      reply_bytes: optional(safeUint),
    }),
  ),
  dependencies: optional({
    type: "list",
    of: record({ name: required(name), version_range: required(range) }),
    least: 1,
    ascending: { by: "name" },
  }),
  section_index_digest: required(digest),
  assembly: optional(name),
  deprecation_notice: optional(text),
  annotations: optional({ type: "texts" }),
  signature: optional(signature),
});

/** What is asked of a manifest of another major. @spec encoding.growth.major */
const foreignManifest: Rule = record({
  schema_version: required(schemaVersion),
  section_index_digest: required(digest),
  signature: optional(signature),
});

/** @spec index.shape index.entry */
const index: Rule = {
  type: "list",
  least: 0,
  ascending: { by: 0 },
  prefixFree: true,
  of: {
    type: "row",
    of: [
      name,
      { type: "integer", least: 1n, most: 65535n },
      safeUint,
      safeUint,
      digest,
      { type: "integer", least: 0n, most: 1n },
      record({
        terminals: optional(set(text)),
        capabilities: optional(set(text)),
        features: optional(set(text)),
        min_memory_bytes: optional(safeUint),
      }),
    ],
  },
};

/** A document that was judged: the version it was judged by, what was read, and its one fault. */
export interface Judged {
  readonly version: readonly [major: bigint, minor: bigint];
  readonly root: FormItem | undefined;
  readonly fault: DocumentFault | undefined;
}

/** The verdict on a manifest. @spec encoding.verdict encoding.growth.version */
export function judgeManifest(bytes: Uint8Array): Judged {
  const { root, fault } = formPass(bytes);
  const declared = declaredVersion(root);
  const rule = declared[0] === 1n ? manifest : foreignManifest;
  return { version: declared, root, fault: first(fault, schemaPass(root, rule, keepsUnknown(declared))) };
}

/** The verdict on a section index beside a manifest of that version. @spec encoding.growth.index */
export function judgeIndex(bytes: Uint8Array, declared: Judged["version"]): Judged {
  const { root, fault } = formPass(bytes);
  return { version: declared, root, fault: first(fault, schemaPass(root, index, keepsUnknown(declared))) };
}

/** The value of a member of a map; undefined where the map has none. */
export function memberOf(map: FormItem, key: string): FormItem | undefined {
  for (let at = 0; at + 1 < map.children.length; at += 2)
    if (map.children[at]?.kind === "text" && textOf(map.children[at] as FormItem) === key) return map.children[at + 1];
  return undefined;
}

/** The text of an item. */
export function textOf({ content }: FormItem): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);
}

function keepsUnknown([major, minor]: Judged["version"]): boolean {
  return major !== 1n || minor > 0n;
}

function declaredVersion(root: FormItem | undefined): Judged["version"] {
  const value = root?.kind === "map" ? memberOf(root, "schema_version") : undefined;
  const [major, minor, more] = value?.children ?? [];
  const isPart = (item: FormItem | undefined): item is FormItem =>
    item?.kind === "integer" && item.value >= 0n && item.value <= 65535n;
  const isVersion = value?.kind === "array" && value.end !== undefined && more === undefined;
  return isVersion && isPart(major) && isPart(minor) ? [major.value, minor.value] : [1n, 0n];
}

function first(a: DocumentFault | undefined, b: DocumentFault | undefined): DocumentFault | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.offset !== b.offset) return a.offset < b.offset ? a : b;
  const row = ({ reason }: DocumentFault): number => DECODE_REASON_NUMBERS[reason as DecodeReason];
  return row(a) <= row(b) ? a : b;
}

/** Where the schema pass ends: at a fault, or without one where the form pass stopped. */
class Ended extends Error {
  readonly fault: DocumentFault | undefined;

  constructor(fault?: DocumentFault) {
    super(fault?.reason);
    this.fault = fault;
  }
}

function schemaPass(root: FormItem | undefined, rule: Rule, keeps: boolean): DocumentFault | undefined {
  try {
    check(root, rule, { keeps });
  } catch (error) {
    if (error instanceof Ended) return error.fault;
    throw error;
  }
  return undefined;
}

function refuse(reason: string, { start, path }: { readonly start: number; readonly path: string }): never {
  throw new Ended({ reason, offset: start, path });
}

/** What an item is judged by beside its rule. */
interface Place {
  /** Whether unknown keys of maps that grow are kept. */
  readonly keeps: boolean;
  /** Texts that may not stand in the list. */
  readonly taken?: readonly string[];
  /** Told of each member of a row or record once it has been judged. */
  readonly onMember?: (member: string | number, value: FormItem) => void;
}

/** The faults of one item, in the order in which the chapter has them. */
function check(item: FormItem | undefined, rule: Rule, place: Place): void {
  if (item === undefined) throw new Ended();
  switch (rule.type) {
    case "any":
      break;
    case "integer":
      if (item.kind !== "integer") refuse("wrong_type", item);
      if (item.value < rule.least || item.value > rule.most) refuse("value_out_of_range", item);
      break;
    case "bytes":
      if (item.kind !== "bytes") refuse("wrong_type", item);
      if (rule.size !== undefined && item.content.length !== rule.size) refuse("length_out_of_range", item);
      break;
    case "text":
      if (item.kind !== "text") refuse("wrong_type", item);
      if (item.content.length < (rule.least ?? 0) || item.content.length > (rule.most ?? Infinity))
        refuse("length_out_of_range", item);
      if (rule.pattern !== undefined && !rule.pattern.test(textOf(item))) refuse("pattern_mismatch", item);
      break;
    case "row":
      if (item.kind !== "array") refuse("wrong_type", item);
      if (item.value !== BigInt(rule.of.length)) refuse("length_out_of_range", item);
      for (const [at, of] of rule.of.entries()) {
        check(item.children[at], of, { keeps: place.keeps });
        place.onMember?.(at, item.children[at] as FormItem);
      }
      break;
    case "list":
      checkList(item, rule, place);
      break;
    case "texts":
      if (item.kind !== "map") refuse("wrong_type", item);
      if (item.value === 0n) refuse("length_out_of_range", item);
      for (const [at, child] of item.children.entries())
        if (child.kind !== "text") refuse("wrong_type", at % 2 === 0 ? { start: child.start, path: item.path } : child);
      break;
    case "record":
      checkRecord(item, rule, place);
      break;
  }
  if (item.end === undefined) throw new Ended();
}

/** @spec encoding.item-order encoding.item-conflict */
function checkList(item: FormItem, rule: Rule & { readonly type: "list" }, { keeps, taken }: Place): void {
  if (item.kind !== "array") refuse("wrong_type", item);
  if (item.value < BigInt(rule.least)) refuse("length_out_of_range", item);
  const earlier: FormItem[] = [];
  const compare = (value: FormItem): void => {
    const before = earlier.at(-1);
    if (before !== undefined && Buffer.compare(value.content, before.content) <= 0) refuse("item_order", value);
    const begins = rule.prefixFree && earlier.some((other) => textOf(value).startsWith(`${textOf(other)}/`));
    if (begins || taken?.includes(textOf(value))) refuse("item_conflict", value);
    earlier.push(value);
  };
  const by = rule.ascending?.by;
  const onMember = (member: string | number, value: FormItem): void => {
    if (member === by) compare(value);
  };
  for (const element of item.children) {
    check(element, rule.of, { keeps, onMember });
    if (rule.ascending !== undefined && by === undefined) compare(element);
  }
}

/** @spec encoding.missing-field encoding.unknown-field encoding.key-type encoding.growth.higher */
function checkRecord(item: FormItem, rule: Rule & { readonly type: "record" }, { keeps, onMember }: Place): void {
  if (item.kind !== "map") refuse("wrong_type", item);
  const keepsHere = keeps && rule.grows;
  const due = dueMembers(rule);
  const read = new Set<string>();
  const missing = (start: number, isPast: (encoded: Uint8Array) => boolean): void => {
    const absent = due.find(({ key, isOptional, encoded }) => !isOptional && !read.has(key) && isPast(encoded));
    if (absent !== undefined)
      refuse("missing_field", { start, path: `${item.path}${keySegment(textItem(absent.key))}` });
  };
  for (let at = 0; at < item.children.length; at += 2) {
    const key = item.children[at] as FormItem;
    const own = key.kind === "text" ? encodedText(textOf(key)) : undefined;
    missing(key.start, (encoded) => isBefore(encoded, key, own));
    const named = key.kind === "text" ? due.find((member) => member.key === textOf(key)) : undefined;
    if (named === undefined && !(keepsHere && key.kind === "text"))
      refuse(keepsHere ? "wrong_type" : "unknown_field", { start: key.start, path: item.path });
    const of: Rule = named?.rule ?? { type: "any" };
    const rival = of.type === "list" && of.disjointFrom !== undefined ? memberOf(item, of.disjointFrom) : undefined;
    check(item.children[at + 1], of, { keeps, ...(rival && { taken: rival.children.map(textOf) }) });
    if (named === undefined) continue;
    read.add(named.key);
    onMember?.(named.key, item.children[at + 1] as FormItem);
  }
  if (item.end === undefined) throw new Ended();
  missing(item.end, () => true);
}

interface DueMember extends Member {
  readonly key: string;
  readonly encoded: Uint8Array;
}

const dueOf = new Map<Rule, readonly DueMember[]>();

/** The members of a record in the order in which they are due; kept, since exhaustive vectors ask ten thousands of times. */
function dueMembers(rule: Rule & { readonly type: "record" }): readonly DueMember[] {
  const known = dueOf.get(rule);
  if (known !== undefined) return known;
  const due = Object.entries(rule.of)
    .map(([key, member]) => ({ key, ...member, encoded: encodedText(key) }))
    .sort((a, b) => Buffer.compare(a.encoded, b.encoded));
  dueOf.set(rule, due);
  return due;
}

/** Whether a member's key is smaller than the key that stands there, for which the head of one that is no text is enough. */
function isBefore(encoded: Uint8Array, { kind }: FormItem, own: Uint8Array | undefined): boolean {
  if (own !== undefined) return Buffer.compare(encoded, own) < 0;
  return kind !== "integer" && kind !== "bytes";
}

function encodedText(text: string): Uint8Array {
  return write(textItem(text)).bytes;
}
