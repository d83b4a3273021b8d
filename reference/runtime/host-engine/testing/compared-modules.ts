// Random modules run by the interpreter and by the host's engine, which is given a form of them that counts fuel and
// makes NaN canonical by itself.
import { type Bits, LinkedModules } from "../../interpreter/testing/linked-modules.js";
import type { RandomModule } from "../../testing/random-modules/random-module.js";
import { ValueType } from "../../wasm/types.js";

/** Calls one after another: a number for the function, and bits for its arguments. */
export type Calls = readonly (readonly [number: number, bits: readonly Bits[]])[];

/** All that can be seen of a call. */
export interface Seen {
  /** The results, or the name of a trap. */
  readonly result: readonly Bits[] | string;
  /** A hash. */
  readonly memory: string;
  /** The global that programs write. */
  readonly seen: bigint;
  readonly fuel: number;
}

function hash(bytes: Uint8Array): string {
  let value = 0x811c_9dc5;
  for (const word of new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)) {
    value = Math.imul(value ^ word, 0x0100_0193);
    value ^= value >>> 15;
  }
  return `${bytes.length}:${value >>> 0}`;
}

/** The words of V8 for the traps that these modules have. */
const trapWords: readonly (readonly [RegExp, string])[] = [
  [/by zero/, "integer_divide_by_zero"],
  // V8 says the same of a NaN.
  [/unrepresentable/, "not_representable"],
  [/memory access out of bounds/, "memory_out_of_bounds"],
  [/unreachable/, "unreachable"],
  // V8 says the same of an empty element.
  [/null function or function signature/, "wrong_element"],
  [
    /table index is out of bounds|table index \d+ is out of bounds|element segment out of bounds/,
    "table_out_of_bounds",
  ],
  [/table access out of bounds/, "table_out_of_bounds"],
];

const scratch = new DataView(new ArrayBuffer(8));

function toHost([low, high]: Bits, type: ValueType): number | bigint {
  scratch.setInt32(0, low, true);
  scratch.setInt32(4, high, true);
  if (type === ValueType.I32) return low;
  if (type === ValueType.I64) return scratch.getBigInt64(0, true);
  return type === ValueType.F32 ? scratch.getFloat32(0, true) : scratch.getFloat64(0, true);
}

/** A value of the host as bits; which NaN it was is lost on the way to JavaScript. */
function fromHost(value: number | bigint, type: ValueType): Bits {
  if (type === ValueType.I32) return [Number(value), 0];
  if (type === ValueType.I64) scratch.setBigInt64(0, value as bigint, true);
  else if (type === ValueType.F64) scratch.setFloat64(0, value as number, true);
  else {
    scratch.setFloat32(0, value as number, true);
    return [Number.isNaN(value) ? 0x7fc0_0000 : scratch.getInt32(0, true), 0];
  }
  if (type === ValueType.F64 && Number.isNaN(value)) return [0, 0x7ff8_0000];
  return [scratch.getInt32(0, true), scratch.getInt32(4, true)];
}

function isNotANumber([low, high]: Bits, type: ValueType): boolean {
  return (type === ValueType.F32 || type === ValueType.F64) && Number.isNaN(toHost([low, high], type));
}

/** The arguments of a call; which NaN an argument is would be lost on the way to the host. */
function argumentsFor(params: readonly ValueType[], bits: readonly Bits[]): Bits[] {
  return params.map((type, at) => {
    const given = bits[at] as Bits;
    return isNotANumber(given, type) ? fromHost(Number.NaN, type) : given;
  });
}

/** What the engine of the host shows of the form of a module that counts. */
export function seenByHost({ counting, functions }: RandomModule, calls: Calls): Seen[] {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(counting as Uint8Array<ArrayBuffer>));
  const exported = instance.exports as Record<string, unknown>;
  const [fuel, seen] = [exported["fuel"], exported["seen"]] as { value: bigint }[];
  const memory = exported["memory"] as WebAssembly.Memory;
  return calls.map(([number, bits]) => {
    const index = number % functions.length;
    const { params, results } = functions[index]!;
    fuel!.value = 0n;
    let result: readonly Bits[] | string;
    try {
      const run = exported[`f${index}`] as (...values: (number | bigint)[]) => unknown;
      const given = run(...argumentsFor(params, bits).map((each, at) => toHost(each, params[at]!)));
      const values = (results.length === 1 ? [given] : (given ?? [])) as (number | bigint)[];
      result = values.map((value, at) => fromHost(value, results[at]!));
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      result = trapWords.find(([pattern]) => pattern.test(words))?.[1] ?? words;
    }
    return { result, memory: hash(new Uint8Array(memory.buffer)), seen: seen!.value, fuel: Number(fuel!.value) };
  });
}

/** What V8 does not tell apart. */
function likeHost(trap: string): string {
  if (trap === "integer_overflow" || trap === "invalid_conversion") return "not_representable";
  return trap === "uninitialized_element" || trap === "indirect_call_type_mismatch" ? "wrong_element" : trap;
}

/**
 * What the interpreter shows of a module.
 *
 * @param slice most fuel of a slice; 0 for a stop before each block
 */
export function seenByInterpreter({ plain, functions }: RandomModule, calls: Calls, slice: number): Seen[] {
  const linked = new LinkedModules();
  linked.slice = slice;
  const instance = linked.allocate(plain, () => undefined);
  linked.start(instance);
  return calls.map(([number, bits]) => {
    const index = number % functions.length;
    const { params, results } = functions[index]!;
    const outcome = linked.invoke(instance.functionValue(index), argumentsFor(params, bits));
    const result =
      outcome.kind === "trapped"
        ? likeHost(outcome.trap)
        : outcome.values.map(
            (value, at): Bits => (isNotANumber(value, results[at]!) ? fromHost(Number.NaN, results[at]!) : value),
          );
    const { globals, memory } = instance;
    const seen = (BigInt(globals[1]!) << 32n) | BigInt(globals[0]! >>> 0);
    return { result, memory: hash(memory!.bytes), seen, fuel: linked.fuelUsed };
  });
}
