import { type Operand, operandsOf } from "../model/table-fields.js";
import type { SpecTables, TableRow } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { guestAbi, guestMessages } from "./guest-kernel.js";
import { camelCase, hex, pascalCase } from "./names.js";
import { docLines, functionOf, statement } from "./structures.js";

/** The AssemblyScript type of each operand type and the value a result has before it is read. */
const guestTypes: Readonly<Record<Operand["type"], readonly [type: string, initial: string]>> = {
  u32: ["u32", "0"],
  u64: ["u64", "0"],
  i64: ["i64", "0"],
  f64: ["f64", "0"],
  bool: ["bool", "false"],
  bytes: ["Uint8Array", "new Uint8Array(0)"],
  text: ["string", '""'],
  handle: ["u32", "0"],
  list: ["Array<Tlv>", "new Array<Tlv>()"],
};

/** `guest/assemblyscript/`: what a guest program in AssemblyScript calls to reach its host. */
export function emitAssemblyScript(tables: SpecTables): TypeScriptModule[] {
  return [guestAbi(tables), ...guestMessages(tables), bindings(tables)];
}

function bindings(tables: SpecTables): TypeScriptModule {
  const instructions = tables.instructions.rows.flatMap((row) => instruction(row, tables));
  const events = tables["instruction-events"].rows.flatMap((row) => event(row));
  const used = tables.instructions.rows.flatMap((row) => [
    ...operandsOf(row.operands).map((operand) => `put${pascalCase(operand.type)}`),
    ...operandsOf(row.results).map((result) => `take${pascalCase(result.type)}`),
  ]);
  const taken = tables["instruction-events"].rows.flatMap((row) =>
    operandsOf(row.payload).map((item) => `take${pascalCase(item.type)}`),
  );
  const lists = [...used, ...taken].some((name) => name.endsWith("List"));
  const optionals = tables.instructions.rows.some((row) =>
    operandsOf(row.operands).some((operand) => operand.optional),
  );
  const extended = tables.instructions.rows.some((row) => (capabilityBit(row, tables) ?? 0) > 15);
  const later = tables.instructions.rows.some((row) => row.dispatch !== "sync");
  const names = ["Reply", "begin", "send", ...used, ...taken];
  if (lists) names.push("Tlv");
  if (optionals) names.push("skip");
  if (extended) names.push("putByte");
  if (later) names.push("CallReply", "sendCall");
  return {
    path: "guest/assemblyscript/fayger.ts",
    origin: `${tables.instructions.path} and ${tables["instruction-events"].path}`,
    edit: "the tables",
    emitter: "guest-assemblyscript.ts",
    imports: [{ from: "./messages", names: [...new Set(names)] }],
    statements: [
      'export { exit } from "./abi";\nexport { CallReply, GuestEvent, readEvent, Reply, sectionRead, Tlv } from "./messages";\nexport { HostError, Status } from "./status";\n\n// Kept in every program: `--use abort=generated/guest/assemblyscript/abort/abort` needs it.\nexport { abort } from "./abort";',
      ...instructions,
      ...events,
    ],
  };
}

function instruction(row: TableRow<"instructions">, tables: SpecTables) {
  const name = pascalCase(`${row.category}_${row.name}`);
  const full = `${row.category}.${row.name}`;
  const operands = operandsOf(row.operands);
  const results = operandsOf(row.results);
  const reply = results.length === 0 ? "Reply" : `${name}Reply`;
  const parameters = operands.map((operand) => `${camelCase(operand.name)}: ${parameterType(operand)}`);
  const capability = row.capability === null ? "Needs no capability." : `Needs \`${row.capability}\`.`;
  const waits = row.dispatch === "async" ? " The program waits; where it may not, the reply is an error." : "";
  const read = results.map((result) => `reply.${camelCase(result.name)} = take${pascalCase(result.type)}();`);
  const answered =
    read.length === 0 ? ["send(reply);"] : ["if (send(reply)) {", ...read.map((line) => `  ${line}`), "}"];
  const statements = [
    ...(results.length === 0 ? [] : [replyClass(reply, full, results)]),
    functionOf({
      name: camelCase(name),
      docs: { text: `\`${full}\`: ${row.meaning} ${capability}${waits}`, spec: tables.instructions.spec },
      parameters,
      returns: reply,
      body: [
        ...head(row, tables, 0),
        ...operands.map(put),
        `const reply = new ${reply}();`,
        ...answered,
        "return reply;",
      ],
    }),
  ];
  if (row.dispatch === "sync") return statements;
  const start = functionOf({
    name: `${camelCase(name)}Start`,
    docs: {
      text: `Begin \`${full}\`. The answer has the call's id; the event with this id completes it.`,
      spec: tables.instructions.spec,
    },
    parameters,
    returns: "CallReply",
    body: [...head(row, tables, flagBit(tables, "ASYNC")), ...operands.map(put), "return sendCall();"],
  });
  return [...statements, start];
}

