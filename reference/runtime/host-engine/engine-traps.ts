import { Trap } from "../../../generated/enums/trap.js";

/** What an engine says of a trap, with the table's name for it. */
export interface EngineTrap {
  /** Name out of the table `traps`. */
  readonly trap: Trap;
  /** The engine's own words. */
  readonly detail: string;
}

/**
 * The words of V8, from which alone a trap can be told. Where V8 says the same of two traps (a conversion of NaN and
 * one that does not fit; an empty element and one of another type) the row is `other`: a wrong name would be worse
 * than none.
 */
const V8_WORDS: readonly (readonly [words: RegExp, trap: Trap])[] = [
  [/^unreachable$/, Trap.Unreachable],
  [/^(divide|remainder) by zero$/, Trap.IntegerDivideByZero],
  [/^divide result unrepresentable$/, Trap.IntegerOverflow],
  [/memory access out of bounds|data segment.* out of bounds/, Trap.MemoryOutOfBounds],
  [/(table|element segment).* out of bounds/, Trap.TableOutOfBounds],
];

/** What V8 says when its call stack is used up. */
const STACK_WORDS = /call stack/i;

/**
 * The trap behind what the engine threw; `undefined` where the program did nothing its code format forbids.
 *
 * @spec guest-abi.traps
 */
export function engineTrap(thrown: unknown): EngineTrap | undefined {
  if (thrown instanceof WebAssembly.RuntimeError) {
    const row = V8_WORDS.find(([words]) => words.test(thrown.message));
    return { trap: row?.[1] ?? Trap.Other, detail: thrown.message };
  }
  if (thrown instanceof RangeError && STACK_WORDS.test(thrown.message)) {
    return { trap: Trap.StackExhausted, detail: "the engine's call stack" };
  }
  return undefined;
}
