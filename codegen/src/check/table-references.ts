import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { At } from "../model/table-columns.js";
import { nameTables } from "../model/table-enums.js";
import { enumModule, fieldsOf } from "../model/table-fields.js";
import type { SpecTables } from "../model/table-model.js";
import type { YamlPlace } from "../model/yaml-tree.js";
import { checkReference, diagnosticAt } from "./table-report.js";

type FieldColumn = readonly (At<string> & { readonly key: string; readonly keyPlace: YamlPlace })[];

/** Every name of another table's row is one. */
export function checkReferences(tables: SpecTables): Diagnostic[] {
  return [
    ...instructions(tables),
    ...events(tables),
    ...tables["error-codes"].rows.flatMap((row) => fieldTables(row.context)),
    ...tables.events.rows.flatMap((row) => fieldTables(row.fields)),
    ...platforms(tables),
    ...tables["load-profiles"].rows.flatMap((row) =>
      checkReference(row.terminal, row.placeOf("terminal"), "terminals", namesOf(tables.terminals)),
    ),
    ...tables.quotas.rows.flatMap((row) =>
      row.implies === null
        ? []
        : checkReference(
            row.implies,
            row.placeOf("implies"),
            "runtime-capabilities",
            namesOf(tables["runtime-capabilities"]),
          ),
    ),
    ...tables["vector-families"].rows.flatMap((row) =>
      row.operations.flatMap((operation) =>
        checkReference(operation.value, operation.place, "vector-operations", namesOf(tables["vector-operations"])),
      ),
    ),
    ...lifecycle(tables),
    ...loaderChecks(tables),
    ...components(tables),
    ...ifactsTests(tables),
  ];
}

function namesOf(table: { readonly rows: readonly { readonly name: string }[] }): string[] {
  return table.rows.map((row) => row.name);
}

function instructions(tables: SpecTables): Diagnostic[] {
  const found = tables.instructions.rows.flatMap((row) => {
    const events = tables["instruction-events"].rows.filter((event) => event.category === row.category);
    return [
      ...checkReference(
        row.category,
        row.placeOf("category"),
        "instruction-categories",
        namesOf(tables["instruction-categories"]),
      ),
      ...(row.capability === null
        ? []
        : checkReference(row.capability, row.placeOf("capability"), "capabilities", namesOf(tables.capabilities))),
      ...row.errors.flatMap((error) =>
        checkReference(error.value, error.place, "host-errors", namesOf(tables["host-errors"])),
      ),
      ...(row.events ?? []).flatMap((event) =>
        checkReference(event.value, event.place, "instruction-events", namesOf({ rows: events })),
      ),
    ];
  });
  const unused = tables["instruction-events"].rows.flatMap((event) => {
    const category = checkReference(
      event.category,
      event.placeOf("category"),
      "instruction-categories",
      namesOf(tables["instruction-categories"]),
    );
    const caused = tables.instructions.rows.some(
      (row) => row.category === event.category && (row.events ?? []).some((item) => item.value === event.name),
    );
    const reason = `no instruction of category \`${event.category}\` names the event \`${event.name}\` in its column \`events\``;
    return category.length > 0 || caused
      ? category
      : [diagnosticAt("table/inconsistent", event.placeOf("name"), { reason })];
  });
  return [...found, ...unused];
}

function events(tables: SpecTables): Diagnostic[] {
  const categories = namesOf(tables["event-categories"]);
  return tables.events.rows.flatMap((row) =>
    checkReference(row.category, row.placeOf("category"), "event-categories", categories),
  );
}

function fieldTables(column: FieldColumn): Diagnostic[] {
  const known = [...Object.keys(nameTables), "lifecycle-states"];
  return fieldsOf(column).flatMap(({ tables, place }) =>
    tables.flatMap((table) => (enumModule(table) === undefined ? checkReference(table, place, "", known) : [])),
  );
}

function platforms(tables: SpecTables): Diagnostic[] {
  return tables.platforms.rows.flatMap((row) => [
    ...checkReference(row.terminal, row.placeOf("terminal"), "terminals", namesOf(tables.terminals)),
    ...row.capabilities.flatMap((item) =>
      checkReference(item.value, item.place, "capabilities", namesOf(tables.capabilities)),
    ),
    ...row.restricted.flatMap((item) =>
      checkReference(
        item.value,
        item.place,
        `capabilities of ${row.name}`,
        row.capabilities.map(({ value }) => value),
      ),
    ),
  ]);
}

function components(tables: SpecTables): Diagnostic[] {
  const ids = namesOf(tables.components);
  return tables.components.rows.flatMap((row) =>
    [...row.depends, ...row.related].flatMap((id) => checkReference(id.value, id.place, "components", ids)),
  );
}

function ifactsTests(tables: SpecTables): Diagnostic[] {
  return tables["ifacts-tests"].rows.flatMap((row) => [
    ...row.components.flatMap((id) => checkReference(id.value, id.place, "components", namesOf(tables.components))),
    ...row.families.flatMap((family) =>
      checkReference(family.value, family.place, "vector-families", namesOf(tables["vector-families"])),
    ),
  ]);
}

function lifecycle(tables: SpecTables): Diagnostic[] {
  const table = tables.lifecycle;
  const states = table.states.map((state) => state.value.name);
  const triggers = table.triggers.map((trigger) => trigger.value.name);
  const codes = tables["error-codes"].rows.map((row) => row.code);
  return [
    ...checkReference(table.initial, table.placeOf("initial"), "lifecycle (states)", states),
    ...table.final.flatMap((state) => checkReference(state.value, state.place, "lifecycle (states)", states)),
    ...table.rows.flatMap((row) => [
      ...(row.from === null ? [] : checkReference(row.from, row.placeOf("from"), "lifecycle (states)", states)),
      ...checkReference(row.to, row.placeOf("to"), "lifecycle (states)", states),
      ...checkReference(row.trigger, row.placeOf("trigger"), "lifecycle (triggers)", triggers),
      ...(row.code === undefined ? [] : checkReference(row.code, row.placeOf("code"), "error-codes", codes)),
    ]),
  ];
}

function loaderChecks(tables: SpecTables): Diagnostic[] {
  const reasonTables = Object.keys(nameTables).filter((name) => name.endsWith("-reasons"));
  return tables["loader-checks"].rows.flatMap((row) => {
    const codes = tables["error-codes"].rows.map((code) => code.code);
    const reasons =
      row.reasons === undefined ? undefined : Object.entries(tables).find(([name]) => name === row.reasons)?.[1];
    const names =
      reasons === undefined || !reasonTables.includes(reasons.name)
        ? []
        : (reasons.rows as readonly { readonly name: string }[]);
    return [
      ...checkReference(row.phase, row.placeOf("phase"), "loader-phases", namesOf(tables["loader-phases"])),
      ...checkReference(row.code, row.placeOf("code"), "error-codes", codes),
      ...(row.reasons === undefined
        ? []
        : checkReference(row.reasons, row.placeOf("reasons"), "(tables of reasons)", reasonTables)),
      ...(row.reason === undefined
        ? []
        : checkReference(row.reason, row.placeOf("reason"), row.reasons ?? "", namesOf({ rows: names }))),
    ];
  });
}
