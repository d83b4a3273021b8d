import fc from "fast-check";
import type { Tlv, TlvTypeName } from "../../generated/instructions/tlv.js";
import type { GeneratedFile } from "../src/emit/generated-file.js";

/** One operand, result or payload item. */
export interface Item {
  readonly name: string;
  readonly type: Exclude<TlvTypeName, "none">;
  readonly optional: boolean;
}

/** An instruction as the tests of the guest bindings see it. */
export interface CallRow {
  readonly category: string;
  readonly name: string;
  readonly opcode: number;
  readonly capability: string | null;
  readonly dispatch: "sync" | "either" | "async";
  readonly operands: readonly Item[];
  readonly results: readonly Item[];
}

/** An event as they see it. */
export interface EventRow {
  readonly category: string;
  readonly name: string;
  readonly opcode: number;
  readonly payload: readonly Item[];
}

/** Both tables, read from the data that the generator publishes and not from anything that the bindings are made of. */
export interface Rows {
  readonly calls: readonly CallRow[];
  readonly events: readonly EventRow[];
  readonly category: (name: string) => number;
  /** Bit of a capability; `undefined` for none. */
  readonly bit: (capability: string | null) => number | undefined;
}

interface RawRow extends Record<string, unknown> {
  readonly category: string;
  readonly name: string;
  readonly number: number;
  readonly bit: number;
}

/** The rows of `spec.json`. */
export function rowsOf(files: readonly GeneratedFile[]): Rows {
  const { tables } = JSON.parse(files.find((file) => file.path === "spec.json")?.text ?? "") as {
    readonly tables: Readonly<Record<string, { readonly rows: readonly RawRow[] }>>;
  };
  const rows = (name: string): readonly RawRow[] => tables[name]?.rows ?? [];
  return {
    calls: rows("instructions") as readonly unknown[] as readonly CallRow[],
    events: rows("instruction-events") as readonly unknown[] as readonly EventRow[],
    category: (name) => rows("instruction-categories").find((row) => row.name === name)?.number ?? -1,
    bit: (capability) => rows("capabilities").find((row) => row.name === capability)?.bit,
  };
}

// UTF-8 text without lone surrogates, which no guest could be given.
const text = fc.string({ unit: "binary", maxLength: 40 });
const scalar = fc.oneof(
  fc.constant<Tlv>({ type: "none" }),
  fc.integer({ min: 0, max: 0xffff_ffff }).map((value): Tlv => ({ type: "u32", value })),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value): Tlv => ({ type: "u64", value })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): Tlv => ({ type: "i64", value })),
  fc.double().map((value): Tlv => ({ type: "f64", value })),
  fc.boolean().map((value): Tlv => ({ type: "bool", value })),
  fc.uint8Array({ maxLength: 300 }).map((value): Tlv => ({ type: "bytes", value: Uint8Array.from(value) })),
  text.map((value): Tlv => ({ type: "text", value })),
  fc.integer({ min: 0, max: 0xffff_ffff }).map((value): Tlv => ({ type: "handle", value })),
);

function listOf(depth: number): fc.Arbitrary<Tlv> {
  const item = depth < 4 ? fc.oneof({ weight: 4, arbitrary: scalar }, listOf(depth + 1)) : scalar;
  return fc.array(item, { maxLength: 5 }).map((value): Tlv => ({ type: "list", value }));
}

/** Any value of a type. */
export const valueOf: Readonly<Record<Item["type"], fc.Arbitrary<Tlv>>> = {
  u32: fc.oneof(fc.constantFrom(0, 127, 128, 0xffff_ffff), fc.integer({ min: 0, max: 0xffff_ffff })).map((value) => ({ type: "u32", value })),
  u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => ({ type: "u64", value })),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ type: "i64", value })),
  f64: fc.oneof(fc.constantFrom(NaN, -0, Infinity), fc.double()).map((value) => ({ type: "f64", value })),
  bool: fc.boolean().map((value) => ({ type: "bool", value })),
  bytes: fc
    .oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 127, maxLength: 129 }), fc.uint8Array({ minLength: 16_383, maxLength: 16_385 }))
    .map((value) => ({ type: "bytes", value: Uint8Array.from(value) })),
  text: text.map((value) => ({ type: "text", value })),
  handle: fc.integer({ min: 0, max: 0xffff_ffff }).map((value) => ({ type: "handle", value })),
  list: listOf(1),
};

/** Values of items; an optional one may be missing. */
export function valuesOf(items: readonly Item[]): fc.Arbitrary<(Tlv | undefined)[]> {
  return fc.tuple(
    ...items.map((item) => (item.optional ? fc.option(valueOf[item.type], { nil: undefined }) : valueOf[item.type])),
  );
}

/** Operands as an instruction holds them: `none` for one left out before another, nothing for those at the end. */
export function operandsOf(values: readonly (Tlv | undefined)[]): Tlv[] {
  const given = values.reduce((count, value, at) => (value === undefined ? count : at + 1), 0);
  return values.slice(0, given).map((value) => value ?? { type: "none" });
}
