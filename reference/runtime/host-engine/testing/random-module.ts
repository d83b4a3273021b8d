// Random programs that always end, for tests that run a module in several ways and compare.
import {
  functionType,
  moduleOf,
  name,
  type Part,
  section,
  sized,
  u32,
  vector,
  vectorOf,
} from "../../wasm/testing/module-bytes.js";
import { type FunctionType, ValueType } from "../../wasm/types.js";
import {
  BINARIES,
  COMPARISONS,
  CONVERSIONS,
  EMIT_TYPE,
  FLOAT_STORES,
  FUNCTION_TYPES,
  INTEGER_STORES,
  LOADS,
  NUMBERS,
  type NumberType,
  REINTERPRETATIONS,
  SIGN_BINARIES,
  SIGN_UNARIES,
  TYPES,
  UNARIES,
} from "./random-opcodes.js";

const { I32, I64, F32, F64, FuncRef } = ValueType;
const TABLE_MINIMUM = 6;
const DATA_BYTES = 200;

/** A random program. */
export interface RandomModule {
  readonly bytes: Uint8Array;
  /** The same program, which counts in its exported i64 global `count` what each instruction costs as it comes to it. */
  readonly counting: Uint8Array;
}

/**
 * A program for a list of numbers: equal numbers, equal program. It exports `main: [i32 i64] -> [i32]`, `memory`, and
 * the global `seen`. It never lets the bits of a NaN be seen, because those of an engine alone are its own.
 *
 * @param decisions numbers from 0 to 255; once they are used up, everything gets as short as it can
 */
export function randomModule(decisions: ArrayLike<number>): RandomModule {
  return {
    bytes: build(decisions, { isCounting: false, isGuest: false }),
    counting: build(decisions, { isCounting: true, isGuest: false }),
  };
}

/**
 * A guest program for a list of numbers. It emits now and then, what it emits depends on the replies, and last of all
 * it emits its whole memory. Other than {@link randomModule} it shows the bits of NaNs.
 */
export function randomGuest(decisions: ArrayLike<number>): Uint8Array {
  return build(decisions, { isCounting: false, isGuest: true });
}

/** What a program is for. */
interface Purpose {
  /** Whether it counts what it costs. */
  readonly isCounting: boolean;
  /** Whether it is a guest, with `emit` as its function 0. */
  readonly isGuest: boolean;
}

function build(decisions: ArrayLike<number>, purpose: Purpose): Uint8Array {
  const choices = new Choices(decisions);
  const imported = purpose.isGuest ? 1 : 0;
  const count = 2 + choices.upTo(3);
  const functionTypes = [0, ...Array.from({ length: count - 1 }, () => choices.upTo(FUNCTION_TYPES))];
  const bodies = functionTypes.map((type, index) =>
    new BodyWriter(choices, functionTypes, index, TYPES[type] as FunctionType, purpose).write(),
  );
  const items = Array.from({ length: TABLE_MINIMUM }, (_, at) => u32(imported + 1 + (at % (count - 1))));
  const anyData = Array.from({ length: DATA_BYTES }, (_, at) => (at * 37) & 0xff);
  return moduleOf(
    section(1, vectorOf(TYPES.map(({ params, results }) => functionType(params, results)))),
    ...(purpose.isGuest ? [section(2, vector([name("fayger_1"), name("emit"), 0, EMIT_TYPE]))] : []),
    section(3, vectorOf([...functionTypes, ...(purpose.isGuest ? [1] : [])].map(u32))),
    section(4, vector([FuncRef, 1, TABLE_MINIMUM, 9], [FuncRef, 1, 2, 4])),
    section(5, vector([1, 1, 3])),
    section(6, vector([I64, 1, 0x42, 0, 0x0b], [I64, 1, 0x42, 0, 0x0b])),
    section(
      7,
      vector(
        [name("main"), 0, purpose.isGuest ? 1 + count : 0],
        [name("memory"), 2, 0],
        [name("seen"), 3, 0],
        [name("count"), 3, 1],
      ),
    ),
    // The element behind the last function stays empty, and so does the second table.
    section(9, vector([0, 0x41, 0, 0x0b, vectorOf(items.slice(1))], [1, 0, vectorOf(items)])),
    section(12, u32(1)),
    section(10, vectorOf([...bodies, ...(purpose.isGuest ? [ENTRY] : [])])),
    section(11, vector([1, sized(Uint8Array.from(anyData))])),
  );
}

