import type { CodecReason } from "./codec-reason.js";
import type { Fault } from "./fault.js";
import { itemFault, MajorType, readHead } from "./head.js";

/**
 * What errors say to people. No program looks at it, and no decision is made here.
 *
 * @spec errors.message
 */

/** Longest path and longest text a message quotes in full. */
const QUOTED_LENGTH = 200;

/** What the message of a `CodecError` is made of. */
interface MessageParts {
  readonly reason: CodecReason;
  readonly path: string;
  readonly offset: number;
  readonly rule: string;
  readonly expected: string;
  readonly found: string;
}

/** The message of a `CodecError`. */
export function messageOf({ reason, path, offset, rule, expected, found }: MessageParts): string {
  const where = `at ${shortened(path)} (offset ${offset}, rule ${rule})`;
  return `${reason} ${where}: expected ${shortened(expected)}, found ${shortened(found)}`;
}

function shortened(text: string): string {
  return text.length <= QUOTED_LENGTH ? text : `${text.slice(0, QUOTED_LENGTH)}...`;
}

const EXPECTED: Readonly<Partial<Record<CodecReason, string>>> = {
  truncated: "whole item",
  forbidden_item: "integer, byte string, text, array, map or bool",
  not_shortest_form: "shortest form",
  invalid_utf8: "valid UTF-8",
  depth: "at most 16 levels",
  duplicate_key: "greater key",
  key_order: "greater key",
  trailing_bytes: "end of document",
};

/** What the form of every document asks for, where it is not met for `reason`. */
export function expectedForm(reason: CodecReason): string {
  return EXPECTED[reason] ?? "";
}

/** What stands at the place of a fault. */
export function foundBy(bytes: Uint8Array, { found, missing, offset }: Fault): string {
  if (found !== "") return found;
  return missing !== undefined && offset >= bytes.length ? "end of map" : describeItem(bytes, offset);
}

/** `tstr .size (1..128)`, as the schema would write it. */
export function bounded(type: string, minimum: number, maximum: number): string {
  if (minimum === maximum) return `${type} .size ${minimum}`;
  return maximum === Number.MAX_SAFE_INTEGER
    ? `${type} of at least ${minimum} bytes`
    : `${type} .size (${minimum}..${maximum})`;
}

/** Names a JavaScript value for people. */
export function describeValue(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `array of ${value.length}`;
  if (typeof value === "number") return `number ${value}`;
  return typeof value;
}

/** Names the item at `at` for people: `unsigned integer 7`, `text of 5 bytes`, `end of input`. */
export function describeItem(bytes: Uint8Array, at: number): string {
  if (at >= bytes.length) return "end of input";
  const first = bytes[at] as number;
  const fault = itemFault(bytes, at);
  if (fault === "truncated") return "end of input inside the item";
  if (fault === "forbidden_item") return `item with first byte 0x${first.toString(16).padStart(2, "0")}`;
  const { major, argument, wide, contentAt, end } = readHead(bytes, at);
  const longer = fault === "not_shortest_form" ? `${contentAt - at - 1}-byte form of ` : "";
  const amount = String(wide ?? argument);
  switch (major) {
    case MajorType.Unsigned:
      return `${longer}integer ${amount}`;
    case MajorType.Negative:
      return `${longer}integer ${String(-1n - (wide ?? BigInt(argument)))}`;
    case MajorType.Bytes:
      return `${longer}byte string of ${amount} bytes`;
    case MajorType.Text:
      return `${longer}${describeText(bytes, contentAt, end)}`;
    case MajorType.Array:
      return `${longer}array of ${amount}`;
    case MajorType.Map:
      return `${longer}map of ${amount}`;
    default:
      return first === 0xf5 ? "true" : "false";
  }
}

/** A short printable text is quoted, any other is described by its length. */
function describeText(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > 64) return `text of ${length} bytes`;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < 0x20 || byte > 0x7e) return `text of ${length} bytes`;
  }
  return `text ${JSON.stringify(String.fromCharCode(...bytes.subarray(start, end)))}`;
}
