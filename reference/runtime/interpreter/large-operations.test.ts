import { createHash } from "node:crypto";
import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { body, functionType, moduleOf, name, section, u32, vector, vectorOf } from "../wasm/testing/module-bytes.js";
import { ValueType } from "../wasm/types.js";
import { PAGE, PIECE_BYTES } from "./linear-memory.js";
import { PIECE_ELEMENTS, Table } from "./table.js";
import { LinkedModules } from "./testing/linked-modules.js";

// Operations on more than is moved at once, compared with the host's engine, and with what they cost.

const { I32, FuncRef } = ValueType;
const PAGES = 3 * (PIECE_BYTES / PAGE);
const BYTES = PAGES * PAGE;
const ELEMENTS = 2 * PIECE_ELEMENTS + 5;

const three = functionType([I32, I32, I32], []);
const get = [0x20, 0, 0x20, 1, 0x20, 2];

/** Functions of three numbers each: bulk operations, and a byte that is written. */
const OPERATIONS = {
  fill: [get, 0xfc, 11, 0],
  copy: [get, 0xfc, 10, 0, 0],
  write: [0x20, 0, 0x20, 1, 0x3a, 0, 0],
  grow: [0x20, 0, 0x40, 0, 0x1a],
  tableFill: [0x20, 0, 0xd2, 0, 0x20, 2, 0xfc, 17, 0],
  tableNull: [0x20, 0, 0xd0, FuncRef, 0x20, 2, 0xfc, 17, 0],
  tableCopy: [get, 0xfc, 14, 0, 0],
} as const;
type Operation = keyof typeof OPERATIONS;
const NAMES = Object.keys(OPERATIONS) as Operation[];
/** What each costs beside its extra. */
const COSTS: Readonly<Record<Operation, number>> = {
  fill: 4,
  copy: 4,
  write: 3,
  grow: 3,
  tableFill: 4,
  tableNull: 4,
  tableCopy: 4,
};

const MODULE = moduleOf(
  section(1, vector(three)),
  section(3, vectorOf(NAMES.map(() => 0))),
  section(4, vector([FuncRef, 0, u32(ELEMENTS)])),
  section(5, vector([1, u32(PAGES), u32(2 * PAGES)])),
  section(
    7,
    vectorOf([...NAMES.map((each, at) => [name(each), 0, at]), [name("memory"), 2, 0], [name("table"), 1, 0]]),
  ),
  section(10, vectorOf(NAMES.map((each) => body([], OPERATIONS[each])))),
);

const at = fc.oneof(fc.integer({ min: 0, max: BYTES }), fc.integer({ min: 0, max: 100 }));
const call = fc.oneof(
  fc.tuple(fc.constant("write" as Operation), at, at, at),
  fc.tuple(fc.constantFrom<Operation>("fill", "copy"), at, at, at),
  fc.tuple(fc.constant("grow" as Operation), fc.integer({ min: 0, max: PAGES }), at, at),
);
const place = fc.oneof(fc.integer({ min: 0, max: ELEMENTS }), fc.integer({ min: 0, max: 100 }));
const tableCall = fc.tuple(fc.constantFrom<Operation>("tableFill", "tableNull", "tableCopy"), place, place, place);

function hash(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("base64");
}

describe("large operations", () => {
  // @spec guest-abi.execution, guest-abi.fuel, guest-abi.memory-grow, guest-abi.traps
  it.prop([fc.array(fc.oneof(call, tableCall), { minLength: 3, maxLength: 8 })], { numRuns: 6 })(
    "do what the host's engine does, and cost what they cost in one piece",
    (calls) => {
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(MODULE as Uint8Array<ArrayBuffer>));
      const linked = new LinkedModules();
      const instance = linked.allocate(MODULE, () => undefined);
      linked.start(instance);
      for (const [operation, ...values] of calls) {
        let trap = false;
        try {
          (exports[operation] as (...given: number[]) => void)(...values);
        } catch {
          trap = true;
        }
        const outcome = linked.invoke(
          instance.functionValue(NAMES.indexOf(operation)),
          values.map((value): [number, number] => [value, 0]),
        );
        expect(outcome.kind).toBe(trap ? "trapped" : "returned");
        const hasExtra = operation !== "write" && operation !== "grow";
        expect(linked.fuelUsed).toBe(COSTS[operation] + (hasExtra ? Math.floor(values[2] / 64) : 0));
      }
      const { buffer } = exports["memory"] as WebAssembly.Memory;
      expect(hash(instance.memory!.bytes)).toBe(hash(new Uint8Array(buffer)));
      const table = exports["table"] as WebAssembly.Table;
      const { elements, length } = instance.tables[0]!;
      expect(length).toBe(table.length);
      for (let index = 0; index < length; index += 997) expect(elements[index] !== 0).toBe(table.get(index) !== null);
      for (let index = 0; index < 200; index += 1) expect(elements[index] !== 0).toBe(table.get(index) !== null);
    },
  );

  // @spec guest-abi.memory-grow
  it("grow a table in pieces, which shows nothing before its end", () => {
    const table = new Table({ element: FuncRef, limits: { minimum: 3, maximum: undefined } });
    table.elements.set([7, 8, 9]);
    const never = (): never => {
      throw new Error("nothing is denied");
    };
    let calls = 1;
    while (table.grow(ELEMENTS, 5, 1e9, never) === undefined) {
      expect(table.length).toBe(3);
      calls += 1;
    }
    expect(calls).toBe(3);
    expect(table.length).toBe(ELEMENTS + 3);
    expect([...table.elements.subarray(0, 5)]).toEqual([7, 8, 9, 5, 5]);
    expect(table.elements.subarray(3, table.length).every((element) => element === 5)).toBe(true);
  });
});
