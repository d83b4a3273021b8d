import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Placed } from "../model/table-columns.js";
import type { SpecTables } from "../model/table-model.js";
import { spanOfPlace } from "../model/yaml-tree.js";
import { diagnosticAt } from "./table-report.js";

/** A row as the checks of names and numbers see it. */
interface Identified extends Placed {
  readonly name: string;
  /** Rows are compared within one scope, for instance within a category. */
  readonly scope: string;
  readonly number: number | undefined;
}

interface Columns {
  readonly name: string;
  readonly number: string;
  readonly base: "decimal" | "hexadecimal";
}

/**
 * In every table names are unique, numbers are unique, and rows stand in the order of their numbers: where a table is
 * also an order of checks, the two never disagree.
 */
export function checkUnique(tables: SpecTables): Diagnostic[] {
  return identified(tables).flatMap(([rows, columns]) => [...duplicates(rows, columns), ...order(rows, columns)]);
}

function identified(tables: SpecTables): (readonly [readonly Identified[], Columns])[] {
  const decimal = { name: "name", number: "number", base: "decimal" } as const;
  const opcodes = { name: "name", number: "opcode", base: "hexadecimal" } as const;
  const numbered = (
    rows: readonly (Placed & { readonly name: string; readonly number: number })[],
  ): readonly Identified[] => rows.map((row) => ({ ...row, scope: "" }));
  const named = Object.values(tables).flatMap((table) => {
    const [first] = table.rows;
    return first !== undefined && "name" in first && "number" in first ? [numbered(table.rows as never)] : [];
  });
  const { states, triggers } = tables.lifecycle;
  return [
    ...named.map((rows) => [rows, decimal] as const),
    [numbered(states.map((state) => state.value)), decimal],
    [numbered(triggers.map((trigger) => trigger.value)), decimal],
    [
      tables["error-codes"].rows.map((row) => ({ ...row, name: row.code, scope: "" })),
      { name: "code", number: "number", base: "hexadecimal" },
    ],
    [tables.capabilities.rows.map((row) => ({ ...row, number: row.bit, scope: "" })), { ...decimal, number: "bit" }],
    [
      tables["instruction-flags"].rows.map((row) => ({ ...row, number: row.bit, scope: "" })),
      { ...decimal, number: "bit" },
    ],
    [tables.instructions.rows.map((row) => ({ ...row, number: row.opcode, scope: row.category })), opcodes],
    [tables["instruction-events"].rows.map((row) => ({ ...row, number: row.opcode, scope: row.category })), opcodes],
    [tables.events.rows.map((row) => ({ ...row, number: undefined, scope: row.category })), decimal],
    [tables["instruction-layout"].rows.map((row) => ({ ...row, number: undefined, scope: "" })), decimal],
    [tables.versions.rows.map((row) => ({ ...row, number: undefined, scope: "" })), decimal],
    [tables["header-layout"].rows.map((row) => ({ ...row, number: undefined, scope: "" })), decimal],
    [tables["trailer-layout"].rows.map((row) => ({ ...row, number: undefined, scope: "" })), decimal],
    [
      tables["loader-checks"].rows.map((row) => ({
        ...row,
        name: String(row.position),
        number: row.position,
        scope: "",
      })),
      { name: "position", number: "position", base: "decimal" },
    ],
  ];
}

function duplicates(rows: readonly Identified[], columns: Columns): Diagnostic[] {
  const names = new Map<string, Identified>();
  const numbers = new Map<string, Identified>();
  const found: Diagnostic[] = [];
  for (const row of rows) {
    const sameName = names.get(`${row.scope}.${row.name}`);
    const sameNumber = row.number === undefined ? undefined : numbers.get(`${row.scope}.${row.number}`);
    if (sameName !== undefined) {
      const related = [{ span: spanOfPlace(sameName.placeOf(columns.name)), message: "the earlier row" }];
      found.push(
        diagnosticAt(
          "table/duplicate-name",
          row.placeOf(columns.name),
          { name: row.name, column: columns.name },
          { related },
        ),
      );
    } else if (sameNumber !== undefined && row.number !== undefined) {
      const related = [
        { span: spanOfPlace(sameNumber.placeOf(columns.number)), message: `\`${sameNumber.name}\` has it` },
      ];
      const parameters = { name: row.name, column: columns.number, number: shown(row.number, columns) };
      const free = nextFree(
        row.number,
        rows.filter((other) => other.scope === row.scope),
      );
      const help = [`the next free ${columns.number} is ${shown(free, columns)}`];
      found.push(diagnosticAt("table/duplicate-number", row.placeOf(columns.number), parameters, { related, help }));
    }
    names.set(`${row.scope}.${row.name}`, sameName ?? row);
    if (row.number !== undefined) numbers.set(`${row.scope}.${row.number}`, sameNumber ?? row);
  }
  return found;
}

function order(rows: readonly Identified[], columns: Columns): Diagnostic[] {
  const last = new Map<string, number>();
  return rows.flatMap((row) => {
    if (row.number === undefined) return [];
    const before = last.get(row.scope) ?? -1;
    last.set(row.scope, Math.max(before, row.number));
    if (row.number >= before) return [];
    const parameters = { column: columns.number, value: shown(row.number, columns), before: shown(before, columns) };
    return [diagnosticAt("table/order", row.placeOf(columns.number), parameters)];
  });
}

/** The first number behind one that is taken: ranges of numbers mean something, so the next one is of the same range. */
function nextFree(number: number, rows: readonly Identified[]): number {
  const taken = new Set(rows.map((row) => row.number));
  let free = number;
  while (taken.has(free)) free++;
  return free;
}

function shown(number: number, columns: Columns): string {
  return columns.base === "decimal" ? String(number) : `0x${number.toString(16).padStart(4, "0")}`;
}
