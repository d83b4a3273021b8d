import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSourceFile, lineText, positionAt, spanOf } from "./source.js";

const text = fc
  .array(fc.constantFrom("a", "é", "\u{1f600}", "\n", "\r\n", "\r", " ", "\ud83d"), { maxLength: 40 })
  .map((parts) => parts.join(""));

describe("positions", () => {
  it("agree with counting code points from the beginning", () => {
    fc.assert(
      fc.property(text, fc.nat(60), (content, offset) => {
        const bounded = Math.min(offset, content.length);
        const before = content.slice(0, bounded).split("\n");
        const lastLine = before.at(-1) ?? "";
        // Cutting a pair in two leaves half a character, which counts as the whole one it belongs to.
        expect(positionAt(createSourceFile("f", content), offset)).toEqual({
          line: before.length,
          column: Array.from(lastLine).length + 1,
        });
      }),
    );
  });

  it("give back the lines of the text", () => {
    fc.assert(
      fc.property(text, (content) => {
        const source = createSourceFile("f", content);
        const lines = source.lineStarts.map((_, index) => lineText(source, index + 1));
        expect(lines).toEqual(content.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line)));
      }),
    );
  });

  it("count a character outside the basic plane as one column", () => {
    expect(spanOf(createSourceFile("f", 'a\n"\u{1f600}" b'), 7, 8)).toEqual({
      file: "f",
      start: 7,
      end: 8,
      line: 2,
      column: 5,
      endLine: 2,
      endColumn: 6,
    });
  });

  it("stay inside the text", () => {
    expect(positionAt(createSourceFile("f", "ab"), 99)).toEqual({ line: 1, column: 3 });
    expect(positionAt(createSourceFile("f", ""), 0)).toEqual({ line: 1, column: 1 });
    expect(lineText(createSourceFile("f", "ab"), 7)).toBe("");
  });
});
