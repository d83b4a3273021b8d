// Programs that fail in every way that is known, each with what shall become of it.
import type { Manifest } from "../../../generated/codecs/manifest.js";
import type { BufObject } from "../../contracts/buf-object.js";
import type { Part } from "../wasm/testing/module-bytes.js";
import { ValueType } from "../wasm/types.js";
import { emitAt, forever, type GuestSource, guestModule, i32, memory, op } from "./guest-module.js";
import { bufObject, type InstructionHandler, type ObjectSource } from "./test-host.js";

/** First byte of an instruction, by what {@link answerHostilely} does with it. */
export const Ask = { Fine: 1, Later: 2, Subscribe: 3, Throw: 4, Reject: 5 } as const;

/** An answer with the number of the instance, where its program may look at it. */
export function numberReply(number: number): Uint8Array {
  return Uint8Array.of(0, 0, number, number >>> 8, number >>> 16, number >>> 24);
}

/** A bus that answers, answers later, sends an event, and fails, as the program asks. Instances are `instance#number`. */
export const answerHostilely: InstructionHandler = (instruction, channel) => {
  const number = Number(channel.request.instance.slice("instance#".length));
  switch (instruction[0]) {
    case Ask.Later:
      return new Promise((resolve) => void Promise.resolve().then(() => resolve(numberReply(number))));
    case Ask.Subscribe:
      channel.openSubscriptions = 1;
      return numberReply(number);
    case Ask.Throw:
      throw new RangeError("a fault of the bus");
    case Ask.Reject:
      return Promise.reject(new RangeError("a fault of the host"));
    default:
      return numberReply(number);
  }
};

/** A hostile program. */
export interface HostileProgram {
  readonly what: string;
  readonly object: BufObject;
  /** Where it fails, and with which code; for a program that does not fail, the state in which it stays or ends. */
  readonly end:
    | { readonly at: "init" | "run"; readonly code: string; readonly context?: Readonly<Record<string, unknown>> }
    | { readonly state: "Running" | "Suspended" }
    | { readonly state: "Terminated"; readonly exitCode: number };
}

type Call = (target: string) => Part;
type Code = GuestSource["functions"][string]["code"];

function program(
  functions: GuestSource["functions"],
  quotas: Manifest["quotas"] = {},
  more: Partial<GuestSource> = {},
  source: Partial<ObjectSource> = {},
): BufObject {
  const asks = Object.values(Ask).map((ask) => [ask, [ask]] as const);
  const code = guestModule({ functions, data: asks, ...more });
  return bufObject({ code, manifest: { quotas }, ...source });
}

/** Ask for something and leave the reply alone. */
function ask(call: Call, what: number, replyAt = 0, capacity = 0) {
  return [emitAt(call, what, 1, replyAt, capacity), op.drop];
}

function traps(what: string, trap: string, code: Code, more: Partial<GuestSource> = {}): HostileProgram {
  return {
    what,
    object: program({ main: { code } }, {}, more),
    end: { at: "run", code: "RT_TRAP", context: { trap } },
  };
}

function violates(what: string, reason: string, code: Code): HostileProgram {
  return {
    what,
    object: program({ main: { code } }),
    end: { at: "run", code: "RT_ABI_VIOLATION", context: { reason } },
  };
}

function refused(what: string, reason: string, code: Uint8Array): HostileProgram {
  return { what, object: bufObject({ code }), end: { at: "init", code: "RT_CODE_INVALID", context: { reason } } };
}

const suspended = { state: "Suspended" } as const;
const { I32 } = ValueType;
const events = {
  fayger_alloc: { params: [I32], results: [I32], code: [i32(2048)] },
} as const satisfies GuestSource["functions"];

