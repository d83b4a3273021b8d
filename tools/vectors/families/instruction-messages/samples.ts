import {
  bool,
  bytes,
  f64,
  handle,
  i64,
  list,
  none,
  type Tlv,
  text,
  u32,
  u64,
  writeInstruction,
} from "../../building/instruction.js";
import { fromHex } from "../../building/octets.js";

/** Sequences of TLVs that show every type at its bounds. The last of each is no `none`. */
export const SAMPLES: Readonly<Record<string, readonly Tlv[]>> = {
  nothing: [],
  u32: [u32(0), u32(1), u32(0x01020304), u32(0xffff_ffff)],
  u64: [u64(0n), u64(0x0102030405060708n), u64(2n ** 64n - 1n)],
  i64: [i64(0n), i64(-1n), i64(-(2n ** 63n)), i64(2n ** 63n - 1n)],
  f64: [f64("0000000000000000"), f64("8000000000000000"), f64("3ff8000000000000"), f64("7ff8000000000000")],
  "f64-extremes": [f64("7ff0000000000000"), f64("fff0000000000000"), f64("0000000000000001")],
  bool: [bool(false), bool(true)],
  bytes: [bytes(new Uint8Array()), bytes(Uint8Array.of(0, 255, 128))],
  "bytes-of-two-length-bytes": [bytes(new Uint8Array(127).fill(1)), bytes(new Uint8Array(128).fill(2))],
  "bytes-of-three-length-bytes": [bytes(new Uint8Array(16_384).fill(3))],
  text: [text(""), text("/data/ä€𝄞"), text("a\u0000b")],
  handle: [handle(0), handle(1), handle(0xffff_ffff)],
  "none-in-between": [none(), u32(1), none(), bool(true)],
  list: [list(), list(u32(1), text("a")), list(none()), list(list(), list(list(list(u32(7)))))],
};

/** The bytes of TLVs. */
export function bytesOf(tlvs: readonly Tlv[]): Uint8Array {
  return fromHex(writeInstruction({ category: 0, opcode: 0, operands: tlvs }).hex.slice(10));
}

/** TLVs as vectors write them. */
export function jsonOf(tlvs: readonly Tlv[]): unknown[] {
  return tlvs.map(({ json }) => json);
}

/** Bytes of TLVs that are wrong in one way: how, where behind the first byte, and the anchor of the rule. */
export const WRONG_TLVS: readonly (readonly [name: string, hex: string, reason: string, at: number, clause: string])[] =
  [
    ["unknown-type", "0a00", "unknown_type", 0, "instructions.tlv"],
    ["no-length", "01", "truncated", 1, "instructions.tlv"],
    ["longer-than-shortest", "06810061", "length_encoding", 1, "instructions.tlv.length"],
    ["value-cut", "01040000", "truncated", 2, "instructions.tlv"],
    ["width", "01050000000000", "length_mismatch", 1, "instructions.tlv"],
    ["bool", "050102", "invalid_bool", 2, "instructions.tlv.bool"],
    ["nan", "04087ff8000000000001", "invalid_nan", 2, "instructions.tlv.f64"],
    ["utf8", "0701ff", "invalid_utf8", 2, "instructions.tlv.text"],
    ["list-depth", "09080906090409020900", "list_depth", 8, "instructions.tlv.list"],
    ["trailing-none", "0000", "trailing_none", 0, "instructions.tlv.none"],
  ];
