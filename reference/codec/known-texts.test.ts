import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { KnownTexts } from "./known-texts.js";
import { encodeCbor } from "./value.js";

const NAMES = [
  "fs.read",
  "fs.write",
  "net.socket",
  "net.listen",
  "abc",
  "abcdefghijkl",
  "abcdefghijklm",
  "x".repeat(23),
];
const known = new KnownTexts([...NAMES, "ab", "x".repeat(24), "stra\u00dfe", "a\u0000bc"]);

/** What stands at `before` in a buffer that goes on behind the text. */
function found(text: string, before: number, behind: number): string | undefined {
  const item = encodeCbor(text);
  const bytes = new Uint8Array(before + item.length + behind).fill(0x78);
  bytes.set(item, before);
  return known.at(new DataView(bytes.buffer), before, bytes.length);
}

/** Names, and texts that differ from one in a byte or in length. */
const near = fc
  .tuple(fc.constantFrom(...NAMES), fc.nat(22), fc.constantFrom("a", "x", ".", "\u0000", "\u00e9", ""))
  .map(([name, at, other]) => name.slice(0, at) + other + name.slice(at + 1));

describe("known texts", () => {
  test.prop([fc.oneof(fc.constantFrom(...NAMES), near, fc.string()), fc.nat(5), fc.nat(40)])(
    "are found where they stand, and nothing else is",
    (text, before, behind) => {
      expect(found(text, before, behind)).toBe(NAMES.includes(text) ? text : undefined);
    },
  );

  test("are not looked for behind the end of the document", () => {
    for (const name of NAMES) {
      const item = encodeCbor(name);
      const view = new DataView(item.buffer, item.byteOffset, item.byteLength);
      for (let end = 0; end < item.length; end++) expect(known.at(view, 0, end)).toBeUndefined();
      expect(known.at(view, 0, item.length)).toBe(name);
    }
  });
});