/** Every way to fail that is known. */
export const HOSTILE_PROGRAMS: readonly HostileProgram[] = [
  traps("unreachable", "unreachable", [op.unreachable]),
  traps("a division by zero", "integer_divide_by_zero", [i32(1), i32(0), op.divide, op.drop]),
  traps("a quotient that does not fit", "integer_overflow", [i32(-(2 ** 31)), i32(-1), op.divide, op.drop]),
  traps("a conversion of NaN", "invalid_conversion", [0x43, 0, 0, 0xc0, 0x7f, 0xa8, op.drop]),
  traps("an access behind the memory", "memory_out_of_bounds", [i32(-1), memory.load, op.drop]),
  traps("a table access behind its end", "table_out_of_bounds", [i32(9), 0x25, 0, op.drop], { table: 2 }),
  traps("a call through an empty element", "uninitialized_element", [i32(0), 0x11, 4, 0], { table: 2 }),
  traps("recursion without end", "stack_exhausted", (call) => [call("main")]),
  violates("an instruction behind the memory", "instruction_out_of_memory", (call) => [emitAt(call, -1, 1), op.drop]),
  violates("room for a reply behind the memory", "reply_out_of_memory", (call) => [emitAt(call, 0, 1, -4, 8), op.drop]),
  violates("a section id behind the memory", "section_id_out_of_memory", (call) => [
    [i32(-1), i32(2), [0x42, 0], i32(0), i32(0), call("section_read")],
    op.drop,
  ]),
  {
    what: "an emit during init",
    object: program({ main: { code: [] }, fayger_init: { code: (call) => ask(call, Ask.Fine) } }),
    end: { at: "init", code: "RT_ABI_VIOLATION", context: { reason: "not_running" } },
  },
  {
    what: "abort",
    object: program({ main: { code: (call) => [call("abort")] } }),
    end: { at: "run", code: "RT_INSTANCE_FAILED" },
  },
  {
    what: "a bus that throws",
    object: program({ main: { code: (call) => ask(call, Ask.Throw) } }),
    end: { at: "run", code: "RT_INSTANCE_FAILED" },
  },
  {
    what: "a host that rejects",
    object: program({ main: { code: (call) => ask(call, Ask.Reject) } }),
    end: { at: "run", code: "RT_INSTANCE_FAILED" },
  },
  {
    what: "a section that cannot be read",
    object: program(
      { main: { code: (call) => [[i32(1), i32(1), [0x42, 0], i32(0), i32(0), call("section_read")], op.drop] } },
      {},
      { data: [[1, [0x61]]] },
      {
        sections: { a: Uint8Array.of(1) },
        access: (bodies) => ({
          read: async (id) => {
            if (id === "a") throw new RangeError("a fault of the source");
            return bodies.get(id) as Uint8Array;
          },
          readSync: (id) => (id === "a" ? undefined : bodies.get(id)),
          readsWithoutWaiting: (id) => id !== "a",
          isSelected: (id) => bodies.has(id),
        }),
      },
    ),
    end: { at: "run", code: "RT_INSTANCE_FAILED" },
  },
  refused("bytes that are no module", "bad_magic", Uint8Array.of(1, 2, 3, 4)),
  refused("a component", "unsupported_component_model", Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0)),
  refused("no entry", "missing_export", guestModule({ functions: { other: { code: [] } } })),
  refused(
    "an entry with a parameter",
    "export_type",
    guestModule({ functions: { main: { params: [I32], code: [] } } }),
  ),
  {
    what: "a start function that traps",
    object: program({ main: { code: [] }, begin: { code: [op.unreachable], internal: true } }, {}, { start: "begin" }),
    end: { at: "init", code: "RT_TRAP", context: { trap: "unreachable" } },
  },
  {
    what: "a start function without end",
    object: program(
      { main: { code: [] }, begin: { code: [forever], internal: true } },
      { fuel: 100_000 },
      { start: "begin" },
    ),
    end: { at: "init", code: "RT_QUOTA_EXCEEDED", context: { quota: "fuel", limit: 100_000 } },
  },
  {
    what: "a memory above the quota",
    object: program({ main: { code: [] } }, { memoryBytes: 65_536 }, { memory: [2] }),
    end: { at: "init", code: "RT_QUOTA_EXCEEDED", context: { quota: "memory_bytes" } },
  },
  {
    what: "a loop without end, by fuel",
    object: program({ main: { code: [forever] } }, { fuel: 300_000 }),
    end: suspended,
  },
  {
    what: "a loop without end, by time",
    object: program({ main: { code: [forever] } }, { wallMs: 5 }),
    end: suspended,
  },
  {
    what: "memory without end",
    // Grow by one page until that gives -1, then exit with the size.
    object: program(
      {
        main: {
          code: (call) => [
            [0x03, 0x40, i32(1), memory.grow, i32(-1), 0x47, 0x0d, 0, op.end],
            memory.size,
            call("exit"),
          ],
        },
      },
      { memoryBytes: 131_072 },
    ),
    end: { state: "Terminated", exitCode: 2 },
  },
  {
    what: "table elements without end",
    object: program(
      {
        main: {
          code: (call) => [
            [0x03, 0x40, 0xd0, 0x70, i32(10), 0xfc, 0x0f, 0, i32(-1), 0x47, 0x0d, 0, op.end],
            [0xfc, 0x10, 0, call("exit")],
          ],
        },
      },
      { tableElements: 35 },
      { table: 2 },
    ),
    end: { state: "Terminated", exitCode: 32 },
  },
  {
    what: "instructions without end, throttled",
    object: program(
      { main: { code: (call) => [[0x03, 0x40, ask(call, Ask.Fine), 0x0c, 0, op.end]] } },
      { emitsPerSecond: 3 },
    ),
    end: { state: "Running" },
  },
  {
    what: "instructions without end, by fuel",
    object: program({ main: { code: (call) => [[0x03, 0x40, ask(call, Ask.Fine), 0x0c, 0, op.end]] } }, { fuel: 2000 }),
    end: suspended,
  },
  {
    what: "an event that is never done",
    object: program(
      {
        main: { code: (call) => ask(call, Ask.Subscribe) },
        ...events,
        fayger_on_event: { params: [I32, I32], code: [forever] },
      },
      { fuel: 100_000, maxPendingEvents: 4 },
    ),
    end: suspended,
  },
  {
    what: "no room for an event",
    object: program({
      main: { code: (call) => ask(call, Ask.Subscribe) },
      fayger_alloc: { params: [I32], results: [I32], code: [i32(-1)] },
      fayger_on_event: { params: [I32, I32], code: [] },
    }),
    end: { at: "run", code: "RT_ABI_VIOLATION", context: { reason: "event_out_of_memory" } },
  },
];

