import type { SpecTables } from "../model/table-model.js";
import type { TypeScriptModule } from "./generated-file.js";
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
      statements: [statusEnum(tables), hostErrorEnum(tables)],
    },
    {
      path: "guest/assemblyscript/messages.ts",
      origin: tables["tlv-types"].path,
      edit: "the table",
      emitter: "guest-kernel.ts",
      imports: [{ from: "./abi", names: ["emit", "replyRead", "sectionReadInto"] }],
      statements: [typeConstants(tables), replyClasses, tlvClass, writer, reader, sending, events],
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

function typeConstants(tables: SpecTables): string {
  const lines = tables["tlv-types"].rows.map((row) => `const TYPE_${row.name.toUpperCase()}: u8 = ${row.number};`);
  return statement(["// Type bytes of TLVs.", ...lines]);
}

const replyClasses = `
/** Answer to an instruction. */
export class Reply {
  /** 0, or the number of an error code; see \`Status\`. */
  status: i32 = 0;
  /** 0, or why the host failed; see \`HostError\`. */
  hostError: i32 = 0;

  /** Whether the instruction was carried out. */
  get ok(): bool {
    return this.status == 0;
  }
}

/** Answer to an instruction that completes later. */
export class CallReply extends Reply {
  /** Id of the call; its completion event repeats it. */
  callId: u32 = 0;
}`;

const tlvClass = `
/** One TLV of a list. */
export class Tlv {
  /** Type byte of the table \`tlv-types\`. */
  type: u8 = TYPE_NONE;
  /** The value of a u32, u64, i64, bool or handle; the bits of an f64. */
  bits: u64 = 0;
  /** The bytes of a bytes or a text. */
  bytes: Uint8Array = new Uint8Array(0);
  /** The TLVs of a list. */
  items: Array<Tlv> = new Array<Tlv>();

  /** A text. */
  static text(value: string): Tlv {
    const tlv = new Tlv();
    tlv.type = TYPE_TEXT;
    tlv.bytes = Uint8Array.wrap(String.UTF8.encode(value, false, String.UTF8.ErrorMode.REPLACE));
    return tlv;
  }

  /** The value as a text. */
  toText(): string {
    return String.UTF8.decodeUnsafe(this.bytes.dataStart, this.bytes.byteLength);
  }

  /** Bytes of the encoded value. */
  size(): u32 {
    if (this.type == TYPE_NONE) return 0;
    if (this.type == TYPE_BOOL) return 1;
    if (this.type == TYPE_U32 || this.type == TYPE_HANDLE) return 4;
    if (this.type == TYPE_BYTES || this.type == TYPE_TEXT) return this.bytes.byteLength;
    if (this.type == TYPE_LIST) return listSize(this.items);
    return 8;
  }
}

function listSize(items: Array<Tlv>): u32 {
  let size: u32 = 0;
  for (let index = 0; index < items.length; index++) {
    const value = items[index].size();
    size += 1 + lengthSize(value) + value;
  }
  return size;
}

function lengthSize(length: u32): u32 {
  let size: u32 = 1;
  for (let rest = length >> 7; rest != 0; rest >>= 7) size++;
  return size;
}`;

const writer = `
// The message that is being written. One buffer serves every message: nothing re-enters while an instruction runs.
let outgoing: usize = 0;
let outgoingCapacity: u32 = 0;
let outgoingLength: u32 = 0;
let skipped: u32 = 0;

/** Makes room behind what is written and returns where it begins. */
function reserve(size: u32): usize {
  const needed = outgoingLength + size;
  if (needed > outgoingCapacity) {
    const capacity = max(needed, max(outgoingCapacity * 2, 256));
    outgoing = outgoing == 0 ? heap.alloc(capacity) : heap.realloc(outgoing, capacity);
    outgoingCapacity = capacity;
  }
  const at = outgoing + outgoingLength;
  outgoingLength = needed;
  return at;
}

/** Begin an instruction. */
export function begin(cat: u8, op: u16, caps: u16): void {
  outgoingLength = 0;
  skipped = 0;
  const at = reserve(5);
  store<u8>(at, cat);
  store<u16>(at, bswap<u16>(op), 1);
  store<u16>(at, bswap<u16>(caps), 3);
}

/** A byte of the capability extension. */
export function putByte(value: u8): void {
  store<u8>(reserve(1), value);
}

/** Leave an optional operand out. */
export function skip(): void {
  skipped++;
}

/** Writes type and length; returns where the value begins. */
function putHead(type: u8, length: u32): usize {
  for (; skipped > 0; skipped--) store<u16>(reserve(2), 0);
  store<u8>(reserve(1), type);
  let rest = length;
  while (rest > 0x7f) {
    store<u8>(reserve(1), <u8>((rest & 0x7f) | 0x80));
    rest >>= 7;
  }
  store<u8>(reserve(1), <u8>rest);
  return reserve(length);
}

/** A u32 operand. */
export function putU32(value: u32): void {
  store<u32>(putHead(TYPE_U32, 4), bswap<u32>(value));
}

/** A u64 operand. */
export function putU64(value: u64): void {
  store<u64>(putHead(TYPE_U64, 8), bswap<u64>(value));
}

/** An i64 operand. */
export function putI64(value: i64): void {
  store<i64>(putHead(TYPE_I64, 8), bswap<i64>(value));
}

/** An f64 operand; every NaN becomes the canonical one. */
export function putF64(value: f64): void {
  const bits: u64 = isNaN(value) ? 0x7ff8000000000000 : reinterpret<u64>(value);
  store<u64>(putHead(TYPE_F64, 8), bswap<u64>(bits));
}

/** A bool operand. */
export function putBool(value: bool): void {
  store<u8>(putHead(TYPE_BOOL, 1), value ? 1 : 0);
}

/** A bytes operand. */
export function putBytes(value: Uint8Array): void {
  memory.copy(putHead(TYPE_BYTES, value.byteLength), value.dataStart, value.byteLength);
}

/** A text operand. */
export function putText(value: string): void {
  const length = <u32>String.UTF8.byteLength(value);
  const at = putHead(TYPE_TEXT, length);
  String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, at, false, String.UTF8.ErrorMode.REPLACE);
}

/** A handle operand. */
export function putHandle(value: u32): void {
  store<u32>(putHead(TYPE_HANDLE, 4), bswap<u32>(value));
}

/** A list operand. */
export function putList(items: Array<Tlv>): void {
  const end = putHead(TYPE_LIST, listSize(items));
  // The items write themselves where the reserved value begins.
  outgoingLength = <u32>(end - outgoing);
  for (let index = 0; index < items.length; index++) putTlv(items[index]);
}

function putTlv(tlv: Tlv): void {
  if (tlv.type == TYPE_LIST) {
    putList(tlv.items);
    return;
  }
  const size = tlv.size();
  const at = putHead(tlv.type, size);
  if (tlv.type == TYPE_BYTES || tlv.type == TYPE_TEXT) memory.copy(at, tlv.bytes.dataStart, size);
  else if (size == 8) store<u64>(at, bswap<u64>(tlv.bits));
  else if (size == 4) store<u32>(at, bswap<u32>(<u32>tlv.bits));
  else if (size == 1) store<u8>(at, <u8>tlv.bits);
}`;

const reader = `
// The message that is being read. The bus writes well-formed messages, so lengths are believed.
let incoming: usize = 0;
let incomingCapacity: u32 = 0;
let cursor: usize = 0;

/** Reads type and length of the next TLV; returns the length, the cursor stands at the value. */
function takeLength(): u32 {
  cursor++;
  let length: u32 = 0;
  let shift: u32 = 0;
  let byte: u8 = 0;
  do {
    byte = load<u8>(cursor++);
    length |= (<u32>(byte & 0x7f)) << shift;
    shift += 7;
  } while (byte >= 0x80);
  return length;
}

/** Step over the next result; its value begins at the address returned. */
function takeValue(): usize {
  // Two statements: \`cursor += takeLength()\` would add to the cursor as it was before the head was read.
  const length = takeLength();
  cursor += length;
  return cursor - length;
}

/** The next result as a u32. */
export function takeU32(): u32 {
  return bswap<u32>(load<u32>(takeValue()));
}

/** The next result as a u64. */
export function takeU64(): u64 {
  return bswap<u64>(load<u64>(takeValue()));
}

/** The next result as an i64. */
export function takeI64(): i64 {
  return <i64>takeU64();
}

/** The next result as an f64. */
export function takeF64(): f64 {
  return reinterpret<f64>(takeU64());
}

/** The next result as a bool. */
export function takeBool(): bool {
  return load<u8>(takeValue()) == 1;
}

/** The next result as bytes, copied. */
export function takeBytes(): Uint8Array {
  const length = takeLength();
  const bytes = new Uint8Array(length);
  memory.copy(bytes.dataStart, cursor, length);
  cursor += length;
  return bytes;
}

/** The next result as a text. */
export function takeText(): string {
  const length = takeLength();
  cursor += length;
  return String.UTF8.decodeUnsafe(cursor - length, length);
}

/** The next result as a handle. */
export function takeHandle(): u32 {
  return takeU32();
}

/** The next result as a list. */
export function takeList(): Array<Tlv> {
  const length = takeLength();
  const end = cursor + length;
  const items = new Array<Tlv>();
  while (cursor < end) items.push(takeTlv());
  return items;
}

function takeTlv(): Tlv {
  const tlv = new Tlv();
  tlv.type = load<u8>(cursor);
  if (tlv.type == TYPE_LIST) tlv.items = takeList();
  else if (tlv.type == TYPE_BYTES || tlv.type == TYPE_TEXT) tlv.bytes = takeBytes();
  else if (tlv.type == TYPE_BOOL) tlv.bits = takeBool() ? 1 : 0;
  else if (tlv.type == TYPE_U32 || tlv.type == TYPE_HANDLE) tlv.bits = takeU32();
  else if (tlv.type == TYPE_NONE) takeValue();
  else tlv.bits = takeU64();
  return tlv;
}`;

const sending = `
/** Makes room for a reply. */
function growIncoming(capacity: u32): void {
  if (incomingCapacity >= capacity) return;
  if (incoming != 0) heap.free(incoming);
  incoming = heap.alloc(capacity);
  incomingCapacity = capacity;
}

/** Emit the instruction and read status and host error of its reply. Returns whether results follow. */
export function send(reply: Reply): bool {
  growIncoming(1024);
  const length = emit(outgoing, outgoingLength, incoming, incomingCapacity);
  if (length > incomingCapacity) {
    growIncoming(length);
    replyRead(incoming, length);
  }
  reply.status = <i32>bswap<u16>(load<u16>(incoming));
  cursor = incoming + 2;
  if (reply.status != 0) reply.hostError = <i32>takeU32();
  return reply.status == 0;
}

/** Emit the instruction with ASYNC set and read the id of its call. */
export function sendCall(): CallReply {
  const reply = new CallReply();
  if (send(reply)) reply.callId = takeU32();
  return reply;
}

/** Up to \`maximum\` bytes of a selected section from \`offset\`; null where the section is not selected. */
export function sectionRead(id: string, offset: u64, maximum: u32): Uint8Array | null {
  const name = String.UTF8.encode(id);
  const bytes = new Uint8Array(maximum);
  const length = sectionReadInto(changetype<usize>(name), name.byteLength, offset, bytes.dataStart, maximum);
  return length < 0 ? null : bytes.subarray(0, length);
}`;

const events = `
/** A Universal_Event as it reaches \`fayger_on_event\`. */
export class GuestEvent {
  /** Category number. */
  category: u8 = 0;
  /** Opcode of the event, or of the instruction that completed. */
  opcode: u16 = 0;
  /** Whether it completes an asynchronous call. */
  completion: bool = false;
  /** Id of the call that completed. */
  callId: u32 = 0;
  /** Status of the call that completed; results follow only where it is 0. */
  status: i32 = 0;
  /** Why the host failed, where the status is not 0. */
  hostError: i32 = 0;
}

/** Read the head of an event; what follows is read with the \`take\` function of its opcode. */
export function readEvent(pointer: usize): GuestEvent {
  const event = new GuestEvent();
  const cat = load<u8>(pointer);
  event.category = cat & 0x0f;
  event.completion = (cat & 0x40) != 0;
  event.opcode = bswap<u16>(load<u16>(pointer, 1));
  cursor = pointer + 3;
  if (event.completion) {
    event.callId = takeU32();
    event.status = <i32>takeU32();
    if (event.status != 0) event.hostError = <i32>takeU32();
  }
  return event;
}`;
