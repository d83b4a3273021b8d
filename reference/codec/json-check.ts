import { memberSegment } from "./locate.js";
import { compareText, utf8Length } from "./utf8.js";

/** What can be wrong with a value of a JSON document. */
export type JsonProblemCode =
  | "missing_field"
  | "unknown_field"
  | "wrong_type"
  | "length_out_of_range"
  | "value_out_of_range"
  | "pattern_mismatch";

/** One thing that is wrong with a JSON document. */
export interface JsonProblem {
  /** Where, as an RFC 9535 path: `$.modules[0].id`. @spec encoding.json.paths */
  readonly field: string;
  /** What, for people. */
  readonly message: string;
  /** What, for programs. */
  readonly code: JsonProblemCode;
}

/** The members of a JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Checks one value at a path. */
export type JsonItemCheck = (value: unknown, path: string) => void;

/**
 * Collects what is wrong with a JSON document. Generated validators call it member by member; it never throws, and it
 * goes on behind a fault, so that people see all of them at once.
 */
export class JsonCheck {
  /** What was found, in document order. */
  readonly problems: JsonProblem[] = [];

  /** The members of an object; undefined, and a problem, where the value is none. */
  object(value: unknown, path: string): JsonObject | undefined {
    // An array or null is an object to typeof; neither has members of a schema.
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
    this.#wrongType(value, path, "an object");
    return undefined;
  }

  /** A member that must be there. */
  required(object: JsonObject, key: string, path: string, check: JsonItemCheck): void {
    const value = own(object, key);
    if (value === undefined) this.#add(path + memberSegment(key), "missing_field", `\`${key}\` is missing`);
    else check(value, path + memberSegment(key));
  }

  /** A member that may be absent. */
  optional(object: JsonObject, key: string, path: string, check: JsonItemCheck): void {
    const value = own(object, key);
    if (value !== undefined) check(value, path + memberSegment(key));
  }

  /** No member but these. @spec encoding.json.faults: a host's own order of keys would not be everybody's. */
  closed(object: JsonObject, keys: readonly string[], path: string): void {
    for (const key of Object.keys(object).sort(compareText)) {
      if (!keys.includes(key))
        this.#add(path + memberSegment(key), "unknown_field", `\`${key}\` is not one of ${keys.join(", ")}`);
    }
  }

  /** A text of some bytes of UTF-8, and of a form. */
  text(value: unknown, path: string, minimum = 0, maximum = Number.POSITIVE_INFINITY, pattern?: RegExp): void {
    if (typeof value !== "string") {
      this.#wrongType(value, path, "a text");
      return;
    }
    const length = utf8Length(value);
    if (length < minimum || length > maximum) {
      const bounds = maximum === Number.POSITIVE_INFINITY ? `at least ${minimum}` : `${minimum} to ${maximum}`;
      this.#add(path, "length_out_of_range", `expected ${bounds} bytes, found ${length}`);
      return;
    }
    if (pattern !== undefined && !pattern.test(value)) {
      this.#add(path, "pattern_mismatch", `${JSON.stringify(value)} does not match ${pattern.source}`);
    }
  }

  /** An integer within bounds. @spec encoding.json.numbers */
  integer(value: unknown, path: string, minimum: number, maximum: number): void {
    if (typeof value !== "number" || !Number.isInteger(value)) {
      this.#wrongType(value, path, "an integer");
      return;
    }
    if (value < minimum || value > maximum) {
      this.#add(path, "value_out_of_range", `expected ${minimum} to ${maximum}, found ${value}`);
    }
  }

  /** True or false. */
  bool(value: unknown, path: string): void {
    if (typeof value !== "boolean") this.#wrongType(value, path, "true or false");
  }

  /** One of some texts. */
  choice(value: unknown, path: string, values: readonly string[]): void {
    if (typeof value !== "string") {
      this.#wrongType(value, path, "a text");
      return;
    }
    if (!values.includes(value)) {
      this.#add(path, "value_out_of_range", `expected one of ${values.join(", ")}, found ${JSON.stringify(value)}`);
    }
  }

  /** A list whose items each pass a check. */
  list(value: unknown, path: string, minimum: number, item: JsonItemCheck): void {
    if (!Array.isArray(value)) {
      this.#wrongType(value, path, "a list");
      return;
    }
    if (value.length < minimum) {
      this.#add(path, "length_out_of_range", `expected at least ${minimum} items, found ${value.length}`);
    }
    value.forEach((entry, index) => {
      item(entry, `${path}[${index}]`);
    });
  }

  /** An object with any members, each of which passes a check. */
  map(value: unknown, path: string, item: JsonItemCheck): void {
    const object = this.object(value, path);
    if (object === undefined) return;
    for (const key of Object.keys(object).sort(compareText)) item(object[key], path + memberSegment(key));
  }

  #wrongType(value: unknown, path: string, expected: string): void {
    this.#add(path, "wrong_type", `expected ${expected}, found ${kindOf(value)}`);
  }

  #add(field: string, code: JsonProblemCode, message: string): void {
    this.problems.push({ field, message, code });
  }
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "a text";
    case "number":
      return Number.isInteger(value) ? "an integer" : "a number that is not an integer";
    case "boolean":
      return "true or false";
    case "object":
      return "an object";
    default:
      return "nothing JSON has";
  }
}

const DIGITS = "0123456789abcdef";

/** Bytes as lower-case hexadecimal, the form they have in JSON. */
export function hexText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (DIGITS[byte >> 4] ?? "") + (DIGITS[byte & 15] ?? "");
  return text;
}
