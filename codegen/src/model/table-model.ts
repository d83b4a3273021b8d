import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { createSourceFile, type SourceFile, spanOf } from "../diagnostics/source.js";
import { closestName } from "../diagnostics/suggest.js";
import { type Columns, listOf, type RowOf, rowOf } from "./table-columns.js";
import { rowMarks, type TableName, tableHead, tableSchemas } from "./table-schemas.js";
import { entryOf, parseYaml, spanOfPlace, type YamlFile } from "./yaml-tree.js";

/** One table: its head and its rows in source order. */
export interface Table<R> {
  readonly name: string;
  /** Path of the file, for instance `spec/tables/quotas.yaml`. */
  readonly path: string;
  readonly source: SourceFile;
  /** Anchor id of the requirement behind the table. */
  readonly spec: string;
  /** The file's leading comment. */
  readonly comment: string;
  readonly rows: readonly R[];
}

type Schemas = typeof tableSchemas;
type TableOf<K extends TableName> = Table<RowOf<Schemas[K]["row"]>> & RowOf<Schemas[K]["top"]>;

/** Every table by name. */
export type SpecTables = { readonly [K in TableName]: TableOf<K> };

/** A row of a table. */
export type TableRow<K extends TableName> = SpecTables[K]["rows"][number];

/** Folder of the tables, as it appears in paths. */
export const tableFolder = "spec/tables/";

/**
 * Reads all tables: YAML, columns, types and ranges. Checks between rows and tables are in `codegen/src/check`.
 *
 * @param sources files below `spec/tables/`, by any order
 * @returns the tables, or `undefined` when a diagnostic is an error
 */
export function readTables(sources: readonly SourceFile[]): readonly [SpecTables | undefined, readonly Diagnostic[]] {
  const diagnostics: Diagnostic[] = [];
  const tables: Record<string, unknown> = {};
  const names = Object.keys(tableSchemas);
  for (const source of sources) {
    const name = source.path.slice(tableFolder.length).replace(/[.]yaml$/, "");
    if (!isTableName(name)) {
      const near = closestName(name, names);
      const details = {
        help: [
          near === undefined
            ? "the generator knows its tables by name: src/model/table-schemas.ts in codegen"
            : `did you mean \`${near}\`?`,
        ],
      };
      diagnostics.push(createDiagnostic("table/unknown-table", spanOf(source, 0), { name }, details));
      continue;
    }
    const [file, problems] = parseYaml(source);
    diagnostics.push(...problems);
    if (!hasErrors(problems)) tables[name] = readTable(name, file, diagnostics);
  }
  for (const name of names) {
    if (sources.some((source) => source.path === `${tableFolder}${name}.yaml`)) continue;
    const nowhere = spanOf(createSourceFile(`${tableFolder}${name}.yaml`, ""), 0);
    diagnostics.push(
      createDiagnostic("table/missing-table", nowhere, { name }, { help: [`its file is ${nowhere.file}`] }),
    );
  }
  const complete = !hasErrors(diagnostics) && names.every((name) => tables[name] !== undefined);
  // Each entry was read by the schema of its name, which the loop over names cannot express.
  return [complete ? (tables as unknown as SpecTables) : undefined, diagnostics];
}

function isTableName(name: string): name is TableName {
  return Object.hasOwn(tableSchemas, name);
}

function readTable(name: TableName, file: YamlFile, diagnostics: Diagnostic[]): Table<unknown> | undefined {
  const reading = { diagnostics };
  const schema: { readonly row: Columns; readonly top: Columns } = tableSchemas[name];
  const root = file.root;
  if (root === undefined) {
    diagnostics.push(createDiagnostic("table/yaml-syntax", spanOf(file.source, 0), { reason: "the file is empty" }));
    return undefined;
  }
  const row = rowOf(`a row of table \`${name}\``, { ...schema.row, ...rowMarks });
  const read = rowOf(`table \`${name}\``, { ...tableHead, ...schema.top, rows: listOf(row) }).read(root, name, reading);
  const declared = entryOf(root, "table")?.value;
  if (declared?.kind === "scalar" && typeof declared.value === "string" && declared.value !== name) {
    const parameters = { found: declared.value, expected: name };
    diagnostics.push(createDiagnostic("table/name-mismatch", spanOfPlace(declared), parameters));
  }
  if (read === undefined) return undefined;
  const rows = read.rows.map((item) => item.value);
  return {
    ...read,
    name,
    path: file.source.path,
    source: file.source,
    comment: file.comment,
    rows,
  } as unknown as Table<unknown>;
}
