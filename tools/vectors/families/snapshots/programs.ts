import type { VectorAct, VectorInputs } from "../../../../generated/json/vector.js";
import type { Value } from "../../building/cbor.js";
import { toHex, utf8 } from "../../building/octets.js";
import { callOf, frameOf, memoryOf, type StateText, snapshotOf, stateOf, values } from "../../building/snapshot.js";
import {
  access,
  type Code,
  call,
  dataDrop,
  drop,
  elemDrop,
  end,
  f32,
  f64,
  globalGet,
  globalSet,
  type Instruction,
  i32,
  i64,
  localGet,
  localSet,
  memoryFill,
  memoryGrow,
  numeric,
  refFunc,
  refNull,
  tableGrow,
  tableSet,
  times,
  when,
} from "../../building/wasm/instructions.js";
import {
  activeElements,
  declaredElements,
  global,
  passiveData,
  passiveElements,
  tableType,
} from "../../building/wasm/module.js";
import { type Piece, place } from "../../building/wasm/piece.js";
import { type Numbers, type ProgramText, writeProgram } from "../../building/wasm/program.js";
import { dataOf, emitting, timerFired } from "../guest-abi/programs.js";
import { SPEAKING, SPOKEN_AT, STARTED, say, speech } from "../guests/drafts.js";

/** A program that stands still, its state counted by hand, and how it goes on. */
export interface Standing {
  readonly name: string;
  readonly what: string;
  readonly features: readonly string[];
  readonly module: Piece;
  /** Capabilities that it has. */
  readonly grants: Partial<VectorInputs>;
  /** How it comes to stand still. */
  readonly quotas: NonNullable<VectorInputs["quotas"]>;
  readonly log: readonly VectorAct[];
  readonly said: readonly string[];
  readonly state: StateText;
  readonly clauses: readonly string[];
  /** How it goes on, with this much fuel where it needs more. */
  readonly enough: NonNullable<VectorInputs["quotas"]>;
  readonly says: readonly string[];
  readonly fuel: number;
}

const FUEL = ["fuel", "snapshot"];
const NOTHING = { fuel: 0 };
const REPLY = Uint8Array.of(0, 0);

/** An instruction whose place in the module has a name. */
export const named = (name: string, { name: text, piece }: Instruction): Instruction => ({
  name: text,
  piece: place(name, piece),
});

const spoken = (text: string): Uint8Array => Uint8Array.from(Buffer.from(say(utf8(text)), "hex"));
const first = { at: 256, bytes: spoken("a") };
const second = { at: 320, bytes: spoken("b") };
const exceeded = (limit: number): StateText => ({ exceeded: { quota: "fuel", limit } });

/** What a program knows that has emitted once, and has no fuel for what comes behind. */
const emitted = (bytes: Uint8Array, fuel: number): StateText => ({
  ...exceeded(fuel),
  fuel,
  emits: 1,
  last_reply: REPLY,
  last_instruction: bytes,
});

function beforeFirst(): Standing {
  const module = writeProgram({
    functions: { main: { locals: [[1, "i64"]], code: [named("first", i32(5)), drop, i32(6), drop] } },
  });
  return {
    name: "before-first",
    what: "before its first instruction, since it has no fuel",
    features: FUEL,
    module,
    grants: {},
    quotas: NOTHING,
    log: STARTED,
    said: [],
    state: { ...exceeded(0), call: callOf([frameOf(0, module.at("first"), values(0))]) },
    clauses: ["snapshots.frame", "snapshots.call"],
    enough: { fuel: 4 },
    says: [],
    fuel: 4,
  };
}

