import { TrapNumber } from "./exits.js";

const TWO_31 = 0x8000_0000;
const TWO_32 = 0x1_0000_0000;
const TWO_63 = 0x8000_0000_0000_0000;
const TWO_64 = 0x1_0000_0000_0000_0000;

/**
 * An f32 or f64 as an i32, written to a slot.
 *
 * @returns 0, or the number of a trap where it does not fit
 */
export function truncateToWord(number: number, signed: boolean, words: Int32Array, at: number): number {
  const whole = Math.trunc(number);
  // A NaN is not in any range.
  if (signed ? whole >= -TWO_31 && whole < TWO_31 : whole >= 0 && whole < TWO_32) {
    words[at] = whole;
    return 0;
  }
  return Number.isNaN(number) ? TrapNumber.InvalidConversion : TrapNumber.IntegerOverflow;
}

/** The same as an i64. */
export function truncateToLong(number: number, signed: boolean, words: Int32Array, at: number): number {
  const whole = Math.trunc(number);
  if (signed ? whole >= -TWO_63 && whole < TWO_63 : whole >= 0 && whole < TWO_64) {
    const high = Math.floor(whole / TWO_32);
    words[at] = whole - high * TWO_32;
    words[at + 1] = high;
    return 0;
  }
  return Number.isNaN(number) ? TrapNumber.InvalidConversion : TrapNumber.IntegerOverflow;
}

/** An f32 or f64 as an i32: what does not fit becomes the nearest that does, NaN becomes 0. */
export function saturateToWord(number: number, signed: boolean, words: Int32Array, at: number): void {
  if (truncateToWord(number, signed, words, at) === 0) return;
  if (Number.isNaN(number) || (number < 0 && !signed)) words[at] = 0;
  else if (signed) words[at] = number < 0 ? -TWO_31 : TWO_31 - 1;
  else words[at] = -1;
}

/** The same as an i64. */
export function saturateToLong(number: number, signed: boolean, words: Int32Array, at: number): void {
  if (truncateToLong(number, signed, words, at) === 0) return;
  const isZero = Number.isNaN(number) || (number < 0 && !signed);
  words[at] = isZero || (signed && number < 0) ? 0 : -1;
  words[at + 1] = isZero ? 0 : !signed ? -1 : number < 0 ? -TWO_31 : TWO_31 - 1;
}
