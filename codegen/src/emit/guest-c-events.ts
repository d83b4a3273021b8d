import { operandsOf } from "../model/table-fields.js";
import type { SpecTables, TableRow } from "../model/table-model.js";
import { type CHeader, cDocs, cFunction, cMembers, cStruct, cTakes, doneName } from "./guest-c-text.js";
import { categoryNumber, flagBit } from "./guest-head.js";
import { hex } from "./names.js";

/** The payload of an event: a struct and the function that takes it. */
export function cEvent(row: TableRow<"instruction-events">, tables: SpecTables): string[] {
  const name = `fayger_${row.category}_${row.name}`;
  const full = `${row.category}.${row.name}`;
  const items = operandsOf(row.payload);
  return [
    cStruct(
      name,
      cDocs(`Payload of the event \`${full}\`: ${row.meaning}`, tables["instruction-events"].spec),
      cMembers(items),
    ),
    cFunction({
      docs: cDocs(`Takes the payload of \`${full}\` from an event; false where it is not there.`),
      returns: "bool",
      name: `${name}_take`,
      parameters: ["fayger_reader *reader", `${name} *event`],
      body: [...cTakes(items, "event"), "return !reader->failed;"],
    }),
  ];
}

/** `fayger-events.h`: which event came, and whom it concerns. */
export function cDispatch(tables: SpecTables, categories: readonly string[]): CHeader {
  const events = tables["instruction-events"].rows;
  const calls = tables.instructions.rows.filter((row) => row.dispatch !== "sync");
  const done = flagBit(tables, "ASYNC");
  const constants = [
    ...events.map((row) => [
      eventName(row),
      hex(categoryNumber(row.category, tables) * 0x10000 + row.opcode, 6),
      `\`${row.category}.${row.name}\`: ${row.meaning}`,
    ]),
    ...calls.map((row) => [
      doneName(row),
      hex((categoryNumber(row.category, tables) + done) * 0x10000 + row.opcode, 6),
      `\`${row.category}.${row.name}\`, begun with its \`_start\` function, has ended.`,
    ]),
  ].flatMap(([name, value, text]) => [cDocs(text ?? "", undefined, "  "), `  ${name} = ${value},`]);
  return {
    file: "fayger-events.h",
    origin: `${tables["instruction-events"].path} and ${tables.instructions.path}`,
    edit: "the tables",
    emitter: "guest-c-events.ts",
    about: cDocs("What reaches fayger_on_event. Include fayger.h, which tells how to use it.", "guest-abi.events"),
    includes: categories.map((name) => `fayger-${name}.h`),
    parts: [
      `${cDocs("What an event is: `what` of a fayger_event, for a switch.", "instructions.events")}\nenum {\n${constants.join("\n")}\n};`,
      EVENT,
      handlers(events, calls),
      dispatch(events, calls),
    ],
  };
}

function eventName(row: TableRow<"instruction-events">): string {
  return `FAYGER_EVENT_${row.category}_${row.name}`.toUpperCase();
}

const EVENT = `
/** A Universal_Event. */
typedef struct fayger_event {
  /** FAYGER_EVENT_... or FAYGER_DONE_...; another number where these headers do not know the event. */
  uint32_t what;
  /** Category number. */
  uint8_t category;
  /** Opcode of the event, or of the instruction that completed. */
  uint16_t opcode;
  /** Whether a call has completed. */
  bool completion;
  /** Id of the call that completed. */
  uint32_t call_id;
  /** How the call ended; its results follow only where this is FAYGER_OK. */
  fayger_status status;
  /** Why the host failed, where the status is an error code. */
  fayger_host_error host_error;
  /** Stands at the payload, or at the results of the call. */
  fayger_reader payload;
} fayger_event;

/** Reads the head of an event; false where it is none. @spec instructions.async.completion */
static inline bool fayger_read_event(fayger_event *event, const void *data, uint32_t length) {
  fayger_reader reader = fayger_reader_of(data, length);
  uint8_t cat = (uint8_t)fayger_big_endian(fayger_take_raw(&reader, 1));
  event->category = cat & 0x0f;
  event->completion = (cat & 0x40) != 0;
  event->opcode = (uint16_t)fayger_big_endian(fayger_take_raw(&reader, 2));
  event->what = (uint32_t)cat << 16 | event->opcode;
  event->call_id = event->completion ? fayger_take_u32(&reader) : 0;
  event->status = event->completion ? fayger_take_u32(&reader) : FAYGER_OK;
  event->host_error = event->status != FAYGER_OK ? fayger_take_u32(&reader) : FAYGER_HOST_ERROR_NONE;
  event->payload = reader;
  return !reader.failed;
}`;

type Events = SpecTables["instruction-events"]["rows"];
type Calls = readonly TableRow<"instructions">[];

function hasResults(row: TableRow<"instructions">): boolean {
  return operandsOf(row.results).length > 0;
}

function handlers(events: Events, calls: Calls): string {
  const members = [
    ...events.map((row) => ({
      docs: `\`${row.category}.${row.name}\``,
      declaration: `void (*${row.category}_${row.name})(void *context, const fayger_${row.category}_${row.name} *event)`,
    })),
    ...calls.map((row) => ({
      docs: `\`${row.category}.${row.name}\` has ended as \`status\` of the event says${hasResults(row) ? "; the results count only where that is FAYGER_OK" : ""}.`,
      declaration: `void (*${row.category}_${row.name}_done)(void *context, const fayger_event *event${hasResults(row) ? `, const fayger_${row.category}_${row.name}_results *results` : ""})`,
    })),
    { docs: "Any other event.", declaration: "void (*other)(void *context, const fayger_event *event)" },
  ];
  return cStruct(
    "fayger_handlers",
    cDocs("One function for each kind of event; NULL for those that do not matter."),
    members,
  );
}

