import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonProblem } from "../../generated/json/fay-manifest.js";
import { compile } from "../src/commands/compile.js";
import { pascalCase } from "../src/emit/names.js";
import { readJsonDocuments } from "../src/model/json-reader.js";
import { readTables } from "../src/model/table-model.js";
import { parseCddl } from "../src/parse/parse.js";
import { createSourceFile } from "../src/diagnostics/source.js";
import { fixtureSources, specSources, withSources } from "./fixture.js";
import { codegenFolder } from "./golden.js";
import { JsonValues, mutated } from "./json-values.js";
import { knownKeywords, resolve, type Schema, violations } from "./json-schema-evaluator.js";

const root = join(codegenFolder, "..");
const sources = specSources();
const below = (folder: string) => sources.filter(({ path }) => path.startsWith(`spec/${folder}/`));
const [documents] = readJsonDocuments(below("cddl").map((source) => parseCddl(source).tree));
const [tables] = readTables(below("tables"));
if (tables === undefined) throw new Error("the tables have errors");
const values = new JsonValues(tables, documents);
const named = new Set(
  documents.flatMap(({ objects }) => objects.flatMap(({ members }) => members.flatMap(({ key, names }) => (names === undefined ? [] : [key])))),
);

const cases = await Promise.all(
  documents
    .filter(({ alsoCbor }) => !alsoCbor)
    .map(async ({ name }) => {
      const path = `generated/json-schema/${name}.schema.json`;
      const module: Readonly<Record<string, unknown>> = await import(join(root, `generated/json/${name}.ts`));
      const validate = module[`validate${pascalCase(name)}`] as (value: unknown) => readonly JsonProblem[];
      return { name, schema: JSON.parse(readFileSync(join(root, path), "utf8")) as Schema, validate };
    }),
);

/** Every subschema, with the place where it stands. */
function* subschemas(schema: Schema, at = "#"): Generator<readonly [string, Schema]> {
  yield [at, schema];
  for (const [keyword, operand] of Object.entries(schema)) {
    const inner =
      keyword === "properties" || keyword === "$defs"
        ? Object.entries(operand as Readonly<Record<string, Schema>>)
        : keyword === "anyOf" || keyword === "oneOf"
          ? (operand as Schema[]).map((entry, index) => [String(index), entry] as const)
          : keyword === "items" || (keyword === "additionalProperties" && operand !== false)
            ? [["", operand as Schema] as const]
            : [];
    for (const [name, entry] of inner) yield* subschemas(entry, `${at}/${keyword}/${name}`);
  }
}

/**
 * Whether schema and validator agree about a value, but for what `generated/docs/json-schema.md` excepts: bytes of texts
 * beyond ASCII, and names that are taken from a table.
 */
function agree(problems: readonly JsonProblem[], schema: Schema, value: unknown): boolean {
  const found = violations(schema, value);
  if ((problems.length === 0) === (found.length === 0)) return true;
  if (found.length === 0) return problems.every(({ code, message }) => code === "length_out_of_range" && / bytes, /.test(message)) && /[^\x00-\x7f]/.test(jsonText(value));
  return found.every(({ path, keyword }) => keyword === "oneOf" && named.has(/[.](\w+)(\[\d+\])?$/.exec(path)?.[1] ?? ""));
}

