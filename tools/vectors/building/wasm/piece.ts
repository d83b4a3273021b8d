/**
 * Pieces of a module: bytes in which places have names, so that a vector can say where a fault lies. Nothing here judges:
 * what is told is written.
 */
export class Piece {
  readonly bytes: readonly number[];
  /** First byte of each place that has a name. */
  readonly places: ReadonlyMap<string, number>;

  constructor(bytes: readonly number[], places: ReadonlyMap<string, number> = new Map()) {
    this.bytes = bytes;
    this.places = places;
  }

  get hex(): string {
    return Buffer.from(this.bytes).toString("hex");
  }

  /** Where a place begins. */
  at(name: string): number {
    const place = this.places.get(name);
    if (place === undefined) throw new RangeError(`no place is called ${name}`);
    return place;
  }
}

/** What a piece is written from. */
export type Part = Piece | readonly number[];

/** Parts one behind the other. */
export function join(...parts: readonly Part[]): Piece {
  const bytes: number[] = [];
  const places = new Map<string, number>();
  for (const part of parts) {
    if (part instanceof Piece) {
      for (const [name, at] of part.places) places.set(name, bytes.length + at);
      for (const byte of part.bytes) bytes.push(byte);
    } else for (const byte of part) bytes.push(byte);
  }
  return new Piece(bytes, places);
}

/** The same part, whose first byte has a name. */
export function place(name: string, part: Part): Piece {
  const { bytes, places } = join(part);
  return new Piece(bytes, new Map([...places, [name, 0]]));
}

/** An unsigned LEB128 integer in its shortest form. */
export function unsigned(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}

/** A signed LEB128 integer in its shortest form. */
export function signed(value: bigint | number): readonly number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const isLast = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

/** Bytes behind their number. */
export function sized(...parts: readonly Part[]): Piece {
  const content = join(...parts);
  return join(unsigned(content.bytes.length), content);
}

/** Items behind their number. */
export function vector(items: readonly Part[]): Piece {
  return join(unsigned(items.length), ...items);
}

/** A name: its length in bytes, then UTF-8. */
export function nameOf(text: string): Piece {
  return sized([...Buffer.from(text, "utf8")]);
}
