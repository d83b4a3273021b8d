import type { Item, Rows } from "./guest-rows.js";

const READ: Readonly<Record<Item["type"], string>> = {
  u32: "(uint32_t)number(4)",
  u64: "number(8)",
  i64: "(int64_t)number(8)",
  f64: "fayger_f64_of(number(8))",
  bool: "number(1) != 0",
  bytes: "slice()",
  text: "slice()",
  handle: "(uint32_t)number(4)",
  list: "list()",
};
const TYPE: Readonly<Record<Item["type"], string>> = {
  u32: "uint32_t",
  u64: "uint64_t",
  i64: "int64_t",
  f64: "double",
  bool: "bool",
  bytes: "fayger_bytes",
  text: "fayger_bytes",
  handle: "uint32_t",
  list: "fayger_list",
};

/** A name of the table as the headers have it. */
const cName = (name: string): string => (name === "register" ? "register_" : name);

/**
 * A guest in C that takes instructions with their operands out of the section `data/script`, calls each through the
 * bindings, and tells what it understood of the answer as one `io.stdout_write`. The same for events.
 */
export function driverInC({ calls, events }: Rows): string {
  return `${PROLOGUE}
static void step(uint32_t index, bool later) {
  switch (index) {
${calls.map(callCase).join("\n")}
  }
  tell();
}

${events.map(eventHandler).join("\n")}
${calls.filter((row) => row.dispatch !== "sync").map(doneHandler).join("\n")}
static void other(void *context, const fayger_event *event) { (void)context; echo(event->what, 4); }
static const fayger_handlers handlers = {
${[
  ...events.map((row) => `  .${row.category}_${row.name} = on_${row.category}_${row.name},`),
  ...calls
    .filter((row) => row.dispatch !== "sync")
    .map((row) => `  .${row.category}_${row.name}_done = on_${row.category}_${row.name}_done,`),
].join("\n")}
  .other = other,
};
${EPILOGUE}`;
}

function callCase(row: Rows["calls"][number], index: number): string {
  const name = `fayger_${row.category}_${row.name}`;
  const declared = row.operands.map((item, at) =>
    item.optional
      ? `    bool has${at} = number(1) != 0; ${TYPE[item.type]} value${at}; if (has${at}) value${at} = ${READ[item.type]};`
      : `    ${TYPE[item.type]} value${at} = ${READ[item.type]};`,
  );
  const passed = row.operands.map((item, at) => (item.optional ? `has${at} ? &value${at} : NULL` : `value${at}`));
  const results = row.results.length > 0 ? ["&results"] : [];
  const call = `status(${name}(${["&room", ...passed, ...results].join(", ")}));`;
  const echoed = row.results.map((item) => `echo_${item.type}(results.${cName(item.name)});`).join(" ");
  return [
    `  case ${index}: {`,
    ...declared,
    ...(row.dispatch === "sync"
      ? []
      : [
          `    if (later) { uint32_t id; status(${name}_start(${["&room", ...passed, "&id"].join(", ")})); if (room.status == FAYGER_OK) echo(id, 4); break; }`,
        ]),
    ...(row.results.length > 0 ? [`    ${name}_results results;`] : []),
    `    ${call}`,
    ...(row.results.length > 0 ? [`    if (room.status == FAYGER_OK) { ${echoed} }`] : []),
    "    break;",
    "  }",
  ].join("\n");
}

function eventHandler(row: Rows["events"][number]): string {
  const name = `${row.category}_${row.name}`;
  const echoed = row.payload.map((item) => `echo_${item.type}(event->${cName(item.name)});`).join(" ");
  return `static void on_${name}(void *context, const fayger_${name} *event) { (void)context; ${echoed} }`;
}

function doneHandler(row: Rows["calls"][number]): string {
  const name = `${row.category}_${row.name}`;
  const echoed = row.results.map((item) => `echo_${item.type}(results->${cName(item.name)});`).join(" ");
  const more = row.results.length > 0 ? `, const fayger_${name}_results *results` : "";
  return `static void on_${name}_done(void *context, const fayger_event *event${more}) { (void)context; outcome(event); ${echoed === "" ? "" : `if (event->status == FAYGER_OK) { ${echoed} }`} }`;
}

