import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { mayBeRemoved } from "../model/deprecation.js";
import { currentRows, type Release } from "../model/released.js";
import { canonical, type FrozenGroup, frozenGroups } from "../model/table-frozen.js";
import type { SpecTables } from "../model/table-model.js";
import { isLater } from "../model/versions.js";
import { entryOf, spanOfPlace, type YamlMap, type YamlNode, type YamlPlace } from "../model/yaml-tree.js";
import { diagnosticAt } from "./table-report.js";

/** Numbers, names and bits of any row. */
const spec = "compatibility.numbers";

/**
 * Groups whose frozen columns have a requirement of their own.
 *
 * @spec compatibility.error-codes, compatibility.opcodes, compatibility.categories
 */
const columnSpecs: Readonly<Record<string, string>> = {
  "error-codes": "compatibility.error-codes",
  instructions: "compatibility.opcodes",
};

/** Compares the tables with what each released version froze. */
export function checkReleased(tables: SpecTables, releases: readonly Release[]): Diagnostic[] {
  return releases.flatMap((release) => frozenGroups.flatMap((group) => checkGroup(tables, release, group)));
}

function checkGroup(tables: SpecTables, release: Release, group: FrozenGroup): Diagnostic[] {
  const released = release.groups.get(group.group) ?? new Map<string, YamlMap>();
  const current = currentRows(tables, group);
  const owners = new Map<string, string>();
  for (const [identity, row] of released) owners.set(numberKey(group, identity, row), identity);
  const diagnostics: Diagnostic[] = [];
  const robbed = new Set<string>();
  for (const [identity, row] of current) {
    const frozen = released.get(identity);
    const owner = group.number === undefined ? undefined : owners.get(numberKey(group, identity, row));
    if (owner !== undefined && owner !== identity) {
      robbed.add(owner);
      diagnostics.push(
        reused(group, identity, row, owner, released, release, nextFree(group, identity, row, [released, current])),
      );
    } else if (frozen !== undefined) diagnostics.push(...changed(group, identity, row, frozen, release));
    else if (release.status === "released") diagnostics.push(...lateSince(identity, row, release));
  }
  for (const [identity, row] of released) {
    // A renamed row would otherwise be reported twice: as the new name on its number, and as the old name that is gone.
    if (current.has(identity) || robbed.has(identity)) continue;
    const deprecated = entryOf(row, "deprecated")?.value;
    if (mayBeRemoved(deprecated?.kind === "scalar" ? String(deprecated.value) : undefined, majorOf(tables))) continue;
    const place = entryOf(tables[group.table].place as YamlMap, group.rows)?.keyPlace ?? tables[group.table].place;
    const parameters = { name: identity, table: group.table, version: release.version };
    diagnostics.push(
      diagnosticAt("table/released-removed", place, parameters, {
        related: [was(row, release)],
        help: draftHelp(release),
        spec,
      }),
    );
  }
  return diagnostics;
}

function changed(group: FrozenGroup, identity: string, row: YamlMap, frozen: YamlMap, release: Release): Diagnostic[] {
  return group.columns.flatMap((column) => {
    const before = entryOf(frozen, column)?.value;
    const now = entryOf(row, column)?.value;
    if (canonical(before) === canonical(now)) return [];
    const parameters = { name: identity, column: `\`${column}\``, version: release.version };
    const related = [
      {
        span: spanOfPlace(before ?? frozen),
        message: `${release.version} has ${canonical(before) || "no such column"}`,
      },
    ];
    const details = { related, help: draftHelp(release), spec: columnSpecs[group.group] ?? spec };
    return [diagnosticAt("table/released-changed", now ?? row, parameters, details)];
  });
}

function reused(
  group: FrozenGroup,
  identity: string,
  row: YamlMap,
  owner: string,
  released: ReadonlyMap<string, YamlMap>,
  release: Release,
  free: string,
): Diagnostic {
  const column = group.number ?? "";
  const entry = entryOf(row, column);
  const place: YamlPlace = entry?.value ?? row;
  const parameters = { name: identity, column, number: entry === undefined ? "" : rawOf(entry.value), owner };
  const ownerRow = released.get(owner);
  return diagnosticAt("table/number-reused", place, parameters, {
    notes: ["numbers of released rows are never given to another"],
    related: ownerRow === undefined ? [] : [was(ownerRow, release)],
    help: [`the next free ${column} is ${free}`, ...draftHelp(release)],
    spec,
  });
}

function lateSince(identity: string, row: YamlMap, release: Release): Diagnostic[] {
  const since = entryOf(row, "since")?.value;
  if (since?.kind !== "scalar" || typeof since.value !== "string" || isLater(since.value, release.version)) return [];
  const parameters = { name: identity, version: release.version };
  return [
    diagnosticAt("table/since-released", since, parameters, {
      help: ["give `since` the version that brings the row"],
      spec,
    }),
  ];
}

/** The major of the specification as it is. */
function majorOf(tables: SpecTables): number {
  return Number.parseInt(tables.versions.rows.find(({ name }) => name === "schema")?.version ?? "", 10);
}

function was(row: YamlMap, release: Release): Diagnostic["related"][number] {
  return { span: spanOfPlace(row), message: `what ${release.version} froze` };
}

function draftHelp(release: Release): string[] {
  return release.status === "draft"
    ? [`${release.version} is a draft: \`npm run generate -- --freeze\` freezes the tables anew`]
    : [];
}

function numberKey(group: FrozenGroup, identity: string, row: YamlMap): string {
  const scope = group.scope === undefined ? "" : (identity.split(".")[0] ?? "");
  return `${scope} ${group.number === undefined ? identity : canonical(entryOf(row, group.number)?.value)}`;
}

/** The first number behind that of `row` which neither a release nor a current row has, written as that of `row` is. */
function nextFree(
  group: FrozenGroup,
  identity: string,
  row: YamlMap,
  tables: readonly ReadonlyMap<string, YamlMap>[],
): string {
  const taken = new Set(tables.flatMap((rows) => [...rows].map(([name, row]) => numberKey(group, name, row))));
  const scope = group.scope === undefined ? "" : (identity.split(".")[0] ?? "");
  const written = entryOf(row, group.number ?? "")?.value;
  let free = Number(canonical(written));
  while (taken.has(`${scope} ${free}`)) free++;
  return rawOf(written).startsWith("0x") ? `0x${free.toString(16).padStart(4, "0")}` : String(free);
}

function rawOf(node: YamlNode | undefined): string {
  return node?.kind === "scalar" ? node.raw : "";
}
