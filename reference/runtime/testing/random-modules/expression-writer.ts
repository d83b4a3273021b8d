import { type Part, u32, vectorOf } from "../../wasm/testing/module-bytes.js";
import { type FunctionType, ValueType } from "../../wasm/types.js";
import type { Choices } from "./choices.js";
import { type Instruction, leb } from "./instructions.js";
import {
  BINARIES,
  COMPARISONS,
  CONVERSIONS,
  FLOATS,
  LOADS,
  LONGS,
  NUMBERS,
  type NumberType,
  STRANGE_NAN,
  TRAPPING_CONVERSIONS,
  TYPES,
  UNARIES,
  WORDS,
} from "./opcodes.js";

const { I32, I64, F32, F64 } = ValueType;
const FIXED_LOCALS = [I32, I64, F32, F64] as const;
const MANY_LOCALS = 250;
const MOST_CALLS = 4;

/** The global that programs read and write. */
export const SEEN = 0;

/** One function among those of its program. */
export interface Place {
  /** For each function the number of its type in {@link TYPES}. */
  readonly types: readonly number[];
  /** Which of them is written. */
  readonly index: number;
  /** How many functions are imported. */
  readonly imported: number;
}

/** Writes expressions: instructions that leave one value. */
export class ExpressionWriter {
  readonly instructions: Instruction[] = [];
  /** Types of parameters and locals. */
  readonly locals: NumberType[];
  protected readonly choices: Choices;
  protected readonly place: Place;
  protected readonly type: FunctionType;
  /** How many of {@link locals}, from the first, may be written at any place: loops count in those behind. */
  protected readonly writable: number;
  /** A local for counts of bulk operations, and lengths. */
  protected readonly scratch: number;
  /** For each block that is open, the innermost last, what a branch to it takes. */
  protected readonly blocks: ("nothing" | "never" | NumberType)[] = [];
  /** How many loops are open. */
  protected loopDepth = 0;
  #calls = 0;

  constructor(choices: Choices, place: Place) {
    this.choices = choices;
    this.place = place;
    this.type = TYPES[place.types[place.index] as number] as FunctionType;
    const params = this.type.params as readonly NumberType[];
    // Now and then so many that an instruction of the interpreter does not reach all of them.
    const count = choices.upTo(12) === 11 ? MANY_LOCALS : 0;
    const many = Array.from({ length: count }, (_, at) => NUMBERS[at % 4] as NumberType);
    this.locals = [...params, ...many, ...FIXED_LOCALS];
    this.writable = this.locals.length;
    this.scratch = this.locals.push(I32) - 1;
  }

  /** Add one instruction. */
  protected put(opcode: number | readonly number[], immediate: Part = []): void {
    const first = typeof opcode === "number" ? opcode : (opcode[0] as number);
    this.instructions.push({ opcode: first, bytes: [opcode, immediate] });
  }

  /** Add a bulk operation, whose count is on top of the stack. */
  protected bulk(operation: number, immediate: Part): void {
    this.instructions.push({ opcode: 0xfc, bytes: [0xfc, operation, immediate], bulk: this.scratch });
  }

  /** Write the inside of a block that was opened, and close it. */
  protected within(takes: "nothing" | "never" | NumberType, write: () => void): void {
    this.blocks.push(takes);
    write();
    this.blocks.pop();
  }

  /** The label of some open block whose branches take the same; `undefined` where there is none. */
  protected label(takes: "nothing" | NumberType): number | undefined {
    const labels = this.blocks.flatMap((each, at) => (each === takes ? [this.blocks.length - 1 - at] : []));
    return labels.length === 0 ? undefined : this.choices.pick(labels);
  }

