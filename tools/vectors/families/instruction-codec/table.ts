import { rowsWithTypes, SPECIFICATION } from "../../corpus/specification.js";

/** A row of the table of instructions, as far as a decoder looks at it. */
export interface InstructionRow {
  readonly category: string;
  readonly name: string;
  readonly opcode: number;
  readonly capability: string | null;
  readonly dispatch: "sync" | "either" | "async";
  readonly operands: Readonly<Record<string, string>>;
}

/** Every released instruction. */
export const instructionRows = rowsWithTypes<InstructionRow>("instructions", ["operands"]);

/** The number of a category. */
export function categoryNumber(name: string): number {
  return numberOf("instruction-categories", name, "number");
}

/** The bit of a capability. */
export function capabilityBit(name: string): number {
  return numberOf("capabilities", name, "bit");
}

function numberOf(table: string, name: string, member: string): number {
  const row = SPECIFICATION.tables[table]?.rows.find((candidate) => candidate["name"] === name);
  if (row === undefined) throw new RangeError(`${table} has no ${name}`);
  return Number(row[member]);
}
