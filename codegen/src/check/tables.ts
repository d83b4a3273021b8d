import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { SpecTables } from "../model/table-model.js";
import { checkSince } from "./since.js";
import { checkConsistency } from "./table-consistency.js";
import { checkExamples } from "./table-examples.js";
import { checkLayouts } from "./table-layouts.js";
import { checkLifecycle } from "./table-lifecycle.js";
import { checkReferences } from "./table-references.js";
import { checkSupported } from "./table-supported.js";
import { checkUnique } from "./table-unique.js";

/** Every check of the tables against themselves, in the order of the reports where one place has several faults. */
const tableChecks: readonly ((tables: SpecTables) => readonly Diagnostic[])[] = [
  checkReferences,
  checkLayouts,
  checkLifecycle,
  checkConsistency,
  checkSupported,
  checkExamples,
  checkSince,
];

/** Checks tables against each other. What follows the names relies on them being unique: they are checked first, alone. */
export function checkTablesThemselves(tables: SpecTables): readonly Diagnostic[] {
  const names = checkUnique(tables);
  return names.length > 0 ? names : tableChecks.flatMap((check) => check(tables));
}
