import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { JsonCheck } from "./json-check.js";
import { compareText } from "./utf8.js";

/** Checks a value as `{ a: 0..10, ? b: text of 1 to 3 bytes, ? c: [+ bool] }`. */
function judge(check: JsonCheck, value: unknown): void {
  const object = check.object(value);
  if (object === undefined) return;
  check.required(object, "a", (a) => check.integer(a, 0, 10));
  check.optional(object, "b", (b) => check.text(b, 1, 3));
  check.optional(object, "c", (c) => check.list(c, 1, (item) => check.bool(item)));
  check.closed(object, ["a", "b", "c"]);
}

/** What is wrong with a text of JSON as `{ a: 0..10, ? b: text of 1 to 3 bytes, ? c: [+ bool] }`, as code and path. */
function faultsOf(json: string): string[] {
  const check = new JsonCheck();
  judge(check, JSON.parse(json));
  return check.problems.map(({ code, field }) => `${code} ${field}`);
}

describe("a JSON document", () => {
  // @spec encoding.json.numbers
  it.each([
    ["5.0", []],
    ["1e1", []],
    ["-0", []],
    ["1.5", ["wrong_type $.a"]],
    // The nearest binary64 is 1.
    ["1.00000000000000000001", []],
    // No binary64 is near: infinite.
    ["1e400", ["wrong_type $.a"]],
    ["9007199254740993", ["value_out_of_range $.a"]],
    ['"5"', ["wrong_type $.a"]],
  ])("with the number %s where 0 to 10 is due", (number, faults) => {
    expect(faultsOf(`{ "a": ${number} }`)).toEqual(faults);
  });

  // @spec encoding.json.duplicates
  it("has the last of several members of one name", () => {
    expect(faultsOf('{ "a": true, "a": 1 }')).toEqual([]);
    expect(faultsOf('{ "a": 1, "a": true }')).toEqual(["wrong_type $.a"]);
  });

  // @spec encoding.json.faults, encoding.json.paths
  it("is judged in the order of its schema, whatever the order in the text", () => {
    expect(faultsOf('{ "c": [true, 1], "b": "", "10": 0, "9": 0, "it\'s\\n": 0 }')).toEqual([
      "missing_field $.a",
      "length_out_of_range $.b",
      "wrong_type $.c[1]",
      "unknown_field $['10']",
      "unknown_field $['9']",
      "unknown_field $['it\\'s\\n']",
    ]);
    expect(faultsOf("[]")).toEqual(["wrong_type $"]);
    expect(faultsOf('{ "a": 0, "c": [] }')).toEqual(["length_out_of_range $.c"]);
  });

  it("has lone surrogates as data of three bytes", () => {
    expect(faultsOf('{ "a": 0, "b": "\\ud800" }')).toEqual([]);
    expect(faultsOf('{ "a": 0, "b": "\\ud800x" }')).toEqual(["length_out_of_range $.b"]);
  });

  // @spec encoding.json.faults
  test.prop([fc.uniqueArray(fc.string({ unit: "grapheme" }).map((name) => `x${name}`))])(
    "names unknown members ascending by their UTF-8 bytes",
    (names) => {
      const check = new JsonCheck();
      check.closed(Object.fromEntries(names.map((name) => [name, 0])), []);
      const found = check.problems.map(({ message }) => /^`(.*)` is not one of/s.exec(message)?.[1]);
      expect(found).toEqual([...names].sort(compareText));
    },
  );

  // @spec encoding.json.faults
  test.prop([fc.jsonValue(), fc.nat({ max: 4 })])(
    "is told of the first problems where there are more",
    (value, most) => {
      const whole = new JsonCheck();
      judge(whole, value);
      const bounded = new JsonCheck(most);
      judge(bounded, value);
      expect(bounded.problems).toEqual(whole.problems.slice(0, most));
      expect(bounded.problems.length + bounded.untold).toBe(whole.problems.length);
      expect(whole.untold).toBe(0);
    },
  );

  // @spec encoding.json.paths
  it("has the members that there are beside one that is not among them", () => {
    const check = new JsonCheck();
    judge(check, { a: 0, d: 0 });
    expect(check.problems).toEqual([
      { field: "$.d", code: "unknown_field", message: "`d` is not one of a, b, c", known: ["a", "b", "c"] },
    ]);
  });
});
