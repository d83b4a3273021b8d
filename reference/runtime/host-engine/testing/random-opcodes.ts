// What random programs are made of: function types, and opcodes by what they take and give.
import { type FunctionType, ValueType } from "../../wasm/types.js";

const { I32, I64, F32, F64 } = ValueType;

/** Types of numbers. */
export const NUMBERS = [I32, I64, F32, F64] as const;
/** One of {@link NUMBERS}. */
export type NumberType = (typeof NUMBERS)[number];

/** Function types of random programs; the entry has the first. */
export const TYPES: readonly FunctionType[] = [
  { params: [I32, I64], results: [I32] },
  { params: [], results: [] },
  { params: [I32], results: [I32] },
  { params: [F64, F32], results: [F64] },
  { params: [I64], results: [I64, I32] },
  { params: [], results: [I32, F64, I64] },
  { params: [I32, I32, I32, I32], results: [I32] },
];
/** Type of the import `emit`. */
export const EMIT_TYPE = 6;
/** Types of random functions. */
export const FUNCTION_TYPES = 6;

/** Instructions that take one number and give one of the same type. */
export const UNARIES: Readonly<Record<NumberType, readonly number[]>> = {
  [I32]: [0x45, 0x67, 0x68, 0x69, 0xc0, 0xc1],
  [I64]: [0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4],
  [F32]: [0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x91],
  [F64]: [0x99, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f],
};
/** First and last of those that take two and give one of the same type. */
export const BINARIES: Readonly<Record<NumberType, readonly [first: number, last: number]>> = {
  [I32]: [0x6a, 0x78],
  [I64]: [0x7c, 0x8a],
  [F32]: [0x92, 0x97],
  [F64]: [0xa0, 0xa5],
};
/** First and last of those that compare two. */
export const COMPARISONS: Readonly<Record<NumberType, readonly [first: number, last: number]>> = {
  [I32]: [0x46, 0x4f],
  [I64]: [0x51, 0x5a],
  [F32]: [0x5b, 0x60],
  [F64]: [0x61, 0x66],
};
/** Conversions by what they give: opcode and what they take. */
export const CONVERSIONS: Readonly<
  Record<NumberType, readonly (readonly [opcode: readonly number[], from: NumberType])[]>
> = {
  [I32]: [
    [[0xa7], I64],
    [[0xa8], F32],
    [[0xab], F64],
    [[0xfc, 0], F32],
    [[0xfc, 3], F64],
  ],
  [I64]: [
    [[0xac], I32],
    [[0xad], I32],
    [[0xae], F32],
    [[0xb1], F64],
    [[0xfc, 5], F32],
    [[0xfc, 6], F64],
  ],
  [F32]: [
    [[0xb2], I32],
    [[0xb5], I64],
    [[0xb6], F64],
    [[0xbe], I32],
  ],
  [F64]: [
    [[0xb8], I32],
    [[0xb9], I64],
    [[0xbb], F32],
    [[0xbf], I64],
  ],
};
/** What shows the bits of a NaN: reinterpretations, and instructions that change or copy only a sign. */
export const REINTERPRETATIONS = { [I32]: [0xbc, F32], [I64]: [0xbd, F64] } as const;
/** Negations. */
export const SIGN_UNARIES = { [F32]: 0x8c, [F64]: 0x9a } as const;
/** Instructions that copy a sign. */
export const SIGN_BINARIES = { [F32]: 0x98, [F64]: 0xa6 } as const;
/** Stores of floats. */
export const FLOAT_STORES = { [F32]: 0x38, [F64]: 0x39 } as const;
/** Loads by what they give. */
export const LOADS: Readonly<Record<NumberType, readonly number[]>> = {
  [I32]: [0x28, 0x2c, 0x2d, 0x2e, 0x2f],
  [I64]: [0x29, 0x30, 0x33, 0x35],
  [F32]: [0x2a],
  [F64]: [0x2b],
};
/** Stores by what they take. */
export const INTEGER_STORES: Readonly<Record<typeof I32 | typeof I64, readonly number[]>> = {
  [I32]: [0x36, 0x3a, 0x3b],
  [I64]: [0x37, 0x3c, 0x3e],
};
