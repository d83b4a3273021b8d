import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeModule } from "./decode-module.js";
import { type Instruction, instructions, Opcode } from "./opcodes.js";
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
} from "./testing/module-bytes.js";
import { ValueType } from "./types.js";
import { type ValidatedModule, validateModule } from "./validate-module.js";
import { WasmInvalid } from "./wasm-invalid.js";

const { I32, I64, F32, F64, FuncRef, ExternRef } = ValueType;

function outcome(bytes: Uint8Array): ValidatedModule | WasmInvalid {
  try {
    return validateModule(decodeModule(bytes));
  } catch (error) {
    if (error instanceof WasmInvalid) return error;
    throw error;
  }
}

function heightOf(bytes: Uint8Array): number | string {
  const result = outcome(bytes);
  return result instanceof WasmInvalid ? result.message : (result.profiles[0]?.operandHeight ?? -1);
}

/** Whether the host's engine accepts a module. */
function hostAccepts(bytes: Uint8Array): boolean {
  return WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>);
}

// --- A module with a little of everything, around one body -----------------------------------------------------

const types: readonly (readonly [params: readonly number[], results: readonly number[]])[] = [
  [[], []],
  [[I32], [I32]],
  [[I64, F32], [F64]],
  [[], [I32, I64]],
  [
    [I32, I32],
    [I32, I32],
  ],
  [[ExternRef], [FuncRef]],
  [[I32], []],
  [[], [I32]],
];

/** The module whose last function has this type, these locals and this code. */
function around(typeIndex: number, code: Part): Uint8Array {
  const constant = (opcode: number, value: Part): Part => [opcode, value, Opcode.End];
  return moduleOf(
    section(1, vector(...types.map(([params, results]) => functionType(params, results)))),
    section(2, vector([name("m"), name("f"), 0x00, u32(1)], [name("m"), name("g"), 0x03, I32, 0])),
    section(3, vector(u32(0), u32(5), u32(typeIndex))),
    section(4, vector([FuncRef, 0, 1], [ExternRef, 0, 1], [FuncRef, 1, 2, 3])),
    section(5, vector([0, 1])),
    section(
      6,
      vector(
        [I32, 1, constant(Opcode.I32Const, 0)],
        [I64, 0, constant(Opcode.I64Const, 0)],
        [F64, 1, constant(Opcode.F64Const, new Uint8Array(8))],
        [ExternRef, 1, constant(Opcode.RefNull, ExternRef)],
        [FuncRef, 1, constant(Opcode.RefFunc, 2)],
      ),
    ),
    section(9, vector([1, 0, vector(0)], [5, ExternRef, vector(constant(Opcode.RefNull, ExternRef))])),
    section(12, u32(1)),
    section(
      10,
      vector(
        body([]),
        body([], Opcode.RefNull, FuncRef),
        body(
          [
            [2, I32],
            [1, I64],
            [1, F32],
            [1, F64],
            [1, FuncRef],
            [1, ExternRef],
          ],
          code,
        ),
      ),
    ),
    section(11, vector([1, vector(1, 2)])),
  );
}

/** Small numbers: most of them name something, a few do not. */
const index = fc
  .oneof({ weight: 5, arbitrary: fc.nat(2) }, { weight: 2, arbitrary: fc.nat(9) })
  .map((value): Part => u32(value));
const valueType = fc.constantFrom<Part>(I32, I64, F32, F64, FuncRef, ExternRef);
const blockType = fc.oneof(
  fc.constant<Part>(0x40),
  valueType,
  fc.nat(types.length).map((value): Part => u32(value)),
);

