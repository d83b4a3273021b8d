import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { JsonNode } from "./json-node.js";
import { readJson } from "./json-reader.js";
import { sourceText } from "./source-text.js";

/** What the engine makes of a text: undefined where it is no JSON. */
function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** A JSON text with white space wherever it may stand, and members that come several times. */
const spacedJson = fc
  .tuple(fc.json(), fc.infiniteStream(fc.constantFrom("", "", " ", "\n", "\r\n\t")))
  .map(([json, blanks]) =>
    json.replace(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^"{}[\]:,]+/gs, (token) => {
      return (blanks.next().value ?? "") + token + (blanks.next().value ?? "");
    }),
  );

/** A JSON text with one edit somewhere: most are broken, and those that are not must be read as before. */
const editedJson = fc
  .tuple(
    spacedJson,
    fc.nat(),
    fc.nat(3),
    fc.constantFrom("", ",", "}", "]", "[", '"', ":", "1", "'a'", "b", "\\", "\t", "-"),
  )
  .map(([json, at, length, text]) => {
    const place = at % (json.length + 1);
    return json.slice(0, place) + text + json.slice(place + length);
  });

function eachNode(node: JsonNode, visit: (node: JsonNode) => void): void {
  visit(node);
  for (const item of node.items ?? []) eachNode(item, visit);
  for (const { node: value } of node.members?.values() ?? []) eachNode(value, visit);
}

describe("the reader of JSON", () => {
  // @spec encoding.json, encoding.json.numbers
  test.prop([fc.oneof(spacedJson, editedJson, fc.string({ unit: "binary" }))])(
    "takes what the engine takes, as the engine does, and nothing else",
    (text) => {
      const { root, faults } = readJson(text, { comments: false });
      expect(root && { value: root.value }).toEqual(parsed(text));
      expect(faults.length === 0).toBe(root !== undefined);
    },
  );

  // @spec faymanifest.validation.place
  test.prop([spacedJson])("knows where every value stands", (text) => {
    const { root } = readJson(text, { comments: false });
    eachNode(root as JsonNode, ({ start, end, value, members }) => {
      expect(JSON.parse(text.slice(start, end))).toEqual(value);
      for (const [name, { nameStart, nameEnd }] of members ?? []) {
        expect(JSON.parse(text.slice(nameStart, nameEnd))).toBe(name);
      }
    });
  });

  it.each(["1e999", "-0", "0.1e-400", "12345678901234567890", '"\\ud800"', '{"__proto__":1,"a":{"__proto__":{}}}'])(
    "reads %s as the engine does",
    (text) => {
      expect(readJson(text, { comments: false }).root?.value).toEqual(JSON.parse(text));
    },
  );

  it("makes members of their own, whatever their names", () => {
    const { root } = readJson('{"__proto__":{"polluted":1}}', { comments: false });
    const value = root?.value as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect("polluted" in value).toBe(false);
  });

  // @spec encoding.json.duplicates
  it("keeps the last of several members, and tells of the others in the order of the text", () => {
    const text = '{"a":{"x":1,"x":2},"b":1,"b":2,"a":[{"c d":1,"c d":2}]}';
    const { root, duplicates } = readJson(text, { comments: false });
    expect(root?.value).toEqual({ a: [{ "c d": 2 }], b: 2 });
    expect(
      duplicates.told.map(({ field, offset, length }) => [field, text.slice(offset, offset + length), offset]),
    ).toEqual([
      ["$.a", '"a"', 1],
      ["$.a.x", '"x"', 6],
      ["$.b", '"b"', 19],
      ["$.a[0]['c d']", '"c d"', 37],
    ]);
  });

  // @spec faymanifest.validation.text
  it("takes 64 levels and no more, however many there are", () => {
    const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${"}]".repeat(depth / 2)}`;
    expect(readJson(nested(64), { comments: false })).toMatchObject({ faults: [], tooDeepAt: undefined });
    expect(readJson(nested(66), { comments: false })).toMatchObject({ root: undefined, tooDeepAt: 32 * 6 });
    expect(readJson("[".repeat(3_000_000), { comments: false })).toMatchObject({ faults: [], tooDeepAt: 64 });
    // What comes first in the text is told.
    expect(readJson(`[;${"[".repeat(100)}`, { comments: false }).tooDeepAt).toBeUndefined();
  });

  // @spec faymanifest.comments
  test.prop([spacedJson, fc.infiniteStream(fc.constantFrom("/**/", "/* a\n* / // */", '// } "\n', "//\r", ""))])(
    "takes comments for white space where it may",
    (json, comments) => {
      const commented = json.replace(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs, (token) => {
        return `${comments.next().value}${token}${comments.next().value}`;
      });
      expect(readJson(commented, { comments: true }).root?.value).toEqual(JSON.parse(json));
      const strict = readJson(commented, { comments: false });
      expect(strict.root === undefined).toBe(parsed(commented) === undefined);
    },
  );
});

describe("the text of a file", () => {
  // @spec encoding.json
  test.prop([fc.uint8Array({ maxLength: 40 })])(
    "is what a decoder gives, and a fault where bytes are no UTF-8",
    (bytes) => {
      const { text, faults } = sourceText(bytes);
      let expected: string | undefined;
      try {
        expected = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        expected = undefined;
      }
      expect(faults.some(({ message }) => message.includes("UTF-8"))).toBe(expected === undefined);
      if (expected !== undefined) expect(text).toBe(expected);
    },
  );

  it("is refused with a byte order mark, as UTF-16 and with half a pair", () => {
    expect(sourceText("\ufeff{}").faults[0]).toMatchObject({ offset: 0, fix: { offset: 0, length: 1, text: "" } });
    expect(sourceText(Uint8Array.of(0xff, 0xfe, 0x7b, 0)).faults[0]?.suggestion).toContain("UTF-16");
    expect(sourceText(Uint8Array.of(0x22, 0xc3, 0xa9, 0xe9, 0x22))).toMatchObject({
      text: '"\u00e9\ufffd"',
      faults: [{ offset: 2, message: "expected UTF-8, found byte 0xe9 at byte 3 of the file" }],
    });
    expect(sourceText('"\ud800"').faults).toMatchObject([{ offset: 1, length: 1 }]);
  });
});
