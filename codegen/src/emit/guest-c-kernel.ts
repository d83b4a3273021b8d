import type { SpecTables } from "../model/table-model.js";
import { READING, SENDING, TYPES, WRITING } from "./guest-c-messages.js";
import { type CHeader, cDocs } from "./guest-c-text.js";
import { hex } from "./names.js";

/** `fayger-abi.h`: the functions a program imports and the macros for what it exports. */
export function cAbi(tables: SpecTables): CHeader {
  const abi = tables.versions.rows.find((row) => row.name === "guest_abi")?.version ?? "1";
  const imported = (name: string, signature: string, text: string, spec: string) =>
    `${cDocs(text, spec)}\nFAYGER_IMPORT("${name}")\n${signature};`;
  return {
    file: "fayger-abi.h",
    origin: tables.versions.path,
    edit: "the table",
    emitter: "guest-c-kernel.ts",
    about: cDocs(
      `Guest ABI ${abi}: what a program imports and exports. Include fayger.h, which tells how to use it.`,
      "guest-abi.imports",
    ),
    includes: ["<stdbool.h>", "<stddef.h>", "<stdint.h>"],
    parts: [
      `#define FAYGER_IMPORT(name) __attribute__((import_module("fayger_${abi}"), import_name(name)))`,
      `${cDocs("Exports the function behind it under a name.")}\n#define FAYGER_EXPORT(name) __attribute__((export_name(name)))`,
      `${cDocs("Begins the function that the manifest names as `entry.symbol`: `FAYGER_ENTRY(run) { ... }`.", "guest-abi.exports")}
#define FAYGER_ENTRY(name) \\
  FAYGER_EXPORT(#name) void name(void); \\
  void name(void)`,
      `${cDocs("Begins the function that runs before the program starts: `FAYGER_INIT { ... }`. It may read sections and abort; no instruction is allowed in it.", "guest-abi.init-restrictions")}
#define FAYGER_INIT \\
  FAYGER_EXPORT("fayger_init") void fayger_init(void); \\
  void fayger_init(void)`,
      `${cDocs(
        "Exports what receives events. `room` is an array that holds one event at a time, `handler` a function `void handler(const void *event, uint32_t length)`. An event longer than the array aborts the program. While the handler runs, no other event comes.",
        "guest-abi.events",
      )}
#define FAYGER_EVENTS(room, handler) \\
  FAYGER_EXPORT("fayger_alloc") void *fayger_alloc(uint32_t length); \\
  FAYGER_EXPORT("fayger_on_event") void fayger_on_event(const void *event, uint32_t length); \\
  void *fayger_alloc(uint32_t length) { \\
    if (length > sizeof(room)) fayger_abort(); \\
    return (room); \\
  } \\
  void fayger_on_event(const void *event, uint32_t length) { handler(event, length); }`,
      '#ifdef __cplusplus\nextern "C" {\n#endif',
      imported(
        "emit",
        "uint32_t fayger_emit(const void *instruction, uint32_t length, void *reply, uint32_t capacity)",
        "Hands over one encoded Universal_Instruction. Returns the length of the whole reply, of which as much as fits `capacity` is copied to `reply`; the two may be the same memory.",
        "guest-abi.emit",
      ),
      imported(
        "reply_read",
        "uint32_t fayger_reply_read(void *reply, uint32_t capacity)",
        "Copies the last reply again, from its beginning, as far as it fits. Returns its whole length.",
        "guest-abi.reply-read",
      ),
      imported(
        "section_read",
        "int32_t fayger_section_read(const void *id, uint32_t id_length, uint64_t offset, void *data, uint32_t capacity)",
        "Copies verified bytes of a selected section of the artifact from `offset` on. Returns how many, 0 at its end and behind it, -1 where no such section was selected.",
        "guest-abi.section-read",
      ),
      imported(
        "exit",
        "void fayger_exit(uint32_t code) __attribute__((noreturn))",
        "Ends the program. Nothing of it runs afterwards, no event either.",
        "guest-abi.exit",
      ),
      imported(
        "abort",
        "void fayger_abort(void) __attribute__((noreturn))",
        "Fails the instance. The error behind the last error reply becomes the cause.",
        "guest-abi.abort",
      ),
      "#ifdef __cplusplus\n}\n#endif",
    ],
  };
}

