import { afterAll, describe, expect, it } from "vitest";
import { LifecycleState } from "../../../../generated/lifecycle/transition-table.js";
import { FaygerError } from "../../../errors/fayger-error.js";
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
} from "../../testing/guest-module.js";
import { errorOf } from "../../testing/run-guest.js";
import { bufObject, type ObjectSource, TestBus } from "../../testing/test-host.js";
import type { Part } from "../../wasm/testing/module-bytes.js";
import { ValueType } from "../../wasm/types.js";
import { spawnNodeGuestWorker } from "../node/index.js";
import { liveRuntime, until } from "../testing/live-runtime.js";
import { type SpawnGuestWorker, WorkerPool } from "./worker-pool.js";
import { WorkerStrategy } from "./worker-strategy.js";

const { I32, FuncRef } = ValueType;
const nothing = { code: [] };
const PAGE = 65_536;

const pool = new WorkerPool(spawnNodeGuestWorker);
const strategy = new WorkerStrategy(pool);

afterAll(() => pool.close());

function artifact(
  functions: GuestSource["functions"],
  more: Partial<GuestSource> = {},
  rest: Partial<ObjectSource> = {},
) {
  return bufObject({ code: guestModule({ functions, ...more }), ...rest });
}

function engine(options: Parameters<typeof liveRuntime>[1] = {}) {
  return liveRuntime(strategy, options);
}

/** Adds one to the word at 64, again and again. */
const counting: GuestSource["functions"] = {
  main: { code: [0x03, 0x40, [i32(64), i32(64), memory.load, i32(1), op.add, memory.store], 0x0c, 0, 0x0b] },
};

/** An i32 that a program laid at 64, as it emitted it. */
function word(bytes: Uint8Array | undefined): number {
  return new DataView((bytes as Uint8Array).slice().buffer).getInt32(0, true);
}

