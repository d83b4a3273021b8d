import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { SourceFile } from "../diagnostics/source.js";
import { anything, mapOf, oneOf, optional, rowOf, text } from "./table-columns.js";
import { canonical, type FrozenGroup, frozenGroups, identityOf, keyText } from "./table-frozen.js";
import type { SpecTables } from "./table-model.js";
import { entryOf, parseYaml, type YamlMap, type YamlNode } from "./yaml-tree.js";

/** One file `spec/released/<version>.yaml`. */
export interface Release {
  readonly version: string;
  /** A draft may be frozen again; a released version never changes. */
  readonly status: "draft" | "released";
  /** What `spec/tables/versions.yaml` listed; empty in files that do not say. */
  readonly versions: ReadonlyMap<string, string>;
  /** The frozen rows of each group by identity; values are maps of columns. */
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, YamlMap>>;
}

const anyKey = { pattern: /^.+$/, form: "a name" };
const tree = { ...anything, expects: "a map of columns" };
const releaseColumns = rowOf("a released version", {
  version: text({ pattern: /^[0-9]+[.][0-9]+$/, form: 'a version as "major.minor" in quotes' }),
  status: oneOf("draft", "released"),
  versions: optional(mapOf(text(), anyKey)),
  tables: mapOf(mapOf(tree, anyKey), anyKey),
});

/** Reads a released version. */
export function readRelease(source: SourceFile): readonly [Release | undefined, readonly Diagnostic[]] {
  const [file, problems] = parseYaml(source);
  const reading = { diagnostics: [...problems] };
  const read = file.root === undefined ? undefined : releaseColumns.read(file.root, "released", reading);
  if (read === undefined) return [undefined, reading.diagnostics];
  const groups = new Map(
    read.tables.map((table) => [
      table.key,
      new Map(table.value.flatMap((row) => (row.value.kind === "map" ? [[row.key, row.value] as const] : []))),
    ]),
  );
  const versions = new Map((read.versions ?? []).map(({ key, value }) => [key, value]));
  return [{ version: read.version, status: read.status, versions, groups }, reading.diagnostics];
}

/** The rows of a group in the current tables, by identity. */
export function currentRows(tables: SpecTables, group: FrozenGroup): Map<string, YamlMap> {
  return rowsOfGroup(tables[group.table].place as YamlMap, group);
}

/** The rows of a group in a table that was read as a tree, by identity. */
export function rowsOfGroup(table: YamlNode, group: FrozenGroup): Map<string, YamlMap> {
  const list = entryOf(table, group.rows)?.value;
  const rows = list?.kind === "list" ? list.items : [];
  return new Map(rows.flatMap((row) => (row.kind === "map" ? [[identityOf(row, group.identity), row] as const] : [])));
}

/** The text of `spec/released/<version>.yaml` for the tables as they are. */
export function freeze(tables: SpecTables, version: string): string {
  const lines = [
    `# What version ${version} of the specification froze: never removed, never changed, no number ever given to another row.`,
    "# Written by `npm run generate -- --freeze`; as long as `status` is draft it may be written again.",
    `version: ${JSON.stringify(version)}`,
    "status: draft",
    "versions:",
    ...tables.versions.rows.map((row) => `  ${row.name}: ${JSON.stringify(row.version)}`),
    "tables:",
  ];
  for (const group of frozenGroups) {
    lines.push(`  ${group.group}:`);
    for (const [identity, row] of currentRows(tables, group)) {
      const columns = [...group.columns, "deprecated"].flatMap((column) => {
        const value = entryOf(row, column)?.value;
        return value === undefined ? [] : [`${column}: ${canonical(value)}`];
      });
      lines.push(`    ${keyText(identity)}: { ${columns.join(", ")} }`);
    }
  }
  return `${lines.join("\n")}\n`;
}
