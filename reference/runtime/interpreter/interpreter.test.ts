import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Manifest } from "../../../generated/codecs/manifest.js";
import { LifecycleState } from "../../../generated/lifecycle/transition-table.js";
import type { BufObject } from "../../contracts/buf-object.js";
import {
  emitAt,
  forever,
  type GuestSource,
  guestModule,
  i32,
  i64,
  local,
  memory,
  op,
} from "../testing/guest-module.js";
import { errorOf, testRuntime } from "../testing/run-guest.js";
import { bufObject, TestBus } from "../testing/test-host.js";
import type { Part } from "../wasm/testing/module-bytes.js";
import { ValueType } from "../wasm/types.js";
import { createInterpreter, INTERPRETER_ID } from "./index.js";
import { InterpreterStrategy } from "./interpreter-strategy.js";

const { I32 } = ValueType;

function artifact(
  functions: GuestSource["functions"],
  more: Partial<GuestSource> = {},
  quotas: Manifest["quotas"] = {},
): BufObject {
  return bufObject({ code: guestModule({ functions, ...more }), manifest: { quotas } });
}

function interpreter(options: Parameters<typeof testRuntime>[1] = {}) {
  return testRuntime(new InterpreterStrategy(), options);
}

/** Let promises settle. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** Count local 0 down from `rounds`; 7 fuel for each round and 2 before. */
function countDown(rounds: number): Part {
  return [i32(rounds), [0x21, 0], [0x03, 0x40], local(0), i32(1), 0x6b, [0x22, 0], i32(0), 0x47, [0x0d, 0], op.end];
}

const counter = { locals: [[1, I32]] } as const;

describe("a program in the interpreter", () => {
  // @spec guest-abi.emit, guest-abi.reply-read, guest-abi.section-read, guest-abi.exit
  it("emits, reads its reply and a section, and exits with what it found", async () => {
    const bus = new TestBus(() => Uint8Array.of(0, 0, 40));
    const { implementation, ran } = interpreter({ bus });
    const code = guestModule({
      functions: {
        main: {
          code: (call) => [
            [emitAt(call, 8, 1, 100, 3), op.drop],
            [i32(200), i32(3), call("reply_read"), op.drop],
            [i32(16), i32(4), i64(1n), i32(300), i32(9), call("section_read")],
            [i32(202), [0x2d, 0, 0], op.add],
            [i32(300), [0x2d, 0, 0], op.add, call("exit")],
          ],
        },
      },
      data: [
        [8, [7]],
        [16, [...new TextEncoder().encode("more")]],
      ],
    });
    const id = await ran(bufObject({ code, sections: { more: Uint8Array.of(9, 100, 3) } }));
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
    expect(implementation.exitCode(id)).toBe(2 + 40 + 100);
    expect(bus.channel.emitted).toEqual([Uint8Array.of(7)]);
  });

  // @spec guest-abi.emit.blocks
  it("waits for an answer without keeping the thread, and goes on where it was", async () => {
    let answer: (reply: Uint8Array) => void = () => undefined;
    const bus = new TestBus(() => new Promise((resolve) => (answer = resolve)));
    const { implementation, scheduler, started } = interpreter({ bus });
    const emit = { params: [I32], results: [I32], internal: true } as const;
    const id = await started(
      artifact({
        main: { code: (call) => [i32(5), i32(100), call("ask"), op.add, call("exit")] },
        // The call waits two frames deep, with operands below it.
        ask: { ...emit, code: (call) => [local(0), emitAt(call, 8, 1, 64, 4), op.add] },
      }),
    );
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    answer(Uint8Array.of(0, 0, 1));
    await settle();
    scheduler.runAll();
    expect(implementation.exitCode(id)).toBe(5 + 100 + 3);
  });

  // @spec guest-abi.events
  it("takes events where it made room for them", async () => {
    const { implementation, scheduler, started, bus } = interpreter();
    const id = await started(
      artifact({
        main: { code: [] },
        fayger_alloc: { params: [I32], results: [I32], code: [i32(500)] },
        fayger_on_event: {
          params: [I32, I32],
          code: (call) => [local(0), [0x2d, 0, 2], local(1), op.add, call("exit")],
        },
      }),
    );
    bus.channel.openSubscriptions = 1;
    scheduler.runAll();
    // A timer that fired once.
    implementation.onEvent(id, Uint8Array.of(3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, 0, 0, 0, 1));
    scheduler.runAll();
    expect(implementation.exitCode(id)).toBe(1 + 19);
  });

  // @spec guest-abi.traps, guest-abi.stack
  it.each([
    ["unreachable", [op.unreachable]],
    ["integer_divide_by_zero", [i32(1), i32(0), op.divide, op.drop]],
    ["memory_out_of_bounds", [i32(65_533), memory.load, op.drop]],
    ["stack_exhausted", (call: (target: string) => Part) => [call("main")]],
  ] as const)("fails with the trap %s, and only itself", async (trap, code) => {
    const { implementation, ran } = interpreter();
    const id = await ran(artifact({ main: { code } }));
    expect(implementation.state(id)).toBe(LifecycleState.Failed);
    expect(implementation.failureInfo(id)?.error).toMatchObject({ code: "RT_TRAP", context: { trap } });
    const other = await ran(artifact({ main: { code: (call) => [i32(3), call("exit")] } }));
    expect(implementation.exitCode(other)).toBe(3);
  });

  // @spec guest-abi.code
  it("is refused where it is no guest program", async () => {
    const { implementation } = interpreter();
    const id = implementation.load(bufObject({ code: Uint8Array.of(0, 1, 2, 3) }));
    expect(await errorOf(implementation.init(id))).toMatchObject({ code: "RT_CODE_INVALID", context: { offset: 0 } });
  });

  // @spec runtime.capabilities
  it("is what is registered as the interpreter", () => {
    const { bus, events, scheduler } = interpreter();
    const clock = { unixNanoseconds: () => 1n, monotonicNanoseconds: () => 1n };
    const made = createInterpreter({ bus, events, scheduler, clock, ids: { next: () => "instance#1" } } as never);
    expect(made.descriptor.id).toBe(INTERPRETER_ID);
    for (const name of [
      "fuel",
      "stop_anywhere",
      "blocking_emit",
      "memory_limit",
      "table_limit",
      "canonical_nan",
    ] as const) {
      expect(made.capabilities().has(name)).toBe(true);
    }
  });
});