describe("a program in a worker", () => {
  // @spec runtime.close
  it("ends when its host closes, and so do the workers that were kept", async () => {
    const own = new WorkerPool(spawnNodeGuestWorker);
    const { implementation, started, ran } = liveRuntime(new WorkerStrategy(own));
    await ran(artifact({ main: nothing }));
    const ids = [await started(artifact(counting)), implementation.load(artifact({ main: nothing }))];
    await ran(artifact({ main: nothing }));
    // One that runs and one that is kept; a third where the first was not given back yet when it was asked for.
    expect(own.alive).toBeGreaterThanOrEqual(2);
    await implementation.close();
    expect(ids.map((id) => implementation.state(id))).toEqual([LifecycleState.Terminated, LifecycleState.Terminated]);
    await expect.poll(() => own.alive).toBe(0);
    expect(() => implementation.load(artifact({ main: nothing }))).toThrow("was closed");
    await implementation.close();
  });

  it("gets its memory when it gets a worker: an engine has room for so many", async () => {
    const { Memory } = WebAssembly;
    let made = 0;
    class Counted extends Memory {
      constructor(descriptor: WebAssembly.MemoryDescriptor) {
        super(descriptor);
        made += 1;
      }
    }
    const own = new WorkerPool(spawnNodeGuestWorker, { most: 1 });
    const { implementation, started } = liveRuntime(new WorkerStrategy(own));
    WebAssembly.Memory = Counted;
    try {
      const object = artifact(counting);
      const first = await started(object);
      const waiting = Array.from({ length: 8 }, () => started(object));
      await until(() => own.waiting === waiting.length);
      expect(made).toBe(1);
      await implementation.terminate(first);
      for (const next of waiting) await implementation.terminate(await next);
      expect(made).toBe(9);
    } finally {
      WebAssembly.Memory = Memory;
      await implementation.close();
    }
  });

  // @spec runtime.close
  it("waits for a worker no longer than its instance lives, and no worker is made for one that has ended", async () => {
    let spawned = 0;
    const spawn: SpawnGuestWorker = () => {
      spawned += 1;
      return spawnNodeGuestWorker();
    };
    const own = new WorkerPool(spawn, { most: 1 });
    const { implementation, started } = liveRuntime(new WorkerStrategy(own));
    const object = artifact(counting);
    const first = await started(object);
    const ids = Array.from({ length: 5 }, () => implementation.load(object));
    const begun = ids.map((id) => errorOf(implementation.init(id)));
    await until(() => own.waiting === ids.length);
    await implementation.terminate(ids[2] as string);
    expect(own.waiting).toBe(4);
    await implementation.close();
    expect(own.waiting).toBe(0);
    for (const error of await Promise.all(begun)) expect(error).toMatchObject({ code: "RT_ILLEGAL_TRANSITION" });
    await expect.poll(() => own.alive).toBe(0);
    expect(implementation.state(first)).toBe(LifecycleState.Terminated);
    expect(spawned).toBe(1);
  });

  // @spec runtime.capabilities
  it("is declared able to do what these tests show, and nothing else", () => {
    expect([...strategy.capabilities].sort()).toEqual([
      "blocking_emit",
      "canonical_nan",
      "events",
      "fuel",
      "memory_limit",
      "stop_anywhere",
      "table_limit",
      "throttle",
    ]);
  });

  // @spec lifecycle.init, guest-abi.exit
  it("runs start function, fayger_init and entry on one memory, and gives its exit code", async () => {
    const { implementation, events, ran } = engine();
    const note = (digit: number) => ({
      code: [i32(64), i32(64), memory.load, i32(10), 0x6c, i32(digit), op.add, memory.store],
    });
    const id = await ran(
      artifact(
        {
          begin: { ...note(1), internal: true },
          fayger_init: note(2),
          main: { code: (call) => [...note(3).code, i32(64), memory.load, call("exit")] },
        },
        { start: "begin" },
      ),
    );
    expect(implementation.exitCode(id)).toBe(123);
    expect(events.of("lifecycle.transition", id).map(({ to }) => to)).toEqual([
      "Loaded",
      "Initialized",
      "Running",
      "Terminated",
    ]);
  });

  // @spec guest-abi.emit.blocks, guest-abi.emit, guest-abi.reply-read
  it("waits in emit for an answer that takes time while the host goes on", async () => {
    let answer: ((reply: Uint8Array) => void) | undefined;
    const bus = new TestBus(
      (instruction) =>
        new Promise((resolve) => {
          if (instruction[0] === 7) answer = resolve;
          else resolve(Uint8Array.of(9));
        }),
    );
    const { implementation, started } = engine({ bus });
    const id = await started(
      artifact(
        {
          main: {
            code: (call) => [
              i32(64),
              emitAt(call, 8, 1, 100, 3),
              memory.store,
              [i32(200), i32(16), call("reply_read"), op.drop],
              emitAt(call, 64, 4),
              op.drop,
              emitAt(call, 100, 4),
              op.drop,
              emitAt(call, 200, 7),
              op.drop,
            ],
          },
        },
        { data: [[8, [7]]] },
      ),
    );
    await until(() => answer !== undefined);
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    answer?.(Uint8Array.of(0, 0, 1, 2, 3, 4));
    expect(await implementation.whenSettled(id)).toBe(LifecycleState.Terminated);
    const [, length, short, whole] = bus.channel.emitted;
    expect(word(length)).toBe(6);
    expect([...(short as Uint8Array)]).toEqual([0, 0, 1, 0]);
    expect([...(whole as Uint8Array)]).toEqual([0, 0, 1, 2, 3, 4, 0]);
  });

  // @spec guest-abi.section-read, guest-abi.section-read.error
  it("waits for a section body, and fails with the loader's error where it is damaged", async () => {
    const sectionId = Array.from("data/x", (character) => character.charCodeAt(0));
    const damaged = new FaygerError("LDR_DIGEST_MISMATCH", "the body is not the one that was pinned", {
      phase: "read_sections",
      part: "section",
      section_id: "data/x",
      offset: 0,
      expected: new Uint8Array(32),
      found: new Uint8Array(32),
    });
    const object = (read: (bodies: ReadonlyMap<string, Uint8Array>) => Promise<Uint8Array>) =>
      artifact(
        {
          main: {
            code: (call) => [[i32(8), i32(6), i64(1n), i32(64), i32(5), call("section_read")], call("exit")],
          },
        },
        { data: [[8, sectionId]] },
        {
          sections: { "data/x": Uint8Array.of(10, 11, 12) },
          strategy: "lazy",
          access: (bodies) => ({
            read: (id) => (id === "code" ? Promise.resolve(bodies.get(id) as Uint8Array) : read(bodies)),
            readSync: () => undefined,
            isSelected: (id) => bodies.has(id),
          }),
        },
      );
    const { implementation, ran } = engine();
    const good = await ran(object(async (bodies) => bodies.get("data/x") as Uint8Array));
    expect(implementation.exitCode(good)).toBe(2);
    const bad = await ran(object(async () => Promise.reject(damaged)));
    expect(implementation.failureInfo(bad)?.error.cause).toBe(damaged);
  });

  // @spec guest-abi.ranges, guest-abi.init-restrictions, guest-abi.abort
  it("meets the checks of every implementation", async () => {
    const { implementation, ran } = engine();
    const wild = await ran(artifact({ main: { code: (call) => [emitAt(call, PAGE - 1, 2), op.drop] } }));
    expect(implementation.failureInfo(wild)?.error).toMatchObject({
      code: "RT_ABI_VIOLATION",
      context: { function: "emit", reason: "instruction_out_of_memory" },
    });
    const aborted = await ran(artifact({ main: { code: (call) => [call("abort")] } }));
    expect(implementation.failureInfo(aborted)?.error.code).toBe("RT_INSTANCE_FAILED");
    const early = implementation.load(
      artifact({ main: nothing, fayger_init: { code: (call) => [emitAt(call, 0, 0), op.drop] } }),
    );
    await expect(implementation.init(early)).rejects.toMatchObject({
      code: "RT_ABI_VIOLATION",
      context: { reason: "not_running" },
    });
  });

  // @spec guest-abi.events, guest-abi.events.no-reentry
  it("gets events in order, one at a time, and completes when none can come any more", async () => {
    const { implementation, bus, started } = engine();
    const id = await started(
      artifact({
        main: nothing,
        fayger_alloc: { params: [I32], results: [I32], code: [i32(512)] },
        fayger_on_event: {
          params: [I32, I32],
          code: (call) => [local(0), local(1), i32(0), i32(0), call("emit"), op.drop],
        },
      }),
    );
    bus.channel.openSubscriptions = 1;
    const event = (value: number): Uint8Array =>
      Uint8Array.of(3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, 0, 0, 0, value);
    for (const value of [1, 2, 3]) implementation.onEvent(id, event(value));
    await until(() => bus.channel.emitted.length === 3);
    expect(bus.channel.emitted.map((bytes) => bytes.at(-1))).toEqual([1, 2, 3]);
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    bus.channel.openSubscriptions = 0;
    implementation.onEvent(id, event(4));
    await implementation.whenSettled(id);
    expect(bus.channel.emitted.length).toBe(4);
  });

  // @spec guest-abi.traps, guest-abi.stack
  it.each<[what: string, trap: string, code: readonly Part[], functions?: GuestSource["functions"]]>([
    ["unreachable", "unreachable", [op.unreachable]],
    ["a division by zero", "integer_divide_by_zero", [i32(1), i32(0), op.divide, op.drop]],
    ["a wild store", "memory_out_of_bounds", [i32(-4), i32(0), memory.store]],
    ["a NaN as an integer", "invalid_conversion", [[0x43, 0, 0, 0xc0, 0x7f], 0xa8, op.drop]],
    ["a number that does not fit", "integer_overflow", [[0x43, 0, 0, 0x80, 0x7f], 0xa8, op.drop]],
  ])("traps by name: %s", async (_what, trap, code) => {
    const { implementation, ran } = engine();
    const id = await ran(artifact({ main: { code } }));
    expect(implementation.failureInfo(id)?.error).toMatchObject({ code: "RT_TRAP", context: { trap } });
  });

  it("traps where a start function traps, and where a data segment lies outside", async () => {
    const { implementation } = engine();
    const start = implementation.load(
      artifact({ main: nothing, begin: { code: [op.unreachable], internal: true } }, { start: "begin" }),
    );
    await expect(implementation.init(start)).rejects.toMatchObject({
      code: "RT_TRAP",
      context: { trap: "unreachable" },
    });
    const data = implementation.load(artifact({ main: nothing }, { data: [[PAGE - 1, [1, 2]]] }));
    await expect(implementation.init(data)).rejects.toMatchObject({
      code: "RT_TRAP",
      context: { trap: "memory_out_of_bounds" },
    });
  });
});

