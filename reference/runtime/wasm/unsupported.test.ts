import { describe, expect, it } from "vitest";
import { CODE_REASONS } from "../../../generated/enums/code-reason.js";
import { decodeModule } from "./decode-module.js";
import { instructions } from "./opcodes.js";
import {
  body,
  flatten,
  functionType,
  moduleOf,
  name,
  oneFunction,
  type Part,
  section,
  vector,
} from "./testing/module-bytes.js";
import { unsupportedOpcode } from "./unsupported.js";
import { validateModule } from "./validate-module.js";
import { type UnsupportedReason, WasmInvalid } from "./wasm-invalid.js";

const I32 = 0x7f;
const V128 = 0x7b;
const FUNCREF = 0x70;

function verdict(bytes: Uint8Array): WasmInvalid | undefined {
  try {
    validateModule(decodeModule(bytes));
    return undefined;
  } catch (error) {
    if (error instanceof WasmInvalid) return error;
    throw error;
  }
}

/** A function of type [] -> [] with the code given, in a module with a table and a memory. */
function code(...parts: readonly Part[]): Uint8Array {
  return moduleOf(
    section(1, vector(functionType([], []))),
    section(3, vector(0)),
    section(4, vector([FUNCREF, 0, 1])),
    section(5, vector([0, 1])),
    section(10, vector(body([], ...parts))),
  );
}

const modules: readonly (readonly [feature: UnsupportedReason, what: string, bytes: Uint8Array, found: Part])[] = [
  ["unsupported_simd", "v128.const", code(0xfd, 0x0c, new Uint8Array(16), 0x1a), [0xfd, 0x0c]],
  ["unsupported_simd", "a v128 parameter", oneFunction(functionType([V128], []), []), [V128]],
  ["unsupported_simd", "a v128 local", oneFunction(functionType([], []), [[1, V128]]), [V128]],
  ["unsupported_simd", "a v128 block", code(0x02, V128, 0x00, 0x0b, 0x1a), [V128, 0x00, 0x0b]],
  ["unsupported_simd", "a relaxed instruction", code(0x00, 0xfd, 0x80, 0x02, 0x1a), [0xfd, 0x80, 0x02]],
  ["unsupported_threads", "i32.atomic.load", code(0x41, 0, 0xfe, 0x10, 2, 0, 0x1a), [0xfe, 0x10]],
  ["unsupported_threads", "a shared memory", moduleOf(section(5, vector([3, 1, 2]))), [3, 1, 2]],
  ["unsupported_tail_call", "return_call", code(0x12, 0x00), [0x12, 0x00]],
  ["unsupported_tail_call", "return_call_indirect", code(0x41, 0, 0x13, 0x00, 0x00), [0x13, 0x00]],
  ["unsupported_exceptions", "throw", code(0x08, 0x00), [0x08, 0x00]],
  ["unsupported_exceptions", "try", code(0x06, 0x40, 0x07, 0x00, 0x0b), [0x06, 0x40]],
  ["unsupported_exceptions", "try_table", code(0x1f, 0x40, 0x00, 0x0b), [0x1f, 0x40]],
  [
    "unsupported_exceptions",
    "a tag section",
    moduleOf(section(1, vector(functionType([], []))), section(13, vector([0, 0]))),
    [13],
  ],
  [
    "unsupported_exceptions",
    "an imported tag",
    moduleOf(section(1, vector(functionType([], []))), section(2, vector([name("a"), name("b"), 4, 0, 0]))),
    [4, 0, 0],
  ],
  ["unsupported_gc", "a struct type", moduleOf(section(1, vector([0x5f, vector([I32, 0])]))), [0x5f]],
  ["unsupported_gc", "a recursion group", moduleOf(section(1, vector([0x4e, vector(functionType([], []))]))), [0x4e]],
  ["unsupported_gc", "ref.i31", code(0x41, 0, 0xfb, 0x1c, 0x1a), [0xfb, 0x1c]],
  ["unsupported_gc", "an anyref parameter", oneFunction(functionType([0x6e], []), []), [0x6e]],
  ["unsupported_function_references", "call_ref", code(0x00, 0x14, 0x00), [0x14, 0x00]],
  ["unsupported_function_references", "a typed reference", oneFunction(functionType([[0x63, 0x00]], []), []), [0x63]],
  ["unsupported_function_references", "ref.null of a type", code(0xd0, 0x00, 0x1a), [0x00, 0x1a]],
  [
    "unsupported_function_references",
    "a table with an initial value",
    moduleOf(section(4, vector([0x40, 0, FUNCREF, 0, 0, 0xd0, FUNCREF, 0x0b]))),
    [0x40],
  ],
  ["unsupported_memory64", "a 64-bit memory", moduleOf(section(5, vector([4, 1]))), [4, 1]],
  ["unsupported_custom_page_sizes", "a memory of single bytes", moduleOf(section(5, vector([8, 1, 0]))), [8, 1, 0]],
  ["unsupported_multi_memory", "a second memory", moduleOf(section(5, vector([0, 1], [0, 2]))), [0, 2]],
  ["unsupported_multi_memory", "memory.size of another memory", code(0x3f, 0x01, 0x1a), [0x01, 0x1a]],
  ["unsupported_multi_memory", "a load from another memory", code(0x41, 0, 0x28, 0x42, 0x01, 0x00, 0x1a), [0x42, 0x01]],
  [
    "unsupported_extended_const",
    "an addition",
    moduleOf(section(6, vector([I32, 0, 0x41, 1, 0x41, 2, 0x6a, 0x0b]))),
    [0x6a, 0x0b],
  ],
  ["unsupported_wide_arithmetic", "i64.add128", code(0x00, 0xfc, 0x13), [0xfc, 0x13]],
  ["unsupported_stack_switching", "suspend", code(0xe2, 0x00), [0xe2, 0x00]],
  ["unsupported_component_model", "a component", Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0), [0x0d, 0, 1, 0]],
];