/** Calls function 1, lays its result into memory, and emits all of it. */
const ENTRY: Part = sized(
  [0, 0x41, 0, 0x41, 7, 0x42, 0x77, 0x10, 1, 0x36, 2, 0],
  [0x41, 0, 0x3f, 0, 0x41, 16, 0x74, 0x41, 0, 0x41, 0, 0x10, 0, 0x1a, 0x0b],
);

/** A run of decisions. */
class Choices {
  readonly #numbers: ArrayLike<number>;
  #at = 0;

  constructor(numbers: ArrayLike<number>) {
    this.#numbers = numbers;
  }

  /** A number below `bound`; 0 once nothing is left. */
  upTo(bound: number): number {
    const number = this.#numbers[this.#at] ?? 0;
    this.#at += 1;
    return number % bound;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.upTo(from.length)] as T;
  }

  get isOver(): boolean {
    return this.#at >= this.#numbers.length;
  }
}

const SEEN = 0;
const COUNT = 1;

/** Writes one function. Statements leave the stack as it was, expressions leave one value. */
class BodyWriter {
  readonly #choices: Choices;
  readonly #functions: readonly number[];
  readonly #index: number;
  readonly #type: FunctionType;
  readonly #isCounting: boolean;
  readonly #isGuest: boolean;
  readonly #code: Part[] = [];
  readonly #locals: ValueType[];
  /** Local for counts of bulk operations. */
  readonly #scratch: number;
  /** Blocks that are open and take no operands of a branch, the innermost last; false for one that is a loop. */
  readonly #blocks: boolean[] = [];
  #loops = 0;
  #calls = 0;

  constructor(
    choices: Choices,
    functions: readonly number[],
    index: number,
    type: FunctionType,
    { isCounting, isGuest }: Purpose,
  ) {
    this.#choices = choices;
    this.#functions = functions;
    this.#index = index;
    this.#type = type;
    this.#isCounting = isCounting;
    this.#isGuest = isGuest;
    this.#locals = [...type.params, I32, I64, F32, F64, I32];
    this.#scratch = this.#locals.length - 1;
  }

