import { type Operand, operandsOf } from "../model/table-fields.js";
import type { SpecTables, TableRow } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { hex, pascalCase } from "./names.js";
import { arrayLiteral, constant, functionOf, interfaceOf, quote, typeAlias } from "./structures.js";

/** `instructions/instruction-table.ts`: the rows of both instruction tables and look-ups by number and name. */
export function emitInstructionTable(tables: SpecTables): TypeScriptModule {
  const table = tables.instructions;
  const events = tables["instruction-events"];
  return {
    path: "instructions/instruction-table.ts",
    origin: `${table.path} and ${events.path}`,
    edit: "the tables",
    emitter: "instruction-table.ts",
    imports: [
      { from: "../capabilities.js", names: ["type CapabilityName", "type CapabilitySet"] },
      { from: "../enums/host-error.js", names: ["type HostError"] },
      { from: "../enums/instruction-category.js", names: ["InstructionCategory"] },
      { from: "./tlv.js", names: ["type TlvTypeName"] },
    ],
    statements: [
      typeAlias(
        "Dispatch",
        {
          text: "How an instruction is answered: at once (sync), with or without ASYNC (either), or only later (async).",
          spec: "instructions.dispatch",
        },
        '"sync" | "either" | "async"',
      ),
      interfaceOf("OperandRow", { text: "One operand, result or payload item." }, [
        { name: "name", type: "string", docs: { text: "Name in the specification." } },
        { name: "type", type: "TlvTypeName", docs: { text: "Its type." } },
        { name: "optional", type: "boolean", docs: { text: "Whether it may be left out." } },
      ]),
      interfaceOf("InstructionRow", { text: "What the table says of an opcode.", spec: table.spec }, [
        { name: "name", type: "string", docs: { text: "The instruction as `category.name`." } },
        { name: "category", type: "InstructionCategory", docs: { text: "Category number." } },
        { name: "opcode", type: "number", docs: { text: "Opcode within the category, 16 bits." } },
        {
          name: "capability",
          type: "CapabilityName | null",
          docs: { text: "The capability it needs; null where it needs none." },
        },
        { name: "capabilities", type: "CapabilitySet", docs: { text: "The same as a set: what `caps` must be." } },
        { name: "dispatch", type: "Dispatch", docs: { text: "How it is answered." } },
        { name: "operands", type: "readonly OperandRow[]", docs: { text: "Operands in order." } },
        { name: "results", type: "readonly OperandRow[]", docs: { text: "Results in order." } },
        { name: "errors", type: "readonly HostError[]", docs: { text: "Host errors it can give." } },
        { name: "events", type: "readonly string[]", docs: { text: "Events it can cause, as `category.name`." } },
        { name: "meaning", type: "string", docs: { text: "What it does, for people." } },
      ]),
      interfaceOf("InstructionEventRow", { text: "What the table says of an event's opcode.", spec: events.spec }, [
        { name: "name", type: "string", docs: { text: "The event as `category.name`." } },
        { name: "category", type: "InstructionCategory", docs: { text: "Category number." } },
        { name: "opcode", type: "number", docs: { text: "Opcode within the category, 16 bits." } },
        { name: "payload", type: "readonly OperandRow[]", docs: { text: "Payload in order." } },
        { name: "meaning", type: "string", docs: { text: "What happened, for people." } },
      ]),
      constant({
        name: "INSTRUCTIONS",
        docs: { text: table.comment, spec: table.spec },
        type: "readonly InstructionRow[]",
        value: arrayLiteral(table.rows.map((row) => instructionRow(row, tables))),
      }),
      constant({
        name: "INSTRUCTION_EVENTS",
        docs: { text: events.comment, spec: events.spec },
        type: "readonly InstructionEventRow[]",
        value: arrayLiteral(events.rows.map(eventRow)),
      }),
      lookupMap(
        "BY_OPCODE",
        "Instructions by category and opcode.",
        "INSTRUCTIONS",
        "row.category * 0x10000 + row.opcode",
      ),
      lookupMap("BY_NAME", "Instructions by name.", "INSTRUCTIONS", "row.name"),
      lookupMap(
        "EVENTS_BY_OPCODE",
        "Events by category and opcode.",
        "INSTRUCTION_EVENTS",
        "row.category * 0x10000 + row.opcode",
      ),
      functionOf({
        name: "instructionOf",
        docs: { text: "The row of an opcode; undefined where the table has none." },
        parameters: ["category: number", "opcode: number"],
        returns: "InstructionRow | undefined",
        body: ["return BY_OPCODE.get(category * 0x10000 + opcode);"],
      }),
      functionOf({
        name: "instructionNamed",
        docs: { text: "The row of an instruction given as `category.name`; undefined where the table has none." },
        parameters: ["name: string"],
        returns: "InstructionRow | undefined",
        body: ["return BY_NAME.get(name);"],
      }),
      functionOf({
        name: "instructionEventOf",
        docs: { text: "The row of an event's opcode; undefined where the table has none." },
        parameters: ["category: number", "opcode: number"],
        returns: "InstructionEventRow | undefined",
        body: ["return EVENTS_BY_OPCODE.get(category * 0x10000 + opcode);"],
      }),
    ],
  };
}

function lookupMap(name: string, text: string, rows: string, key: string) {
  return constant({ name, docs: { text }, value: `new Map(${rows}.map((row) => [${key}, row]))`, exported: false });
}

function instructionRow(row: TableRow<"instructions">, tables: SpecTables): string {
  const bit = tables.capabilities.rows.find((candidate) => candidate.name === row.capability)?.bit;
  const lines = [
    `name: ${quote(`${row.category}.${row.name}`)}`,
    `category: InstructionCategory.${pascalCase(row.category)}`,
    `opcode: ${hex(row.opcode, 4)}`,
    `capability: ${row.capability === null ? "null" : quote(row.capability)}`,
    `capabilities: ${hex(bit === undefined ? 0 : 2 ** bit, 4)}`,
    `dispatch: ${quote(row.dispatch)}`,
    `operands: ${operandRows(operandsOf(row.operands))}`,
    `results: ${operandRows(operandsOf(row.results))}`,
    `errors: [${row.errors.map((error) => quote(error.value)).join(", ")}]`,
    `events: [${(row.events ?? []).map((event) => quote(`${row.category}.${event.value}`)).join(", ")}]`,
    `meaning: ${quote(row.meaning)}`,
  ];
  return rowLiteral(lines);
}

function eventRow(row: TableRow<"instruction-events">): string {
  return rowLiteral([
    `name: ${quote(`${row.category}.${row.name}`)}`,
    `category: InstructionCategory.${pascalCase(row.category)}`,
    `opcode: ${hex(row.opcode, 4)}`,
    `payload: ${operandRows(operandsOf(row.payload))}`,
    `meaning: ${quote(row.meaning)}`,
  ]);
}

function rowLiteral(lines: readonly string[]): string {
  // A sentence that is too long for its line stands on the next one.
  const broken = lines.map((line) => (line.length > 114 ? line.replace(/: /, ":\n      ") : line));
  return `{\n${broken.map((line) => `    ${line},\n`).join("")}  }`;
}

function operandRows(operands: readonly Operand[]): string {
  if (operands.length === 0) return "[]";
  const items = operands.map(
    (operand) =>
      `      { name: ${quote(operand.name)}, type: ${quote(operand.type)}, optional: ${operand.optional} },\n`,
  );
  return `[\n${items.join("")}    ]`;
}
