import { charactersOf } from "./characters.js";

/** How a cell looks. */
export interface CellStyle {
  /** Sum of: 1 bold, 2 dim, 4 italic, 8 underlined, 16 reversed. */
  readonly flags: number;
  /** 0 for the usual colour, else 0x01000000 with red, green and blue in the bytes below. */
  readonly foreground: number;
  readonly background: number;
}

/** A cell. The right half of a character of double width has the text "". */
export interface Cell {
  readonly text: string;
  readonly style: CellStyle;
}

/** How a cell looks that nobody wrote to. */
export const PLAIN_STYLE: CellStyle = { flags: 0, foreground: 0, background: 0 };
/** A cell that nobody wrote to. */
const BLANK: Cell = { text: " ", style: PLAIN_STYLE };

/** Where the cursor is, counted from 0. */
export interface CellCursor {
  readonly column: number;
  readonly row: number;
}

/** Rows and columns of cells. @spec instructions.ui.cells */
export class CellGrid {
  #columns: number;
  #rows: Cell[][];
  /** Undefined where it is hidden. */
  cursor: CellCursor | undefined;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = Array.from({ length: rows }, () => blankRow(columns));
  }

  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows.length;
  }

  /** The cells of a row. */
  row(row: number): readonly Cell[] {
    return this.#rows[row] ?? [];
  }

  /**
   * Write text into a row; what is outside is cut off, and a character of double width that has room for one half too.
   *
   * @returns the column behind what was written
   */
  write(column: number, row: number, text: string, style: CellStyle, end = this.#columns): number {
    const cells = this.#rows[row];
    let at = column;
    if (cells === undefined) return at;
    const bound = Math.min(end, this.#columns);
    for (const { text: character, width } of charactersOf(text)) {
      if (at + width > bound) break;
      if (at >= 0) {
        this.#free(cells, at);
        if (width === 2) this.#free(cells, at + 1);
        cells[at] = { text: character, style };
        if (width === 2) cells[at + 1] = { text: "", style };
      }
      at += width;
    }
    return at;
  }

  /** Clear every cell. The cursor stays. */
  clear(): void {
    for (let row = 0; row < this.#rows.length; row += 1) this.#rows[row] = blankRow(this.#columns);
  }

  /** Have another size. What is in both stays. */
  resize(columns: number, rows: number): void {
    const old = this.#rows;
    this.#columns = columns;
    this.#rows = Array.from({ length: rows }, (_, row) => {
      const cells = blankRow(columns);
      const before = old[row] ?? [];
      for (let column = 0; column < Math.min(columns, before.length); column += 1) {
        // The left half of a character whose right half would be outside is left out.
        const isCut = column + 1 === columns && before[column + 1]?.text === "";
        if (!isCut) cells[column] = before[column] ?? BLANK;
      }
      return cells;
    });
    const { cursor } = this;
    if (cursor !== undefined && (cursor.column >= columns || cursor.row >= rows)) this.cursor = undefined;
  }

  /** A cell is written over: where it is half of a character, the other half becomes blank. */
  #free(cells: Cell[], column: number): void {
    const cell = cells[column];
    if (cell?.text === "" && column > 0) cells[column - 1] = { text: " ", style: cell.style };
    const next = cells[column + 1];
    if (next?.text === "") cells[column + 1] = { text: " ", style: next.style };
  }
}

function blankRow(columns: number): Cell[] {
  return new Array<Cell>(columns).fill(BLANK);
}
