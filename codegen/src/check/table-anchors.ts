import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { spanOf } from "../diagnostics/source.js";
import { closestName } from "../diagnostics/suggest.js";
import type { Anchor } from "../model/anchors.js";
import type { SpecTables } from "../model/table-model.js";
import type { YamlPlace } from "../model/yaml-tree.js";
import type { CddlFile } from "../parse/syntax.js";
import { diagnosticAt } from "./table-report.js";

/** Every anchor that a table or a CDDL comment names is one of `spec/anchors.yaml`. */
export function checkAnchors(tables: SpecTables, files: readonly CddlFile[], anchors: readonly Anchor[]): Diagnostic[] {
  const known = new Set(anchors.map((anchor) => anchor.id));
  const details = (id: string) => {
    const near = closestName(id, known);
    return near === undefined ? {} : { help: [`did you mean \`${near}\`?`] };
  };
  const fromTables = Object.values(tables).flatMap((table) => {
    const place: YamlPlace = table.placeOf("spec");
    return known.has(table.spec)
      ? []
      : [diagnosticAt("anchor/unknown", place, { id: table.spec }, details(table.spec))];
  });
  const fromSchemas = files.flatMap((file) =>
    file.comments.flatMap((comment) => {
      const match = /^;?\s*@spec\s+(\S+)/.exec(comment.text);
      const id = match?.[1];
      if (id === undefined || known.has(id)) return [];
      const start = comment.end - comment.text.length + comment.text.indexOf(id);
      return [createDiagnostic("anchor/unknown", spanOf(file.source, start, start + id.length), { id }, details(id))];
    }),
  );
  return [...fromTables, ...fromSchemas];
}
