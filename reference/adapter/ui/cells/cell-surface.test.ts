import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UI_ATTRIBUTE_NUMBERS, type UiAttribute } from "../../../../generated/enums/ui-attribute.js";
import { UI_NODE_KIND_NUMBERS, type UiNodeKind } from "../../../../generated/enums/ui-node-kind.js";
import {
  uiAttributeSet,
  uiFocusSet,
  uiInputOpen,
  uiNodeCreate,
  uiNodePlace,
  uiNodeRemove,
  uiSurfaceOpen,
  uiTextSet,
} from "../../../../generated/instructions/ui.js";
import { uiStep } from "../testing/ui-arbitraries.js";
import { openUiProgram, type UiProgram } from "../testing/ui-program.js";
import { CellGrid } from "./cell-grid.js";
import { CellSurface } from "./cell-surface.js";

/** A node, what it says, and what is below it. */
type Sketch = readonly [kind: UiNodeKind, about: string | Partial<Record<UiAttribute, string>>, ...below: Sketch[]];

/** A program that has drawn a sketch, its nodes numbered from 1 in their order, in cells. */
class Drawing {
  readonly program: UiProgram;
  readonly surface: CellSurface;
  frames = 0;
  #next = 1;

  constructor(title: string, ...sketches: Sketch[]) {
    let opened: CellSurface | undefined;
    this.program = openUiProgram({
      surfaces: {
        open: (tree, person) => {
          opened = new CellSurface(
            tree,
            person,
            () => {
              this.frames += 1;
            },
            () => {},
          );
          return opened;
        },
      },
    });
    this.program.emit(uiSurfaceOpen(title));
    this.program.emit(uiInputOpen(1));
    if (opened === undefined) throw new Error("no surface");
    this.surface = opened;
    for (const sketch of sketches) this.add(sketch, 0);
  }

  add([kind, about, ...below]: Sketch, parent: number): void {
    const { emit } = this.program;
    const node = this.#next;
    this.#next += 1;
    emit(uiNodeCreate(1, node, UI_NODE_KIND_NUMBERS[kind]));
    if (typeof about === "string") emit(uiTextSet(1, node, about));
    else for (const [name, value] of Object.entries(about)) this.set(node, name as UiAttribute, value);
    for (const child of below) this.add(child, node);
    emit(uiNodePlace(1, node, parent, 0));
  }

  set(node: number, name: UiAttribute, value: string): void {
    expect(this.program.emit(uiAttributeSet(1, node, UI_ATTRIBUTE_NUMBERS[name], value))).toBe("");
  }

  /** Type keys; a text is a name of a key. */
  keys(...keys: readonly string[]): string[] {
    for (const key of keys) this.surface.key(key);
    return this.program.events.splice(0);
  }

  draw(columns: number, rows: number): CellGrid {
    const grid = new CellGrid(columns, rows);
    this.surface.draw(grid);
    return grid;
  }

  /** Rows as texts, without blanks at their ends. */
  rows(columns: number, rows: number): string[] {
    const grid = this.draw(columns, rows);
    return Array.from({ length: rows }, (_, row) =>
      grid
        .row(row)
        .map(({ text }) => text)
        .join("")
        .trimEnd(),
    );
  }
}