/** Every offset at which `part` occurs. */
function offsetsOf(bytes: Uint8Array, part: Uint8Array): number[] {
  const offsets: number[] = [];
  for (let start = 0; start + part.length <= bytes.length; start++) {
    if (part.every((byte, position) => bytes[start + position] === byte)) offsets.push(start);
  }
  return offsets;
}

// @spec guest-abi.code.unsupported
describe("extensions outside wasm-core-2", () => {
  it.each(modules)("%s: %s is refused where it stands", (feature, _what, bytes, found) => {
    const refusal = verdict(bytes);
    expect(refusal?.reason).toBe(feature);
    expect(offsetsOf(bytes, flatten(found))).toContain(refusal?.offset);
  });

  it("each one has a module here", () => {
    const named = CODE_REASONS.filter((reason) => reason.startsWith("unsupported_"));
    expect([...new Set(modules.map(([feature]) => feature))].sort()).toEqual([...named].sort());
  });

  it("the modules are right but for the extension: without it they validate", () => {
    expect(verdict(code())).toBeUndefined();
    expect(verdict(code(0x41, 0, 0x28, 2, 0x00, 0x1a))).toBeUndefined();
    expect(verdict(code(0xd0, FUNCREF, 0x1a))).toBeUndefined();
    expect(verdict(moduleOf(section(5, vector([0, 1]))))).toBeUndefined();
  });

  it("no opcode is both an instruction of wasm-core-2 and one of an extension", () => {
    for (let byte = 0; byte < 256; byte++) {
      if (instructions[byte] !== undefined) expect(unsupportedOpcode(byte, 0), `opcode ${byte}`).toBeUndefined();
    }
    for (let second = 0; second < 32; second++) {
      if (instructions[0x100 + second] !== undefined) expect(unsupportedOpcode(0xfc, second)).toBeUndefined();
    }
  });

  it("every other opcode is refused as unknown or by the name of its extension", () => {
    const accepted: number[] = [];
    for (let opcode = 0; opcode < 256; opcode++) {
      if (opcode === 0xfc) continue;
      // Any well-formed immediates do: what matters is whether the opcode itself is known.
      const immediates = instructions[opcode]?.immediate === "reference_type" ? FUNCREF : new Uint8Array(8);
      const reason = verdict(oneFunction(functionType([], []), [], opcode, immediates))?.reason;
      if (reason !== "unknown_opcode" && reason?.startsWith("unsupported_") !== true) accepted.push(opcode);
    }
    expect(accepted).toEqual(
      instructions.flatMap((instruction, opcode) => (instruction !== undefined && opcode < 256 ? [opcode] : [])),
    );
  });
});
