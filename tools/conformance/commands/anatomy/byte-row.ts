/** Bytes that belong together, and what they say. */
export interface ByteRow {
  readonly offset: number;
  readonly length: number;
  readonly depth: number;
  readonly text: string;
}