function behindHostCall(): Standing {
  const main = (numbers: Numbers): Code => [
    ...emitting(first, numbers, named("behind", drop)),
    ...emitting(second, numbers),
  ];
  const module = writeProgram({ imports: ["emit"], functions: { main: { code: main } }, data: dataOf(first, second) });
  return {
    name: "behind-host-call",
    what: "behind a host call, with its result as the only operand",
    features: FUEL,
    module,
    grants: SPEAKING,
    quotas: { fuel: 5 },
    log: STARTED,
    said: [say(utf8("a"))],
    state: {
      ...emitted(first.bytes, 5),
      memory: memoryOf(1, dataOf(first, second)),
      dropped_data: [0, 1],
      call: callOf([frameOf(1, module.at("behind"), values(), values(2))]),
    },
    clauses: ["snapshots.frame", "snapshots.memory", "snapshots.call"],
    enough: { fuel: 12 },
    says: [say(utf8("b"))],
    fuel: 12,
  };
}

/** Calls itself one less deep. */
const deep = ({ fn }: Numbers): Code => [
  named("look", localGet(0)),
  when(),
  named("inside", localGet(0)),
  i32(1),
  numeric("i32.sub"),
  named("again", call(fn("deep"))),
  named("behind again", end),
];

function recursion(): Standing {
  const module = writeProgram({
    functions: {
      deep: { params: ["i32"], code: deep },
      main: { code: ({ fn }) => [i32(3), named("call", call(fn("deep")))] },
    },
  });
  const called = module.at("behind again");
  return {
    name: "recursion",
    what: "inside a recursion",
    features: FUEL,
    module,
    grants: {},
    quotas: { fuel: 12 },
    log: STARTED,
    said: [],
    state: {
      ...exceeded(12),
      fuel: 10,
      call: callOf([
        frameOf(1, module.at("call") + 2),
        frameOf(0, called, values(3)),
        frameOf(0, module.at("inside"), values(2)),
      ]),
    },
    clauses: ["snapshots.frame", "snapshots.call"],
    // 14 behind the block that could not be paid for, 6 for each level more, 2 for the last look.
    enough: { fuel: 22 },
    says: [],
    fuel: 22,
  };
}

function beforeBulk(): Standing {
  const module = writeProgram({
    functions: { main: { code: [named("first", i32(0)), i32(1), i32(640), named("fill", memoryFill)] } },
  });
  return {
    name: "before-bulk",
    what: "before a `memory.fill` whose block is charged and whose extra is not",
    features: FUEL,
    module,
    grants: {},
    quotas: { fuel: 4 },
    log: STARTED,
    said: [],
    state: {
      ...exceeded(4),
      fuel: 4,
      call: callOf([frameOf(0, module.at("fill"), values(), values(0, 1, 640))], { block_charged: true }),
    },
    clauses: ["snapshots.block-charged", "snapshots.frame"],
    enough: { fuel: 14 },
    says: [],
    fuel: 14,
  };
}

const EVENT = timerFired(1);
const said = speech(EVENT.length);

/** Says every event. */
const listener: ProgramText = {
  imports: ["emit"],
  functions: {
    main: { code: [named("first", i32(0)), drop] },
    fayger_alloc: { params: ["i32"], results: ["i32"], code: [named("room", i32(SPOKEN_AT))] },
    fayger_on_event: {
      params: ["i32", "i32"],
      code: (numbers) => {
        const code = said.code(numbers);
        return [...code.slice(0, -1), named("said", drop)];
      },
    },
  },
  data: said.data,
};

function waitingEvent(): Standing {
  const module = writeProgram(listener);
  return {
    name: "waiting-event",
    what: "before its first instruction, while an event waits",
    features: [...FUEL, "events"],
    module,
    grants: SPEAKING,
    quotas: NOTHING,
    log: [...STARTED, { do: "event", bytes: toHex(EVENT) }],
    said: [],
    state: {
      ...exceeded(0),
      events: [EVENT],
      memory: memoryOf(1, said.data),
      dropped_data: [0],
      call: callOf([frameOf(1, module.at("first"))]),
    },
    clauses: ["snapshots.state"],
    enough: { fuel: 9 },
    says: [say(EVENT)],
    // 2 of the entry, 1 of the room, 6 of the event.
    fuel: 9,
  };
}