/** Immediates of the kind given, within the binary format. */
function immediates(kind: Instruction["immediate"]): fc.Arbitrary<Part> {
  switch (kind) {
    case "none":
      return fc.constant([]);
    case "i32":
    case "i64":
      return fc.nat(63);
    case "f32":
      return fc.constant(new Uint8Array(4));
    case "f64":
      return fc.constant(new Uint8Array(8));
    case "memory_access":
      return fc.tuple(fc.constantFrom(0, 0, 0, 1, 2, 3, 4, 31), index);
    case "memory":
      return fc.constant(0);
    case "memory_memory":
      return fc.constant([0, 0]);
    case "data_memory":
      return index.map((data) => [data, 0]);
    case "type_table":
      return fc.tuple(fc.nat(types.length).map(u32), index);
    case "element_table":
    case "table_table":
      return fc.tuple(index, index);
    case "label_table":
      return fc.array(index, { minLength: 1, maxLength: 3 }).map((labels) => [u32(labels.length - 1), labels]);
    case "value_types":
      return fc.oneof(
        { weight: 5, arbitrary: valueType.map((type): Part => [1, type]) },
        { weight: 1, arbitrary: fc.constantFrom<Part>([0], [2, I32, I32]) },
      );
    case "reference_type":
      return fc.constantFrom(FuncRef, ExternRef);
    case "block_type":
      return blockType;
    default:
      return index;
  }
}

const structural: ReadonlySet<number> = new Set([Opcode.Block, Opcode.Loop, Opcode.If, Opcode.Else, Opcode.End]);

function encodeOpcode(opcode: number): Part {
  return opcode < 0x100 ? opcode : [0xfc, u32(opcode - 0x100)];
}

function plain(choices: readonly Instruction[]): fc.Arbitrary<Part> {
  return fc.oneof(
    ...choices.map(({ opcode, immediate }) => immediates(immediate).map((part): Part => [encodeOpcode(opcode), part])),
  );
}

const known = instructions.flatMap((instruction) => (instruction === undefined ? [] : [instruction]));
const anyInstruction = plain(known.filter(({ opcode }) => !structural.has(opcode)));
/** Those whose rules need more than a signature, which is where validators differ. */
const ruledInstruction = plain(
  known.filter(({ opcode, signature }) => signature === undefined && !structural.has(opcode)),
);
/** Operands on their own, so that something is there to take. */
const operand = fc.oneof(
  fc.constantFrom<Part>(
    [Opcode.I32Const, 0],
    [Opcode.I64Const, 0],
    [Opcode.RefNull, FuncRef],
    [Opcode.RefNull, ExternRef],
  ),
  fc.nat(7).map((local): Part => [Opcode.LocalGet, local]),
);
/** What makes the rest unreachable, and with it nearly everything well typed. */
const divergence = fc.constantFrom<Part>(Opcode.Unreachable, Opcode.Return, [Opcode.Br, 0], []);

const { code } = fc.letrec<{ code: Part; block: Part }>((tie) => ({
  code: fc.tuple(
    divergence,
    fc.array(
      fc.oneof(
        { weight: 5, arbitrary: operand },
        { weight: 3, arbitrary: ruledInstruction },
        { weight: 2, arbitrary: anyInstruction },
        { weight: 2, arbitrary: tie("block") },
      ),
      { maxLength: 5, depthIdentifier: "code" },
    ),
    divergence,
  ),
  block: fc.oneof(
    { depthIdentifier: "code", maxDepth: 4 },
    operand,
    fc.tuple(fc.constantFrom(Opcode.Block, Opcode.Loop, Opcode.If), blockType, tie("code"), fc.constant(Opcode.End)),
    fc.tuple(
      fc.constant(Opcode.If),
      blockType,
      tie("code"),
      fc.constant(Opcode.Else),
      tie("code"),
      fc.constant(Opcode.End),
    ),
  ),
}));

