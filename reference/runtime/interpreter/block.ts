import { EMPTY_BLOCK } from "../wasm/instruction-reader.js";
import { type FunctionType, ValueType } from "../wasm/types.js";

/** A block that is open. */
export interface Block {
  readonly kind: "function" | "block" | "loop" | "if";
  /** Whether anything in it can be reached; a block that cannot is only counted. */
  readonly alive: boolean;
  readonly type: FunctionType;
  /** Height of the operands below its parameters. */
  readonly height: number;
  /** Header of a loop. */
  readonly header: number;
  /** The last word that waits for the position of the block's end; each of them holds the one before, or -1. */
  ends: number;
  /** The word that waits for the position of the else, or -1. */
  otherwise: number;
}

const NO_TYPE: FunctionType = { params: [], results: [] };
/** Types of blocks that are written without an index, by what the reader gives for them. */
export const shortTypes: ReadonlyMap<number, FunctionType> = new Map([
  [EMPTY_BLOCK, NO_TYPE],
  ...Object.values(ValueType).map((type): [number, FunctionType] => [-type, { params: [], results: [type] }]),
]);

/** The body of a function. */
export function outermostBlock(type: FunctionType): Block {
  return { kind: "function", alive: true, type, height: 0, header: -1, ends: -1, otherwise: -1 };
}

/** A block that nothing reaches. */
export function unreachableBlock(): Block {
  return { kind: "block", alive: false, type: NO_TYPE, height: 0, header: -1, ends: -1, otherwise: -1 };
}
