import {
  access,
  type Code,
  call,
  constant,
  i32,
  littleEndian,
  localGet,
  NUMERIC_NAMES,
  numeric,
} from "../../building/wasm/instructions.js";
import type { Numbers } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { COMPLETED, ran, SPEAKING, SPOKEN_AT, say, speech } from "../guests/drafts.js";
import { bitsOf, isNan, type NumberType, type Operation, operationOf, WIDTHS } from "./arithmetic.js";

const EFFECT = "A program computes other numbers on one host than on another.";

/** Values at which integers of a width change their nature. */
function integers(width: 32 | 64): readonly bigint[] {
  const top = 1n << BigInt(width - 1);
  return [0n, 1n, 2n * top - 1n, top, top - 1n, width === 32 ? 0xa5c3_967en : 0xa5c3_967e_1234_80ffn, 0x80n, 0x8000n];
}

const SHIFTS = (width: 32 | 64): readonly bigint[] =>
  [0, 1, 7, width - 1, width, width + 1].map(BigInt).concat((1n << BigInt(width)) - 1n);

/** Values at which floats change their nature; NaNs are apart. */
function floats(type: "f32" | "f64"): readonly bigint[] {
  const numbers = [0, -0, 1, -1, 0.5, -0.5, 1.5, -2.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e10, -3.75];
  const edges =
    type === "f32" ? [0x1n, 0x8080_0000n, 0x7f7f_ffffn] : [0x1n, 0x8010_0000_0000_0000n, 0x7fef_ffff_ffff_ffffn];
  return [...numbers.map((value) => bitsOf(type, value)), ...edges];
}

const NANS = {
  f32: [0x7fc0_0000n, 0xffc0_0000n, 0x7fa0_1234n, 0xff80_0001n],
  f64: [0x7ff8_0000_0000_0000n, 0xfff8_0000_0000_0000n, 0x7ff4_0000_dead_beefn, 0xfff0_0000_0000_0001n],
} as const;

/** Floats around the bounds of integers, for conversions. */
function bounds(type: "f32" | "f64"): readonly bigint[] {
  const whole = [2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 63, -(2 ** 63), 2 ** 64, 2 ** 31 - 1, -(2 ** 31) - 1, 2 ** 32 - 1];
  const parts = [0.9, -0.9, 127.99, -128.99, 2 ** 31 - 128, 2 ** 32 - 256, 2 ** 63 - 2 ** 39, 2 ** 64 - 2 ** 40];
  return [...whole, ...parts].map((value) => bitsOf(type, type === "f32" ? Math.fround(value) : value));
}

/** Integers that a float does not hold to the unit. */
const INEXACT: readonly bigint[] = [
  0x0100_0001n,
  0x0100_0003n,
  0x7fff_ffbfn,
  0xffff_ff80n,
  0x0020_0000_0000_0001n,
  0x0020_0000_0000_0003n,
  0x7fff_ff40_0000_0001n,
  0x8000_0040_0000_0001n,
  0xffff_ff80_0000_0000n,
  0xffff_ffff_ffff_fbffn,
];

function valuesOf(type: NumberType, isConversion: boolean, isShift: boolean): readonly bigint[] {
  if (type === "f32" || type === "f64") return isConversion ? [...floats(type), ...bounds(type)] : floats(type);
  const width = WIDTHS[type];
  if (isShift) return SHIFTS(width);
  const inexact = isConversion ? INEXACT.filter((value) => value < 1n << BigInt(width)) : [];
  return [...integers(width), ...inexact];
}

/** One instruction with some operands. */
interface Case {
  readonly operands: readonly bigint[];
  readonly result: bigint;
}

function casesOf(operation: Operation, lists: readonly (readonly bigint[])[]): readonly Case[] {
  const [first = [], second] = lists;
  const combined = second === undefined ? first.map((a) => [a]) : first.flatMap((a) => second.map((b) => [a, b]));
  return combined.flatMap((operands) => {
    const result = operation.of(...operands);
    return result === undefined ? [] : [{ operands, result }];
  });
}

