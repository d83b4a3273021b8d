// Random programs that always end, for tests that run a program in several ways and compare.
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
import { Choices } from "./choices.js";
import { bodyOf, FunctionWriter } from "./function-writer.js";
import { countingCode, plainCode } from "./instructions.js";
import { CANONICAL_TYPES, EMIT_TYPE, FUNCTION_TYPES, TYPES } from "./opcodes.js";

const { I64, FuncRef } = ValueType;
const TABLE_MINIMUM = 6;
const DATA_BYTES = 200;
/** The global that the counting form counts in. */
const FUEL = 1;

/** A random program in two forms. */
export interface RandomModule {
  /** As it is. */
  readonly plain: Uint8Array;
  /**
   * The same program for an engine that knows nothing of fuel and canonical NaN: it counts its fuel in its exported i64
   * global `fuel`, and makes NaN canonical itself.
   */
  readonly counting: Uint8Array;
  /** Types of its functions, in order; those of {@link plain} have the numbers 0 and up. */
  readonly functions: readonly FunctionType[];
}

/**
 * A program for a list of numbers: equal numbers, equal program. It exports its functions as `f0` and so on, of which
 * `f0` has the type `[i32 i64] -> [i32]`, its memory as `memory`, and a mutable i64 global as `seen`.
 *
 * @param decisions numbers from 0 to 255; once they are used up, everything gets as short as it can
 */
export function randomModule(decisions: ArrayLike<number>): RandomModule {
  const functions = writeFunctions(decisions, false);
  return {
    plain: encodeModule(functions, false),
    counting: encodeModule(functions, true),
    functions: functions.map(({ type }) => TYPES[type] as FunctionType),
  };
}

/**
 * A guest program for a list of numbers, like {@link randomModule}. It emits now and then, what it emits depends on the
 * replies, and last of all it emits its whole memory.
 */
export function randomGuest(decisions: ArrayLike<number>): Uint8Array {
  const functions = writeFunctions(decisions, true);
  const count = functions.length;
  const bodies = [
    ...functions.map(({ writer }) => sized(bodyOf(writer.declared, plainCode(writer.instructions)))),
    ENTRY,
  ];
  return assemble({
    imports: [section(2, vector([name("fayger_1"), name("emit"), 0, EMIT_TYPE]))],
    types: [...functions.map(({ type }) => type), 1],
    exports: [[name("main"), 0, count + 1]],
    // Functions but the first: nothing that is called through a table comes back to it.
    elements: Array.from({ length: count - 1 }, (_, at) => at + 2),
    bodies,
  });
}

/** Calls the first function, lays its result into memory, and emits all of it. */
const ENTRY: Part = sized(
  [0, 0x41, 0, 0x41, 7, 0x42, 0x77, 0x10, 1, 0x36, 2, 0],
  [0x41, 0, 0x3f, 0, 0x41, 16, 0x74, 0x41, 0, 0x41, 0, 0x10, 0, 0x1a, 0x0b],
);

interface WrittenFunction {
  readonly type: number;
  readonly writer: FunctionWriter;
}

function writeFunctions(decisions: ArrayLike<number>, isGuest: boolean): WrittenFunction[] {
  const choices = new Choices(decisions);
  const count = 2 + choices.upTo(3);
  const types = [0, ...Array.from({ length: count - 1 }, () => choices.upTo(FUNCTION_TYPES))];
  return types.map((type, index) => {
    const writer = new FunctionWriter(choices, { types, index, imported: isGuest ? 1 : 0 }, isGuest);
    writer.write();
    return { type, writer };
  });
}

function encodeModule(functions: readonly WrittenFunction[], isCounting: boolean): Uint8Array {
  const count = functions.length;
  const counting = { global: FUEL, canonical: [count, count + 1] } as const;
  const bodies = functions.map(({ writer: { declared, instructions } }) =>
    sized(bodyOf(declared, isCounting ? countingCode(instructions, counting) : plainCode(instructions))),
  );
  return assemble({
    imports: [],
    types: [...functions.map(({ type }) => type), ...(isCounting ? CANONICAL_TYPES : [])],
    exports: [
      ...functions.map((_, at) => [name(`f${at}`), 0, at]),
      [name("seen"), 3, 0],
      ...(isCounting ? [[name("fuel"), 3, FUEL]] : []),
    ],
    elements: Array.from({ length: count - 1 }, (_, at) => at + 1),
    bodies: [...bodies, ...(isCounting ? CANONICAL : [])],
  });
}

/** Two functions that give a NaN as the canonical one, and every other number as it is. */
const CANONICAL: readonly Part[] = [
  sized(0, [0x20, 0, 0x43, 0, 0, 0xc0, 0x7f, 0x20, 0, 0x20, 0, 0x5b, 0x1b, 0x0b]),
  sized(0, [0x20, 0, 0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f, 0x20, 0, 0x20, 0, 0x61, 0x1b, 0x0b]),
];

/** What differs between the forms. */
interface Parts {
  readonly imports: readonly Part[];
  /** For each function that is defined, the number of its type. */
  readonly types: readonly number[];
  readonly exports: readonly Part[];
  /** Functions for the tables, at least one. */
  readonly elements: readonly number[];
  readonly bodies: readonly Part[];
}

function assemble({ imports, types, exports, elements, bodies }: Parts): Uint8Array {
  const items = Array.from({ length: TABLE_MINIMUM }, (_, at) => u32(elements[at % elements.length] as number));
  const data = Uint8Array.from({ length: DATA_BYTES }, (_, at) => at * 37);
  const zero: Part = [I64, 1, 0x42, 0, 0x0b];
  return moduleOf(
    section(1, vectorOf(TYPES.map(({ params, results }) => functionType(params, results)))),
    ...imports,
    section(3, vectorOf(types.map(u32))),
    section(4, vector([FuncRef, 1, TABLE_MINIMUM, 9], [FuncRef, 1, 2, 4])),
    section(5, vector([1, 1, 3])),
    section(6, vector(zero, zero)),
    section(7, vectorOf([[name("memory"), 2, 0], ...exports])),
    // The last element of the first table stays empty, and so does the second table.
    section(9, vector([0, 0x41, 0, 0x0b, vectorOf(items.slice(1))], [1, 0, vectorOf(items)])),
    section(12, u32(1)),
    section(10, vectorOf(bodies)),
    section(11, vector([1, sized(data)])),
  );
}
