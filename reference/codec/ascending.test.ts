import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { AscendingItems, AscendingPaths, type ItemOrder, isAmong } from "./ascending.js";
import { compareText } from "./utf8.js";

/** Judges texts one after the other in one buffer. */
function judgements(order: AscendingItems, texts: readonly string[]): ItemOrder[] {
  const bytes = Uint8Array.from(Buffer.from(texts.join("")));
  const view = new DataView(bytes.buffer);
  let at = 0;
  return texts.map((text) => {
    const start = at;
    at += Buffer.byteLength(text);
    return order.judge(view, start, at, order.common(view, start, at));
  });
}

const segments = fc.array(fc.constantFrom("a", "b", "ab", "a-b", "a.b"), { minLength: 1, maxLength: 4 });
const names = fc.uniqueArray(
  segments.map((parts) => parts.join("/")),
  { maxLength: 12 },
);

describe("ascending items", () => {
  test.prop([fc.array(fc.string({ unit: "binary", maxLength: 12 }), { maxLength: 8 })])(
    "are judged by their bytes",
    (texts) => {
      const expected = texts.map((text, index) => {
        const previous = texts[index - 1];
        return previous === undefined || Buffer.compare(Buffer.from(text), Buffer.from(previous)) > 0
          ? "ascending"
          : "not_ascending";
      });
      expect(judgements(new AscendingItems(), texts)).toEqual(expected);
    },
  );

  test.prop([names])("a path conflicts with every earlier path above it, however far back", (unsorted) => {
    const paths = unsorted.sort(compareText);
    const expected = paths.map((path, index) => {
      return paths.slice(0, index).some((earlier) => path.startsWith(`${earlier}/`)) ? "conflict" : "ascending";
    });
    const first = expected.indexOf("conflict");
    const judged = judgements(new AscendingPaths(), paths);
    expect(first < 0 ? judged : judged.slice(0, first + 1)).toEqual(
      first < 0 ? expected : expected.slice(0, first + 1),
    );
  });

  test("names between do not hide a conflict", () => {
    expect(judgements(new AscendingPaths(), ["a", "a-b", "a.c", "a/b"])).toEqual([
      "ascending",
      "ascending",
      "ascending",
      "conflict",
    ]);
  });

  test.prop([fc.uniqueArray(fc.string({ unit: "binary" })), fc.string({ unit: "binary" })])(
    "isAmong finds what is there",
    (texts, other) => {
      const sorted = texts.sort(compareText);
      for (const text of sorted) expect(isAmong(sorted, text)).toBe(true);
      expect(isAmong(sorted, other)).toBe(sorted.includes(other));
    },
  );
});