  /** A value of a type. */
  expression(type: NumberType, depth: number): void {
    const { choices } = this;
    if (depth <= 0 || choices.isOver) {
      this.#leaf(type);
      return;
    }
    switch (choices.upTo(14)) {
      case 0:
        this.#leaf(type);
        return;
      case 1:
      case 2:
        this.expression(type, depth - 1);
        this.put(choices.pick(UNARIES[type]));
        return;
      case 3:
      case 4:
      case 5:
        this.#pair(type, BINARIES[type], depth);
        return;
      case 6:
        this.#convert(type, depth);
        return;
      case 7:
        this.#load(type, depth);
        return;
      case 8:
        this.expression(I32, depth - 1);
        this.put(0x04, type);
        this.within(type, () => {
          this.expression(type, depth - 1);
          this.put(0x05);
          this.expression(type, depth - 1);
        });
        this.put(0x0b);
        return;
      case 9:
        this.put(0x02, type);
        this.within(type, () => {
          this.expression(type, depth - 1);
          if (choices.upTo(3) === 2) return;
          this.expression(I32, depth - 1);
          this.put(0x0d, u32(this.label(type) as number));
        });
        this.put(0x0b);
        return;
      case 10:
        if (!this.callAny(depth - 1, type)) this.#leaf(type);
        return;
      case 11:
        this.expression(type, depth - 1);
        this.expression(type, depth - 1);
        this.expression(I32, depth - 1);
        if (choices.upTo(3) === 2) this.put(0x1c, vectorOf([type]));
        else this.put(0x1b);
        return;
      case 12:
        this.expression(type, depth - 1);
        this.put(0x22, u32(this.#written(type)));
        return;
      default: {
        if (type !== I32) {
          this.#pair(type, BINARIES[type], depth);
          return;
        }
        const compared = choices.pick(NUMBERS);
        this.#pair(compared, COMPARISONS[compared], depth);
      }
    }
  }

  /** An address that lies in memory most of the time. */
  address(depth: number): void {
    this.expression(I32, depth);
    if (this.choices.upTo(24) === 23) return;
    this.put(0x41, leb(0x7fff));
    this.put(0x71);
  }

  /** Call a function behind this one, so that nothing recurs; false where nothing was written. */
  protected callAny(depth: number, wanted?: NumberType): boolean {
    const { types, index, imported } = this.place;
    const behind = types.flatMap((type, at) => {
      const { results } = TYPES[type] as FunctionType;
      return at <= index || (wanted !== undefined && (results.length !== 1 || results[0] !== wanted)) ? [] : [at];
    });
    // Programs are to end soon.
    if (behind.length === 0 || this.#calls >= MOST_CALLS || this.loopDepth > 1) return false;
    this.#calls += 1;
    const called = this.choices.pick(behind);
    const { params, results } = TYPES[types[called] as number] as FunctionType;
    for (const param of params) this.expression(param as NumberType, depth);
    this.put(0x10, u32(called + imported));
    if (wanted === undefined) for (const _result of results) this.put(0x1a);
    return true;
  }

  #pair(type: NumberType, [first, last]: readonly [number, number], depth: number): void {
    this.expression(type, depth - 1);
    this.expression(type, depth - 1);
    this.put(first + this.choices.upTo(last - first + 1));
  }

  #convert(type: NumberType, depth: number): void {
    const { choices } = this;
    const traps = (type === I32 || type === I64) && choices.upTo(4) === 3;
    const [opcode, from] = choices.pick(traps ? TRAPPING_CONVERSIONS[type] : CONVERSIONS[type]);
    this.expression(from, depth - 1);
    this.put(opcode);
  }

  #load(type: NumberType, depth: number): void {
    const { choices } = this;
    const opcode = choices.pick(LOADS[type]);
    if (choices.upTo(3) === 2) {
      // The element of an array.
      this.#masked(depth - 1, 0x7ff);
      this.put(0x41, choices.upTo(4));
      this.put(0x74);
      this.#masked(0, 0xfff);
      this.put(0x6a);
    } else {
      this.address(depth - 1);
    }
    this.put(opcode, [0, u32(this.#offset())]);
  }

  /** Small most of the time; now and then beyond the first page, or beyond every memory. */
  #offset(): number {
    const { choices } = this;
    const kind = choices.upTo(40);
    if (kind === 39) return 0xffff_fff0;
    return kind >= 36 ? choices.upTo(65_536) : choices.upTo(256);
  }

  #masked(depth: number, mask: number): void {
    this.expression(I32, depth);
    this.put(0x41, leb(mask));
    this.put(0x71);
  }

  /** A local of a type that may be written. */
  #written(type: NumberType): number {
    return this.choices.pick(this.locals.flatMap((each, at) => (each === type && at < this.writable ? [at] : [])));
  }

  #leaf(type: NumberType): void {
    const { choices, scratch } = this;
    switch (choices.upTo(4)) {
      case 0:
        this.put(
          0x20,
          u32(choices.pick(this.locals.flatMap((each, at) => (each === type && at !== scratch ? [at] : [])))),
        );
        return;
      case 1:
        if (type === I32) this.put(0x3f, 0);
        else if (type === I64) this.put(0x23, SEEN);
        else this.#constant(type);
        return;
      default:
        this.#constant(type);
    }
  }

  #constant(type: NumberType): void {
    const { choices } = this;
    if (type === I32) this.put(0x41, leb(choices.upTo(3) === 2 ? choices.upTo(65_536) : choices.pick(WORDS)));
    else if (type === I64) this.put(0x42, leb(choices.pick(LONGS)));
    else {
      const view = new DataView(new ArrayBuffer(8));
      const value = choices.pick(FLOATS);
      const isStrange = Number.isNaN(value) && choices.upTo(2) === 1;
      if (type === F32) view.setFloat32(0, value, true);
      else view.setFloat64(0, value, true);
      const bytes = new Uint8Array(view.buffer, 0, type === F32 ? 4 : 8);
      this.put(type === F32 ? 0x43 : 0x44, isStrange ? STRANGE_NAN[type] : bytes);
    }
  }
}
