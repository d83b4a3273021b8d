import { type Operand, operandsOf } from "../model/table-fields.js";
import type { SpecTables, TableRow } from "../model/table-model.js";
import type { GeneratedFile } from "./generated-file.js";
import { cDispatch, cEvent, cUmbrella } from "./guest-c-events.js";
import { cAbi, cMessages, cStatus } from "./guest-c-kernel.js";
import { C_TYPES, cDocs, cFunction, cMembers, cName, cStruct, cTakes, doneName, printHeader } from "./guest-c-text.js";
import { cConstants } from "./guest-constants.js";
import { guestHead, guestMeaning } from "./guest-head.js";
import { hex } from "./names.js";

/** `guest/c/`: headers for guest programs in C. One a category, so that each stays short however the tables grow. */
export function emitC(tables: SpecTables): GeneratedFile[] {
  const categories = tables["instruction-categories"].rows
    .map((row) => row.name)
    .filter((name) =>
      [...tables.instructions.rows, ...tables["instruction-events"].rows].some((row) => row.category === name),
    );
  return [
    cUmbrella(tables, categories),
    cAbi(tables),
    cStatus(tables),
    cConstants(tables),
    cMessages(tables),
    ...categories.map((name) => category(name, tables)),
    cDispatch(tables, categories),
  ].map(printHeader);
}

function category(name: string, tables: SpecTables) {
  const rows = tables.instructions.rows.filter((row) => row.category === name);
  const events = tables["instruction-events"].rows.filter((row) => row.category === name);
  return {
    file: `fayger-${name}.h`,
    origin: `category \`${name}\` in ${tables.instructions.path} and ${tables["instruction-events"].path}`,
    edit: "the tables",
    emitter: "guest-c.ts",
    about: cDocs(`Instructions and events of the category \`${name}\`. Include fayger.h, which tells how to use them.`),
    includes: ["fayger-messages.h"],
    parts: [...rows.flatMap((row) => instruction(row, tables)), ...events.flatMap((row) => cEvent(row, tables))],
  };
}

function instruction(row: TableRow<"instructions">, tables: SpecTables): string[] {
  const name = `fayger_${row.category}_${row.name}`;
  const full = `${row.category}.${row.name}`;
  const { spec } = tables.instructions;
  const operands = operandsOf(row.operands);
  const results = operandsOf(row.results);
  const later = row.dispatch !== "sync";
  const parameters = operands.map(parameter);
  const passed = operands.map((operand) => cName(operand.name));
  const resultType = `${name}_results`;
  const waits = row.dispatch === "async" ? " The program waits; where it cannot, the host error is `would_block`." : "";
  const encode = (flag: boolean) =>
    `${name}_encode(${["&writer", ...(later ? [String(flag)] : []), ...passed].join(", ")});`;
  const parts: string[] = [];
  if (results.length > 0) {
    parts.push(
      cStruct(
        resultType,
        cDocs(`Results of \`${full}\`. Bytes, texts and lists lie in the room of the call until its next use.`),
        cMembers(results),
      ),
      cFunction({
        docs: cDocs(
          `Takes the results of \`${full}\` from a reply or a completion; false where they are not there. Further results are ignored.`,
          "instructions.results.extra",
        ),
        returns: "bool",
        name: `${name}_take`,
        parameters: ["fayger_reader *reader", `${resultType} *results`],
        body: [...cTakes(results, "results"), "return !reader->failed;"],
      }),
    );
  }
  parts.push(
    cFunction({
      docs: cDocs(`Writes \`${full}\` without sending it${later ? "; `later` sets ASYNC" : ""}.`),
      returns: "void",
      name: `${name}_encode`,
      parameters: ["fayger_writer *writer", ...(later ? ["bool later"] : []), ...parameters],
      body: [...begin(row, tables), ...operands.flatMap(put)],
    }),
    cFunction({
      docs: cDocs(`${guestMeaning(row)}${waits}`, spec),
      returns: "fayger_status",
      name,
      parameters: ["fayger_room *room", ...parameters, ...(results.length > 0 ? [`${resultType} *results`] : [])],
      body: [
        "fayger_writer writer = fayger_writer_in(room->data, room->capacity);",
        encode(false),
        ...(results.length === 0
          ? ["fayger_send(room, &writer);", "return room->status;"]
          : [
              "fayger_reader reader = fayger_send(room, &writer);",
              `return fayger_settle(room, ${name}_take(&reader, results));`,
            ]),
      ],
    }),
  );
  if (!later) return parts;
  parts.push(
    cFunction({
      docs: cDocs(
        `Begins \`${full}\` and does not wait. The event \`${doneName(row)}\` with this call id completes it.`,
        spec,
      ),
      returns: "fayger_status",
      name: `${name}_start`,
      parameters: ["fayger_room *room", ...parameters, "uint32_t *call_id"],
      body: [
        "fayger_writer writer = fayger_writer_in(room->data, room->capacity);",
        encode(true),
        "fayger_reader reader = fayger_send(room, &writer);",
        "*call_id = fayger_take_u32(&reader);",
        "return fayger_settle(room, !reader.failed);",
      ],
    }),
  );
  return parts;
}

function begin(row: TableRow<"instructions">, tables: SpecTables): string[] {
  const plain = guestHead(row, tables, false);
  const later = guestHead(row, tables, true);
  const cat = row.dispatch === "sync" ? hex(plain.cat, 2) : `later ? ${hex(later.cat, 2)} : ${hex(plain.cat, 2)}`;
  return [
    `fayger_begin(writer, ${cat}, ${hex(plain.op, 4)}, ${hex(plain.caps, 4)});`,
    ...plain.extension.map((byte) => `fayger_put_byte(writer, ${hex(byte, 2)});`),
  ];
}

function put(operand: Operand): string[] {
  const name = cName(operand.name);
  if (!operand.optional) return [`fayger_put_${operand.type}(writer, ${name});`];
  return [`if (${name} != NULL) fayger_put_${operand.type}(writer, *${name});`, "else fayger_skip(writer);"];
}

/** An optional operand comes by its address, so that it can be left out. */
function parameter(operand: Operand): string {
  const type = C_TYPES[operand.type];
  return operand.optional ? `const ${type} *${cName(operand.name)}` : `${type} ${cName(operand.name)}`;
}
