import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Assignment, parse as parseWithPackage } from "cddl";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { printOccurrence, printType } from "../src/parse/print.js";
import type { GroupEntry, Rule } from "../src/parse/syntax.js";
import { parseClean } from "./shape.js";

/**
 * A second opinion by the npm package `cddl`, on the part of the language that it reads without losing meaning:
 * bareword keys with `:`, `?` `*` `+`, one entry per `//` arm, no inline groups, tags, `=>`, escapes or large numbers.
 */

const folder = mkdtempSync(join(tmpdir(), "fayger-cddl-"));
afterAll(() => rmSync(folder, { recursive: true }));

const key = fc.constantFrom("id", "first-name", "x1", "a_b", "long-key-name");
const ruleName = fc.constantFrom("person", "geo-point", "list_of", "thing", "z");
const atom = fc.oneof(
  fc.constantFrom("int", "uint", "tstr", "bstr", "bool"),
  ruleName,
  fc.constantFrom('"lit"', '"two words"'),
  fc.nat(100_000).map(String),
  fc.tuple(fc.nat(9), fc.nat(90)).map(([low, more]) => `${low}..${low + more}`),
);
const type = fc.array(atom, { minLength: 1, maxLength: 3 }).map((atoms) => atoms.join(" / "));
const member = fc
  .tuple(fc.constantFrom("", "? ", "* ", "+ "), key, type)
  .map(([occurrence, name, value]) => `${occurrence}${name}: ${value}`);
const members = fc.oneof(
  fc.array(member, { minLength: 1, maxLength: 4 }).map((list) => list.join(", ")),
  fc.tuple(key, type, key, type).map(([a, b, c, d]) => `${a}: ${b} // ${c}: ${d}`),
);
const body = fc.oneof(
  members.map((content) => `{ ${content} }`),
  members.map((content) => `[ ${content} ]`),
  type,
);
const schema = fc
  .uniqueArray(fc.tuple(ruleName, body), { minLength: 1, maxLength: 4, selector: ([name]) => name })
  .map((rules) => rules.map(([name, content]) => `${name} = ${content}\n`).join(""));

/** What both parsers must agree on. */
interface Summary {
  readonly name: string;
  readonly form: string;
  readonly members: readonly { readonly key: string; readonly occurrence: string; readonly type: string }[];
}

describe("the npm package cddl", () => {
  it("reads the same rules, members, occurrences and types", () => {
    let run = 0;
    fc.assert(
      fc.property(schema, (text) => {
        const path = join(folder, `${run++}.cddl`);
        writeFileSync(path, text);
        expect(parseClean(text).rules.map(summaryOfRule)).toEqual(parseWithPackage(path).map(summaryOfAssignment));
      }),
      { numRuns: 300 },
    );
  });
});

function summaryOfRule(rule: Rule): Summary {
  const name = rule.name.name;
  if (rule.body.kind !== "type") throw new Error("the subset has no group rules");
  const [only] = rule.body.alternatives;
  if (only?.kind !== "map" && only?.kind !== "array") {
    return { name, form: "type", members: [{ key: "", occurrence: "", type: compact(printType(rule.body)) }] };
  }
  const entries = only.group.choices.flatMap((choice) => choice.entries);
  return { name, form: only.kind, members: entries.map(summaryOfEntry) };
}

function summaryOfEntry(entry: GroupEntry): Summary["members"][number] {
  if (entry.kind !== "member" || entry.key?.kind !== "bareword-key") throw new Error("the subset has bareword keys only");
  const occurrence = entry.occurrence === undefined ? "" : printOccurrence(entry.occurrence);
  return { key: entry.key.name, occurrence, type: compact(printType(entry.type)) };
}

function summaryOfAssignment(assignment: Assignment): Summary {
  const name = assignment.Name;
  if (assignment.Type === "variable") {
    return { name, form: "type", members: [{ key: "", occurrence: "", type: typeText(assignment.PropertyType) }] };
  }
  const properties = assignment.Type === "group" ? assignment.Properties : assignment.Values;
  const form = assignment.Type === "group" ? "map" : "array";
  const list = properties.flat().map(({ Name, Occurrence, Type }) => {
    return { key: Name, occurrence: occurrenceText(Occurrence.n, Occurrence.m), type: typeText(Type) };
  });
  return { name, form, members: list };
}

function occurrenceText(minimum: number, maximum: number | null): string {
  if (maximum === null || maximum === Number.POSITIVE_INFINITY) return minimum === 0 ? "*" : "+";
  return minimum === 0 ? "?" : "";
}

/** The package describes a type as a name, or as an object whose `Type` says what `Value` is. */
function typeText(type: unknown): string {
  if (Array.isArray(type)) return type.map(typeText).join("/");
  if (typeof type === "string") return type;
  const { Type, Value } = type as { Type: string; Value: unknown };
  if (Type === "literal") return compact(JSON.stringify(Value));
  if (Type !== "range") return String(Value);
  const { Min, Max } = Value as { Min: unknown; Max: unknown };
  return `${typeText(Min)}..${typeText(Max)}`;
}

function compact(text: string): string {
  return text.replaceAll(" ", "");
}
