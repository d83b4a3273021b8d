import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parsePattern } from "../src/model/pattern-syntax.js";
import { codegenFolder } from "./golden.js";
import { knownKeywords, resolve, type Schema, violations } from "./json-schema-evaluator.js";

const root = join(codegenFolder, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

interface Named {
  readonly name: string;
}
type Row = Readonly<Record<string, unknown>>;
interface ShapeJson {
  readonly kind: string;
  readonly [member: string]: unknown;
}
interface SpecJson {
  readonly tables: Readonly<Record<string, { readonly rows: readonly Row[] }>>;
  readonly schemas: {
    readonly names: readonly (Named & { readonly shape: ShapeJson })[];
    readonly cbor: readonly (Named & {
      readonly part: string | null;
      readonly body: { readonly kind: string; readonly members?: readonly (Named & { readonly shape: ShapeJson })[] };
    })[];
  };
}

const spec = JSON.parse(read("generated/spec.json")) as SpecJson;
const schema = JSON.parse(read("generated/json-schema/spec.schema.json")) as Schema;

/** The same value with the members of every object in another order, as a reader may keep them. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, reordered(member)]),
  );
}

/** Every object in a value, with its path. */
function* objects(value: unknown, path = "$"): Generator<readonly [string, Readonly<Record<string, unknown>>]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Readonly<Record<string, unknown>>];
  for (const [key, member] of Object.entries(value)) yield* objects(member, `${path}.${key}`);
}

const fieldOf = (rule: string, member: string) =>
  spec.schemas.cbor.find(({ name }) => name === rule)?.body.members?.find(({ name }) => name === member)?.shape;

describe("spec.json", () => {
  it("meets its JSON Schema, whose keywords are all known and whose references all lead somewhere", () => {
    expect(violations(schema, spec)).toEqual([]);
    // Names of columns stand among the objects as well; what tells a schema is its keyword.
    for (const [path, part] of objects(schema["$defs"])) {
      if (typeof part["$ref"] === "string") expect(resolve(part["$ref"], schema), path).toBeDefined();
      if (typeof part["type"] === "string")
        expect(Object.keys(part).filter((keyword) => !knownKeywords.includes(keyword)), path).toEqual([]);
    }
  });

  it("does not meet it with a column more, a column less, or a shape of an unknown kind", () => {
    const changed = (change: (copy: SpecJson) => void) => {
      const copy = structuredClone(spec);
      change(copy);
      return violations(schema, copy).map(({ path }) => path);
    };
    const firstRows = ({ tables }: SpecJson) =>
      Object.entries(tables).map(([name, { rows }]) => [name, rows[0] as Record<string, unknown>] as const);
    // In every table at once, and told of each: looking at all of the specification once for each table takes ten seconds.
    const tablesOf = (paths: readonly string[]) => new Set(paths.map((path) => /^[$][.]tables[.]([^.[]+)/.exec(path)?.[1]));
    const all = new Set(Object.keys(spec.tables));
    expect(tablesOf(changed((copy) => firstRows(copy).forEach(([, row]) => Reflect.set(row, "more", 1))))).toEqual(all);
    const withoutFirst = (row: Record<string, unknown>) => Reflect.deleteProperty(row, Object.keys(row)[0] ?? "");
    expect(tablesOf(changed((copy) => firstRows(copy).forEach(([, row]) => withoutFirst(row))))).toEqual(all);
    expect(changed((copy) => Reflect.set(copy.schemas.names[0]?.shape ?? {}, "kind", "other"))).not.toEqual([]);
  });

  it.each([
    ["instructions", ["operands", "results"]],
    ["instruction-events", ["payload"]],
    ["error-codes", ["context"]],
    ["events", ["fields"]],
  ])("%s: lists types in the order of the table, which a reader without an order of members keeps", (table, columns) => {
    const { rows } = parse(read(`spec/tables/${table}.yaml`)) as { readonly rows: readonly Row[] };
    const kept = (reordered(spec) as SpecJson).tables[table]?.rows ?? [];
    expect(kept).toHaveLength(rows.length);
    for (const [index, row] of rows.entries()) {
      for (const column of columns) {
        const written = Object.entries(row[column] as Readonly<Record<string, string>>).map(([name, text]) => {
          const tables = /^enum:([a-z|-]+)/.exec(text)?.[1]?.split("|") ?? [];
          const type = tables.length === 0 ? text.replace("?", "") : "text";
          return { name, type, optional: text.endsWith("?"), tables };
        });
        expect(kept[index]?.[column], `${table} ${index}`).toEqual(written);
      }
    }
  });

  it("says what errors call each document", () => {
    const parts = spec.schemas.cbor.flatMap(({ name, part }) => (part === null ? [] : [[name, part]]));
    expect(parts).toContainEqual(["manifest", "manifest"]);
    expect(parts).toContainEqual(["section-index", "section_index"]);
    const declared = spec.schemas.cbor.filter(({ name }) => read("spec/cddl/trust-store.cddl").includes(`\n${name} = `));
    expect(declared.map(({ part }) => part).filter((part) => part !== null)).toHaveLength(1);
  });

  it("keeps the name by which the schema calls a type, and the table that names its values", () => {
    const known = [...spec.schemas.names, ...spec.schemas.cbor.filter(({ body }) => body.kind === "pattern")];
    const used = [...objects(spec.schemas.cbor)].flatMap(([, { named }]) => (typeof named === "string" ? [named] : []));
    expect(new Set(used).size).toBeGreaterThan(5);
    expect(used.filter((name) => !known.some((rule) => rule.name === name))).toEqual([]);
    expect(fieldOf("section-entry", "kind")).toMatchObject({ named: "section-kind", table: "section-kinds" });
    expect(fieldOf("section-entry", "digest")).toMatchObject({ kind: "bytes", minimum: 32, named: "digest" });
    expect(fieldOf("section-entry", "section_id")).toMatchObject({ named: "section-id" });
    expect(fieldOf("signature-block", "algorithm")).toMatchObject({ named: null, table: "signature-algorithms" });
    const capabilities = fieldOf("manifest", "required_capabilities")?.["item"];
    expect(capabilities).toMatchObject({ named: "capability-name", table: "capabilities" });
  });

  it("has patterns of the described form alone", () => {
    const sources = [...objects(spec.schemas.cbor), ...objects(spec.schemas.names)].flatMap(([, { pattern }]) =>
      typeof pattern === "object" && pattern !== null ? [(pattern as { readonly source: string }).source] : [],
    );
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.filter((source) => !("node" in parsePattern(source)))).toEqual([]);
  });
});
