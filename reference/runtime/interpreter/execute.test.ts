import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { i32, i64, local } from "../testing/guest-module.js";
import { instructions } from "../wasm/opcodes.js";
import {
  body,
  flatten,
  functionType,
  moduleOf,
  name,
  type Part,
  section,
  u32,
  vector,
  vectorOf,
} from "../wasm/testing/module-bytes.js";
import { ValueType } from "../wasm/types.js";
import { STACK_LIMIT } from "./guest-stack.js";
import { RegisterOp, WORD_CONSTANT_ORDER } from "./register-code.js";
import { type Bits, LinkedModules, type Outcome } from "./testing/linked-modules.js";

const { I32, I64, F64 } = ValueType;
const COMPARISONS = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u".split(" ");

/** What each number is called, beside those of WebAssembly. */
function names(): Map<number, string> {
  const all = new Map<number, string>();
  for (const [key, number] of Object.entries(RegisterOp)) all.set(number, key);
  for (const key of ["BranchCompare", "BranchCompareConstant", "BranchLongCompare"] as const) {
    COMPARISONS.forEach((comparison, at) => {
      all.set(RegisterOp[key] + at, `${key} ${comparison}`);
    });
  }
  WORD_CONSTANT_ORDER.forEach((opcode, at) => {
    all.set(RegisterOp.WordConstant + at, `WordConstant ${instructions[opcode]?.name.split(".")[1]}`);
  });
  return all;
}

describe("the numbers in the loop", () => {
  it.each(["execute.ts", "compute.ts", "far-access.ts", "rare.ts"])(
    "are those of the names beside them in %s",
    (file) => {
      const known = names();
      const source = readFileSync(new URL(file, import.meta.url), "utf8");
      const cases = [...source.matchAll(/case (0x[0-9a-f]+): \/\/ (.+)/g)];
      expect(cases.length).toBeGreaterThan(5);
      for (const [line, number, text] of cases) {
        const expected = known.get(Number(number)) ?? instructions[Number(number)]?.name;
        expect(`${line}: ${expected}`).toBe(`${line}: ${text}`);
      }
      // None of them is written without its name.
      expect(source.match(/case 0x[0-9a-f]+:/g)).toHaveLength(cases.length);
    },
  );

  it("do every instruction of wasm-core-2 that computes, one way or the other", () => {
    const sources = ["execute.ts", "compute.ts", "far-access.ts"].map((file) =>
      readFileSync(new URL(file, import.meta.url), "utf8"),
    );
    const done = new Set(
      sources.flatMap((source) => [...source.matchAll(/case (0x[0-9a-f]+):/g)].map(([, n]) => Number(n))),
    );
    const missing = [];
    for (let opcode = 0x45; opcode <= 0xc4; opcode++) if (!done.has(opcode)) missing.push(opcode.toString(16));
    expect(missing).toEqual([]);
  });
});

/** A module of functions, all exported as `f0`, `f1` and so on. */
function moduleWith(
  ...functions: readonly {
    readonly params: readonly ValueType[];
    readonly results: readonly ValueType[];
    readonly locals?: readonly (readonly [number, ValueType])[];
    readonly code: Part;
  }[]
): Uint8Array {
  return moduleOf(
    section(1, vectorOf(functions.map(({ params, results }) => functionType([...params], [...results])))),
    section(3, vectorOf(functions.map((_, at) => u32(at)))),
    section(5, vector([0, 1])),
    section(7, vectorOf(functions.map((_, at) => [name(`f${at}`), 0, u32(at)]))),
    section(10, vectorOf(functions.map(({ locals = [], code }) => body(locals, code)))),
  );
}

function invoke(bytes: Uint8Array, args: readonly Bits[]): Outcome {
  const linked = new LinkedModules();
  const instance = linked.allocate(bytes, () => undefined);
  return linked.invoke(instance.functionValue(0), args);
}

function onHost(bytes: Uint8Array, ...args: readonly (number | bigint)[]): unknown {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>));
  return (exports["f0"] as (...values: readonly (number | bigint)[]) => unknown)(...args);
}

const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const [ADD, SUB, XOR] = [0x6a, 0x6b, 0x73];

