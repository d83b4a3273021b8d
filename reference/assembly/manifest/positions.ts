/** A place in a text: line from 1, column from 1 in code points. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * The positions of some offsets of a text, found in one walk over it. Lines end with LF, CR or both.
 *
 * @spec faymanifest.validation.place
 */
export function positionsOf(text: string, offsets: Iterable<number>): ReadonlyMap<number, Position> {
  const positions = new Map<number, Position>();
  const sorted = [...new Set(offsets)].sort((a, b) => a - b);
  let [line, column, at] = [1, 1, 0];
  for (const offset of sorted) {
    for (; at < offset; at++) {
      const unit = text.charCodeAt(at);
      const isLineEnd = unit === 0x0a || (unit === 0x0d && text.charCodeAt(at + 1) !== 0x0a);
      if (isLineEnd) [line, column] = [line + 1, 1];
      // The second half of a pair is no code point of its own.
      else if (!isLowHalf(text, at)) column++;
    }
    positions.set(offset, { line, column });
  }
  return positions;
}

function isLowHalf(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
}
