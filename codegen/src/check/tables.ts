import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { SpecTables } from "../model/table-model.js";
import { checkConsistency } from "./table-consistency.js";
import { checkLayouts } from "./table-layouts.js";
import { checkLifecycle } from "./table-lifecycle.js";
import { checkReferences } from "./table-references.js";
import { checkSupported } from "./table-supported.js";
import { checkUnique } from "./table-unique.js";

/** Every check of the tables against themselves. Names come first: what follows relies on them being unique. */
export const tableChecks: readonly ((tables: SpecTables) => readonly Diagnostic[])[] = [
  checkUnique,
  checkReferences,
  checkLayouts,
  checkLifecycle,
  checkConsistency,
  checkSupported,
];
