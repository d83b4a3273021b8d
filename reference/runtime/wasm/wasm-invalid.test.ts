import { describe, expect, it } from "vitest";
import { CODE_REASONS } from "../../../generated/enums/code-reason.js";
import { decodeModule } from "./decode-module.js";
import { Opcode } from "./opcodes.js";
import {
  body,
  flatten,
  functionType,
  moduleOf,
  name,
  type Part,
  preamble,
  section,
  sized,
  u32,
  vector,
} from "./testing/module-bytes.js";
import { ValueType } from "./types.js";
import { validateModule } from "./validate-module.js";
import { WasmInvalid, type WasmInvalidReason } from "./wasm-invalid.js";

const { I32, I64, ExternRef } = ValueType;
const nothing = section(1, vector(functionType([], [])));
const zero = [Opcode.I32Const, 0];

/** Whose code it is does not matter: one function of type [] -> []. Its code begins at byte 23. */
function code(...parts: readonly Part[]): Uint8Array {
  return moduleOf(nothing, section(3, vector(0)), section(10, vector(body([], ...parts))));
}

/** One module per reason, and where the reason stands in it. Extensions and limits have tests of their own. */
const malformed: Readonly<Partial<Record<WasmInvalidReason, readonly [bytes: Uint8Array, offset: number]>>> = {
  truncated: [moduleOf(section(1, vector(0x60))), 12],
  bad_magic: [Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 0, 0, 0), 0],
  bad_version: [Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0), 4],
  bad_section_id: [moduleOf(section(0, name("c")), section(14)), 12],
  section_order: [moduleOf(nothing, section(3, vector()), nothing), 17],
  section_size: [moduleOf(section(1, vector(), 0)), 11],
  body_size: [code(Opcode.End), 24],
  length_out_of_bounds: [moduleOf([1, 4, 0]), 9],
  integer_too_long: [moduleOf(section(1, 0x80, 0x80, 0x80, 0x80, 0x80, 0)), 10],
  integer_too_large: [moduleOf(section(1, 0x80, 0x80, 0x80, 0x80, 0x10)), 10],
  bad_utf8: [moduleOf(section(0, sized(0x61, 0xff))), 12],
  bad_type_form: [moduleOf(section(1, vector([0x61, 0, 0]))), 11],
  bad_value_type: [moduleOf(section(1, vector([0x60, vector(0x40), vector()]))), 13],
  bad_reference_type: [moduleOf(section(4, vector([I32, 0, 0]))), 11],
  bad_block_type: [code(Opcode.Block, 0x41, Opcode.End), 24],
  bad_limits_flags: [moduleOf(section(5, vector([0x10, 0]))), 11],
  bad_mutability: [moduleOf(section(6, vector([I32, 2, zero, Opcode.End]))), 12],
  bad_import_kind: [moduleOf(section(2, vector([name("m"), name("n"), 5, 0]))), 15],
  bad_export_kind: [moduleOf(section(7, vector([name("n"), 5, 0]))), 13],
  bad_element_kind: [moduleOf(section(9, vector([1, 1, vector()]))), 12],
  bad_segment_flags: [moduleOf(section(11, vector([3, vector()]))), 11],
  bad_alignment: [code(zero, 0x28, 0x20, 0x00, Opcode.Drop), 26],
  reserved_byte: [code(0x3f, 0x80, 0x00, Opcode.Drop), 24],
  unknown_opcode: [code(0x27), 23],
  else_without_if: [code(Opcode.Else), 23],
  end_expected: [moduleOf(nothing, section(3, vector(0)), section(10, vector(sized(vector(), 0x01)))), 24],
  too_many_locals: [
    moduleOf(
      nothing,
      section(3, vector(0)),
      section(
        10,
        vector(
          body([
            [0xffff_ffff, I32],
            [1, I32],
          ]),
        ),
      ),
    ),
    29,
  ],
  count_mismatch: [moduleOf(nothing, section(3, vector(0))), 18],
  data_count_mismatch: [moduleOf(section(12, u32(1)), section(11, vector())), 13],
  data_count_required: [code(0xfc, 9, 0), 23],
};