/** `fayger-status.h`: what a reply can say, in numbers and in names. */
export function cStatus(tables: SpecTables): CHeader {
  const codes = tables["error-codes"].rows.filter((row) => row.layer === "adapter");
  const local = [
    [
      "FAYGER_ROOM_TOO_SMALL",
      "The instruction does not fit the room and was not sent; `length` of the room tells what it needs.",
    ],
    [
      "FAYGER_REPLY_TOO_LONG",
      "The instruction was answered and the reply does not fit the room; `length` of the room tells what it needs, fayger_reply_again reads it.",
    ],
    ["FAYGER_REPLY_UNEXPECTED", "The reply does not hold the results of the table."],
    [
      "FAYGER_OPERAND_IN_ROOM",
      "An operand lies in the room itself, where the instruction was written over it; nothing was sent. Results of the call before are such: use another room, or copy them.",
    ],
  ] as const;
  const table = tables["host-errors"];
  const constants = (rows: readonly (readonly [name: string, value: string, text: string])[]) =>
    rows.flatMap(([name, value, text]) => [cDocs(text, undefined, "  "), `  ${name} = ${value},`]);
  const names = (rows: readonly string[]) =>
    rows.map((name) => `    case FAYGER_${name.toUpperCase()}: return "${name}";`);
  return {
    file: "fayger-status.h",
    origin: `${tables["error-codes"].path} and ${table.path}`,
    edit: "the tables",
    emitter: "guest-c-kernel.ts",
    about: cDocs("What a reply can say. Include fayger.h, which tells how to use it."),
    includes: ["<stdint.h>"],
    parts: [
      `${cDocs("Status of a call: FAYGER_OK, a code of the table, or from 0x10000 on what these headers found themselves.")}
typedef uint32_t fayger_status;

enum {
${constants([
  ["FAYGER_OK", "0", "The instruction was carried out."],
  ...codes.map((row) => [`FAYGER_${row.code}`, hex(row.number, 4), row.meaning] as const),
  ...local.map(([name, text], at) => [name, hex(0x10000 + at, 5), text] as const),
]).join("\n")}
};`,
      `${cDocs(table.comment, table.spec)}
typedef uint32_t fayger_host_error;

enum {
${constants([
  ["FAYGER_HOST_ERROR_NONE", "0", "No error."],
  ...table.rows.map((row) => [`FAYGER_HOST_ERROR_${row.name.toUpperCase()}`, String(row.number), row.meaning] as const),
]).join("\n")}
};`,
      `${cDocs("Name of a status, for people; ends with a zero byte.")}
static inline const char *fayger_status_name(fayger_status status) {
  switch (status) {
${names(["OK", ...codes.map((row) => row.code), ...local.map(([name]) => name.slice(7))]).join("\n")}
    default: return "?";
  }
}`,
      `${cDocs("Name of a host error as the table has it; ends with a zero byte.")}
static inline const char *fayger_host_error_name(fayger_host_error error) {
  switch (error) {
    case FAYGER_HOST_ERROR_NONE: return "none";
${table.rows.map((row) => `    case FAYGER_HOST_ERROR_${row.name.toUpperCase()}: return "${row.name}";`).join("\n")}
    default: return "?";
  }
}`,
    ],
  };
}

/** `fayger-messages.h`: writing instructions, reading replies. */
export function cMessages(tables: SpecTables): CHeader {
  const types = tables["tlv-types"];
  return {
    file: "fayger-messages.h",
    origin: types.path,
    edit: "the table or the text",
    emitter: "guest-c-messages.ts",
    about: cDocs("Instructions and replies as bytes. Include fayger.h, which tells how to use it.", types.spec),
    includes: ["fayger-abi.h", "fayger-status.h"],
    parts: [
      `${cDocs("Type bytes of TLVs.", types.spec)}
enum {
${types.rows
  .flatMap((row) => [cDocs(row.meaning, undefined, "  "), `  FAYGER_TYPE_${row.name.toUpperCase()} = ${row.number},`])
  .join("\n")}
};`,
      TYPES,
      WRITING,
      READING,
      SENDING,
    ],
  };
}
