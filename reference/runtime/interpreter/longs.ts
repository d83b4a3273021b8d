// Arithmetic of i64 that is too long for the loop: pairs of words, low first, without BigInt.

/** Halves of the result of the function called last, as signed numbers. */
export const result = { low: 0, high: 0 };

function give(low: number, high: number): void {
  result.low = low | 0;
  result.high = high | 0;
}

/** The upper 32 bits of the product of two unsigned numbers, from products of their halves. */
function multiplyHigh(left: number, right: number): number {
  const [a, b, c, d] = [left & 0xffff, left >>> 16, right & 0xffff, right >>> 16];
  const first = (Math.imul(b, c) + (Math.imul(a, c) >>> 16)) | 0;
  const second = (Math.imul(a, d) + (first & 0xffff)) | 0;
  return (Math.imul(b, d) + (first >>> 16) + (second >>> 16)) | 0;
}

/** Product. */
export function multiply(aLow: number, aHigh: number, bLow: number, bHigh: number): void {
  give(Math.imul(aLow, bLow), multiplyHigh(aLow, bLow) + Math.imul(aLow, bHigh) + Math.imul(aHigh, bLow));
}

function isLess(aLow: number, aHigh: number, bLow: number, bHigh: number): boolean {
  return aHigh === bHigh ? aLow >>> 0 < bLow >>> 0 : aHigh >>> 0 < bHigh >>> 0;
}

/** Quotient or remainder of unsigned numbers. The divisor is not 0. */
export function divideUnsigned(aLow: number, aHigh: number, bLow: number, bHigh: number, remainder: boolean): void {
  const [a0, a1, b0] = [aLow >>> 0, aHigh >>> 0, bLow >>> 0];
  if (bHigh === 0) {
    // Below 2^53 doubles divide exactly; the remainder by up to 32 bits takes two digits of 16 bits.
    const high = Math.floor(a1 / b0);
    const rest = a1 - high * b0;
    const upper = rest * 0x10000 + (a0 >>> 16);
    const middle = Math.floor(upper / b0);
    const lower = (upper - middle * b0) * 0x10000 + (a0 & 0xffff);
    const low = Math.floor(lower / b0);
    if (remainder) give(lower - low * b0, 0);
    else give(middle * 0x10000 + low, high);
    return;
  }
  // The quotient is below 2^32, and a quotient of doubles is off by less than one: one less is never too much.
  const estimate = (a1 * 0x1_0000_0000 + a0) / ((bHigh >>> 0) * 0x1_0000_0000 + b0);
  let quotient = Math.max(0, Math.min(Math.floor(estimate), 0xffff_ffff) - 1);
  multiply(quotient | 0, 0, bLow, bHigh);
  let high = (aHigh - result.high - (a0 < result.low >>> 0 ? 1 : 0)) | 0;
  let low = (aLow - result.low) | 0;
  while (!isLess(low, high, bLow, bHigh)) {
    high = (high - bHigh - (low >>> 0 < b0 ? 1 : 0)) | 0;
    low = (low - bLow) | 0;
    quotient += 1;
  }
  if (remainder) give(low, high);
  else give(quotient, 0);
}

function negate(): void {
  const { low, high } = result;
  give(-low, low === 0 ? -high : ~high);
}

/** Quotient or remainder of signed numbers, rounded to zero. The divisor is not 0; -2^63 / -1 is not to be asked. */
export function divideSigned(aLow: number, aHigh: number, bLow: number, bHigh: number, remainder: boolean): void {
  const isNegative = remainder ? aHigh < 0 : aHigh < 0 !== bHigh < 0;
  give(aLow, aHigh);
  if (aHigh < 0) negate();
  const [a0, a1] = [result.low, result.high];
  give(bLow, bHigh);
  if (bHigh < 0) negate();
  divideUnsigned(a0, a1, result.low, result.high, remainder);
  if (isNegative) negate();
}

/** The number of leading zeros. */
export function leadingZeros(low: number, high: number): number {
  return high === 0 ? 32 + Math.clz32(low) : Math.clz32(high);
}

/** The number of trailing zeros of 32 bits. */
function trailingZerosOfWord(word: number): number {
  return word === 0 ? 32 : 31 - Math.clz32(word & -word);
}

/** The number of trailing zeros. */
export function trailingZeros(low: number, high: number): number {
  return low === 0 ? 32 + trailingZerosOfWord(high) : trailingZerosOfWord(low);
}

/** The number of ones among 32 bits. */
export function onesOfWord(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
