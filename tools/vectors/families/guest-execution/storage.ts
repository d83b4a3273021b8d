import {
  access,
  type Code,
  callIndirect,
  constant,
  dataDrop,
  drop,
  elemDrop,
  i32,
  i64,
  instruction,
  memoryCopy,
  memoryFill,
  memoryGrow,
  memoryInit,
  memorySize,
  refFunc,
  refIsNull,
  refNull,
  tableCopy,
  tableFill,
  tableGet,
  tableGrow,
  tableInit,
  tableSet,
  tableSize,
} from "../../building/wasm/instructions.js";
import { activeElements, passiveData, passiveElements, tableType } from "../../building/wasm/module.js";
import type { Draft } from "../../corpus/family.js";
import { left, type Shown, shown } from "./shown.js";

const LOADED = [0xfe, 0x81, 0x7f, 0x80, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
const DATA_AT = 64;

const LOADS = [
  ["i32.load", "i32", 4, false],
  ["i64.load", "i64", 8, false],
  ["f32.load", "f32", 4, false],
  ["f64.load", "f64", 8, false],
  ["i32.load8_s", "i32", 1, true],
  ["i32.load8_u", "i32", 1, false],
  ["i32.load16_s", "i32", 2, true],
  ["i32.load16_u", "i32", 2, false],
  ["i64.load8_s", "i64", 1, true],
  ["i64.load8_u", "i64", 1, false],
  ["i64.load16_s", "i64", 2, true],
  ["i64.load16_u", "i64", 2, false],
  ["i64.load32_s", "i64", 4, true],
  ["i64.load32_u", "i64", 4, false],
] as const;

const STORES = [
  ["i32.store", "i32", 4],
  ["i64.store", "i64", 8],
  ["f32.store", "f32", 4],
  ["f64.store", "f64", 8],
  ["i32.store8", "i32", 1],
  ["i32.store16", "i32", 2],
  ["i64.store8", "i64", 1],
  ["i64.store16", "i64", 2],
  ["i64.store32", "i64", 4],
] as const;

const slug = (name: string): string => name.replaceAll(/[._]/g, "-");

function loads(): readonly Draft[] {
  return LOADS.map(([name, type, bytes, isSigned]) => {
    const read = (at: number): bigint => {
      const value = LOADED.slice(at, at + bytes).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
      return isSigned ? BigInt.asUintN(type === "i32" ? 32 : 64, BigInt.asIntN(8 * bytes, value)) : value;
    };
    const value = (at: number, ...code: Code): Shown => ({ type, bits: read(at), code });
    return shown({
      id: `guest-execution/memory/${slug(name)}`,
      clauses: [],
      why: `\`${name}\` reads little-endian bytes anywhere, and adds its offset to the address without wrapping.`,
      program: { data: { [DATA_AT]: LOADED, 65528: LOADED.slice(0, 8) } },
      values: () => [
        ...[0, 1, 2, 3, 4].map((at) => value(at, i32(DATA_AT + at), access(name))),
        value(2, i32(DATA_AT), access(name, 2, 0)),
        value(3, i32(0), access(name, DATA_AT + 3, 0)),
        value(8 - bytes, i32(65_536 - bytes), access(name, 0, 0)),
      ],
    });
  });
}

function stores(): readonly Draft[] {
  const bits = 0x8899_aabb_ccdd_eeffn;
  const isOf = { i32: 32, i64: 64, f32: 32, f64: 64 } as const;
  return STORES.map(([name, type, bytes]) => {
    const value = BigInt.asUintN(isOf[type], bits);
    const low = BigInt.asUintN(8 * bytes, value);
    const around = (shift: number): bigint => low << BigInt(8 * shift);
    return shown({
      id: `guest-execution/memory/${slug(name)}`,
      clauses: [],
      why: `\`${name}\` writes its bytes little-endian anywhere, and no byte beside them.`,
      values: () => [
        {
          type: "i64",
          bits: around(0),
          code: [i32(128), constant(type, value), access(name), i32(128), access("i64.load")],
        },
        {
          type: "i64",
          bits: BigInt.asUintN(64, around(3)),
          code: [i32(160), constant(type, value), access(name, 3, 0), i32(160), access("i64.load")],
        },
        {
          type: "i64",
          bits: low << BigInt(64 - 8 * bytes),
          code: [i32(65_536 - bytes), constant(type, value), access(name, 0, 0), i32(65_528), access("i64.load")],
        },
      ],
    });
  });
}

const word = (at: number): Code => [i32(at), access("i32.load")];

function bulk(): readonly Draft[] {
  return [
    shown({
      id: "guest-execution/memory/size-and-grow",
      clauses: ["guest-abi.memory-grow"],
      program: { memory: [1, 3] },
      why: "`memory.grow` gives the size before, new pages are zero, and what is there stays.",
      values: () => [
        left(1, memorySize),
        left(1, i32(0), memoryGrow),
        left(1, i32(1), memoryGrow),
        left(2, memorySize),
        left(0, ...word(131_068)),
        left(2, i32(1), memoryGrow),
        left(-1, i32(1), memoryGrow),
        left(-1, i32(-1), memoryGrow),
        left(3, memorySize),
        left(3, i32(0), memoryGrow),
      ],
    }),
    shown({
      id: "guest-execution/memory/grow-without-room",
      clauses: ["guest-abi.memory-grow"],
      program: { memory: [2, 2] },
      why: "`memory.grow` gives −1 above the maximum of the module and changes nothing.",
      values: () => [left(-1, i32(1), memoryGrow), left(-1, i32(65_535), memoryGrow), left(2, memorySize)],
    }),
    shown({
      id: "guest-execution/memory/fill",
      clauses: [],
      why: "`memory.fill` writes the low byte of its value, and nothing where the length is 0.",
      values: () => [
        left(0x4242_4242, i32(100), i32(0x142), i32(5), memoryFill, ...word(100)),
        left(0x42, ...word(104)),
        left(0, ...word(96)),
        left(0x42, i32(65_536), i32(1), i32(0), memoryFill, ...word(104)),
        left(0x0707_0707, i32(65_532), i32(7), i32(4), memoryFill, ...word(65_532)),
      ],
    }),
    shown({
      id: "guest-execution/memory/copy",
      clauses: [],
      why: "`memory.copy` moves as if through a second memory, whichever way the ranges overlap.",
      program: { data: { [DATA_AT]: LOADED } },
      values: () => [
        left(0x807f_81fe, i32(200), i32(DATA_AT), i32(12), memoryCopy, ...word(200)),
        left(0x807f_81fe, i32(202), i32(200), i32(8), memoryCopy, ...word(202)),
        left(0x6745_2301, ...word(206)),
        left(0x807f_81fe, i32(200), i32(202), i32(8), memoryCopy, ...word(200)),
        left(0x6745_2301, ...word(204)),
        left(0x6745_2301, i32(65_536), i32(0), i32(0), memoryCopy, ...word(204)),
      ],
    }),
    shown({
      id: "guest-execution/memory/init-and-drop",
      clauses: [],
      program: { passive: [passiveData([1, 2, 3, 4, 5, 6, 7, 8]), passiveData([9])] },
      why: "`memory.init` copies of a passive segment, and `data.drop` leaves it empty.",
      values: () => [
        left(0x0504_0302, i32(300), i32(1), i32(4), memoryInit(0), ...word(300)),
        left(0x0807, i32(310), i32(6), i32(2), memoryInit(0), ...word(310)),
        left(9, i32(320), i32(0), i32(1), memoryInit(1), ...word(320)),
        left(9, dataDrop(0), i32(320), i32(0), i32(0), memoryInit(0), dataDrop(0), ...word(320)),
      ],
    }),
    shown({
      id: "guest-execution/memory/segments",
      clauses: [],
      program: { data: { 400: [1, 2, 3, 4], 402: [9] } },
      why: "Active segments lie in memory from the beginning, later ones over earlier ones, and all else is zero.",
      values: () => [left(0x0409_0201, ...word(400)), left(0, ...word(404)), left(0, ...word(65_532))],
    }),
  ];
}

const two = { one: { results: ["i32"], code: [i32(1)] }, two: { results: ["i32"], code: [i32(2)] } } as const;

function tables(): readonly Draft[] {
  return [
    shown({
      id: "guest-execution/tables/get-set-size",
      clauses: [],
      why: "`table.get` and `table.set` keep references, and `table.size` gives the number of elements.",
      program: {
        tables: [tableType("funcref", 3), tableType("externref", 2, 5)],
        elements: ({ fn }) => [activeElements([i32(1)], [fn("one")])],
        functions: two,
        exports: [["second", "function", 2]],
      },
      values: ({ fn, type }) => [
        left(3, tableSize(0)),
        left(2, tableSize(1)),
        left(1, i32(0), tableGet(0), refIsNull),
        left(0, i32(1), tableGet(0), refIsNull),
        left(2, i32(0), refFunc(fn("two")), tableSet(0), i32(0), callIndirect(type([], ["i32"]))),
        left(1, i32(1), refNull("funcref"), tableSet(0), i32(1), tableGet(0), refIsNull),
        left(1, i32(1), refNull("externref"), tableSet(1), i32(1), tableGet(1), refIsNull),
        left(0, refFunc(fn("two")), refIsNull),
      ],
    }),
    shown({
      id: "guest-execution/tables/grow",
      clauses: ["guest-abi.memory-grow"],
      why: "`table.grow` gives the size before and fills with its value; above the maximum it gives −1.",
      program: {
        tables: [tableType("funcref", 1, 4)],
        functions: two,
        exports: [["second", "function", 2]],
      },
      values: ({ fn, type }) => [
        left(1, refFunc(fn("two")), i32(2), tableGrow(0)),
        left(3, tableSize(0)),
        left(2, i32(2), callIndirect(type([], ["i32"]))),
        left(-1, refNull("funcref"), i32(2), tableGrow(0)),
        left(-1, refNull("funcref"), i32(-1), tableGrow(0)),
        left(3, refNull("funcref"), i32(1), tableGrow(0)),
        left(4, refNull("funcref"), i32(0), tableGrow(0)),
        left(1, i32(3), tableGet(0), refIsNull),
      ],
    }),
    shown({
      id: "guest-execution/tables/grow-without-room",
      clauses: ["guest-abi.memory-grow"],
      why: "`table.grow` gives −1 above the maximum of the module and changes nothing.",
      program: { tables: [tableType("externref", 2, 2)] },
      values: () => [
        left(-1, refNull("externref"), i32(1), tableGrow(0)),
        left(2, tableSize(0)),
        left(2, refNull("externref"), i32(0), tableGrow(0)),
      ],
    }),
    shown({
      id: "guest-execution/tables/fill-copy-init",
      clauses: [],
      why: "`table.fill`, `table.copy` and `table.init` write elements, and `elem.drop` leaves a segment empty.",
      program: {
        tables: [tableType("funcref", 8), tableType("funcref", 4)],
        elements: ({ fn }) => [passiveElements([fn("one"), fn("two"), fn("one")])],
        functions: two,
      },
      values: ({ fn, type }) => {
        const called = (at: number, table = 0): Code => [i32(at), callIndirect(type([], ["i32"]), table)];
        return [
          left(1, i32(2), i32(0), i32(3), tableInit(0, 0), ...called(2)),
          left(2, ...called(3)),
          left(1, ...called(4)),
          left(1, i32(5), tableGet(0), refIsNull),
          // One place on: 2 3 4 becomes 3 4 5.
          left(1, i32(3), i32(2), i32(3), tableCopy(0, 0), ...called(3)),
          left(2, ...called(4)),
          left(1, ...called(5)),
          left(2, i32(0), i32(4), i32(2), tableCopy(1, 0), ...called(0, 1)),
          left(1, ...called(1, 1)),
          left(2, i32(6), refFunc(fn("two")), i32(2), tableFill(0), ...called(7)),
          left(2, elemDrop(0), i32(8), i32(0), i32(0), tableInit(0, 0), ...called(6)),
        ];
      },
    }),
    shown({
      id: "guest-execution/memory/long-constants",
      clauses: [],
      why: "A constant is the same in every form that its type allows, up to the longest.",
      values: ({ type }) => {
        const i32s = (...bytes: readonly number[]): Code => [instruction("i32.const", [0x41, ...bytes])];
        const i64s = (...bytes: readonly number[]): Code => [instruction("i64.const", [0x42, ...bytes])];
        const wide = (bits: bigint, ...bytes: readonly number[]): Shown => ({
          type: "i64",
          bits,
          code: i64s(...bytes),
        });
        return [
          left(-1, ...i32s(0xff, 0xff, 0xff, 0xff, 0x7f)),
          left(-0x8000_0000, ...i32s(0x80, 0x80, 0x80, 0x80, 0x78)),
          left(0x7fff_ffff, ...i32s(0xff, 0xff, 0xff, 0xff, 0x07)),
          left(5, ...i32s(0x85, 0x80, 0x80, 0x80, 0x00)),
          left(0x0200_0001, ...i32s(0x81, 0x80, 0x80, 0x10)),
          wide(0xffff_ffff_ffff_ffffn, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
          wide(0x8000_0000_0000_0000n, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f),
          wide(0x0102_0408_1020_4081n, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x01),
          wide(0x0000_0001_5555_5555n, 0xd5, 0xaa, 0xd5, 0xaa, 0x15),
          wide(0xffff_fff1_0000_0000n, 0x80, 0x80, 0x80, 0x80, 0x90, 0x7e),
          left(
            9,
            instruction("block", [0x02, 0x80 + type([], ["i32"]), 0x80, 0x80, 0x80, 0x00]),
            i32(9),
            instruction("end", [0x0b]),
          ),
        ];
      },
    }),
    shown({
      id: "guest-execution/memory/constants",
      clauses: [],
      why: "Constants of every type are what their bytes say, to the last bit.",
      values: () => [
        left(-1, i32(-1)),
        left(-0x8000_0000, i32(-0x8000_0000)),
        { type: "i64", bits: 0x7fff_ffff_ffff_ffffn, code: [i64(0x7fff_ffff_ffff_ffffn)] },
        { type: "i64", bits: 0x8000_0000_0000_0000n, code: [i64(-0x8000_0000_0000_0000n)] },
        { type: "f32", bits: 0xffa0_0001n, code: [constant("f32", 0xffa0_0001n)] },
        { type: "f64", bits: 0x8000_0000_0000_0000n, code: [constant("f64", 0x8000_0000_0000_0000n)] },
        left(4, i32(3), drop, i32(4)),
      ],
    }),
  ];
}

/** Loads, stores, memory, tables and their segments. */
export function storageDrafts(): readonly Draft[] {
  return [...loads(), ...stores(), ...bulk(), ...tables()];
}
