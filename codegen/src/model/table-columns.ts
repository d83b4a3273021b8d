import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { closestName } from "../diagnostics/suggest.js";
import { spanOfPlace, type YamlMap, type YamlNode, type YamlPlace } from "./yaml-tree.js";

/** Collects diagnostics while values are read. */
export interface Reading {
  readonly diagnostics: Diagnostic[];
}

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON Schema, or a part of one. */
export type JsonSchema = { readonly [keyword: string]: Json };

/** Reads one value of a column. `undefined` means that a diagnostic was reported. */
export interface Column<T> {
  /** What a value is, with its article, for messages. */
  readonly expects: string;
  readonly optional?: boolean;
  read(node: YamlNode, name: string, reading: Reading): T | undefined;
  /** JSON Schema of what {@link Column.plain} gives. */
  readonly schema: JsonSchema;
  /** A value that was read without a diagnostic, as `spec.json` has it. */
  plain(node: YamlNode): Json;
}

/** The value type of a column. */
export type ValueOf<C> = C extends Column<infer T> ? T : never;

/** Columns of a row by name. */
export type Columns = Readonly<Record<string, Column<unknown>>>;

type OptionalKeys<C extends Columns> = {
  [K in keyof C]: C[K] extends { readonly optional: true } ? K : never;
}[keyof C];

/** What reading a row gives: a value for each column, and where each stands. */
export type RowOf<C extends Columns> = {
  readonly [K in Exclude<keyof C, OptionalKeys<C>>]: ValueOf<C[K]>;
} & { readonly [K in OptionalKeys<C>]?: ValueOf<C[K]> } & Placed;

/** Something that knows where it is written. */
export interface Placed {
  /** The whole row. */
  readonly place: YamlPlace;
  /** The value of a column, or the whole row where the column is absent. */
  readonly placeOf: (column: string) => YamlPlace;
}

/** A value that knows where it is written. */
export interface At<T> {
  readonly value: T;
  readonly place: YamlPlace;
}

/** Text, with a form it must match when one is given. */
export function text(form?: { readonly pattern: RegExp; readonly form: string }): Column<string> {
  return {
    expects: "a text",
    schema: { type: "string", ...(form === undefined ? {} : { pattern: form.pattern.source }) },
    plain: plainValue,
    read(node, name, reading) {
      if (node.kind !== "scalar" || typeof node.value !== "string") return wrongType(node, name, "a text", reading);
      if (form !== undefined && !form.pattern.test(node.value)) {
        const parameters = { column: name, text: node.value, form: form.form };
        return report(reading, createDiagnostic("table/invalid-text", spanOfPlace(node), parameters));
      }
      return node.value;
    },
  };
}

/** An integer within bounds, both included. */
export function integer(minimum: number, maximum: number): Column<number> {
  return {
    expects: "an integer",
    schema: { type: "integer", minimum, maximum },
    plain: plainValue,
    read(node, name, reading) {
      if (node.kind !== "scalar" || typeof node.value !== "bigint") return wrongType(node, name, "an integer", reading);
      const value = Number(node.value);
      if (value < minimum || value > maximum) {
        const parameters = { column: name, value: node.raw, minimum: String(minimum), maximum: String(maximum) };
        return report(reading, createDiagnostic("table/out-of-range", spanOfPlace(node), parameters));
      }
      return value;
    },
  };
}

/** `true` or `false`. */
export const truth: Column<boolean> = {
  expects: "true or false",
  schema: { type: "boolean" },
  plain: plainValue,
  read: (node, name, reading) =>
    node.kind === "scalar" && typeof node.value === "boolean"
      ? node.value
      : wrongType(node, name, "true or false", reading),
};

/** Any value; other columns of the row say what it has to be. */
export const anything: Column<YamlNode> = {
  expects: "a value",
  schema: {},
  plain: plainValue,
  read: (node) => node,
};

