import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Manifest } from "../../generated/codecs/manifest.js";
import { QUOTAS } from "../../generated/enums/quota-name.js";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import type { ExecutionStrategy, PreparedExecutable, StepResult } from "./execution-strategy.js";
import { quotaUse } from "./resource-monitor.js";
import { type GeneratorGuest, type GeneratorHost, GeneratorStrategy, slice } from "./testing/generator-strategy.js";
import { errorOf, testRuntime } from "./testing/run-guest.js";
import { bufObject, TestBus } from "./testing/test-host.js";

function artifact(quotas: Manifest["quotas"] = {}) {
  return bufObject({ code: Uint8Array.of(0), manifest: { quotas } });
}

function runtimeOf(guest: GeneratorGuest, bus = new TestBus()) {
  return testRuntime(new GeneratorStrategy([guest]), { bus });
}

/** Let promises settle. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function* idle(): Generator<StepResult, void> {}

function* busy(): Generator<StepResult, void> {
  for (;;) yield slice;
}

describe("wall_ms", () => {
  // @spec quotas.exceeded, quotas.grant, quotas.resume, quotas.grant.beyond-use
  it("stops a busy program between two slices, and counts on where it is granted more", async () => {
    const { implementation, scheduler, started, events } = runtimeOf({ main: busy });
    const id = await started(artifact({ wallMs: 100 }));
    scheduler.runAll(50);
    scheduler.advance(99);
    scheduler.runAll(50);
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    scheduler.advance(51);
    scheduler.runAll(50);
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    expect(events.of("resource.quota_reached", id)).toEqual([{ quota: "wall_ms", limit: 100, action: "suspend" }]);
    // Time in Suspended does not count; the alarm went off on time, so 100 were used.
    scheduler.advance(1000);
    expect(implementation.usage(id)?.runningMilliseconds).toBe(100);
    const exceeded = { code: "RT_QUOTA_EXCEEDED", context: { quota: "wall_ms", limit: 100, used: 100 } };
    expect(await errorOf(implementation.resume(id))).toMatchObject(exceeded);
    implementation.grantQuota(id, "fuel", 1000);
    implementation.grantQuota(id, "wall_ms", 100);
    expect(await errorOf(implementation.resume(id))).toMatchObject(exceeded);
    implementation.grantQuota(id, "wall_ms", 160);
    await implementation.resume(id);
    scheduler.advance(59);
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    scheduler.advance(1);
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    await implementation.terminate(id);
    expect(scheduler.timed).toBe(0);
  });

  it("stops a program that only waits, for the host or for events, and keeps what comes", async () => {
    let answer: ((reply: Uint8Array) => void) | undefined;
    const bus = new TestBus(() => new Promise((resolve) => (answer = resolve)));
    const replies: number[] = [];
    const { implementation, scheduler, started } = runtimeOf(
      {
        *main(host: GeneratorHost) {
          replies.push(...(yield* host.emit([1])));
        },
        onEvent: idle,
      },
      bus,
    );
    const id = await started(artifact({ wallMs: 10 }));
    bus.channel.openSubscriptions = 1;
    scheduler.runAll();
    scheduler.advance(10);
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    answer?.(Uint8Array.of(0, 0, 7));
    await settle();
    expect(replies).toEqual([]);
    implementation.grantQuota(id, "wall_ms", 20);
    await implementation.resume(id);
    scheduler.runAll();
    expect(replies).toEqual([0, 0, 7]);
    // Now it waits for an event that does not come.
    scheduler.advance(10);
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
  });

  it("of 0 lets nothing run, and does not stop one that is done in time", async () => {
    let ran = 0;
    const guest: GeneratorGuest = {
      *main() {
        ran += 1;
        yield* idle();
      },
    };
    const { implementation, scheduler, started } = runtimeOf(guest);
    const none = await started(artifact({ wallMs: 0 }));
    scheduler.runAll();
    expect([implementation.state(none), ran]).toEqual([LifecycleState.Suspended, 0]);
    const enough = await started(artifact({ wallMs: 1 }));
    scheduler.runAll();
    scheduler.advance(10);
    expect([implementation.state(enough), ran]).toEqual([LifecycleState.Terminated, 1]);
    expect(scheduler.timed).toBe(0);
  });

  it("goes on over every change of its bound while the program runs", async () => {
    const { implementation, scheduler, started } = runtimeOf({ main: busy });
    const id = await started(artifact({ wallMs: 50 }));
    implementation.grantQuota(id, "wall_ms", 80);
    scheduler.advance(60);
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    scheduler.advance(20);
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
  });

  // A timer of a host and its clock need not agree.
  it("waits again where the timer was early", async () => {
    const { implementation, scheduler, started } = testRuntime(new GeneratorStrategy([{ main: busy }]), {
      clock: (manual) => ({
        ...manual.clock,
        monotonicNanoseconds: () => manual.clock.monotonicNanoseconds() / 2n,
      }),
    });
    const id = await started(artifact({ wallMs: 100 }));
    scheduler.advance(199);
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    scheduler.advance(1);
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
  });

  // @spec quotas.during-init
  it("fails a program that does not come to an end of its init, and takes nothing of that from its time in Running", async () => {
    const { implementation, scheduler, events } = runtimeOf({ main: idle, start: busy });
    const id = implementation.load(artifact({ wallMs: 100 }));
    const failed = errorOf(implementation.init(id));
    await settle();
    scheduler.runAll(50);
    scheduler.advance(99);
    scheduler.runAll(50);
    expect(implementation.state(id)).toBe(LifecycleState.Loaded);
    expect(implementation.usage(id)?.runningMilliseconds).toBe(0);
    scheduler.advance(1);
    expect(implementation.state(id)).toBe(LifecycleState.Failed);
    const error = { code: "RT_QUOTA_EXCEEDED", context: { quota: "wall_ms", limit: 100, used: 100 } };
    expect(await failed).toMatchObject(error);
    expect(implementation.failureInfo(id)?.error).toMatchObject(error);
    expect(events.of("resource.quota_reached", id)).toEqual([{ quota: "wall_ms", limit: 100, action: "fail" }]);
    expect(scheduler.timed).toBe(0);
  });

  // @spec quotas.during-init, quotas.grant
  it("is held by itself during init, as long as the host grants", async () => {
    let isReady = false;
    const { implementation, scheduler } = runtimeOf({
      *init() {
        while (!isReady) yield slice;
      },
      main: busy,
    });
    const id = implementation.load(artifact({ wallMs: 100 }));
    const done = implementation.init(id);
    await settle();
    implementation.grantQuota(id, "wall_ms", 300);
    scheduler.advance(299);
    isReady = true;
    scheduler.runAll(50);
    await done;
    expect(scheduler.timed).toBe(0);
    await implementation.start(id);
    scheduler.advance(299);
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    expect(implementation.usage(id)?.runningMilliseconds).toBe(299);
    await implementation.terminate(id);
  });
});

/** A guest in a thread of its own: its step is `blocked` until it is interrupted or done. */
class ElsewhereStrategy implements ExecutionStrategy {
  readonly codeFormats = ["wasm-core-2"];
  readonly capabilities = new Set(["blocking_emit", "stop_anywhere", "events"] as const);
  interruptions = 0;
  throwsOnInterrupt = false;
  #stopped: (() => void) | undefined;
  #steps = 0;

