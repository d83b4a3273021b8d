import xterm from "@xterm/headless";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { charactersOf } from "../../ui/cells/characters.js";
import { CellGrid } from "../../ui/index.js";
import { hostileText } from "../../ui/testing/ui-arbitraries.js";
import { colourDepth, ScreenWriter } from "./screen-writer.js";
import { withoutOwnSequences } from "./testing/own-sequences.js";

const style = fc.record({
  flags: fc.nat(31),
  foreground: fc.oneof(
    fc.constant(0),
    fc.nat(0xff_ffff).map((rgb) => 0x0100_0000 + rgb),
  ),
  background: fc.constantFrom(0, 0x01ff_0000),
});
const write = fc.record({
  column: fc.nat(11),
  row: fc.nat(4),
  // What every terminal gives the same width; the others have a test of their own.
  text: fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom("漢字", "e\u0301", "─█•", "\u001b[2J\u0007", "\u009b5m"),
  ),
  style,
});
const step = fc.oneof(
  { arbitrary: write, weight: 6 },
  { arbitrary: fc.constant("clear" as const), weight: 1 },
  { arbitrary: fc.constant("draw" as const), weight: 3 },
  { arbitrary: fc.record({ cursor: fc.record({ column: fc.nat(9), row: fc.nat(3) }) }), weight: 1 },
);

const written = (terminal: InstanceType<typeof xterm.Terminal>, text: string): Promise<void> =>
  new Promise((resolve) => terminal.write(text, resolve));

describe("drawing cells on a terminal", () => {
  // @spec instructions.ui.cells, instructions.ui.no-markup
  it("shows after each frame what the cells hold, drawing only what changed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const grid = new CellGrid(10, 4);
        const writer = new ScreenWriter("true");
        const terminal = new xterm.Terminal({ cols: 10, rows: 4, allowProposedApi: true });
        for (const one of [...steps, "draw" as const]) {
          if (one === "clear") grid.clear();
          else if (one !== "draw" && "cursor" in one) grid.cursor = one.cursor;
          else if (one !== "draw") grid.write(one.column, one.row, one.text, one.style);
          else {
            await written(terminal, writer.frame(grid));
            expect(writer.frame(grid)).toBe("");
            compare(terminal, grid);
          }
        }
        terminal.dispose();
      }),
      { numRuns: 60 },
    );
  });

  function compare(terminal: InstanceType<typeof xterm.Terminal>, grid: CellGrid): void {
    const { active } = terminal.buffer;
    for (let row = 0; row < grid.rows; row += 1)
      for (const [column, cell] of grid.row(row).entries()) {
        const shown = active.getLine(row)?.getCell(column);
        expect(shown?.getChars() || (shown?.getWidth() === 0 ? "" : " ")).toBe(cell.text);
        if (cell.text === "") continue;
        const { flags, foreground } = cell.style;
        expect([shown?.isBold(), shown?.isDim(), shown?.isItalic(), shown?.isUnderline(), shown?.isInverse()]).toEqual(
          [1, 2, 4, 8, 16].map((flag) => ((flags & flag) === 0 ? 0 : expect.any(Number))),
        );
        expect(shown?.isFgRGB() ? (shown.getFgColor() & 0xff_ffff) + 0x0100_0000 : 0).toBe(foreground);
      }
    if (grid.cursor !== undefined)
      expect([active.cursorX, active.cursorY]).toEqual([grid.cursor.column, grid.cursor.row]);
  }

  // @spec instructions.ui.no-markup
  it("sends no sequence but its own, whatever a program writes", () => {
    const all = Array.from({ length: 0x100 }, (_, code) => `${String.fromCharCode(code)}[2J`).join("");
    fc.assert(
      fc.property(fc.array(fc.oneof(hostileText, fc.constant(all)), { maxLength: 10 }), (texts) => {
        const grid = new CellGrid(80, 10);
        for (const [row, text] of texts.entries()) grid.write(0, row, text, { flags: 0, foreground: 0, background: 0 });
        const frame = new ScreenWriter("basic").frame(grid);
        expect(withoutOwnSequences(frame)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      }),
    );
  });

  it("puts a terminal right that gives a character another width", async () => {
    // This one takes emoji for narrow.
    const terminal = new xterm.Terminal({ cols: 12, rows: 2, allowProposedApi: true });
    const grid = new CellGrid(12, 2);
    const writer = new ScreenWriter("none");
    const plain = { flags: 0, foreground: 0, background: 0 };
    grid.write(0, 0, "👍 ok 漢", plain);
    expect(charactersOf("👍")[0]?.width).toBe(2);
    await written(terminal, writer.frame(grid));
    const line = (): string => terminal.buffer.active.getLine(0)?.translateToString(true) ?? "";
    expect(line()).toMatch(/^👍 +ok 漢$/u);
    grid.write(0, 0, "abcdefgh", plain);
    await written(terminal, writer.frame(grid));
    expect(line()).toBe("abcdefgh");
  });

  it("takes its colours from what the environment says of the terminal", () => {
    expect(colourDepth({ NO_COLOR: "1", COLORTERM: "truecolor" })).toBe("none");
    expect(colourDepth({ NO_COLOR: "", COLORTERM: "24bit" })).toBe("true");
    expect(colourDepth({ TERM: "xterm-256color" })).toBe("256");
    expect(colourDepth({ TERM: "linux" })).toBe("basic");
    const codes = (["none", "basic", "256", "true"] as const).map((depth) => {
      const grid = new CellGrid(1, 1);
      grid.write(0, 0, "x", { flags: 1, foreground: 0x01ff_0000, background: 0x0100_0087 });
      return /\[(0;1[0-9;]*)mx/.exec(new ScreenWriter(depth).frame(grid))?.[1];
    });
    expect(codes).toEqual(["0;1", "0;1;91;44", "0;1;38;5;196;48;5;18", "0;1;38;2;255;0;0;48;2;0;0;135"]);
  });
});
