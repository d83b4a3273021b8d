// What numeric instructions give, by the text of WebAssembly 2.0. Values are their bits, unsigned.

/** A type of numbers. */
export type NumberType = "i32" | "i64" | "f32" | "f64";

export const WIDTHS = { i32: 32, i64: 64, f32: 32, f64: 64 } as const satisfies Readonly<Record<NumberType, number>>;

const CANONICAL = { f32: 0x7fc0_0000n, f64: 0x7ff8_0000_0000_0000n } as const;

/** What an instruction takes and gives. */
export interface Operation {
  readonly operands: readonly NumberType[];
  readonly result: NumberType;
  /** The bits of the result; undefined where the instruction traps. */
  readonly of: (...bits: readonly bigint[]) => bigint | undefined;
}

const signedOf = (bits: bigint, width: number): bigint => BigInt.asIntN(width, bits);
const wrapped = (value: bigint, width: number): bigint => BigInt.asUintN(width, value);
const truth = (value: boolean): bigint => (value ? 1n : 0n);

/** The number that bits of a float stand for. */
function floatOf(type: "f32" | "f64", bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  if (type === "f32") {
    view.setUint32(0, Number(bits));
    return view.getFloat32(0);
  }
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

/** The bits of a number; of a NaN the canonical ones. @spec guest-abi.nan */
export function bitsOf(type: "f32" | "f64", value: number): bigint {
  if (Number.isNaN(value)) return CANONICAL[type];
  const view = new DataView(new ArrayBuffer(8));
  if (type === "f32") {
    view.setFloat32(0, value);
    return BigInt(view.getUint32(0));
  }
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

function leadingZeros(bits: bigint, width: number): bigint {
  return BigInt(bits === 0n ? width : width - bits.toString(2).length);
}

function trailingZeros(bits: bigint, width: number): bigint {
  if (bits === 0n) return BigInt(width);
  const text = bits.toString(2);
  return BigInt(text.length - 1 - text.lastIndexOf("1"));
}

function rotatedLeft(bits: bigint, by: bigint, width: number): bigint {
  return wrapped((bits << by) | (bits >> (BigInt(width) - by)), width);
}

type Unary = (bits: bigint, width: number) => bigint;
type Binary = (a: bigint, b: bigint, width: number) => bigint | undefined;

const INTEGER_UNARY: Readonly<Record<string, Unary>> = {
  clz: leadingZeros,
  ctz: trailingZeros,
  popcnt: (bits) => BigInt([...bits.toString(2)].filter((digit) => digit === "1").length),
  extend8_s: (bits, width) => wrapped(signedOf(bits, 8), width),
  extend16_s: (bits, width) => wrapped(signedOf(bits, 16), width),
  extend32_s: (bits, width) => wrapped(signedOf(bits, 32), width),
};

const INTEGER_BINARY: Readonly<Record<string, Binary>> = {
  add: (a, b, width) => wrapped(a + b, width),
  sub: (a, b, width) => wrapped(a - b, width),
  mul: (a, b, width) => wrapped(a * b, width),
  div_s: (a, b, width) => {
    const [x, y] = [signedOf(a, width), signedOf(b, width)];
    return y === 0n || x / y === 1n << BigInt(width - 1) ? undefined : wrapped(x / y, width);
  },
  div_u: (a, b) => (b === 0n ? undefined : a / b),
  rem_s: (a, b, width) => (b === 0n ? undefined : wrapped(signedOf(a, width) % signedOf(b, width), width)),
  rem_u: (a, b) => (b === 0n ? undefined : a % b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b, width) => wrapped(a << (b % BigInt(width)), width),
  shr_s: (a, b, width) => wrapped(signedOf(a, width) >> (b % BigInt(width)), width),
  shr_u: (a, b, width) => a >> (b % BigInt(width)),
  rotl: (a, b, width) => rotatedLeft(a, b % BigInt(width), width),
  rotr: (a, b, width) => rotatedLeft(a, (BigInt(width) - (b % BigInt(width))) % BigInt(width), width),
};

const INTEGER_COMPARISONS: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  ge: (a, b) => a >= b,
};

const FLOAT_COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  ge: (a, b) => a >= b,
};

/** Nearest integer, the even one of two equally near. */
function nearest(value: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 52) return value;
  const below = Math.floor(value);
  const rest = value - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  const rounded = up ? below + 1 : below;
  return rounded === 0 && (value < 0 || Object.is(value, -0)) ? -0 : rounded;
}

const FLOAT_UNARY: Readonly<Record<string, (value: number) => number>> = {
  ceil: Math.ceil,
  floor: Math.floor,
  trunc: Math.trunc,
  nearest,
  sqrt: Math.sqrt,
};

// A result of two f32 in f64, rounded again, is the one rounded once: 53 bits are more than 2 × 24 + 1.
const FLOAT_BINARY: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: Math.min,
  max: Math.max,
};

