import { describe, expect, test } from "vitest";
import type { CodecError } from "./codec-error.js";
import { containerPath, memberSegment, pathOf } from "./locate.js";
import { type CborValue, decodeCbor, encodeCbor } from "./value.js";

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

function refusal(run: () => unknown): CodecError {
  try {
    run();
  } catch (error) {
    return error as CodecError;
  }
  throw new Error("accepted");
}

describe("paths", () => {
  test.each([
    ["entry", ".entry"],
    ["_a1", "._a1"],
    ["a-b", "['a-b']"],
    ["", "['']"],
    ["1", "['1']"],
    ["it's", "['it\\'s']"],
    ["a\\b", "['a\\\\b']"],
    ["\n\t\u0001", "['\\n\\t\\u0001']"],
    ["\u00e9", "['\u00e9']"],
  ])("member %j is %s", (name, segment) => {
    expect(memberSegment(name)).toBe(segment);
  });

  test.each([
    // The document itself, an element, a member's value, a value below both.
    ["f6", "$", 0],
    ["8200f6", "$[1]", 2],
    ["a16161f6", "$.a", 3],
    ["a16161820082f600", "$.a[1][0]", 6],
    // A key, also one inside a container that is a key, names the map.
    ["a1f600", "$", 1],
    ["a18201f600", "$", 3],
    ["a16161a1f600", "$.a", 4],
    // What is absent: a key, a value, an element.
    ["a1", "$", 1],
    ["a16161", "$.a", 3],
    ["8100".slice(0, 2), "$[0]", 1],
    // Keys that are no text.
    ["a105f6", "$['5']", 2],
    ["a120f6", "$['-1']", 2],
    ["a142abcdf6", "$['h\\'abcd\\'']", 4],
    ["a1f4f6", "$['false']", 2],
    ["a18000f6".slice(0, 4) + "f6", "$['\u2026']", 2],
  ])("the fault in %s lies at %s", (hex, path, offset) => {
    const error = refusal(() => decodeCbor(bytesOf(hex)));
    expect({ path: error.path, offset: error.offset }).toEqual({ path, offset });
  });

  test("bytes behind the document name the document", () => {
    expect(refusal(() => decodeCbor(bytesOf("a1616100f6")))).toMatchObject({
      reason: "trailing_bytes",
      path: "$",
      offset: 4,
    });
  });

  test("every item of a document has a path of its own that leads to it", () => {
    const value = new Map<CborValue, CborValue>([
      ["a", [1, [2, "x"], new Map([["b", Uint8Array.of(1)]])]],
      ["c d", new Map([["e", []]])],
    ]);
    const document = encodeCbor(value);
    const paths = new Set<string>();
    for (let at = 0; at < document.length; at++) paths.add(pathOf(document, at));
    expect([...paths]).toEqual(
      expect.arrayContaining(["$", "$.a", "$.a[0]", "$.a[1][1]", "$.a[2].b", "$['c d']", "$['c d'].e"]),
    );
  });

  test("a map that ends is found by its depth", () => {
    // Two maps end at offset 7; the inner one is of depth 2, the outer one of depth 1.
    const document = bytesOf("a16161a1616200");
    expect(containerPath(document, 7, 1)).toBe("$");
    expect(containerPath(document, 7, 2)).toBe("$.a");
  });

  test("a long path is cut in the message and whole in the error", () => {
    const name = "n".repeat(5000);
    const error = refusal(() => decodeCbor(Uint8Array.from([...encodeCbor(new Map([[name, 0]])).slice(0, -1), 0xf6])));
    expect(error.path).toBe(`$.${name}`);
    expect(error.message.length).toBeLessThan(600);
  });
});
