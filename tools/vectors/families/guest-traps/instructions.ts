import {
  access,
  type Code,
  callIndirect,
  constant,
  dataDrop,
  drop,
  elemDrop,
  f32,
  f64,
  i32,
  i64,
  memoryCopy,
  memoryFill,
  memoryInit,
  nop,
  numeric,
  refNull,
  tableCopy,
  tableFill,
  tableGet,
  tableInit,
  tableSet,
  unreachable,
} from "../../building/wasm/instructions.js";
import { activeElements, passiveData, passiveElements, tableType } from "../../building/wasm/module.js";
import type { Numbers, ProgramText } from "../../building/wasm/program.js";
import type { Draft } from "../../corpus/family.js";
import { COMPLETED, FAILED, ran, ranInto, SPEAKING, SPOKEN_AT, say, speech } from "../guests/drafts.js";

const EFFECT = "A program goes on with a number that its language says cannot be, or in memory that is not its own.";

/** Names of traps. @spec guest-abi.traps */
export type Trap =
  | "unreachable"
  | "integer_divide_by_zero"
  | "integer_overflow"
  | "invalid_conversion"
  | "memory_out_of_bounds"
  | "table_out_of_bounds"
  | "uninitialized_element"
  | "indirect_call_type_mismatch"
  | "stack_exhausted";

/** Instructions that run, and the same with something else that traps. Both leave nothing. */
interface Pair {
  readonly name: string;
  readonly why: string;
  readonly runs: (numbers: Numbers) => Code;
  readonly traps: Readonly<Record<string, (numbers: Numbers) => Code>>;
  readonly trap: Trap;
  readonly program?: Omit<ProgramText, "functions"> & Partial<Pick<ProgramText, "functions">>;
}

function programOf(code: (numbers: Numbers) => Code, more: Pair["program"] = {}): ProgramText {
  const said = speech(1);
  return {
    ...more,
    imports: ["emit"],
    functions: {
      ...more.functions,
      main: {
        code: (numbers) => {
          const say1 = (value: number): Code => [
            i32(SPOKEN_AT),
            i32(value),
            access("i32.store8"),
            ...said.code(numbers),
          ];
          return [...say1(1), ...code(numbers), ...say1(2)];
        },
      },
    },
    data: { ...more.data, ...said.data },
  };
}

/** What comes before the trap was done, and nothing behind it is. */
function pairDrafts({ name, why, runs, traps, trap, program }: Pair): readonly Draft[] {
  const parent = ran({
    id: `guest-traps/${name}/runs`,
    clauses: ["guest-abi.execution"],
    program: programOf(runs, program),
    inputs: SPEAKING,
    result: { states: [...COMPLETED], instructions: [say([1]), say([2])] },
    why: `Just before the bound nothing traps. ${why}`,
    effect: "A program that is right is stopped.",
  });
  const refused = Object.entries(traps).map(([variant, code]) =>
    ranInto(parent, {
      id: `guest-traps/${name}/${variant}`,
      clauses: ["guest-abi.traps", "guest-abi.execution", "lifecycle.failure-info"],
      program: programOf(code, program),
      mutator: "replace-instructions",
      settings: { function: "main", by: variant },
      refusal: {
        code: "RT_TRAP",
        context: { trap },
        result: {
          states: [...FAILED],
          answers: ["done", "done"],
          instructions: [say([1])],
          causes: ["RT_TRAP"],
          trap,
          last_instruction: say([1]),
        },
      },
      why,
      effect: EFFECT,
    }),
  );
  return [parent, ...refused];
}

const low = { i32: 1n << 31n, i64: 1n << 63n } as const;