function dispatch(events: Events, calls: Calls): string {
  const cases = [
    ...events.flatMap((row) => {
      const name = `${row.category}_${row.name}`;
      return [
        `  case ${eventName(row)}: {`,
        `    fayger_${name} payload;`,
        `    if (fayger_${name}_take(&event.payload, &payload) && handlers->${name} != NULL) {`,
        `      handlers->${name}(context, &payload);`,
        "    }",
        "    return;",
        "  }",
      ];
    }),
    ...calls.flatMap((row) => {
      const name = `${row.category}_${row.name}`;
      if (!hasResults(row)) {
        return [
          `  case ${doneName(row)}:`,
          `    if (handlers->${name}_done != NULL) handlers->${name}_done(context, &event);`,
          "    return;",
        ];
      }
      return [
        `  case ${doneName(row)}: {`,
        `    fayger_${name}_results results;`,
        `    bool taken = fayger_${name}_take(&event.payload, &results);`,
        "    if (event.status == FAYGER_OK && !taken) event.status = FAYGER_REPLY_UNEXPECTED;",
        `    if (handlers->${name}_done != NULL) handlers->${name}_done(context, &event, &results);`,
        "    return;",
        "  }",
      ];
    }),
  ];
  return cFunction({
    docs: cDocs("Calls the handler of an event; an event that is none, or without its payload, calls nobody."),
    returns: "void",
    name: "fayger_dispatch",
    parameters: ["const fayger_handlers *handlers", "void *context", "const void *data", "uint32_t length"],
    body: [
      "fayger_event event;",
      "if (!fayger_read_event(&event, data, length)) return;",
      "switch (event.what) {",
      ...cases,
      "  default:",
      "    if (handlers->other != NULL) handlers->other(context, &event);",
      "}",
    ],
  });
}

/** `fayger.h`: the one header that a program includes, with the introduction. */
export function cUmbrella(tables: SpecTables, categories: readonly string[]): CHeader {
  return {
    file: "fayger.h",
    origin: `${tables.instructions.path} and ${tables["instruction-events"].path}`,
    edit: "the tables or the text",
    emitter: "guest-c-events.ts",
    about: INTRODUCTION,
    includes: [
      "fayger-abi.h",
      "fayger-status.h",
      "fayger-constants.h",
      "fayger-messages.h",
      ...categories.map((name) => `fayger-${name}.h`),
      "fayger-events.h",
    ],
    parts: [],
  };
}

const INTRODUCTION = `
/*
 * Programs for Fayger in C or C++. Nothing but these headers is needed: no C library, no allocation, no start-up code.
 *
 *   #include "fayger.h"
 *
 *   static uint8_t bytes[1024];
 *   static fayger_room room = FAYGER_ROOM(bytes);
 *
 *   FAYGER_ENTRY(run) {
 *     if (fayger_io_stdout_write(&room, FAYGER_TEXT("hello\\n")) != FAYGER_OK) fayger_exit(1);
 *   }
 *
 *   clang --target=wasm32 -ffreestanding -nostdlib -O2 -mbulk-memory -msign-ext -mnontrapping-fptoint \\
 *     -Wl,--no-entry -Wl,--strip-debug -Wl,-z,stack-size=65536 -Wl,--stack-first -o hello.wasm hello.c
 *
 * --target, -ffreestanding, -nostdlib, -mbulk-memory and --no-entry are needed; clang 14 or newer with wasm-ld. Without
 * -mbulk-memory a compiler calls memset and memcpy where a program sets or copies a struct, and nobody has them. The -m
 * options are part of the code format wasm-core-2, and the other two make programs smaller; simd128, atomics, tail-call,
 * exception-handling and anything newer are not. --stack-first puts the stack where an overflow traps instead of
 * overwriting data. --strip-all would also take away what a wasm-opt, which clang calls where it finds one, has to know.
 *
 * Calls. Each instruction of the table is a function named after it: \`io.file_read\` is fayger_io_file_read. It writes
 * the instruction into the room it is given, sends it, and reads the reply out of the same room: bytes, texts and lists
 * among the results are slices of the room and good until the room's next use. It returns FAYGER_OK, the code of an
 * error (then \`host_error\` of the room says more), or one of the four codes of the headers themselves, for a room that
 * is too small or that holds an operand already: what one call gave goes into the next one through another room. Nothing
 * is ever written behind a room. Where a name would be a word of the language, an underscore stands behind it.
 *
 * Calls that take time wait where the implementation lets programs wait; elsewhere they fail with the host error
 * \`would_block\`. Their \`_start\` functions never wait: they give a call id, and an event completes the call.
 *
 * Events. A program that wants them says FAYGER_EVENTS(array, handler) once, and in the handler either switches over
 * \`what\` after fayger_read_event, or hands a table of functions to fayger_dispatch. It ends when its entry has returned,
 * no event waits, and no timer and no call is open; or when it calls fayger_exit.
 *
 *   static void fired(void *context, const fayger_time_timer_fired *event) { ... }
 *   static const fayger_handlers handlers = { .time_timer_fired = fired };
 *   static void on_event(const void *event, uint32_t length) { fayger_dispatch(&handlers, NULL, event, length); }
 *   static uint8_t event_room[256];
 *   FAYGER_EVENTS(event_room, on_event)
 *
 * Sections. fayger_section reads what travels inside the artifact.
 *
 * The artifact. A recipe names the compiled program as the section of its entry, the symbol given to FAYGER_ENTRY, and
 * the capabilities that the functions used here need: each says which. \`fayger pack RECIPE -o FILE\` makes the artifact.
 *
 * A program has one thread and makes one call at a time; a handler of events may call instructions like any function.
 */`;
