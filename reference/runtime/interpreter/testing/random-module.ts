// Small random modules that are valid and come to an end, in two forms: as they are, and as an engine of the host has to
// be given them so that it counts fuel and makes NaN canonical as the specification asks. The second form is made from
// the text of the specification alone: by instructions, without anything of the interpreter.
import {
  body,
  flatten,
  functionType,
  moduleOf,
  name,
  type Part,
  section,
  u32,
  vector,
  vectorOf,
} from "../../wasm/testing/module-bytes.js";
import { ValueType } from "../../wasm/types.js";

const { I32, I64, F32, F64 } = ValueType;
type NumberType = typeof I32 | typeof I64 | typeof F32 | typeof F64;

/** One instruction. */
interface Item {
  readonly bytes: Part;
  /** How it bounds basic blocks: it ends one, opens one behind itself, or is free and bounds nothing. */
  readonly role?: "ends" | "opens" | "free";
  /** The type of a float it computes. */
  readonly computes?: typeof F32 | typeof F64;
  /** Bytes or elements a bulk operation moves. */
  readonly bulk?: number;
}

interface RandomFunction {
  readonly params: readonly NumberType[];
  readonly results: readonly NumberType[];
  readonly locals: readonly NumberType[];
  readonly items: readonly Item[];
}

/** A random module in both forms. Its functions are exported as `f0`, `f1` and so on, its memory as `memory`. */
export interface RandomModule {
  readonly plain: Uint8Array;
  /** Counts fuel in the exported i64 global `fuel`. */
  readonly counting: Uint8Array;
  readonly functions: readonly { readonly params: readonly NumberType[]; readonly results: readonly NumberType[] }[];
}

