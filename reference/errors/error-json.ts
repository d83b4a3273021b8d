import type { SourceLayer } from "../../generated/enums/source-layer.js";
import type { ErrorCode } from "../../generated/errors/error-code.js";
import { ERROR_CONTEXT_TYPES, type FieldType } from "../../generated/errors/error-context.js";

/** A value of a context or of event fields in JSON. */
export type JsonField = string | number | boolean | readonly string[];

/** An error in JSON. @spec errors.json */
export interface ErrorJson {
  readonly code: ErrorCode;
  readonly source_layer: SourceLayer;
  readonly message: string;
  readonly context: Readonly<Record<string, JsonField>>;
  readonly cause?: ErrorJson;
}

/** What an error must have to be written as JSON. */
export interface ErrorParts {
  readonly code: ErrorCode;
  readonly sourceLayer: SourceLayer;
  readonly message: string;
  readonly context: object;
  readonly cause?: ErrorParts;
}

/** The JSON form of an error and its causes. Loops, so a long chain cannot exhaust the stack. @spec errors.json */
export function errorToJson(error: ErrorParts): ErrorJson {
  const chain: ErrorParts[] = [];
  for (let link: ErrorParts | undefined = error; link !== undefined; link = link.cause) chain.push(link);
  let json: ErrorJson | undefined;
  for (let at = chain.length - 1; at >= 0; at -= 1) {
    const link = chain[at] as ErrorParts;
    const head = {
      code: link.code,
      source_layer: link.sourceLayer,
      message: link.message,
      context: fieldsToJson(link.context, ERROR_CONTEXT_TYPES[link.code]),
    };
    json = json === undefined ? head : { ...head, cause: json };
  }
  return json as ErrorJson;
}

/**
 * The JSON form of typed fields, in the order of their table row; absent fields are left out.
 *
 * @param values the fields under their wire names
 * @param types the row's field types
 */
export function fieldsToJson(
  values: object,
  types: Readonly<Record<string, FieldType>>,
): Readonly<Record<string, JsonField>> {
  const json: Record<string, JsonField> = {};
  for (const name of Object.keys(types)) {
    const value: unknown = (values as Record<string, unknown>)[name];
    if (value !== undefined) json[name] = fieldToJson(value, types[name] as FieldType);
  }
  return json;
}

function fieldToJson(value: unknown, type: FieldType): JsonField {
  switch (type) {
    case "bytes":
      return hexadecimal(value as Uint8Array);
    case "safe_uint":
      // @spec errors.json.integers: decimal text keeps every digit in readers whose numbers are 64-bit floats.
      return String(value);
    case "text_list":
      return [...(value as readonly string[])];
    default:
      return value as string | number | boolean;
  }
}

const DIGITS = "0123456789abcdef";

/** Bytes as lower-case hexadecimal digits, two a byte. */
export function hexadecimal(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15);
  return text;
}