function event(row: TableRow<"instruction-events">) {
  const name = pascalCase(`${row.category}_${row.name}`);
  const items = operandsOf(row.payload);
  const members = items.flatMap((item) => [
    ...docLines({ text: `\`${item.name}: ${item.type}\`` }, "  "),
    `  ${camelCase(item.name)}: ${guestTypes[item.type][0]} = ${guestTypes[item.type][1]};`,
  ]);
  return [
    statement([
      ...docLines({ text: `Payload of the event \`${row.category}.${row.name}\`: ${row.meaning}` }, ""),
      `export class ${name} {`,
      ...members,
      "}",
    ]),
    functionOf({
      name: `take${name}`,
      docs: { text: `The payload, after \`readEvent\` gave category and opcode ${hex(row.opcode, 4)}.` },
      parameters: [],
      returns: name,
      body: [
        `const event = new ${name}();`,
        ...items.map((item) => `event.${camelCase(item.name)} = take${pascalCase(item.type)}();`),
        "return event;",
      ],
    }),
  ];
}

function replyClass(name: string, full: string, results: readonly Operand[]): string {
  const members = results.flatMap((result) => [
    ...docLines({ text: `\`${result.name}: ${result.type}\`` }, "  "),
    `  ${camelCase(result.name)}: ${guestTypes[result.type][0]} = ${guestTypes[result.type][1]};`,
  ]);
  return statement([
    ...docLines({ text: `Answer to \`${full}\`; the results count only where \`ok\` is true.` }, ""),
    `export class ${name} extends Reply {`,
    ...members,
    "}",
  ]);
}

function head(row: TableRow<"instructions">, tables: SpecTables, flags: number): string[] {
  const category =
    tables["instruction-categories"].rows.find((candidate) => candidate.name === row.category)?.number ?? 0;
  const bit = capabilityBit(row, tables);
  if (bit === undefined || bit <= 15)
    return [`begin(${hex(category | flags, 2)}, ${hex(row.opcode, 4)}, ${hex(bit === undefined ? 0 : 2 ** bit, 4)});`];
  const length = Math.floor((bit - 16) / 8) + 1;
  const bitmap = Array.from({ length }, (_, index) => (index === length - 1 ? 2 ** ((bit - 16) % 8) : 0));
  return [
    `begin(${hex(category | flags | flagBit(tables, "EXT_CAPS"), 2)}, ${hex(row.opcode, 4)}, 0x0000);`,
    ...[length, ...bitmap].map((byte) => `putByte(${hex(byte, 2)});`),
  ];
}

function put(operand: Operand): string {
  const name = camelCase(operand.name);
  const call = `put${pascalCase(operand.type)}(${name});`;
  // AssemblyScript has no undefined: only operands that are objects can be left out, as null.
  return operand.optional ? `if (${name} === null) skip();\nelse ${call}` : call;
}

function parameterType(operand: Operand): string {
  const [type] = guestTypes[operand.type];
  return operand.optional ? `${type} | null` : type;
}

function capabilityBit(row: TableRow<"instructions">, tables: SpecTables): number | undefined {
  return tables.capabilities.rows.find((candidate) => candidate.name === row.capability)?.bit;
}

function flagBit(tables: SpecTables, name: string): number {
  return 2 ** (tables["instruction-flags"].rows.find((row) => row.name === name)?.bit ?? 0);
}
