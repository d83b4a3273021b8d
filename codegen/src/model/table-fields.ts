import type { At } from "./table-columns.js";
import { nameTables } from "./table-enums.js";
import type { YamlPlace } from "./yaml-tree.js";

/** Scalar types of an error's context and an event's fields. */
export type FieldType = "text" | "text_list" | "bytes" | "bool" | "u32" | "safe_uint";

/** One field of an error's context or of an event. */
export interface Field {
  /** The wire name. */
  readonly name: string;
  readonly type: FieldType;
  /** The tables of whose names the text is one; none where it is any text. */
  readonly tables: readonly string[];
  readonly optional: boolean;
  readonly place: YamlPlace;
}

type FieldEntry = At<string> & { readonly key: string };

/** Reads `"enum:loader-phases?"`, `"enum:decode-reasons|snapshot-faults"` and the like; the column checked the form. */
export function fieldsOf(entries: readonly FieldEntry[]): Field[] {
  return entries.map(({ key, value, place }) => {
    const optional = value.endsWith("?");
    const type = optional ? value.slice(0, -1) : value;
    if (type.startsWith("enum:")) return { name: key, type: "text", tables: type.slice(5).split("|"), optional, place };
    return { name: key, type: type as FieldType, tables: [], optional, place };
  });
}

/** One operand, result or payload item of an instruction or its event. */
export interface Operand {
  readonly name: string;
  readonly type: "u32" | "u64" | "i64" | "f64" | "bool" | "bytes" | "text" | "handle" | "list";
  readonly optional: boolean;
  readonly place: YamlPlace;
}

/** Reads `"u32?"` and the like; the column checked the form. */
export function operandsOf(entries: readonly FieldEntry[]): Operand[] {
  return entries.map(({ key, value, place }) => {
    const optional = value.endsWith("?");
    return { name: key, type: (optional ? value.slice(0, -1) : value) as Operand["type"], optional, place };
  });
}

/** A TypeScript type and the generated module it comes from. */
export interface EnumModule {
  readonly type: string;
  /** Path below `generated/`, ending in `.js`. */
  readonly module: string;
}

/** The type a reference `enum:<table>` stands for; `undefined` where the table gives no names. */
export function enumModule(table: string): EnumModule | undefined {
  if (table === "lifecycle-states") return { type: "LifecycleState", module: "lifecycle/transition-table.js" };
  const type = Object.hasOwn(nameTables, table) ? nameTables[table as keyof typeof nameTables] : undefined;
  if (type === undefined) return undefined;
  return { type, module: `enums/${type.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase()}.js` };
}
