import { type JsonType, SPECIFICATION } from "./specification.js";

const RULES = new Map(
  SPECIFICATION.schemas.json.flatMap(({ objects }) => objects.map(({ rule, members }) => [rule, members] as const)),
);
const ANY: JsonType = { kind: "any" };

/**
 * A value as JSON on one line, always in the same bytes: members of a rule in the order of its CDDL, other members
 * ascending by their UTF-16 units, no spaces, and ASCII alone.
 */
export function canonicalJson(value: unknown, type: JsonType = ANY): string {
  if (Array.isArray(value)) {
    const item = type.kind === "list" ? type.item : ANY;
    return `[${value.map((each: unknown) => canonicalJson(each, item)).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = entries(value, type).map(([key, each, of]) => `${text(key)}:${canonicalJson(each, of)}`);
    return `{${members.join(",")}}`;
  }
  if (typeof value === "string") return text(value);
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "boolean" || value === null) return String(value);
  throw new TypeError(`not a value of JSON: ${String(value)}`);
}

/** A list as JSON with one element a line, so that a difference shows as one line. */
export function canonicalLines(values: readonly unknown[], type: JsonType = ANY): string {
  return values.length === 0 ? "[]\n" : `[\n${values.map((value) => canonicalJson(value, type)).join(",\n")}\n]\n`;
}

/** An object as JSON with one member a line, and one element a line in members that are lists of objects. */
export function canonicalMembers(value: object, type: JsonType = ANY): string {
  const lines = entries(value, type).map(([key, each, of]) => {
    const isTable = Array.isArray(each) && each.some((item) => typeof item === "object");
    const body = isTable ? canonicalLines(each, of.kind === "list" ? of.item : ANY).trimEnd() : canonicalJson(each, of);
    return `${text(key)}:${body}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

function entries(value: object, type: JsonType): [string, unknown, JsonType][] {
  const record = value as Readonly<Record<string, unknown>>;
  const present = Object.keys(record).filter((key) => record[key] !== undefined);
  if (type.kind !== "object") {
    const of = type.kind === "map" ? type.value : ANY;
    return present.sort().map((key) => [key, record[key], of]);
  }
  const members = RULES.get(type.rule) ?? [];
  const unknown = present.filter((key) => !members.some((member) => member.key === key)).sort();
  const known = members.filter(({ key }) => present.includes(key));
  return [
    ...known.map(({ key, type: of }): [string, unknown, JsonType] => [key, record[key], of]),
    ...unknown.map((key): [string, unknown, JsonType] => [key, record[key], ANY]),
  ];
}

function text(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
