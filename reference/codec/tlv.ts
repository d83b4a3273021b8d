/**
 * Operands, results and event payloads of Universal_Instructions: type(1), length (unsigned LEB128), value.
 *
 * @spec instructions.tlv
 */
export type Tlv =
  | { readonly type: "none" }
  | { readonly type: "u32"; readonly value: number }
  | { readonly type: "u64"; readonly value: bigint }
  | { readonly type: "i64"; readonly value: bigint }
  | { readonly type: "f64"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "bytes"; readonly value: Uint8Array }
  | { readonly type: "text"; readonly value: string }
  | { readonly type: "handle"; readonly value: number }
  | { readonly type: "list"; readonly value: readonly Tlv[] };

/** Name of a TLV type. */
export type TlvTypeName = Tlv["type"];

/** The names in the order of their type bytes, 0 to 9. */
export const TLV_TYPE_NAMES: readonly TlvTypeName[] = [
  "none",
  "u32",
  "u64",
  "i64",
  "f64",
  "bool",
  "bytes",
  "text",
  "handle",
  "list",
];

/** The type byte of each name. */
export const TLV_TYPE_BYTES: Readonly<Record<TlvTypeName, number>> = {
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
};

/** Lists are nested at most this deep; a list among the operands has depth 1. @spec instructions.tlv */
export const TLV_DEPTH = 4;

/** What can be wrong with a sequence of TLVs; the names are those of the table `instruction-reasons`. */
export type TlvReason =
  | "truncated"
  | "unknown_type"
  | "length_encoding"
  | "length_mismatch"
  | "invalid_bool"
  | "invalid_nan"
  | "invalid_utf8"
  | "list_depth"
  | "trailing_none"
  | "operand_missing"
  | "operand_type"
  | "operand_extra";

/**
 * Called where bytes break a rule. It throws; which error is the caller's choice.
 *
 * @param offset first byte of the field at fault (type, length or value), counted from the start of the message
 */
export type TlvFail = (reason: TlvReason, offset: number, expected: string, found: string) => never;
