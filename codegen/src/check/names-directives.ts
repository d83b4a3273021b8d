import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { spanOf } from "../diagnostics/source.js";
import { closestName } from "../diagnostics/suggest.js";
import { type Directive, directivesOf, domainsOf } from "../model/cddl-directives.js";
import type { SpecTables } from "../model/table-model.js";
import { entryOf, type YamlMap } from "../model/yaml-tree.js";
import type { CddlFile } from "../parse/syntax.js";

/** Every `@names TABLE [COLUMN VALUE ...]` stands in a file with a JSON form and picks rows that are there. */
export function checkNamesDirectives(tables: SpecTables, files: readonly CddlFile[]): Diagnostic[] {
  return files.flatMap((file) =>
    directivesOf(file)
      .filter(({ name }) => name === "names")
      .flatMap((directive) => {
        const reason = domainsOf(file).includes("json")
          ? fault(tables, directive)
          : { reason: "the file has no domain `json`" };
        return reason === undefined ? [] : [problem(file, directive, reason)];
      }),
  );
}

interface Fault {
  readonly reason: string;
  readonly near?: string | undefined;
}

function fault(tables: SpecTables, directive: Directive): Fault | undefined {
  const [table = "", column, ...values] = directive.arguments;
  const known = Object.values(tables).find((candidate) => candidate.name === table);
  if (known === undefined)
    return { reason: `there is no table \`${table}\``, near: closestName(table, Object.keys(tables)) };
  const rows = known.rows.map((row) => row.place as YamlMap);
  if (rows.some((row) => entryOf(row, "name") === undefined))
    return { reason: `rows of table \`${table}\` have no name` };
  if (column === undefined) return undefined;
  const columns = new Set(rows.flatMap((row) => row.entries.map(({ key }) => key)));
  if (!columns.has(column))
    return { reason: `table \`${table}\` has no column \`${column}\``, near: closestName(column, columns) };
  if (values.length === 0) return { reason: `it takes values of column \`${column}\` behind it` };
  const found = new Set(rows.map((row) => scalarText(row, column)));
  const strange = values.find((value) => !found.has(value));
  if (strange === undefined) return undefined;
  return { reason: `no row of table \`${table}\` has \`${column}: ${strange}\``, near: closestName(strange, found) };
}

/** The value of a column as a text; empty where it is a list, a map or absent. */
export function scalarText(row: YamlMap, column: string): string {
  const value = entryOf(row, column)?.value;
  return value?.kind === "scalar" ? String(value.value) : "";
}

function problem(file: CddlFile, { comment, name }: Directive, { reason, near }: Fault): Diagnostic {
  const span = spanOf(file.source, comment.start, comment.end);
  const details = near === undefined ? {} : { help: [`did you mean \`${near}\`?`] };
  return createDiagnostic("schema/invalid-directive", span, { name, reason }, details);
}
