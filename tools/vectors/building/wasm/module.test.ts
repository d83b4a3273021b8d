import { describe, expect, it } from "vitest";
import {
  block,
  br,
  call,
  costOf,
  drop,
  end,
  f32,
  i32,
  i64,
  loop,
  memoryFill,
  nop,
  numeric,
  otherwise,
  when,
} from "./instructions.js";
import { section, writeModule } from "./module.js";
import { join, place, signed, sized, unsigned } from "./piece.js";
import { writeProgram } from "./program.js";

const hex = (bytes: readonly number[]): string => Buffer.from(bytes).toString("hex");

describe("the writer of modules", () => {
  it("writes integers in their shortest form (@spec guest-abi.code.malformed)", () => {
    expect([0, 127, 128, 65_536, 0xffff_ffff].map((value) => hex(unsigned(value)))).toEqual([
      "00",
      "7f",
      "8001",
      "808004",
      "ffffffff0f",
    ]);
    expect([0, 63, 64, -64, -65, -1].map((value) => hex(signed(value)))).toEqual([
      "00",
      "3f",
      "c000",
      "40",
      "bf7f",
      "7f",
    ]);
    expect(hex(i64(-(2n ** 63n)).piece.bytes)).toBe("428080808080808080807f");
    expect(hex(f32(0x7fc0_0001).piece.bytes)).toBe("430100c07f");
  });

  it("knows where a place lies, however many lengths stand before it", () => {
    const inner = sized([1, 2], place("here", [3]));
    const whole = writeModule({ types: join([0xaa], sized(Array(200).fill(0), inner)) }, [section(0, [0])]);
    const at = whole.at("here");
    expect(whole.bytes[at]).toBe(3);
    expect(whole.bytes[whole.at("types")]).toBe(1);
    expect(whole.bytes[whole.at("in types")]).toBe(0xaa);
    expect(() => whole.at("nowhere")).toThrow(RangeError);
  });

  it("writes a program that an engine takes (@spec guest-abi.code.module)", () => {
    const { bytes } = writeProgram({
      imports: ["emit", "exit"],
      functions: {
        other: { params: ["i32"], results: ["i32"], locals: [[2, "i64"]], code: [i32(1)] },
        main: { code: ({ fn }) => [i32(1), call(fn("other")), drop, i32(0), i32(0), i32(5), memoryFill] },
      },
      data: { 8: [1, 2, 3] },
    });
    expect(WebAssembly.validate(Uint8Array.from(bytes))).toBe(true);
    expect(() => writeProgram({ functions: { main: { code: ({ fn }) => [call(fn("none"))] } } })).toThrow(RangeError);
  });

  it("counts what costs something (@spec guest-abi.fuel)", () => {
    const code = [block(), loop(), nop, i32(1), when(), br(0), otherwise, numeric("i32.eqz"), end, end, end];
    expect(costOf(code)).toBe(4);
    expect(() => numeric("i32.none")).toThrow(RangeError);
  });
});