/** Ways to ask for the number from which a {@link healthyProgram} computes. */
export type Asking = "at_once" | "later" | "by_event";

/** Exits with {@link healthyResult} of the number it is given. */
export function healthyProgram(asking: Asking): BufObject {
  const REPLY = 1024;
  // Locals: 0 and 1 are the parameters of the handler; 2 the count, 3 the result.
  const compute = (call: Call, numberAt: number) => [
    [i32(numberAt), memory.load, 0x21, 3],
    [0x03, 0x40],
    [i32(16), 0x20, 3, i32(31), 0x6c, 0x20, 2, op.add, memory.store],
    [i32(16), memory.load, 0x21, 3],
    [0x20, 2, i32(1), op.add, 0x22, 2, i32(100), 0x49, 0x0d, 0, op.end],
    [0x20, 3, call("exit")],
  ];
  const locals = [[4, I32]] as const;
  if (asking !== "by_event") {
    const what = asking === "later" ? Ask.Later : Ask.Fine;
    return program({ main: { locals, code: (call) => [ask(call, what, REPLY, 64), compute(call, REPLY + 2)] } });
  }
  return program({
    main: { code: (call) => ask(call, Ask.Subscribe) },
    ...events,
    // An event of a handle and 64 bits is 19 bytes long; the number is the last four.
    fayger_on_event: {
      params: [I32, I32],
      locals: [[2, I32]],
      code: (call) => compute(call, 2048 + 15),
    },
  });
}

/** What a {@link healthyProgram} exits with: the same in the language of the host. */
export function healthyResult(number: number): number {
  let result = number;
  for (let count = 0; count < 100; count += 1) result = (Math.imul(result, 31) + count) | 0;
  return result >>> 0;
}
