import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { spanOf } from "../diagnostics/source.js";
import type { CodecModel } from "../model/cddl-model.js";
import type { Placed } from "../model/table-columns.js";
import type { SpecTables } from "../model/table-model.js";
import { isLater } from "../model/versions.js";
import { diagnosticAt } from "./table-report.js";

/** What a later version brings is not there before the schema has that version. @spec compatibility.additions */
export function checkSince(tables: SpecTables): Diagnostic[] {
  const version = schemaVersion(tables);
  const { states, triggers } = tables.lifecycle;
  const rows: readonly Placed[] = [
    ...Object.values(tables).flatMap((table): readonly Placed[] => table.rows),
    ...states.map(({ value }) => value),
    ...triggers.map(({ value }) => value),
  ];
  return rows.flatMap((row) => {
    const { since } = row as { readonly since?: unknown };
    if (version === undefined || typeof since !== "string" || !isLater(since, version)) return [];
    const help = ["give `since` the version that brings the row, or raise `schema` in spec/tables/versions.yaml first"];
    return diagnosticAt("table/since-later", row.placeOf("since"), { since, version }, { help });
  });
}

/** The same of members of schemas; a required one is refused whatever its version. @spec compatibility.schema.minor */
export function checkMemberSince(model: CodecModel, tables: SpecTables): Diagnostic[] {
  const version = schemaVersion(tables);
  const members = model.rules.flatMap(({ body }) => (body.kind === "map" ? body.members : []));
  return members.flatMap(({ since, optional, place: { file, node } }) => {
    if (version === undefined || !optional || since <= 0 || !isLater(`1.${since}`, version)) return [];
    const reason = `1.${since} is later than the schema's version ${version}`;
    const help = ["raise `schema` in spec/tables/versions.yaml first"];
    const span = spanOf(file.source, node.start, node.end);
    return createDiagnostic("schema/invalid-directive", span, { name: "since", reason }, { help });
  });
}

function schemaVersion(tables: SpecTables): string | undefined {
  return tables.versions.rows.find(({ name }) => name === "schema")?.version;
}
