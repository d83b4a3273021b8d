import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { SpecTables } from "../model/table-model.js";
import { spanOfPlace } from "../model/yaml-tree.js";
import { diagnosticAt } from "./table-report.js";

/** The lifecycle: one target for each state and trigger, every state reached, no way out of a final one. */
export function checkLifecycle(tables: SpecTables): Diagnostic[] {
  const table = tables.lifecycle;
  const diagnostics: Diagnostic[] = [];
  const seen = new Map<string, (typeof table.rows)[number]>();
  for (const row of table.rows) {
    const name = `${row.from ?? "null"}, ${row.trigger}`;
    const earlier = seen.get(name);
    if (earlier !== undefined) {
      const related = [{ span: spanOfPlace(earlier.placeOf("trigger")), message: "the earlier row" }];
      diagnostics.push(
        diagnosticAt("table/duplicate-name", row.placeOf("trigger"), { name, column: "from and trigger" }, { related }),
      );
    }
    seen.set(name, earlier ?? row);
    if (row.from !== null && table.final.some((state) => state.value === row.from)) {
      diagnostics.push(diagnosticAt("table/final-state", row.placeOf("from"), { state: row.from }));
    }
    if ((row.guard === undefined) !== (row.code === undefined)) {
      const reason = "a guard and the code it fails with belong together";
      diagnostics.push(
        diagnosticAt("table/inconsistent", row.placeOf(row.guard === undefined ? "code" : "guard"), { reason }),
      );
    }
  }
  const reached = reachable(tables);
  for (const state of table.states) {
    if (reached.has(state.value.name)) continue;
    diagnostics.push(diagnosticAt("table/unreachable-state", state.value.placeOf("name"), { state: state.value.name }));
  }
  const makesInitial = table.rows.some((row) => row.from === null && row.to === table.initial);
  if (!makesInitial) {
    const reason = `no transition from null leads to the initial state \`${table.initial}\``;
    diagnostics.push(diagnosticAt("table/inconsistent", table.placeOf("initial"), { reason }));
  }
  return diagnostics;
}

function reachable(tables: SpecTables): Set<string> {
  const reached = new Set<string | null>([null]);
  for (const from of reached) {
    for (const row of tables.lifecycle.rows) if (row.from === from) reached.add(row.to);
  }
  reached.delete(null);
  return reached as Set<string>;
}