const STORES = { i32: "i32.store", i64: "i64.store", f32: "f32.store", f64: "f64.store" } as const;

/** A program that says the result of each case: operands are constants, and parameters of a function, in turns. */
function draftOf(id: string, name: string, operation: Operation, cases: readonly Case[], more: Partial<Draft>): Draft {
  const { operands, result } = operation;
  const width = WIDTHS[result] / 8;
  const said = speech(cases.length * width);
  const code = ({ fn }: Numbers): Code => [
    ...cases.flatMap((each, at) => [
      i32(SPOKEN_AT + at * width),
      ...each.operands.map((bits, place) => constant(operands[place] ?? "i32", bits)),
      at % 2 === 0 ? numeric(name) : call(fn("apply")),
      access(STORES[result]),
    ]),
  ];
  const draft = ran({
    id,
    clauses: ["guest-abi.execution", ...(more.clauses ?? [])],
    program: {
      imports: ["emit"],
      functions: {
        apply: {
          params: operands,
          results: [result],
          code: [...operands.map((_, place) => localGet(place)), numeric(name)],
        },
        main: { code: (numbers) => [...code(numbers), ...said.code(numbers)] },
      },
      data: said.data,
    },
    inputs: SPEAKING,
    result: { states: [...COMPLETED], instructions: [say(cases.flatMap((each) => littleEndian(each.result, width)))] },
    why: `\`${name}\` gives what WebAssembly says, of constants and of parameters.`,
    effect: EFFECT,
  });
  return { ...draft, ...more, clauses: draft.clauses };
}

const slug = (name: string): string => name.replaceAll(/[._]/g, "-");

/** The most cases of one instruction: enough, and short enough to be looked at. */
const MOST_CASES = 56;

function thinned(cases: readonly Case[]): readonly Case[] {
  if (cases.length <= MOST_CASES) return cases;
  // Prime to the length of every list above, so that every value of either operand comes.
  return Array.from({ length: MOST_CASES }, (_, at) => cases[(at * 37) % cases.length] as Case);
}

/** Every numeric instruction on values at which something changes. */
export function numericDrafts(): readonly Draft[] {
  return NUMERIC_NAMES.flatMap((name) => {
    const operation = operationOf(name);
    const { operands, result } = operation;
    const isConversion = operands.length === 1 && operands[0] !== result;
    const isShift = /\.(shl|shr_|rot)/.test(name);
    const lists = operands.map((type, place) => valuesOf(type, isConversion, isShift && place === 1));
    const all = casesOf(operation, lists);
    const isCopied = /\.(abs|neg|copysign|.*reinterpret.*)$/.test(name);
    const plain = all.filter((each) => isCopied || !isNan(result, each.result));
    const drafts = [draftOf(`guest-execution/numeric/${slug(name)}`, name, operation, thinned(plain), {})];
    const [type] = operands;
    if (type !== "f32" && type !== "f64") return drafts;
    const nans: readonly bigint[] = NANS[type];
    const some = floats(type).slice(0, 4);
    const withNans = casesOf(
      operation,
      operands.length === 1
        ? [nans]
        : [
            [...nans, ...some],
            [...nans, ...some],
          ],
    ).filter(({ operands: values }) => values.some((bits) => isNan(type, bits)));
    const made = all.filter((each) => !isCopied && isNan(result, each.result));
    const cases = thinned([...withNans, ...made]);
    if (cases.length === 0) return drafts;
    const isProduced = !isCopied && (result === "f32" || result === "f64");
    return [
      ...drafts,
      draftOf(`guest-execution/nan/${slug(name)}`, name, operation, cases, {
        clauses: isProduced ? ["guest-abi.nan"] : [],
        features: isProduced ? ["canonical_nan"] : [],
        why: isProduced
          ? `A NaN that \`${name}\` gives is the canonical one, whatever the NaN that it takes.`
          : `\`${name}\` takes a NaN and changes nothing of it but what the instruction is for.`,
      }),
    ];
  });
}
