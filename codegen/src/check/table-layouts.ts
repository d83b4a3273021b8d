import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { SpecTables, TableRow } from "../model/table-model.js";
import { diagnosticAt } from "./table-report.js";

/** Fixed records: no byte is in no field, none is in two, the fields fill the record, and each has a width code can read. */
export function checkLayouts(tables: SpecTables): Diagnostic[] {
  return [tables["header-layout"], tables["trailer-layout"]].flatMap((table) => {
    const diagnostics: Diagnostic[] = [];
    let end = 0;
    for (const row of table.rows) {
      const parameters = { field: row.name, expected: end, found: row.offset };
      if (row.offset > end) diagnostics.push(diagnosticAt("table/layout-gap", row.placeOf("offset"), parameters));
      if (row.offset < end) diagnostics.push(diagnosticAt("table/layout-overlap", row.placeOf("offset"), parameters));
      end = Math.max(end, row.offset + row.size);
      diagnostics.push(...checkField(row));
    }
    // @spec format.header.fixed
    if (end !== table.size)
      diagnostics.push(diagnosticAt("table/layout-size", table.placeOf("size"), { expected: table.size, found: end }));
    return diagnostics;
  });
}

function checkField(row: TableRow<"header-layout">): Diagnostic[] {
  const width = (reason: string, column: string) => [
    diagnosticAt("table/layout-width", row.placeOf(column), { field: row.name, reason }),
  ];
  if (row.type !== "bytes" && ![1, 2, 4, 8].includes(row.size))
    return width("is a number of neither 1, 2, 4 nor 8 bytes", "size");
  if (row.type === "flags" && row.size !== 4) return width("holds flags, which take 4 bytes", "size");
  if (row.type === "bytes" && typeof row.value === "number")
    return width("holds bytes, but its value is a number", "value");
  if (row.type !== "bytes" && typeof row.value === "string")
    return width("holds a number, but its value is bytes", "value");
  if (typeof row.value === "string" && row.value.length !== 2 * row.size) {
    return width(`has ${row.size} bytes, its value ${row.value.length / 2}`, "value");
  }
  if (typeof row.value === "number" && row.size < 8 && row.value >= 2 ** (8 * row.size)) {
    return width(`has ${row.size} bytes, too few for its value`, "value");
  }
  const bits = new Set<number>();
  for (const flag of row.flags ?? []) {
    if (bits.has(flag.value))
      return [
        diagnosticAt("table/duplicate-number", flag.place, {
          name: flag.key,
          column: "bit",
          number: String(flag.value),
        }),
      ];
    bits.add(flag.value);
  }
  if (row.flags !== undefined && row.type !== "flags") return width("names flags, but is of another type", "flags");
  return [];
}
