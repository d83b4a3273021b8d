import { camelCase, pascalCase } from "../src/emit/names.js";
import type { Item, Rows } from "./guest-rows.js";

const READ: Readonly<Record<Item["type"], string>> = {
  u32: "<u32>number(4)",
  u64: "number(8)",
  i64: "<i64>number(8)",
  f64: "reinterpret<f64>(number(8))",
  bool: "number(1) != 0",
  bytes: "slice()",
  text: "text()",
  handle: "<u32>number(4)",
  list: "list()",
};
const TYPE: Readonly<Record<Item["type"], string>> = {
  u32: "u32",
  u64: "u64",
  i64: "i64",
  f64: "f64",
  bool: "bool",
  bytes: "Uint8Array",
  text: "string",
  handle: "u32",
  list: "Array<Tlv>",
};

/** The guest of `driverInC` in AssemblyScript. */
export function driverInAssemblyScript({ calls, events }: Rows, bindings: string): string {
  const later = calls.filter((row) => row.dispatch !== "sync");
  return `import * as fayger from "${bindings}";
import { dispatch, eventRoom, GuestEvent, GuestEvents, Tlv, ioStdoutWrite, sectionRead } from "${bindings}";
${PROLOGUE}
function step(index: u32, later: bool): void {
  switch (index) {
${calls.map(callCase).join("\n")}
  }
  tell();
}

class Events extends GuestEvents {
${events
  .map((row) => {
    const name = pascalCase(`${row.category}_${row.name}`);
    return `  on${name}(event: fayger.${name}): void { ${row.payload.map((item) => echoOf(item, "event")).join(" ")} }`;
  })
  .join("\n")}
${later
  .map((row) => {
    const name = pascalCase(`${row.category}_${row.name}`);
    if (row.results.length === 0) return `  on${name}Done(call: GuestEvent): void { outcome(call); }`;
    const echoed = row.results.map((item) => echoOf(item, "reply")).join(" ");
    return `  on${name}Done(call: GuestEvent, reply: fayger.${name}Reply): void { outcome(call); if (reply.ok) { ${echoed} } }`;
  })
  .join("\n")}
  onOther(event: GuestEvent): void { echo(event.kind, 4); }
}
${EPILOGUE}`;
}

function echoOf(item: Item, target: string): string {
  // An answer has a status itself.
  const member = target === "reply" && item.name === "status" ? "status_" : camelCase(item.name);
  return `echo_${item.type}(${target}.${member});`;
}

function callCase(row: Rows["calls"][number], index: number): string {
  const name = camelCase(`${row.category}_${row.name}`);
  const declared = row.operands.map((item, at) =>
    item.optional
      ? `      let value${at}: fayger.Some<${TYPE[item.type]}> | null = null; if (number(1) != 0) value${at} = new fayger.Some<${TYPE[item.type]}>(${READ[item.type]});`
      : `      const value${at} = ${READ[item.type]};`,
  );
  const passed = row.operands.map((_item, at) => `value${at}`).join(", ");
  return [
    `    case ${index}: {`,
    ...declared,
    ...(row.dispatch === "sync"
      ? []
      : [
          `      if (later) { const call = fayger.${name}Start(${passed}); status(call.status, call.hostError); if (call.ok) echo(call.callId, 4); break; }`,
        ]),
    `      const reply = fayger.${name}(${passed});`,
    "      status(reply.status, reply.hostError);",
    `      if (reply.ok) { ${row.results.map((item) => echoOf(item, "reply")).join(" ")} }`,
    "      break;",
    "    }",
  ].join("\n");
}

const PROLOGUE = `
let script: usize = 0;
let position: usize = 0;
let told: usize = 0;
let toldLength: u32 = 0;

function number(size: u32): u64 {
  let value: u64 = 0;
  for (let at: u32 = 0; at < size; at++) value |= (<u64>load<u8>(position++)) << (8 * at);
  return value;
}
function slice(): Uint8Array {
  const length = <u32>number(4);
  const bytes = new Uint8Array(length);
  memory.copy(bytes.dataStart, position, length);
  position += length;
  return bytes;
}
function text(): string {
  const length = <u32>number(4);
  position += length;
  return String.UTF8.decodeUnsafe(position - length, length);
}
function list(): Array<Tlv> {
  const items = new Array<Tlv>();
  for (let count = <u32>number(4); count > 0; count--) {
    switch (<u32>number(1)) {
      case 0: items.push(Tlv.none()); break;
      case 1: items.push(Tlv.u32(<u32>number(4))); break;
      case 2: items.push(Tlv.u64(number(8))); break;
      case 3: items.push(Tlv.i64(<i64>number(8))); break;
      case 4: items.push(Tlv.f64(reinterpret<f64>(number(8)))); break;
      case 5: items.push(Tlv.bool(number(1) != 0)); break;
      case 6: items.push(Tlv.bytes(slice())); break;
      case 7: items.push(Tlv.text(text())); break;
      case 8: items.push(Tlv.handle(<u32>number(4))); break;
      default: items.push(Tlv.list(list()));
    }
  }
  return items;
}

function echo(value: u64, size: u32): void {
  for (let at: u32 = 0; at < size; at++) store<u8>(told + toldLength++, <u8>(value >> (8 * at)));
}
function echo_u32(value: u32): void { echo(value, 4); }
function echo_handle(value: u32): void { echo(value, 4); }
function echo_u64(value: u64): void { echo(value, 8); }
function echo_i64(value: i64): void { echo(<u64>value, 8); }
function echo_f64(value: f64): void { echo(reinterpret<u64>(value), 8); }
function echo_bool(value: bool): void { echo(value ? 1 : 0, 1); }
function echo_bytes(value: Uint8Array): void {
  echo(value.length, 4);
  memory.copy(told + toldLength, value.dataStart, value.length);
  toldLength += value.length;
}
function echo_text(value: string): void { echo_bytes(Uint8Array.wrap(String.UTF8.encode(value))); }
function echo_list(items: Array<Tlv>): void {
  echo(items.length, 4);
  for (let at = 0; at < items.length; at++) {
    const item = items[at];
    echo(item.type, 1);
    if (item.type == 7) echo_text(item.toText());
    else if (item.type == 6) echo_bytes(item.bytes);
    else if (item.type == 9) echo_list(item.items);
    else if (item.type == 4) echo_f64(item.toF64());
    else if (item.type == 3) echo_i64(item.toI64());
    else echo(item.bits, item.size());
  }
}
function status(value: i32, hostError: i32): void { echo(value, 4); echo(hostError, 4); }
function outcome(event: GuestEvent): void { echo(event.callId, 4); status(event.status, event.hostError); }
function tell(): void {
  const bytes = new Uint8Array(toldLength);
  memory.copy(bytes.dataStart, told, toldLength);
  toldLength = 0;
  ioStdoutWrite(bytes);
}
`;

const EPILOGUE = `
const events = new Events();
export function fayger_alloc(length: u32): usize { return eventRoom(length); }
export function fayger_on_event(pointer: usize, _length: u32): void {
  if (told == 0) told = heap.alloc(1 << 20);
  dispatch(pointer, events);
  tell();
}

export function main_program(): void {
  if (told == 0) told = heap.alloc(1 << 20);
  const section = sectionRead("data/script", 0, 1 << 20);
  script = section!.dataStart;
  position = script;
  for (let index = <u32>number(2); index != 0xffff; index = <u32>number(2)) {
    const later = number(1) != 0;
    step(index, later);
  }
}
`;
