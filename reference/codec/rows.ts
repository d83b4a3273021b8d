/**
 * The rows of an array: a plain array of them, or what a decoder makes. Both have a `length`, both give the row at a
 * position by `at`, and both can be iterated.
 */
export type Rows<Row> = readonly Row[] | DecodedRows<Row>;

/**
 * Rows as they were decoded. A row is made when it is asked for, each time anew: objects for a million rows, of which
 * hardly one is looked at for long, would cost more than reading the document.
 */
export abstract class DecodedRows<Row> implements Iterable<Row> {
  private count = 0;

  /** Number of rows. */
  get length(): number {
    return this.count;
  }

  /** The row at a position, counted from the end where it is negative; `undefined` where there is none. */
  at(position: number): Row | undefined {
    const whole = Math.trunc(position);
    const row = whole < 0 ? this.count + whole : whole;
    return row >= 0 && row < this.count ? this.row(row) : undefined;
  }

  /** Every row, from the first to the last, each made when it is reached. */
  [Symbol.iterator](): IterableIterator<Row> {
    return new RowIterator(this);
  }

  /** Makes the row at a position that has one. */
  protected abstract row(at: number): Row;

  /** Adds a row, and answers its position. */
  protected addRow(): number {
    return this.count++;
  }
}

/** Goes over decoded rows. Engines run this about twice as fast as a generator. */
class RowIterator<Row> implements IterableIterator<Row> {
  private readonly rows: DecodedRows<Row>;
  private position = 0;

  constructor(rows: DecodedRows<Row>) {
    this.rows = rows;
  }

  next(): IteratorResult<Row, undefined> {
    const { position } = this;
    if (position >= this.rows.length) return { done: true, value: undefined };
    this.position = position + 1;
    return { done: false, value: this.rows.at(position) as Row };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

/** One number of each row. */
export type Column = number[] | Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Up to so many numbers stand in a plain array: a typed one would cost more to make than all of them to store. */
const FEW_ROWS = 1024;

/**
 * Makes a column.
 *
 * @param capacity rows there is room for: no more than bytes of a document have arrived for
 * @param greatest greatest number that can stand in it; where that is 2^32 or more, any number can
 */
export function column(capacity: number, greatest: number): Column {
  if (capacity <= FEW_ROWS) return new Array<number>(capacity);
  if (greatest <= 0xff) return new Uint8Array(capacity);
  if (greatest <= 0xffff) return new Uint16Array(capacity);
  return greatest <= 0xffff_ffff ? new Uint32Array(capacity) : new Float64Array(capacity);
}
