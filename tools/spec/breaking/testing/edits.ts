import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { createSourceFile, type SourceFile } from "../../../../codegen/src/diagnostics/source.js";
import type { ChangeKindName } from "../kinds.js";
import type { MemberItem, RuleItem } from "../rules.js";
import { folderState, type RowItem, type SpecState, type UnreadableState } from "../state.js";

/** The repository. */
export const root = fileURLToPath(new URL("../../../..", import.meta.url));
/** Tables and schemas of the real specification. */
export const sources = ["tables", "cddl"].flatMap((folder) =>
  readdirSync(join(root, "spec", folder))
    .sort()
    .map((name) => createSourceFile(`spec/${folder}/${name}`, readFileSync(join(root, "spec", folder, name), "utf8"))),
);
/** The table of versions. */
export const versionsPath = "spec/tables/versions.yaml";

/** A state that can be read; throws where it cannot. */
export function known(state: SpecState | UnreadableState): SpecState {
  if ("problem" in state) throw new Error(state.problem);
  return state;
}

/** A file of the real specification. */
export function sourceOf(path: string): SourceFile {
  const source = sources.find((candidate) => candidate.path === path);
  if (source === undefined) throw new Error(`no ${path}`);
  return source;
}

/** The real specification. */
export const whole = known(folderState("whole", sources));
const rows = [...whole.groups.values()].flatMap((group) => [...group.values()]);
const rules = [...(whole.rules ?? new Map<string, RuleItem>()).values()];
/** Every rule that is a map. */
export const maps = rules.filter(({ members }) => members !== undefined && members.size > 0);
const members = maps.flatMap((rule) =>
  [...(rule.members ?? new Map<string, MemberItem>()).values()].map((member) => ({ rule, member })),
);
const isDocument = ({ domains }: RuleItem) => domains.join() === "json";

/** One change that a person could make, and what must be told of it. */
export interface Edit {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly kind: ChangeKindName;
  readonly subject: string;
  /** Offset, in the changed text, of a line at which the change must be shown; undefined where something is gone. */
  readonly shown: number | undefined;
}

/**
 * The states before and after an edit, with the versions of the later one set. They hold the one file that is changed:
 * names that other files define stay names on both sides.
 */
export function states(edit: Edit, versions: Readonly<Record<string, string>> = {}): readonly [SpecState, SpecState] {
  const old = sourceOf(edit.path);
  const changed = createSourceFile(edit.path, old.text.slice(0, edit.start) + edit.text + old.text.slice(edit.end));
  let listed = sourceOf(versionsPath).text;
  for (const [name, version] of Object.entries(versions))
    listed = listed.replace(new RegExp(`(name: ${name}, version: )"[^"]*"`), `$1"${version}"`);
  return [
    known(folderState("old", [sourceOf(versionsPath), old])),
    known(folderState("new", [createSourceFile(versionsPath, listed), changed])),
  ];
}

const formatTables = ["header-layout", "trailer-layout", "artifact-parts"];
const rowPath = ({ group }: RowItem) => `spec/tables/${group.table}.yaml`;
const rowText = (row: RowItem) => sourceOf(rowPath(row)).text.slice(row.at.start, row.at.end);
const subjectOf = (row: RowItem) => `${row.group.group}.${row.identity}`;

function rowEdit(row: RowItem, text: string, kind: ChangeKindName, shown = true): Edit {
  const { start, end } = row.at;
  return { path: rowPath(row), start, end, text, kind, subject: subjectOf(row), shown: shown ? start : undefined };
}

/** Columns of a row that are written as one word or number, and are no part of its name. */
function plainColumns(row: RowItem): string[] {
  return [...row.columns.keys()].filter(
    (column) =>
      !row.group.identity.includes(column) && new RegExp(`\\b${column}: ["A-Za-z0-9_.-]+[, ]`).test(rowText(row)),
  );
}

function changedColumnKind(row: RowItem, column: string): ChangeKindName {
  if (formatTables.includes(row.group.table)) return "layout-changed";
  if (row.group.table === "error-codes") return "error-changed";
  if (row.group.table === "instructions") return "opcode-changed";
  if (column === row.group.number) return "number-changed";
  return row.group.table === "runtime-interface" ? "method-changed" : "column-changed";
}

