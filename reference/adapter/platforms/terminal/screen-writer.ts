import { type Cell, type CellGrid, type CellStyle, PLAIN_STYLE } from "../../ui/index.js";

/** How many colours a terminal shows. */
export type ColourDepth = "none" | "basic" | "256" | "true";

/** What a terminal can do with colour, as its environment says. `NO_COLOR` wins. */
export function colourDepth(environment: Readonly<Record<string, string | undefined>>): ColourDepth {
  if ((environment["NO_COLOR"] ?? "") !== "") return "none";
  if (/^(truecolor|24bit)$/.test(environment["COLORTERM"] ?? "")) return "true";
  return (environment["TERM"] ?? "").includes("256color") ? "256" : "basic";
}

const FLAG_CODES: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 2],
  [4, 3],
  [8, 4],
  [16, 7],
];
/** Levels of the colour cube of 256 colours. */
const CUBE = [0, 95, 135, 175, 215, 255];
const SIMPLE = /^[ -~]$/;

/**
 * Draws cells on a terminal: of the rows that changed what changed. It remembers what the terminal shows. Every control
 * sequence that reaches a terminal is made here or in the device; cells hold none.
 *
 * @spec instructions.ui.no-markup, instructions.ui.cells
 */
export class ScreenWriter {
  readonly #depth: ColourDepth;
  #shown: (readonly Cell[])[] = [];
  #columns = 0;
  #cursor = "";

  constructor(depth: ColourDepth) {
    this.#depth = depth;
  }

  /** Nothing is known of what the terminal shows: the next frame is drawn whole. */
  forget(): void {
    this.#shown = [];
    this.#cursor = "";
  }

  /** What to send so that the terminal shows these cells; empty where it does already. */
  frame(grid: CellGrid): string {
    let out = "";
    if (this.#shown.length !== grid.rows || this.#columns !== grid.columns) {
      out += `${styleCode(PLAIN_STYLE, this.#depth)}\u001b[2J`;
      this.#shown = Array.from({ length: grid.rows }, () => []);
      this.#columns = grid.columns;
      this.#cursor = "";
    }
    for (let row = 0; row < grid.rows; row += 1) {
      const cells = [...grid.row(row)];
      out += this.#row(row, this.#shown[row] ?? [], cells);
      this.#shown[row] = cells;
    }
    const cursor = cursorCode(grid);
    if (out === "" && cursor === this.#cursor) return "";
    this.#cursor = cursor;
    // Shown at once where the terminal knows how, and without a cursor that runs about where it does not.
    return `\u001b[?2026h\u001b[?25l${out}${styleCode(PLAIN_STYLE, this.#depth)}${cursor}\u001b[?2026l`;
  }

  #row(row: number, before: readonly Cell[], after: readonly Cell[]): string {
    let out = "";
    let style: CellStyle | undefined;
    // A terminal may give such characters another width: what stands there is taken away whole, and drawn anew.
    const isRisky = before.some(isUncertain) || after.some(isUncertain);
    const isSame = (column: number): boolean => isEqual(before[column] ?? BLANK, after[column] ?? BLANK);
    const all = after.map((_, column) => column);
    if (all.every(isSame)) return "";
    if (isRisky) out += `\u001b[${row + 1};1H${styleCode(PLAIN_STYLE, this.#depth)}\u001b[2K`;
    let at = -1;
    for (const column of all) {
      const cell = after[column];
      if (cell === undefined || cell.text === "") continue;
      if (isRisky ? isEqual(BLANK, cell) : isSame(column)) continue;
      if (at !== column) out += `\u001b[${row + 1};${column + 1}H`;
      if (style === undefined || !isSameStyle(style, cell.style)) out += styleCode(cell.style, this.#depth);
      style = cell.style;
      out += cell.text;
      // Behind anything but a plain character only the terminal knows where its cursor is.
      at = SIMPLE.test(cell.text) ? column + 1 : -1;
    }
    return out;
  }
}

const BLANK: Cell = { text: " ", style: PLAIN_STYLE };

function isUncertain({ text }: Cell): boolean {
  return text === "" || text.length > 1;
}

function isEqual(left: Cell, right: Cell): boolean {
  return left === right || (left.text === right.text && isSameStyle(left.style, right.style));
}

function isSameStyle(left: CellStyle, right: CellStyle): boolean {
  return (
    left === right ||
    (left.flags === right.flags && left.foreground === right.foreground && left.background === right.background)
  );
}

function cursorCode({ cursor }: CellGrid): string {
  return cursor === undefined ? "\u001b[?25l" : `\u001b[${cursor.row + 1};${cursor.column + 1}H\u001b[?25h`;
}

function styleCode(style: CellStyle, depth: ColourDepth): string {
  const codes = [0, ...FLAG_CODES.filter(([flag]) => (style.flags & flag) !== 0).map(([, code]) => code)];
  return `\u001b[${[...codes, ...colourCodes(style.foreground, 30, depth), ...colourCodes(style.background, 40, depth)].join(";")}m`;
}

/** @param base 30 for the foreground, 40 for the background */
function colourCodes(colour: number, base: 30 | 40, depth: ColourDepth): number[] {
  const kind = colour >>> 24;
  if (kind === 0 || depth === "none") return [];
  // A colour of the terminal's own palette.
  if (kind === 2) return [base + (colour & 0xff)];
  const [red, green, blue] = [(colour >>> 16) & 0xff, (colour >>> 8) & 0xff, colour & 0xff];
  if (depth === "true") return [base + 8, 2, red, green, blue];
  if (depth === "256") return [base + 8, 5, 16 + 36 * level(red) + 6 * level(green) + level(blue)];
  const isBright = Math.max(red, green, blue) > 191;
  const index = (red > 95 ? 1 : 0) + (green > 95 ? 2 : 0) + (blue > 95 ? 4 : 0);
  return [base + (isBright && index > 0 ? 60 : 0) + index];
}

function level(value: number): number {
  let best = 0;
  for (const [index, step] of CUBE.entries())
    if (Math.abs(step - value) < Math.abs((CUBE[best] ?? 0) - value)) best = index;
  return best;
}