/** The float nearest to an integer, the even one of two equally near. */
function rounded(value: bigint, significant: number): number {
  const size = value < 0n ? -value : value;
  const extra = Math.max(0, size.toString(2).length - significant);
  const unit = 1n << BigInt(extra);
  const below = size / unit;
  const rest = 2n * (size % unit);
  const up = rest > unit || (rest === unit && below % 2n === 1n);
  const number = Number((below + (up ? 1n : 0n)) * unit);
  return value < 0n ? -number : number;
}

function truncated(value: number, width: number, isSigned: boolean): bigint | undefined {
  if (!Number.isFinite(value)) return undefined;
  const whole = BigInt(Math.trunc(value));
  const [low, high] = boundsOf(width, isSigned);
  return whole < low || whole > high ? undefined : wrapped(whole, width);
}

function saturated(value: number, width: number, isSigned: boolean): bigint {
  const [low, high] = boundsOf(width, isSigned);
  if (Number.isNaN(value)) return 0n;
  return truncated(value, width, isSigned) ?? wrapped(value < 0 ? low : high, width);
}

function boundsOf(width: number, isSigned: boolean): readonly [low: bigint, high: bigint] {
  const bits = BigInt(width);
  return isSigned ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
}

function isFloat(type: NumberType): type is "f32" | "f64" {
  return type === "f32" || type === "f64";
}

/** What the numeric instruction of a name does. */
export function operationOf(name: string): Operation {
  const [left = "", operator = ""] = name.split(".");
  const type = left as NumberType;
  const conversion = /^(.+?)_(i32|i64|f32|f64)(_[su])?$/.exec(operator);
  if (conversion !== null) {
    const [, how = "", from = "", sign] = conversion;
    return conversionOf(type, how, from as NumberType, sign === "_s");
  }
  return isFloat(type) ? floatOperation(type, operator) : integerOperation(type, operator);
}

function integerOperation(type: "i32" | "i64", operator: string): Operation {
  const width = WIDTHS[type];
  const unary = INTEGER_UNARY[operator];
  if (unary !== undefined) return { operands: [type], result: type, of: (a = 0n) => unary(a, width) };
  if (operator === "eqz") return { operands: [type], result: "i32", of: (a) => truth(a === 0n) };
  const binary = INTEGER_BINARY[operator];
  if (binary !== undefined)
    return { operands: [type, type], result: type, of: (a = 0n, b = 0n) => binary(a, b, width) };
  const [kind = "", sign] = operator.split("_");
  const compare = INTEGER_COMPARISONS[kind];
  if (compare === undefined) throw new RangeError(`nothing is known of ${type}.${operator}`);
  const read = (bits: bigint): bigint => (sign === "s" ? signedOf(bits, width) : bits);
  return { operands: [type, type], result: "i32", of: (a = 0n, b = 0n) => truth(compare(read(a), read(b))) };
}

function floatOperation(type: "f32" | "f64", operator: string): Operation {
  const sign = 1n << BigInt(WIDTHS[type] - 1);
  const read = (bits: bigint): number => floatOf(type, bits);
  if (operator === "abs") return { operands: [type], result: type, of: (a = 0n) => a & ~sign };
  if (operator === "neg") return { operands: [type], result: type, of: (a = 0n) => a ^ sign };
  if (operator === "copysign") {
    return { operands: [type, type], result: type, of: (a = 0n, b = 0n) => (a & ~sign) | (b & sign) };
  }
  const unary = FLOAT_UNARY[operator];
  if (unary !== undefined) return { operands: [type], result: type, of: (a = 0n) => bitsOf(type, unary(read(a))) };
  const binary = FLOAT_BINARY[operator];
  if (binary !== undefined) {
    return { operands: [type, type], result: type, of: (a = 0n, b = 0n) => bitsOf(type, binary(read(a), read(b))) };
  }
  const compare = FLOAT_COMPARISONS[operator];
  if (compare === undefined) throw new RangeError(`nothing is known of ${type}.${operator}`);
  return { operands: [type, type], result: "i32", of: (a = 0n, b = 0n) => truth(compare(read(a), read(b))) };
}

function conversionOf(to: NumberType, how: string, from: NumberType, isSigned: boolean): Operation {
  const of = (bits: bigint): bigint | undefined => {
    const [width, other] = [WIDTHS[to], WIDTHS[from]];
    if (how === "reinterpret") return bits;
    if (how === "wrap") return wrapped(bits, width);
    if (how === "extend") return isSigned ? wrapped(signedOf(bits, other), width) : bits;
    if (isFloat(to) && isFloat(from)) return bitsOf(to, floatOf(from, bits));
    if (isFloat(to)) return bitsOf(to, rounded(isSigned ? signedOf(bits, other) : bits, to === "f32" ? 24 : 53));
    if (!isFloat(from)) throw new RangeError(`nothing is known of ${to}.${how}_${from}`);
    const value = floatOf(from, bits);
    return how === "trunc_sat" ? saturated(value, width, isSigned) : truncated(value, width, isSigned);
  };
  return { operands: [from], result: to, of: (bits = 0n) => of(bits) };
}

/** Whether bits are those of a NaN. */
export function isNan(type: NumberType, bits: bigint): boolean {
  return isFloat(type) && Number.isNaN(floatOf(type, bits));
}
