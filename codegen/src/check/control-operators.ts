/** The control operators with a published definition and what they apply to. */

/** A set of kinds of data items, one bit each. */
export type DataKinds = number;

/** The bits of {@link DataKinds}. */
export const dataKind = {
  unsigned: 1 << 0,
  negative: 1 << 1,
  bytes: 1 << 2,
  text: 1 << 3,
  array: 1 << 4,
  map: 1 << 5,
  tag: 1 << 6,
  boolean: 1 << 7,
  null: 1 << 8,
  undefined: 1 << 9,
  float: 1 << 10,
  simple: 1 << 11,
} as const;

/** Every kind: also what is said of a type about which nothing is known. */
export const anyKind: DataKinds = (1 << 12) - 1;

/** Integers of both signs. */
export const integerKind: DataKinds = dataKind.unsigned | dataKind.negative;

/** Numbers; tags are among them because of bignums, decimal fractions and bigfloats. */
export const numberKind: DataKinds = integerKind | dataKind.float | dataKind.tag;

const stringKind: DataKinds = dataKind.bytes | dataKind.text;

/** One side of a control operator: which kinds fit, and how a message calls them. */
export interface OperandRule {
  readonly kinds: DataKinds;
  readonly phrase: string;
}

/** A control operator. */
export interface ControlOperator {
  readonly target: OperandRule;
  readonly argument: OperandRule;
  /** The argument must be able to match something that the target matches. */
  readonly overlaps?: true;
}

const anything: OperandRule = { kinds: anyKind, phrase: "any type" };
const textStrings: OperandRule = { kinds: dataKind.text, phrase: "text strings" };
const byteStrings: OperandRule = { kinds: dataKind.bytes, phrase: "byte strings" };
const strings: OperandRule = { kinds: stringKind, phrase: "text or byte strings" };
const numbers: OperandRule = { kinds: numberKind, phrase: "numbers" };
const unsignedIntegers: OperandRule = { kinds: dataKind.unsigned, phrase: "unsigned integers" };
const integers: OperandRule = { kinds: integerKind, phrase: "integers" };
const arrays: OperandRule = { kinds: dataKind.array, phrase: "arrays" };
const sized: OperandRule = {
  kinds: stringKind | dataKind.unsigned,
  phrase: "text strings, byte strings and unsigned integers",
};
const bitSets: OperandRule = {
  kinds: dataKind.bytes | dataKind.unsigned,
  phrase: "byte strings and unsigned integers",
};
const featureNames: OperandRule = {
  kinds: dataKind.text | dataKind.array,
  phrase: "a feature name or an array with one",
};

const textFromBytes: ControlOperator = { target: textStrings, argument: byteStrings };
const comparison: ControlOperator = { target: numbers, argument: numbers };
const overlap: ControlOperator = { target: anything, argument: anything, overlaps: true };
const concatenation: ControlOperator = { target: strings, argument: strings };

const operators: ReadonlyMap<string, ControlOperator> = new Map([
  // RFC 8610, section 3.8.
  ["size", { target: sized, argument: unsignedIntegers }],
  ["bits", { target: bitSets, argument: unsignedIntegers }],
  ["regexp", { target: textStrings, argument: textStrings }],
  ["pcre", { target: textStrings, argument: textStrings }],
  ["cbor", { target: byteStrings, argument: anything }],
  ["cborseq", { target: byteStrings, argument: arrays }],
  ["within", overlap],
  ["and", overlap],
  ["lt", comparison],
  ["le", comparison],
  ["gt", comparison],
  ["ge", comparison],
  ["eq", overlap],
  ["ne", { target: anything, argument: anything }],
  ["default", overlap],
  // RFC 9165.
  ["plus", comparison],
  ["cat", concatenation],
  ["det", concatenation],
  ["abnf", { target: textStrings, argument: strings }],
  ["abnfb", { target: byteStrings, argument: strings }],
  ["feature", { target: anything, argument: featureNames }],
  // RFC 9090.
  ["sdnv", { target: byteStrings, argument: unsignedIntegers }],
  ["sdnvseq", { target: byteStrings, argument: arrays }],
  ["oid", { target: byteStrings, argument: arrays }],
  // RFC 9741.
  ["b64u", textFromBytes],
  ["b64u-sloppy", textFromBytes],
  ["b64c", textFromBytes],
  ["b64c-sloppy", textFromBytes],
  ["b45", textFromBytes],
  ["b32", textFromBytes],
  ["h32", textFromBytes],
  ["hex", textFromBytes],
  ["hexlc", textFromBytes],
  ["hexuc", textFromBytes],
  ["base10", { target: textStrings, argument: integers }],
  ["printf", { target: textStrings, argument: arrays }],
  ["json", { target: textStrings, argument: anything }],
  ["join", { target: strings, argument: arrays }],
]);

/** The operator with this name (without its dot), or `undefined` when no specification known here defines it. */
export function findControlOperator(name: string): ControlOperator | undefined {
  return operators.get(name);
}

/** The names of all known operators, for suggestions. */
export function controlOperatorNames(): IterableIterator<string> {
  return operators.keys();
}
