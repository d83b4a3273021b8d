import { TrapNumber } from "./exits.js";
import { doubleFromSigned, doubleFromUnsigned, nearest, singleFromSigned, singleFromUnsigned } from "./floats.js";
import { divideSigned, divideUnsigned, leadingZeros, onesOfWord, result, trailingZeros } from "./longs.js";
import { truncateToLong, truncateToWord } from "./truncate.js";

/**
 * Instructions that compute and are not frequent enough for the loop. Parameters as in the loop: three views of the
 * stack, and where result and operands are.
 *
 * @returns 0, or the number of a trap
 */
export function compute(
  operation: number,
  S: Int32Array,
  D: Float64Array,
  F: Float32Array,
  x: number,
  y: number,
  z: number,
): number {
  switch (operation) {
    case 0x6d: // i32.div_s
      // The loop does what does not trap.
      return S[z] === 0 ? TrapNumber.IntegerDivideByZero : TrapNumber.IntegerOverflow;
    case 0x6e: // i32.div_u
    case 0x6f: // i32.rem_s
    case 0x70: // i32.rem_u
      return TrapNumber.IntegerDivideByZero;
    case 0x69: // i32.popcnt
      S[x] = onesOfWord(S[y]!);
      return 0;
    case 0x79: // i64.clz
      return word(S, x, leadingZeros(S[y]!, S[y + 1]!));
    case 0x7a: // i64.ctz
      return word(S, x, trailingZeros(S[y]!, S[y + 1]!));
    case 0x7b: // i64.popcnt
      return word(S, x, onesOfWord(S[y]!) + onesOfWord(S[y + 1]!));
    case 0x7f: // i64.div_s
    case 0x80: // i64.div_u
    case 0x81: // i64.rem_s
    case 0x82: // i64.rem_u
      return divide(operation, S, x, y, z);
    case 0x90: // f32.nearest
      return single(S, F, x, nearest(F[y]!));
    case 0x9e: // f64.nearest
      return double(S, D, x, nearest(D[y >> 1]!));
    case 0xa8: // i32.trunc_f32_s
    case 0xa9: // i32.trunc_f32_u
      return truncateToWord(F[y]!, operation === 0xa8, S, x);
    case 0xaa: // i32.trunc_f64_s
    case 0xab: // i32.trunc_f64_u
      return truncateToWord(D[y >> 1]!, operation === 0xaa, S, x);
    case 0xae: // i64.trunc_f32_s
    case 0xaf: // i64.trunc_f32_u
      return truncateToLong(F[y]!, operation === 0xae, S, x);
    case 0xb0: // i64.trunc_f64_s
    case 0xb1: // i64.trunc_f64_u
      return truncateToLong(D[y >> 1]!, operation === 0xb0, S, x);
    case 0xb4: // f32.convert_i64_s
      return single(S, F, x, singleFromSigned(S[y]!, S[y + 1]!));
    case 0xb5: // f32.convert_i64_u
      return single(S, F, x, singleFromUnsigned(S[y]!, S[y + 1]!));
    case 0xb9: // f64.convert_i64_s
      return double(S, D, x, doubleFromSigned(S[y]!, S[y + 1]!));
    case 0xba: // f64.convert_i64_u
      return double(S, D, x, doubleFromUnsigned(S[y]!, S[y + 1]!));
    case 0xc2: // i64.extend8_s
      return word(S, x, (S[y]! << 24) >> 24, true);
    case 0xc3: // i64.extend16_s
      return word(S, x, (S[y]! << 16) >> 16, true);
    case 0xc4: // i64.extend32_s
      return word(S, x, S[y]!, true);
    default:
      // Validation and translation leave no other number.
      throw new TypeError(`no instruction has the number ${operation}`);
  }
}

/** Give an i64 that fits a word. */
function word(S: Int32Array, x: number, value: number, signed = false): number {
  S[x] = value;
  S[x + 1] = signed ? value >> 31 : 0;
  return 0;
}

function long(S: Int32Array, x: number): number {
  S[x] = result.low;
  S[x + 1] = result.high;
  return 0;
}

// @spec guest-abi.nan
function single(S: Int32Array, F: Float32Array, x: number, value: number): number {
  if (Number.isNaN(value)) S[x] = 0x7fc0_0000;
  else F[x] = value;
  return 0;
}

function double(S: Int32Array, D: Float64Array, x: number, value: number): number {
  if (Number.isNaN(value)) {
    S[x] = 0;
    S[x + 1] = 0x7ff8_0000;
  } else {
    D[x >> 1] = value;
  }
  return 0;
}

function divide(operation: number, S: Int32Array, x: number, y: number, z: number): number {
  const [aLow, aHigh, bLow, bHigh] = [S[y]!, S[y + 1]!, S[z]!, S[z + 1]!];
  if ((bLow | bHigh) === 0) return TrapNumber.IntegerDivideByZero;
  const remainder = operation >= 0x81;
  if ((operation & 1) === 0) {
    divideUnsigned(aLow, aHigh, bLow, bHigh, remainder);
  } else if ((bLow & bHigh) === -1 && aLow === 0 && aHigh === -0x8000_0000) {
    if (!remainder) return TrapNumber.IntegerOverflow;
    return word(S, x, 0);
  } else {
    divideSigned(aLow, aHigh, bLow, bHigh, remainder);
  }
  return long(S, x);
}
