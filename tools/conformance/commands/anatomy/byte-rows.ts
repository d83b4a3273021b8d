import { decodeInputLog } from "../../../../generated/codecs/input-log.js";
import { decodeSnapshot } from "../../../../generated/codecs/snapshot.js";
import { isVectorOperation, type VectorOperation } from "../../../../generated/enums/vector-operation.js";
import { HEADER_FIELDS, HEADER_SIZE } from "../../../../generated/layouts/header.js";
import { TRAILER_FIELDS, TRAILER_SIZE } from "../../../../generated/layouts/trailer.js";
import type { ByteRow } from "./byte-row.js";
import { cborRows } from "./cbor-rows.js";
import { messageRows } from "./message-rows.js";
import { moduleRows } from "./module-rows.js";

/** Bytes under one title. */
export interface BytePart {
  readonly title: string;
  readonly rows: readonly ByteRow[];
}

/** Bytes of a row of text or memory. */
const PIECE = 12;

/** How the bytes of an operation are taken apart; those of the others are no artifact, document, message or program. */
const FORMS: Readonly<Partial<Record<VectorOperation, (bytes: Uint8Array) => BytePart[]>>> = {
  load: artifactParts,
  repack: artifactParts,
  decode: (bytes) => document(bytes),
  select: (bytes) => document(bytes),
  update_trust_store: (bytes) => document(bytes),
  to_json: (bytes) => document(bytes),
  read_assembly: (bytes) => document(bytes),
  read_snapshot: (bytes) => document(bytes, "state"),
  read_input_log: (bytes) => document(bytes, "record"),
  replay: (bytes) => document(bytes, "record"),
  decode_instruction: (bytes) => [{ title: "Instruction", rows: messageRows("instruction", bytes) }],
  dispatch: (bytes) => [{ title: "Instruction", rows: messageRows("instruction", bytes) }],
  decode_reply: (bytes) => [{ title: "Reply", rows: messageRows("reply", bytes) }],
  decode_event: (bytes) => [{ title: "Event", rows: messageRows("event", bytes) }],
  validate_code: (bytes) => [{ title: "Module", rows: moduleRows(bytes) }],
  run: (bytes) => [{ title: "Module", rows: moduleRows(bytes) }],
  validate_fay: (bytes) => [{ title: "Text", rows: pieceRows(bytes) }],
  guest_call: (bytes) => [{ title: "Memory", rows: pieceRows(bytes) }],
};

/**
 * What bytes say, part by part, as far as they can be read. A broken artifact, document, message or program is shown up
 * to where nothing can be told any more. It judges nothing.
 */
export function partsOf(operation: string, bytes: Uint8Array): BytePart[] {
  const form = isVectorOperation(operation) ? FORMS[operation] : undefined;
  return form === undefined ? [plain("Bytes", bytes, 0, bytes.length)] : form(bytes);
}

/** The byte of the input that an expected offset means: one inside of a document within is counted from its first byte. */
export function placeOfFault(operation: string, bytes: Uint8Array, offset: number): number {
  if (operation !== "read_snapshot" && operation !== "read_input_log") return offset;
  try {
    const inside = operation === "read_snapshot" ? decodeSnapshot(bytes).state : decodeInputLog(bytes).record;
    return inside.byteOffset - bytes.byteOffset + offset;
  } catch {
    // The fault is one of the document around it.
    return offset;
  }
}

function document(bytes: Uint8Array, inside?: string): BytePart[] {
  return [{ title: "CBOR", rows: cborRows(bytes, 0, bytes.length, inside) }];
}

/** Bytes of no other form, so many a row, with what they are as text. */
function pieceRows(bytes: Uint8Array): ByteRow[] {
  const rows: ByteRow[] = [];
  for (let offset = 0; offset < bytes.length; offset += PIECE) {
    const piece = bytes.subarray(offset, offset + PIECE);
    const text = Array.from(piece, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    rows.push({ offset, length: piece.length, depth: 0, text });
  }
  return rows;
}

function artifactParts(bytes: Uint8Array): BytePart[] {
  const parts: BytePart[] = [{ title: "Header", rows: fieldRows(bytes, HEADER_FIELDS, 0) }];
  // A wrong magic hides nothing: where the header leads, the parts are shown.
  if (bytes.length < HEADER_SIZE) return parts;
  const [manifest, index] = [
    { at: field(bytes, "manifest_offset"), length: field(bytes, "manifest_length") },
    { at: field(bytes, "section_index_offset"), length: field(bytes, "section_index_length") },
  ];
  const end = Math.max(HEADER_SIZE, bytes.length - TRAILER_SIZE);
  let at = HEADER_SIZE;
  for (const [title, part] of [
    ["Manifest", manifest],
    ["Section index", index],
  ] as const) {
    // Offsets that lead elsewhere are what many vectors are about: nothing is shown twice, and nothing left out.
    if (part.at !== at || part.at + part.length > end) return [...parts, ...rest(bytes, at, bytes.length)];
    parts.push({ title, rows: cborRows(bytes, part.at, part.at + part.length) });
    at = part.at + part.length;
  }
  if (end > at) parts.push(plain("Bodies", bytes, at, end));
  parts.push({ title: "Trailer", rows: fieldRows(bytes, TRAILER_FIELDS, end) });
  return parts;
}

function fieldRows(bytes: Uint8Array, fields: typeof HEADER_FIELDS, base: number): ByteRow[] {
  return fields.flatMap(({ name, offset, size, type }) => {
    const there = Math.min(size, bytes.length - base - offset);
    if (there <= 0) return [];
    const whole = there === size;
    const value = whole && type === "uint" ? ` ${number(bytes, base + offset, size).toString()}` : "";
    return [{ offset: base + offset, length: there, depth: 0, text: `${name}${value}${whole ? "" : " (cut off)"}` }];
  });
}

function field(bytes: Uint8Array, wanted: string): number {
  const found = HEADER_FIELDS.find(({ name }) => name === wanted);
  return found === undefined ? 0 : Number(number(bytes, found.offset, found.size));
}

function number(bytes: Uint8Array, offset: number, size: number): bigint {
  let value = 0n;
  for (const byte of bytes.subarray(offset, offset + size)) value = value * 256n + BigInt(byte);
  return value;
}

function rest(bytes: Uint8Array, from: number, to: number): BytePart[] {
  return to > from ? [plain("The rest, which the header does not lead to", bytes, from, to)] : [];
}

function plain(title: string, bytes: Uint8Array, from: number, to: number): BytePart {
  const text = new TextDecoder().decode(bytes.subarray(from, Math.min(to, from + 48)));
  const isText = to > from && /^[\x20-\x7e]+$/.test(text);
  return { title, rows: [{ offset: from, length: to - from, depth: 0, text: isText ? JSON.stringify(text) : "" }] };
}
