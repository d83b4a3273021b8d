import { type SourceFile, type SourceSpan, spanOf } from "../../../codegen/src/diagnostics/source.js";
import { readRelease, rowsOfGroup } from "../../../codegen/src/model/released.js";
import { canonical, type FrozenGroup, frozenGroups } from "../../../codegen/src/model/table-frozen.js";
import { entryOf, parseYaml, spanOfPlace, type YamlMap, type YamlNode } from "../../../codegen/src/model/yaml-tree.js";
import { parseCddl } from "../../../codegen/src/parse/parse.js";
import { type RuleItem, readRules } from "./rules.js";

/** The specification as it was, or is: what versions promise of it. */
export interface SpecState {
  /** How people call it: a version, or a folder. */
  readonly label: string;
  /** A draft is frozen and not released: nobody relies on it. */
  readonly draft: boolean;
  /** Versions by the names of `spec/tables/versions.yaml`. */
  readonly versions: ReadonlyMap<string, string>;
  /** Rows of each frozen group by identity; a group that the state does not know is absent. */
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, RowItem>>;
  /** Rules of all schemas; undefined where the state holds none. */
  readonly rules: ReadonlyMap<string, RuleItem> | undefined;
  /** Every file of the state, for whoever shows places. */
  readonly sources: readonly SourceFile[];
}

/** One row of a table. */
export interface RowItem {
  readonly group: FrozenGroup;
  readonly identity: string;
  /** Canonical text of each frozen column that the row has. */
  readonly columns: ReadonlyMap<string, string>;
  readonly deprecated: string | undefined;
  /** The sentence that documents the row; a release does not keep it. */
  readonly meaning: string | undefined;
  readonly at: SourceSpan;
}

/** Why a state cannot be read; one sentence. */
export interface UnreadableState {
  readonly problem: string;
}

/** What a release froze: its YAML file, and copies of the schemas below `spec/released/VERSION/`. */
export function releasedState(file: SourceFile, schemas: readonly SourceFile[]): SpecState | UnreadableState {
  const [release, problems] = readRelease(file);
  const [first] = problems;
  if (release === undefined || first !== undefined) return { problem: problemOf(file.path, first?.message) };
  const groups = new Map(
    frozenGroups.flatMap((group) => {
      const rows = release.groups.get(group.group);
      return rows === undefined ? [] : [[group.group, rowItems(group, rows)] as const];
    }),
  );
  // A file that was frozen before versions were kept is named after that of the schema.
  const versions = release.versions.size > 0 ? release.versions : new Map([["schema", release.version]]);
  const rules = readSchemas(schemas);
  if ("problem" in rules) return rules;
  const kept = schemas.length === 0 ? undefined : rules.rules;
  return {
    label: release.version,
    draft: release.status === "draft",
    versions,
    groups,
    rules: kept,
    sources: [file, ...schemas],
  };
}

/**
 * The specification of a folder, as far as it can be compared: tables that a release freezes, and every schema.
 *
 * @param sources files below `spec/tables/` and `spec/cddl/`
 */
export function folderState(label: string, sources: readonly SourceFile[]): SpecState | UnreadableState {
  const trees = new Map<string, YamlNode>();
  const tables = sources.filter(({ path }) => /(^|\/)tables\/[^/]+[.]yaml$/.test(path));
  for (const source of tables) {
    const [file, problems] = parseYaml(source);
    const [first] = problems;
    if (file.root === undefined || first !== undefined) return { problem: problemOf(source.path, first?.message) };
    trees.set(/([^/]+)[.]yaml$/.exec(source.path)?.[1] ?? "", file.root);
  }
  const listed = entryOf(trees.get("versions") ?? nothing, "rows")?.value;
  const rows = listed?.kind === "list" ? listed.items : [];
  const versions = new Map(rows.map((row) => [scalar(row, "name") ?? "", scalar(row, "version") ?? ""]));
  if (versions.size === 0) return { problem: `${label}: there is no spec/tables/versions.yaml with versions` };
  const groups = new Map(
    frozenGroups.flatMap((group) => {
      const tree = trees.get(group.table);
      return tree === undefined ? [] : [[group.group, rowItems(group, rowsOfGroup(tree, group))] as const];
    }),
  );
  const rules = readSchemas(sources.filter(({ path }) => path.endsWith(".cddl")));
  if ("problem" in rules) return rules;
  return { label, draft: false, versions, groups, rules: rules.rules, sources };
}

const nothing: YamlNode = {
  kind: "list",
  items: [],
  source: { path: "", text: "", lineStarts: [0], pairTails: [] },
  start: 0,
  end: 0,
};

function readSchemas(files: readonly SourceFile[]): { readonly rules: Map<string, RuleItem> } | UnreadableState {
  const rules = new Map<string, RuleItem>();
  for (const source of files) {
    const { tree, diagnostics } = parseCddl(source);
    const [first] = diagnostics.filter(({ severity }) => severity === "error");
    if (first !== undefined) return { problem: problemOf(`${source.path}:${first.span.line}`, first.message) };
    for (const rule of readRules(tree)) rules.set(rule.name, rule);
  }
  return { rules };
}

function rowItems(group: FrozenGroup, rows: ReadonlyMap<string, YamlMap>): Map<string, RowItem> {
  return new Map(
    [...rows].map(([identity, row]) => {
      const columns = group.columns.flatMap((column) => {
        const value = entryOf(row, column)?.value;
        return value === undefined ? [] : [[column, canonical(value)] as const];
      });
      const item: RowItem = {
        group,
        identity,
        columns: new Map(columns),
        deprecated: scalar(row, "deprecated"),
        meaning: scalar(row, "meaning"),
        at: spanOfPlace(row),
      };
      return [identity, item];
    }),
  );
}

function scalar(row: YamlNode, column: string): string | undefined {
  const value = entryOf(row, column)?.value;
  return value?.kind === "scalar" && value.value !== null ? String(value.value) : undefined;
}

function problemOf(where: string, message: string | undefined): string {
  return `${where}: ${message ?? "it cannot be read"}`;
}

/** The beginning of a file; where something stood that is gone. */
export function startOf(source: SourceFile): SourceSpan {
  return spanOf(source, 0);
}
