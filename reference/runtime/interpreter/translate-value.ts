import type { InstructionReader } from "../wasm/instruction-reader.js";
import { type Instruction, Opcode } from "../wasm/opcodes.js";
import type { CodeBuffer } from "./code-buffer.js";
import { type FrameLayout, isLong } from "./frame-layout.js";
import { type OperandStack, Place } from "./operand-stack.js";
import { REACHABLE_SLOTS, RegisterOp, WORD_CONSTANT_ORDER } from "./register-code.js";

const I32_EQZ = 0x45;
const I32_EQ = 0x46;
const I32_GE_U = 0x4f;
const I64_EQ = 0x51;
const I64_GE_U = 0x5a;
const I32_LOAD = 0x28;
const LAST_LOAD = 0x35;
const LAST_STORE = 0x3e;
const MEMORY_SIZE = 0x3f;
const MEMORY_GROW = 0x40;
const I32_SHL = 0x74;
const FIRST_PLAIN = 0x45;
const LAST_PLAIN = 0xc4;

/** What a comparison becomes when its operands change sides, by its place among the ten. */
const SWAPPED: readonly number[] = [0, 1, 4, 5, 2, 3, 8, 9, 6, 7];
/** What a comparison becomes when it is negated. */
const NEGATED: readonly number[] = [1, 0, 8, 9, 6, 7, 4, 5, 2, 3];
/** Instructions whose operands may change sides: add, mul, and, or, xor. */
const COMMUTATIVE: ReadonlySet<number> = new Set([0x6a, 0x6c, 0x71, 0x72, 0x73]);

/** Translates the instructions that do not change where the program goes on. */
export class ValueTranslator {
  readonly #code: CodeBuffer;
  readonly #stack: OperandStack;
  readonly #layout: FrameLayout;
  /** Type of each local: whether it is 64 bits wide. */
  readonly #longLocal: (local: number) => boolean;
  /** The same for globals; and whether a global is imported. */
  readonly #globals: { isLong(global: number): boolean; isImported(global: number): boolean };

  constructor(
    code: CodeBuffer,
    stack: OperandStack,
    layout: FrameLayout,
    longLocal: (local: number) => boolean,
    globals: { isLong(global: number): boolean; isImported(global: number): boolean },
  ) {
    this.#code = code;
    this.#stack = stack;
    this.#layout = layout;
    this.#longLocal = longLocal;
    this.#globals = globals;
  }

