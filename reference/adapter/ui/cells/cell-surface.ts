import type { UiAttribute } from "../../../../generated/enums/ui-attribute.js";
import { inputOf } from "../node-rules.js";
import type { Person, SurfaceView, UiNode, UiTree } from "../surface-view.js";
import { type CellGrid, PLAIN_STYLE } from "./cell-grid.js";
import { charactersOf } from "./characters.js";
import { drawNode, Look } from "./draw-node.js";
import { editLine, fitCaret, insertText } from "./edited-line.js";
import { layoutTree, type TreeLayout } from "./tree-layout.js";

/** Rows from which on there is a line of hints, and an empty one under the title. */
const ROWS_FOR_HINTS = 8;
const ROWS_FOR_AIR = 12;
/** Rows that a turn of a mouse's wheel moves. */
const WHEEL_ROWS = 3;

/**
 * A surface drawn in cells, with everything a person does at a keyboard: focus, editing, scrolling. It knows no
 * terminal: keys come by their names, and cells go to whoever shows them.
 *
 * @spec instructions.ui.input, instructions.ui.value
 */
export class CellSurface implements SurfaceView {
  readonly #tree: UiTree;
  readonly #person: Person;
  readonly #changed: () => void;
  readonly #closed: () => void;
  #focus: UiNode | undefined;
  /** Where the focus was among the usable nodes, to go on from when it is lost. */
  #focusIndex = 0;
  #caret = 0;
  #scroll = 0;
  /** Whether the focus shall be in sight. */
  #follows = true;
  #size = { columns: 80, rows: 24 };
  #layout: TreeLayout | undefined;

  /**
   * @param changed called when there is something to draw
   * @param closed called once, when the surface is gone
   */
  constructor(tree: UiTree, person: Person, changed: () => void, closed: () => void) {
    this.#tree = tree;
    this.#person = person;
    this.#changed = changed;
    this.#closed = closed;
  }

  created(): void {
    // Not placed: there is nothing to see.
  }

  placed(): void {
    this.#redraw();
  }

  removed(): void {
    this.#redraw();
  }

  textChanged(): void {
    this.#redraw();
  }