  write(): Part {
    this.#statements(3);
    for (const result of this.#type.results) this.#expression(result as NumberType, 3);
    this.#emit(0x0b, [], 0);
    const declared = this.#locals.slice(this.#type.params.length);
    return sized(vectorOf(declared.map((type) => [1, type])), this.#code);
  }

  /** One instruction. @param cost in fuel */
  #emit(opcode: Part, immediate: Part = [], cost = 1): void {
    if (this.#isCounting && cost > 0) this.#code.push([0x23, COUNT, 0x42, 1, 0x7c, 0x24, COUNT]);
    this.#code.push(opcode, immediate);
  }

  /** A bulk operation whose count is on top of the stack. */
  #bulk(operation: number, immediate: Part): void {
    if (this.#isCounting) {
      const scratch = u32(this.#scratch);
      this.#code.push([0x22, scratch, 0x23, COUNT, 0x20, scratch, 0xad, 0x42, 6, 0x88, 0x7c, 0x24, COUNT]);
    }
    this.#emit([0xfc, operation], immediate);
  }

  #statements(depth: number): void {
    const count = depth <= 0 ? 0 : this.#choices.upTo(5);
    for (let at = 0; at < count; at += 1) this.#statement(depth - 1);
  }

  #statement(depth: number): void {
    const choices = this.#choices;
    switch (choices.upTo(this.#isGuest ? 21 : 18)) {
      case 0:
        this.#emit(0x01, [], 0);
        return;
      case 1:
      case 2: {
        const at = choices.upTo(this.#type.params.length + 4);
        this.#expression(this.#locals[at] as NumberType, depth);
        this.#emit(0x21, u32(at));
        return;
      }
      case 3: {
        const type = choices.pick([I32, I64] as const);
        this.#address(depth);
        this.#expression(type, depth);
        this.#emit(choices.pick(INTEGER_STORES[type]), [0, u32(choices.upTo(256))]);
        return;
      }
      case 4:
        this.#expression(I32, depth);
        this.#emit(0x04, 0x40);
        this.#inBlock(true, () => this.#statements(depth));
        if (choices.upTo(2) === 1) {
          this.#emit(0x05, [], 0);
          this.#inBlock(true, () => this.#statements(depth));
        }
        this.#emit(0x0b, [], 0);
        return;
      case 5:
        this.#loop(depth);
        return;
      case 6:
        this.#emit(0x02, 0x40, 0);
        this.#inBlock(true, () => this.#statements(depth));
        this.#emit(0x0b, [], 0);
        return;
      case 7:
        if (this.#outward() === undefined) return;
        this.#expression(I32, depth);
        this.#emit(0x0d, u32(this.#outward() as number));
        return;
      case 8: {
        const targets = Array.from({ length: 1 + choices.upTo(3) }, () => this.#outward());
        const last = this.#outward();
        if (last === undefined) return;
        this.#emit(0x02, 0x40, 0);
        this.#expression(I32, depth);
        this.#emit(0x0e, [vectorOf(targets.map((target) => u32((target ?? last) + 1))), u32(last + 1)]);
        this.#emit(0x0b, [], 0);
        return;
      }
      case 9:
        this.#expression(I32, depth);
        this.#emit(0x04, 0x40);
        for (const result of this.#type.results) this.#expression(result as NumberType, depth);
        this.#emit(0x0f);
        this.#emit(0x0b, [], 0);
        return;
      case 10:
        this.#callAny(depth);
        return;
      case 11:
        this.#bulkMemory(depth);
        return;
      case 12:
        this.#bulkTable(depth);
        return;
      case 13:
        this.#expression(I64, depth);
        this.#emit(0x24, SEEN);
        return;
      case 14:
        this.#small();
        this.#emit(0x40, 0);
        this.#emit(0x1a);
        return;
      case 15:
        this.#emit(0xd0, FuncRef);
        this.#small();
        this.#emit([0xfc, 15], choices.upTo(2));
        this.#emit(0x1a);
        return;
      case 16:
        this.#callIndirect(depth);
        return;
      case 18:
      case 19:
        this.#emitInstruction(depth);
        return;
      case 20: {
        const type = choices.pick([F32, F64] as const);
        this.#address(depth);
        this.#expression(type, depth);
        this.#emit(FLOAT_STORES[type], [0, u32(choices.upTo(256))]);
        return;
      }
      default:
        this.#expression(I32, depth);
        this.#emit(0x04, 0x40);
        this.#emit(0x00);
        this.#emit(0x0b, [], 0);
    }
  }

  #inBlock(isForward: boolean, write: () => void): void {
    this.#blocks.push(isForward);
    write();
    this.#blocks.pop();
  }

  /** The label of some block around that a branch leaves; `undefined` where there is none. */
  #outward(): number | undefined {
    const labels = this.#blocks.flatMap((isForward, at) => (isForward ? [this.#blocks.length - 1 - at] : []));
    return labels.length === 0 ? undefined : this.#choices.pick(labels);
  }

  /** A loop of a few rounds, of which there are few, so that every program ends soon. */
  #loop(depth: number): void {
    if (this.#loops >= 3) return;
    this.#loops += 1;
    const counter = this.#locals.push(I32) - 1;
    this.#emit(0x41, this.#choices.upTo(8) + 1);
    this.#emit(0x21, u32(counter));
    this.#emit(0x03, 0x40, 0);
    this.#inBlock(false, () => this.#statements(depth));
    this.#emit(0x20, u32(counter));
    this.#emit(0x41, 1);
    this.#emit(0x6b);
    this.#emit(0x22, u32(counter));
    this.#emit(0x0d, 0);
    this.#emit(0x0b, [], 0);
  }

  /** Call a function behind this one, so that nothing recurs. */
  #callAny(depth: number, wanted?: NumberType): boolean {
    const behind = this.#functions.flatMap((type, index) => {
      const { results } = TYPES[type] as FunctionType;
      if (index <= this.#index || (wanted !== undefined && (results.length !== 1 || results[0] !== wanted))) return [];
      return [index];
    });
    if (behind.length === 0 || this.#calls >= 4) return false;
    this.#calls += 1;
    const index = this.#choices.pick(behind);
    const { params, results } = TYPES[this.#functions[index] as number] as FunctionType;
    for (const param of params) this.#expression(param as NumberType, depth);
    this.#emit(0x10, u32(index + (this.#isGuest ? 1 : 0)));
    if (wanted === undefined) for (const _result of results) this.#emit(0x1a);
    return true;
  }

  /** Only the first function calls through a table, and what it calls never comes back to it. */
  #callIndirect(depth: number): void {
    if (this.#index !== 0) return;
    const choices = this.#choices;
    const type = choices.upTo(FUNCTION_TYPES);
    const { params, results } = TYPES[type] as FunctionType;
    for (const param of params) this.#expression(param as NumberType, depth);
    this.#emit(0x41, choices.upTo(12));
    this.#emit(0x11, [u32(type), choices.upTo(2)]);
    for (const _result of results) this.#emit(0x1a);
  }

  /** Emit a few bytes, and take the length of the reply as one of the numbers to go on with. */
  #emitInstruction(depth: number): void {
    this.#address(depth);
    this.#emit(0x41, this.#choices.upTo(60));
    this.#address(depth);
    this.#emit(0x41, this.#choices.upTo(60));
    this.#emit(0x10, 0);
    this.#emit(0x21, u32(this.#scratch));
    this.#emit(0x23, SEEN);
    this.#emit(0x20, u32(this.#scratch));
    this.#emit(0xad);
    this.#emit(0x7c);
    this.#emit(0x24, SEEN);
  }

  #bulkMemory(depth: number): void {
    const choices = this.#choices;
    this.#address(depth);
    this.#expression(I32, depth);
    this.#emit(0x41, [0xff, 0x01]);
    this.#emit(0x71);
    this.#emit(0x41, [0xff, 0x01]);
    this.#length(depth);
    switch (choices.upTo(4)) {
      case 0:
        this.#emit(0x1a);
        this.#bulk(10, [0, 0]);
        return;
      case 1:
        this.#emit(0x1a);
        this.#bulk(11, 0);
        return;
      case 2:
        this.#emit(0x1a);
        this.#bulk(8, [0, 0]);
        return;
      default:
        for (let at = 0; at < 4; at += 1) this.#emit(0x1a);
        if (choices.upTo(4) === 3) this.#emit([0xfc, 9], 0);
    }
  }

  /** A count that is small most of the time, below what is there and dropped above it. */
  #length(depth: number): void {
    this.#expression(I32, depth - 1);
    this.#emit(0x41, [0xff, 0x03]);
    this.#emit(0x71);
    // The value below becomes the one that is dropped.
    this.#emit(0x21, u32(this.#scratch));
    this.#emit(0x1a);
    this.#emit(0x20, u32(this.#scratch));
    this.#emit(0x20, u32(this.#scratch));
  }