describe("turns", () => {
  // @spec runtime.turns, runtime.isolation.endless-loop, quotas.yield
  it("let an endless loop be suspended, resumed and terminated while others finish", async () => {
    const { implementation, scheduler, started } = interpreter();
    const endless = await started(artifact({ main: { code: [forever] } }));
    const short = await started(
      artifact({ main: { ...counter, code: (call) => [countDown(500_000), i32(1), call("exit")] } }),
    );
    for (let turn = 0; turn < 200 && implementation.exitCode(short) === undefined; turn++) scheduler.runOne();
    expect(implementation.exitCode(short)).toBe(1);
    const suspended = implementation.suspend(endless);
    scheduler.runAll(10);
    await suspended;
    expect(implementation.state(endless)).toBe(LifecycleState.Suspended);
    await implementation.resume(endless);
    scheduler.runAll(10);
    expect(implementation.state(endless)).toBe(LifecycleState.Running);
    await implementation.terminate(endless);
    expect(implementation.state(endless)).toBe(LifecycleState.Terminated);
  });

  // @spec runtime.turns
  // @spec lifecycle.suspend.in-call
  it("end behind the host call during which the program was told to stop, before it emits again", async () => {
    const three = guestModule({
      functions: { main: { code: (call) => [1, 2, 3].map(() => [emitAt(call, 0, 3), op.drop]) } },
    });
    const seen: number[] = [];
    let suspending: Promise<void> | undefined;
    const bus = new TestBus((_instruction, channel) => {
      seen.push(seen.length + 1);
      if (seen.length === 2) suspending = implementation.suspend(channel.request.instance);
      return Uint8Array.of(0, 0);
    });
    const { implementation, scheduler, started } = testRuntime(new InterpreterStrategy(), { bus });
    const id = await started(bufObject({ code: three }));
    scheduler.runAll();
    await suspending;
    expect([implementation.state(id), seen]).toEqual([LifecycleState.Suspended, [1, 2]]);
    await implementation.resume(id);
    scheduler.runAll();
    expect([implementation.state(id), seen]).toEqual([LifecycleState.Terminated, [1, 2, 3]]);
  });

  it("end where much was translated, which costs no fuel", async () => {
    const parts = Array.from({ length: 40 }, (_, at) => `part${at}`);
    const long = { internal: true, code: [new Uint8Array(10_000).fill(0x01)] };
    const functions: GuestSource["functions"] = {
      main: { code: (call) => [parts.map(call), parts.map(call), i32(9), call("exit")] },
      ...Object.fromEntries(parts.map((part) => [part, long])),
    };
    const { implementation, scheduler } = interpreter();
    const id = implementation.load(artifact(functions));
    const ready = implementation.init(id).then(() => true);
    // A module of that size is read in turns, too.
    const aWhile = (): Promise<boolean> => new Promise((resolve) => void setImmediate(resolve, false));
    while (!(await Promise.race([ready, aWhile()]))) scheduler.runOne();
    await implementation.start(id);
    let turns = 0;
    while (scheduler.runOne()) turns += 1;
    expect(implementation.exitCode(id)).toBe(9);
    expect(implementation.usage(id)?.fuel).toBe(80 + 2);
    expect(turns).toBeGreaterThan(4);
    expect(turns).toBeLessThan(12);
  });

  // @spec quotas.yield, guest-abi.fuel
  it("are as many as fuel_per_slice asks for, and change nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 200 }), async (fuelPerSlice) => {
        const { implementation, scheduler, started } = interpreter();
        const main = { ...counter, code: (call: (target: string) => Part) => [countDown(50), local(0), call("exit")] };
        const id = await started(artifact({ main }, {}, { fuelPerSlice }));
        let turns = 0;
        while (scheduler.runOne()) turns += 1;
        expect(implementation.exitCode(id)).toBe(0);
        expect(implementation.usage(id)?.fuel).toBe(2 + 50 * 7 + 2);
        // A slice ends before the block that does not fit, and has at least one block.
        const rounds = Math.max(1, Math.floor(fuelPerSlice / 7));
        expect(turns).toBeGreaterThanOrEqual(Math.floor(50 / rounds));
        expect(turns).toBeLessThanOrEqual(Math.ceil(50 / rounds) + 2);
      }),
      { numRuns: 40 },
    );
  });
});

