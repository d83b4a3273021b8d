import { describe, expect, it } from "vitest";
import type { Manifest } from "../../generated/codecs/manifest.js";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import { FaygerError } from "../errors/fayger-error.js";
import type { StepResult } from "./execution-strategy.js";
import { type GeneratorGuest, type GeneratorHost, GeneratorStrategy, slice } from "./testing/generator-strategy.js";
import { errorOf, testRuntime } from "./testing/run-guest.js";
import { bufObject, TestBus } from "./testing/test-host.js";

function artifact(manifest: Partial<Manifest> = {}) {
  return bufObject({ code: Uint8Array.of(0), sections: { data: Uint8Array.of(1, 2, 3) }, manifest });
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

/** A promise that the test settles. */
function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe("an emit whose answer takes time", () => {
  // @spec guest-abi.emit.blocks
  it("blocks the guest and nobody else", async () => {
    const answer = deferred<Uint8Array>();
    const bus = new TestBus(() => answer.promise);
    const seen: number[] = [];
    const { implementation, scheduler, started } = runtimeOf(
      {
        *main(host) {
          seen.push(...(yield* host.emit([1])));
        },
      },
      bus,
    );
    const id = await started(artifact());
    const other = await started(artifact());
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    expect(seen).toEqual([]);
    answer.resolve(Uint8Array.of(0, 0, 42));
    await settle();
    scheduler.runAll();
    expect(seen).toEqual([0, 0, 42, 0, 0, 42]);
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
    expect(implementation.state(other)).toBe(LifecycleState.Terminated);
  });

  // @spec guest-abi.events.no-reentry
  it("keeps events waiting until the guest has its answer and has returned", async () => {
    const answer = deferred<Uint8Array>();
    const bus = new TestBus(() => answer.promise);
    const seen: string[] = [];
    const { implementation, scheduler, started } = runtimeOf(
      {
        *main(host) {
          yield* host.emit([1]);
          seen.push("answer");
        },
        *onEvent() {
          yield slice;
          seen.push("event");
        },
      },
      bus,
    );
    const id = await started(artifact());
    scheduler.runAll();
    bus.channel.request.deliver(Uint8Array.of(0x43, 0, 3, 1, 4, 0, 0, 0, 1, 1, 4, 0, 0, 0, 0), true);
    scheduler.runAll();
    expect(seen).toEqual([]);
    answer.resolve(Uint8Array.of(0, 0));
    await settle();
    scheduler.runAll();
    expect(seen).toEqual(["answer", "event"]);
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
  });

  it("lets suspend through at once; its result waits for resume", async () => {
    const answer = deferred<Uint8Array>();
    const bus = new TestBus(() => answer.promise);
    const seen: number[] = [];
    const { implementation, scheduler, started } = runtimeOf(
      {
        *main(host) {
          seen.push(...(yield* host.emit([1])));
        },
      },
      bus,
    );
    const id = await started(artifact());
    scheduler.runAll();
    await implementation.suspend(id);
    answer.resolve(Uint8Array.of(0, 0));
    await settle();
    scheduler.runAll();
    expect(seen).toEqual([]);
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    await implementation.resume(id);
    scheduler.runAll();
    expect(seen).toEqual([0, 0]);
  });

  it("that ends the instance under its guest leaves the guest there, and only then lets go of its memory", async () => {
    const bus = new TestBus();
    const seen: string[] = [];
    const strategy = new GeneratorStrategy([
      {
        *main(host) {
          yield* host.emit([1]);
          seen.push("went on");
        },
      },
    ]);
    const { implementation, scheduler, started } = testRuntime(strategy, { bus });
    const id = await started(artifact());
    bus.handler = () => {
      void implementation.terminate(id);
      return Uint8Array.of(0, 0);
    };
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
    expect(implementation.failureInfo(id)).toBeUndefined();
    expect(strategy.executables.map((executable) => executable.closed)).toEqual([true]);
    expect(seen).toEqual([]);
  });

  it("comes too late after terminate", async () => {
    const answer = deferred<Uint8Array>();
    const bus = new TestBus(() => answer.promise);
    const seen: string[] = [];
    const { implementation, scheduler, started } = runtimeOf(
      {
        *main(host) {
          yield* host.emit([1]);
          seen.push("went on");
        },
      },
      bus,
    );
    const id = await started(artifact());
    scheduler.runAll();
    await implementation.terminate(id);
    expect(bus.channel.closed).toBe(true);
    answer.resolve(Uint8Array.of(0, 0));
    await settle();
    scheduler.runAll();
    expect(seen).toEqual([]);
  });

  it("that breaks the bus's promise fails the instance", async () => {
    const bus = new TestBus(() => Promise.reject(new TypeError("a fault of the bus")));
    const { implementation, scheduler, started } = runtimeOf(
      {
        *main(host) {
          yield* host.emit([1]);
        },
      },
      bus,
    );
    const id = await started(artifact());
    scheduler.runAll();
    await settle();
    scheduler.runAll();
    expect(implementation.failureInfo(id)?.error).toMatchObject({
      code: "RT_INSTANCE_FAILED",
      cause: { code: "HOST_ERROR" },
    });
  });
});

describe("a section that takes time", () => {
  it("blocks a guest that can wait, also during init", async () => {
    const body = deferred<Uint8Array>();
    const seen: unknown[] = [];
    const readData = function* (host: GeneratorHost): Generator<StepResult, void> {
      seen.push(yield* host.section("data"), yield* host.section("none"));
    };
    const { implementation, scheduler } = runtimeOf({ init: readData, main: idle });
    const object = bufObject({
      code: Uint8Array.of(0),
      strategy: "lazy",
      access: () => ({
        read: () => body.promise,
        readSync: (id) => (id === "code" ? Uint8Array.of(0) : undefined),
        isSelected: (id) => id !== "none",
      }),
    });
    const id = implementation.load(object);
    const initialized = implementation.init(id);
    await settle();
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Loaded);
    body.resolve(Uint8Array.of(7, 8));
    await settle();
    scheduler.runAll();
    await initialized;
    expect(seen).toEqual([Uint8Array.of(7, 8), undefined]);
    expect(implementation.state(id)).toBe(LifecycleState.Initialized);
  });

  it("that holds the code is given up when terminate overtakes init", async () => {
    const { implementation } = runtimeOf({ main: idle });
    let stopped = false;
    const object = bufObject({
      code: Uint8Array.of(0),
      access: () => ({
        read: (_id, signal) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener("abort", () => {
              stopped = true;
              reject(new FaygerError("LDR_ABORTED", "the caller stopped the load", { phase: "read_sections" }));
            });
          }),
        readSync: () => undefined,
        isSelected: () => true,
      }),
    });
    const id = implementation.load(object);
    const overtaken = errorOf(implementation.init(id));
    expect(await errorOf(implementation.start(id))).toMatchObject({
      code: "RT_ILLEGAL_TRANSITION",
      context: { current_state: "Loaded", trigger: "start", pending: "init" },
    });
    await implementation.terminate(id);
    expect(await overtaken).toMatchObject({
      code: "RT_ILLEGAL_TRANSITION",
      context: { current_state: "Terminated", trigger: "init", pending: "terminate" },
    });
    await settle();
    expect(stopped).toBe(true);
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
    expect(implementation.failureInfo(id)).toBeUndefined();
  });

  // @spec lifecycle.failure-cause, lifecycle.init.fails
  it("that cannot be read fails init with the loader's error as cause", async () => {
    const { implementation } = runtimeOf({ main: idle });
    const unavailable = new FaygerError("LDR_SOURCE_UNAVAILABLE", "the source is gone", {
      phase: "read_sections",
      source: "memory",
      reason: "closed",
    });
    const object = bufObject({
      code: Uint8Array.of(0),
      access: () => ({
        read: () => Promise.reject(unavailable),
        readSync: () => undefined,
        isSelected: () => true,
      }),
    });
    const id = implementation.load(object);
    const error = await errorOf(implementation.init(id));
    expect(error).toMatchObject({ code: "RT_INSTANCE_FAILED", cause: unavailable });
    expect(implementation.failureInfo(id)?.error).toBe(error);
  });
});