describe("stopping a program in a worker", () => {
  // @spec runtime.isolation.endless-loop, lifecycle.suspend.stopped
  it("suspends and resumes it in the middle of a loop, and it stands still in between", async () => {
    const { implementation, started } = engine();
    const id = await started(artifact(counting));
    let before = -1;
    for (let round = 0; round < 5; round += 1) {
      await implementation.suspend(id);
      const { fuel } = implementation.usage(id) ?? {};
      expect(implementation.state(id)).toBe(LifecycleState.Suspended);
      await new Promise((resolve) => void setTimeout(resolve, 5));
      expect(implementation.usage(id)?.fuel).toBe(fuel);
      expect(fuel).toBeGreaterThanOrEqual(before);
      before = fuel as number;
      await implementation.resume(id);
      await until(() => (implementation.usage(id)?.fuel ?? 0) > before);
    }
    await implementation.terminate(id);
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
  });

  it("ends an endless loop for good, and in init as well", async () => {
    const { implementation, started } = engine();
    const id = await started(artifact({ main: { code: [forever] } }));
    await implementation.terminate(id);
    const early = implementation.load(artifact({ main: nothing, fayger_init: { code: [forever] } }));
    const init = implementation.init(early);
    init.catch(() => undefined);
    await until(() => (implementation.usage(early)?.fuel ?? 0) > 0);
    await implementation.terminate(early);
    await expect(init).rejects.toMatchObject({ code: "RT_ILLEGAL_TRANSITION" });
  });

  // @spec lifecycle.suspend.held
  it("suspends it while it waits for the host, and gives it the answer after it was resumed", async () => {
    let answer: ((reply: Uint8Array) => void) | undefined;
    const bus = new TestBus(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const { implementation, started } = engine({ bus });
    const id = await started(artifact({ main: { code: (call) => [emitAt(call, 8, 1), call("exit")] } }));
    await until(() => answer !== undefined);
    await implementation.suspend(id);
    answer?.(Uint8Array.of(0, 0, 5));
    await new Promise((resolve) => void setTimeout(resolve, 5));
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    await implementation.resume(id);
    await implementation.whenSettled(id);
    expect(implementation.exitCode(id)).toBe(3);
  });

  it("suspends it where the wish comes up during one of its own host calls", async () => {
    const suspended: Promise<void>[] = [];
    const bus = new TestBus((_instruction, channel) => {
      if (suspended.length === 0) suspended.push(implementation.suspend(channel.request.instance));
      return Uint8Array.of(0, 0);
    });
    const { implementation, started } = engine({ bus });
    const id = await started(
      artifact({ main: { code: (call) => [emitAt(call, 8, 1), op.drop, counting["main"]?.code as Part] } }),
    );
    await until(() => suspended.length === 1);
    await suspended[0];
    const { fuel } = implementation.usage(id) ?? {};
    await new Promise((resolve) => void setTimeout(resolve, 5));
    expect(implementation.usage(id)?.fuel).toBe(fuel);
    await implementation.terminate(id);
  });

  // @spec quotas.exceeded
  it("suspends it when its time is up", async () => {
    const { implementation, started, reached, events } = engine();
    const id = await started(artifact(counting, {}, { manifest: { quotas: { wallMs: 20 } } }));
    await reached(id, "Suspended");
    expect(events.of("resource.quota_reached", id)).toMatchObject([{ quota: "wall_ms", limit: 20 }]);
    await expect(implementation.resume(id)).rejects.toMatchObject({ code: "RT_QUOTA_EXCEEDED" });
    implementation.grantQuota(id, "wall_ms", 1e9);
    await implementation.resume(id);
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    await implementation.terminate(id);
  });

  // @spec quotas.throttle
  it("delays its replies to keep a rate", async () => {
    // A second is over when the rate is reached, and not because a busy machine took so long for three instructions.
    let now = 0n;
    const clock = { unixNanoseconds: () => 0n, monotonicNanoseconds: () => now };
    const { implementation, events, ran } = engine({ clock });
    events.listener = ({ name }) => {
      if (name === "resource.quota_reached") now += 1_000_000_000n;
    };
    const emit = (call: (target: string) => Part): Part => [emitAt(call, 8, 1), op.drop];
    const id = await ran(
      artifact(
        { main: { code: (call) => [emit(call), emit(call), emit(call)] } },
        {},
        { manifest: { quotas: { emitsPerSecond: 2 } } },
      ),
    );
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
    expect(events.of("resource.quota_reached", id)).toMatchObject([{ quota: "emits_per_second", action: "throttle" }]);
  });
});

describe("quotas of a program in a worker", () => {
  // A round costs 7: the loop is free, and the branch ends the block.
  const ROUND = 7;

  // @spec guest-abi.fuel, quotas.exceeded, quotas.grant, quotas.resume
  it("stops at its fuel to the unit, as often as it is granted more", async () => {
    const { implementation, started, events, bus } = engine();
    const id = await started(artifact(counting, {}, { manifest: { quotas: { fuel: 10 * ROUND + 3 } } }));
    await until(() => implementation.state(id) === LifecycleState.Suspended);
    expect(implementation.usage(id)?.fuel).toBe(10 * ROUND);
    await expect(implementation.resume(id)).rejects.toMatchObject({ code: "RT_QUOTA_EXCEEDED" });
    for (const fuel of [11 * ROUND, 5_000_000 * ROUND + 1, 5_000_001 * ROUND]) {
      implementation.grantQuota(id, "fuel", fuel);
      await implementation.resume(id);
      await until(() => implementation.state(id) === LifecycleState.Suspended);
      expect(implementation.usage(id)?.fuel).toBe(fuel - (fuel % ROUND));
    }
    expect(events.of("resource.quota_reached", id).map(({ quota }) => quota)).toEqual(["fuel", "fuel", "fuel", "fuel"]);
    expect(bus.channels.length).toBe(1);
    await implementation.terminate(id);
  });

  // @spec quotas.during-init
  it("fails where fuel runs out during init", async () => {
    const { implementation } = engine();
    const id = implementation.load(
      artifact({ main: nothing, fayger_init: { code: [forever] } }, {}, { manifest: { quotas: { fuel: 1000 } } }),
    );
    await expect(implementation.init(id)).rejects.toMatchObject({ code: "RT_QUOTA_EXCEEDED" });
    expect(implementation.state(id)).toBe(LifecycleState.Failed);
  });

  // @spec guest-abi.fuel
  it("counts fuel over all calls, and the extra of bulk operations before they have an effect", async () => {
    const { implementation, started, bus } = engine();
    const fill: Part = [i32(0), i32(1), i32(6400), [0xfc, 11, 0]];
    const id = await started(
      artifact(
        {
          main: { code: (call) => [fill, emitAt(call, 0, 1), op.drop, fill] },
          fayger_init: { code: [i32(1), op.drop] },
        },
        {},
        // init 2; fill 4 and 100 more; four operands and the call 5; drop and the second fill 5, whose 100 more are not there.
        { manifest: { quotas: { fuel: 2 + 104 + 5 + 5 + 99 } } },
      ),
    );
    await until(() => implementation.state(id) === LifecycleState.Suspended);
    expect(implementation.usage(id)?.fuel).toBe(2 + 104 + 5 + 5);
    expect(bus.channel.emitted).toEqual([Uint8Array.of(1)]);
    await implementation.terminate(id);
  });

  // @spec quotas.yield
  it("gives way to others after each slice, without a transition", async () => {
    const { implementation, started, events } = engine();
    const id = await started(
      artifact(counting, {}, { manifest: { quotas: { fuelPerSlice: 3 * ROUND, fuel: 1000 * ROUND } } }),
    );
    await until(() => implementation.state(id) === LifecycleState.Suspended);
    expect(implementation.usage(id)?.fuel).toBe(1000 * ROUND);
    expect(events.of("lifecycle.transition", id).map(({ to }) => to)).toEqual([
      "Loaded",
      "Initialized",
      "Running",
      "Suspended",
    ]);
    await implementation.terminate(id);
  });

  it("comes on by a block at a time where a slice is shorter than a block", async () => {
    const { implementation, started } = engine();
    const id = await started(artifact(counting, {}, { manifest: { quotas: { fuelPerSlice: 1, fuel: 20 * ROUND } } }));
    await until(() => implementation.state(id) === LifecycleState.Suspended);
    expect(implementation.usage(id)?.fuel).toBe(20 * ROUND);
    await implementation.terminate(id);
  });

  // @spec guest-abi.memory-grow, quotas.memory, quotas.grant
  it("grows memory to the quota and no further, and further once more is granted", async () => {
    const bus = new TestBus((_instruction, channel) => {
      if (channel.emitted.length === 1) implementation.grantQuota(channel.request.instance, "memory_bytes", 5 * PAGE);
      return Uint8Array.of(0, 0);
    });
    const { implementation, ran, events } = engine({ bus });
    const grow = (at: number, pages: number): Part => [i32(at), i32(pages), memory.grow, memory.store];
    const id = await ran(
      artifact(
        {
          main: {
            code: (call) => [
              grow(64, 1),
              grow(68, 2),
              emitAt(call, 64, 8),
              op.drop,
              grow(64, 3),
              grow(68, 1),
              // The last byte of what there is now.
              emitAt(call, 5 * PAGE - 1, 1),
              op.drop,
              emitAt(call, 64, 8),
              op.drop,
            ],
          },
        },
        {},
        { manifest: { quotas: { memoryBytes: 3 * PAGE } } },
      ),
    );
    expect(implementation.failureInfo(id)).toBeUndefined();
    const results = bus.channel.emitted.map((bytes) => [...new Int32Array(bytes.slice().buffer, 0, bytes.length >> 2)]);
    expect(results).toEqual([[1, -1], [], [2, -1]]);
    const denied = { quota: "memory_bytes", action: "deny" };
    expect(events.of("resource.quota_reached", id)).toMatchObject([denied, denied]);
  });

  // @spec guest-abi.memory-grow
  it("grows tables to the quota over all of them", async () => {
    const { implementation, ran, events } = engine();
    const grow = (elements: number): Part => [0xd0, FuncRef, i32(elements), [0xfc, 15, 0]];
    const id = await ran(
      artifact(
        { main: { code: (call) => [grow(3), op.drop, grow(6), i32(10), 0x6c, grow(5), op.add, call("exit")] } },
        { table: 2 },
        { manifest: { quotas: { tableElements: 10 } } },
      ),
    );
    // -1 for 6 more, and the size before for 5 more.
    expect(implementation.exitCode(id)).toBe((-10 + 5) >>> 0);
    expect(events.of("resource.quota_reached", id)).toMatchObject([{ quota: "table_elements", action: "deny" }]);
  });

  // @spec quotas.usage
  it("tells what it uses", async () => {
    const { implementation, started, bus } = engine({ bus: new TestBus(() => new Promise(() => undefined)) });
    const id = await started(
      artifact({ main: { code: (call) => [i32(1), memory.grow, op.drop, emitAt(call, 0, 0), op.drop] } }, { table: 7 }),
    );
    await until(() => (bus.channels[0]?.emitted.length ?? 0) > 0);
    expect(implementation.usage(id)).toMatchObject({ memoryBytes: 2 * PAGE, tableElements: 7, fuel: 8 });
    await implementation.terminate(id);
  });
});
