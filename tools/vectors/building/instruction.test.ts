import { describe, expect, it } from "vitest";
import { bytes, f64, handle, i64, leb128, list, none, text, told, u32, u64, writeInstruction } from "./instruction.js";

describe("the writer of instructions", () => {
  it("writes the fields of the layout (@spec instructions.layout)", () => {
    const written = writeInstruction({
      category: 3,
      opcode: 0x0102,
      caps: 0x8001,
      extension: Uint8Array.of(1, 2),
      asynchronous: true,
      operands: [u32(1), handle(2)],
    });
    expect(written.hex).toBe(["c3", "0102", "8001", "0102", "010400000001", "080400000002"].join(""));
    expect(written.operandsAt).toBe(7);
  });

  it("writes values big-endian and lengths in LEB128 (@spec instructions.tlv, instructions.tlv.length)", () => {
    const hexOf = (operand: ReturnType<typeof u32>): string =>
      writeInstruction({ category: 0, opcode: 0, operands: [operand] }).hex.slice(10);
    expect(hexOf(u64(258n))).toBe("02080000000000000102");
    expect(hexOf(i64(-2n))).toBe("0308fffffffffffffffe");
    expect(hexOf(f64("7ff8000000000000"))).toBe("04087ff8000000000000");
    expect(hexOf(none())).toBe("0000");
    expect(hexOf(text("é"))).toBe("0702c3a9");
    expect(hexOf(bytes(new Uint8Array(200))).slice(0, 6)).toBe("06c801");
    expect(hexOf(list(text("a"), list()))).toBe("09050701610900");
    expect([0, 127, 128, 16_383, 16_384, 2 ** 32 - 1].map((n) => Buffer.from(leb128(n)).toString("hex"))).toEqual([
      "00",
      "7f",
      "8001",
      "ff7f",
      "808001",
      "ffffffff0f",
    ]);
  });

  it("knows where every field of an operand lies, also inside lists and of wrong ones", () => {
    const inner = told(0x7f, "8000", "aabb");
    const outer = list(u32(1), inner);
    const written = writeInstruction({ category: 0, opcode: 0, operands: [text("abc"), outer] });
    expect(written.placeOf(outer)).toEqual({ type: 10, length: 11, value: 12, end: 23 });
    expect(written.placeOf(inner)).toEqual({ type: 18, length: 19, value: 21, end: 23 });
    expect(() => written.placeOf(u32(1))).toThrow(RangeError);
  });
});