describe("suspend and resume", () => {
  it("stop a busy guest between two slices and let it go on", async () => {
    const { implementation, scheduler, started } = runtimeOf({ main: busy });
    const id = await started(artifact());
    for (let turn = 0; turn < 10; turn += 1) scheduler.runOne();
    await implementation.suspend(id);
    scheduler.runAll();
    expect(scheduler.waiting).toBe(0);
    await implementation.resume(id);
    for (let turn = 0; turn < 10; turn += 1) expect(scheduler.runOne()).toBe(true);
    await implementation.terminate(id);
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
  });

  // @spec lifecycle.suspend.stopped
  it("given while the guest is active takes effect when the step is over", async () => {
    const bus = new TestBus();
    const { implementation, scheduler, started, events } = runtimeOf(
      {
        *main(host) {
          yield* host.emit([1]);
          yield slice;
        },
      },
      bus,
    );
    let answered = false;
    const id = await started(artifact());
    bus.handler = () => {
      void implementation.suspend(id).then(() => {
        answered = true;
      });
      expect(implementation.state(id)).toBe(LifecycleState.Running);
      return Uint8Array.of(0, 0);
    };
    scheduler.runAll();
    await settle();
    expect(answered).toBe(true);
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    await implementation.resume(id);
    scheduler.runAll();
    expect(events.of("lifecycle.transition", id).map((fields) => fields.trigger)).toEqual([
      "load",
      "init",
      "start",
      "suspend",
      "resume",
      "complete",
    ]);
  });

  it("given while the guest is active is overtaken by the program's end", async () => {
    const bus = new TestBus();
    const { implementation, scheduler, started } = runtimeOf(
      {
        *main(host) {
          yield* host.emit([1]);
          host.functions.exit(3);
        },
      },
      bus,
    );
    const id = await started(artifact());
    let refused: Promise<unknown> | undefined;
    bus.handler = () => {
      refused = errorOf(implementation.suspend(id));
      return Uint8Array.of(0, 0);
    };
    scheduler.runAll();
    expect(await refused).toMatchObject({
      code: "RT_ILLEGAL_TRANSITION",
      context: { current_state: "Terminated", trigger: "suspend" },
    });
    expect(implementation.exitCode(id)).toBe(3);
  });
});

