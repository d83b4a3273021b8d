import { describe, expect, it } from "vitest";
import { decodeModule } from "./decode-module.js";
import { readImportsAndExports } from "./module-interface.js";
import { body, functionType, moduleOf, name, section, vector } from "./testing/module-bytes.js";
import { ValueType } from "./types.js";
import { validateModule } from "./validate-module.js";

const { I32, I64, F64, FuncRef, ExternRef } = ValueType;

/** One import and one definition of each kind, exported in an order of its own, between two custom sections. */
const bytes = moduleOf(
  section(0, name("first"), 1, 2, 3),
  section(1, vector(functionType([I32, I64], [F64]), functionType([], []))),
  section(
    2,
    vector(
      [name("env"), name("f"), 0x00, 0],
      [name("env"), name("t"), 0x01, ExternRef, 0x01, 1, 9],
      [name("env"), name("m"), 0x02, 0x00, 2],
      [name("env"), name("g"), 0x03, I64, 0x00],
    ),
  ),
  section(3, vector(1)),
  section(4, vector([FuncRef, 0x00, 5])),
  section(6, vector([I32, 0x01, 0x41, 7, 0x0b])),
  section(
    7,
    vector(
      [name("own global"), 0x03, 1],
      [name("own function"), 0x00, 1],
      [name("imported function"), 0x00, 0],
      [name("own table"), 0x01, 1],
      [name("memory"), 0x02, 0],
    ),
  ),
  section(8, 1),
  section(
    9,
    vector([0x02, 1, [0x41, 0, 0x0b], 0x00, vector(1, 0)], [0x07, ExternRef, vector([0xd0, ExternRef, 0x0b])]),
  ),
  section(12, 1),
  section(
    10,
    vector(
      body(
        [
          [2, I32],
          [0, I64],
          [1, F64],
        ],
        [0x41, 0, 0x1a],
      ),
    ),
  ),
  section(11, vector([0x00, 0x41, 3, 0x0b, vector(0xaa, 0xbb)])),
  section(0, name("last")),
);

const module = decodeModule(bytes);

/** The bytes of a range, as the module has them. */
function at(range: { readonly start: number; readonly end: number }): number[] {
  return [...bytes.subarray(range.start, range.end)];
}

describe("a decoded module", () => {
  it("has the imported entries first in each index space", () => {
    expect(module.functions.map(({ typeIndex, body: code }) => [typeIndex, code !== undefined])).toEqual([
      [0, false],
      [1, true],
    ]);
    expect(module.tables.map(({ type, imported }) => [type.element, type.limits, imported])).toEqual([
      [ExternRef, { minimum: 1, maximum: 9 }, true],
      [FuncRef, { minimum: 5, maximum: undefined }, false],
    ]);
    expect(module.memories).toMatchObject([{ limits: { minimum: 2, maximum: undefined }, imported: true }]);
    expect(module.globals.map(({ type }) => type)).toEqual([
      { value: I64, mutable: false },
      { value: I32, mutable: true },
    ]);
  });

  it("points into the bytes for everything that is bytes", () => {
    const code = module.functions[1]?.body;
    expect(code).toMatchObject({
      localCount: 3,
      localGroups: [
        { count: 2, type: I32 },
        { count: 1, type: F64 },
      ],
    });
    expect(at({ start: code?.codeStart ?? 0, end: code?.end ?? 0 })).toEqual([0x41, 0, 0x1a, 0x0b]);
    expect(bytes[code?.start ?? 0]).toBe(3);
    expect(at(module.globals[1]?.initial ?? { start: 0, end: 0 })).toEqual([0x41, 7, 0x0b]);
    const [data] = module.dataSegments;
    expect([data?.mode, at(data?.bytes ?? { start: 0, end: 0 }), data?.target?.index]).toEqual([
      "active",
      [0xaa, 0xbb],
      0,
    ]);
    expect(at(data?.target?.position ?? { start: 0, end: 0 })).toEqual([0x41, 3, 0x0b]);
    expect(module.customSections.map(({ name: text, bytes: range }) => [text, at(range)])).toEqual([
      ["first", [1, 2, 3]],
      ["last", []],
    ]);
    expect(module.bytes).toBe(bytes);
  });

  it("keeps start, data count and element segments", () => {
    expect(module.start?.functionIndex).toBe(1);
    expect(module.dataCount).toBe(1);
    expect(module.elementSegments).toMatchObject([
      { mode: "active", type: FuncRef, target: { index: 1 }, items: { form: "functions", indices: [1, 0] } },
      { mode: "declarative", type: ExternRef, target: undefined, items: { form: "expressions" } },
    ]);
  });
});

describe("imports and exports", () => {
  // @spec guest-abi.code.interface
  it("come with their types, in the order of the module", () => {
    const { imports, exports } = readImportsAndExports(validateModule(module));
    expect(imports.map(({ module: from, name: text, external }) => [from, text, external])).toEqual([
      ["env", "f", { kind: "function", type: { params: [I32, I64], results: [F64] } }],
      ["env", "t", { kind: "table", type: { element: ExternRef, limits: { minimum: 1, maximum: 9 } } }],
      ["env", "m", { kind: "memory", limits: { minimum: 2, maximum: undefined } }],
      ["env", "g", { kind: "global", type: { value: I64, mutable: false } }],
    ]);
    expect(exports.map(({ name: text, external }) => [text, external])).toEqual([
      ["own global", { kind: "global", type: { value: I32, mutable: true } }],
      ["own function", { kind: "function", type: { params: [], results: [] } }],
      ["imported function", { kind: "function", type: { params: [I32, I64], results: [F64] } }],
      ["own table", { kind: "table", type: { element: FuncRef, limits: { minimum: 5, maximum: undefined } } }],
      ["memory", { kind: "memory", limits: { minimum: 2, maximum: undefined } }],
    ]);
  });

  it("agree with what the host's engine lists", () => {
    const host = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
    const { imports, exports } = readImportsAndExports(validateModule(module));
    const kinds = imports.map((entry) => ({ module: entry.module, name: entry.name, kind: entry.external.kind }));
    expect(kinds).toEqual(
      WebAssembly.Module.imports(host).map(({ module: from, name: text, kind }) => ({
        module: from,
        name: text,
        kind,
      })),
    );
    expect(exports.map((entry) => ({ name: entry.name, kind: entry.external.kind }))).toEqual(
      WebAssembly.Module.exports(host).map(({ name: text, kind }) => ({ name: text, kind })),
    );
  });
});
