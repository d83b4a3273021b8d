import { implementationLimits } from "./implementation-limits.js";
import { type FunctionType, isReferenceType, type ValueType, valueTypeName } from "./types.js";
import { WasmInvalid } from "./wasm-invalid.js";

/** The type of an operand taken from the bottom of unreachable code: it fits wherever it is used. */
export const UNKNOWN = 0;
/** A value type or {@link UNKNOWN}. */
export type OperandType = ValueType | typeof UNKNOWN;

/** What opened a block. The body of a function is a block of its own. */
export type FrameKind = "function" | "block" | "loop" | "if" | "else";

/** What is known of a block when it ends. */
export interface ClosedFrame {
  readonly kind: FrameKind;
  readonly type: FunctionType;
}

/**
 * The two stacks of the validation algorithm: types of operands, and open blocks. One instance serves
 * all functions of a module, so its memory grows to the largest need and no further.
 *
 * @spec guest-abi.code.validation
 */
export class ValidationStack {
  /** Offset of the instruction being checked: where every error of this class is reported. */
  offset = 0;
  /** Largest number of operands so far, in the current function. */
  maximumHeight = 0;

  private operands = new Uint8Array(64);
  private height = 0;
  /** Height of the operand stack at the opening of the innermost block. */
  private floor = 0;
  /** Whether the rest of the innermost block cannot be reached. */
  private unreachable = false;

  private readonly kinds: FrameKind[] = [];
  private readonly types: FunctionType[] = [];
  private readonly outerFloors: number[] = [];
  private readonly outerUnreachables: boolean[] = [];

  /** Start a function: empty stacks, one block. */
  begin(type: FunctionType): void {
    this.height = 0;
    this.floor = 0;
    this.unreachable = false;
    this.maximumHeight = 0;
    this.kinds.length = 0;
    this.types.length = 0;
    this.outerFloors.length = 0;
    this.outerUnreachables.length = 0;
    this.kinds.push("function");
    this.types.push(type);
    this.outerFloors.push(0);
    this.outerUnreachables.push(false);
  }

  /** How many blocks are open, that of the function included. */
  get depth(): number {
    return this.kinds.length;
  }

  /** The types of the operands as they are now, the deepest first. */
  operandTypes(): Uint8Array {
    return this.operands.slice(0, this.height);
  }

  /** Put one operand on the stack. */
  push(type: OperandType): void {
    const height = this.height;
    if (height >= this.operands.length) this.grow();
    this.operands[height] = type;
    this.height = height + 1;
    if (height >= this.maximumHeight) this.maximumHeight = height + 1;
  }

  /** Put several operands on the stack, the last one on top. */
  pushAll(types: readonly ValueType[]): void {
    for (const type of types) this.push(type);
  }

  /** Take one operand of the type given. */
  pop(expected: ValueType): void {
    if (this.height > this.floor) {
      const found = this.operands[--this.height];
      if (found !== expected && found !== UNKNOWN) throw this.mismatch(valueTypeName(expected), found);
    } else if (!this.unreachable) {
      throw this.underflow(valueTypeName(expected));
    }
  }

  /** Take one operand of any type; `expected` describes it for the message. */
  popAny(expected: string): OperandType {
    if (this.height > this.floor) return this.operands[--this.height] as OperandType;
    if (this.unreachable) return UNKNOWN;
    throw this.underflow(expected);
  }

  /** Take one operand that is a reference. */
  popReference(): void {
    const found = this.popAny("a reference");
    if (found !== UNKNOWN && !isReferenceType(found)) throw this.mismatch("a reference", found);
  }

  /** Take several operands, the last type being that of the topmost. */
  popAll(types: readonly ValueType[]): void {
    for (let position = types.length - 1; position >= 0; position--) this.pop(types[position] as ValueType);
  }

  /** Check that the topmost operands have these types, and leave them where they are. */
  expectOnTop(types: readonly ValueType[]): void {
    let height = this.height;
    for (let position = types.length - 1; position >= 0; position--) {
      const expected = types[position] as ValueType;
      if (height > this.floor) {
        const found = this.operands[--height];
        if (found !== expected && found !== UNKNOWN) throw this.mismatch(valueTypeName(expected), found);
      } else if (!this.unreachable) {
        throw this.underflow(valueTypeName(expected));
      }
    }
  }

  /** Open a block whose parameters were popped already. */
  open(kind: FrameKind, type: FunctionType): void {
    this.kinds.push(kind);
    this.types.push(type);
    this.outerFloors.push(this.floor);
    this.outerUnreachables.push(this.unreachable);
    this.floor = this.height;
    this.unreachable = false;
    this.pushAll(type.params);
  }

  /** Close the innermost block, which must hold exactly its results; they are popped. */
  close(): ClosedFrame {
    const kind = this.kinds.pop();
    const type = this.types.pop();
    if (kind === undefined || type === undefined) throw new WasmInvalid("end_expected", this.offset, "an open block");
    this.popAll(type.results);
    if (this.height !== this.floor) {
      const left = this.height - this.floor;
      throw new WasmInvalid(
        "type_mismatch",
        this.offset,
        "only the results left at the end of a block",
        `${left} more`,
      );
    }
    this.floor = this.outerFloors.pop() ?? 0;
    this.unreachable = this.outerUnreachables.pop() ?? false;
    return { kind, type };
  }

  /** Types a branch to the block `label` levels out must bring: its parameters for a loop, else its results. */
  labelTypes(label: number): readonly ValueType[] {
    const position = this.kinds.length - 1 - label;
    const type = this.types[position];
    if (type === undefined) {
      throw new WasmInvalid("unknown_label", this.offset, `a label below ${this.kinds.length}`, `${label}`);
    }
    return this.kinds[position] === "loop" ? type.params : type.results;
  }

  /** Results of the function: what a return must bring. */
  returnTypes(): readonly ValueType[] {
    return this.types[0]?.results ?? [];
  }

  /** The rest of the innermost block cannot be reached: its operands are gone and any may be taken. */
  markUnreachable(): void {
    this.height = this.floor;
    this.unreachable = true;
  }

  /** A type mismatch at the current instruction. */
  mismatch(expected: string, found: number | undefined): WasmInvalid {
    return new WasmInvalid("type_mismatch", this.offset, expected, valueTypeName(found as ValueType));
  }

  private underflow(expected: string): WasmInvalid {
    return new WasmInvalid("type_mismatch", this.offset, expected, "no operand in this block");
  }

  private grow(): void {
    // @spec guest-abi.code.limits: one two-byte call pushes up to 1,000 operands, so bytes alone do not bound this.
    if (this.height >= implementationLimits.operandHeight) {
      const limit = `at most ${implementationLimits.operandHeight} operands`;
      throw new WasmInvalid("limit_exceeded", this.offset, limit, "one more");
    }
    const larger = new Uint8Array(this.operands.length * 2);
    larger.set(this.operands);
    this.operands = larger;
  }
}