  attributeChanged(node: UiNode, attribute: UiAttribute): void {
    if (attribute === "value" && node === this.#focus) this.#caret = node.attribute("value").length;
    this.#redraw();
  }

  focused(node: UiNode): void {
    this.#setFocus(node);
  }

  close(): void {
    this.#closed();
  }

  /** The person closes the surface. */
  closeByPerson(): void {
    this.#person.close();
  }

  /** The cells have another size. */
  resize(columns: number, rows: number): void {
    this.#redraw();
    this.#follows = true;
    this.#person.resize(columns, rows);
  }

  /** A key was pressed, by its name in the chapter. */
  key(key: string): void {
    const focus = this.#currentFocus();
    if (this.#editWith(focus, key) || this.#useWith(focus, key) || this.#moveWith(key)) return;
    this.#person.key(key);
  }

  /** Text was pasted. */
  paste(text: string): void {
    const focus = this.#currentFocus();
    if (focus !== undefined && inputOf(focus.kind) === "write")
      this.#edit(focus, insertText({ value: focus.attribute("value"), caret: this.#caret }, text));
  }

  /** A mouse's button was pressed on a cell. */
  click(column: number, row: number): void {
    const { top } = this.#frame();
    const at = { column: column - 1, row: row - top + this.#scroll };
    const hit = this.#layout?.placed.find(
      (placed) =>
        at.column >= placed.column &&
        at.column < placed.column + placed.width &&
        at.row >= placed.row &&
        at.row < placed.row + placed.height,
    );
    if (hit === undefined || row < top || !this.#tree.isUsable(hit.node)) return;
    this.#setFocus(hit.node);
    this.#use(hit.node, "click");
  }

  /** A mouse's wheel was turned, up with -1 and down with 1. */
  wheel(direction: -1 | 1): void {
    this.#scrollBy(direction * WHEEL_ROWS);
  }

  /** Draw everything into cells that are blank. */
  draw(grid: CellGrid): void {
    this.#size = { columns: grid.columns, rows: grid.rows };
    const { top, rows, hints } = this.#frame();
    const layout = layoutTree(this.#tree.root, grid.columns - 2);
    this.#layout = layout;
    const focus = this.#currentFocus();
    this.#scrollTo(layout, rows, focus);
    // Drawn into cells of their own: what is above the first row or below the last is cut off.
    for (const placed of layout.placed) {
      const row = placed.row - this.#scroll;
      if (row + placed.height <= 0 || row >= rows) continue;
      const look = placed.node === focus ? { caret: this.#caret } : undefined;
      const cursor = drawNode(grid, placed, placed.column + 1, row + top, look);
      // Beyond the edge there is nothing to stand on.
      if (cursor !== undefined && cursor.column < grid.columns) grid.cursor = cursor;
    }
    this.#drawFrame(grid, layout, hints ? this.#hints(focus) : undefined);
  }

  /** The rows of the title above, of the tree, and whether there are hints below. */
  #frame(): { top: number; rows: number; hints: boolean } {
    const { rows } = this.#size;
    const title = this.#tree.title !== "" && rows >= 3 ? 1 : 0;
    const top = title + (title > 0 && rows >= ROWS_FOR_AIR ? 1 : 0);
    const hints = rows >= ROWS_FOR_HINTS;
    return { top, rows: Math.max(0, rows - top - (hints ? 1 : 0)), hints };
  }

  /** Title, hints and the bar that tells where one is; drawn last, over what a tall node may have left there. */
  #drawFrame(grid: CellGrid, layout: TreeLayout, hints: string | undefined): void {
    const { top, rows } = this.#frame();
    const bar = { ...PLAIN_STYLE, flags: Look.Reversed + Look.Bold };
    if (top > 0) {
      grid.write(0, 0, " ".repeat(grid.columns), bar);
      grid.write(1, 0, this.#tree.title, bar, grid.columns - 1);
      // What a tall node has left in the line under it.
      if (top > 1) grid.write(0, 1, " ".repeat(grid.columns), PLAIN_STYLE);
    }
    const quiet = { ...PLAIN_STYLE, flags: Look.Dim };
    if (hints !== undefined) {
      grid.write(0, grid.rows - 1, " ".repeat(grid.columns), PLAIN_STYLE);
      grid.write(1, grid.rows - 1, hints, quiet);
    }
    if (layout.height <= rows) return;
    const size = Math.max(1, Math.floor((rows * rows) / layout.height));
    const from = Math.round((this.#scroll / (layout.height - rows)) * (rows - size));
    for (let row = 0; row < rows; row += 1) {
      const isThumb = row >= from && row < from + size;
      grid.write(grid.columns - 1, top + row, isThumb ? "█" : "│", quiet);
    }
  }

  #hints(focus: UiNode | undefined): string {
    const input = focus === undefined ? undefined : inputOf(focus.kind);
    const use = { press: "Enter press", toggle: "Space change", write: "Enter confirm" };
    const parts = [input === undefined ? "" : use[input], "Tab next", "Ctrl+C close"];
    return parts.filter((part) => part !== "").join("  ·  ");
  }

  /** Keep the scroll inside, and the focus in sight where it shall be. */
  #scrollTo(layout: TreeLayout, rows: number, focus: UiNode | undefined): void {
    const at = this.#follows ? layout.placed.find(({ node }) => node === focus) : undefined;
    if (at !== undefined) {
      this.#scroll = Math.min(this.#scroll, at.row);
      this.#scroll = Math.max(this.#scroll, Math.min(at.row, at.row + at.height - rows));
      // What stands before the first node that can be used is seen again when one comes back to it.
      if (this.#usable()[0] === focus && at.row < rows) this.#scroll = 0;
    }
    this.#follows = false;
    this.#scroll = Math.max(0, Math.min(this.#scroll, layout.height - rows));
  }

  #scrollBy(rows: number): boolean {
    const layout = this.#layout;
    const visible = this.#frame().rows;
    if (layout === undefined || layout.height <= visible) return false;
    this.#scroll = Math.max(0, Math.min(this.#scroll + rows, layout.height - visible));
    this.#changed();
    return true;
  }

  /** The nodes a person can use, in the order of the tree. */
  #usable(): UiNode[] {
    const usable: UiNode[] = [];
    const visit = (node: UiNode): void => {
      if (node.attribute("hidden") === "true") return;
      if (this.#tree.isUsable(node)) usable.push(node);
      for (const child of node.children) visit(child);
    };
    visit(this.#tree.root);
    return usable;
  }

  /** The node with the focus; where it is gone, the one that took its place. */
  #currentFocus(): UiNode | undefined {
    const focus = this.#focus;
    if (focus === undefined || (this.#tree.node(focus.number) === focus && this.#tree.isUsable(focus))) return focus;
    const usable = this.#usable();
    const next = usable[Math.min(this.#focusIndex, usable.length - 1)];
    this.#focus = undefined;
    if (next !== undefined) this.#setFocus(next);
    return next;
  }

  #setFocus(node: UiNode): void {
    if (node !== this.#focus) this.#caret = node.attribute("value").length;
    this.#focus = node;
    this.#focusIndex = Math.max(0, this.#usable().indexOf(node));
    this.#redraw();
    this.#follows = true;
  }

  #redraw(): void {
    this.#changed();
  }

  /** A key that writes or moves within an input. */
  #editWith(focus: UiNode | undefined, key: string): boolean {
    if (focus === undefined || inputOf(focus.kind) !== "write") return false;
    const line = { value: focus.attribute("value"), caret: fitCaret(focus.attribute("value"), this.#caret) };
    const edited = charactersOf(key).length === 1 ? insertText(line, key) : editLine(line, key);
    if (edited === undefined) return false;
    this.#edit(focus, edited);
    return true;
  }

  #edit(node: UiNode, edited: { value: string; caret: number }): void {
    const before = { value: node.attribute("value"), caret: this.#caret };
    this.#caret = edited.caret;
    this.#follows = true;
    this.#redraw();
    if (edited.value === before.value) return;
    // The program may set another value meanwhile, or take the node away.
    const now = this.#person.change(node, edited.value);
    const isRefused = now === before.value && this.#caret === edited.caret;
    if (this.#focus === node) this.#caret = fitCaret(now, isRefused ? before.caret : this.#caret);
  }

  /** A key that presses, chooses or confirms. */
  #useWith(focus: UiNode | undefined, key: string): boolean {
    if (focus === undefined) return false;
    const uses = { press: ["Enter", " "], toggle: [" "], write: ["Enter"] };
    const input = inputOf(focus.kind);
    return input !== undefined && uses[input].includes(key) && this.#use(focus, "key");
  }

  #use(node: UiNode, by: "key" | "click"): boolean {
    switch (inputOf(node.kind)) {
      case "press":
        return this.#person.press(node);
      case "toggle":
        this.#redraw();
        this.#person.change(node, node.attribute("checked") === "true" ? "false" : "true");
        return true;
      case "write":
        return by === "key" && this.#person.submit(node);
      default:
        return false;
    }
  }

  /** A key that moves the focus, or where there is nowhere to move it, everything. */
  #moveWith(key: string): boolean {
    const page = Math.max(1, this.#frame().rows - 1);
    switch (key) {
      case "Tab":
        return this.#moveFocus(1, true);
      case "Shift+Tab":
        return this.#moveFocus(-1, true);
      case "ArrowDown":
        return this.#moveFocus(1, false) || this.#scrollBy(1);
      case "ArrowUp":
        return this.#moveFocus(-1, false) || this.#scrollBy(-1);
      case "ArrowRight":
        return this.#moveFocus(1, false);
      case "ArrowLeft":
        return this.#moveFocus(-1, false);
      case "PageDown":
        return this.#scrollBy(page);
      case "PageUp":
        return this.#scrollBy(-page);
      case "Home":
        return this.#scrollBy(-(this.#layout?.height ?? 0));
      case "End":
        return this.#scrollBy(this.#layout?.height ?? 0);
      default:
        return false;
    }
  }

  #moveFocus(step: 1 | -1, wraps: boolean): boolean {
    const usable = this.#usable();
    if (usable.length === 0) return false;
    const index = this.#focus === undefined ? -1 : usable.indexOf(this.#focus);
    let next = index === -1 ? (step === 1 ? 0 : usable.length - 1) : index + step;
    if (wraps) next = (next + usable.length) % usable.length;
    const node = usable[next];
    if (node === undefined) return false;
    this.#setFocus(node);
    return true;
  }
}