/** Division and remainder by zero, and the one quotient that does not fit. */
function divisions(): readonly Pair[] {
  return (["i32", "i64"] as const).flatMap((type) => {
    const divided = (operator: string, a: bigint, b: bigint) => (): Code => [
      constant(type, a),
      constant(type, b),
      numeric(`${type}.${operator}`),
      drop,
    ];
    const zero = (operator: string) => divided(operator, 7n, 0n);
    return [
      {
        name: `${type}-division`,
        why: "Nothing is divided by zero.",
        runs: divided("div_s", 7n, 2n),
        traps: {
          "div-s": zero("div_s"),
          "div-u": zero("div_u"),
          "rem-s": zero("rem_s"),
          "rem-u": zero("rem_u"),
          "zero-by-zero": divided("div_s", 0n, 0n),
        },
        trap: "integer_divide_by_zero",
      },
      {
        name: `${type}-quotient`,
        why: "The lowest number divided by −1 does not fit; its remainder is 0.",
        runs: () => [...divided("rem_s", low[type], -1n)(), ...divided("div_u", low[type], -1n)()],
        traps: { "lowest-by-minus-one": divided("div_s", low[type], -1n) },
        trap: "integer_overflow",
      },
    ] as const;
  });
}

/** The last floats that fit, and the first that do not. */
const CONVERSIONS: Readonly<Record<string, { readonly fits: readonly bigint[]; readonly beyond: readonly bigint[] }>> =
  {
    "i32.trunc_f32_s": { fits: [0x4eff_ffffn, 0xcf00_0000n], beyond: [0x4f00_0000n, 0xcf00_0001n] },
    "i32.trunc_f32_u": { fits: [0x4f7f_ffffn, 0xbf7f_ffffn], beyond: [0x4f80_0000n, 0xbf80_0000n] },
    "i32.trunc_f64_s": {
      fits: [0x41df_ffff_ffff_ffffn, 0xc1e0_0000_001f_ffffn],
      beyond: [0x41e0_0000_0000_0000n, 0xc1e0_0000_0020_0000n],
    },
    "i32.trunc_f64_u": {
      fits: [0x41ef_ffff_ffff_ffffn, 0xbfef_ffff_ffff_ffffn],
      beyond: [0x41f0_0000_0000_0000n, 0xbff0_0000_0000_0000n],
    },
    "i64.trunc_f32_s": { fits: [0x5eff_ffffn, 0xdf00_0000n], beyond: [0x5f00_0000n, 0xdf00_0001n] },
    "i64.trunc_f32_u": { fits: [0x5f7f_ffffn, 0xbf7f_ffffn], beyond: [0x5f80_0000n, 0xbf80_0000n] },
    "i64.trunc_f64_s": {
      fits: [0x43df_ffff_ffff_ffffn, 0xc3e0_0000_0000_0000n],
      beyond: [0x43e0_0000_0000_0000n, 0xc3e0_0000_0000_0001n],
    },
    "i64.trunc_f64_u": {
      fits: [0x43ef_ffff_ffff_ffffn, 0xbfef_ffff_ffff_ffffn],
      beyond: [0x43f0_0000_0000_0000n, 0xbff0_0000_0000_0000n],
    },
  };

function conversions(): readonly Pair[] {
  return Object.entries(CONVERSIONS).flatMap(([name, { fits, beyond }]) => {
    const type = name.includes("_f32") ? "f32" : "f64";
    const of = (bits: bigint) => (): Code => [constant(type, bits), numeric(name), drop];
    const [infinity, nan, signalling] =
      type === "f32"
        ? [0x7f80_0000n, 0x7fc0_0000n, 0xffa0_0000n]
        : [0x7ff0_0000_0000_0000n, 0x7ff8_0000_0000_0000n, 0xfff4_0000_0000_0000n];
    const slug = name.replaceAll(/[._]/g, "-");
    return [
      {
        name: `${slug}-range`,
        why: `\`${name}\` gives what fits its type once the fraction is cut off, and nothing else.`,
        runs: () => fits.flatMap((bits) => of(bits)()),
        traps: { above: of(beyond[0] ?? 0n), below: of(beyond[1] ?? 0n), infinity: of(infinity) },
        trap: "integer_overflow",
      },
      {
        name: `${slug}-nan`,
        why: `\`${name}\` of a NaN is no number.`,
        runs: of(0n),
        traps: { nan: of(nan), signalling: of(signalling) },
        trap: "invalid_conversion",
      },
    ] as const;
  });
}