describe("turns", () => {
  // @spec runtime.turns
  it("alternate between instances", async () => {
    const order: number[] = [];
    const counting = (digit: number): GeneratorGuest => ({
      *main() {
        for (let round = 0; round < 3; round += 1) {
          order.push(digit);
          yield slice;
        }
      },
    });
    const { started, scheduler } = testRuntime(new GeneratorStrategy([counting(0), counting(1), counting(2)]));
    for (const digit of [0, 1, 2]) await started(bufObject({ code: Uint8Array.of(digit) }));
    scheduler.runAll();
    expect(order).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
  });
});

describe("completion", () => {
  const listener = (seen: number[]): GeneratorGuest => ({
    main: idle,
    *onEvent(_host, event) {
      yield slice;
      seen.push(event.length);
    },
  });
  const completionEvent = Uint8Array.of(0x43, 0, 3, 1, 4, 0, 0, 0, 1, 1, 4, 0, 0, 0, 0);

  // @spec lifecycle.completion
  it("waits for open calls and for what they bring", async () => {
    const seen: number[] = [];
    const { implementation, scheduler, started, bus } = runtimeOf(listener(seen));
    const id = await started(artifact());
    bus.channel.openCalls = 1;
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    bus.channel.openCalls = 0;
    bus.channel.request.deliver(completionEvent, true);
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    scheduler.runAll();
    expect(seen).toEqual([completionEvent.length]);
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
  });

  it("does not wait where the guest takes no events", async () => {
    const { implementation, scheduler, started, bus } = runtimeOf({ main: idle });
    const id = await started(artifact());
    bus.channel.openCalls = 1;
    bus.channel.openSubscriptions = 1;
    bus.channel.request.deliver(completionEvent, true);
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
    expect(bus.channel.closed).toBe(true);
    bus.channel.request.deliver(completionEvent, true);
    scheduler.runAll();
  });

  it("does not happen while the instance is suspended", async () => {
    const { implementation, scheduler, started } = runtimeOf({
      *main() {
        yield slice;
      },
    });
    const id = await started(artifact());
    scheduler.runOne();
    await implementation.suspend(id);
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    await implementation.resume(id);
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
  });
});
