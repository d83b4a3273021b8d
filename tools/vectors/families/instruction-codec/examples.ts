import { exampleTlvs } from "../../building/examples.js";
import type { Draft } from "../../corpus/family.js";
import { instructionRows } from "../instruction-table.js";
import { wellFormed } from "./drafts.js";
import { rightly } from "./rows.js";

/** The example of every row that has operands. @spec instructions.table */
export function exampleDrafts(): readonly Draft[] {
  return instructionRows
    .filter(({ operands }) => Object.keys(operands).length > 0)
    .map((row) => {
      const { bits, ...right } = rightly(row);
      return wellFormed({
        id: `example/${row.category}.${row.name}`,
        clauses: ["instructions.table", "instructions.tlv", "instructions.operands"],
        instruction: {
          ...right,
          asynchronous: row.dispatch === "async",
          operands: exampleTlvs(row.operands, row.example.operands),
        },
        bits,
        why: `${row.category}.${row.name} as the table shows it.`,
      });
    });
}
