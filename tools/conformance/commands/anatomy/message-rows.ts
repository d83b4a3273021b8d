import { instructionCategoryName } from "../../../../generated/enums/instruction-category.js";
import { isTlvType, TLV_TYPE_NAMES, TlvType } from "../../../../generated/enums/tlv-type.js";
import { instructionEventOf, instructionOf } from "../../../../generated/instructions/instruction-table.js";
import type { ByteRow } from "./byte-row.js";
import { bigEndian, CutOff, RowBuilder } from "./row-builder.js";

/** What passes between a program and the bus. */
export type MessageKind = "instruction" | "reply" | "event";

/** Lists in each other that are taken apart; the deepest that is legal has depth 4. */
const DEEPEST = 8;

/** A message between program and bus: its head and each TLV. It judges nothing. */
export function messageRows(kind: MessageKind, bytes: Uint8Array): ByteRow[] {
  return RowBuilder.read(
    bytes,
    (rows) => {
      if (kind === "reply") rows.take(2, 0, (taken) => `status 0x${hexadecimal(taken)}`);
      else head(kind, rows);
      while (rows.left > 0) tlv(rows, 0);
    },
    "cannot be read",
  );
}

function head(kind: Exclude<MessageKind, "reply">, rows: RowBuilder): void {
  const [cat = 0] = rows.bytes;
  const category = cat & 0x0f;
  const opcode = Number(bigEndian(rows.bytes.subarray(1, 3)));
  const isCompletion = kind === "event" && (cat & 0x40) !== 0;
  const row =
    kind === "event" && !isCompletion ? instructionEventOf(category, opcode) : instructionOf(category, opcode);
  const flags = [(cat & 0x40) !== 0 && (isCompletion ? "completion" : "ASYNC"), (cat & 0x80) !== 0 && "EXT_CAPS"];
  rows.take(1, 0, () => [`cat ${instructionCategoryName(category)}`, ...flags.filter(Boolean)].join(", "));
  rows.take(2, 0, (taken) => `op 0x${hexadecimal(taken)}${row === undefined ? "" : ` ${row.name}`}`);
  if (kind === "event") return;
  rows.take(2, 0, (taken) => `caps ${bits(taken[1] ?? 0, taken[0] ?? 0)}`);
  if ((cat & 0x80) === 0) return;
  const [count = 0] = rows.take(1, 0, (taken) => `n ${taken[0] ?? 0}`);
  if (count > 0) rows.take(count, 0, () => "bitmap");
}

function tlv(rows: RowBuilder, depth: number): void {
  const type = rows.bytes[rows.at] ?? 0;
  const length = rows.peekLeb(1);
  if (!isTlvType(type) || length === undefined || depth > DEEPEST) throw new CutOff();
  const name = TLV_TYPE_NAMES[type];
  rows.take(1 + length.size, depth, () => `${name}, ${length.value} ${length.value === 1 ? "byte" : "bytes"}`);
  const end = rows.at + length.value;
  if (type !== TlvType.List || end > rows.bytes.length) {
    if (length.value > 0) rows.take(length.value, depth + 1, (taken) => valueText(type, taken));
    return;
  }
  while (rows.at < end) tlv(rows, depth + 1);
}

function valueText(type: TlvType, value: Uint8Array): string {
  if (type === TlvType.Text) return JSON.stringify(new TextDecoder().decode(value));
  if (type === TlvType.U32 || type === TlvType.U64 || type === TlvType.Handle) return bigEndian(value).toString();
  if (type === TlvType.I64) return BigInt.asIntN(64, bigEndian(value)).toString();
  if (type === TlvType.Bool) return value[0] === 0 ? "false" : value[0] === 1 ? "true" : "";
  if (type === TlvType.F64 && value.length === 8)
    return String(new DataView(value.buffer, value.byteOffset, 8).getFloat64(0));
  return "";
}

function bits(low: number, high: number): string {
  const all = low | (high << 8);
  const set = Array.from({ length: 16 }, (_, bit) => bit).filter((bit) => (all >> bit) & 1);
  return set.length === 0 ? "none" : `bit ${set.join(", ")}`;
}

function hexadecimal(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