const columnChanged = fc
  .constantFrom(...rows.flatMap((row) => plainColumns(row).map((column) => ({ row, column }))))
  .map(({ row, column }) => {
    const text = rowText(row).replace(
      new RegExp(`(\\b${column}: )(["A-Za-z0-9_.-]+)`),
      (_, head: string, value: string) =>
        head + (/^(0x)?[0-9a-f]+$/.test(value) ? "64999" : value === "changed" ? "altered" : "changed"),
    );
    return rowEdit(row, text, changedColumnKind(row, column));
  });

const numbered = rows.filter(
  ({ group, columns }) =>
    group.number !== undefined && columns.has(group.number) && !formatTables.includes(group.table),
);
const reused = fc.constantFrom(...numbered).chain((row) => {
  const number = row.group.number ?? "";
  const scope = (other: RowItem) => (row.group.scope === undefined ? "" : other.identity.split(".")[0]);
  const others = numbered.filter((other) => other.group === row.group && other !== row && scope(other) === scope(row));
  return others.length === 0
    ? fc.constant(undefined)
    : fc
        .constantFrom(...others)
        .map((other) =>
          rowEdit(
            row,
            rowText(row).replace(new RegExp(`(\\b${number}: )[0-9a-fx]+`), `$1${other.columns.get(number)}`),
            "number-reused",
          ),
        );
});

