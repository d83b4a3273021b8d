import { join } from "./octets.js";

/**
 * Universal_Instructions by the text of the chapter instructions, right ones and wrong ones, with the place of every
 * field. Nothing here judges: fields are written as they are told.
 */

/** Type numbers by name, as the table `tlv-types` has them; any other number can be written as well. */
export const TYPES = {
  none: 0,
  u32: 1,
  u64: 2,
  i64: 3,
  f64: 4,
  bool: 5,
  bytes: 6,
  text: 7,
  handle: 8,
  list: 9,
} as const;

/** Name of a type. */
export type TypeName = keyof typeof TYPES;

/** One operand, or one item of a list. */
export interface Tlv {
  readonly type: number;
  /** The bytes of the length; the shortest LEB128 of the true one where absent. */
  readonly length?: Uint8Array;
  /** The value; items of a list are TLVs. */
  readonly value: Uint8Array | readonly Tlv[];
  /** The value as vectors write it; absent where the TLV is wrong. */
  readonly json?: unknown;
}

/** Where a TLV lies. */
export interface TlvPlace {
  readonly type: number;
  readonly length: number;
  readonly value: number;
  readonly end: number;
}

/** An instruction to be written, as it is told and not as it should be. */
export interface Instruction {
  /** Bits 0 to 3 of the first byte. */
  readonly category: number;
  readonly opcode: number;
  /** The 16 bits of `caps`. */
  readonly caps?: number;
  /** Everything between `caps` and the operands; with it goes EXT_CAPS. */
  readonly extension?: Uint8Array;
  readonly asynchronous?: boolean;
  /** Bits of the first byte that are set beside category and flags. */
  readonly otherBits?: number;
  readonly operands?: readonly Tlv[];
}

/** An instruction that was written. */
export class WrittenInstruction {
  readonly bytes: Uint8Array;
  readonly #places: ReadonlyMap<Tlv, TlvPlace>;
  /** First byte of the operands. */
  readonly operandsAt: number;

  constructor(bytes: Uint8Array, operandsAt: number, places: ReadonlyMap<Tlv, TlvPlace>) {
    this.bytes = bytes;
    this.operandsAt = operandsAt;
    this.#places = places;
  }

  get hex(): string {
    return Buffer.from(this.bytes).toString("hex");
  }

  /** Where a TLV that was written once lies. */
  placeOf(tlv: Tlv): TlvPlace {
    const place = this.#places.get(tlv);
    if (place === undefined) throw new RangeError("the TLV was not written");
    return place;
  }
}

/** Writes an instruction as it is told. @spec instructions.layout, instructions.category-byte */
export function writeInstruction(instruction: Instruction): WrittenInstruction {
  const { category, opcode, caps = 0, extension, asynchronous = false, otherBits = 0, operands = [] } = instruction;
  const flags = (asynchronous ? 0x40 : 0) | (extension === undefined ? 0 : 0x80) | otherBits;
  const head = Uint8Array.of(category | flags, opcode >> 8, opcode & 0xff, caps >> 8, caps & 0xff);
  const before = join(head, extension ?? new Uint8Array());
  const places = new Map<Tlv, TlvPlace>();
  const pieces = [before];
  let at = before.length;
  for (const operand of operands) {
    const bytes = writeTlv(operand, at, places);
    pieces.push(bytes);
    at += bytes.length;
  }
  return new WrittenInstruction(join(...pieces), before.length, places);
}

function writeTlv(tlv: Tlv, at: number, places: Map<Tlv, TlvPlace>): Uint8Array {
  const trueLength = sizeOf(tlv.value);
  const length = tlv.length ?? leb128(trueLength);
  const valueAt = at + 1 + length.length;
  const value = tlv.value instanceof Uint8Array ? tlv.value : writeItems(tlv.value, valueAt, places);
  places.set(tlv, { type: at, length: at + 1, value: valueAt, end: valueAt + value.length });
  return join(Uint8Array.of(tlv.type), length, value);
}

function writeItems(items: readonly Tlv[], at: number, places: Map<Tlv, TlvPlace>): Uint8Array {
  const pieces: Uint8Array[] = [];
  let next = at;
  for (const each of items) {
    const bytes = writeTlv(each, next, places);
    pieces.push(bytes);
    next += bytes.length;
  }
  return join(...pieces);
}

function sizeOf(value: Uint8Array | readonly Tlv[]): number {
  if (value instanceof Uint8Array) return value.length;
  return value.reduce((sum, each) => sum + writeTlv(each, 0, new Map()).length, 0);
}

/** Unsigned LEB128, the shortest form. @spec instructions.tlv.length */
export function leb128(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

function bigEndian(value: bigint, width: number): Uint8Array {
  return Uint8Array.from({ length: width }, (_, i) => Number((value >> BigInt(8 * (width - 1 - i))) & 0xffn));
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const known = (name: TypeName, value: Uint8Array | readonly Tlv[], json?: unknown): Tlv => ({
  type: TYPES[name],
  value,
  json: { type: name, ...(json !== undefined && { value: json }) },
});

export const none = (): Tlv => known("none", new Uint8Array());
export const u32 = (value: number): Tlv => known("u32", bigEndian(BigInt(value), 4), value);
export const u64 = (value: bigint): Tlv => known("u64", bigEndian(value, 8), String(value));
export const i64 = (value: bigint): Tlv => known("i64", bigEndian(BigInt.asUintN(64, value), 8), String(value));
/** An f64 by its eight bytes in hexadecimal. */
export const f64 = (hex: string): Tlv => known("f64", Uint8Array.from(Buffer.from(hex, "hex")), hex);
export const bool = (value: boolean): Tlv => known("bool", Uint8Array.of(value ? 1 : 0), value);
export const bytes = (value: Uint8Array): Tlv => known("bytes", value, hexOf(value));
export const text = (value: string): Tlv => known("text", Uint8Array.from(Buffer.from(value, "utf8")), value);
export const handle = (value: number): Tlv => known("handle", bigEndian(BigInt(value), 4), value);
export const list = (...items: readonly Tlv[]): Tlv =>
  known(
    "list",
    items,
    items.map(({ json }) => json),
  );

/** A TLV as it is told: type, the bytes of the length and of the value in hexadecimal. */
export const told = (type: number, length: string, value: string): Tlv => ({
  type,
  length: Uint8Array.from(Buffer.from(length, "hex")),
  value: Uint8Array.from(Buffer.from(value, "hex")),
});