/** Numbers with a fixed seed (xorshift32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed === 0 ? 1 : seed | 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function signed(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

const INTERESTING = [
  0n,
  1n,
  -1n,
  2n,
  7n,
  31n,
  32n,
  63n,
  64n,
  255n,
  0x7fff_ffffn,
  -0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
];
const LARGE = [0x7fff_ffff_ffff_ffffn, -0x8000_0000_0000_0000n, 0x20_0000_0000_0001n, -0x1234_5678_9abc_def0n];
const DOUBLES = [0, -0, 1, -1.5, 0.1, 2147483648, -2147483649, 9.3e18, 1.9e19, 1e300, Infinity, -Infinity, NaN, 5e-324];

const PAGES = 1;
const COUNTERS = 3;

class FunctionMaker {
  readonly items: Item[] = [];
  readonly #random: (below: number) => number;
  readonly #index: number;
  readonly #signatures: readonly { params: readonly NumberType[]; results: readonly NumberType[] }[];
  readonly #variables: readonly NumberType[];
  /** Whether an open block is a loop, which is left by no branch of the generator, by its result type otherwise. */
  readonly #labels: (NumberType | "loop" | undefined)[] = [];
  #loops = 0;
  #budget = 90;

  constructor(
    random: (below: number) => number,
    index: number,
    signatures: readonly { params: readonly NumberType[]; results: readonly NumberType[] }[],
    variables: readonly NumberType[],
  ) {
    this.#random = random;
    this.#index = index;
    this.#signatures = signatures;
    this.#variables = variables;
  }

  make(results: readonly NumberType[]): void {
    for (let count = 2 + this.#random(4); count > 0; count--) this.statement(3);
    for (const type of results) this.value(type, 3);
  }

  /** Add one instruction. */
  #put(...bytes: readonly Part[]): void {
    this.items.push({ bytes });
    this.#budget -= 1;
  }

  #bound(role: "ends" | "opens" | "free", ...bytes: readonly Part[]): void {
    this.items.push({ bytes, role });
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#random(from.length)] as T;
  }

  #variable(type: NumberType): number | undefined {
    const found = this.#variables.flatMap((each, at) => (each === type ? [at] : []));
    return found.length === 0 ? undefined : this.#pick(found);
  }

  #constant(type: NumberType): void {
    const number = this.#random(3) === 0 ? BigInt(this.#random(2 ** 32)) : this.#pick(INTERESTING);
    if (type === I32) this.#put(0x41, signed(BigInt.asIntN(32, number)));
    else if (type === I64) this.#put(0x42, signed(this.#random(3) === 0 ? this.#pick(LARGE) : number));
    else {
      const view = new DataView(new ArrayBuffer(8));
      if (type === F32) {
        view.setFloat32(0, this.#pick(DOUBLES), true);
        // A NaN of any kind may be a constant, and stays what it is until something is computed from it.
        if (this.#random(8) === 0) view.setUint32(0, 0x7fa0_0001, true);
        this.#put(0x43, new Uint8Array(view.buffer, 0, 4));
      } else {
        view.setFloat64(0, this.#pick(DOUBLES), true);
        if (this.#random(8) === 0) view.setUint32(4, 0xfff4_0000, true);
        this.#put(0x44, new Uint8Array(view.buffer));
      }
    }
  }

  #masked(mask: bigint): void {
    this.#put(0x41, signed(mask));
    this.#put(0x71);
  }

  #address(depth: number): void {
    this.value(I32, depth);
    if (this.#random(12) !== 0) this.#masked(0x7fffn);
  }

  /** Put a value of a type on the stack. */
  value(type: NumberType, depth: number): void {
    const choice = depth <= 0 || this.#budget <= 0 ? this.#random(2) : this.#random(12);
    const variable = this.#variable(type);
    if (choice === 0 && variable !== undefined) {
      this.#put(0x20, u32(variable));
      return;
    }
    if (choice <= 1) {
      this.#constant(type);
      return;
    }
    switch (choice) {
      case 2:
        this.value(type, depth - 1);
        this.value(type, depth - 1);
        this.value(I32, depth - 1);
        this.#put(0x1b);
        return;
      case 3:
        this.#ifValue(type, depth);
        return;
      case 4:
        this.#blockValue(type, depth);
        return;
      case 5:
        if (variable === undefined) break;
        this.value(type, depth - 1);
        this.#put(0x22, u32(variable));
        return;
      case 6:
        if (this.#call(type, depth)) return;
        break;
      case 7:
        this.#load(type, depth);
        return;
      default:
    }
    this.#compute(type, depth);
  }

  #compute(type: NumberType, depth: number): void {
    const unary = (operation: number, from: NumberType): void => {
      this.value(from, depth - 1);
      this.#computed(operation, type);
    };
    const binary = (operation: number, from: NumberType): void => {
      this.value(from, depth - 1);
      this.value(from, depth - 1);
      this.#computed(operation, type);
    };
    const r = this.#random;
    const kind = r(10);
    if (type === I32) {
      if (kind === 0) unary(0x45, I32);
      else if (kind === 1) binary(0x46 + r(10), I32);
      else if (kind === 2) binary(0x51 + r(10), I64);
      else if (kind === 3) r(2) === 0 ? binary(0x5b + r(6), F32) : binary(0x61 + r(6), F64);
      else if (kind === 4) r(2) === 0 ? unary(0x67 + r(3), I32) : unary(0xc0 + r(2), I32);
      else if (kind === 5) r(2) === 0 ? unary(0xa7, I64) : unary(0x50, I64);
      else if (kind === 6) this.#truncate(I32, depth);
      else binary(0x6a + r(15), I32);
    } else if (type === I64) {
      if (kind === 0) unary(0xac + r(2), I32);
      else if (kind === 1) r(2) === 0 ? unary(0x79 + r(3), I64) : unary(0xc2 + r(3), I64);
      else if (kind === 2) this.#truncate(I64, depth);
      else if (kind === 3) unary(0xbd, F64);
      else binary(0x7c + r(15), I64);
    } else if (type === F32) {
      if (kind === 0) unary(0xb2 + r(2), I32);
      else if (kind === 1) unary(0xb4 + r(2), I64);
      else if (kind === 2) r(2) === 0 ? unary(0xb6, F64) : unary(0xbe, I32);
      else if (kind <= 5) unary(0x8b + r(7), F32);
      else binary(0x92 + r(7), F32);
    } else if (kind === 0) unary(0xb7 + r(2), I32);
    else if (kind === 1) unary(0xb9 + r(2), I64);
    else if (kind === 2) r(2) === 0 ? unary(0xbb, F32) : unary(0xbf, I64);
    else if (kind <= 5) unary(0x99 + r(7), F64);
    else binary(0xa0 + r(7), F64);
  }

  #computed(operation: number, type: NumberType): void {
    this.#put(operation);
    // Sign operations and reinterpretations only move bits.
    const moves = [0x8b, 0x8c, 0x98, 0x99, 0x9a, 0xa6, 0xbe, 0xbf].includes(operation);
    if ((type === F32 || type === F64) && !moves) {
      this.items[this.items.length - 1] = { bytes: [operation], computes: type };
    }
  }

  #truncate(type: typeof I32 | typeof I64, depth: number): void {
    const from = this.#random(2) === 0 ? F32 : F64;
    this.value(from, depth - 1);
    const position = (from === F32 ? 0 : 2) + this.#random(2);
    if (this.#random(3) === 0) this.#put((type === I32 ? 0xa8 : 0xae) + position);
    else this.#put(0xfc, (type === I32 ? 0 : 4) + position);
  }

  #load(type: NumberType, depth: number): void {
    const narrow: Readonly<Record<NumberType, readonly number[]>> = {
      [I32]: [0x28, 0x2c, 0x2d, 0x2e, 0x2f, 0x28],
      [I64]: [0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35],
      [F32]: [0x2a],
      [F64]: [0x2b],
    };
    const depthLeft = depth - 1;
    if (type === I32 && this.#random(3) === 0) {
      // The address of an array's element.
      this.value(I32, depthLeft);
      this.#masked(0xfffn);
      this.#put(0x41, 2);
      this.#put(0x74);
      this.value(I32, 0);
      this.#masked(0xfffn);
      this.#put(0x6a);
      this.#put(0x28, 0, u32(this.#random(64)));
      return;
    }
    this.#address(depthLeft);
    this.#put(this.#pick(narrow[type]), 0, u32(this.#random(9) === 0 ? 0xffff_fff0 : this.#random(70_000)));
  }

  #ifValue(type: NumberType, depth: number): void {
    this.value(I32, depth - 1);
    this.items.push({ bytes: [0x04, type], role: "ends" });
    this.#labels.push(type);
    this.value(type, depth - 1);
    this.#bound("opens", 0x05);
    this.value(type, depth - 1);
    this.#close();
  }

  #blockValue(type: NumberType, depth: number): void {
    this.#bound("free", 0x02, type);
    this.#labels.push(type);
    this.value(type, depth - 1);
    if (this.#random(2) === 0) {
      this.value(I32, depth - 1);
      this.items.push({ bytes: [0x0d, this.#labelTo(type)], role: "ends" });
    }
    this.#close();
  }

  /** A label that takes a value of a type: that of the innermost block does. */
  #labelTo(type: NumberType): number {
    const found = this.#labels.flatMap((label, at) => (label === type ? [this.#labels.length - 1 - at] : []));
    return this.#pick(found);
  }

  #close(): void {
    this.#labels.pop();
    this.#bound("opens", 0x0b);
  }

  #call(type: NumberType, depth: number): boolean {
    const found = this.#signatures.flatMap(({ results }, at) =>
      at > this.#index && results.length === 1 && results[0] === type ? [at] : [],
    );
    if (found.length === 0 || this.#loops > 1) return false;
    const target = this.#pick(found);
    for (const param of this.#signatures[target]?.params ?? []) this.value(param, depth - 2);
    if (this.#random(3) === 0) {
      this.#put(0x41, target);
      this.items.push({ bytes: [0x11, target, 0], role: "ends" });
    } else {
      this.items.push({ bytes: [0x10, target], role: "ends" });
    }
    return true;
  }

  statement(depth: number): void {
    switch (depth <= 0 ? this.#random(3) : this.#random(11)) {
      case 0:
      case 1: {
        const variable = this.#random(this.#variables.length);
        this.value(this.#variables[variable] as NumberType, depth);
        this.#put(0x21, u32(variable));
        return;
      }
      case 2: {
        const type = this.#pick([I32, I64, F32, F64]);
        const operations = { [I32]: [0x36, 0x3a, 0x3b], [I64]: [0x37, 0x3c, 0x3d, 0x3e], [F32]: [0x38], [F64]: [0x39] };
        this.#address(depth - 1);
        this.value(type, depth - 1);
        this.#put(this.#pick(operations[type]), 0, u32(this.#random(40)));
        return;
      }
      case 3:
        this.value(I32, depth - 1);
        this.items.push({ bytes: [0x04, 0x40], role: "ends" });
        this.#labels.push(undefined);
        this.statement(depth - 1);
        if (this.#random(2) === 0) {
          this.#bound("opens", 0x05);
          this.statement(depth - 1);
        }
        this.#close();
        return;
      case 4:
      case 5:
        this.#loop(depth);
        return;
      case 6:
        this.#bound("free", 0x02, 0x40);
        this.#labels.push(undefined);
        this.value(I32, depth - 1);
        if (this.#random(3) === 0) {
          this.items.push({ bytes: [0x0e, vector(0, 0), 0], role: "ends" });
        } else {
          this.items.push({ bytes: [0x0d, 0], role: "ends" });
          this.statement(depth - 1);
        }
        this.#close();
        return;
      case 7: {
        const count = this.#random(300);
        this.#address(1);
        this.value(I32, 1);
        if (this.#random(2) === 0) this.#masked(0xffn);
        this.#put(0x41, signed(BigInt(count)));
        this.items.push({ bytes: this.#random(2) === 0 ? [0xfc, 10, 0, 0] : [0xfc, 11, 0], bulk: count });
        return;
      }
      case 8:
        this.#put(0x23, 0);
        this.value(I64, depth - 1);
        this.#put(0x7c);
        this.#put(0x24, 0);
        return;
      case 9:
        this.#put(0x41, this.#random(3));
        this.#put(0x40, 0);
        this.#put(0x1a);
        this.#bound("free", 0x01);
        return;
      default:
        this.value(this.#pick([I32, I64, F32, F64]), depth);
        this.#put(0x1a);
    }
  }

  #loop(depth: number): void {
    if (this.#loops >= COUNTERS) return;
    const counter = this.#variables.length + this.#loops;
    this.#loops += 1;
    this.#put(0x41, 1 + this.#random(4));
    this.#put(0x21, u32(counter));
    this.#bound("opens", 0x03, 0x40);
    this.#labels.push("loop");
    this.statement(depth - 1);
    this.statement(depth - 2);
    this.#put(0x20, u32(counter));
    this.#put(0x41, 1);
    this.#put(0x6b);
    this.#put(0x22, u32(counter));
    this.items.push({ bytes: [0x0d, 0], role: "ends" });
    this.#close();
    this.#loops -= 1;
  }
}

/** A module that depends on the seed alone. */
export function randomModule(seed: number): RandomModule {
  const random = randomFrom(seed);
  const types = [I32, I64, F32, F64] as const;
  const some = (most: number): NumberType[] =>
    Array.from({ length: random(most + 1) }, () => types[random(4)] as NumberType);
  const signatures = Array.from({ length: 4 }, (_, at) => ({
    params: some(3),
    results: at === 0 ? some(3) : [types[at - 1] as NumberType],
  }));
  const functions = signatures.map(({ params, results }, index): RandomFunction => {
    // Now and then so many that an instruction does not reach all of them.
    const many = random(6) === 0 ? Array.from({ length: 230 + random(100) }, () => types[random(4)] as NumberType) : [];
    const locals = [I32, ...many, ...some(4)];
    const maker = new FunctionMaker(random, index, signatures, [...params, ...locals]);
    maker.make(results);
    return { params, results, locals: [...locals, I32, I32, I32], items: maker.items };
  });
  return { plain: encode(functions, false), counting: encode(functions, true), functions: signatures };
}

function encode(functions: readonly RandomFunction[], counting: boolean): Uint8Array {
  const count = functions.length;
  const canonical = [functionType([F32], [F32]), functionType([F64], [F64])];
  const types = functions.map(({ params, results }) => functionType([...params], [...results]));
  const bodies = functions.map(({ locals, items }) =>
    body(
      locals.map((type) => [1, type]),
      counting ? countingItems(items, count) : items.map(({ bytes }) => bytes),
    ),
  );
  const nan32 = [0x43, 0, 0, 0xc0, 0x7f];
  const nan64 = [0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f];
  const canonicalBodies = [
    body([], 0x20, 0, nan32, 0x20, 0, 0x20, 0, 0x5b, 0x1b),
    body([], 0x20, 0, nan64, 0x20, 0, 0x20, 0, 0x61, 0x1b),
  ];
  const globals: Part[] = [[I64, 1, 0x42, 0, 0x0b]];
  if (counting) globals.push([I64, 1, 0x42, 0, 0x0b]);
  const exported: Part[] = functions.map((_, at) => [name(`f${at}`), 0, at]);
  exported.push([name("memory"), 2, 0], [name("total"), 3, 0]);
  if (counting) exported.push([name("fuel"), 3, 1]);
  return moduleOf(
    section(1, vectorOf(counting ? [...types, ...canonical] : types)),
    section(3, vectorOf((counting ? [...types, ...canonical] : types).map((_, at) => u32(at)))),
    section(4, vector([0x70, 0, count])),
    section(5, vector([1, PAGES, 3])),
    section(6, vectorOf(globals)),
    section(7, vectorOf(exported)),
    section(9, vector([0, 0x41, 0, 0x0b, vectorOf(types.map((_, at) => at))])),
    section(10, vectorOf(counting ? [...bodies, ...canonicalBodies] : bodies)),
  );
}

/** Instructions with the counting of fuel between them, and with NaN made canonical where one was computed. */
function countingItems(items: readonly Item[], functions: number): Part[] {
  const charge = (fuel: number): Part => (fuel === 0 ? [] : [0x23, 1, 0x42, signed(BigInt(fuel)), 0x7c, 0x24, 1]);
  const costs: number[] = [0];
  for (const { role } of items) {
    if (role === undefined || role === "ends") costs[costs.length - 1]! += 1;
    if (role !== undefined && role !== "free") costs.push(0);
  }
  let block = 0;
  const parts: Part[] = [charge(costs[0] as number)];
  for (const { bytes, role, computes, bulk } of items) {
    if (bulk !== undefined) parts.push(charge(Math.floor(bulk / 64)));
    parts.push(bytes);
    if (computes !== undefined) parts.push([0x10, functions + (computes === F32 ? 0 : 1)]);
    if (role !== undefined && role !== "free") parts.push(charge(costs[++block] as number));
  }
  return [flatten(parts)];
}
