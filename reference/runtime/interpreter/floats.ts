/** The integer nearest to a number, the even one of two. */
export function nearest(number: number): number {
  if (!(Math.abs(number) < 0x10_0000_0000_0000)) return number;
  const down = Math.floor(number);
  const rest = number - down;
  const rounded = rest < 0.5 ? down : rest > 0.5 ? down + 1 : down % 2 === 0 ? down : down + 1;
  // What rounds to 0 keeps its sign.
  return rounded === 0 && (number < 0 || Object.is(number, -0)) ? -0 : rounded;
}

/** A signed 64-bit number as a double. */
export function doubleFromSigned(low: number, high: number): number {
  return high * 0x1_0000_0000 + (low >>> 0);
}

/** An unsigned 64-bit number as a double. */
export function doubleFromUnsigned(low: number, high: number): number {
  return (high >>> 0) * 0x1_0000_0000 + (low >>> 0);
}

/**
 * An unsigned 64-bit number as a single. Rounding to a double first and then to a single would round twice, so what
 * a double cannot hold only leaves the trace that it is there.
 */
export function singleFromUnsigned(low: number, high: number): number {
  const upper = high >>> 0;
  // 53 bits hold the number, or all of its bits above the lowest 11, of which any is kept as one.
  if (upper < 0x20_0000) return Math.fround(upper * 0x1_0000_0000 + (low >>> 0));
  const sticky = (low & 0x7ff) !== 0 ? 0x800 : 0;
  return Math.fround(upper * 0x1_0000_0000 + (((low & ~0x7ff) | sticky) >>> 0));
}

/** The same of a signed number. */
export function singleFromSigned(low: number, high: number): number {
  if (high >= 0) return singleFromUnsigned(low, high);
  return -singleFromUnsigned(-low | 0, (low === 0 ? -high : ~high) | 0);
}
