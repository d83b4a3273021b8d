import type { SourceSpan } from "../../../codegen/src/diagnostics/source.js";
import { mayBeRemoved } from "../../../codegen/src/model/deprecation.js";
import { type FrozenGroup, frozenGroups } from "../../../codegen/src/model/table-frozen.js";
import type { Change } from "./change.js";
import type { ChangeKindName } from "./kinds.js";
import type { RowItem, SpecState } from "./state.js";
import { startOf } from "./state.js";

/** Tables whose version is not that of the schema. */
const versionOfTable: Readonly<Record<string, string>> = {
  "artifact-parts": "format",
  "header-layout": "format",
  "trailer-layout": "format",
  "runtime-interface": "runtime_interface",
};

/** Every difference between the tables of two states that a release freezes. */
export function compareTables(old: SpecState, now: SpecState): Change[] {
  return frozenGroups.flatMap((group) => {
    const before = old.groups.get(group.group);
    const after = now.groups.get(group.group);
    if (before === undefined && after === undefined) return [];
    const comparison = new GroupComparison(group, old, now);
    return before === undefined || after === undefined
      ? comparison.whole(after !== undefined)
      : comparison.changes(before, after);
  });
}

class GroupComparison {
  readonly #group: FrozenGroup;
  readonly #version: string;
  readonly #major: number;
  readonly #home: SourceSpan | undefined;
  /** Columns that say of every row what no row said before: an addition, and no change of each row. */
  #newColumns: readonly string[] = [];

  constructor(group: FrozenGroup, old: SpecState, now: SpecState) {
    this.#group = group;
    this.#version = versionOfTable[group.table] ?? "schema";
    this.#major = Number.parseInt(now.versions.get("schema") ?? "", 10);
    const file = now.sources.find(({ path }) => path.endsWith(`tables/${group.table}.yaml`)) ?? old.sources[0];
    this.#home = file === undefined ? undefined : startOf(file);
  }

  changes(before: ReadonlyMap<string, RowItem>, after: ReadonlyMap<string, RowItem>): Change[] {
    this.#newColumns = this.#group.columns.filter((column) => isNewColumn(column, before, after));
    const found = this.#newColumns.flatMap((column) => this.#newColumn(column));
    const owners = new Map([...before.values()].map((row) => [this.#number(row), row.identity]));
    const robbed = new Set<string>();
    for (const row of after.values()) {
      const was = before.get(row.identity);
      const owner = this.#group.number === undefined ? undefined : owners.get(this.#number(row));
      if (owner !== undefined && owner !== row.identity) {
        // A row that was renamed is told once: as the new name on its number.
        if (!after.has(owner)) robbed.add(owner);
        if (this.#version !== "format") {
          found.push(this.#change("number-reused", row.identity, `it has the number of \`${owner}\``, row.at));
          continue;
        }
      }
      if (was === undefined) found.push(this.#added(row));
      else found.push(...this.#changed(was, row), ...this.#marked(was, row));
    }
    for (const row of before.values()) {
      if (after.has(row.identity) || (robbed.has(row.identity) && this.#version !== "format")) continue;
      found.push(this.#removed(row));
    }
    return found;
  }

  /** A table that is new, or gone, as one change. A new one may say of old things what no table said before. */
  whole(isNew: boolean): Change[] {
    if (this.#home === undefined) return [];
    const { group: subject } = this.#group;
    return isNew
      ? [{ kind: "row-added", version: "schema", subject, detail: "the table is new", at: this.#home }]
      : [
          {
            kind: this.#goneKind(undefined),
            version: this.#version,
            subject,
            detail: "the table is gone",
            at: this.#home,
          },
        ];
  }

  #goneKind(deprecated: string | undefined): ChangeKindName {
    if (this.#version === "format") return "layout-changed";
    return mayBeRemoved(deprecated, this.#major) ? "removed" : "removed-unmarked";
  }

  #newColumn(column: string): Change[] {
    if (this.#home === undefined) return [];
    const { group: subject } = this.#group;
    return [{ kind: "row-added", version: "schema", subject, detail: `column \`${column}\` is new`, at: this.#home }];
  }

  #added(row: RowItem): Change {
    const kind = this.#kind("layout-changed", "method-added", "row-added");
    return this.#change(kind, row.identity, `new in table \`${this.#group.table}\``, row.at);
  }

  #changed(was: RowItem, row: RowItem): Change[] {
    const found = this.#group.columns.flatMap((column) => {
      const [before, after] = [was.columns.get(column), row.columns.get(column)];
      if (before === after || this.#newColumns.includes(column)) return [];
      const kind = this.#columnKind(column);
      const detail = `\`${column}\` was ${before ?? "absent"} and is ${after ?? "absent"}`;
      return [this.#change(kind, row.identity, detail, row.at)];
    });
    const words = was.meaning !== undefined && row.meaning !== undefined && was.meaning !== row.meaning;
    if (this.#version !== "runtime_interface" || !words) return found;
    const detail = "the words changed; raise the major where the meaning did";
    return [...found, this.#change("method-words-changed", row.identity, detail, row.at)];
  }

  #columnKind(column: string): ChangeKindName {
    if (this.#version === "format") return "layout-changed";
    if (this.#group.table === "error-codes") return "error-changed";
    if (this.#group.table === "instructions") return "opcode-changed";
    if (column === this.#group.number) return "number-changed";
    return this.#version === "runtime_interface" ? "method-changed" : "column-changed";
  }

  #marked(was: RowItem, row: RowItem): Change[] {
    return markChange(was.deprecated, row.deprecated).map(({ kind, detail }) =>
      this.#change(kind, row.identity, detail, row.at),
    );
  }

  #removed(row: RowItem): Change {
    const kind = this.#goneKind(row.deprecated);
    return this.#change(kind, row.identity, goneSince(row.deprecated), this.#home ?? row.at);
  }

  #kind(layout: ChangeKindName, method: ChangeKindName, other: ChangeKindName): ChangeKindName {
    return this.#version === "format" ? layout : this.#version === "runtime_interface" ? method : other;
  }

  /** The number of a row within its scope; the row itself where the group has no numbers, or names rows by them. */
  #number(row: RowItem): string {
    const { number, scope } = this.#group;
    const value = number === undefined ? undefined : row.columns.get(number);
    return value === undefined
      ? row.identity
      : `${scope === undefined ? "" : (row.identity.split(".")[0] ?? "")} ${value}`;
  }

  #change(kind: ChangeKindName, identity: string, detail: string, at: SourceSpan): Change {
    return { kind, version: this.#version, subject: `${this.#group.group}.${identity}`, detail, at };
  }
}

function isNewColumn(
  column: string,
  before: ReadonlyMap<string, RowItem>,
  after: ReadonlyMap<string, RowItem>,
): boolean {
  const has = (row: RowItem) => row.columns.has(column);
  return before.size > 0 && after.size > 0 && ![...before.values()].some(has) && [...after.values()].every(has);
}

/** What a difference between two marks of deprecation is. */
export function markChange(
  before: string | undefined,
  now: string | undefined,
): readonly { readonly kind: ChangeKindName; readonly detail: string }[] {
  if (before === now) return [];
  return now === undefined
    ? [{ kind: "deprecation-withdrawn", detail: `it was deprecated since ${before ?? ""}` }]
    : [{ kind: "deprecated", detail: `deprecated since ${now}` }];
}

/** Why something may go, or may not. */
export function goneSince(deprecated: string | undefined): string {
  return deprecated === undefined
    ? "it is gone and was never marked"
    : `it is gone and was deprecated since ${deprecated}`;
}
