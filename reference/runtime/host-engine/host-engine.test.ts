import { describe, expect, it } from "vitest";
import { LifecycleState } from "../../../generated/lifecycle/transition-table.js";
import { layersOf } from "../../errors/cause-chain.js";
import { FaygerError } from "../../errors/fayger-error.js";
import { hostError } from "../../errors/host-error.js";
import { emitAt, type GuestSource, guestModule, i32, i64, local, memory, op } from "../testing/guest-module.js";
import { errorOf, testRuntime } from "../testing/run-guest.js";
import { bufObject, type ObjectSource, TestBus } from "../testing/test-host.js";
import { ValueType } from "../wasm/types.js";
import { HostEngineStrategy } from "./host-engine-strategy.js";

const { I32 } = ValueType;
const nothing = { code: [] };

function artifact(
  functions: GuestSource["functions"],
  more: Partial<GuestSource> = {},
  rest: Partial<ObjectSource> = {},
) {
  return bufObject({ code: guestModule({ functions, ...more }), ...rest });
}

function engine(options: Parameters<typeof testRuntime>[1] = {}) {
  return testRuntime(new HostEngineStrategy(), options);
}

describe("a program on the host's engine", () => {
  // @spec lifecycle.start.returns, runtime.host-engine
  it("runs after start has resolved, not before, and completes", async () => {
    const { implementation, events, scheduler, started } = engine();
    const id = await started(artifact({ main: nothing }));
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    const settled = implementation.whenSettled(id);
    scheduler.runAll();
    expect(await settled).toBe(LifecycleState.Terminated);
    expect(events.of("lifecycle.transition", id)).toEqual([
      { trigger: "load", to: "Loaded" },
      { from: "Loaded", trigger: "init", to: "Initialized" },
      { from: "Initialized", trigger: "start", to: "Running" },
      { from: "Running", trigger: "complete", to: "Terminated" },
    ]);
    expect(implementation.exitCode(id)).toBeUndefined();
    expect(implementation.failureInfo(id)).toBeUndefined();
  });

  // @spec guest-abi.emit, guest-abi.reply-read
  it("gives back the reply in full length and as many bytes as fit, and again on reply_read", async () => {
    const reply = Uint8Array.of(0, 0, 1, 2, 3, 4);
    const bus = new TestBus((instruction) => (instruction[0] === 7 ? reply : Uint8Array.of(9)));
    const { implementation, ran } = engine({ bus });
    // Emits the byte at 8, keeps length and bytes, then emits all of them, so that the bus sees what the guest saw.
    const id = await ran(
      artifact(
        {
          main: {
            code: (call) => [
              i32(64),
              emitAt(call, 8, 1, 100, 3),
              memory.store,
              i32(68),
              [i32(200), i32(16), call("reply_read")],
              memory.store,
              emitAt(call, 64, 8),
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
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
    const [, lengths, short, again] = bus.channel.emitted;
    expect([...(lengths as Uint8Array)]).toEqual([6, 0, 0, 0, 6, 0, 0, 0]);
    expect([...(short as Uint8Array)]).toEqual([0, 0, 1, 0]);
    expect([...(again as Uint8Array)]).toEqual([...reply, 0]);
  });

  // @spec guest-abi.emit, runtime.isolation
  it("fails where a bus answers later though it was told that nothing can wait", async () => {
    for (const answer of [async () => Uint8Array.of(0, 0), () => Promise.reject(new Error("too late"))]) {
      const { bus, implementation, ran } = engine({ bus: new TestBus(answer) });
      const id = await ran(artifact({ main: { code: (call) => [emitAt(call, 8, 1), call("exit")] } }));
      expect(bus.channel.request.mayBlock).toBe(false);
      expect(implementation.state(id)).toBe(LifecycleState.Failed);
      expect(implementation.exitCode(id)).toBeUndefined();
      expect(implementation.failureInfo(id)?.error).toMatchObject({
        code: "RT_INSTANCE_FAILED",
        cause: { code: "HOST_ERROR", context: { name: "TypeError" } },
      });
    }
  });

  it("hands over at most one byte more than the largest instruction", async () => {
    const { bus, ran } = engine();
    await ran(artifact({ main: { code: (call) => [emitAt(call, 0, 40 * 65_536), op.drop] } }, { memory: [40] }));
    expect(bus.channel.emitted.map((instruction) => instruction.length)).toEqual([1_048_577]);
  });

  // @spec guest-abi.exit, lifecycle.exit
  it("keeps the exit code as an unsigned number and ends at once", async () => {
    const { implementation, events, bus, ran } = engine();
    const id = await ran(artifact({ main: { code: (call) => [i32(-1), call("exit"), emitAt(call, 0, 0), op.drop] } }));
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
    expect(implementation.exitCode(id)).toBe(0xffff_ffff);
    expect(events.of("lifecycle.exited", id)).toEqual([{ exit_code: 0xffff_ffff }]);
    expect(bus.channel.emitted).toEqual([]);
    expect(bus.channel.closed).toBe(true);
  });

  // @spec guest-abi.abort
  it("aborts with the last error reply as cause", async () => {
    const denied = hostError(Object.assign(new Error("secret path"), { code: "ENOENT" }), "openat");
    const bus = new TestBus((_instruction, channel) => {
      channel.lastError = new FaygerError(
        "ADP_HOST_CALL_FAILED",
        "the host failed",
        { category: 0, opcode: 1, host_error: "not_found" },
        { cause: denied },
      );
      return Uint8Array.of(0x30, 4);
    });
    const { implementation, events, ran } = engine({ bus });
    const id = await ran(
      artifact({ main: { code: (call) => [emitAt(call, 8, 2), op.drop, call("abort")] } }, { data: [[8, [5, 6]]] }),
    );
    expect(implementation.state(id)).toBe(LifecycleState.Failed);
    const failure = implementation.failureInfo(id);
    expect(failure?.error.code).toBe("RT_INSTANCE_FAILED");
    expect(failure?.error.context).toEqual({ instance: id, current_state: "Running" });
    expect(layersOf(failure?.error as FaygerError)).toEqual(["runtime", "adapter", "host"]);
    expect(failure?.lastInstruction).toEqual(Uint8Array.of(5, 6));
    expect(failure?.timeUnixNanoseconds).toBeGreaterThan(1_700_000_000_000_000_000n);
    expect(events.of("error.raised", id)).toMatchObject([{ code: "RT_INSTANCE_FAILED", layer: "runtime" }]);
    // The explicit destroy releases what was kept.
    await implementation.terminate(id);
    expect(implementation.failureInfo(id)).toBeUndefined();
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
  });

  it("aborts without a cause where there was no error reply, and during init", async () => {
    const { implementation, ran } = engine();
    const id = await ran(artifact({ main: { code: (call) => [call("abort")] } }));
    expect(implementation.failureInfo(id)?.error.cause).toBeUndefined();
    const early = implementation.load(artifact({ main: nothing, fayger_init: { code: (call) => [call("abort")] } }));
    expect(await errorOf(implementation.init(early))).toMatchObject({
      code: "RT_INSTANCE_FAILED",
      context: { current_state: "Loaded" },
    });
    expect(implementation.state(early)).toBe(LifecycleState.Failed);
  });

  // @spec lifecycle.init
  it("runs start function, fayger_init and entry in this order on one memory", async () => {
    const bus = new TestBus();
    const { ran } = engine({ bus });
    const note = (digit: number) => ({
      code: [i32(64), i32(64), memory.load, i32(10), 0x6c, i32(digit), op.add, memory.store],
    });
    await ran(
      artifact(
        {
          begin: { ...note(1), internal: true },
          fayger_init: note(2),
          main: { code: (call) => [...note(3).code, emitAt(call, 64, 4), op.drop] },
        },
        { start: "begin" },
      ),
    );
    expect([...(bus.channel.emitted[0] as Uint8Array)]).toEqual([123, 0, 0, 0]);
  });

  // @spec runtime.host-engine.rewrite
  it("keeps the start function apart from an export that has its name", async () => {
    const bus = new TestBus();
    const { ran } = engine({ bus });
    await ran(
      artifact(
        {
          start: { code: [i32(64), i32(7), memory.store] },
          main: { code: (call) => [emitAt(call, 64, 1), op.drop] },
          begin: { code: [i32(64), i32(8), memory.store], internal: true },
        },
        { start: "begin" },
      ),
    );
    expect([...(bus.channel.emitted[0] as Uint8Array)]).toEqual([8]);
  });
});

describe("section_read", () => {
  const id = Array.from("data/x", (character) => character.charCodeAt(0));
  const read = (offset: bigint, capacity: number, idLength = 6) =>
    artifact(
      {
        main: {
          code: (call) => [
            i32(64),
            [i32(8), i32(idLength), i64(offset), i32(68), i32(capacity), call("section_read")],
            memory.store,
            emitAt(call, 64, 4 + 8),
            op.drop,
          ],
        },
      },
      { data: [[8, id]] },
      { sections: { "data/x": Uint8Array.of(10, 11, 12, 13, 14) } },
    );
  const seen = async (object: ReturnType<typeof read>): Promise<{ count: number; bytes: number[] }> => {
    const { bus, ran } = engine();
    await ran(object);
    const [emitted] = bus.channel.emitted;
    const bytes = emitted as Uint8Array;
    return { count: new DataView(bytes.buffer).getInt32(0, true), bytes: [...bytes.subarray(4)] };
  };

  // @spec guest-abi.section-read
  it("copies what lies from the offset on and fits, and tells how much", async () => {
    expect(await seen(read(1n, 3))).toEqual({ count: 3, bytes: [11, 12, 13, 0, 0, 0, 0, 0] });
    expect(await seen(read(3n, 100))).toEqual({ count: 2, bytes: [13, 14, 0, 0, 0, 0, 0, 0] });
    expect(await seen(read(5n, 100))).toMatchObject({ count: 0 });
    expect(await seen(read(-1n, 100))).toMatchObject({ count: 0 });
    expect(await seen(read(1n << 40n, 100))).toMatchObject({ count: 0 });
  });

  // @spec guest-abi.section-read.unselected
  it("says -1 for whatever is not selected", async () => {
    expect(await seen(read(0n, 8, 5))).toMatchObject({ count: -1 });
    expect(await seen(read(0n, 8, 0))).toMatchObject({ count: -1 });
    expect(await seen(read(0n, 8, 2000))).toMatchObject({ count: -1 });
  });

  // @spec lifecycle.init.reads
  it("is legal during init, where the memory is reachable from the start function on", async () => {
    const bus = new TestBus();
    const { ran } = engine({ bus });
    await ran(
      artifact(
        {
          begin: {
            code: (call) => [[i32(8), i32(6), i64(0n), i32(64), i32(5), call("section_read")], op.drop],
            internal: true,
          },
          main: { code: (call) => [emitAt(call, 64, 5), op.drop] },
        },
        { start: "begin", data: [[8, id]] },
        { sections: { "data/x": Uint8Array.of(1, 2, 3, 4, 5) } },
      ),
    );
    expect([...(bus.channel.emitted[0] as Uint8Array)]).toEqual([1, 2, 3, 4, 5]);
  });

  // @spec runtime.resident-sections
  it("makes selected bodies resident where the source cannot be read without waiting", async () => {
    const reads: string[] = [];
    const object = bufObject({
      code: guestModule({
        functions: {
          main: {
            code: (call) => [
              [i32(8), i32(6), i64(0n), i32(64), i32(5), call("section_read")],
              op.drop,
              emitAt(call, 64, 2),
              op.drop,
            ],
          },
        },
        data: [[8, id]],
      }),
      sections: { "data/x": Uint8Array.of(1, 2) },
      strategy: "lazy",
      access: (bodies) => ({
        read: async (sectionId) => {
          reads.push(sectionId);
          return bodies.get(sectionId) as Uint8Array;
        },
        readSync: () => undefined,
        isSelected: (sectionId) => bodies.has(sectionId),
      }),
    });
    const { bus, implementation, ran } = engine();
    const instance = await ran(object);
    expect(implementation.state(instance)).toBe(LifecycleState.Terminated);
    expect([...(bus.channel.emitted[0] as Uint8Array)]).toEqual([1, 2]);
    expect(reads).toEqual(["code", "data/x"]);
  });

  // @spec guest-abi.section-read.error
  it("fails the instance with the loader's error as cause where a body turns out damaged", async () => {
    const damaged = new FaygerError("LDR_DIGEST_MISMATCH", "the body is not the one that was pinned", {
      phase: "read_sections",
      part: "section",
      section_id: "data/x",
      offset: 0,
      expected: new Uint8Array(32),
      found: new Uint8Array(32),
    });
    const object = bufObject({
      code: guestModule({
        functions: {
          main: { code: (call) => [[i32(8), i32(6), i64(0n), i32(64), i32(5), call("section_read")], op.drop] },
        },
        data: [[8, id]],
      }),
      sections: { "data/x": Uint8Array.of(1, 2) },
      strategy: "lazy",
      access: (bodies) => ({
        read: async (sectionId) => bodies.get(sectionId) as Uint8Array,
        readSync: (sectionId) => {
          if (sectionId !== "code") throw damaged;
          return bodies.get(sectionId);
        },
        readsWithoutWaiting: () => true,
        isSelected: (sectionId) => bodies.has(sectionId),
      }),
    });
    const { implementation, ran } = engine();
    const instance = await ran(object);
    expect(implementation.state(instance)).toBe(LifecycleState.Failed);
    expect(implementation.failureInfo(instance)?.error.code).toBe("RT_INSTANCE_FAILED");
    expect(implementation.failureInfo(instance)?.error.cause).toBe(damaged);
  });
});

describe("quotas the engine holds", () => {
  const grow = {
    main: {
      code: (call: (target: string) => number[] | unknown) => [
        [i32(64), i32(1), memory.grow, memory.store],
        [i32(68), i32(1), memory.grow, memory.store],
        emitAt(call as never, 64, 8),
        op.drop,
      ],
    },
  } as GuestSource["functions"];
  const results = (bytes: Uint8Array | undefined): number[] => [
    ...new Int32Array((bytes as Uint8Array).slice().buffer),
  ];

  // @spec guest-abi.memory-grow, quotas.memory
  it("lets memory grow to the quota and no further, in whole pages", async () => {
    const { bus, ran } = engine();
    await ran(artifact(grow, {}, { manifest: { quotas: { memoryBytes: 3 * 65_536 - 1 } } }));
    expect(results(bus.channel.emitted[0])).toEqual([1, -1]);
  });

  it("keeps a lower maximum of the module itself", async () => {
    const { bus, ran } = engine();
    await ran(artifact(grow, { memory: [1, 1] }, { manifest: { quotas: { memoryBytes: 3 * 65_536 } } }));
    expect(results(bus.channel.emitted[0])).toEqual([-1, -1]);
  });

  it("takes the host's ceiling where it is lower", async () => {
    const { bus, ran } = engine({ hostQuotas: { memory_bytes: 65_536 } });
    await ran(artifact(grow, {}, { manifest: { quotas: { memoryBytes: 10 * 65_536 } } }));
    expect(results(bus.channel.emitted[0])).toEqual([-1, -1]);
  });

  // @spec quotas.initial-size
  it("refuses at init what begins above the quota", async () => {
    const { implementation, events } = engine();
    const id = implementation.load(
      artifact({ main: nothing }, { memory: [2] }, { manifest: { quotas: { memoryBytes: 65_536 } } }),
    );
    expect(await errorOf(implementation.init(id))).toMatchObject({
      code: "RT_QUOTA_EXCEEDED",
      context: { instance: id, quota: "memory_bytes", limit: 65_536, used: 131_072 },
    });
    expect(events.of("resource.quota_reached", id)).toEqual([{ quota: "memory_bytes", limit: 65_536, action: "fail" }]);
    expect(implementation.state(id)).toBe(LifecycleState.Failed);
  });

  // @spec runtime.capabilities, quotas.implied
  it("refuses to load what it cannot bound", async () => {
    const { implementation } = engine();
    const error = await errorOf(() =>
      implementation.load(artifact({ main: nothing }, {}, { manifest: { quotas: { fuel: 5 } } })),
    );
    expect(error).toMatchObject({
      code: "RT_NO_MATCHING_IMPLEMENTATION",
      context: { required: ["fuel"], refused: ["test/strategy: lacks fuel"] },
    });
  });
});

describe("events", () => {
  /** Writes each event behind the other at 1000 and emits what it has seen so far. */
  const listener: GuestSource["functions"] = {
    main: nothing,
    fayger_alloc: { params: [I32], results: [I32], code: [i32(512)] },
    fayger_on_event: {
      params: [I32, I32],
      code: (call) => [local(0), local(1), i32(0), i32(0), call("emit"), op.drop],
    },
  };
  const event = (value: number): Uint8Array =>
    Uint8Array.of(3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, 0, 0, 0, value);

  // @spec guest-abi.events
  it("reach the guest in order, one at a time, and the program completes when none can come any more", async () => {
    const { implementation, bus, events, scheduler, started } = engine();
    const id = await started(artifact(listener));
    bus.channel.openSubscriptions = 1;
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    implementation.onEvent(id, event(1));
    bus.channel.request.deliver(event(2), false);
    implementation.onEvent(id, event(3));
    expect(implementation.usage(id)).toMatchObject({ pendingEvents: 3, openSubscriptions: 1, memoryBytes: 65_536 });
    scheduler.runAll();
    expect(bus.channel.emitted.map((bytes) => bytes.at(-1))).toEqual([1, 2, 3]);
    expect(events.of("instruction.event_delivered", id)).toEqual(
      [1, 2, 3].map(() => ({ event: "time.timer_fired", bytes: 19 })),
    );
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    bus.channel.openSubscriptions = 0;
    await implementation.emit(id, Uint8Array.of(0));
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
  });

  it("wait for the entry to return", async () => {
    const { implementation, bus, scheduler, started } = engine();
    const id = await started(
      artifact({ ...listener, main: { code: (call) => [emitAt(call, 1000, 1), op.drop] } }, { data: [[1000, [77]]] }),
    );
    implementation.onEvent(id, event(1));
    scheduler.runAll();
    expect(bus.channel.emitted.map((bytes) => bytes.at(-1))).toEqual([77, 1]);
  });

  // @spec guest-abi.events.no-reentry
  it("that arrive during a guest call are not delivered into it", async () => {
    const bus = new TestBus((instruction, channel) => {
      if (instruction.at(-1) === 1) channel.request.deliver(event(2), true);
      return Uint8Array.of(0, 0);
    });
    const { implementation, scheduler, started } = engine({ bus });
    const id = await started(artifact(listener));
    implementation.onEvent(id, event(1));
    scheduler.runAll();
    expect(bus.channel.emitted.map((bytes) => bytes.at(-1))).toEqual([1, 2]);
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
  });

  // @spec quotas.pending-events, quotas.completions-reserved
  it("are refused beyond max_pending_events, completions excepted", async () => {
    const { implementation, bus, events, scheduler, started } = engine();
    const id = await started(artifact(listener, {}, { manifest: { quotas: { maxPendingEvents: 2 } } }));
    const completion = Uint8Array.of(0x43, 0, 3, 1, 4, 0, 0, 0, 1, 1, 4, 0, 0, 0, 0);
    implementation.onEvent(id, event(1));
    implementation.onEvent(id, event(2));
    expect(await errorOf(() => implementation.onEvent(id, event(3)))).toMatchObject({
      code: "RT_EVENT_REJECTED",
      context: { instance: id, reason: "max_pending_events", limit: 2 },
    });
    bus.channel.request.deliver(event(4), false);
    bus.channel.request.deliver(completion, true);
    implementation.onEvent(id, completion);
    const reached = { quota: "max_pending_events", limit: 2, action: "reject" };
    expect(events.of("resource.quota_reached", id)).toEqual([reached, reached]);
    scheduler.runAll();
    expect(bus.channel.emitted.map((bytes) => bytes[0])).toEqual([3, 3, 0x43, 0x43]);
    expect(events.of("instruction.event_delivered", id).at(-1)?.event).toBe("time.sleep");
  });

  // @spec lifecycle.on-event.rejected
  it("are refused where the guest takes none or the bytes are no event", async () => {
    const { implementation, started } = engine();
    const deaf = await started(artifact({ main: nothing }));
    expect(await errorOf(() => implementation.onEvent(deaf, event(1)))).toMatchObject({
      code: "RT_EVENT_REJECTED",
      context: { reason: "no_event_handler" },
    });
    const id = await started(artifact(listener));
    for (const bytes of [[], [3], [3, 0, 1, 99], [0xf3, 0, 1]]) {
      expect(await errorOf(() => implementation.onEvent(id, Uint8Array.from(bytes)))).toMatchObject({
        code: "RT_EVENT_REJECTED",
        context: { reason: "malformed" },
      });
    }
  });

  it("wait while the instance is suspended", async () => {
    const { implementation, bus, scheduler, started } = engine();
    const id = await started(artifact(listener));
    bus.channel.openSubscriptions = 1;
    scheduler.runAll();
    await implementation.suspend(id);
    expect(bus.channel.suspended).toBe(true);
    implementation.onEvent(id, event(1));
    scheduler.runAll();
    expect(bus.channel.emitted).toEqual([]);
    await implementation.resume(id);
    expect(bus.channel.suspended).toBe(false);
    scheduler.runAll();
    expect(bus.channel.emitted.length).toBe(1);
  });

  it("fail the instance where the guest gives no room in its memory", async () => {
    const { implementation, scheduler, started } = engine();
    const id = await started(
      artifact({ ...listener, fayger_alloc: { params: [I32], results: [I32], code: [i32(65_536 - 18)] } }),
    );
    implementation.onEvent(id, event(1));
    scheduler.runAll();
    expect(implementation.failureInfo(id)?.error).toMatchObject({
      code: "RT_ABI_VIOLATION",
      context: { instance: id, function: "fayger_alloc", reason: "event_out_of_memory" },
    });
  });
});
