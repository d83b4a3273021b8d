import { operandsOf } from "../model/table-fields.js";
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
      { from: "../enums/instruction-category.js", names: ["InstructionCategory"] },
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
        {
          name: "handle",
          type: "string | null",
          docs: { text: "Name of the result that is a handle; null where none is." },
        },
      ]),
      interfaceOf("InstructionEventRow", { text: "What the table says of an event's opcode.", spec: events.spec }, [
        { name: "name", type: "string", docs: { text: "The event as `category.name`." } },
        { name: "category", type: "InstructionCategory", docs: { text: "Category number." } },
        { name: "opcode", type: "number", docs: { text: "Opcode within the category, 16 bits." } },
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
  const handle = operandsOf(row.results).find((result) => result.type === "handle");
  const lines = [
    `name: ${quote(`${row.category}.${row.name}`)}`,
    `category: InstructionCategory.${pascalCase(row.category)}`,
    `opcode: ${hex(row.opcode, 4)}`,
    `capability: ${row.capability === null ? "null" : quote(row.capability)}`,
    `capabilities: ${hex(bit === undefined ? 0 : 2 ** bit, 4)}`,
    `dispatch: ${quote(row.dispatch)}`,
    `handle: ${handle === undefined ? "null" : quote(handle.name)}`,
  ];
  return rowLiteral(lines);
}

function eventRow(row: TableRow<"instruction-events">): string {
  return rowLiteral([
    `name: ${quote(`${row.category}.${row.name}`)}`,
    `category: InstructionCategory.${pascalCase(row.category)}`,
    `opcode: ${hex(row.opcode, 4)}`,
  ]);
}

function rowLiteral(lines: readonly string[]): string {
  return `{\n${lines.map((line) => `    ${line},\n`).join("")}  }`;
}
