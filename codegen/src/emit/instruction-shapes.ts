import { type Operand, operandsOf } from "../model/table-fields.js";
import type { SpecTables } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { constant, interfaceOf, quote } from "./structures.js";

/** `instructions/instruction-shapes.ts`: operands, results and payloads of both instruction tables, for tests and tools. */
export function emitInstructionShapes(tables: SpecTables): TypeScriptModule {
  const table = tables.instructions;
  const events = tables["instruction-events"];
  return {
    path: "instructions/instruction-shapes.ts",
    origin: `${table.path} and ${events.path}`,
    edit: "the tables",
    emitter: "instruction-shapes.ts",
    imports: [{ from: "./tlv.js", names: ["type TlvTypeName"] }],
    statements: [
      interfaceOf("OperandShape", { text: "One operand, result or payload item." }, [
        { name: "name", type: "string", docs: { text: "Name in the specification." } },
        { name: "type", type: "TlvTypeName", docs: { text: "Its type." } },
        { name: "optional", type: "boolean", docs: { text: "Whether it may be left out." } },
      ]),
      constant({
        name: "INSTRUCTION_OPERANDS",
        docs: { text: "Operands of each instruction, by `category.name`.", spec: table.spec },
        type: "Readonly<Record<string, readonly OperandShape[]>>",
        value: byName(table.rows.map((row) => [`${row.category}.${row.name}`, operandsOf(row.operands)])),
      }),
      constant({
        name: "INSTRUCTION_RESULTS",
        docs: { text: "Results of each instruction, by `category.name`.", spec: table.spec },
        type: "Readonly<Record<string, readonly OperandShape[]>>",
        value: byName(table.rows.map((row) => [`${row.category}.${row.name}`, operandsOf(row.results)])),
      }),
      constant({
        name: "EVENT_PAYLOADS",
        docs: { text: "Payload of each event, by `category.name`.", spec: events.spec },
        type: "Readonly<Record<string, readonly OperandShape[]>>",
        value: byName(events.rows.map((row) => [`${row.category}.${row.name}`, operandsOf(row.payload)])),
      }),
    ],
  };
}

function byName(rows: readonly (readonly [string, readonly Operand[]])[]): string {
  return `{\n${rows.map(([name, operands]) => `  ${quote(name)}: ${shapes(operands)},\n`).join("")}}`;
}

function shapes(operands: readonly Operand[]): string {
  if (operands.length === 0) return "[]";
  const items = operands.map(
    (operand) => `    { name: ${quote(operand.name)}, type: ${quote(operand.type)}, optional: ${operand.optional} },\n`,
  );
  return `[\n${items.join("")}  ]`;
}