describe("function bodies", () => {
  it("get the verdict of the host's engine, whatever well-formed instructions they hold", () => {
    const counts = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(fc.nat(types.length - 1), code, (typeIndex, part) => {
        const bytes = around(typeIndex, part);
        const result = outcome(bytes);
        const refused = result instanceof WasmInvalid;
        counts[refused ? "refused" : "accepted"]++;
        expect(refused ? result.message : "accepted").toSatisfy(() => hostAccepts(bytes) !== refused);
      }),
      { numRuns: 15_000, seed: 20_221_109 },
    );
    process.stdout.write(`function bodies, same verdict as the host's engine: ${JSON.stringify(counts)}\n`);
    // Neither side of the property may be empty.
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(1_000);
  });

  it("every instruction with a fixed signature has the one the host's engine knows", () => {
    const checked = known.flatMap(({ opcode, name: text, signature, immediate, naturalAlignment }) => {
      if (signature === undefined) return [];
      const { params, result } = signature;
      const results = result === undefined ? [] : [result];
      const atAlignment = (alignment: number): Uint8Array => {
        const [sample] = fc.sample(immediates(immediate), { numRuns: 1, seed: 1 });
        const zero =
          immediate.startsWith("data") || immediate === "element"
            ? flatten([0, immediate === "data_memory" ? [0] : []])
            : sample;
        const part = immediate === "memory_access" ? [alignment, 0] : zero;
        return moduleOf(
          section(1, vector(functionType(params, results))),
          section(3, vector(0)),
          section(5, vector([0, 1])),
          section(9, vector([1, 0, vector()])),
          section(12, u32(1)),
          section(
            10,
            vector(
              body(
                [],
                params.map((_, local) => [Opcode.LocalGet, local]),
                encodeOpcode(opcode),
                part ?? [],
              ),
            ),
          ),
          section(11, vector([1, vector()])),
        );
      };
      expect(outcome(atAlignment(naturalAlignment)), text).not.toBeInstanceOf(WasmInvalid);
      expect(hostAccepts(atAlignment(naturalAlignment)), text).toBe(true);
      if (immediate === "memory_access") {
        expect(outcome(atAlignment(naturalAlignment + 1)), text).toMatchObject({ reason: "alignment_too_large" });
        expect(hostAccepts(atAlignment(naturalAlignment + 1)), text).toBe(false);
      }
      return [text];
    });
    expect(new Set(checked).size).toBe(checked.length);
    expect(checked.length).toBe(known.length - 30);
  });

  it("nest as deep as the bytes allow, in blocks, loops and ifs", () => {
    const depth = 100_000;
    for (const [open, close] of [
      [[Opcode.Block, 0x40], [Opcode.End]],
      [[Opcode.Loop, 0x40], [Opcode.End]],
      [
        [Opcode.I32Const, 0, Opcode.If, 0x40],
        [Opcode.Else, Opcode.End],
      ],
    ] as const) {
      const nested = [new Array<Part>(depth).fill(open), new Array<Part>(depth).fill(close)];
      const bytes = oneFunction(functionType([], []), [], nested);
      expect(outcome(bytes)).not.toBeInstanceOf(WasmInvalid);
      // One end too few, and one too many.
      const unclosed = oneFunction(functionType([], []), [], nested[0] ?? [], new Array<Part>(depth - 1).fill(close));
      expect(outcome(unclosed)).toMatchObject({ reason: "end_expected", offset: unclosed.length });
      expect(outcome(oneFunction(functionType([], []), [], nested, Opcode.End))).toMatchObject({ reason: "body_size" });
    }
  });
});

describe("errors", () => {
  const typed = (params: readonly number[], results: readonly number[], ...parts: readonly Part[]): unknown =>
    outcome(oneFunction(functionType(params, results), [], ...parts));

  it("name the instruction, what it needs and what is there", () => {
    const refused = typed([], [I32], [Opcode.I64Const, 0], 0x67) as WasmInvalid;
    expect(refused).toMatchObject({ reason: "type_mismatch", expected: "i32" });
    expect(refused.message).toBe(`type_mismatch at byte ${refused.offset}: expected i32, found i64`);
    expect(oneFunction(functionType([], [I32]), [], [Opcode.I64Const, 0], 0x67)[refused.offset]).toBe(0x67);
  });

  it("of blocks are those of the end that closes them", () => {
    expect(typed([], [I32])).toMatchObject({ reason: "type_mismatch", expected: "i32" });
    expect(typed([], [], [Opcode.I32Const, 0])).toMatchObject({ reason: "type_mismatch" });
    expect(typed([], [], Opcode.Else)).toMatchObject({ reason: "else_without_if" });
    expect(typed([], [], [Opcode.Block, 0x40, Opcode.Else, Opcode.End])).toMatchObject({ reason: "else_without_if" });
    const twice = [Opcode.I32Const, 0, Opcode.If, 0x40, Opcode.Else, Opcode.Else, Opcode.End];
    expect(typed([], [], twice)).toMatchObject({ reason: "else_without_if" });
    const noElse = [Opcode.I32Const, 0, Opcode.If, I32, Opcode.I32Const, 0, Opcode.End];
    expect(typed([], [I32], noElse)).toMatchObject({ reason: "type_mismatch" });
  });

  it("of select tell the number of types from their kind", () => {
    const three = [Opcode.I32Const, 0, Opcode.I32Const, 0, Opcode.I32Const, 0];
    expect(typed([], [], three, Opcode.SelectTyped, vector())).toMatchObject({ reason: "select_arity" });
    expect(typed([], [], three, Opcode.SelectTyped, vector(I32, I32))).toMatchObject({ reason: "select_arity" });
    expect(
      typed([ExternRef], [], [Opcode.LocalGet, 0], [Opcode.LocalGet, 0], [Opcode.I32Const, 0], Opcode.Select),
    ).toMatchObject({
      reason: "type_mismatch",
      expected: "a number",
    });
  });
});

