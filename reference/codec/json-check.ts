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
  /** Of an unknown member: the members that there are, in the order of the schema. */
  readonly known?: readonly string[];
}

/** The members of a JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Checks one value. */
export type JsonItemCheck = (value: unknown) => void;

/**
 * Collects what is wrong with a JSON document. Generated validators call it member by member; it never throws, and it
 * goes on behind a fault, so that people see all of them at once.
 */
export class JsonCheck {
  /** What was found, in document order. */
  readonly problems: JsonProblem[] = [];
  /** How many problems there are beyond those. */
  untold = 0;
  readonly #most: number;
  /** Steps from the document to the value that is being checked. A path is made of them only where a problem is told. */
  readonly #steps: (string | number)[] = [];

  /** @param most problems that are told; others are only counted */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  /** The members of an object; undefined, and a problem, where the value is none. */
  object(value: unknown): JsonObject | undefined {
    // An array or null is an object to typeof; neither has members of a schema.
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
    this.#wrongType(value, "an object");
    return undefined;
  }

  /** A member that must be there. */
  required(object: JsonObject, key: string, check: JsonItemCheck): void {
    const value = own(object, key);
    this.#steps.push(key);
    if (value === undefined) this.#add("missing_field", () => `\`${key}\` is missing`);
    else check(value);
    this.#steps.pop();
  }

  /** A member that may be absent. */
  optional(object: JsonObject, key: string, check: JsonItemCheck): void {
    const value = own(object, key);
    if (value === undefined) return;
    this.#steps.push(key);
    check(value);
    this.#steps.pop();
  }

  /** No member but these. @spec encoding.json.faults: a host's own order of keys would not be everybody's. */
  closed(object: JsonObject, known: readonly string[]): void {
    const unknown = Object.keys(object).filter((key) => !known.includes(key));
    for (const key of unknown.sort(compareText)) {
      this.#steps.push(key);
      this.#add("unknown_field", () => `\`${key}\` is not one of ${known.join(", ")}`, known);
      this.#steps.pop();
    }
  }

  /** A text of some bytes of UTF-8, and of a form. */
  text(value: unknown, minimum = 0, maximum = Number.POSITIVE_INFINITY, pattern?: RegExp): void {
    if (typeof value !== "string") {
      this.#wrongType(value, "a text");
      return;
    }
    const length = utf8Length(value);
    if (length < minimum || length > maximum) {
      const bounds = maximum === Number.POSITIVE_INFINITY ? `at least ${minimum}` : `${minimum} to ${maximum}`;
      this.#add("length_out_of_range", () => `expected ${bounds} bytes, found ${length}`);
      return;
    }
    if (pattern !== undefined && !pattern.test(value)) {
      this.#add("pattern_mismatch", () => `${JSON.stringify(value)} does not match ${pattern.source}`);
    }
  }

  /** An integer within bounds. @spec encoding.json.numbers */
  integer(value: unknown, minimum: number, maximum: number): void {
    if (typeof value !== "number" || !Number.isInteger(value)) {
      this.#wrongType(value, "an integer");
      return;
    }
    if (value < minimum || value > maximum) {
      this.#add("value_out_of_range", () => `expected ${minimum} to ${maximum}, found ${value}`);
    }
  }

  /** True or false. */
  bool(value: unknown): void {
    if (typeof value !== "boolean") this.#wrongType(value, "true or false");
  }

  /** One of some texts. */
  choice(value: unknown, values: readonly string[]): void {
    if (typeof value !== "string") {
      this.#wrongType(value, "a text");
      return;
    }
    if (!values.includes(value)) {
      this.#add("value_out_of_range", () => `expected one of ${values.join(", ")}, found ${JSON.stringify(value)}`);
    }
  }

  /** A list whose items each pass a check. */
  list(value: unknown, minimum: number, item: JsonItemCheck): void {
    if (!Array.isArray(value)) {
      this.#wrongType(value, "a list");
      return;
    }
    const { length } = value;
    if (length < minimum) {
      this.#add("length_out_of_range", () => `expected at least ${minimum} items, found ${length}`);
    }
    value.forEach((entry, index) => {
      this.#steps.push(index);
      item(entry);
      this.#steps.pop();
    });
  }

  /** An object with any members, each of which passes a check. */
  map(value: unknown, item: JsonItemCheck): void {
    const object = this.object(value);
    if (object === undefined) return;
    for (const key of Object.keys(object).sort(compareText)) {
      this.#steps.push(key);
      item(object[key]);
      this.#steps.pop();
    }
  }

  #wrongType(value: unknown, expected: string): void {
    this.#add("wrong_type", () => `expected ${expected}, found ${kindOf(value)}`);
  }

  /** Tells of a problem with the value that is being checked, or only counts it. */
  #add(code: JsonProblemCode, message: () => string, known?: readonly string[]): void {
    if (this.problems.length >= this.#most) {
      this.untold++;
      return;
    }
    let field = "$";
    for (const step of this.#steps) field += typeof step === "number" ? `[${step}]` : memberSegment(step);
    this.problems.push({ field, message: message(), code, ...(known !== undefined && { known }) });
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
