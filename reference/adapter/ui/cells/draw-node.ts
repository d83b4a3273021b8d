import type { CellCursor, CellGrid, CellStyle } from "./cell-grid.js";
import { charactersOf, widthOf } from "./characters.js";
import { BUTTON_FRAME, CHECKBOX_FRAME, ITEM_INDENT, labelRoom, type Placed } from "./tree-layout.js";

/** Flags of a style. */
export const Look = { Bold: 1, Dim: 2, Italic: 4, Underlined: 8, Reversed: 16 } as const;

/** A colour of the terminal's own palette, which its owner has chosen: 0 to 15. Programs cannot name one. */
function paletteColour(index: number): number {
  return 0x0200_0000 + index;
}

const RED = paletteColour(1);
const GREEN = paletteColour(2);
const YELLOW = paletteColour(3);
const CYAN = paletteColour(6);

/** What a node looks like that has the focus. */
export interface FocusLook {
  /** Units of UTF-16 of the value before the caret, for an input. */
  readonly caret: number;
}

/**
 * Draw a node into cells.
 *
 * @param column where its left is
 * @param row where its top is; it may be outside the cells
 * @param focus undefined where the node has no focus
 * @returns where the cursor stands, where the node shows one
 */
export function drawNode(
  grid: CellGrid,
  placed: Placed,
  column: number,
  row: number,
  focus: FocusLook | undefined,
): CellCursor | undefined {
  const { node, lines, width } = placed;
  const style = styleOf(placed);
  const end = column + width;
  const held = focus === undefined ? style : withFlags(style, Look.Reversed);
  switch (node.kind) {
    case "heading": {
      const level = Number(node.attribute("level"));
      const flags = level === 1 ? Look.Bold + Look.Underlined : level === 2 ? Look.Bold : Look.Italic;
      drawLines(grid, lines, column, row, end, withFlags(style, flags));
      return undefined;
    }
    case "text":
    case "preformatted":
      drawLines(grid, lines, column, row, end, style);
      return undefined;
    case "rule":
      grid.write(column, row, "─".repeat(width), withFlags(style, Look.Dim), end);
      return undefined;
    case "button":
      drawButton(grid, placed, column, row, held);
      return undefined;
    case "checkbox": {
      const isChecked = node.attribute("checked") === "true";
      grid.write(column, row, isChecked ? "[x] " : "[ ] ", isChecked ? coloured(held, GREEN) : held, end);
      drawLines(grid, lines, column + CHECKBOX_FRAME, row, end, held);
      return undefined;
    }
    case "item":
      grid.write(column, row, "•", withFlags(style, Look.Dim), end);
      drawLines(grid, lines, column + ITEM_INDENT, row, end, held);
      return undefined;
    case "progress":
      drawProgress(grid, placed, column, row, style);
      return undefined;
    case "text_input":
    case "secret_input":
      return drawInput(grid, placed, column, row, style, focus);
    default:
      return undefined;
  }
}

function drawLines(
  grid: CellGrid,
  lines: readonly string[],
  column: number,
  row: number,
  end: number,
  style: CellStyle,
): void {
  // Only the lines inside: a text may have thousands of others.
  const last = Math.min(lines.length, grid.rows - row);
  for (let index = Math.max(0, -row); index < last; index += 1)
    grid.write(column, row + index, lines[index] ?? "", style, end);
}

function drawButton(grid: CellGrid, { lines, width }: Placed, column: number, row: number, style: CellStyle): void {
  const inner = width - BUTTON_FRAME;
  for (const [index, line] of lines.entries()) {
    const [left, right] = index === 0 ? ["[ ", " ]"] : ["  ", "  "];
    const fill = " ".repeat(Math.max(0, inner - widthOf(line)));
    grid.write(column, row + index, `${left}${line}${fill}${right}`, withFlags(style, Look.Bold), column + width);
  }
}

function drawProgress(grid: CellGrid, placed: Placed, column: number, row: number, style: CellStyle): void {
  const { node, width } = placed;
  const value = Number(node.attribute("value"));
  const maximum = Number(node.attribute("maximum"));
  const part = maximum > 0 ? Math.min(1, value / maximum) : 1;
  const from = drawLabel(grid, node.attribute("label"), labelRoom(placed), column, row, style);
  const bar = Math.max(1, column + width - from - 5);
  const full = Math.floor(part * bar);
  grid.write(from, row, "█".repeat(full), style.foreground === 0 ? coloured(style, CYAN) : style);
  grid.write(from + full, row, "░".repeat(bar - full), withFlags(style, Look.Dim));
  grid.write(from + bar, row, `${Math.floor(part * 100)}%`.padStart(5), style);
}

function drawInput(
  grid: CellGrid,
  placed: Placed,
  column: number,
  row: number,
  style: CellStyle,
  focus: FocusLook | undefined,
): CellCursor | undefined {
  const { node, width } = placed;
  const from = drawLabel(
    grid,
    node.attribute("label"),
    labelRoom(placed),
    column,
    row,
    withFlags(style, focus === undefined ? 0 : Look.Bold),
  );
  const end = column + width;
  const field = end - from;
  const under = withFlags(style, Look.Underlined);
  grid.write(from, row, " ".repeat(field), under, end);
  const value = node.attribute("value");
  if (value === "") grid.write(from, row, node.attribute("placeholder"), withFlags(under, Look.Dim), end);
  const { texts, caret } = fieldView(value, node.kind === "secret_input", focus?.caret ?? 0, field);
  grid.write(from, row, texts, under, end);
  return focus === undefined ? undefined : { column: from + caret, row };
}

/** What of a value is seen in a field, so that the caret is in it. */
function fieldView(value: string, isSecret: boolean, caret: number, field: number): { texts: string; caret: number } {
  const characters = charactersOf(value).map((character) =>
    isSecret ? { text: "•", width: 1, length: character.length } : character,
  );
  let units = 0;
  let before = 0;
  let caretAt = 0;
  for (const { length, width } of characters) {
    if (units >= caret) break;
    units += length;
    before += 1;
    caretAt += width;
  }
  let first = 0;
  // The caret itself needs a cell.
  for (; caretAt >= field && first < before; first += 1) caretAt -= characters[first]?.width ?? 0;
  const texts = characters
    .slice(first, first + field)
    .map(({ text }) => text)
    .join("");
  return { texts, caret: Math.min(caretAt, field - 1) };
}

/** Draw a label; the column behind it. */
function drawLabel(
  grid: CellGrid,
  label: string,
  width: number,
  column: number,
  row: number,
  style: CellStyle,
): number {
  if (width > 0) grid.write(column, row, label, style, column + width - 1);
  return column + width;
}

function styleOf({ node, toned }: Placed): CellStyle {
  const flags = node.attribute("disabled") === "true" ? Look.Dim : 0;
  switch (toned?.attribute("tone")) {
    case "strong":
      return { flags: flags | Look.Bold, foreground: 0, background: 0 };
    case "quiet":
      return { flags: flags | Look.Dim, foreground: 0, background: 0 };
    case "good":
      return { flags, foreground: GREEN, background: 0 };
    case "bad":
      return { flags, foreground: RED, background: 0 };
    case "warning":
      return { flags, foreground: YELLOW, background: 0 };
    default:
      return { flags, foreground: 0, background: 0 };
  }
}

function withFlags(style: CellStyle, flags: number): CellStyle {
  return { ...style, flags: style.flags | flags };
}

function coloured(style: CellStyle, foreground: number): CellStyle {
  return { ...style, foreground };
}
