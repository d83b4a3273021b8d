import fc from "fast-check";
import { scalarText } from "../src/check/names-directives.js";
import type { JsonDocument, JsonMember, JsonObject, JsonText, JsonType } from "../src/model/json-schema.js";
import type { SpecTables } from "../src/model/table-model.js";
import type { YamlMap } from "../src/model/yaml-tree.js";

/** Objects deeper than this have no optional members and no items that may be left out. */
const deepest = 3;

/** Values of JSON documents as the specification describes them, made from the model and from no emitted file. */
export class JsonValues {
  readonly #tables: SpecTables;
  readonly #objects: ReadonlyMap<string, JsonObject>;

  constructor(tables: SpecTables, documents: readonly JsonDocument[]) {
    this.#tables = tables;
    const objects = documents.flatMap((document) => [...document.objects, ...document.borrowed]);
    this.#objects = new Map(objects.map((object) => [object.rule, object]));
  }

  /** Valid values of a rule. */
  valid(rule: string, depth = 0): fc.Arbitrary<unknown> {
    const object = this.#objects.get(rule);
    if (object === undefined) throw new Error(`no rule ${rule}`);
    const members = object.members.filter(({ optional }) => !optional || depth < deepest);
    const required = members.filter(({ optional }) => !optional).map(({ key }) => key);
    const model = Object.fromEntries(members.map((member) => [member.key, this.#member(member, depth)]));
    return fc.record(model, { requiredKeys: required, noNullPrototype: true });
  }

  #member({ type, names }: JsonMember, depth: number): fc.Arbitrary<unknown> {
    if (names === undefined) return this.#value(type, depth);
    const rows = Object.values(this.#tables).find(({ name }) => name === names.table)?.rows ?? [];
    const picked = rows
      .map((row) => row.place as YamlMap)
      .filter((row) => names.column === undefined || names.values.includes(scalarText(row, names.column)))
      .map((row) => scalarText(row, "name"));
    const name = fc.constantFrom(...picked);
    return type.kind === "list" ? fc.array(name, { minLength: type.minimum, maxLength: type.minimum + 2 }) : name;
  }

  #value(type: JsonType, depth: number): fc.Arbitrary<unknown> {
    switch (type.kind) {
      case "text":
        return textOf(type);
      case "integer":
        return fc.integer({ min: safe(type.minimum), max: safe(type.maximum) });
      case "bool":
        return fc.boolean();
      case "any":
        return fc.jsonValue({ maxDepth: 2 });
      case "choice":
        return fc.constantFrom(...type.values);
      case "text-or":
        return fc.oneof(this.#value(type.text, depth), this.#value(type.other, depth));
      case "list": {
        const maxLength = depth < deepest ? type.minimum + 2 : type.minimum;
        return maxLength === 0
          ? fc.constant([])
          : fc.array(this.#value(type.item, depth + 1), { minLength: type.minimum, maxLength });
      }
      case "map":
        return fc.dictionary(fc.string(), this.#value(type.value, depth + 1), { maxKeys: 2, noNullPrototype: true });
      case "object":
        return this.valid(type.rule, depth + 1);
      case "bytes":
      case "context-value":
        throw new Error("only in documents that are written");
    }
  }
}

/** Bytes of UTF-8, a lone surrogate being three as everywhere in the project. */
export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** Texts of patterns are slow to prepare, and many members share one. */
const prepared = new Map<string, fc.Arbitrary<string>>();

function textOf(type: JsonText): fc.Arbitrary<string> {
  const key = JSON.stringify(type);
  const texts = prepared.get(key) ?? newTexts(type);
  prepared.set(key, texts);
  return texts;
}

function newTexts({ minimum, maximum, pattern }: JsonText): fc.Arbitrary<string> {
  const texts =
    pattern === undefined
      ? fc.string({ unit: "binary", minLength: Math.min(minimum, 20), maxLength: Math.min(maximum ?? 12, 12) })
      : fc.stringMatching(new RegExp(`^(?:${pattern})$`, "u"), { size: "-1" });
  return texts.filter((text) => {
    const length = utf8Bytes(text);
    return length >= minimum && length <= (maximum ?? Number.POSITIVE_INFINITY);
  });
}

function safe(bound: bigint): number {
  const limit = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(bound > limit ? limit : bound < -limit ? -limit : bound);
}

/** One step of a path within a value. */
type Step = string | number;

/** A value with one place of it changed: removed, replaced, lengthened, or with a member that nobody knows. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(value);
  const others = fc.constantFrom<unknown>(null, true, -1, 1.5, 2 ** 53, "", "x", "\u00e4".repeat(40), "x".repeat(5000), [], [1], {}, { x: 1 });
  return fc.constantFrom(...paths).chain((path) =>
    fc.oneof(
      others.map((other) => changed(value, path, () => other)),
      fc.constant(changed(value, path, () => undefined)),
      fc.constantFrom("x", "__proto__", "toString", "").map((key) => changed(value, path, (old) => withMember(old, key))),
      fc.constantFrom("\u00e4", "x", "/", "\n", "\ud800").map((more) => changed(value, path, (old) => longer(old, more))),
    ),
  );
}

function pathsOf(value: unknown, path: readonly Step[] = []): (readonly Step[])[] {
  if (path.length > 6 || typeof value !== "object" || value === null) return [path];
  const below = Array.isArray(value)
    ? value.flatMap((item, index) => pathsOf(item, [...path, index]))
    : Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]));
  return [path, ...below];
}

function changed(value: unknown, path: readonly Step[], change: (old: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(value) ?? null;
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => (index === step ? without(changedItem(item, rest, change)) : [item]));
  }
  const entries = Object.entries(value as object).flatMap(([key, item]) =>
    key === step ? without(changedItem(item, rest, change)).map((now) => [key, now] as const) : [[key, item] as const],
  );
  return Object.fromEntries(entries);
}

function changedItem(item: unknown, rest: readonly Step[], change: (old: unknown) => unknown): unknown {
  return rest.length === 0 ? change(item) : changed(item, rest, change);
}

function without(value: unknown): unknown[] {
  return value === undefined ? [] : [value];
}

function withMember(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries([...Object.entries(value), [key, 1]]);
}

function longer(value: unknown, more: string): unknown {
  if (typeof value === "string") return value + more.repeat(value.length % 70);
  return typeof value === "number" ? value + 1 : value;
}
