import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A requirement as the compiled specification has it. */
export interface Requirement {
  readonly id: string;
  readonly level: "must" | "should" | "may";
  readonly sentence: string;
}

/** Type of a member of a JSON schema, as far as the order of members needs it. */
export type JsonType =
  | { readonly kind: "object"; readonly rule: string }
  | { readonly kind: "list"; readonly item: JsonType }
  | { readonly kind: "map"; readonly value: JsonType }
  | { readonly kind: "any" | "text" | "integer" | "bool" | "choice" | "number" };

/** One object rule of a JSON schema, with its members in the order of the CDDL. */
export interface JsonObjectRule {
  readonly rule: string;
  readonly members: readonly { readonly key: string; readonly type: JsonType }[];
}

/** What the vectors need of the compiled specification. */
export interface Specification {
  readonly versions: { readonly schema: string };
  readonly tables: Readonly<Record<string, { readonly rows: readonly Readonly<Record<string, unknown>>[] }>>;
  readonly requirements: readonly Requirement[];
  readonly schemas: {
    readonly enumerations: readonly {
      readonly name: string;
      readonly members: readonly { readonly value: string | number }[];
    }[];
    readonly cbor: readonly { readonly name: string; readonly body: unknown }[];
    readonly json: readonly { readonly name: string; readonly objects: readonly JsonObjectRule[] }[];
  };
}

/** A field, operand, result or part of a payload, as rows of the compiled specification list them. */
interface TypedName {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly tables: readonly string[];
}

/** Rows with the lists of typed names in `columns` as the tables write them: types by name, for instance `u32?`. */
export function rowsWithTypes<R>(table: string, columns: readonly (keyof R & string)[]): readonly R[] {
  return (SPECIFICATION.tables[table]?.rows ?? []).map((row) => {
    const written = columns.map((column) => [column, typesByName(row[column] as readonly TypedName[])]);
    return { ...row, ...Object.fromEntries(written) } as R;
  });
}

function typesByName(names: readonly TypedName[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map(({ name, type, optional, tables }) => {
      return [name, `${tables.length === 0 ? type : `enum:${tables.join("|")}`}${optional ? "?" : ""}`];
    }),
  );
}

/** Folder of the repository, whether this file runs as source or compiled. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url)).replace(/dist\/$/, "");

/** The compiled specification, `generated/spec.json`. */
export const SPECIFICATION = JSON.parse(readFileSync(`${ROOT}generated/spec.json`, "utf8")) as Specification;