  /** Translate one instruction. */
  translate(instruction: Instruction, reader: InstructionReader): void {
    const { opcode } = instruction;
    const stack = this.#stack;
    const { first, second } = reader;
    switch (opcode) {
      case Opcode.LocalGet:
        stack.pushLocal(first, this.#longLocal(first));
        return;
      case Opcode.LocalSet:
        this.#setLocal(first);
        return;
      case Opcode.LocalTee:
        this.#setLocal(first);
        stack.pushLocal(first, this.#longLocal(first));
        return;
      case Opcode.GlobalGet:
        this.#getGlobal(first);
        return;
      case Opcode.GlobalSet:
        this.#setGlobal(first);
        return;
      case Opcode.Drop:
        stack.pop();
        return;
      case Opcode.Select:
      case Opcode.SelectTyped:
        this.#select();
        return;
      case Opcode.I32Const:
      case Opcode.F32Const:
        stack.pushConstant(first, 0, false);
        return;
      case Opcode.I64Const:
      case Opcode.F64Const:
        stack.pushConstant(first, second, true);
        return;
      case Opcode.RefNull:
        stack.pushConstant(0, 0, false);
        return;
      case Opcode.RefIsNull:
        this.#unary(I32_EQZ, false);
        return;
      case MEMORY_SIZE:
      case Opcode.TableSize:
      case Opcode.RefFunc:
        this.#rare(opcode, 0, true, first, second);
        return;
      case MEMORY_GROW:
      case Opcode.TableGet:
        this.#rare(opcode, 1, true, first, second);
        return;
      case Opcode.TableGrow:
        this.#rare(opcode, 2, true, first, second);
        return;
      case Opcode.TableSet:
        this.#rare(opcode, 2, false, first, second);
        return;
      case Opcode.DataDrop:
      case Opcode.ElemDrop:
        this.#rare(opcode, 0, false, first, second);
        return;
      default:
    }
    if (opcode >= 0x108) this.#rare(opcode, 3, false, first, second);
    else if (opcode >= 0x100) this.#rare(opcode, 1, true, 0, 0, opcode >= 0x104);
    else if (opcode >= FIRST_PLAIN && opcode <= LAST_PLAIN) this.#plain(instruction);
    else if (opcode >= I32_LOAD && opcode <= LAST_LOAD) this.#load(instruction, second);
    else if (opcode > LAST_LOAD && opcode <= LAST_STORE) this.#store(opcode, second);
    // What is left is nop.
  }

  #setLocal(local: number): void {
    const stack = this.#stack;
    const slot = this.#layout.slot(local);
    const height = stack.pop();
    if (stack.placeAt(height) === Place.Local && stack.lowAt(height) === local) return;
    if (stack.uses(local)) {
      stack.settleUses(local);
    } else if (stack.placeAt(height) === Place.Own && this.#code.redirect(stack.slotAt(height), slot)) {
      return;
    }
    stack.moveTo(height, slot);
  }

  #getGlobal(global: number): void {
    if (this.#globals.isImported(global)) {
      this.#rare(Opcode.GlobalGet, 0, true, global, 0, this.#globals.isLong(global));
      return;
    }
    this.#code.writing(RegisterOp.GlobalGet, this.#stack.push(this.#globals.isLong(global)), -1, -1, [global]);
  }