/** The text of a value with every character as itself; JSON.stringify would escape lone surrogates. */
function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(/\\u(d[89a-f][0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

// @spec encoding.json.schema
describe("the emitted JSON Schemas", () => {
  it("are one for each JSON document", () => {
    // That of `spec.json` is of a document that no validator reads: spec-json.test.ts looks at it.
    const emitted = readdirSync(join(root, "generated/json-schema")).filter((file) => file !== "spec.schema.json");
    expect(emitted.sort()).toEqual(cases.map(({ name }) => `${name}.schema.json`).sort());
    expect(new Set(cases.map(({ schema }) => schema["$id"])).size).toBe(cases.length);
  });

  it.each(cases)("$name: every keyword is one of the draft's, every reference leads somewhere, every pattern compiles", ({ schema }) => {
    expect(schema["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
    for (const [at, part] of subschemas(schema)) {
      expect(Object.keys(part).filter((keyword) => !knownKeywords.includes(keyword)), at).toEqual([]);
      if (part["$ref"] !== undefined) expect(resolve(String(part["$ref"]), schema), at).toBeDefined();
      if (part["pattern"] !== undefined) expect(() => new RegExp(String(part["pattern"]), "u"), at).not.toThrow();
      if (part["properties"] !== undefined) expect(part["additionalProperties"], at).toBe(false);
      for (const [key, member] of Object.entries((part["properties"] ?? {}) as Readonly<Record<string, Schema>>))
        expect(member["description"], `${at}/${key}`).toMatch(/\S/);
    }
  });

  it.each(cases)("$name: values of the document meet schema and validator", ({ name, schema, validate }) => {
    fc.assert(
      fc.property(values.valid(name), (value) => {
        expect(validate(value)).toEqual([]);
        expect(violations(schema, value)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it.each(cases)("$name: a changed value meets both or neither", ({ name, schema, validate }) => {
    let refused = 0;
    fc.assert(
      fc.property(values.valid(name).chain(mutated), (value) => {
        const problems = validate(value);
        if (problems.length > 0) refused++;
        expect(agree(problems, schema, value), JSON.stringify([violations(schema, value), problems])).toBe(true);
      }),
      { numRuns: 100 },
    );
    expect(refused).toBeGreaterThan(20);
  });

  it("offer the names of components with what they mean, each where its group belongs", () => {
    const schema = cases.find(({ name }) => name === "fay-manifest")?.schema ?? {};
    const offered = (rule: string) => {
      const id = (resolve(`#/$defs/${rule}`, schema)?.["properties"] as Readonly<Record<string, Schema>>)["id"];
      return (id?.["oneOf"] as Schema[]).map((entry) => [entry["const"], entry["description"]]);
    };
    const rows = (...groups: string[]) =>
      tables.components.rows.filter(({ group }) => groups.includes(group)).map((row) => [row.name, row.meaning]);
    expect(offered("module-declaration")).toEqual(rows("module", "infrastructure"));
    expect(offered("protocol-declaration")).toEqual(rows("protocol"));
  });

  it.each(["fay.json", "second.json", "command.json", "autonomous.json"])("accept the example %s", (file) => {
    const { schema, validate } = cases.find(({ name }) => name === "fay-manifest") ?? {};
    const value: unknown = JSON.parse(readFileSync(join(root, "reference/examples/drone", file), "utf8"));
    expect(validate?.(value)).toEqual([]);
    expect(violations(schema ?? {}, value)).toEqual([]);
  });

  const python = spawnSync("python3", ["-c", "import jsonschema"], { stdio: "ignore" }).status === 0;
  it.skipIf(!python)(`${python ? "" : "(skipped: python3 has no jsonschema) "}mean to an independent validator what they mean here`, () => {
    const judged = cases.map(({ name, schema }) => {
      const valid = fc.sample(values.valid(name), { numRuns: 5, seed: 1 });
      const changed = fc.sample(values.valid(name).chain(mutated), { numRuns: 20, seed: 2 });
      return { name, schema, values: [...valid, ...changed] };
    });
    const script = [
      "import json, sys, warnings",
      "warnings.simplefilter('ignore')",
      "from jsonschema import Draft202012Validator as V",
      "out = []",
      "for case in json.load(sys.stdin):",
      "    V.check_schema(case['schema'])",
      "    v = V(case['schema'])",
      "    out.append([v.is_valid(x) for x in case['values']])",
      "json.dump(out, sys.stdout)",
    ].join("\n");
    const output = execFileSync("python3", ["-c", script], { input: JSON.stringify(judged), maxBuffer: 1 << 26, encoding: "utf8" });
    const told: readonly (readonly boolean[])[] = JSON.parse(output);
    const differing = judged.flatMap(({ name, schema, values: all }, index) =>
      all.flatMap((value, place) => {
        // `$` of Python also matches before a line end at the end of a text, which that of ECMA-262 does not.
        if (/\\n"/.test(JSON.stringify(value))) return [];
        return (violations(schema, value).length === 0) === told[index]?.[place] ? [] : [{ name, value, told: told[index]?.[place] }];
      }),
    );
    expect(differing).toEqual([]);
  });

  it("mark what is deprecated", () => {
    const added = createSourceFile(
      "spec/cddl/shape.cddl",
      "; Shapes.\n; @domain json\n\n; A shape.\n; @spec fixture.point\nshape = {\n  ; Its name.\n  ; @deprecated 1.2\n  ? name: tstr\n}\n",
    );
    const { files = [] } = compile(withSources(fixtureSources(), added));
    const text = files.find(({ path }) => path === "json-schema/shape.schema.json")?.text ?? "{}";
    expect(JSON.parse(text).properties).toEqual({ name: { description: "Its name.", deprecated: true, type: "string" } });
  });
});
