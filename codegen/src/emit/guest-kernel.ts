import type { SpecTables } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { type GuestHead, guestHead } from "./guest-head.js";
import { EVENTS, READER, REPLY_CLASSES, SENDING, TEXTS, TLV_CLASS, WRITER } from "./guest-messages.js";
import { hex, pascalCase } from "./names.js";
import { docLines, statement } from "./structures.js";

/** `guest/assemblyscript/abi.ts`: the functions of guest ABI 1. */
export function guestAbi(tables: SpecTables): TypeScriptModule {
  const abi = tables.versions.rows.find((row) => row.name === "guest_abi")?.version ?? "1";
  const external = (name: string, alias: string, signature: string, text: string) =>
    statement([
      ...docLines({ text }, ""),
      `@external("fayger_${abi}", "${name}")`,
      `export declare function ${alias}${signature};`,
    ]);
  return {
    path: "guest/assemblyscript/abi.ts",
    origin: tables.versions.path,
    edit: "the table",
    emitter: "guest-kernel.ts",
    imports: [],
    statements: [
      external(
        "emit",
        "emit",
        "(pointer: usize, length: u32, replyPointer: usize, replyCapacity: u32): u32",
        "Hand over one encoded Universal_Instruction. Returns the length of the whole reply; as much as fits is copied.",
      ),
      external(
        "reply_read",
        "replyRead",
        "(pointer: usize, capacity: u32): u32",
        "Copy the last reply again, from its beginning. Returns its whole length.",
      ),
      external(
        "section_read",
        "sectionReadInto",
        "(id: usize, idLength: u32, offset: u64, pointer: usize, capacity: u32): i32",
        "Copy verified bytes of a selected section. Returns how many, or -1 where the section is not selected.",
      ),
      external("exit", "exit", "(code: u32): void", "End the program without returning to it."),
      external(
        "abort",
        "abortInstance",
        "(): void",
        "Fail the instance; the error behind the last error reply becomes the cause.",
      ),
    ],
  };
}

/** `abort.ts`, `status.ts` and `messages.ts`: what the bindings of all instructions share. */
export function guestMessages(tables: SpecTables): TypeScriptModule[] {
  return [
    abortModule(tables),
    {
      path: "guest/assemblyscript/status.ts",
      origin: `${tables["error-codes"].path} and ${tables["host-errors"].path}`,
      edit: "the tables",
      emitter: "guest-kernel.ts",
      imports: [],
      statements: [statusEnum(tables), hostErrorEnum(tables), ...statusNames(tables)],
    },
    {
      path: "guest/assemblyscript/messages.ts",
      origin: tables["tlv-types"].path,
      edit: "the table or the text",
      emitter: "guest-messages.ts",
      imports: [{ from: "./abi", names: ["emit", "replyRead", "sectionReadInto"] }],
      statements: [typeConstants(tables), REPLY_CLASSES, TEXTS, TLV_CLASS, WRITER, READER, SENDING, EVENTS],
    },
  ];
}

/** `abort.ts`: what AssemblyScript's own `abort` becomes, in silence and, where there is a standard error, with a word. */
function abortModule(tables: SpecTables): TypeScriptModule {
  const says = tables.instructions.rows.find(({ category, name }) => category === "io" && name === "stderr_write");
  const abi = { from: "./abi", names: ["abortInstance"] };
  const messages = { from: "./messages", names: ["begin", "bytesOf", "putBytes", "Reply", "send"] };
  return {
    path: "guest/assemblyscript/abort.ts",
    origin: `${tables.versions.path} and ${tables.instructions.path}`,
    edit: "the tables",
    emitter: "guest-kernel.ts",
    imports: says === undefined ? [abi] : [abi, messages],
    statements: [ABORT, ...(says === undefined ? [] : [abortAloud(guestHead(says, tables, false))])],
  };
}

const ABORT = `
/**
 * What AssemblyScript calls where an assertion fails or an error is thrown. Compile with
 * \`--use abort=generated/guest/assemblyscript/abort/abort\`, so that the program imports nothing but the guest ABI.
 */
export function abort(_message: string | null, _fileName: string | null, _line: u32, _column: u32): void {
  abortInstance();
  unreachable();
}`;

const abortAloud = ({ cat, op, caps }: GuestHead): string => `
let isAborting = false;

/**
 * The same with a word before: what was thrown and where goes to standard error, as \`abort: no such key in
 * main.ts:7:3\`. For programs that require \`io.stdio\`: without it the refusal to write would become the cause. Compile
 * with \`--use abort=generated/guest/assemblyscript/abort/abortAloud\`.
 */
export function abortAloud(message: string | null, fileName: string | null, line: u32, column: u32): void {
  // Where the memory has no room for these words either, this is called again.
  if (!isAborting) {
    isAborting = true;
    const what = message === null ? "" : ": " + message;
    const where = fileName === null ? "" : " in " + fileName + ":" + line.toString() + ":" + column.toString();
    begin(${hex(cat, 2)}, ${hex(op, 4)}, ${hex(caps, 4)});
    putBytes(bytesOf("abort" + what + where + "\\n"));
    send(new Reply());
  }
  abortInstance();
  unreachable();
}`;

function statusEnum(tables: SpecTables): string {
  const rows = tables["error-codes"].rows.filter((row) => row.layer === "adapter");
  const members = rows.flatMap((row) => [
    ...docLines({ text: row.meaning }, "  "),
    `  ${row.code} = ${hex(row.number, 4)},`,
  ]);
  return statement([
    "/** Status of a reply. */",
    "export enum Status {",
    "  /** The instruction was carried out. */",
    "  OK = 0,",
    ...members,
    "}",
  ]);
}

function hostErrorEnum(tables: SpecTables): string {
  const table = tables["host-errors"];
  const members = table.rows.flatMap((row) => [
    ...docLines({ text: row.meaning }, "  "),
    `  ${pascalCase(row.name)} = ${row.number},`,
  ]);
  return statement([
    ...docLines({ text: table.comment, spec: table.spec }, ""),
    "export enum HostError {",
    "  /** No error. */",
    "  None = 0,",
    ...members,
    "}",
  ]);
}

/** Functions that name numbers for people. */
function statusNames(tables: SpecTables): string[] {
  const named = (name: string, text: string, rows: readonly (readonly [number: string, name: string])[]) =>
    statement([
      ...docLines({ text }, ""),
      `export function ${name}(value: i32): string {`,
      "  switch (value) {",
      ...rows.map(([number, row]) => `    case ${number}:\n      return "${row}";`),
      "    default:",
      '      return "?";',
      "  }",
      "}",
    ]);
  const codes = tables["error-codes"].rows.filter((row) => row.layer === "adapter");
  return [
    named("statusName", "Name of a status, for people.", [
      ["0", "OK"],
      ...codes.map((row) => [hex(row.number, 4), row.code] as const),
    ]),
    named("hostErrorName", "Name of a host error as the table has it.", [
      ["0", "none"],
      ...tables["host-errors"].rows.map((row) => [String(row.number), row.name] as const),
    ]),
  ];
}

function typeConstants(tables: SpecTables): string {
  const lines = tables["tlv-types"].rows.map((row) => `const TYPE_${row.name.toUpperCase()}: u8 = ${row.number};`);
  return statement(["// Type bytes of TLVs.", ...lines]);
}