function insideEvent(): Standing {
  const module = writeProgram(listener);
  return {
    name: "inside-event",
    what: "while it handles an event",
    features: [...FUEL, "events"],
    module,
    grants: SPEAKING,
    quotas: NOTHING,
    log: [...STARTED, { do: "event", bytes: toHex(EVENT) }, { do: "grant", quota: "fuel", value: 8 }, { do: "resume" }],
    said: [say(EVENT)],
    state: {
      ...emitted(Uint8Array.from(Buffer.from(say(EVENT), "hex")), 8),
      memory: memoryOf(1, { ...said.data, [SPOKEN_AT]: [...EVENT] }),
      dropped_data: [0],
      call: callOf([frameOf(3, module.at("said"), values(SPOKEN_AT, EVENT.length), values(2))], {
        to: "fayger_on_event",
        event: EVENT,
      }),
    },
    clauses: ["snapshots.call", "snapshots.state"],
    enough: { fuel: 9 },
    says: [],
    fuel: 9,
  };
}

function beforeRoom(): Standing {
  const module = writeProgram(listener);
  return {
    name: "before-room",
    what: "where it is asked for the room of an event",
    features: [...FUEL, "events"],
    module,
    grants: SPEAKING,
    quotas: NOTHING,
    log: [...STARTED, { do: "event", bytes: toHex(EVENT) }, { do: "grant", quota: "fuel", value: 2 }, { do: "resume" }],
    said: [],
    state: {
      ...exceeded(2),
      fuel: 2,
      memory: memoryOf(1, said.data),
      dropped_data: [0],
      call: callOf([frameOf(2, module.at("room"), values(EVENT.length))], { to: "fayger_alloc", event: EVENT }),
    },
    clauses: ["snapshots.call", "snapshots.state"],
    enough: { fuel: 9 },
    says: [say(EVENT)],
    fuel: 9,
  };
}

/** What a program can have beside its stack. */
function furnished(): Standing {
  const main = (numbers: Numbers): Code => [
    i32(-2),
    globalSet(0),
    i64(-3n),
    globalSet(1),
    f32(0x7fc0_0001),
    globalSet(2),
    f64(0x8000_0000_0000_0000n),
    globalSet(3),
    refFunc(numbers.fn("main")),
    globalSet(4),
    elemDrop(1),
    dataDrop(0),
    i32(3),
    refFunc(numbers.fn("other")),
    tableSet(0),
    refNull("externref"),
    i32(1),
    tableGrow(1),
    drop,
    i32(1),
    memoryGrow,
    drop,
    i32(8191),
    i32(0x0102),
    access("i32.store16", 0, 0),
    ...emitting(first, numbers, named("behind", drop)),
    globalGet(0),
    drop,
  ];
  const module = writeProgram({
    imports: ["emit"],
    functions: { main: { code: main }, other: { code: [] } },
    memory: [1, 3],
    tables: [tableType("funcref", 4, 8), tableType("externref", 2)],
    globals: [
      global("i32", true, [i32(1)]),
      global("i64", true, [i64(1n)]),
      global("f32", true, [f32(0)]),
      global("f64", true, [f64(0n)]),
      global("funcref", true, [refNull("funcref")]),
      global("externref", true, [refNull("externref")]),
      global("i32", false, [i32(7)]),
    ],
    elements: ({ fn }) => [
      activeElements([i32(1)], [fn("main")]),
      passiveElements([fn("main")]),
      passiveElements([fn("other")]),
      declaredElements([fn("main"), fn("other")]),
    ],
    passive: [passiveData([1]), passiveData([2])],
    data: { ...dataOf(first), 65535: [9] },
  });
  return {
    name: "furnished",
    what: "with globals of every type, two tables, grown memory and dropped segments",
    features: FUEL,
    module,
    grants: SPEAKING,
    quotas: { fuel: 30 },
    log: STARTED,
    said: [say(utf8("a"))],
    state: {
      ...emitted(first.bytes, 30),
      memory: memoryOf(2, { ...dataOf(first), 8191: [2, 1], 65535: [9] }),
      globals: values(0xffff_fffe, -3, 0x7fc0_0001, 0x8000_0000_0000_0000n, 2, 0, 7),
      tables: [
        {
          size: 4,
          elements: [
            { index: 1, function_index: 1 },
            { index: 3, function_index: 2 },
          ],
        },
        { size: 3, elements: [] },
      ],
      dropped_elements: [0, 1, 3],
      dropped_data: [0, 2, 3],
      call: callOf([frameOf(1, module.at("behind"), values(), values(2))]),
    },
    clauses: ["snapshots.memory", "snapshots.table", "snapshots.state"],
    enough: { fuel: 33 },
    says: [],
    fuel: 33,
  };
}

