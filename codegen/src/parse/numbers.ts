import { isDigit, isHexDigit } from "./characters.js";
import type { LiteralValue } from "./tokens.js";

/** A number found in the text. `problem` names what is wrong with it; the value is then a usable stand-in. */
export interface ScannedNumber {
  readonly end: number;
  readonly literal: LiteralValue & { readonly kind: "integer" | "float" };
  readonly problem?: "leading-zero" | "too-long" | "too-large";
}

/** Longest number in characters. Reading longer ones would take more than linear time and no schema has them. */
export const longestNumber = 1000;

/** True when a number starts at `offset`: a digit, or a minus directly before one. */
export function isNumberStart(text: string, offset: number): boolean {
  return isDigit(text.charCodeAt(offset)) || (text[offset] === "-" && isDigit(text.charCodeAt(offset + 1)));
}

/** Scans the number at `offset`, which must satisfy {@link isNumberStart}. */
export function scanNumber(text: string, offset: number): ScannedNumber {
  const digits = text[offset] === "-" ? offset + 1 : offset;
  const radixMark = text[digits] === "0" ? (text[digits + 1] ?? "").toLowerCase() : "";
  if (radixMark === "x" && isHexDigit(text.charCodeAt(digits + 2))) return scanHexadecimal(text, offset, digits + 2);
  if (radixMark === "b" && isBinaryDigit(text.charCodeAt(digits + 2))) {
    return integerLiteral(text, offset, skipWhile(text, digits + 2, isBinaryDigit));
  }
  return scanDecimal(text, offset, digits);
}

/** Scans an unsigned integer (decimal, `0x` or `0b`), or returns `undefined` where none starts. */
export function scanUnsignedInteger(text: string, offset: number): ScannedNumber | undefined {
  if (!isDigit(text.charCodeAt(offset))) return undefined;
  const mark = text[offset] === "0" ? (text[offset + 1] ?? "").toLowerCase() : "";
  if (mark === "x" && isHexDigit(text.charCodeAt(offset + 2))) {
    return integerLiteral(text, offset, skipWhile(text, offset + 2, isHexDigit));
  }
  if (mark === "b" && isBinaryDigit(text.charCodeAt(offset + 2))) {
    return integerLiteral(text, offset, skipWhile(text, offset + 2, isBinaryDigit));
  }
  return decimalInteger(text, offset, offset, skipWhile(text, offset, isDigit));
}

function scanDecimal(text: string, start: number, digits: number): ScannedNumber {
  const integerEnd = skipWhile(text, digits, isDigit);
  let end = integerEnd;
  if (text[end] === "." && isDigit(text.charCodeAt(end + 1))) end = skipWhile(text, end + 1, isDigit);
  end = skipExponent(text, end, "e");
  if (end === integerEnd) return decimalInteger(text, start, digits, end);

  const raw = text.slice(start, end);
  if (raw.length > longestNumber) return { end, literal: { kind: "float", value: 0, raw }, problem: "too-long" };
  const value = Number(raw);
  if (!Number.isFinite(value)) return { end, literal: { kind: "float", value: 0, raw }, problem: "too-large" };
  const literal = { kind: "float", value, raw } as const;
  return hasLeadingZero(text, digits, integerEnd) ? { end, literal, problem: "leading-zero" } : { end, literal };
}

function decimalInteger(text: string, start: number, digits: number, end: number): ScannedNumber {
  const scanned = integerLiteral(text, start, end);
  return hasLeadingZero(text, digits, end) ? { ...scanned, problem: "leading-zero" } : scanned;
}

function integerLiteral(text: string, start: number, end: number): ScannedNumber {
  const raw = text.slice(start, end);
  if (raw.length > longestNumber) return { end, literal: { kind: "integer", value: 0n, raw }, problem: "too-long" };
  const negative = raw.startsWith("-");
  const magnitude = BigInt(negative ? raw.slice(1) : raw);
  return { end, literal: { kind: "integer", value: negative ? -magnitude : magnitude, raw } };
}

/** A hexadecimal integer, or a hexadecimal float when `p` and an exponent follow. */
function scanHexadecimal(text: string, start: number, digits: number): ScannedNumber {
  const integerEnd = skipWhile(text, digits, isHexDigit);
  let fractionEnd = integerEnd;
  if (text[integerEnd] === "." && isHexDigit(text.charCodeAt(integerEnd + 1))) {
    fractionEnd = skipWhile(text, integerEnd + 1, isHexDigit);
  }
  const end = skipExponent(text, fractionEnd, "p");
  if (end === fractionEnd) return integerLiteral(text, start, integerEnd);

  const raw = text.slice(start, end);
  if (raw.length > longestNumber) return { end, literal: { kind: "float", value: 0, raw }, problem: "too-long" };
  const fraction = text.slice(integerEnd + 1, fractionEnd);
  const significand = BigInt(`0x${text.slice(digits, integerEnd)}${fraction}`);
  const exponent = Number(text.slice(fractionEnd + 1, end)) - 4 * fraction.length;
  const magnitude = scaleByPowerOfTwo(significand, exponent);
  if (magnitude === undefined) return { end, literal: { kind: "float", value: 0, raw }, problem: "too-large" };
  return { end, literal: { kind: "float", value: text[start] === "-" ? -magnitude : magnitude, raw } };
}

/** `significand * 2 ** exponent`, rounded once to the nearest double; `undefined` when it is too large for one. */
function scaleByPowerOfTwo(significand: bigint, exponent: number): number | undefined {
  if (significand === 0n) return 0;
  const bits = significand.toString(2).length;
  if (bits + exponent > 1025) return undefined;
  if (bits + exponent < -1080) return 0;
  // Below 2 ** -1074 nothing can be represented: round there first, so that the final scaling is exact.
  const lowestBit = Math.max(exponent + bits - 53, -1074);
  const surplus = lowestBit - exponent;
  const rounded = surplus <= 0 ? significand : roundedShift(significand, BigInt(surplus));
  const power = surplus <= 0 ? exponent : lowestBit;
  // Two factors, because a single power of two may itself be too small or too large for a double.
  const half = Math.trunc(power / 2);
  const value = Number(rounded) * 2 ** half * 2 ** (power - half);
  return Number.isFinite(value) ? value : undefined;
}

/** `value / 2 ** shift`, rounded to nearest, ties to even. */
function roundedShift(value: bigint, shift: bigint): bigint {
  const quotient = value >> shift;
  const remainder = value - (quotient << shift);
  const half = 1n << (shift - 1n);
  const up = remainder > half || (remainder === half && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}

function skipExponent(text: string, offset: number, letter: string): number {
  if ((text[offset] ?? "").toLowerCase() !== letter) return offset;
  const sign = text[offset + 1] === "+" || text[offset + 1] === "-" ? 1 : 0;
  const digits = offset + 1 + sign;
  const end = skipWhile(text, digits, isDigit);
  return end === digits ? offset : end;
}

function hasLeadingZero(text: string, digits: number, end: number): boolean {
  return text[digits] === "0" && end - digits > 1;
}

function isBinaryDigit(code: number): boolean {
  return code === 0x30 || code === 0x31;
}

function skipWhile(text: string, offset: number, matches: (code: number) => boolean): number {
  let end = offset;
  while (end < text.length && matches(text.charCodeAt(end))) end++;
  return end;
}
