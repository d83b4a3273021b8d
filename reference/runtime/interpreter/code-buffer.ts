import { REACHABLE_SLOTS, RegisterOp, SCRATCH_SLOT } from "./register-code.js";

/** What the instruction written last was, where it may still be changed. */
interface LastInstruction {
  /** Where the words begin that it needs, constants made for it included; -1 where nothing is known. */
  start: number;
  /** Where its first word is. */
  position: number;
  operation: number;
  /** Operands; the second is meant only by the flag where it is a constant. */
  left: number;
  right: number;
  rightIsConstant: boolean;
  /** The slot it writes; -1 where it writes none that could be another one. */
  result: number;
}

/**
 * Words of register code as they are written. Slots that an instruction cannot reach are brought within reach by
 * instructions of their own.
 */
export class CodeBuffer {
  words = new Int32Array(256);
  length = 0;
  readonly last: LastInstruction = {
    start: -1,
    position: 0,
    operation: 0,
    left: 0,
    right: 0,
    rightIsConstant: false,
    result: -1,
  };

  /** Write one word. */
  word(word: number): void {
    if (this.length === this.words.length) {
      const larger = new Int32Array(this.words.length * 2);
      larger.set(this.words);
      this.words = larger;
    }
    this.words[this.length++] = word;
  }

  /** Nothing written so far may be changed any more: a block ends here. */
  seal(): void {
    this.last.start = -1;
    this.last.result = -1;
  }

  /** Take back everything from a position on. */
  truncate(position: number): void {
    this.length = position;
    this.seal();
  }

  /** A slot as a register to read, which is a scratch register where it is out of reach. */
  private reach(slot: number, scratch: number): number {
    if (slot < REACHABLE_SLOTS) return slot;
    this.word(RegisterOp.LoadSlot | (scratch << 8));
    this.word(slot);
    return scratch;
  }

  /** Write an instruction that reads two slots and writes none; -1 for none. */
  reading(operation: number, left: number, right: number): void {
    const y = left < 0 ? 0 : this.reach(left, SCRATCH_SLOT);
    const z = right < 0 ? 0 : this.reach(right, SCRATCH_SLOT + 1);
    this.seal();
    this.word(operation | (y << 16) | (z << 24));
  }

  /**
   * Write an instruction with a result. `start` is where the words begin that were written for it.
   *
   * @param extra whole words that follow
   */
  writing(operation: number, result: number, left: number, right: number, extra?: readonly number[]): void {
    const start = this.length;
    const y = left < 0 ? 0 : this.reach(left, SCRATCH_SLOT);
    const z = right < 0 ? 0 : this.reach(right, SCRATCH_SLOT + 1);
    const position = this.length;
    const x = result < REACHABLE_SLOTS ? result : SCRATCH_SLOT + 2;
    this.word(operation | (x << 8) | (y << 16) | (z << 24));
    if (extra !== undefined) for (const word of extra) this.word(word);
    const { last } = this;
    last.start = start;
    last.position = position;
    last.operation = operation;
    last.left = left;
    last.right = right;
    last.rightIsConstant = false;
    last.result = result;
    if (x !== result) {
      this.word(RegisterOp.StoreSlot | (x << 16));
      this.word(result);
      this.seal();
    }
  }

  /** Let the instruction written last write another slot. False where that cannot be. */
  redirect(from: number, to: number): boolean {
    const { last } = this;
    if (last.result !== from || from < 0 || to >= REACHABLE_SLOTS) return false;
    this.words[last.position] = ((this.words[last.position] as number) & ~0xff00) | (to << 8);
    last.result = to;
    return true;
  }

  /** An instruction on slots in a row from `slot` on, however far away. */
  onSlots(operation: number, slot: number): void {
    this.seal();
    this.word(operation | (slot << 8));
  }
}