const inTable = fc.constantFrom(...rows.filter(({ group }) => group.rows === "rows"));
const rowRemoved = inTable.map((row) => {
  const { text } = sourceOf(rowPath(row));
  const start = text.lastIndexOf("\n", row.at.start);
  const kind = formatTables.includes(row.group.table) ? "layout-changed" : "removed-unmarked";
  return { ...rowEdit(row, "", kind, false), start };
});
const rowMarked = inTable.map((row) =>
  rowEdit(row, rowText(row).replace(/^\{ /, '{ deprecated: "1.1", '), "deprecated"),
);
const named = rows.filter(
  ({ group, columns }) =>
    group.identity.join() === "name" && group.number === "number" && columns.has("number") && group.rows === "rows",
);
const rowAdded = fc.constantFrom(...named).map((row) => {
  const added = rowText(row)
    .replace(/\bname: [^,]+/, "name: quite_new")
    .replace(/\bnumber: [0-9a-fx]+/, "number: 64998");
  const { table } = row.group;
  const kind = formatTables.includes(table)
    ? "layout-changed"
    : table === "runtime-interface"
      ? "method-added"
      : "row-added";
  const edit = rowEdit(row, `${rowText(row)}\n  - ${added}`, kind);
  return { ...edit, subject: `${row.group.group}.quite_new`, shown: row.at.start + rowText(row).length + 5 };
});

/** Where a rule is written. */
export const rulePath = ({ file }: RuleItem) => `spec/cddl/${file}`;
const ruleText = (rule: RuleItem, start: number, end: number) => sourceOf(rulePath(rule)).text.slice(start, end);

function memberEdit({ rule, member }: (typeof members)[number], text: string, kind: ChangeKindName): Edit {
  const { start, end } = member.at;
  return { path: rulePath(rule), start, end, text, kind, subject: `${rule.name}.${member.key}`, shown: start };
}

const aMember = fc.constantFrom(...members);
const memberText = ({ rule, member }: (typeof members)[number]) => ruleText(rule, member.at.start, member.at.end);
const optionality = aMember.map((found) => {
  const text = memberText(found);
  return found.member.optional
    ? memberEdit(found, text.replace(/^\? /, ""), "member-now-required")
    : memberEdit(found, `? ${text}`, isDocument(found.rule) ? "document-widened" : "member-now-optional");
});
const retyped = aMember.map((found) => {
  const text = memberText(found);
  const type = found.member.type === "bool" ? "[* bool]" : "bool";
  return memberEdit(found, `${text.slice(0, text.indexOf(":"))}: ${type}`, "type-changed");
});
const memberRemoved = fc.constantFrom(...members.filter(({ rule }) => (rule.members?.size ?? 0) > 1)).map((found) => ({
  ...memberEdit(found, "", "removed-unmarked"),
  shown: found.rule.at.start,
}));
const memberMarked = aMember.map((found) => {
  const edit = memberEdit(found, `; @deprecated 1.1\n  ${memberText(found)}`, "deprecated");
  return { ...edit, shown: edit.start + "; @deprecated 1.1\n  ".length };
});
const documented = members.filter(({ member, rule }) =>
  ruleText(rule, 0, member.at.start).endsWith(`; ${member.meaning}\n  `),
);
const words = fc.constantFrom(...documented).map((found) => ({
  ...memberEdit(found, "Other words.\n  ", "words-changed"),
  start: found.member.at.start - found.member.meaning.length - 3,
  end: found.member.at.start,
  shown: found.member.at.start - found.member.meaning.length - 3 + "Other words.\n  ".length,
}));
const memberAdded = fc.constantFrom(...maps).chain((rule) =>
  fc.constantFrom("", "? ").map((sign) => {
    const open = sourceOf(rulePath(rule)).text.indexOf("{", rule.at.start) + 1;
    const optional = isDocument(rule)
      ? "document-widened"
      : rule.grows
        ? "member-added-undated"
        : "member-added-closed";
    const head = "\n  ; New.\n  ";
    return {
      path: rulePath(rule),
      start: open,
      end: open,
      text: `${head}${sign}quite_new: bool`,
      kind: sign === "" ? ("member-added-required" as const) : (optional as ChangeKindName),
      subject: `${rule.name}.quite_new`,
      shown: open + head.length,
    };
  }),
);
const ranged = members.filter((found) => /: -?\d+[.][.]\d+$/.test(memberText(found)));
const range = fc.constantFrom(...ranged).chain((found) =>
  fc.constantFrom(1n, -1n).map((step) => {
    const text = memberText(found).replace(/\d+$/, (high) => String(BigInt(high) + step));
    return memberEdit(found, text, isDocument(found.rule) && step > 0n ? "document-widened" : "range-changed");
  }),
);
const choices = members.filter((found) => /: "[a-z_]+" \/ "/.test(memberText(found)));
const enumeration = fc.constantFrom(...choices).chain((found) =>
  fc.boolean().map((more) => {
    const text = more ? `${memberText(found)} / "quite_new"` : memberText(found).replace(/: "[a-z_]+" \/ /, ": ");
    return memberEdit(found, text, more && isDocument(found.rule) ? "document-widened" : "enumeration-changed");
  }),
);
const directiveLost = fc.constantFrom(...rules.filter(({ directives }) => directives !== "")).map((rule) => {
  const start = sourceOf(rulePath(rule)).text.lastIndexOf("\n; @", rule.at.start);
  const line = /^\n; @([a-z-]+)[^\n]*/.exec(ruleText(rule, start, rule.at.start));
  return line === null || ["spec", "part", "frozen", "table"].includes(line[1] ?? "")
    ? undefined
    : {
        path: rulePath(rule),
        start,
        end: start + line[0].length,
        text: "",
        kind: "rule-changed" as const,
        subject: rule.name,
        shown: rule.at.start - line[0].length,
      };
});

/** Changes of every kind that people make, by what they do. */
export const edits: Readonly<Record<string, fc.Arbitrary<Edit | undefined>>> = {
  "a column changed": columnChanged,
  "a number given to another row": reused,
  "a row removed": rowRemoved,
  "a row marked": rowMarked,
  "a row added": rowAdded,
  "a member optional or required": optionality,
  "a member of another type": retyped,
  "a member removed": memberRemoved,
  "a member marked": memberMarked,
  "a member described otherwise": words,
  "a member added": memberAdded,
  "a range changed": range,
  "an enumeration changed": enumeration,
  "a directive lost": directiveLost,
};

/** Changes that a raised version can carry, and some that none can. */
export const anyEdit = fc.oneof(
  columnChanged,
  rowAdded,
  optionality,
  retyped,
  memberAdded,
  range,
  enumeration,
  rowMarked,
);