const PROLOGUE = `
#include "fayger.h"

static uint8_t script[1 << 20];
static uint32_t position;
static uint8_t room_bytes[1 << 20];
static fayger_room room = FAYGER_ROOM(room_bytes);
static uint8_t told[1 << 20];
static uint32_t told_length;
static uint8_t arena[1 << 20];
static uint32_t arena_used;

static uint64_t number(uint32_t size) {
  uint64_t value = 0;
  for (uint32_t at = 0; at < size; at += 1) value |= (uint64_t)script[position++] << (8 * at);
  return value;
}
static fayger_bytes slice(void) {
  uint32_t length = (uint32_t)number(4);
  position += length;
  return fayger_bytes_of(script + position - length, length);
}
static fayger_list list(void) {
  fayger_writer writer = fayger_writer_in(arena + arena_used, 16384);
  arena_used += 16384;
  uint32_t count = (uint32_t)number(4);
  for (uint32_t at = 0; at < count; at += 1) {
    switch (number(1)) {
      case FAYGER_TYPE_NONE: fayger_put_none(&writer); break;
      case FAYGER_TYPE_U32: fayger_put_u32(&writer, (uint32_t)number(4)); break;
      case FAYGER_TYPE_U64: fayger_put_u64(&writer, number(8)); break;
      case FAYGER_TYPE_I64: fayger_put_i64(&writer, (int64_t)number(8)); break;
      case FAYGER_TYPE_F64: fayger_put_f64(&writer, fayger_f64_of(number(8))); break;
      case FAYGER_TYPE_BOOL: fayger_put_bool(&writer, number(1) != 0); break;
      case FAYGER_TYPE_BYTES: fayger_put_bytes(&writer, slice()); break;
      case FAYGER_TYPE_TEXT: fayger_put_text(&writer, slice()); break;
      case FAYGER_TYPE_HANDLE: fayger_put_handle(&writer, (uint32_t)number(4)); break;
      case FAYGER_TYPE_LIST: fayger_put_list(&writer, list()); break;
    }
  }
  return fayger_list_of(&writer);
}

static void echo(uint64_t value, uint32_t size) {
  for (uint32_t at = 0; at < size; at += 1) told[told_length++] = (uint8_t)(value >> (8 * at));
}
static void echo_u32(uint32_t value) { echo(value, 4); }
static void echo_handle(uint32_t value) { echo(value, 4); }
static void echo_u64(uint64_t value) { echo(value, 8); }
static void echo_i64(int64_t value) { echo((uint64_t)value, 8); }
static void echo_f64(double value) { uint64_t bits; __builtin_memcpy(&bits, &value, 8); echo(bits, 8); }
static void echo_bool(bool value) { echo(value, 1); }
static void echo_bytes(fayger_bytes value) {
  echo(value.length, 4);
  for (uint32_t at = 0; at < value.length; at += 1) echo(value.data[at], 1);
}
static void echo_text(fayger_bytes value) { echo_bytes(value); }
static void echo_list(fayger_list value) {
  fayger_tlv item;
  uint32_t count = 0;
  fayger_reader items = fayger_list_items(value);
  while (fayger_next(&items, &item)) count += 1;
  if (items.failed) fayger_abort();
  echo(count, 4);
  items = fayger_list_items(value);
  while (fayger_next(&items, &item)) {
    echo(item.type, 1);
    switch (item.type) {
      case FAYGER_TYPE_U32: case FAYGER_TYPE_HANDLE: echo(item.bits, 4); break;
      case FAYGER_TYPE_U64: case FAYGER_TYPE_I64: case FAYGER_TYPE_F64: echo(item.bits, 8); break;
      case FAYGER_TYPE_BOOL: echo(item.bits, 1); break;
      case FAYGER_TYPE_BYTES: case FAYGER_TYPE_TEXT: echo_bytes(item.bytes); break;
      case FAYGER_TYPE_LIST: { fayger_list inner = { item.bytes.data, item.bytes.length }; echo_list(inner); break; }
    }
  }
}
static void status(fayger_status value) {
  echo(value, 4);
  echo(room.host_error, 4);
}
static void outcome(const fayger_event *event) {
  echo(event->call_id, 4);
  echo(event->status, 4);
  echo(event->host_error, 4);
}
static void tell(void) {
  fayger_io_stdout_write(&room, fayger_bytes_of(told, told_length));
  told_length = 0;
  arena_used = 0;
}
// Not each table has values of every type.
void *fayger_unused[] = { echo_u64, echo_i64, echo_f64, echo_bool, echo_text, echo_list, echo_handle, echo_u32, list, outcome };
`;

const EPILOGUE = `
static void on_event(const void *event, uint32_t length) {
  fayger_dispatch(&handlers, NULL, event, length);
  tell();
}
static uint8_t event_room[1 << 20];
FAYGER_EVENTS(event_room, on_event)

FAYGER_ENTRY(main_program) {
  if (fayger_section(FAYGER_TEXT("data/script"), 0, script, sizeof script) < 0) fayger_abort();
  for (uint32_t index = (uint32_t)number(2); index != 0xffff; index = (uint32_t)number(2)) {
    bool later = number(1) != 0;
    step(index, later);
  }
}
`;
