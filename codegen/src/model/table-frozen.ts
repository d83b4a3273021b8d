import type { TableName } from "./table-schemas.js";
import { entryOf, type YamlMap, type YamlNode } from "./yaml-tree.js";

/** What a release freezes of a group of rows. */
export interface FrozenGroup {
  /** Name of the group in `spec/released/<version>.yaml`. */
  readonly group: string;
  readonly table: TableName;
  /** Key at the top of the table that holds the rows. */
  readonly rows: "rows" | "states" | "triggers";
  /** Columns that name a row, joined by `.`. */
  readonly identity: readonly string[];
  /** Column with the number that is never given to another row of the same scope. */
  readonly number?: string;
  /** Column within whose values numbers are counted. */
  readonly scope?: string;
  /** Columns that never change, the number among them. */
  readonly columns: readonly string[];
}

function numbered(table: TableName, ...more: string[]): FrozenGroup {
  return { group: table, table, rows: "rows", identity: ["name"], number: "number", columns: ["number", ...more] };
}

function rowsOf(
  table: TableName,
  identity: readonly string[],
  columns: readonly string[],
  number?: string,
  scope?: string,
): FrozenGroup {
  return {
    group: table,
    table,
    rows: "rows",
    identity,
    columns,
    ...(number === undefined ? {} : { number }),
    ...(scope === undefined ? {} : { scope }),
  };
}

/** Everything a release freezes. Meanings, defaults and host names are free to improve. */
export const frozenGroups: readonly FrozenGroup[] = [
  numbered("abi-violations"),
  numbered("action-refusals"),
  numbered("artifact-parts", "digest"),
  numbered("assembly-reasons"),
  numbered("assembly-steps"),
  numbered("code-reasons"),
  rowsOf("capabilities", ["name"], ["bit"], "bit"),
  numbered("component-origins"),
  numbered("components", "group", "stage", "always", "runs"),
  numbered("crypto-algorithms"),
  numbered("decode-reasons"),
  numbered("discard-reasons"),
  rowsOf("error-codes", ["code"], ["number", "layer", "context"], "number"),
  numbered("event-categories"),
  numbered("event-rejections"),
  rowsOf("events", ["category", "name"], ["fields"]),
  numbered("fay-findings", "severity"),
  rowsOf("header-layout", ["name"], ["offset", "size", "type", "value", "flags"]),
  numbered("host-errors"),
  numbered("ifacts-tests", "stage", "level", "category"),
  numbered("input-log-faults"),
  numbered("instruction-categories"),
  rowsOf("instruction-events", ["category", "name"], ["opcode", "payload"], "opcode", "category"),
  rowsOf("instruction-flags", ["name"], ["bit"], "bit"),
  rowsOf("instruction-layout", ["name"], ["fields", "then", "maximum_bytes"]),
  numbered("instruction-reasons"),
  rowsOf(
    "instructions",
    ["category", "name"],
    ["opcode", "capability", "dispatch", "operands", "results"],
    "opcode",
    "category",
  ),
  rowsOf("lifecycle", ["from", "trigger"], ["to", "guard", "code"]),
  { ...numbered("lifecycle"), group: "lifecycle-states", rows: "states" },
  { ...numbered("lifecycle"), group: "lifecycle-triggers", rows: "triggers" },
  numbered("load-limits"),
  numbered("load-profiles", "terminal"),
  rowsOf("loader-checks", ["position"], ["phase", "code", "reasons", "reason"], "position"),
  numbered("loader-phases"),
  numbered("platforms"),
  numbered("quotas", "unit", "exceeded"),
  numbered("runtime-capabilities"),
  numbered("runtime-interface", "group", "takes", "gives"),
  numbered("section-faults"),
  numbered("section-kinds"),
  numbered("signals"),
  numbered("signature-algorithms", "signature_bytes"),
  numbered("signature-reasons", "enforce_on", "enforce_off"),
  numbered("skip-reasons"),
  numbered("snapshot-faults"),
  numbered("snapshot-refusals"),
  numbered("stages"),
  numbered("structure-reasons"),
  numbered("terminals"),
  numbered("tlv-types", "size"),
  rowsOf("trailer-layout", ["name"], ["offset", "size", "type", "value", "flags"]),
  numbered("traps"),
  numbered("trust-key-faults"),
  numbered("trust-levels"),
  numbered("ui-attributes"),
  numbered("ui-nodes"),
  numbered("vector-families"),
  numbered("vector-operations", "takes", "gives"),
];

/** Identity of a row: the values of some columns joined by `.`. */
export function identityOf(row: YamlMap, columns: readonly string[]): string {
  return columns.map((column) => plain(entryOf(row, column)?.value)).join(".");
}

/** A value in one canonical form, so that equal meanings compare equal whatever notation they are written in. */
export function canonical(node: YamlNode | undefined): string {
  if (node === undefined) return "";
  if (node.kind === "list") return `[${node.items.map(canonical).join(", ")}]`;
  if (node.kind === "map") {
    const entries = node.entries.map((entry) => `${keyText(entry.key)}: ${canonical(entry.value)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return typeof node.value === "string" ? keyText(node.value) : String(node.value);
}

/** A text as a YAML scalar: bare where no reader could take it for something else. */
export function keyText(text: string): string {
  const bare = /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(text) && !/^(null|true|false|yes|no|on|off|y|n)$/i.test(text);
  return bare ? text : JSON.stringify(text);
}

function plain(node: YamlNode | undefined): string {
  return node?.kind === "scalar" ? String(node.value) : "";
}