  prepare(): PreparedExecutable {
    return {
      hasInit: false,
      hasEvents: false,
      memoryBytes: 0,
      tableElements: 0,
      fuelUsed: undefined,
      begin: () => {},
      interrupt: () => {
        if (this.throwsOnInterrupt) throw new TypeError("a fault of the strategy");
        this.interruptions += 1;
        this.#stopped?.();
      },
      close: () => this.#stopped?.(),
    };
  }

  /** The first step instantiates; then the guest runs elsewhere between any two steps. */
  step(_executable: PreparedExecutable, context: { readonly stopRequested: boolean }): StepResult {
    this.#steps += 1;
    if (this.#steps === 1) return { kind: "returned", value: 0 };
    if (context.stopRequested) return { kind: "yielded" };
    const until = new Promise<void>((resolve) => {
      this.#stopped = resolve;
    });
    return { kind: "blocked", until };
  }
}

describe("a guest that runs in another thread", () => {
  // @spec lifecycle.suspend.stopped, quotas.exceeded
  it("is interrupted by suspend and by wall_ms, and Suspended begins when it has stopped", async () => {
    const strategy = new ElsewhereStrategy();
    const { implementation, scheduler, started } = testRuntime(strategy);
    const id = await started(artifact({ wallMs: 100 }));
    scheduler.runAll();
    const suspended = implementation.suspend(id);
    expect([implementation.state(id), strategy.interruptions]).toEqual([LifecycleState.Running, 1]);
    await settle();
    scheduler.runAll();
    await suspended;
    await implementation.resume(id);
    scheduler.runAll();
    scheduler.advance(100);
    expect([implementation.state(id), strategy.interruptions]).toEqual([LifecycleState.Running, 2]);
    await settle();
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    implementation.grantQuota(id, "wall_ms", 200);
    await implementation.resume(id);
    // Granted more between the alarm and the stop: it goes on.
    scheduler.runAll();
    scheduler.advance(100);
    implementation.grantQuota(id, "wall_ms", 300);
    await settle();
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    await implementation.terminate(id);
    expect(scheduler.timed).toBe(0);
  });

  it("whose strategy cannot be interrupted fails, and the command with it", async () => {
    const strategy = new ElsewhereStrategy();
    const { implementation, scheduler, started } = testRuntime(strategy);
    const id = await started(artifact());
    scheduler.runAll();
    strategy.throwsOnInterrupt = true;
    expect(await errorOf(implementation.suspend(id))).toMatchObject({ code: "RT_INSTANCE_FAILED" });
    expect(implementation.state(id)).toBe(LifecycleState.Failed);
    expect(implementation.failureInfo(id)?.error).toMatchObject({ cause: { code: "HOST_ERROR" } });
  });
});

/** Emits without end and notes at what time each reply came. */
function emitting(now: () => number, times: number[]): GeneratorGuest {
  return {
    *main(host) {
      for (;;) {
        yield* host.emit([1]);
        times.push(now());
      }
    },
    onEvent: idle,
  };
}

describe("emits_per_second", () => {
  // @spec quotas.throttle, quotas.throttle.window, quotas.events
  it("lets so many replies through in each second, without a transition, whatever the rate is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3 }), async (rate, seconds) => {
        const times: number[] = [];
        let now = 0;
        const { implementation, scheduler, started, events, bus } = runtimeOf(emitting(() => now, times));
        const id = await started(artifact({ emitsPerSecond: rate }));
        for (; now < seconds * 1000; now += 250) {
          scheduler.runAll(200);
          await settle();
          scheduler.runAll(200);
          scheduler.advance(250);
          await settle();
        }
        expect(implementation.state(id)).toBe(LifecycleState.Running);
        for (let second = 0; second < seconds; second += 1) {
          expect(times.filter((at) => Math.floor(at / 1000) === second).length).toBe(rate);
        }
        // The host worked at once on the one that waits.
        expect(bus.channel.emitted.length).toBe(times.length + 1);
        const reached = events.of("resource.quota_reached", id);
        expect(reached.length).toBe(seconds);
        expect(reached[0]).toEqual({ quota: "emits_per_second", limit: rate, action: "throttle" });
        expect(events.of("lifecycle.transition", id).map(({ to }) => to)).toEqual(["Loaded", "Initialized", "Running"]);
        await implementation.terminate(id);
        expect(scheduler.timed).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it("leaves suspend, resume, events and terminate as they are while a reply waits", async () => {
    const times: number[] = [];
    const { implementation, scheduler, started } = runtimeOf(emitting(() => 0, times));
    const id = await started(artifact({ emitsPerSecond: 2 }));
    scheduler.runAll();
    expect(times.length).toBe(2);
    expect(implementation.usage(id)).toMatchObject({ emits: 3, emitsInWindow: 1 });
    await implementation.suspend(id);
    implementation.onEvent(id, Uint8Array.of(3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, 0, 0, 0, 1));
    expect(implementation.usage(id)?.pendingEvents).toBe(1);
    scheduler.advance(1000);
    await settle();
    scheduler.runAll();
    expect([times.length, implementation.state(id)]).toEqual([2, LifecycleState.Suspended]);
    await implementation.resume(id);
    scheduler.runAll();
    expect(times.length).toBe(4);
    await implementation.terminate(id);
    expect([implementation.state(id), scheduler.timed]).toEqual([LifecycleState.Terminated, 0]);
  });

  it("of 0 lets no reply through until the host grants more, and counts emits of the interface too", async () => {
    const times: number[] = [];
    const { implementation, scheduler, started } = runtimeOf(emitting(() => 0, times));
    const id = await started(artifact({ emitsPerSecond: 0 }));
    scheduler.runAll();
    let isAnswered = false;
    const answered = Promise.resolve(implementation.emit(id, Uint8Array.of(9))).then(() => {
      isAnswered = true;
    });
    scheduler.advance(10_000);
    await settle();
    expect([times.length, isAnswered]).toEqual([0, false]);
    implementation.grantQuota(id, "emits_per_second", 5);
    await answered;
    scheduler.runAll();
    expect(times.length).toBe(6);
    expect(implementation.usage(id)?.largestReplyBytes).toBe(2);
  });

  it("waits for a host that takes longer than the second", async () => {
    const answers: ((reply: Uint8Array) => void)[] = [];
    const bus = new TestBus(() => new Promise((resolve) => answers.push(resolve)));
    const times: number[] = [];
    const { scheduler, started } = runtimeOf(
      emitting(() => 0, times),
      bus,
    );
    await started(artifact({ emitsPerSecond: 1 }));
    scheduler.runAll();
    answers[0]?.(Uint8Array.of(0, 0));
    await settle();
    scheduler.runAll();
    scheduler.advance(5000);
    await settle();
    scheduler.runAll();
    expect(times.length).toBe(1);
    answers[1]?.(Uint8Array.of(0, 0));
    await settle();
    scheduler.runAll();
    expect(times.length).toBe(2);
  });

  it("is refused where the guest cannot wait", async () => {
    const { implementation, started } = testRuntime(new GeneratorStrategy([{ main: busy }], ["events"]));
    expect(implementation.capabilities().has("throttle")).toBe(false);
    expect(await errorOf(() => implementation.load(artifact({ emitsPerSecond: 5 })))).toMatchObject({
      code: "RT_NO_MATCHING_IMPLEMENTATION",
    });
    const id = await started(artifact());
    expect(() => implementation.grantQuota(id, "emits_per_second", 5)).toThrow("cannot hold emits_per_second");
  });
});

describe("what the strategy and the bus hold", () => {
  // @spec quotas.events, quotas.memory
  it("is told by the strategy where memory or tables did not grow", async () => {
    const denied: GeneratorGuest = {
      *main(host) {
        host.services.growthDenied("memory_bytes");
        host.services.growthDenied("table_elements");
        yield slice;
      },
    };
    const { events, ran } = testRuntime(new GeneratorStrategy([denied], ["memory_limit", "events"]));
    const id = await ran(artifact({ memoryBytes: 4096 }));
    // Without the capability there is no quota that could have been reached.
    expect(events.of("resource.quota_reached", id)).toEqual([{ quota: "memory_bytes", limit: 4096, action: "deny" }]);
  });

  // @spec quotas.grant, quotas.bus
  it("is granted to the bus as well, before start and after", async () => {
    const { implementation, bus, scheduler } = runtimeOf({ main: busy });
    const id = implementation.load(artifact({ openHandles: 3 }));
    await implementation.init(id);
    implementation.grantQuota(id, "open_handles", 9);
    await implementation.start(id);
    scheduler.runOne();
    implementation.grantQuota(id, "reply_bytes", 5);
    expect(bus.channel.request.quotas).toMatchObject({ openHandles: 9 });
    expect(bus.channel.grants).toEqual([
      { openHandles: 9, openCalls: 1024, replyBytes: 16_777_216 },
      { openHandles: 9, openCalls: 1024, replyBytes: 5 },
    ]);
  });
});

describe("usage", () => {
  // @spec quotas.usage
  it("tells the use of every quota while the instance lives, and afterwards what it was", async () => {
    const bus = new TestBus(() => Uint8Array.of(0, 0, 1, 2, 3));
    const { implementation, scheduler, started } = runtimeOf(
      {
        *main(host) {
          yield* host.emit([1]);
          yield* busy();
        },
        onEvent: idle,
      },
      bus,
    );
    const loaded = implementation.load(artifact());
    expect(implementation.usage(loaded)).toBeUndefined();
    const id = await started(artifact({ emitsPerSecond: 10 }));
    Object.assign(bus.channel, { openHandles: 4, openCalls: 2, openSubscriptions: 1 });
    scheduler.runOne();
    scheduler.advance(30);
    implementation.onEvent(id, Uint8Array.of(3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, 0, 0, 0, 1));
    const usage = implementation.usage(id);
    expect(usage && quotaUse(usage)).toEqual({
      memory_bytes: 4096,
      table_elements: 0,
      wall_ms: 30,
      emits_per_second: 1,
      max_pending_events: 1,
      open_handles: 4,
      open_calls: 2,
      reply_bytes: 5,
    });
    await implementation.terminate(id);
    expect(implementation.usage(id)).toEqual(usage);
    expect(Object.keys(usage && quotaUse({ ...usage, fuel: 5 }) ? quotaUse({ ...usage, fuel: 5 }) : {})).toEqual(
      QUOTAS.map(({ name }) => name).filter((name) => name !== "fuel_per_slice"),
    );
  });
});