/** Loads and stores at the last place that is there, and one byte behind. */
const WIDTHS: Readonly<Record<string, number>> = {
  "i32.load": 4,
  "i64.load": 8,
  "f32.load": 4,
  "f64.load": 8,
  "i32.load8_s": 1,
  "i32.load8_u": 1,
  "i32.load16_s": 2,
  "i32.load16_u": 2,
  "i64.load8_s": 1,
  "i64.load8_u": 1,
  "i64.load16_s": 2,
  "i64.load16_u": 2,
  "i64.load32_s": 4,
  "i64.load32_u": 4,
  "i32.store": 4,
  "i64.store": 8,
  "f32.store": 4,
  "f64.store": 8,
  "i32.store8": 1,
  "i32.store16": 2,
  "i64.store8": 1,
  "i64.store16": 2,
  "i64.store32": 4,
};

function accesses(): readonly Pair[] {
  return Object.entries(WIDTHS).map(([name, bytes]) => {
    const type = name.slice(0, 3) as "i32" | "i64" | "f32" | "f64";
    const at =
      (address: number, offset = 0) =>
      (): Code =>
        name.includes("store")
          ? [i32(address), constant(type, 0n), access(name, offset, 0)]
          : [i32(address), access(name, offset, 0), drop];
    const last = 65_536 - bytes;
    return {
      name: name.replaceAll(/[._]/g, "-"),
      why: "All bytes of an access lie in the memory, and address and offset are added without wrapping.",
      runs: () => [...at(last)(), ...at(0, last)()],
      traps: {
        "one-behind": at(last + 1),
        "by-the-offset": at(1, last),
        "highest-address": at(-1),
        "wrapping-offset": at(-1, 0xffff_ffff),
      },
      trap: "memory_out_of_bounds",
    };
  });
}

function bulk(): readonly Pair[] {
  const filled = (at: number, count: number) => (): Code => [i32(at), i32(1), i32(count), memoryFill];
  const copied = (to: number, from: number, count: number) => (): Code => [i32(to), i32(from), i32(count), memoryCopy];
  const begun = (to: number, from: number, count: number): Code => [i32(to), i32(from), i32(count), memoryInit(0)];
  const memory = "memory_out_of_bounds" as const;
  return [
    {
      name: "memory-fill",
      why: "A fill lies in the memory, also an empty one.",
      runs: () => [...filled(65_536, 0)(), ...filled(65_535, 1)()],
      traps: { longer: filled(65_535, 2), "empty-behind": filled(65_537, 0), wrapping: filled(65_535, -1) },
      trap: memory,
    },
    {
      name: "memory-copy",
      why: "Both ranges of a copy lie in the memory, also where it is empty.",
      runs: () => [...copied(65_536, 0, 0)(), ...copied(0, 65_536, 0)(), ...copied(65_528, 0, 8)()],
      traps: { to: copied(65_529, 0, 8), from: copied(0, 65_529, 8), "empty-behind": copied(0, 65_537, 0) },
      trap: memory,
    },
    {
      name: "memory-init",
      why: "What is copied lies in the segment, and where it goes in the memory.",
      program: { passive: [passiveData([1, 2, 3])] },
      runs: () => [...begun(0, 0, 3), ...begun(65_536, 3, 0), ...begun(65_533, 0, 3)],
      traps: {
        segment: () => begun(0, 1, 3),
        memory: () => begun(65_534, 0, 3),
        dropped: () => [dataDrop(0), ...begun(0, 0, 1)],
        "empty-behind": () => begun(0, 4, 0),
      },
      trap: memory,
    },
  ];
}

