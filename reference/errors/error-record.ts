import type { FaygerErrorRecord } from "../../generated/codecs/fayger-error.js";
import {
  decodeFaygerError as decodeRecord,
  encodeFaygerError as encodeRecord,
} from "../../generated/codecs/fayger-error.js";
import { ERROR_CODES, isErrorCode } from "../../generated/errors/error-code.js";
import type { ErrorContexts } from "../../generated/errors/error-context.js";
import { ERROR_CONTEXT_OPTIONAL, ERROR_CONTEXT_TYPES, type FieldType } from "../../generated/errors/error-context.js";
import { causeChain } from "./cause-chain.js";
import { FaygerError } from "./fayger-error.js";

/** Why a well-encoded record is not an error of this version. */
export interface ErrorRecordProblem {
  /** Where in the record, for instance `$.cause.context.phase`. */
  readonly path: string;
  /** What should stand there. */
  readonly expected: string;
  /** What stands there. */
  readonly found: string;
}

/** An error read from a record, or the reason why there is none. */
export type ErrorReading =
  | { readonly error: FaygerError; readonly problem?: undefined }
  | { readonly error?: undefined; readonly problem: ErrorRecordProblem };

/**
 * Links one record can hold: it nests a level a cause, a context nests two more, and an encoding ends at 16.
 *
 * @spec errors.cbor.chain
 */
const LONGEST_CHAIN = 14;

/**
 * The record of an error and its causes. A chain of more than 14 links keeps its first 13 and its root.
 *
 * @spec errors.shape
 */
export function errorToRecord(error: FaygerError): FaygerErrorRecord {
  let record: FaygerErrorRecord | undefined;
  const chain = causeChain(error);
  const kept = chain.length <= LONGEST_CHAIN ? chain : [...chain.slice(0, LONGEST_CHAIN - 1), ...chain.slice(-1)];
  for (const link of kept.reverse()) {
    const context: Record<string, FaygerErrorRecord["context"][string]> = {};
    const values = link.context as unknown as Record<string, FaygerErrorRecord["context"][string] | undefined>;
    for (const name of Object.keys(ERROR_CONTEXT_TYPES[link.code])) {
      const value = values[name];
      if (value !== undefined) context[name] = value;
    }
    const head = { code: link.code, sourceLayer: link.sourceLayer, message: link.message, context };
    record = record === undefined ? head : { ...head, cause: record };
  }
  return record as FaygerErrorRecord;
}

/**
 * The error of a record, checked against the table: the code exists, the source layer is the code's, each field
 * of the context is one of the row's and has its type, and none that the row does not mark with `?` is missing.
 *
 * @spec errors.context-typed
 */
export function errorFromRecord(record: FaygerErrorRecord): ErrorReading {
  const links: FaygerErrorRecord[] = [];
  for (let link: FaygerErrorRecord | undefined = record; link !== undefined; link = link.cause) links.push(link);
  let error: FaygerError | undefined;
  for (let depth = links.length - 1; depth >= 0; depth -= 1) {
    const link = links[depth] as FaygerErrorRecord;
    const path = "$" + ".cause".repeat(depth);
    const problem = recordProblem(link, path);
    if (problem !== undefined) return { problem };
    const code = link.code as FaygerError["code"];
    error = new FaygerError(code, link.message, link.context as unknown as ErrorContexts[typeof code], {
      cause: error,
    });
  }
  return { error: error as FaygerError };
}

/**
 * The deterministic CBOR form of an error and its causes.
 *
 * @spec errors.cbor
 */
export function encodeFaygerError(error: FaygerError): Uint8Array {
  return encodeRecord(errorToRecord(error));
}

/**
 * Read the CBOR form.
 *
 * @throws CodecError where the bytes are not a record in deterministic CBOR
 * @spec errors.cbor
 */
export function decodeFaygerError(bytes: Uint8Array): ErrorReading {
  return errorFromRecord(decodeRecord(bytes));
}

function recordProblem(record: FaygerErrorRecord, path: string): ErrorRecordProblem | undefined {
  const { code } = record;
  if (!isErrorCode(code)) return { path: `${path}.code`, expected: "a code of the table error-codes", found: code };
  const { layer } = ERROR_CODES[code];
  // @spec errors.cause-kept: a record that moved an error to another layer is refused rather than believed.
  if (record.sourceLayer !== layer) return { path: `${path}.source_layer`, expected: layer, found: record.sourceLayer };
  const types = ERROR_CONTEXT_TYPES[code];
  for (const name of Object.keys(record.context)) {
    if (!Object.hasOwn(types, name))
      return { path: `${path}.context`, expected: Object.keys(types).join(", "), found: name };
  }
  for (const name of Object.keys(types)) {
    const type = types[name] as FieldType;
    const value: unknown = record.context[name];
    if (value === undefined) {
      if (ERROR_CONTEXT_OPTIONAL[code]?.includes(name) === true) continue;
      return { path: `${path}.context.${name}`, expected: type, found: "nothing" };
    }
    if (!hasType(value, type)) {
      return { path: `${path}.context.${name}`, expected: type, found: typeof value };
    }
  }
  return undefined;
}

function hasType(value: unknown, type: FieldType): boolean {
  switch (type) {
    case "text":
      return typeof value === "string";
    case "bool":
      return typeof value === "boolean";
    case "bytes":
      return value instanceof Uint8Array;
    case "text_list":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "u32":
      return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
    case "safe_uint":
      return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  }
}