  #setGlobal(global: number): void {
    if (this.#globals.isImported(global)) {
      this.#rare(Opcode.GlobalSet, 1, false, global, 0);
      return;
    }
    this.#code.reading(RegisterOp.GlobalSet, this.#stack.slotOf(this.#stack.pop()), -1);
    this.#code.word(global);
  }

  #select(): void {
    const stack = this.#stack;
    const condition = stack.slotOf(stack.pop());
    const second = stack.slotOf(stack.pop());
    const firstHeight = stack.pop();
    const first = stack.slotOf(firstHeight);
    const result = stack.push(stack.isLongAt(firstHeight));
    this.#code.writing(RegisterOp.Select, result, first, second, [condition]);
  }

  /** An instruction on slots in a row, which have to be the own slots of its operands. */
  #rare(number: number, operands: number, hasResult: boolean, first: number, second: number, long = false): void {
    const stack = this.#stack;
    stack.settleTop(operands);
    const height = stack.height - operands;
    stack.cut(height);
    const slot = stack.slotAt(height);
    this.#code.onSlots(RegisterOp.Rare, slot);
    this.#code.word(number);
    this.#code.word(first);
    this.#code.word(second);
    if (hasResult) stack.push(long);
  }

  #plain({ opcode, signature }: Instruction): void {
    const long = signature?.result !== undefined && isLong(signature.result);
    if (signature?.params.length === 1) {
      if (opcode === I32_EQZ && this.#negateLast()) return;
      this.#unary(opcode, long);
    } else if (opcode >= I32_EQ && opcode <= I32_GE_U) {
      this.#compare(opcode);
    } else if (WORD_CONSTANT_ORDER.includes(opcode) || opcode === Opcode.I32Sub) {
      this.#wordArithmetic(opcode);
    } else {
      this.#binary(opcode, long);
    }
  }

  #unary(opcode: number, long: boolean): void {
    const stack = this.#stack;
    const operand = stack.slotOf(stack.pop());
    this.#code.writing(opcode, stack.push(long), operand, -1);
  }

  #binary(opcode: number, long: boolean): void {
    const stack = this.#stack;
    const rightHeight = stack.pop();
    const leftHeight = stack.pop();
    if (
      (opcode === Opcode.I64Add || opcode === Opcode.I64Sub) &&
      stack.placeAt(rightHeight) === Place.Constant &&
      stack.placeAt(leftHeight) !== Place.Constant
    ) {
      const left = stack.slotOf(leftHeight);
      let [low, high] = [stack.lowAt(rightHeight), stack.highAt(rightHeight)];
      if (opcode === Opcode.I64Sub) {
        high = (low === 0 ? -high : ~high) | 0;
        low = -low | 0;
      }
      this.#code.writing(RegisterOp.LongAddConstant, stack.push(true), left, -1, [low, high]);
      return;
    }
    const left = stack.slotOf(leftHeight);
    const right = stack.slotOf(rightHeight);
    this.#code.writing(opcode, stack.push(long), left, right);
  }

  /** Comparisons of i32: a constant goes to the right, where a branch can take it in. */
  #compare(opcode: number): void {
    const stack = this.#stack;
    const code = this.#code;
    let rightHeight = stack.pop();
    let leftHeight = stack.pop();
    let comparison = opcode - I32_EQ;
    if (stack.placeAt(leftHeight) === Place.Constant && stack.placeAt(rightHeight) !== Place.Constant) {
      [leftHeight, rightHeight] = [rightHeight, leftHeight];
      comparison = SWAPPED[comparison] as number;
    }
    const left = stack.slotOf(leftHeight);
    const start = code.length;
    const isConstant = stack.placeAt(rightHeight) === Place.Constant;
    const constant = stack.lowAt(rightHeight);
    const right = stack.slotOf(rightHeight);
    code.writing(I32_EQ + comparison, stack.push(false), left, right);
    if (isConstant && code.last.start >= 0 && left < REACHABLE_SLOTS) {
      code.last.start = start;
      code.last.rightIsConstant = true;
      code.last.right = constant;
    }
  }

  /** `i32.eqz` of a comparison of integers is the opposite comparison. */
  #negateLast(): boolean {
    const stack = this.#stack;
    const { last } = this.#code;
    const height = stack.height - 1;
    if (stack.placeAt(height) !== Place.Own || last.start < 0 || last.result !== stack.slotAt(height)) return false;
    const base = last.operation >= I64_EQ ? I64_EQ : I32_EQ;
    const isComparison =
      (last.operation >= I32_EQ && last.operation <= I32_GE_U) ||
      (last.operation >= I64_EQ && last.operation <= I64_GE_U);
    if (!isComparison) return false;
    const negated = base + (NEGATED[last.operation - base] as number);
    const { words } = this.#code;
    words[last.position] = ((words[last.position] as number) & ~0xff) | negated;
    last.operation = negated;
    return true;
  }

  /** Arithmetic of i32 that may have a constant on its right. */
  #wordArithmetic(opcode: number): void {
    const stack = this.#stack;
    const code = this.#code;
    let rightHeight = stack.pop();
    let leftHeight = stack.pop();
    if (COMMUTATIVE.has(opcode) && stack.placeAt(leftHeight) === Place.Constant) {
      [leftHeight, rightHeight] = [rightHeight, leftHeight];
    }
    if (stack.placeAt(rightHeight) === Place.Constant) {
      const left = stack.slotOf(leftHeight);
      const constant = stack.lowAt(rightHeight);
      const isSub = opcode === Opcode.I32Sub;
      const position = WORD_CONSTANT_ORDER.indexOf(isSub ? Opcode.I32Add : opcode);
      const value = isSub ? -constant | 0 : constant;
      code.writing(RegisterOp.WordConstant + position, stack.push(false), left, -1, [value]);
      return;
    }
    if (opcode === Opcode.I32Add && this.#shiftAdd(leftHeight, rightHeight)) return;
    const left = stack.slotOf(leftHeight);
    const right = stack.slotOf(rightHeight);
    code.writing(opcode, stack.push(false), left, right);
  }

  /** `(a << constant) + b` is one instruction: every index of an array is. */
  #shiftAdd(leftHeight: number, rightHeight: number): boolean {
    const stack = this.#stack;
    const code = this.#code;
    const { last } = code;
    const shift = RegisterOp.WordConstant + WORD_CONSTANT_ORDER.indexOf(I32_SHL);
    if (last.start < 0 || last.operation !== shift) return false;
    const isLast = (height: number): boolean =>
      stack.placeAt(height) === Place.Own && stack.slotAt(height) === last.result;
    const shifted = isLast(rightHeight) ? rightHeight : leftHeight;
    const other = shifted === rightHeight ? leftHeight : rightHeight;
    if (!isLast(shifted) || stack.placeAt(other) === Place.Constant) return false;
    const { left } = last;
    const constant = code.words[last.position + 1] as number;
    code.truncate(last.start);
    // Before the result is pushed: that takes the place of the left operand.
    const right = stack.slotOf(other);
    code.writing(RegisterOp.ShiftAdd, stack.push(false), left, right, [constant]);
    return true;
  }

  #load({ opcode, signature }: Instruction, offset: number): void {
    const stack = this.#stack;
    const code = this.#code;
    const { last } = code;
    const long = signature?.result !== undefined && isLong(signature.result);
    const height = stack.pop();
    const isSum = last.start >= 0 && last.operation === Opcode.I32Add;
    if (opcode === I32_LOAD && isSum && stack.placeAt(height) === Place.Own && last.result === stack.slotAt(height)) {
      const { left, right } = last;
      code.truncate(last.start);
      code.writing(RegisterOp.AddLoad, stack.push(false), left, right, [offset | 0]);
      return;
    }
    const address = stack.slotOf(height);
    code.writing(opcode, stack.push(long), address, -1, [offset | 0]);
  }

  #store(opcode: number, offset: number): void {
    const stack = this.#stack;
    const value = stack.slotOf(stack.pop());
    const address = stack.slotOf(stack.pop());
    this.#code.reading(opcode, address, value);
    this.#code.word(offset | 0);
  }

  /**
   * Pop a condition and write a branch, all but its target.
   *
   * @param whenTrue whether to branch where the condition is not 0
   */
  branch(whenTrue: boolean): void {
    const stack = this.#stack;
    const code = this.#code;
    const { last } = code;
    const height = stack.pop();
    const fresh = stack.placeAt(height) === Place.Own && last.start >= 0 && last.result === stack.slotAt(height);
    if (fresh && last.operation >= I32_EQ && last.operation <= I32_GE_U) {
      const position = last.operation - I32_EQ;
      const comparison = whenTrue ? position : (NEGATED[position] as number);
      const { left, right, rightIsConstant } = last;
      code.truncate(last.start);
      if (rightIsConstant) {
        code.reading(RegisterOp.BranchCompareConstant + comparison, left, -1);
        code.word(right);
      } else {
        code.reading(RegisterOp.BranchCompare + comparison, left, right);
      }
      return;
    }
    if (fresh && last.operation >= I64_EQ && last.operation <= I64_GE_U) {
      const position = last.operation - I64_EQ;
      const comparison = whenTrue ? position : (NEGATED[position] as number);
      const { left, right } = last;
      code.truncate(last.start);
      code.reading(RegisterOp.BranchLongCompare + comparison, left, right);
      return;
    }
    if (fresh && last.operation === I32_EQZ) {
      const { left } = last;
      code.truncate(last.start);
      code.reading(whenTrue ? RegisterOp.BranchZero : RegisterOp.BranchNonZero, left, -1);
      return;
    }
    code.reading(whenTrue ? RegisterOp.BranchNonZero : RegisterOp.BranchZero, stack.slotOf(height), -1);
  }
}
