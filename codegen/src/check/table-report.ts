import type { Diagnostic, DiagnosticDetails } from "../diagnostics/diagnostic.js";
import { createDiagnostic, type DiagnosticCode, type DiagnosticParameters } from "../diagnostics/registry.js";
import { closestName } from "../diagnostics/suggest.js";
import { spanOfPlace, type YamlPlace } from "../model/yaml-tree.js";

/** Makes a diagnostic at a place of a YAML file. */
export function diagnosticAt<Code extends DiagnosticCode>(
  code: Code,
  place: YamlPlace,
  parameters: DiagnosticParameters<Code>,
  details: DiagnosticDetails = {},
): Diagnostic {
  return createDiagnostic(code, spanOfPlace(place), parameters, details);
}

/** A diagnostic where `name` is none of the rows of a table; empty where it is one. */
export function checkReference(name: string, place: YamlPlace, table: string, rows: Iterable<string>): Diagnostic[] {
  const names = [...rows];
  if (names.includes(name)) return [];
  const near = closestName(name, names);
  return [
    diagnosticAt(
      "table/unknown-reference",
      place,
      { name, table },
      near === undefined ? {} : { help: [`did you mean \`${near}\`?`] },
    ),
  ];
}