  #bulkTable(depth: number): void {
    const choices = this.#choices;
    this.#small();
    switch (choices.upTo(4)) {
      case 0:
        this.#small();
        this.#small();
        this.#bulk(14, [choices.upTo(2), choices.upTo(2)]);
        return;
      case 1:
        this.#emit(0xd0, FuncRef);
        this.#small();
        this.#bulk(17, choices.upTo(2));
        return;
      case 2:
        this.#small();
        this.#small();
        this.#bulk(12, [choices.upTo(2), choices.upTo(2)]);
        return;
      default:
        this.#emit(0x1a);
        if (choices.upTo(4) === 3) this.#emit([0xfc, 13], 1);
        this.#expression(I32, depth);
        this.#emit(0x1a);
    }
  }

  /** A small number. */
  #small(): void {
    this.#emit(0x41, this.#choices.upTo(4));
  }

  /** An address that lies in memory most of the time. */
  #address(depth: number): void {
    this.#expression(I32, depth);
    if (this.#choices.upTo(16) === 15) return;
    this.#emit(0x41, [0xff, 0xff, 0x03]);
    this.#emit(0x71);
  }

  #expression(type: NumberType, depth: number): void {
    const choices = this.#choices;
    if (depth <= 0 || choices.isOver) {
      this.#leaf(type);
      return;
    }
    switch (choices.upTo(11)) {
      case 0:
      case 1:
        this.#leaf(type);
        return;
      case 2:
        this.#expression(type, depth - 1);
        if (this.#isGuest && isFloat(type) && choices.upTo(4) === 3) this.#emit(SIGN_UNARIES[type]);
        else this.#emit(choices.pick(UNARIES[type]));
        return;
      case 3:
      case 4:
      case 5: {
        this.#expression(type, depth - 1);
        this.#expression(type, depth - 1);
        const [first, last] = BINARIES[type];
        if (this.#isGuest && isFloat(type) && choices.upTo(6) === 5) this.#emit(SIGN_BINARIES[type]);
        else this.#emit(first + choices.upTo(last - first + 1));
        return;
      }
      case 6: {
        if (this.#isGuest && !isFloat(type) && choices.upTo(3) === 2) {
          const [opcode, from] = REINTERPRETATIONS[type];
          this.#expression(from, depth - 1);
          this.#emit(opcode);
          return;
        }
        const [opcode, from] = choices.pick(CONVERSIONS[type]);
        this.#expression(from, depth - 1);
        this.#emit(opcode);
        return;
      }
      case 7:
        this.#address(depth - 1);
        this.#emit(choices.pick(LOADS[type]), [0, u32(choices.upTo(64))]);
        return;
      case 8:
        this.#expression(I32, depth - 1);
        this.#emit(0x04, type);
        this.#inBlock(false, () => this.#expression(type, depth - 1));
        this.#emit(0x05, [], 0);
        this.#inBlock(false, () => this.#expression(type, depth - 1));
        this.#emit(0x0b, [], 0);
        return;
      case 9:
        if (!this.#callAny(depth - 1, type)) this.#leaf(type);
        return;
      default: {
        if (type !== I32) {
          this.#expression(type, depth - 1);
          this.#expression(type, depth - 1);
          this.#expression(I32, depth - 1);
          this.#emit(0x1b);
          return;
        }
        const compared = choices.pick(NUMBERS);
        this.#expression(compared, depth - 1);
        this.#expression(compared, depth - 1);
        const [first, last] = COMPARISONS[compared];
        this.#emit(first + choices.upTo(last - first + 1));
      }
    }
  }

  #leaf(type: NumberType): void {
    const choices = this.#choices;
    const known = this.#locals.flatMap((local, at) => (local === type && at !== this.#scratch ? [at] : []));
    const way = choices.upTo(4);
    if (way === 0 && known.length > 0) this.#emit(0x20, u32(choices.pick(known)));
    else if (way === 1 && type === I32) this.#emit(0x3f, 0);
    else if (way === 1 && type === I64) this.#emit(0x23, SEEN);
    else if (type === I32) this.#emit(0x41, signed(choices));
    else if (type === I64) this.#emit(0x42, signed(choices));
    else if (type === F32) this.#emit(0x43, [...new Uint8Array(new Float32Array([float(choices)]).buffer)]);
    else this.#emit(0x44, [...new Uint8Array(new Float64Array([float(choices)]).buffer)]);
  }
}

function isFloat(type: NumberType): type is typeof F32 | typeof F64 {
  return type === F32 || type === F64;
}

function signed(choices: Choices): Part {
  return choices.pick([
    [0],
    [1],
    [2],
    [0x7f],
    [0x80, 0x80, 0x80, 0x80, 0x78],
    [0xff, 0xff, 0xff, 0xff, 0x07],
    [0xc0, 0],
  ]);
}

function float(choices: Choices): number {
  return choices.pick([0, -0, 1, -1.5, 3e9, -3e9, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 2 ** -140]);
}
