// The part of the AssemblyScript bindings that is the same for every table: values to bytes, bytes to values.

/** Answers. */
export const REPLY_CLASSES = `
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

/** Texts to bytes and back. */
export const TEXTS = `
/** A text as bytes in UTF-8; half of a surrogate pair becomes U+FFFD. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.wrap(String.UTF8.encode(text, false, String.UTF8.ErrorMode.REPLACE));
}

/** Bytes in UTF-8 as a text. What the bus calls a text is well-formed; of other bytes something comes out. */
export function textOf(bytes: Uint8Array): string {
  return String.UTF8.decodeUnsafe(bytes.dataStart, bytes.byteLength);
}`;

/** One TLV of whatever type. */
export const TLV_CLASS = `
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

  /** A none: what stands in a list for nothing. */
  static none(): Tlv {
    return new Tlv();
  }

  /** A u32. */
  static u32(value: u32): Tlv {
    return scalar(TYPE_U32, value);
  }

  /** A u64. */
  static u64(value: u64): Tlv {
    return scalar(TYPE_U64, value);
  }

  /** An i64. */
  static i64(value: i64): Tlv {
    return scalar(TYPE_I64, <u64>value);
  }

  /** An f64; every NaN becomes the canonical one. */
  static f64(value: f64): Tlv {
    return scalar(TYPE_F64, bitsOf(value));
  }

  /** A bool. */
  static bool(value: bool): Tlv {
    return scalar(TYPE_BOOL, value ? 1 : 0);
  }

  /** Bytes. */
  static bytes(value: Uint8Array): Tlv {
    const tlv = scalar(TYPE_BYTES, 0);
    tlv.bytes = value;
    return tlv;
  }

  /** A text. */
  static text(value: string): Tlv {
    const tlv = scalar(TYPE_TEXT, 0);
    tlv.bytes = bytesOf(value);
    return tlv;
  }

  /** A handle. */
  static handle(value: u32): Tlv {
    return scalar(TYPE_HANDLE, value);
  }

  /** A list, at most four deep. */
  static list(items: Array<Tlv>): Tlv {
    const tlv = scalar(TYPE_LIST, 0);
    tlv.items = items;
    return tlv;
  }

  /** The value as an i64. */
  toI64(): i64 {
    return <i64>this.bits;
  }

  /** The value as an f64. */
  toF64(): f64 {
    return reinterpret<f64>(this.bits);
  }

  /** The value as a text. */
  toText(): string {
    return textOf(this.bytes);
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

function scalar(type: u8, bits: u64): Tlv {
  const tlv = new Tlv();
  tlv.type = type;
  tlv.bits = bits;
  return tlv;
}

/** The bits of an f64; of every NaN those of the canonical one. */
function bitsOf(value: f64): u64 {
  return isNaN(value) ? 0x7ff8000000000000 : reinterpret<u64>(value);
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

/** From values to bytes. */
export const WRITER = `
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

/** An optional operand that is there. One that is left out is \`null\`. */
export class Some<T> {
  /** The operand. */
  value: T;

  constructor(value: T) {
    this.value = value;
  }
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
  store<u64>(putHead(TYPE_F64, 8), bswap<u64>(bitsOf(value)));
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

/** From bytes to values. */
export const READER = `
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

/** Instruction out, reply in; sections. */
export const SENDING = `
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

/** The head of an event, and room for it. */
export const EVENTS = `
/** A Universal_Event as it reaches \`fayger_on_event\`. */
export class GuestEvent {
  /** What it is: one of \`EventKind\`, or another number where these bindings do not know it. */
  kind: u32 = 0;
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

  /** Status and host error of the call as an answer. */
  into(reply: Reply): bool {
    reply.status = this.status;
    reply.hostError = this.hostError;
    return reply.ok;
  }
}

/** Read the head of an event; what follows is read with the \`take\` function of its opcode. */
export function readEvent(pointer: usize): GuestEvent {
  const event = new GuestEvent();
  const cat = load<u8>(pointer);
  event.category = cat & 0x0f;
  event.completion = (cat & 0x40) != 0;
  event.opcode = bswap<u16>(load<u16>(pointer, 1));
  event.kind = ((<u32>cat) << 16) | event.opcode;
  cursor = pointer + 3;
  if (event.completion) {
    event.callId = takeU32();
    event.status = <i32>takeU32();
    if (event.status != 0) event.hostError = <i32>takeU32();
  }
  return event;
}

let eventBytes: usize = 0;
let eventCapacity: u32 = 0;

/** Room for the next event, for \`fayger_alloc\` to return; the one before it is over by then. */
export function eventRoom(length: u32): usize {
  if (eventCapacity < length) {
    if (eventBytes != 0) heap.free(eventBytes);
    eventCapacity = max(length, 256);
    eventBytes = heap.alloc(eventCapacity);
  }
  return eventBytes;
}`;