/** One of some texts. */
export function oneOf<const T extends string>(...choices: readonly T[]): Column<T> {
  const expects = `one of ${choices.map((choice) => `\`${choice}\``).join(", ")}`;
  return {
    expects,
    schema: { enum: choices },
    plain: plainValue,
    read(node, name, reading) {
      if (node.kind !== "scalar" || typeof node.value !== "string") return wrongType(node, name, expects, reading);
      const found = choices.find((choice) => choice === node.value);
      if (found !== undefined) return found;
      const near = closestName(node.value, choices);
      return report(
        reading,
        createDiagnostic(
          "table/invalid-text",
          spanOfPlace(node),
          { column: name, text: node.value, form: expects },
          near === undefined ? {} : { help: [`did you mean \`${near}\`?`] },
        ),
      );
    },
  };
}

/** Null, or what another column reads. */
export function nullable<T>(column: Column<T>): Column<T | null> {
  return {
    expects: `${column.expects} or null`,
    schema: { anyOf: [column.schema, { type: "null" }] },
    plain: (node) => (node.kind === "scalar" && node.value === null ? null : column.plain(node)),
    read: (node, name, reading) =>
      node.kind === "scalar" && node.value === null ? null : column.read(node, name, reading),
  };
}

/** A column that may be left out. */
export function optional<T>(column: Column<T>): Column<T> & { readonly optional: true } {
  return { ...column, optional: true };
}

/** The value together with its place. */
function placed<T>(column: Column<T>): Column<At<T>> {
  return {
    expects: column.expects,
    schema: column.schema,
    plain: column.plain,
    read(node, name, reading) {
      const value = column.read(node, name, reading);
      return value === undefined ? undefined : { value, place: node };
    },
  };
}

/** A list of values of one kind. */
export function listOf<T>(column: Column<T>): Column<readonly At<T>[]> {
  const expects = "a list";
  return {
    expects,
    schema: { type: "array", items: column.schema },
    plain: (node) => (node.kind === "list" ? node.items.map((item) => column.plain(item)) : null),
    read(node, name, reading) {
      if (node.kind !== "list") return wrongType(node, name, expects, reading);
      const items = node.items.map((item) => placed(column).read(item, name, reading));
      return items.every((item) => item !== undefined) ? items : undefined;
    },
  };
}

/** A map from names to values of one kind, in source order. */
export function mapOf<T>(
  column: Column<T>,
  key: { readonly pattern: RegExp; readonly form: string },
): Column<readonly (At<T> & { readonly key: string; readonly keyPlace: YamlPlace })[]> {
  const expects = "a map";
  return {
    expects,
    schema: { type: "object", additionalProperties: column.schema },
    plain: (node) =>
      node.kind === "map" ? Object.fromEntries(node.entries.map((e) => [e.key, column.plain(e.value)])) : null,
    read(node, name, reading) {
      if (node.kind !== "map") return wrongType(node, name, expects, reading);
      const entries = node.entries.map((entry) => {
        if (!key.pattern.test(entry.key)) {
          const parameters = { column: name, text: entry.key, form: key.form };
          return report(reading, createDiagnostic("table/invalid-text", spanOfPlace(entry.keyPlace), parameters));
        }
        const read = placed(column).read(entry.value, entry.key, reading);
        return read === undefined ? undefined : { ...read, key: entry.key, keyPlace: entry.keyPlace };
      });
      return entries.every((entry) => entry !== undefined) ? entries : undefined;
    },
  };
}

/** A map with exactly these columns. `where` names the map in messages, for instance "a row of table `quotas`". */
export function rowOf<C extends Columns>(where: string, columns: C): Column<RowOf<C>> {
  const expects = "a map of columns";
  return {
    expects,
    schema: columnsSchema(columns),
    plain: (node) => (node.kind === "map" ? plainColumns(node, columns) : null),
    read(node, name, reading) {
      if (node.kind !== "map") return wrongType(node, name, expects, reading);
      const values = readColumns(node, where, columns, reading);
      if (values === undefined) return undefined;
      const placeOf = (column: string): YamlPlace => node.entries.find((entry) => entry.key === column)?.value ?? node;
      // Each column of C was read by its own reader, which the loop over names cannot express.
      return { ...values, place: node, placeOf } as unknown as RowOf<C>;
    },
  };
}

