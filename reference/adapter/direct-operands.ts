import { INSTRUCTION_HEAD_BYTES } from "../../generated/instructions/message.js";
import type { DirectOperands } from "../contracts/platform-adapter.js";
import type { DirectRow } from "./direct-rows.js";

const BOOL = 5;
const TEXT = 7;

/** Reads operands where they stand. One serves all instructions of a channel, one after another. */
export class OperandsInPlace implements DirectOperands {
  #memory: Uint8Array = new Uint8Array(0);
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];

  /**
   * Take the operands of an instruction, if they are surely those of its row. False where they are not or it takes more
   * to tell: then the instruction has to be decoded, which finds what is wrong with it and where.
   *
   * @param start where the instruction begins
   * @param end where it ends
   * @spec instructions.reasons
   */
  take(memory: Uint8Array, start: number, end: number, { types, widths }: DirectRow): boolean {
    let at = start + INSTRUCTION_HEAD_BYTES;
    if (types.length === 0) return at === end;
    for (let index = 0; index < types.length; index += 1) {
      const type = types[index] as number;
      const length = memory[at + 1] as number;
      const width = widths[index] as number;
      // A length of two bytes or more is not met here: instructions are short.
      if (at + 2 > end || memory[at] !== type || length > 0x7f || (width !== -1 && length !== width)) return false;
      at += 2;
      if (at + length > end || !isFit(memory, at, length, type)) return false;
      this.#starts[index] = at;
      this.#lengths[index] = length;
      at += length;
    }
    this.#memory = memory;
    return at === end;
  }

  u32(index: number): number {
    const memory = this.#memory;
    const at = this.#starts[index] as number;
    const high = ((memory[at] as number) << 24) | ((memory[at + 1] as number) << 16);
    return (high | ((memory[at + 2] as number) << 8) | (memory[at + 3] as number)) >>> 0;
  }

  u64(index: number): bigint {
    const memory = this.#memory;
    return new DataView(memory.buffer, memory.byteOffset).getBigUint64(this.#starts[index] as number);
  }

  bytes(index: number): Uint8Array {
    const at = this.#starts[index] as number;
    return this.#memory.subarray(at, at + (this.#lengths[index] as number));
  }
}

/** Values that a type alone does not make right. */
function isFit(memory: Uint8Array, start: number, length: number, type: number): boolean {
  if (type === BOOL) return (memory[start] as number) <= 1;
  if (type !== TEXT) return true;
  // Text beyond ASCII is left to the decoder.
  for (let at = start; at < start + length; at += 1) if ((memory[at] as number) > 0x7f) return false;
  return true;
}