/** The same for validation. */
const invalid: typeof malformed = {
  type_mismatch: [code(zero), 25],
  unknown_type: [moduleOf(nothing, section(2, vector([name("m"), name("f"), 0, 1]))), 17],
  unknown_function: [code(Opcode.Call, 1), 23],
  unknown_table: [code(0xfc, 16, 0, Opcode.Drop), 23],
  unknown_memory: [code(0x3f, 0, Opcode.Drop), 23],
  unknown_global: [code(Opcode.GlobalGet, 0, Opcode.Drop), 23],
  unknown_local: [code(Opcode.LocalGet, 0, Opcode.Drop), 23],
  unknown_label: [code(Opcode.Br, 1), 23],
  unknown_element_segment: [code(0xfc, 13, 0), 23],
  unknown_data_segment: [
    moduleOf(nothing, section(3, vector(0)), section(12, u32(0)), section(10, vector(body([], 0xfc, 9, 0)))),
    26,
  ],
  undeclared_function_reference: [code(Opcode.RefFunc, 0, Opcode.Drop), 23],
  immutable_global: [
    moduleOf(
      nothing,
      section(3, vector(0)),
      section(6, vector([I32, 0, zero, Opcode.End])),
      section(10, vector(body([], zero, Opcode.GlobalSet, 0))),
    ),
    33,
  ],
  alignment_too_large: [
    moduleOf(
      nothing,
      section(3, vector(0)),
      section(5, vector([0, 1])),
      section(10, vector(body([], zero, 0x28, 3, 0, Opcode.Drop))),
    ),
    30,
  ],
  label_arity_mismatch: [
    code(Opcode.Block, I32, zero, zero, Opcode.BrTable, vector(0), 1, Opcode.End, Opcode.Drop),
    29,
  ],
  select_arity: [code(zero, zero, zero, Opcode.SelectTyped, vector(I32, I32), Opcode.Drop), 29],
  constant_required: [moduleOf(section(6, vector([I32, 0, zero, 0x67, Opcode.End]))), 15],
  limits_minimum_above_maximum: [moduleOf(section(4, vector([ExternRef, 1, 2, 1]))), 11],
  memory_too_large: [moduleOf(section(5, vector([0, u32(65_537)]))), 11],
  duplicate_export: [
    moduleOf(
      nothing,
      section(3, vector(0)),
      section(7, vector([name("a"), 0, 0], [name("a"), 0, 0])),
      section(10, vector(body([]))),
    ),
    25,
  ],
  start_function_type: [
    moduleOf(
      section(1, vector(functionType([I64], []))),
      section(3, vector(0)),
      section(8, 0),
      section(10, vector(body([]))),
    ),
    21,
  ],
};

function refusal(step: () => unknown): WasmInvalid | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    if (error instanceof WasmInvalid) return error;
    throw error;
  }
}

// @spec guest-abi.code.reason, guest-abi.code.malformed, guest-abi.code.validation
describe("reasons", () => {
  it.each(Object.entries(malformed))("%s is found by decodeModule, at its place", (reason, [bytes, offset]) => {
    expect(refusal(() => decodeModule(bytes))).toMatchObject({ name: "WasmInvalid", reason, offset });
  });

  it.each(Object.entries(invalid))("%s is found by validateModule, at its place", (reason, [bytes, offset]) => {
    const module = decodeModule(bytes);
    expect(refusal(() => validateModule(module))).toMatchObject({ name: "WasmInvalid", reason, offset });
  });

  it("each has a module above, but for extensions and limits", () => {
    const expected = CODE_REASONS.filter(
      (reason) =>
        !/^(unsupported_.*|limit_exceeded|unknown_import|import_type|missing_export|export_type|event_exports)$/.test(
          reason,
        ),
    );
    expect([...Object.keys(malformed), ...Object.keys(invalid)].sort()).toEqual([...expected].sort());
  });

  it("the smallest module of all is one, and half of it is not", () => {
    expect(validateModule(decodeModule(flatten(preamble))).profiles).toEqual([]);
    for (let length = 0; length < preamble.length; length++) {
      const offset = length;
      expect(refusal(() => decodeModule(flatten(preamble.slice(0, length))))).toMatchObject({
        reason: "truncated",
        offset,
      });
    }
  });

  it("messages say where, what is needed and what is there", () => {
    expect(refusal(() => decodeModule(code(0x27)))?.message).toBe(
      "unknown_opcode at byte 23: expected an instruction of wasm-core-2, found 0x27",
    );
  });
});
