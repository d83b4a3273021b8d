import { type Operand, operandsOf } from "../model/table-fields.js";
import type { SpecTables, TableRow } from "../model/table-model.js";
import type { ImportLine, TypeScriptModule } from "./generated-file.js";
import { camelCase, hex, pascalCase } from "./names.js";
import { functionOf, inlineObject, interfaceOf, typeAlias } from "./structures.js";

/** The TypeScript type of each operand type. */
const valueTypes: Readonly<Record<Operand["type"], string>> = {
  u32: "number",
  u64: "bigint",
  i64: "bigint",
  f64: "number",
  bool: "boolean",
  bytes: "Uint8Array",
  text: "string",
  handle: "number",
  list: "readonly Tlv[]",
};

/** `instructions/<category>.ts` for each category that has rows: builders and readers, one set for each opcode. */
export function emitInstructionCategories(tables: SpecTables): TypeScriptModule[] {
  return tables["instruction-categories"].rows.flatMap((category) => {
    const rows = tables.instructions.rows.filter((row) => row.category === category.name);
    const events = tables["instruction-events"].rows.filter((row) => row.category === category.name);
    if (rows.length + events.length === 0) return [];
    const statements = [
      ...rows.flatMap((row) => instructionStatements(row, tables)),
      ...events.flatMap((row) => eventStatements(row, category.number, tables["instruction-events"].spec)),
    ];
    return [
      {
        path: `instructions/${category.name}.ts`,
        origin: `category \`${category.name}\` in ${tables.instructions.path}`,
        edit: "the table",
        emitter: "instructions.ts",
        imports: importsOf(rows, events),
        statements,
      },
    ];
  });
}

function instructionStatements(row: TableRow<"instructions">, tables: SpecTables) {
  const category =
    tables["instruction-categories"].rows.find((candidate) => candidate.name === row.category)?.number ?? 0;
  const name = pascalCase(`${row.category}_${row.name}`);
  const operands = operandsOf(row.operands);
  const results = operandsOf(row.results);
  const spec = tables.instructions.spec;
  const full = `${row.category}.${row.name}`;
  return [
    ...(operands.length === 0
      ? []
      : [valueInterface(`${name}Operands`, `Operands of \`${full}\`: ${row.meaning}`, operands, spec)]),
    ...(results.length === 0 ? [] : [valueInterface(`${name}Results`, `Results of \`${full}\`.`, results, spec)]),
    builder(name, row, category, operands, tables),
    ...(operands.length === 0
      ? []
      : [
          reader(
            `read${name}Operands`,
            `${name}Operands`,
            `The operands of a decoded \`${full}\`.`,
            "operands",
            operands,
          ),
        ]),
    ...(results.length === 0
      ? []
      : [
          reader(
            `read${name}Results`,
            `${name}Results`,
            // @spec instructions.results.extra
            `The results of a decoded reply to \`${full}\`. Further results are ignored.`,
            "results",
            results,
          ),
          resultsBuilder(name, full, results),
        ]),
  ];
}

function eventStatements(row: TableRow<"instruction-events">, category: number, spec: string) {
  const name = `${pascalCase(`${row.category}_${row.name}`)}Event`;
  const payload = operandsOf(row.payload);
  return [
    valueInterface(name, `Payload of the event \`${row.category}.${row.name}\`: ${row.meaning}`, payload, spec),
    functionOf({
      name: camelCase(name),
      docs: { text: `The encoded event \`${row.category}.${row.name}\`. ${row.meaning}`, spec },
      parameters: payload.map(parameter),
      returns: "Uint8Array",
      body: writerBody([`.byte(${hex(category, 2)})`, `.half(${hex(row.opcode, 4)})`], payload),
    }),
    reader(`read${name}`, name, `The payload of a decoded event \`${row.category}.${row.name}\`.`, "payload", payload),
  ];
}

function builder(
  name: string,
  row: TableRow<"instructions">,
  category: number,
  operands: readonly Operand[],
  tables: SpecTables,
) {
  // @spec instructions.caps.by-opcode
  const capability = tables.capabilities.rows.find((candidate) => candidate.name === row.capability)?.bit;
  const asynchronous = row.dispatch !== "sync";
  const flag = tables["instruction-flags"].rows.find((candidate) => candidate.name === "ASYNC")?.bit ?? 6;
  const extended = capability !== undefined && capability > 15;
  const extensionFlag = extended
    ? 2 ** (tables["instruction-flags"].rows.find((candidate) => candidate.name === "EXT_CAPS")?.bit ?? 7)
    : 0;
  const plain = category | extensionFlag;
  const head = [
    asynchronous
      ? `.byte(options.asynchronous === true ? ${hex(plain | (2 ** flag), 2)} : ${hex(plain, 2)})`
      : `.byte(${hex(plain, 2)})`,
    `.half(${hex(row.opcode, 4)})`,
    `.half(${hex(capability === undefined || extended ? 0 : 2 ** capability, 4)})`,
    ...(extended ? extensionBytes(capability) : []),
  ];
  return functionOf({
    name: camelCase(name),
    docs: {
      text: `The encoded instruction \`${row.category}.${row.name}\`. ${row.meaning}`,
      spec: tables.instructions.spec,
      tags: ["@throws RangeError when an operand does not fit its type"],
    },
    parameters: [
      ...operands.map(parameter),
      ...(asynchronous ? ["options: { readonly asynchronous?: boolean } = {}"] : []),
    ],
    returns: "Uint8Array",
    body: writerBody(head, operands),
  });
}

