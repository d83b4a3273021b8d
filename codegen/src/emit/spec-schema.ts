import { type Columns, columnsSchema, type Json, type JsonSchema } from "../model/table-columns.js";
import type { SpecTables } from "../model/table-model.js";
import { rowMarks, tableHead, tableSchemas } from "../model/table-schemas.js";
import type { GeneratedFile } from "./generated-file.js";
import { ascii, FORMAT_VERSION } from "./spec-json.js";

const text: JsonSchema = { type: "string" };
const truth: JsonSchema = { type: "boolean" };
const count: JsonSchema = { type: "integer", minimum: 0 };
const integer: JsonSchema = { type: "integer" };

/** An integer, or a decimal text where it lies beyond 2^53-1. */
const bound: JsonSchema = { anyOf: [integer, { type: "string", pattern: "^-?[0-9]+$" }] };

const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: "null" }] });
const listOf = (items: JsonSchema): JsonSchema => ({ type: "array", items });
const definition = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });
const described = (schema: JsonSchema, description: string): JsonSchema => ({ description, ...schema });

/** An object with exactly these members, all of them there. */
function closed(members: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: "object", properties: members, required: Object.keys(members), additionalProperties: false };
}

/** One object for each kind, told apart by the member `kind`. */
function kinds(members: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>): JsonSchema {
  return {
    oneOf: Object.entries(members).map(([kind, rest]) => ({
      title: kind,
      ...closed({ kind: { const: kind }, ...rest }),
    })),
  };
}

const named = described(
  orNull(text),
  "Name of the rule in `$.schemas.names`, or of a pattern, by which the schema calls the type.",
);
const table = described(
  orNull(text),
  "Table that names values which often stand here; any other that the shape allows may.",
);
const shape = definition("shape");
const jsonType = definition("json-type");
const members = listOf(definition("member"));

const numbers = { minimum: integer, maximum: integer, named, table };
const pattern = closed({ rule: text, source: text });

const definitions: Readonly<Record<string, JsonSchema>> = {
  "typed-name": closed({
    name: text,
    type: text,
    optional: described(truth, "Whether it may be absent."),
    tables: described(listOf(text), "The tables of whose names the text is one; empty where it is any text."),
  }),
  shape: kinds({
    uint: numbers,
    int: numbers,
    "big-uint": { named },
    integer: { named },
    bool: { named },
    bytes: { minimum: count, maximum: orNull(count), named },
    text: { minimum: count, maximum: orNull(count), pattern: orNull(pattern), named, table },
    enumeration: { rule: text, base: { enum: ["text", "integer"] }, named },
    reference: { rule: text, named },
    array: {
      item: shape,
      minimum: count,
      order: closed({ ascendingBy: orNull(text), prefixFree: truth, disjointFrom: orNull(text) }),
      named,
    },
    table: { value: shape, minimum: count, named },
  }),
  member: closed({
    name: text,
    optional: truth,
    since: described(count, "Minor of the schema the member came with."),
    deprecated: described(orNull(text), "Version of the schema that marked it as something to be removed."),
    meaning: text,
    spec: orNull(text),
    cddl: text,
    shape,
  }),
  body: kinds({
    map: {
      members,
      grows: truth,
      growsBy: orNull(text),
      versionMember: orNull(text),
      frozen: listOf(text),
    },
    row: { members },
    tuple: { members },
    list: { array: shape },
    choice: { alternatives: listOf(shape) },
    pattern: { text: shape },
  }),
  "json-type": kinds({
    text: { minimum: count, maximum: orNull(count), pattern: orNull(text), rule: orNull(text) },
    choice: { values: listOf(text), rule: orNull(text) },
    integer: { minimum: bound, maximum: bound },
    bool: {},
    bytes: {},
    "text-or": { text: jsonType, other: jsonType },
    list: { item: jsonType, minimum: count },
    map: { value: jsonType },
    object: { rule: text },
    any: {},
    "context-value": {},
  }),
};

const schemas: Readonly<Record<string, JsonSchema>> = {
  enumerations: listOf(
    closed({
      name: text,
      file: text,
      meaning: text,
      spec: orNull(text),
      members: listOf(closed({ name: text, value: { anyOf: [text, count] }, meaning: text })),
    }),
  ),
  names: listOf(closed({ name: text, file: text, meaning: text, spec: orNull(text), shape })),
  cbor: listOf(
    closed({
      name: text,
      file: text,
      meaning: text,
      spec: orNull(text),
      part: described(orNull(text), "What errors call the document, where the rule is a whole one."),
      body: definition("body"),
    }),
  ),
  json: listOf(
    closed({
      name: text,
      file: text,
      objects: listOf(
        closed({
          rule: text,
          meaning: text,
          spec: orNull(text),
          members: listOf(
            closed({
              key: text,
              optional: truth,
              type: jsonType,
              names: orNull(closed({ table: text, column: orNull(text), values: listOf(text) })),
              deprecated: orNull(text),
              meaning: text,
              cddl: text,
            }),
          ),
        }),
      ),
    }),
  ),
  cddl: listOf(closed({ file: text, rules: listOf(closed({ name: text, definition: text })) })),
};

/** `json-schema/spec.schema.json`: a JSON Schema of `spec.json`, with the columns of every table. */
export function emitSpecSchema(tables: SpecTables): GeneratedFile {
  const names = Object.keys(tables) as (keyof SpecTables)[];
  const schema: Json = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $comment:
      "@generated by fayger-codegen from codegen/src. DO NOT EDIT. To change it, edit codegen/src/model/table-schemas.ts or codegen/src/emit/spec-schema.ts, then run: npm run generate",
    $id: `urn:fayger:json-schema:spec:${FORMAT_VERSION}`,
    title: "Spec",
    description: "The contract as data.",
    ...closed({
      $schema: text,
      $comment: text,
      formatVersion: { const: FORMAT_VERSION },
      versions: closed(
        Object.fromEntries(tables.versions.rows.map(({ name, meaning }) => [name, described(text, meaning)])),
      ),
      tables: closed(
        Object.fromEntries(names.map((name) => [name, described(tableSchema(name), tables[name].comment)])),
      ),
      schemas: closed(schemas),
      requirements: listOf(
        closed({ id: text, chapter: text, level: { enum: ["must", "should", "may"] }, sentence: text }),
      ),
    }),
    $defs: definitions,
  };
  return { path: "json-schema/spec.schema.json", text: `${ascii(JSON.stringify(schema, null, 2))}\n` };
}

function tableSchema(name: keyof SpecTables): JsonSchema {
  const { row, top }: { readonly row: Columns; readonly top: Columns } = tableSchemas[name];
  const { table: _, ...head } = tableHead;
  const { properties, required } = columnsSchema({ ...head, ...top }) as {
    readonly properties: Readonly<Record<string, JsonSchema>>;
    readonly required: readonly string[];
  };
  return {
    type: "object",
    properties: { comment: text, ...properties, rows: listOf(columnsSchema({ ...row, ...rowMarks })) },
    required: ["comment", ...required, "rows"],
    additionalProperties: false,
  };
}