describe("quotas", () => {
  // @spec quotas.exceeded, quotas.grant, guest-abi.fuel.blocks
  it("stop a program before the block that does not fit, and let it go on where the host grants more", async () => {
    const { implementation, scheduler, started, events } = interpreter();
    const main = { ...counter, code: (call: (target: string) => Part) => [countDown(10), local(0), call("exit")] };
    const id = await started(artifact({ main }, {}, { fuel: 30 }));
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    // 2, then four rounds of 7; a fifth would be 37.
    expect(implementation.usage(id)?.fuel).toBe(30);
    expect(events.of("resource.quota_reached", id)).toEqual([{ quota: "fuel", limit: 30, action: "suspend" }]);
    expect(await errorOf(implementation.resume(id))).toMatchObject({ code: "RT_QUOTA_EXCEEDED" });
    for (let fuel = 31; implementation.exitCode(id) === undefined; fuel += 1) {
      implementation.grantQuota(id, "fuel", fuel);
      await implementation.resume(id);
      scheduler.runAll();
      expect(implementation.usage(id)?.fuel).toBeLessThanOrEqual(fuel);
    }
    expect(implementation.usage(id)?.fuel).toBe(2 + 70 + 2);
    expect(implementation.exitCode(id)).toBe(0);
  });

  // @spec guest-abi.fuel, guest-abi.fuel.blocks
  it("stop a bulk operation that costs too much before it does anything, however small the slices are", async () => {
    const { implementation, scheduler, started } = interpreter();
    const fill: Part = [i32(0), i32(1), i32(6400), [0xfc, 0x0b, 0]];
    const code = (call: (target: string) => Part): Part[] => [fill, i32(0), [0x2d, 0, 0], call("exit")];
    const id = await started(artifact({ main: { code } }, {}, { fuel: 106, fuelPerSlice: 3 }));
    scheduler.runAll();
    // The block is paid, the fill is not.
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    expect(implementation.usage(id)?.fuel).toBe(7);
    implementation.grantQuota(id, "fuel", 107);
    await implementation.resume(id);
    scheduler.runAll();
    expect(implementation.exitCode(id)).toBe(1);
    expect(implementation.usage(id)?.fuel).toBe(107);
  });

  // @spec quotas.during-init
  it("fail a program that uses up its fuel during init", async () => {
    const { implementation } = interpreter();
    const id = implementation.load(
      artifact({ main: { code: [] }, fayger_init: { code: [forever] } }, {}, { fuel: 1000 }),
    );
    const failed = implementation.init(id);
    expect(await errorOf(failed)).toMatchObject({ code: "RT_QUOTA_EXCEEDED", context: { quota: "fuel" } });
    expect(implementation.state(id)).toBe(LifecycleState.Failed);
  });

  // @spec guest-abi.memory-grow, quotas.memory
  it("give -1 exactly beyond memory_bytes, the module's maximum, and table_elements", async () => {
    const grow: Part = [i32(1), memory.grow];
    const code = (call: (target: string) => Part): Part[] => [
      [grow, i32(16), 0x6c, grow, i32(4), 0x6c, op.add, grow, op.add],
      [[0xd0, 0x70], i32(6), [0xfc, 0x0f, 0], i32(256), 0x6c, op.add],
      [[0xd0, 0x70], i32(1), [0xfc, 0x0f, 0], i32(4096), 0x6c, op.add, call("exit")],
    ];
    const found = async (pages: number, maximum: number, elements: number): Promise<number> => {
      const { implementation, ran } = interpreter();
      const quotas = { memoryBytes: pages * 65_536, tableElements: elements };
      const id = await ran(artifact({ main: { code } }, { memory: [1, maximum], table: 4 }, quotas));
      return (implementation.exitCode(id) ?? 0) | 0;
    };
    const sum = (...parts: readonly number[]): number =>
      16 * parts[0]! + 4 * parts[1]! + parts[2]! + 256 * parts[3]! + 4096 * parts[4]!;
    expect(await found(2, 9, 10)).toBe(sum(1, -1, -1, 4, -1));
    expect(await found(3, 9, 11)).toBe(sum(1, 2, -1, 4, 10));
    expect(await found(9, 2, 9)).toBe(sum(1, -1, -1, -1, 4));
    expect(await found(9, 9, 5)).toBe(sum(1, 2, 3, -1, 4));
  });

  // @spec guest-abi.host-memory
  it("fail the instance and never give -1 where the host has no memory left below the quota", async () => {
    const { implementation, scheduler, started } = interpreter({ hostQuotas: { memory_bytes: 2 ** 32 } });
    const code = (call: (target: string) => Part): Part[] => [i32(65_535), memory.grow, call("exit")];
    const id = await started(artifact({ main: { code } }, {}, { memoryBytes: 2 ** 32 }));
    const real = globalThis.ArrayBuffer;
    // What a host does that has no memory; nothing else in reach of the program asks for so much.
    globalThis.ArrayBuffer = new Proxy(real, {
      construct(target, [length]) {
        if (length > 2 ** 30) throw new RangeError("Array buffer allocation failed");
        return new target(length);
      },
    });
    try {
      scheduler.runAll();
    } finally {
      globalThis.ArrayBuffer = real;
    }
    expect(implementation.state(id)).toBe(LifecycleState.Failed);
    expect(implementation.failureInfo(id)?.error).toMatchObject({
      code: "RT_INSTANCE_FAILED",
      cause: { code: "HOST_ERROR" },
    });
  });

  // @spec guest-abi.memory-grow
  it("that rise while the program runs are seen by it", async () => {
    const { implementation, scheduler, started, bus } = interpreter();
    const grow: Part = [i32(1), memory.grow];
    const code = (call: (target: string) => Part): Part[] => [
      grow,
      emitAt(call, 0, 1),
      op.drop,
      grow,
      i32(10),
      0x6c,
      op.add,
      call("exit"),
    ];
    bus.handler = () => Promise.resolve(Uint8Array.of(0, 0));
    const id = await started(artifact({ main: { code } }, {}, { memoryBytes: 65_536 }));
    scheduler.runAll();
    implementation.grantQuota(id, "memory_bytes", 131_072);
    await settle();
    scheduler.runAll();
    expect((implementation.exitCode(id) ?? 0) | 0).toBe(-1 + 10);
  });
});

describe("many instances of one artifact", () => {
  // @spec runtime.isolation
  it("share its translation and nothing that changes", async () => {
    const { implementation, scheduler, started } = interpreter();
    const cell: Part = [i32(0), i32(0), memory.load, i32(1), op.add, memory.store];
    const rounds: Part = [
      i32(100),
      [0x21, 0],
      [0x03, 0x40],
      cell,
      local(0),
      i32(1),
      0x6b,
      [0x22, 0],
      [0x0d, 0],
      op.end,
    ];
    const object = artifact(
      { main: { ...counter, code: (call) => [rounds, i32(0), memory.load, call("exit")] } },
      {},
      { fuelPerSlice: 13 },
    );
    const ids = [];
    for (let count = 0; count < 50; count++) ids.push(await started(object));
    scheduler.runAll();
    for (const id of ids) expect(implementation.exitCode(id)).toBe(100);
  });
});