/** Length byte and bitmap of a capability above 15. */
function extensionBytes(bit: number): string[] {
  const length = Math.floor((bit - 16) / 8) + 1;
  const bitmap = Array.from({ length }, (_, index) => (index === length - 1 ? 2 ** ((bit - 16) % 8) : 0));
  return [length, ...bitmap].map((byte) => `.byte(${hex(byte, 2)})`);
}

function resultsBuilder(name: string, full: string, results: readonly Operand[]) {
  return functionOf({
    name: `${camelCase(name)}Results`,
    docs: { text: `The results of \`${full}\` as a Platform_Adapter gives them.` },
    parameters: results.map(parameter),
    returns: "Tlv[]",
    body: [
      `return [${results.map((result) => `{ type: "${result.type}", value: ${camelCase(result.name)} }`).join(", ")}];`,
    ],
  });
}

function writerBody(head: readonly string[], operands: readonly Operand[]): string[] {
  if (operands.every((operand) => !operand.optional)) {
    const calls = [...head, ...operands.map((operand) => `.${operand.type}(${camelCase(operand.name)})`), ".finish()"];
    const line = `return new TlvWriter()${calls.join("")};`;
    return [line.length < 116 ? line : `return new TlvWriter()\n${calls.map((call) => `  ${call}`).join("\n")};`];
  }
  return [
    `const writer = new TlvWriter()${head.join("")};`,
    ...operands.map((operand) => {
      const name = camelCase(operand.name);
      const write = `writer.${operand.type}(${name});`;
      return operand.optional ? `if (${name} === undefined) writer.skip();\nelse ${write}` : write;
    }),
    "return writer.finish();",
  ];
}

function reader(name: string, type: string, text: string, parameterName: string, operands: readonly Operand[]) {
  const members = operands.map((operand, index) => {
    const call = operand.optional ? "optionalTlvValue" : "tlvValue";
    return `${camelCase(operand.name)}: ${call}(${parameterName}, ${index}, "${operand.type}", "${operand.name}")`;
  });
  return functionOf({
    name,
    docs: { text, tags: ["@throws TypeError when they are of other types"] },
    parameters: [`${parameterName}: readonly Tlv[]`],
    returns: type,
    body: [`return ${inlineObject(members, 0)};`],
  });
}

function valueInterface(name: string, text: string, operands: readonly Operand[], spec: string) {
  return interfaceOf(
    name,
    { text, spec },
    operands.map((operand) => ({
      name: camelCase(operand.name),
      type: operand.optional ? `${valueTypes[operand.type]} | undefined` : valueTypes[operand.type],
      docs: { text: `\`${operand.name}: ${operand.type}${operand.optional ? "?" : ""}\`` },
    })),
  );
}

function parameter(operand: Operand): string {
  return `${camelCase(operand.name)}: ${valueTypes[operand.type]}${operand.optional ? " | undefined" : ""}`;
}

function importsOf(
  rows: readonly TableRow<"instructions">[],
  events: readonly TableRow<"instruction-events">[],
): ImportLine[] {
  const read = [
    ...rows.flatMap((row) => [...operandsOf(row.operands), ...operandsOf(row.results)]),
    ...events.flatMap((row) => operandsOf(row.payload)),
  ];
  const kernel = ["TlvWriter"];
  if (read.some((operand) => !operand.optional)) kernel.push("tlvValue");
  if (read.some((operand) => operand.optional)) kernel.push("optionalTlvValue");
  return [
    { from: "../../reference/codec/codegen-v1.js", names: kernel },
    ...(read.length === 0 ? [] : [{ from: "./tlv.js", names: ["type Tlv"] }]),
  ];
}

/** `instructions/tlv.ts`: the type of a TLV, from the table of types. */
export function emitTlvTypes(tables: SpecTables): TypeScriptModule {
  const table = tables["tlv-types"];
  const variants = table.rows.map((row) => {
    const value = row.name === "none" ? "" : `; readonly value: ${valueTypes[row.name as Operand["type"]]}`;
    return `  | { readonly type: "${row.name}"${value} }`;
  });
  return {
    path: "instructions/tlv.ts",
    origin: table.path,
    edit: "the table",
    emitter: "instructions.ts",
    imports: [],
    statements: [
      typeAlias(
        "Tlv",
        { text: `${table.comment} A handle and a u32 are 0 to 2^32-1.`, spec: table.spec },
        `\n${variants.join("\n")}`,
      ),
      typeAlias("TlvTypeName", { text: "Name of a TLV type." }, 'Tlv["type"]'),
      'export { decodeTlvs, encodeTlvs } from "../../reference/codec/codegen-v1.js";',
    ],
  };
}
