import { INSTRUCTION_HEAD_BYTES } from "../../generated/instructions/message.js";
import type { DirectOperands } from "../contracts/platform-adapter.js";
import type { DirectRow } from "./direct-rows.js";

const HEAD_BYTES = INSTRUCTION_HEAD_BYTES;
const BOOL = 5;
const TEXT = 7;
/** Most bytes that all operands of an instruction that goes the short way may have, types and lengths included. */
const LONGEST = 16_384;
/** Bytes that there is room for at first, and up to which they are copied one by one: that takes less than a call. */
const FEW = 123;

/** Takes operands out of a guest's memory and reads them. One serves all instructions of a channel, one after another. */
export class OperandsInPlace implements DirectOperands {
  /** Operands of the last instruction, as they were encoded. */
  #bytes = new Uint8Array(FEW);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #starts: number[] = [];
  readonly #lengths: number[] = [];

  /**
   * Take the operands of an instruction, if they are surely those of its row. False where they are not or it takes more
   * to tell: then the instruction has to be decoded, which finds what is wrong with it and where.
   *
   * @param pointer where the instruction begins
   * @param length of all operands, types and lengths included
   * @spec instructions.reasons
   */
  take(memory: DataView, pointer: number, length: number, { types, widths }: DirectRow): boolean {
    if (length > LONGEST) return false;
    this.#length = length;
    const start = pointer + HEAD_BYTES;
    if (length > FEW) this.#copy(memory, start, length);
    const bytes = this.#bytes;
    if (length <= FEW) for (let at = 0; at < length; at += 1) bytes[at] = memory.getUint8(start + at);
    let at = 0;
    for (let index = 0; index < types.length; index += 1) {
      const type = types[index] as number;
      const width = widths[index] as number;
      if (at + 2 > length || bytes[at] !== type) return false;
      let own = bytes[at + 1] as number;
      at += 2;
      if (own > 0x7f) {
        // A length of three bytes is not met here: instructions are no longer.
        const high = at < length ? (bytes[at] as number) : 0;
        if (high === 0 || high > 0x7f) return false;
        own = (own & 0x7f) | (high << 7);
        at += 1;
      }
      if (width !== -1 && own !== width) return false;
      if (at + own > length || !isFit(bytes, at, own, type)) return false;
      this.#starts[index] = at;
      this.#lengths[index] = own;
      at += own;
    }
    return at === length;
  }

  /** Many bytes at once, into larger memory where they do not fit. */
  #copy(memory: DataView, pointer: number, length: number): void {
    if (length > this.#bytes.length) {
      this.#bytes = new Uint8Array(length);
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#bytes.set(new Uint8Array(memory.buffer, memory.byteOffset + pointer, length));
  }

  /** All of the last instruction. @param row its row; where it has operands, they are those taken last */
  instruction({ row, capabilities, types }: DirectRow): Uint8Array {
    const length = types.length === 0 ? 0 : this.#length;
    const whole = new Uint8Array(INSTRUCTION_HEAD_BYTES + length);
    whole.set([row.category, 0, row.opcode, capabilities >> 8, capabilities & 0xff]);
    whole.set(this.#bytes.subarray(0, length), INSTRUCTION_HEAD_BYTES);
    return whole;
  }

  u32(index: number): number {
    return this.#view.getUint32(this.#starts[index] as number);
  }

  u64(index: number): bigint {
    return this.#view.getBigUint64(this.#starts[index] as number);
  }

  i64(index: number): bigint {
    return this.#view.getBigInt64(this.#starts[index] as number);
  }

  bytes(index: number): Uint8Array {
    const at = this.#starts[index] as number;
    return this.#bytes.subarray(at, at + (this.#lengths[index] as number));
  }
}

/** Values that a type alone does not make right. */
function isFit(bytes: Uint8Array, start: number, length: number, type: number): boolean {
  if (type === BOOL) return (bytes[start] as number) <= 1;
  if (type !== TEXT) return true;
  // Text beyond ASCII is left to the decoder.
  for (let at = start; at < start + length; at += 1) if ((bytes[at] as number) > 0x7f) return false;
  return true;
}
