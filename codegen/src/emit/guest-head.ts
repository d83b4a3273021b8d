import { type Operand, operandsOf } from "../model/table-fields.js";
import type { SpecTables, TableRow } from "../model/table-model.js";

/** What guest bindings of every language need to know of an instruction's first bytes. */
export interface GuestHead {
  /** The category byte. */
  readonly cat: number;
  /** The opcode. */
  readonly op: number;
  /** The capabilities 0 to 15. */
  readonly caps: number;
  /** The capability extension, its length byte included; empty where there is none. */
  readonly extension: readonly number[];
}

/** The first bytes of an instruction, with ASYNC or without. */
export function guestHead(row: TableRow<"instructions">, tables: SpecTables, asynchronous: boolean): GuestHead {
  const flags = asynchronous ? flagBit(tables, "ASYNC") : 0;
  const cat = categoryNumber(row.category, tables) | flags;
  const bit = tables.capabilities.rows.find((candidate) => candidate.name === row.capability)?.bit;
  if (bit === undefined || bit <= 15) {
    return { cat, op: row.opcode, caps: bit === undefined ? 0 : 2 ** bit, extension: [] };
  }
  const length = Math.floor((bit - 16) / 8) + 1;
  const bitmap = Array.from({ length }, (_, index) => (index === length - 1 ? 2 ** ((bit - 16) % 8) : 0));
  return { cat: cat | flagBit(tables, "EXT_CAPS"), op: row.opcode, caps: 0, extension: [length, ...bitmap] };
}

/** Number of a category. */
export function categoryNumber(name: string, tables: SpecTables): number {
  return tables["instruction-categories"].rows.find((row) => row.name === name)?.number ?? 0;
}

/** Value of a bit of the category byte. */
export function flagBit(tables: SpecTables, name: string): number {
  return 2 ** (tables["instruction-flags"].rows.find((row) => row.name === name)?.bit ?? 0);
}

/** Operand types that some instruction or event uses. */
export function usedTypes(tables: SpecTables): ReadonlySet<Operand["type"]> {
  return new Set(
    [
      ...tables.instructions.rows.flatMap((row) => [...operandsOf(row.operands), ...operandsOf(row.results)]),
      ...tables["instruction-events"].rows.flatMap((row) => operandsOf(row.payload)),
    ].map((operand) => operand.type),
  );
}

/** What a guest reads about an instruction: meaning, capability, and what it can be answered. */
export function guestMeaning(row: TableRow<"instructions">): string {
  const capability = row.capability === null ? "Needs no capability." : `Needs \`${row.capability}\`.`;
  const errors = row.errors.map((error) => `\`${error.value}\``).join(", ");
  return `\`${row.category}.${row.name}\`: ${row.meaning} ${capability}${errors === "" ? "" : ` Host errors: ${errors}.`}`;
}
