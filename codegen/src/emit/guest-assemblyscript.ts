import { type Operand, operandsOf } from "../model/table-fields.js";
import type { SpecTables, TableRow } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { CONSTANT_ENUMS, guestConstants } from "./guest-constants.js";
import { guestDispatch } from "./guest-dispatch.js";
import { guestHead, guestMeaning, usedTypes } from "./guest-head.js";
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

const reexports = `
export { abortInstance, exit } from "./abi";
export { ${[...CONSTANT_ENUMS].sort().join(", ")} } from "./constants";
export { bytesOf, CallReply, eventRoom, GuestEvent, readEvent, Reply, sectionRead, Some, textOf, Tlv } from "./messages";
export { HostError, hostErrorName, Status, statusName } from "./status";

// Kept in every program: \`--use abort=generated/guest/assemblyscript/abort/abort\`, or \`abortAloud\`, needs it.
export { abort } from "./abort";`;

/** `guest/assemblyscript/`: what a guest program in AssemblyScript calls to reach its host. */
export function emitAssemblyScript(tables: SpecTables): TypeScriptModule[] {
  return [guestAbi(tables), guestConstants(tables), ...guestMessages(tables), bindings(tables)];
}

function bindings(tables: SpecTables): TypeScriptModule {
  const instructions = tables.instructions.rows.flatMap((row) => instruction(row, tables));
  const events = tables["instruction-events"].rows.flatMap((row) => event(row));
  const rows = tables.instructions.rows;
  const operands = rows.flatMap((row) => operandsOf(row.operands));
  const used = [
    ...operands.map((operand) => `put${pascalCase(operand.type)}`),
    ...rows.flatMap((row) => operandsOf(row.results)).map((result) => `take${pascalCase(result.type)}`),
    ...tables["instruction-events"].rows
      .flatMap((row) => operandsOf(row.payload))
      .map((item) => `take${pascalCase(item.type)}`),
  ];
  const names = ["GuestEvent", "Reply", "begin", "readEvent", "send", ...used];
  if (usedTypes(tables).has("list")) names.push("Tlv");
  if (operands.some((operand) => operand.optional)) names.push("Some", "skip");
  if (rows.some((row) => guestHead(row, tables, false).extension.length > 0)) names.push("putByte");
  if (rows.some((row) => row.dispatch !== "sync")) names.push("CallReply", "sendCall");
  return {
    path: "guest/assemblyscript/fayger.ts",
    origin: `${tables.instructions.path} and ${tables["instruction-events"].path}`,
    edit: "the tables",
    emitter: "guest-assemblyscript.ts",
    imports: [{ from: "./messages", names: [...new Set(names)] }],
    statements: [reexports, ...instructions, ...events, ...guestDispatch(tables)],
  };
}

function instruction(row: TableRow<"instructions">, tables: SpecTables) {
  const name = pascalCase(`${row.category}_${row.name}`);
  const full = `${row.category}.${row.name}`;
  const operands = operandsOf(row.operands);
  const results = operandsOf(row.results);
  const reply = results.length === 0 ? "Reply" : `${name}Reply`;
  const parameters = operands.map((operand) => `${camelCase(operand.name)}: ${parameterType(operand)}`);
  const waits = row.dispatch === "async" ? " The program waits; where it may not, the reply is an error." : "";
  const read = results.map((result) => `reply.${memberName(result.name)} = take${pascalCase(result.type)}();`);
  const answered =
    read.length === 0 ? ["send(reply);"] : ["if (send(reply)) {", ...read.map((line) => `  ${line}`), "}"];
  const statements = [
    ...(results.length === 0 ? [] : [replyClass(reply, full, results)]),
    functionOf({
      name: camelCase(name),
      docs: { text: `${guestMeaning(row)}${waits}`, spec: tables.instructions.spec },
      parameters,
      returns: reply,
      body: [
        ...head(row, tables, false),
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
    body: [...head(row, tables, true), ...operands.map(put), "return sendCall();"],
  });
  if (results.length === 0) return [...statements, start];
  const take = functionOf({
    name: `take${name}`,
    docs: {
      text: `The answer to \`${full}\` out of its completion, after \`readEvent\`.`,
      spec: "instructions.async.completion",
    },
    parameters: ["event: GuestEvent"],
    returns: reply,
    body: [
      `const reply = new ${reply}();`,
      "if (event.into(reply)) {",
      ...read.map((line) => `  ${line}`),
      "}",
      "return reply;",
    ],
  });
  return [...statements, start, take];
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

/** Members that every answer has. */
const OWN_MEMBERS = new Set(["callId", "hostError", "ok", "status"]);

/** A result as a member of an answer; an underscore stands behind a name that answers have themselves. */
function memberName(name: string): string {
  const member = camelCase(name);
  return OWN_MEMBERS.has(member) ? `${member}_` : member;
}

function replyClass(name: string, full: string, results: readonly Operand[]): string {
  const members = results.flatMap((result) => [
    ...docLines({ text: `\`${result.name}: ${result.type}\`` }, "  "),
    `  ${memberName(result.name)}: ${guestTypes[result.type][0]} = ${guestTypes[result.type][1]};`,
  ]);
  return statement([
    ...docLines({ text: `Answer to \`${full}\`; the results count only where \`ok\` is true.` }, ""),
    `export class ${name} extends Reply {`,
    ...members,
    "}",
  ]);
}

function head(row: TableRow<"instructions">, tables: SpecTables, asynchronous: boolean): string[] {
  const { cat, op, caps, extension } = guestHead(row, tables, asynchronous);
  return [
    `begin(${hex(cat, 2)}, ${hex(op, 4)}, ${hex(caps, 4)});`,
    ...extension.map((byte) => `putByte(${hex(byte, 2)});`),
  ];
}

function put(operand: Operand): string {
  const name = camelCase(operand.name);
  const call = `put${pascalCase(operand.type)}`;
  return operand.optional ? `if (${name} === null) skip();\nelse ${call}(${name}.value);` : `${call}(${name});`;
}

/** AssemblyScript has no undefined, and numbers have no null: an optional operand is wrapped. */
function parameterType(operand: Operand): string {
  const [type] = guestTypes[operand.type];
  return operand.optional ? `Some<${type}> | null` : type;
}
