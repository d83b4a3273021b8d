import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileText } from "../testing/ui-arbitraries.js";
import { CellGrid, PLAIN_STYLE } from "./cell-grid.js";
import { charactersOf, widthOf } from "./characters.js";
import { editLine, fitCaret, insertText } from "./edited-line.js";
import { wrapPreformatted, wrapText } from "./wrapped-text.js";

/** The text of a row, without right halves. */
const textOf = (grid: CellGrid, row: number): string =>
  grid
    .row(row)
    .map(({ text }) => text)
    .join("");
const anyText = fc.oneof(hostileText, fc.string({ unit: "binary", maxLength: 60 }));

describe("characters in cells", () => {
  // @spec instructions.ui.cells, instructions.ui.no-markup
  it("stand for all of a text, and hold nothing that a terminal obeys", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const characters = charactersOf(text);
        expect(characters.reduce((sum, { length }) => sum + length, 0)).toBe(text.length);
        for (const character of characters) {
          expect(character.text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
          expect(Array.from(character.text).length).toBeLessThanOrEqual(10);
        }
        expect(widthOf(text)).toBe(characters.reduce((sum, { width }) => sum + width, 0));
      }),
    );
  });

  it.each([
    ["abc", ["a1", "b1", "c1"]],
    ["e\u0301a", ["e\u03011", "a1"]],
    ["漢字", ["漢2", "字2"]],
    ["👍🏽!", ["👍2", "!1"]],
    ["🇩🇪🇫🇷", ["🇩🇪2", "🇫🇷2"]],
    ["👩‍👩", ["👩2", "👩2"]],
    ["\u0301a", [" \u03011", "a1"]],
    ["a\u202eb", ["a1", "b1"]],
    ["a\u001bb\nc\u009bd", ["a1", "\ufffd1", "b1", "\ufffd1", "c1", "\ufffd1", "d1"]],
    ["ｱＡ가", ["ｱ1", "Ａ2", "가2"]],
  ])("%s has its marks with it and its width", (text, expected) => {
    expect(charactersOf(text).map((character) => `${character.text}${character.width}`)).toEqual(expected);
  });

  it("has at most eight marks on one", () => {
    const [only, ...more] = charactersOf(`a${"\u0301".repeat(1000)}`);
    expect(more).toEqual([]);
    expect(only).toEqual({ text: `a${"\u0301".repeat(8)}`, width: 1, length: 1001 });
  });
});

describe("a grid of cells", () => {
  const step = fc.oneof(
    fc.record({
      column: fc.integer({ min: 0, max: 12 }),
      row: fc.integer({ min: 0, max: 5 }),
      text: fc.oneof(hostileText, fc.constantFrom("漢", "漢字漢", "a", "ab漢")),
    }),
    fc.record({ columns: fc.integer({ min: 1, max: 12 }), rows: fc.integer({ min: 1, max: 5 }) }),
  );

  // @spec instructions.ui.cells
  it("never has half a character, and nothing outside", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const grid = new CellGrid(10, 4);
        for (const one of steps) {
          if ("text" in one) grid.write(one.column, one.row, one.text, PLAIN_STYLE);
          else grid.resize(one.columns, one.rows);
        }
        for (let row = 0; row < grid.rows; row += 1) {
          const cells = grid.row(row);
          expect(cells.length).toBe(grid.columns);
          for (const [column, { text }] of cells.entries()) {
            const isWide = text !== "" && charactersOf(text)[0]?.width === 2;
            expect(cells[column + 1]?.text === "").toBe(isWide);
          }
        }
      }),
    );
  });

  it("cuts off at its edge, whole characters only", () => {
    const grid = new CellGrid(5, 2);
    expect(grid.write(3, 0, "a漢b", PLAIN_STYLE)).toBe(4);
    expect(textOf(grid, 0)).toBe("   a ");
    grid.write(0, 1, "漢字", PLAIN_STYLE);
    grid.write(1, 1, "x", PLAIN_STYLE);
    expect(textOf(grid, 1)).toBe(" x字 ");
    grid.write(0xffff_ffff, 0xffff_ffff, "far", PLAIN_STYLE);
    expect(textOf(grid, 0)).toBe("   a ");
  });
});

describe("text in lines", () => {
  it("keeps every character but the spaces at breaks, and fits", () => {
    const words = fc.array(fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom("漢字漢字", " ", "")), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 20 }), (parts, width) => {
        const text = parts.join(" ");
        const lines = wrapText(text, width);
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
        // No line is broken before a word, or a piece of one, that it had room for.
        for (const [index, line] of lines.slice(1).entries()) {
          const [word = ""] = line.split(" ");
          expect(widthOf(lines[index] ?? "") + 1 + widthOf(word)).toBeGreaterThanOrEqual(width);
        }
      }),
    );
  });

  it.each([
    ["the quick brown fox", 10, ["the quick", "brown fox"]],
    ["", 5, [""]],
    ["unbreakable", 4, ["unbr", "eaka", "ble"]],
    ["a  b", 10, ["a  b"]],
    ["aaa  bbb", 3, ["aaa", "bbb"]],
    [" a bc", 3, [" a", "bc"]],
    ["漢字漢字", 5, ["漢字", "漢字"]],
  ])("breaks %j in %i cells", (text, width, lines) => {
    expect(wrapText(text, width)).toEqual(lines);
  });

  it("keeps the lines of preformatted text, and its tabs", () => {
    expect(wrapPreformatted("a\tb\n  c\n", 20)).toEqual(["a       b", "  c"]);
    expect(wrapPreformatted("abcdef\n", 4)).toEqual(["abcd", "ef"]);
    expect(wrapPreformatted("a\n\nb", 4)).toEqual(["a", "", "b"]);
  });
});

describe("a line that is edited", () => {
  const key = fc.constantFrom("ArrowLeft", "ArrowRight", "Home", "End", "Backspace", "Delete");

  it("never has its caret inside a character or outside", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(key, hostileText), { maxLength: 30 }), (steps) => {
        let line = { value: "", caret: 0 };
        for (const one of steps) line = editLine(line, one) ?? insertText(line, one);
        expect(line.caret).toBe(fitCaret(line.value, line.caret));
        expect(line.value).not.toMatch(/[\p{Cc}\u2028\u2029\p{Cs}]/u);
      }),
    );
  });

  it("takes whole characters away", () => {
    let line = insertText({ value: "", caret: 0 }, "ae\u0301👍🏽");
    expect(line.caret).toBe(7);
    line = editLine(line, "Backspace") ?? line;
    expect(line).toEqual({ value: "ae\u0301", caret: 3 });
    line = editLine(line, "ArrowLeft") ?? line;
    expect(line.caret).toBe(1);
    line = editLine(line, "Delete") ?? line;
    expect(line).toEqual({ value: "a", caret: 1 });
    expect(insertText(line, "b\r\nc\td").value).toBe("ab c d");
    expect(editLine(line, "F1")).toBeUndefined();
  });
});