describe("a tree in cells", () => {
  // @spec instructions.ui.nodes
  it("shows every kind", () => {
    const drawing = new Drawing(
      "Title",
      ["heading", "A heading"],
      ["text", "A paragraph that is too long for one line."],
      ["preformatted", "a\tb\n  c"],
      ["rule", {}],
      ["row", {}, ["text_input", { label: "Name", value: "Ada" }], ["button", "Save"]],
      ["secret_input", { label: "Secret", value: "漢字x" }],
      ["checkbox", "Agreed"],
      ["list", {}, ["item", "One", ["list", {}, ["item", "Below"]]], ["item", "", ["text", "Two"]]],
      ["progress", { label: "Done", value: "1", maximum: "2" }],
    );
    expect(drawing.rows(34, 20)).toEqual([
      " Title",
      "",
      " A heading",
      " A paragraph that is too long for",
      " one line.",
      " a       b",
      "   c",
      ` ${"─".repeat(32)}`,
      " Name Ada                [ Save ]",
      " Secret •••",
      " [ ] Agreed",
      " • One",
      "   • Below",
      " • Two",
      " Done ███████████░░░░░░░░░░░  50%",
      "",
      "",
      "",
      "",
      " Tab next  ·  Ctrl+C close",
    ]);
  });

  it("puts what has no room in a row into further lines", () => {
    const drawing = new Drawing("", ["row", {}, ["button", "First"], ["button", "Second"], ["button", "Third"]]);
    expect(drawing.rows(24, 4)).toEqual([" [ First ]  [ Second ]", " [ Third ]", "", ""]);
    expect(drawing.rows(60, 2)).toEqual([" [ First ]  [ Second ]  [ Third ]", ""]);
  });

  it("does not show what is hidden or not placed", () => {
    const drawing = new Drawing("", ["text", "seen"], ["column", {}, ["text", "covered"]], ["text", "last"]);
    drawing.set(2, "hidden", "true");
    drawing.program.emit(uiNodeCreate(1, 50, UI_NODE_KIND_NUMBERS.text));
    drawing.program.emit(uiTextSet(1, 50, "loose"));
    expect(drawing.rows(20, 3)).toEqual([" seen", " last", ""]);
    drawing.set(2, "hidden", "false");
    expect(drawing.rows(20, 3)).toEqual([" seen", " covered", " last"]);
  });

  // @spec instructions.ui.no-markup
  it("draws any tree in any size, with nothing in a cell that a terminal obeys", () => {
    fc.assert(
      fc.property(
        fc.array(uiStep, { maxLength: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        (steps, columns, rows) => {
          const drawing = new Drawing("Any");
          for (const step of steps) if (step.kind === "instruction") drawing.program.emit(step.make(1));
          const grid = drawing.draw(columns, rows);
          for (let row = 0; row < rows; row += 1)
            for (const { text } of grid.row(row)) expect(text).not.toMatch(/[\p{Cc}\p{Cs}]/u);
          const { cursor } = grid;
          if (cursor !== undefined) expect(cursor.column < columns && cursor.row < rows).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("draws what has a label in any size and however deep it lies, with the cursor inside", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<UiNodeKind>("text_input", "secret_input", "progress"),
        fc.string({ unit: "grapheme", maxLength: 40 }),
        fc.string({ maxLength: 12 }),
        fc.integer({ min: 0, max: 40 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 8 }),
        (kind, label, value, depth, inRow, columns, rows) => {
          const about = kind === "progress" ? { label } : { label, value };
          let below: Sketch = inRow ? ["row", {}, ["button", "Go"], [kind, about]] : [kind, about];
          for (let level = 0; level < depth; level += 1) below = ["item", "", below];
          const drawing = new Drawing("Deep", below);
          drawing.keys("Tab", "Tab");
          const { cursor } = drawing.draw(columns, rows);
          if (cursor !== undefined) expect(cursor.column < columns && cursor.row < rows).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("cuts a label where what it names would have no room", () => {
    const drawing = new Drawing(
      "",
      ["text_input", { label: "A rather long label", value: "Ada" }],
      ["progress", { label: "A rather long label", value: "1", maximum: "2" }],
    );
    expect(drawing.rows(16, 2)).toEqual([" A rathe Ada", " A rathe ░  50%"]);
    expect(drawing.rows(3, 2)).toEqual([" A", " A"]);
  });
});

describe("a keyboard before it", () => {
  const form = (): Drawing =>
    new Drawing("Form", ["button", "Go"], ["text_input", {}], ["checkbox", "Yes"], ["item", "Item"], ["item", ""]);

  // @spec instructions.ui.input
  it("moves the focus around with Tab, and to the ends with arrows", () => {
    const drawing = form();
    drawing.draw(40, 20);
    // Enter with the focus on each: it goes around four nodes. A checkbox is for the space bar, as it is in a page.
    expect(drawing.keys("Tab", "Enter", "Tab", "Enter", "Tab", "Enter", " ", "Tab", "Enter", "Tab", "Enter")).toEqual([
      "ui.pressed 1",
      "ui.submitted 2 ",
      "ui.key_pressed Enter",
      "ui.changed 3 true",
      "ui.pressed 4",
      "ui.pressed 1",
    ]);
    expect(drawing.keys("Shift+Tab", "Enter")).toEqual(["ui.pressed 4"]);
    expect(drawing.keys("ArrowDown")).toEqual(["ui.key_pressed ArrowDown"]);
    expect(drawing.keys("ArrowUp", " ", "ArrowUp", "ArrowUp", " ", "ArrowUp")).toEqual([
      "ui.changed 3 false",
      "ui.pressed 1",
      "ui.key_pressed ArrowUp",
    ]);
  });

  it("gives the program the keys that nothing took", () => {
    const drawing = form();
    drawing.draw(40, 20);
    const keys = ["Enter", "a", "Escape", "F5", "Ctrl+x", "Home", "PageDown"];
    expect(drawing.keys(...keys)).toEqual(keys.map((key) => `ui.key_pressed ${key}`));
    expect(new Drawing("Empty").keys("Tab")).toEqual(["ui.key_pressed Tab"]);
  });

  // @spec instructions.ui.value
  it("writes into an input, with a caret", () => {
    const drawing = form();
    drawing.program.emit(uiFocusSet(1, 2));
    expect(drawing.keys("a", "c", "ArrowLeft", "b", " ", "Home", "Delete", "End", "é", "Enter")).toEqual([
      "ui.changed 2 a",
      "ui.changed 2 ac",
      "ui.changed 2 abc",
      "ui.changed 2 ab c",
      "ui.changed 2 b c",
      "ui.changed 2 b cé",
      "ui.submitted 2 b cé",
    ]);
    drawing.surface.paste("x\r\ny");
    expect(drawing.keys("Backspace")).toEqual(["ui.changed 2 b céx y", "ui.changed 2 b céx "]);
    // What the program sets puts the caret behind it.
    drawing.set(2, "value", "new");
    expect(drawing.keys("!")).toEqual(["ui.changed 2 new!"]);
    expect(drawing.draw(40, 20).cursor).toEqual({ column: 5, row: 3 });
    expect(drawing.keys("Escape")).toEqual(["ui.key_pressed Escape"]);
  });

  it("keeps the caret in sight where a value is longer than its field", () => {
    const drawing = new Drawing("", ["text_input", {}]);
    drawing.program.emit(uiFocusSet(1, 1));
    drawing.keys(..."0123456789abcdefghij");
    const grid = drawing.draw(14, 1);
    expect(grid.cursor).toEqual({ column: 12, row: 0 });
    expect(drawing.rows(14, 1)).toEqual([" 9abcdefghij"]);
    drawing.keys("Home");
    expect(drawing.rows(14, 1)).toEqual([" 0123456789ab"]);
  });

  it("goes on beside a node that is gone", () => {
    const drawing = new Drawing("", ["button", "a"], ["button", "b"], ["button", "c"]);
    drawing.program.emit(uiFocusSet(1, 2));
    drawing.program.emit(uiNodeRemove(1, 2));
    expect(drawing.keys("Enter")).toEqual(["ui.pressed 3"]);
    drawing.set(3, "disabled", "true");
    expect(drawing.keys("Enter")).toEqual(["ui.pressed 1"]);
  });

  it("scrolls to what has the focus, and by pages where nothing takes the keys", () => {
    const many = Array.from({ length: 30 }, (_, index): Sketch => ["button", `Button ${index + 1}`]);
    const drawing = new Drawing("Many", ["text", "top"], ...many);
    expect(drawing.rows(30, 6)[1]).toBe(`${" top".padEnd(29)}█`);
    drawing.program.emit(uiFocusSet(1, 31));
    expect(drawing.rows(30, 6)[5]?.startsWith(" [ Button 30 ]")).toBe(true);
    expect(drawing.keys("Tab")).toEqual([]);
    // The first node again, and with it what stands above it.
    expect(drawing.rows(30, 6)[1]?.startsWith(" top")).toBe(true);
    expect(drawing.keys("PageDown", "PageDown")).toEqual([]);
    expect(drawing.rows(30, 6)[1]?.startsWith(" [ Button 8 ]")).toBe(true);
    drawing.surface.wheel(-1);
    expect(drawing.rows(30, 6)[1]?.startsWith(" [ Button 5 ]")).toBe(true);
    drawing.keys("End");
    expect(drawing.rows(30, 6)[5]?.startsWith(" [ Button 30 ]")).toBe(true);
    drawing.keys("Home");
    expect(drawing.rows(30, 6)[1]?.startsWith(" top")).toBe(true);
  });

  it("takes clicks where a node is seen", () => {
    const drawing = form();
    drawing.draw(40, 20);
    for (const row of [2, 4, 5, 6, 1, 0, 19]) drawing.surface.click(2, row);
    expect(drawing.program.events.splice(0)).toEqual(["ui.pressed 1", "ui.changed 3 true", "ui.pressed 4"]);
    drawing.surface.click(39, 2);
    drawing.surface.click(3, 3);
    expect(drawing.keys("x")).toEqual(["ui.changed 2 x"]);
  });

  // @spec instructions.ui.input
  it("does nothing to the tree but through what a person may use, whatever is pressed", () => {
    const key = fc.constantFrom(
      "Tab",
      "Shift+Tab",
      "Enter",
      " ",
      "a",
      "ArrowUp",
      "ArrowDown",
      "Backspace",
      "End",
      "F1",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(uiStep, key), { maxLength: 60 }), (steps) => {
        const drawing = new Drawing("Any");
        for (const step of steps) {
          if (typeof step === "string") drawing.surface.key(step);
          else if (step.kind === "instruction") drawing.program.emit(step.make(1));
          drawing.draw(20, 8);
        }
        for (const event of drawing.program.events)
          expect(event).toMatch(/^ui\.(pressed|changed|submitted|key_pressed) /);
      }),
      { numRuns: 150 },
    );
  });

  it("tells of another size, and draws only when something changed", () => {
    const drawing = form();
    drawing.draw(40, 20);
    const before = drawing.frames;
    drawing.surface.resize(50, 10);
    expect(drawing.program.events.splice(0)).toEqual(["ui.resized 50 10"]);
    expect(drawing.frames).toBe(before + 1);
    drawing.keys("F1");
    expect(drawing.frames).toBe(before + 1);
  });
});
