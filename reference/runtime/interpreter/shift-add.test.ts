import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeModule } from "../wasm/decode-module.js";
import { body, functionType, moduleOf, name, type Part, section, u32, vectorOf } from "../wasm/testing/module-bytes.js";
import { ValueType } from "../wasm/types.js";
import { LinkedModules } from "./testing/linked-modules.js";

const { I32 } = ValueType;
const [ADD, MULTIPLY, SHIFT_LEFT] = [0x6a, 0x6c, 0x74];
const local = (index: number): Part => [0x20, index];
const constant = (value: number): Part => [0x41, value];

/** A function of two parameters and a local. */
function resultOf(code: readonly Part[], left: number, right: number): number {
  const bytes = moduleOf(
    section(1, vectorOf([functionType([I32, I32], [I32])])),
    section(3, vectorOf([u32(0)])),
    section(7, vectorOf([[name("f"), 0, u32(0)]])),
    section(10, vectorOf([body([[1, I32]], ...code)])),
  );
  const modules = new LinkedModules();
  const instance = modules.allocate(bytes, () => undefined);
  const index = decodeModule(bytes).exports[0]?.index as number;
  const outcome = modules.invoke(instance.functionValue(index), [
    [left, 0],
    [right, 0],
  ]);
  if (outcome.kind === "trapped") throw new Error(outcome.trap);
  return outcome.values[0]?.[0] as number;
}

describe("an index of an array", () => {
  it("is its place and the shifted number, wherever both come from and wherever the sum goes", () => {
    const shifted = (by: number): Part => [local(1), constant(by), SHIFT_LEFT];
    const other: Part = [local(0), constant(3), MULTIPLY];
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer({ min: 0, max: 31 }), (left, right, by) => {
        const sum = (left + (right << by)) | 0;
        expect(resultOf([local(0), shifted(by), ADD], left, right)).toBe(sum);
        expect(resultOf([shifted(by), local(0), ADD], left, right)).toBe(sum);
        expect(resultOf([other, shifted(by), ADD], left, right)).toBe((Math.imul(left, 3) + (right << by)) | 0);
        expect(resultOf([shifted(by), other, ADD], left, right)).toBe((Math.imul(left, 3) + (right << by)) | 0);
        expect(resultOf([constant(5), shifted(by), ADD], left, right)).toBe((5 + (right << by)) | 0);
        // Into a local, of which one operand is read again afterwards.
        const set: Part = [local(0), shifted(by), ADD, 0x21, 2, local(2), local(0), ADD];
        expect(resultOf([set], left, right)).toBe((sum + left) | 0);
      }),
    );
  });
});