function tables(): readonly Pair[] {
  const table = "table_out_of_bounds" as const;
  const two: Pair["program"] = {
    tables: [tableType("funcref", 4), tableType("funcref", 2)],
    elements: ({ fn }) => [
      activeElements([i32(0)], [fn("none"), fn("number")]),
      passiveElements([fn("none"), fn("none")]),
    ],
    functions: { none: { code: [] }, number: { results: ["i32"], code: [i32(1)] } },
  };
  const read = (at: number) => (): Code => [i32(at), tableGet(0), drop];
  const set = (at: number) => (): Code => [i32(at), refNull("funcref"), tableSet(0)];
  const filled = (at: number, count: number) => (): Code => [i32(at), refNull("funcref"), i32(count), tableFill(0)];
  const copied = (to: number, from: number, count: number) => (): Code => [
    i32(to),
    i32(from),
    i32(count),
    tableCopy(1, 0),
  ];
  const begun = (to: number, from: number, count: number): Code => [i32(to), i32(from), i32(count), tableInit(1, 0)];
  const called =
    (at: number) =>
    ({ type }: Numbers): Code => [i32(at), callIndirect(type([], []))];
  return [
    {
      name: "table-get",
      why: "An element lies in the table.",
      program: two,
      runs: read(3),
      traps: { behind: read(4), highest: read(-1) },
      trap: table,
    },
    {
      name: "table-set",
      why: "An element lies in the table.",
      program: two,
      runs: set(3),
      traps: { behind: set(4), highest: set(-1) },
      trap: table,
    },
    {
      name: "table-fill",
      why: "A fill lies in the table, also an empty one.",
      program: two,
      runs: () => [...filled(4, 0)(), ...filled(2, 2)()],
      traps: { longer: filled(2, 3), "empty-behind": filled(5, 0) },
      trap: table,
    },
    {
      name: "table-copy",
      why: "Both ranges of a copy lie in their tables.",
      program: two,
      runs: () => [...copied(0, 2, 2)(), ...copied(2, 4, 0)()],
      traps: { to: copied(1, 0, 2), from: copied(0, 3, 2), "empty-behind": copied(3, 0, 0) },
      trap: table,
    },
    {
      name: "table-init",
      why: "What is copied lies in the segment, and where it goes in the table.",
      program: two,
      runs: () => [...begun(2, 0, 2), ...begun(4, 2, 0)],
      traps: {
        segment: () => begun(0, 1, 2),
        table: () => begun(3, 0, 2),
        dropped: () => [elemDrop(1), ...begun(0, 0, 1)],
      },
      trap: table,
    },
    {
      name: "call-indirect-outside",
      why: "The function that is called lies in the table.",
      program: two,
      runs: called(0),
      traps: { behind: called(4), highest: called(-1) },
      trap: table,
    },
    {
      name: "call-indirect-empty",
      why: "An element that is called is no null.",
      program: two,
      runs: (numbers) => [nop, ...called(0)(numbers)],
      traps: { "never-set": called(3), cleared: (numbers) => [...set(0)(), ...called(0)(numbers)] },
      trap: "uninitialized_element",
    },
    {
      name: "call-indirect-type",
      why: "An element that is called is of the type the call names, parameters and results alike.",
      program: two,
      runs: (numbers) => [nop, nop, ...called(0)(numbers)],
      traps: {
        result: called(1),
        parameter: ({ type }) => [i64(0n), i32(0), callIndirect(type(["i64"], []))],
        "no-result": ({ type }) => [i32(0), callIndirect(type([], ["i32"])), drop],
      },
      trap: "indirect_call_type_mismatch",
    },
  ];
}

/** Every trap that an instruction can make. */
export function instructionTraps(): readonly Draft[] {
  const ran_: Pair = {
    name: "unreachable",
    why: "`unreachable` is run.",
    runs: () => [nop],
    traps: { alone: () => [unreachable], "behind-values": () => [f32(0), f64(0n), unreachable, drop, drop] },
    trap: "unreachable",
  };
  return [ran_, ...divisions(), ...conversions(), ...accesses(), ...bulk(), ...tables()].flatMap(pairDrafts);
}
