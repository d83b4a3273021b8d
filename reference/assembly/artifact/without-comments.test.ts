import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withoutComments } from "./without-comments.js";

// @spec faymanifest.comments
describe("comments", () => {
  test.each([
    ['{"a":1}', '{"a":1}'],
    ['{"a":"//b"/*c*/}', '{"a":"//b" }'],
    ['{"a\\"//":1}// d\r\n', '{"a\\"//":1} \r\n'],
    ["/* a\nb\n */1", "\n\n1"],
    ["/**/1/", " 1/"],
    ["1 /* no end", "1 /* no end"],
    ['"no end // ', '"no end // '],
    ["1 // end", "1  "],
    ["// a\u2028 1", " \u2028 1"],
    ["/* a\u2028 */1", " 1"],
  ])("of %j leave %j", (text, expected) => {
    expect(withoutComments(text)).toBe(expected);
  });

  test("leave every JSON text as it is", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(withoutComments(text)).toBe(text);
        expect(JSON.parse(withoutComments(`/* " */${text}// "\n`))).toEqual(JSON.parse(text));
      }),
    );
  });
});
