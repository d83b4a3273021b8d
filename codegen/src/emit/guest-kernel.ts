import type { SpecTables } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
import { EVENTS, READER, REPLY_CLASSES, SENDING, TLV_CLASS, WRITER } from "./guest-messages.js";
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
    {
      path: "guest/assemblyscript/abort.ts",
      origin: tables.versions.path,
      edit: "the table",
      emitter: "guest-kernel.ts",
      imports: [{ from: "./abi", names: ["abortInstance"] }],
      statements: [abortFunction],
    },
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
      statements: [typeConstants(tables), REPLY_CLASSES, TLV_CLASS, WRITER, READER, SENDING, EVENTS],
    },
  ];
}

const abortFunction = `
/**
 * What AssemblyScript calls when an assertion fails. Compile with
 * \`--use abort=generated/guest/assemblyscript/abort/abort\`, so that the program imports nothing but the guest ABI.
 */
export function abort(_message: string | null, _fileName: string | null, _line: u32, _column: u32): void {
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