describe("frames that are longer than an instruction reaches", () => {
  /** Locals, parameters and operands, each below, at and beyond 253 and 256. */
  const sizes = [1, 200, 250, 252, 253, 254, 255, 256, 257, 300, 700];

  it.each(sizes)("%i locals keep their values apart", (count) => {
    const sum = times(count, (at) => [local(at + 1), local(0), ADD, [0x21, u32(((at + 7) % count) + 1)]]);
    const total = times(count, (at) => [local(at + 1), i32(at), XOR, ADD]);
    const bytes = moduleWith(
      {
        params: [I32],
        results: [I32],
        locals: [[count, I32]],
        code: [sum, sum, i32(0), total, local(0), [0x10, 1], ADD],
      },
      {
        params: [I32],
        results: [I32],
        locals: [[count, I32]],
        code: [local(0), [0x22, u32(count)], local(count), ADD],
      },
    );
    expect(invoke(bytes, [[3, 0]])).toEqual({ kind: "returned", values: [[onHost(bytes, 3), 0]] });
  });

  it.each(sizes)("%i parameters arrive, before as many locals", (count) => {
    const weighed = times(count, (at) => [local(at), i32(at * at + 1), 0x6c, ADD]);
    const bytes = moduleWith(
      {
        params: [I32],
        results: [I32],
        locals: [[2, F64]],
        code: [times(count, (at) => [local(0), i32(at), ADD]), [0x10, 1]],
      },
      {
        params: times(count, () => I32),
        results: [I32],
        locals: [[count, I32]],
        code: [i32(0), weighed, local(2 * count - 1), SUB],
      },
    );
    expect(invoke(bytes, [[5, 0]])).toEqual({ kind: "returned", values: [[onHost(bytes, 5), 0]] });
  });

  it.each(sizes)("%i operands wait under a call, among them constants, locals and 64-bit numbers", (count) => {
    const push = times(count, (at) => (at % 3 === 0 ? local(0) : at % 3 === 1 ? i32(at) : [local(0), i32(at), ADD]));
    const fold = times(count - 1, () => SUB);
    const bytes = moduleWith(
      {
        params: [I32],
        results: [I64],
        locals: [[4, I64]],
        code: [i64(-5n), push, local(0), [0x10, 1], XOR, fold, 0xac, 0x7c],
      },
      { params: [I32], results: [I32], locals: [[9, I32]], code: [local(0), local(9), i32(77), ADD, XOR] },
    );
    const expected = onHost(bytes, 41) as bigint;
    const values = [[Number(BigInt.asIntN(32, expected)), Number(expected >> 32n)]];
    expect(invoke(bytes, [[41, 0]])).toEqual({ kind: "returned", values });
  });

  it.each(sizes)("%i operands are carried out of a block by a branch", (count) => {
    const push = times(count, (at) => [local(0), i32(at), ADD]);
    const fold = times(count, () => ADD);
    const bytes = moduleOf(
      section(
        1,
        vector(
          functionType([I32], [I32]),
          functionType(
            [],
            times(count, () => I32),
          ),
        ),
      ),
      section(3, vector(0)),
      section(7, vector([name("f0"), 0, 0])),
      section(10, vector(body([], i32(1), [0x02, 1], i32(9), push, local(0), [0x0d, 0], push, [0x0f], 0x0b, fold))),
    );
    for (const argument of [6]) {
      expect(invoke(bytes, [[argument, 0]])).toEqual({ kind: "returned", values: [[onHost(bytes, argument), 0]] });
    }
  });
});

describe("a translation", () => {
  /** Patterns that could make a translator write or look at more than it reads. */
  const patterns: Readonly<Record<string, (count: number) => Part>> = {
    "nested blocks": (count) => [times(count, () => [0x02, 0x40]), times(count, () => 0x0b)],
    "nested ifs": (count) => [times(count, () => [local(0), 0x04, 0x40]), times(count, () => 0x0b)],
    "branches that carry many values": (count) => [
      [0x02, 1, times(100, () => local(0)), times(count, () => [local(0), 0x0d, 0]), 0x0b],
      times(100, () => 0x1a),
    ],
    "many operands above changing locals": (count) => [
      times(count, () => local(0)),
      times(count, () => [local(1), 0x21, 0, local(0)]),
      times(2 * count, () => 0x1a),
    ],
  };

  it.each(Object.entries(patterns))("takes no more than 12 words for a byte: %s", (_, make) => {
    for (const count of [100, 1000, 10_000]) {
      const code = flatten(make(count));
      const bytes = moduleOf(
        section(
          1,
          vector(
            functionType([I32, I32], []),
            functionType(
              [],
              times(100, () => I32),
            ),
          ),
        ),
        section(3, vector(0)),
        section(10, vector(body([], code))),
      );
      const linked = new LinkedModules();
      const { translated } = linked.allocate(bytes, () => undefined);
      const before = translated.append([]);
      translated.entryOf(0);
      expect(translated.append([]) - before).toBeLessThan(12 * code.length);
    }
  });
});

describe("the stack", () => {
  // @spec guest-abi.stack, guest-abi.stack.charge
  it.each([0, 1, 5, 300])("holds calls to a charge of 65,536 and not one more, with %i locals", (locals) => {
    const down: Part = [local(0), 0x45, [0x04, I32], i32(7), 0x05, local(0), i32(1), SUB, [0x10, 0], 0x0b];
    const bytes = moduleWith({
      params: [I32],
      results: [I32],
      locals: locals === 0 ? [] : [[locals, I32]],
      code: down,
    });
    const linked = new LinkedModules();
    const instance = linked.allocate(bytes, () => undefined);
    const charge = instance.translated.chargeOf(0);
    expect(charge).toBe(8 + 1 + locals + 2);
    const deepest = Math.floor(STACK_LIMIT / charge) - 1;
    const call = (depth: number): Outcome => linked.invoke(instance.functionValue(0), [[depth, 0]]);
    expect(call(deepest)).toEqual({ kind: "returned", values: [[7, 0]] });
    expect(call(deepest + 1)).toEqual({ kind: "trapped", trap: "stack_exhausted" });
    // The trap leaves nothing behind.
    expect(call(deepest)).toEqual({ kind: "returned", values: [[7, 0]] });
  });

  // @spec guest-abi.stack
  it("refuses a function that alone needs more", () => {
    const bytes = moduleWith({
      params: [],
      results: [],
      locals: [[49_000, I64]],
      code: times(17_000, () => i32(1)).concat(times(17_000, () => [0x1a])),
    });
    expect(invoke(bytes, [])).toEqual({ kind: "trapped", trap: "stack_exhausted" });
  });
});