/** Locals and operands of every type, some of which are seen when it goes on. */
function loaded(): Standing {
  const speaks = speech(8);
  const main = (numbers: Numbers): Code => [
    i32(-1),
    localSet(0),
    i64(0x0102_0304_0506_0708n),
    localSet(1),
    f32(0xff80_0000),
    localSet(2),
    f64(0x7ff0_0000_0000_0001n),
    localSet(3),
    refFunc(numbers.fn("main")),
    localSet(4),
    i64(-9n),
    f64(0x4000_0000_0000_0000n),
    f32(0x4000_0000),
    refFunc(numbers.fn("main")),
    refNull("externref"),
    ...emitting(first, numbers, named("behind", drop)),
    ...times(5, drop),
    i32(SPOKEN_AT),
    localGet(1),
    access("i64.store"),
    ...speaks.code(numbers),
  ];
  const module = writeProgram({
    imports: ["emit"],
    functions: {
      main: {
        locals: [
          [1, "i32"],
          [1, "i64"],
          [1, "f32"],
          [1, "f64"],
          [1, "funcref"],
          [1, "externref"],
        ],
        code: main,
      },
    },
    elements: ({ fn }) => [declaredElements([fn("main")])],
    data: { ...dataOf(first), ...speaks.data },
  });
  return {
    name: "loaded",
    what: "with locals and operands of every type",
    features: FUEL,
    module,
    grants: SPEAKING,
    quotas: { fuel: 20 },
    log: STARTED,
    said: [say(utf8("a"))],
    state: {
      ...emitted(first.bytes, 20),
      memory: memoryOf(1, { ...dataOf(first), ...speaks.data }),
      dropped_elements: [0],
      dropped_data: [0, 1],
      call: callOf([
        frameOf(
          1,
          module.at("behind"),
          values(0xffff_ffff, 0x0102_0304_0506_0708n, 0xff80_0000, 0x7ff0_0000_0000_0001n, 2, 0),
          values(-9, 0x4000_0000_0000_0000n, 0x4000_0000, 2, 0, 2),
        ),
      ]),
    },
    clauses: ["snapshots.frame", "snapshots.state"],
    enough: { fuel: 35 },
    says: [say([8, 7, 6, 5, 4, 3, 2, 1])],
    // 6 drops, 3 to store, 5 to say, 1 behind.
    fuel: 35,
  };
}

/** Every program, in the order in which the vectors stand. */
export const STANDING = {
  beforeFirst: beforeFirst(),
  behindHostCall: behindHostCall(),
  recursion: recursion(),
  beforeBulk: beforeBulk(),
  waitingEvent: waitingEvent(),
  beforeRoom: beforeRoom(),
  insideEvent: insideEvent(),
  furnished: furnished(),
  loaded: loaded(),
} as const satisfies Readonly<Record<string, Standing>>;

/** The whole state of a program that stands still. */
export const wholeState = ({ state }: Pick<Standing, "state">): { readonly [key: string]: Value } =>
  stateOf(state) as { readonly [key: string]: Value };

/** The bytes of its snapshot. */
export const snapshotHex = (standing: Pick<Standing, "state">): string => snapshotOf(wholeState(standing)).hex;