// @spec guest-abi.code.operand-height, guest-abi.stack.charge
describe("operand height", () => {
  const i32 = [Opcode.I32Const, 0];

  it.each<readonly [what: string, height: number, results: readonly number[], parts: readonly Part[]]>([
    ["no instruction", 0, [], []],
    ["a constant", 1, [I32], [i32]],
    ["two operands of an addition", 2, [I32], [i32, i32, Opcode.I32Add]],
    [
      "operands inside a block count on top of those outside",
      3,
      [I32],
      [i32, [Opcode.Block, 0x40, i32, i32, 0x1a, 0x1a, Opcode.End]],
    ],
    [
      "what a branch leaves behind is gone after its block",
      4,
      [I32],
      [[Opcode.Block, 0x40, i32, i32, i32, i32, Opcode.Br, 0, Opcode.End], i32],
    ],
    ["operands in unreachable code count as the algorithm has them", 2, [], [Opcode.Unreachable, i32, i32, 0x1a, 0x1a]],
    ["operands taken from unreachable code do not", 1, [], [Opcode.Unreachable, Opcode.I32Add, 0x1a]],
    ["br_if brings its label's types into being in unreachable code", 1, [I32], [Opcode.Unreachable, Opcode.BrIf, 0]],
  ])("%s: %i", (_what, height, results, parts) => {
    expect(heightOf(oneFunction(functionType([], results), [], ...parts))).toBe(height);
  });

  it("counts results of calls and parameters of blocks", () => {
    const bytes = moduleOf(
      section(1, vector(functionType([], [I32, I64, F32]), functionType([], []), functionType([I32, I64, F32], []))),
      section(3, vector(1, 0)),
      section(
        10,
        vector(
          body([[3, I32]], [Opcode.Call, 1], [Opcode.Block, 2, 0x1a, 0x1a, 0x1a, Opcode.End]),
          body([], Opcode.Unreachable),
        ),
      ),
    );
    expect(outcome(bytes)).toMatchObject({
      importedFunctions: 0,
      profiles: [
        { operandHeight: 3, stackCharge: 8 + 0 + 3 + 3 },
        { operandHeight: 3, stackCharge: 8 + 0 + 0 + 3 },
      ],
    });
  });

  it("is the largest height a straight run of instructions reaches", () => {
    /** Each step: how many operands it needs, what it leaves more, and its bytes. */
    const steps: readonly (readonly [needs: number, change: number, code: Part])[] = [
      [0, 1, i32],
      [0, 1, i32],
      [1, -1, 0x1a],
      [2, -1, Opcode.I32Add],
      [1, 0, 0x67],
      [1, 1, [Opcode.LocalTee, 0, Opcode.LocalGet, 0]],
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...steps), { maxLength: 200 }), (wanted) => {
        let height = 0;
        let largest = 0;
        const parts: Part[] = [];
        for (const [needs, change, part] of wanted) {
          if (height < needs) continue;
          parts.push(part);
          height += change;
          largest = Math.max(largest, height);
        }
        while (height-- > 0) parts.push(0x1a);
        expect(heightOf(oneFunction(functionType([], []), [[1, I32]], ...parts))).toBe(largest);
      }),
      { numRuns: 500 },
    );
  });
});
