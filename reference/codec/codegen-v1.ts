/**
 * The one entry through which generated code uses the kernel. A change that breaks generated code becomes `codegen-v2`
 * beside it.
 */
export { AscendingItems, AscendingPaths } from "./ascending.js";
export { CodecError, type CodecReason } from "./codec-error.js";
export {
  type DecodeOptions,
  declaredGrowth,
  declaredVersion,
  decodeDocument,
  decodeGrowingDocument,
  decodeVersionedDocument,
  type EncodeOptions,
  growthOf,
  type VersionPair,
} from "./document.js";
export { type ItemKind, UNBOUNDED } from "./item-reader.js";
export type { JsonItemCheck, JsonObject, JsonProblem, JsonProblemCode } from "./json-check.js";
export { hexText, JsonCheck } from "./json-check.js";
export { KnownTexts } from "./known-texts.js";
export type { LateValues } from "./late-values.js";
export { type MemberKey, memberKey } from "./member-key.js";
export { type Mutable, setOwn } from "./mutable.js";
export { type Pattern, type PatternRow, pattern } from "./pattern.js";
export { CborReader, type Growth, type UnknownField } from "./reader.js";
export { type Column, column, DecodedRows, type Rows } from "./rows.js";
export type { Tlv, TlvFail, TlvReason, TlvTypeName } from "./tlv.js";
export { OperandCheck } from "./tlv-operands.js";
export { decodeTlvs } from "./tlv-reader.js";
export { optionalTlvValue, type TlvValues, tlvValue } from "./tlv-values.js";
export { encodeTlvs, TlvWriter } from "./tlv-writer.js";
export { compareBytes, compareText, utf8Length } from "./utf8.js";
export { type CborValue, decodeCbor, encodeCbor } from "./value.js";
export { withoutMember } from "./without-member.js";
export { CborWriter, compareKeys } from "./writer.js";
