// What random programs are made of: function types, opcodes by what they take and give, and constants.
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
  { params: [F32, I64], results: [F32] },
  { params: [F64], results: [I64] },
  { params: [I32, I32, I32, I32], results: [I32] },
  { params: [F32], results: [F32] },
  { params: [F64], results: [F64] },
];
/** How many of them random functions have. */
export const FUNCTION_TYPES = 8;
/** Type of the import `emit`. */
export const EMIT_TYPE = 8;
/** Types of the functions that make NaN canonical. */
export const CANONICAL_TYPES: readonly number[] = [9, 10];

/** Instructions that take one number and give one of the same type. */
export const UNARIES: Readonly<Record<NumberType, readonly number[]>> = {
  [I32]: [0x45, 0x67, 0x68, 0x69, 0xc0, 0xc1],
  [I64]: [0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4],
  [F32]: [0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x90, 0x91],
  [F64]: [0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f],
};
/** First and last of those that take two and give one of the same type. */
export const BINARIES: Readonly<Record<NumberType, readonly [first: number, last: number]>> = {
  [I32]: [0x6a, 0x78],
  [I64]: [0x7c, 0x8a],
  [F32]: [0x92, 0x98],
  [F64]: [0xa0, 0xa6],
};
/** First and last of those that compare two. */
export const COMPARISONS: Readonly<Record<NumberType, readonly [first: number, last: number]>> = {
  [I32]: [0x46, 0x4f],
  [I64]: [0x51, 0x5a],
  [F32]: [0x5b, 0x60],
  [F64]: [0x61, 0x66],
};

type Conversion = readonly [opcode: readonly number[], from: NumberType];

/** Conversions that trap where a number does not fit, by what they give. */
export const TRAPPING_CONVERSIONS: Readonly<Record<typeof I32 | typeof I64, readonly Conversion[]>> = {
  [I32]: [
    [[0xa8], F32],
    [[0xa9], F32],
    [[0xaa], F64],
    [[0xab], F64],
  ],
  [I64]: [
    [[0xae], F32],
    [[0xaf], F32],
    [[0xb0], F64],
    [[0xb1], F64],
  ],
};
/** Conversions and reinterpretations that never trap, by what they give. */
export const CONVERSIONS: Readonly<Record<NumberType, readonly Conversion[]>> = {
  [I32]: [
    [[0x50], I64],
    [[0xa7], I64],
    [[0xbc], F32],
    [[0xfc, 0], F32],
    [[0xfc, 1], F32],
    [[0xfc, 2], F64],
    [[0xfc, 3], F64],
  ],
  [I64]: [
    [[0xac], I32],
    [[0xad], I32],
    [[0xbd], F64],
    [[0xfc, 4], F32],
    [[0xfc, 5], F32],
    [[0xfc, 6], F64],
    [[0xfc, 7], F64],
  ],
  [F32]: [
    [[0xb2], I32],
    [[0xb3], I32],
    [[0xb4], I64],
    [[0xb5], I64],
    [[0xb6], F64],
    [[0xbe], I32],
  ],
  [F64]: [
    [[0xb7], I32],
    [[0xb8], I32],
    [[0xb9], I64],
    [[0xba], I64],
    [[0xbb], F32],
    [[0xbf], I64],
  ],
};
/** Loads by what they give. */
export const LOADS: Readonly<Record<NumberType, readonly number[]>> = {
  [I32]: [0x28, 0x2c, 0x2d, 0x2e, 0x2f],
  [I64]: [0x29, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35],
  [F32]: [0x2a],
  [F64]: [0x2b],
};
/** Stores by what they take. */
export const STORES: Readonly<Record<NumberType, readonly number[]>> = {
  [I32]: [0x36, 0x3a, 0x3b],
  [I64]: [0x37, 0x3c, 0x3d, 0x3e],
  [F32]: [0x38],
  [F64]: [0x39],
};

/** Constants of 32 bits. */
export const WORDS: readonly number[] = [
  0, 1, 2, -1, 7, 31, 32, 63, 64, 255, 0x1234_5678, 0x7fff_ffff, -0x8000_0000, -32_769,
];
/** Constants of 64 bits. */
export const LONGS: readonly bigint[] = [
  0n,
  1n,
  -1n,
  2n,
  63n,
  64n,
  0x7fff_ffffn,
  -0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
  0x20_0000_0000_0001n,
  -0x1234_5678_9abc_def0n,
  0x7fff_ffff_ffff_ffffn,
  -0x8000_0000_0000_0000n,
];
/** Constants of both float types. */
export const FLOATS: readonly number[] = [
  0,
  -0,
  1,
  -1.5,
  0.1,
  2_147_483_648,
  -2_147_483_649,
  4_294_967_296,
  9.3e18,
  1.9e19,
  1e300,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  5e-324,
  2 ** -140,
];
/** Bits of a NaN that no instruction makes: a constant may have them. */
export const STRANGE_NAN = { [F32]: [1, 0, 0xa0, 0x7f], [F64]: [9, 0, 0, 0, 0, 0, 0xf4, 0xff] } as const;
