/**
 * Every reason for which a module is refused, grouped by who finds it.
 * The list is closed: a conformance vector names one of these words.
 *
 * @spec guest-abi.code.reason
 */
export const wasmInvalidReasons = [
  // The bytes are not a module in the binary format: found by decodeModule.
  "truncated",
  "bad_magic",
  "bad_version",
  "bad_section_id",
  "section_order",
  "section_size",
  "body_size",
  "length_out_of_bounds",
  "integer_too_long",
  "integer_too_large",
  "bad_utf8",
  "bad_type_form",
  "bad_value_type",
  "bad_reference_type",
  "bad_block_type",
  "bad_limits_flags",
  "bad_mutability",
  "bad_import_kind",
  "bad_export_kind",
  "bad_element_kind",
  "bad_segment_flags",
  "bad_alignment",
  "reserved_byte",
  "unknown_opcode",
  "else_without_if",
  "end_expected",
  "too_many_locals",
  "count_mismatch",
  "data_count_mismatch",
  "data_count_required",
  // The module decodes but breaks a validation rule: found by validateModule.
  "type_mismatch",
  "unknown_type",
  "unknown_function",
  "unknown_table",
  "unknown_memory",
  "unknown_global",
  "unknown_local",
  "unknown_label",
  "unknown_element_segment",
  "unknown_data_segment",
  "undeclared_function_reference",
  "immutable_global",
  "alignment_too_large",
  "label_arity_mismatch",
  "select_arity",
  "constant_required",
  "limits_minimum_above_maximum",
  "memory_too_large",
  "duplicate_export",
  "start_function_type",
  // Legal in WebAssembly, above what every engine is known to take: found by either.
  "limit_exceeded",
  // Part of a WebAssembly extension outside wasm-core-2: found by either.
  "unsupported_component_model",
  "unsupported_custom_page_sizes",
  "unsupported_exceptions",
  "unsupported_extended_const",
  "unsupported_function_references",
  "unsupported_gc",
  "unsupported_memory64",
  "unsupported_multi_memory",
  "unsupported_simd",
  "unsupported_stack_switching",
  "unsupported_tail_call",
  "unsupported_threads",
  "unsupported_wide_arithmetic",
] as const;

/** One word of {@link wasmInvalidReasons}. */
export type WasmInvalidReason = (typeof wasmInvalidReasons)[number];

/** The subset of reasons that name a WebAssembly extension which wasm-core-2 leaves out. */
export type UnsupportedReason = Extract<WasmInvalidReason, `unsupported_${string}`>;

/**
 * A module was refused. The only error that decoding and validating may throw on any input.
 * The Runtime_Implementation reports it as `RT_CODE_INVALID` with `reason` and `offset` as context.
 *
 * @spec guest-abi.code.reason
 */
export class WasmInvalid extends Error {
  override readonly name = "WasmInvalid";
  /** Which rule was broken. */
  readonly reason: WasmInvalidReason;
  /** First byte of the offending item, counted from the first byte of the module; at most its length. */
  readonly offset: number;
  /** What a valid module has at `offset`, for people. */
  readonly expected: string;

  /** `found` only completes the message: it describes what stands there instead. */
  constructor(reason: WasmInvalidReason, offset: number, expected: string, found?: string) {
    super(`${reason} at byte ${offset}: expected ${expected}${found === undefined ? "" : `, found ${found}`}`);
    this.reason = reason;
    this.offset = offset;
    this.expected = expected;
  }
}

/** A byte as messages show it: `0x0b`. */
export function hexByte(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
