import { type Operand, operandsOf } from "../model/table-fields.js";
import type { SpecTables } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { hex } from "./names.js";
import { functionOf } from "./structures.js";

/** `instructions/operands.ts`: for each opcode, the check of its operands line by line. */
export function emitOperandChecks(tables: SpecTables): TypeScriptModule {
  const table = tables.instructions;
  const events = tables["instruction-events"];
  const numberOf = (name: string) =>
    tables["instruction-categories"].rows.find((row) => row.name === name)?.number ?? 0;
  const instructionCases = table.rows.map((row) =>
    checkCase(numberOf(row.category), row.opcode, `${row.category}.${row.name}`, operandsOf(row.operands)),
  );
  const eventCases = events.rows.map((row) =>
    checkCase(numberOf(row.category), row.opcode, `${row.category}.${row.name}`, operandsOf(row.payload)),
  );
  return {
    path: "instructions/operands.ts",
    origin: `${table.path} and ${events.path}`,
    edit: "the tables",
    emitter: "instruction-operands.ts",
    imports: [{ from: "../../reference/codec/codegen-v1.js", names: ["type OperandCheck"] }],
    statements: [
      checkFunction(
        "checkOperands",
        "Compare the operands of a known instruction with its row. Those of an unknown one pass.",
        table.spec,
        instructionCases,
      ),
      checkFunction(
        "checkPayload",
        "Compare the payload of a known event with its row. That of an unknown one passes.",
        events.spec,
        eventCases,
      ),
    ],
  };
}

function checkFunction(name: string, text: string, spec: string, cases: readonly string[]) {
  return functionOf({
    name,
    docs: { text, spec, tags: ["@throws the caller's error where an item is missing, of another type, or too many"] },
    parameters: ["category: number", "opcode: number", "check: OperandCheck"],
    returns: "void",
    body: [`switch (category * 0x10000 + opcode) {\n${cases.join("\n")}\n  default:\n    return;\n}`],
  });
}

function checkCase(category: number, opcode: number, name: string, operands: readonly Operand[]): string {
  const lines = operands.map(
    (operand) => `    check.${operand.optional ? "optional" : "required"}("${operand.type}", "${operand.name}");\n`,
  );
  return `  case ${hex(category * 0x10000 + opcode, 5)}: // ${name}\n${lines.join("")}    return check.end();`;
}