/** JSON Schema of a map with exactly these columns. */
export function columnsSchema(columns: Columns): JsonSchema {
  const all = Object.entries(columns);
  return {
    type: "object",
    properties: Object.fromEntries(all.map(([name, column]) => [name, column.schema])),
    required: all.filter(([, column]) => column.optional !== true).map(([name]) => name),
    additionalProperties: false,
  };
}

/** Columns as `spec.json` has them, in source order. */
export function plainColumns(node: YamlMap, columns: Columns): { readonly [key: string]: Json } {
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, columns[key]?.plain(value) ?? null]));
}

/** A value as it is written: integers beyond 2^53-1 become decimal texts, as everywhere in `spec.json`. */
export function plainValue(node: YamlNode): Json {
  if (node.kind === "list") return node.items.map(plainValue);
  if (node.kind === "map") return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainValue(value)]));
  return typeof node.value === "bigint" ? plainInteger(node.value) : node.value;
}

/** An integer as `spec.json` has it: a decimal text where a binary64 would round it. */
export function plainInteger(value: bigint): string | number {
  const limit = BigInt(Number.MAX_SAFE_INTEGER);
  return value < -limit || value > limit ? String(value) : Number(value);
}

function readColumns(
  node: YamlMap,
  where: string,
  columns: Columns,
  reading: Reading,
): Record<string, unknown> | undefined {
  const values: Record<string, unknown> = {};
  let complete = true;
  const misspelt = new Set<string>();
  const missing = Object.keys(columns).filter((name) => !node.entries.some((entry) => entry.key === name));
  for (const entry of node.entries) {
    const column = Object.hasOwn(columns, entry.key) ? columns[entry.key] : undefined;
    if (column === undefined) {
      complete = false;
      const near = closestName(entry.key, missing) ?? closestName(entry.key, Object.keys(columns));
      if (near !== undefined) misspelt.add(near);
      const details =
        near === undefined
          ? { help: [`columns: ${Object.keys(columns).join(", ")}`] }
          : { help: [`did you mean \`${near}\`?`] };
      const parameters = { column: entry.key, where };
      reading.diagnostics.push(
        createDiagnostic("table/unknown-column", spanOfPlace(entry.keyPlace), parameters, details),
      );
      continue;
    }
    const value = column.read(entry.value, entry.key, reading);
    if (value === undefined) complete = false;
    else values[entry.key] = value;
  }
  for (const [name, column] of Object.entries(columns)) {
    if (column.optional === true || !missing.includes(name)) continue;
    complete = false;
    // The misspelt column is this one.
    if (misspelt.has(name)) continue;
    reading.diagnostics.push(
      createDiagnostic(
        "table/missing-column",
        spanOfPlace(node.entries[0]?.keyPlace ?? node),
        { column: name, where },
        { help: [`\`${name}\` is ${column.expects}`] },
      ),
    );
  }
  return complete ? values : undefined;
}

function wrongType(node: YamlNode, column: string, expected: string, reading: Reading): undefined {
  const found = kindOf(node);
  const quoted = expected === "an integer" && found === "a text" && /^(0x[0-9a-f]+|[0-9]+)$/i.test(textOf(node));
  const bare = expected === "a text" && found === "an integer";
  const help = quoted ? ["write it without quotes"] : bare ? ["write it in quotes"] : [];
  return report(
    reading,
    createDiagnostic("table/wrong-type", spanOfPlace(node), { column, expected, found }, { help }),
  );
}

function report(reading: Reading, diagnostic: Diagnostic): undefined {
  reading.diagnostics.push(diagnostic);
  return undefined;
}

function textOf(node: YamlNode): string {
  return node.kind === "scalar" ? String(node.value) : "";
}

function kindOf(node: YamlNode): string {
  if (node.kind === "map") return "a map";
  if (node.kind === "list") return "a list";
  if (node.value === null) return "null";
  if (typeof node.value === "string") return "a text";
  return typeof node.value === "boolean" ? "true or false" : "an integer";
}
