import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ValueType } from "../wasm/types.js";
import type { Machine } from "./machine.js";
import { type Bits, LinkedModules } from "./testing/linked-modules.js";
import { type RandomModule, randomFrom, randomModule } from "./testing/random-module.js";

// Random modules run by the interpreter and by the host's engine, which is given a form of them that counts fuel and
// makes NaN canonical by itself.

/** All that can be seen of a call. */
interface Seen {
  readonly result: readonly Bits[] | string;
  readonly memory: string;
  readonly total: bigint;
  readonly fuel: number;
}

function hash(bytes: Uint8Array): string {
  let value = 0x811c_9dc5;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x0100_0193);
  return `${bytes.length}:${value >>> 0}`;
}

function randomArguments(random: (below: number) => number, params: readonly ValueType[]): Bits[] {
  return params.map((type) => {
    const low = random(4) === 0 ? random(2 ** 32) | 0 : random(100);
    const high = type === ValueType.I64 ? -random(2) : type === ValueType.F64 ? 0x4010_0000 : 0;
    return [type === ValueType.F32 ? 0x3fc0_0000 : low, high];
  });
}

/** The words of V8 for the traps that these modules have. */
const trapWords: readonly (readonly [RegExp, string])[] = [
  [/by zero/, "integer_divide_by_zero"],
  // V8 says the same of a NaN.
  [/unrepresentable/, "not_representable"],
  [/memory access out of bounds/, "memory_out_of_bounds"],
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

function seenByHost(
  { counting, functions }: RandomModule,
  calls: readonly (readonly [number, readonly Bits[]])[],
): Seen[] {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(counting as Uint8Array<ArrayBuffer>));
  const exported = instance.exports as Record<string, unknown>;
  const [fuel, total] = [exported["fuel"], exported["total"]] as { value: bigint }[];
  const memory = exported["memory"] as WebAssembly.Memory;
  return calls.map(([index, args]) => {
    const { params, results } = functions[index]!;
    fuel!.value = 0n;
    let result: readonly Bits[] | string;
    try {
      const run = exported[`f${index}`] as (...values: (number | bigint)[]) => unknown;
      const given = run(...args.map((bits, at) => toHost(bits, params[at]!)));
      const values = (results.length === 1 ? [given] : (given ?? [])) as (number | bigint)[];
      result = values.map((value, at) => fromHost(value, results[at]!));
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      result = trapWords.find(([pattern]) => pattern.test(words))?.[1] ?? words;
    }
    return { result, memory: hash(new Uint8Array(memory.buffer)), total: total!.value, fuel: Number(fuel!.value) };
  });
}

function seenByInterpreter(
  { plain, functions }: RandomModule,
  calls: readonly (readonly [number, readonly Bits[]])[],
  slice: number,
  onStop?: (machine: Machine) => void,
): Seen[] {
  const linked = new LinkedModules();
  linked.slice = slice;
  linked.onStop = onStop;
  const instance = linked.allocate(plain, () => undefined);
  linked.start(instance);
  return calls.map(([index, args]) => {
    const outcome = linked.invoke(instance.functionValue(index), args);
    const { results } = functions[index]!;
    const result =
      outcome.kind === "trapped"
        ? outcome.trap.replace(/^integer_overflow$|^invalid_conversion$/, "not_representable")
        : outcome.values.map(
            (bits, at): Bits => (isNotANumber(bits, results[at]!) ? fromHost(Number.NaN, results[at]!) : bits),
          );
    const { globals, memory } = instance;
    const total = (BigInt(globals[1]!) << 32n) | BigInt(globals[0]! >>> 0);
    return { result, memory: hash(memory!.bytes), total, fuel: linked.fuelUsed };
  });
}

function callsOf(seed: number, { functions }: RandomModule): (readonly [number, readonly Bits[]])[] {
  const random = randomFrom(seed ^ 0x5bd1_e995);
  return Array.from({ length: 6 }, () => {
    const index = random(functions.length);
    return [index, randomArguments(random, functions[index]!.params)];
  });
}

const seeds = fc.integer({ min: 1, max: 0x7fff_ffff });

// @spec guest-abi.execution, guest-abi.fuel, guest-abi.fuel.blocks, guest-abi.nan, guest-abi.traps, guest-abi.memory-grow
describe("random modules", () => {
  it("give the same results, traps, memory, globals and fuel as on the host's engine", () => {
    const outcomes = { returned: 0, trapped: 0, fuel: 0 };
    fc.assert(
      fc.property(seeds, (seed) => {
        const module = randomModule(seed);
        const calls = callsOf(seed, module);
        const found = seenByInterpreter(module, calls, 100_000);
        expect(found).toEqual(seenByHost(module, calls));
        for (const { result, fuel } of found) {
          outcomes[typeof result === "string" ? "trapped" : "returned"] += 1;
          outcomes.fuel += fuel;
        }
      }),
      { numRuns: 300 },
    );
    // Both ends are reached, and by programs that do something.
    expect(outcomes.returned).toBeGreaterThan(200);
    expect(outcomes.trapped).toBeGreaterThan(100);
    expect(outcomes.fuel).toBeGreaterThan(20_000);
  });

  it("give the same, and use the same fuel, whatever the size of a slice, also when they stop before every block", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 60 }), (seed, slice) => {
        const module = randomModule(seed);
        const calls = callsOf(seed, module);
        const whole = seenByInterpreter(module, calls, 1_000_000);
        expect(seenByInterpreter(module, calls, slice)).toEqual(whole);
        expect(seenByInterpreter(module, calls, 0)).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });
});
