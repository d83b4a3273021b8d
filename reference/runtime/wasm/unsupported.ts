import { PREFIX } from "./opcodes.js";
import type { UnsupportedReason } from "./wasm-invalid.js";

// Engines accept more and more of these extensions. Naming the one a module uses tells its author which
// compiler switch to turn off.
// @spec guest-abi.code.unsupported

const opcodes: ReadonlyMap<number, UnsupportedReason> = new Map([
  ...each([0x06, 0x07, 0x08, 0x09, 0x0a, 0x18, 0x19, 0x1f], "unsupported_exceptions"),
  ...each([0x12, 0x13], "unsupported_tail_call"),
  ...each([0x14, 0x15, 0xd4, 0xd5, 0xd6], "unsupported_function_references"),
  ...each([0xd3, 0xfb], "unsupported_gc"),
  ...each([0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5], "unsupported_stack_switching"),
  ...each([0xfd], "unsupported_simd"),
  ...each([0xfe], "unsupported_threads"),
]);

const prefixedOpcodes: ReadonlyMap<number, UnsupportedReason> = new Map(
  each([0x13, 0x14, 0x15, 0x16], "unsupported_wide_arithmetic"),
);

const types: ReadonlyMap<number, UnsupportedReason> = new Map([
  ...each([0x7b], "unsupported_simd"),
  ...each([0x63, 0x64], "unsupported_function_references"),
  ...each([0x69, 0x74], "unsupported_exceptions"),
  ...each([0x68, 0x75], "unsupported_stack_switching"),
  // Packed fields (0x77, 0x78) and abstract heap types.
  ...each([0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73, 0x77, 0x78], "unsupported_gc"),
]);

const typeForms: ReadonlyMap<number, UnsupportedReason> = new Map([
  ...each([0x4e, 0x4f, 0x50, 0x5e, 0x5f], "unsupported_gc"),
  ...each([0x5d], "unsupported_stack_switching"),
]);

function each(
  numbers: readonly number[],
  reason: UnsupportedReason,
): readonly (readonly [number, UnsupportedReason])[] {
  return numbers.map((number) => [number, reason] as const);
}

/** The extension an opcode byte belongs to, or for the prefix byte 0xfc the one its second number does. */
export function unsupportedOpcode(byte: number, second: number): UnsupportedReason | undefined {
  return byte === PREFIX ? prefixedOpcodes.get(second) : opcodes.get(byte);
}

/** The extension a value or reference type byte belongs to. */
export function unsupportedType(byte: number): UnsupportedReason | undefined {
  return types.get(byte);
}

/** The extension a byte that opens an entry of the type section belongs to. */
export function unsupportedTypeForm(byte: number): UnsupportedReason | undefined {
  return typeForms.get(byte);
}

/** The extension a set bit in the flags of a table's or memory's limits belongs to. */
export function unsupportedLimits(flags: number): UnsupportedReason | undefined {
  if (flags > 0x0f) return undefined;
  if ((flags & 0x02) !== 0) return "unsupported_threads";
  if ((flags & 0x04) !== 0) return "unsupported_memory64";
  if ((flags & 0x08) !== 0) return "unsupported_custom_page_sizes";
  return undefined;
}
