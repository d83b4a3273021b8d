import { describe, expect, it } from "vitest";
import { decodeModule } from "./decode-module.js";
import { implementationLimits as limits } from "./implementation-limits.js";
import { Opcode } from "./opcodes.js";
import {
  body,
  flatten,
  functionType,
  moduleOf,
  name,
  oneFunction,
  type Part,
  section,
  u32,
  vector,
  vectorOf,
} from "./testing/module-bytes.js";
import { ValueType } from "./types.js";
import { validateModule } from "./validate-module.js";
import { WasmInvalid } from "./wasm-invalid.js";

const { I32, FuncRef } = ValueType;

function refusal(bytes: Uint8Array): WasmInvalid | undefined {
  try {
    validateModule(decodeModule(bytes));
    return undefined;
  } catch (error) {
    if (error instanceof WasmInvalid) return error;
    throw error;
  }
}

/** The bytes of a part again and again: flattened once, as there are a million of some. */
function times(count: number, part: Part): Uint8Array {
  const once = flatten(part);
  const bytes = new Uint8Array(once.length * count);
  for (let at = 0; at < bytes.length; at += once.length) bytes.set(once, at);
  return bytes;
}

/** A vector that has the same item again and again. */
function vectorOfTimes(count: number, part: Part): Part {
  return [u32(count), times(count, part)];
}

const numbers = (count: number): readonly number[] => new Array<number>(count).fill(I32);

const nothing = functionType([], []);
const zero = [Opcode.I32Const, 0, Opcode.End];

/** A module that has `size` of what the limit counts, and is valid otherwise. */
const modules: Readonly<Record<Exclude<keyof typeof limits, "moduleBytes">, (size: number) => Uint8Array>> = {
  types: (size) => moduleOf(section(1, vectorOfTimes(size, nothing))),
  parameters: (size) => moduleOf(section(1, vector(functionType(numbers(size), [])))),
  results: (size) => moduleOf(section(1, vector(functionType([], numbers(size))))),
  functions: (size) =>
    moduleOf(
      section(1, vector(nothing)),
      section(3, vectorOfTimes(size, 0)),
      section(10, vectorOfTimes(size, body([]))),
    ),
  imports: (size) =>
    moduleOf(section(1, vector(nothing)), section(2, vectorOfTimes(size, [name("m"), name("f"), 0, 0]))),
  exports: (size) => {
    const exports = Array.from({ length: size }, (_, position): Part => [name(`${position}`), 3, 0]);
    return moduleOf(section(6, vector([I32, 0, zero])), section(7, vectorOf(exports)));
  },
  globals: (size) => moduleOf(section(6, vectorOfTimes(size, [I32, 0, zero]))),
  tables: (size) => moduleOf(section(4, vectorOfTimes(size, [FuncRef, 0, 0]))),
  tableInitialElements: (size) => moduleOf(section(4, vector([FuncRef, 0, u32(size)]))),
  elementSegments: (size) => moduleOf(section(9, vectorOfTimes(size, [1, 0, 0]))),
  elementSegmentItems: (size) =>
    moduleOf(
      section(1, vector(nothing)),
      section(3, vector(0)),
      section(9, vector([1, 0, u32(size), new Uint8Array(size)])),
      section(10, vector(body([]))),
    ),
  dataSegments: (size) => moduleOf(section(11, vectorOfTimes(size, [1, 0]))),
  customSections: (size) => moduleOf(times(size, section(0, name("c")))),
  functionBodyBytes: (size) => oneFunction(nothing, [], new Uint8Array(size - 2).fill(0x01)),
  locals: (size) => oneFunction(functionType([I32, I32], []), [[size - 2, I32]]),
  branchTableTargets: (size) =>
    oneFunction(nothing, [], [Opcode.I32Const, 0, Opcode.BrTable, u32(size), new Uint8Array(size + 1)]),
  operandHeight: (size) => oneFunction(nothing, [], times(size, [Opcode.I32Const, 0]), times(size, Opcode.Drop)),
};

// @spec guest-abi.code.limits
describe("implementation limits", () => {
  it.each(Object.entries(modules))(
    "%s: what reaches the limit is accepted, here and by the host's engine",
    (key, build) => {
      const bytes = build(limits[key as keyof typeof modules]);
      expect(refusal(bytes)).toBeUndefined();
      expect(WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)).toBe(true);
    },
  );

  it.each(Object.entries(modules))("%s: one more is refused", (key, build) => {
    expect(refusal(build(limits[key as keyof typeof modules] + 1))).toMatchObject({ reason: "limit_exceeded" });
  });

  it("a module may have a gibibyte and not a byte more", () => {
    // All but the head is one custom section.
    const head = (size: number): Uint8Array => moduleOf([0, u32(size - 14), 0]);
    const largest = new Uint8Array(limits.moduleBytes);
    largest.set(head(limits.moduleBytes));
    expect(refusal(largest)).toBeUndefined();
    const larger = new Uint8Array(limits.moduleBytes + 1);
    larger.set(head(limits.moduleBytes + 1));
    expect(refusal(larger)).toMatchObject({ reason: "limit_exceeded", offset: 0 });
  });

  it("declared numbers beyond any memory are refused like those just above the limit", () => {
    expect(refusal(oneFunction(nothing, [[0xffff_ffff, I32]]))).toMatchObject({ reason: "limit_exceeded" });
    expect(
      refusal(
        oneFunction(nothing, [
          [0xffff_ffff, I32],
          [1, I32],
        ]),
      ),
    ).toMatchObject({ reason: "too_many_locals" });
    expect(refusal(modules.tableInitialElements(0xffff_ffff))).toMatchObject({ reason: "limit_exceeded" });
    for (const id of [1, 2, 3, 4, 5, 6, 7, 9, 10, 11]) {
      expect(refusal(moduleOf(section(id, u32(0xffff_ffff))))).toMatchObject({
        reason: "length_out_of_bounds",
        offset: 10,
      });
    }
  });

  it("a few bytes that push operands by the thousand are stopped by the height, not by memory", () => {
    const bytes = moduleOf(
      section(1, vector(functionType([], numbers(1_000)), nothing)),
      section(3, vector(0, 1)),
      section(
        10,
        vector(body([], Opcode.Unreachable), body([], times(1_000_000, [Opcode.Call, 0]), Opcode.Unreachable)),
      ),
    );
    expect(refusal(bytes)).toMatchObject({ reason: "limit_exceeded" });
  });
});
