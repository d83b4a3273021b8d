import { describe, expect, it } from "vitest";
import type { Manifest } from "../../generated/codecs/manifest.js";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import { isFaygerError } from "../errors/fayger-error.js";
import type { StepResult } from "./execution-strategy.js";
import { type GeneratorGuest, GeneratorStrategy, slice } from "./testing/generator-strategy.js";
import { errorOf, testRuntime } from "./testing/run-guest.js";
import { bufObject, TestBus } from "./testing/test-host.js";

function artifact(manifest: Partial<Manifest> = {}) {
  return bufObject({ code: Uint8Array.of(0), sections: { data: Uint8Array.of(1, 2, 3) }, manifest });
}

function runtimeOf(guest: GeneratorGuest, bus = new TestBus()) {
  return testRuntime(new GeneratorStrategy([guest]), { bus });
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

describe("start", () => {
  // @spec lifecycle.terminate-wins
  it("is overtaken by whoever ends the instance while capabilities are negotiated", async () => {
    const { implementation, bus } = runtimeOf({ main: idle });
    const id = implementation.load(artifact());
    await implementation.init(id);
    const open = bus.open.bind(bus);
    bus.open = (request) => {
      void implementation.terminate(id);
      return open(request);
    };
    expect(await errorOf(implementation.start(id))).toMatchObject({
      code: "RT_ILLEGAL_TRANSITION",
      context: { current_state: LifecycleState.Terminated, trigger: "start", pending: "terminate" },
    });
    expect(bus.channel.closed).toBe(true);
  });

  // @spec lifecycle.start.missing, manifest.required-capabilities
  it("is refused while a required capability is not granted, and can be given again", async () => {
    const { implementation, bus } = runtimeOf({ main: idle });
    bus.granted = ["time.clock"];
    const id = implementation.load(
      artifact({ requiredCapabilities: ["fs.read", "net.http", "time.clock"], optionalCapabilities: ["random.get"] }),
    );
    await implementation.init(id);
    expect(await errorOf(implementation.start(id))).toMatchObject({
      code: "RT_CAPABILITY_INSUFFICIENT",
      context: { instance: id, missing: ["fs.read", "net.http"] },
    });
    expect(implementation.state(id)).toBe(LifecycleState.Initialized);
    expect(bus.channel.closed).toBe(true);
    bus.granted = ["fs.read", "net.http", "time.clock"];
    await implementation.start(id);
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    expect(bus.channel.request).toMatchObject({ optional: ["random.get"], hostFunctions: undefined, mayBlock: true });
  });

  // @spec lifecycle.start.empty-request
  it("asks for nothing where the program needs nothing", async () => {
    const { implementation, ran } = runtimeOf({ main: idle });
    expect(implementation.state(await ran(artifact()))).toBe(LifecycleState.Terminated);
  });

  it("hands the bus its quotas and says whether the guest can wait", async () => {
    const { bus, started } = testRuntime(new GeneratorStrategy([{ main: idle }], ["events"]));
    await started(artifact({ quotas: { openHandles: 3, replyBytes: 5 } }));
    expect(bus.channel.request).toMatchObject({
      quotas: { openHandles: 3, openCalls: 1024, replyBytes: 5 },
      mayBlock: false,
    });
  });
});

describe("a quota the strategy meters", () => {
  const hungry: GeneratorGuest = {
    *main() {
      yield { kind: "quota", quota: "fuel", limit: 100, used: 100 };
    },
  };

  // @spec quotas.exceeded, quotas.grant, quotas.resume, quotas.events
  it("suspends the instance until the host grants more", async () => {
    const { implementation, scheduler, started, events, bus } = runtimeOf(hungry);
    const id = await started(artifact({ quotas: { fuel: 100 } }));
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Suspended);
    expect(bus.channel.suspended).toBe(true);
    expect(events.of("resource.quota_reached", id)).toEqual([{ quota: "fuel", limit: 100, action: "suspend" }]);
    expect(events.of("lifecycle.transition", id).at(-1)).toEqual({
      from: "Running",
      trigger: "quota",
      to: "Suspended",
    });
    const exceeded = { code: "RT_QUOTA_EXCEEDED", context: { instance: id, quota: "fuel", limit: 100, used: 100 } };
    expect(await errorOf(implementation.resume(id))).toMatchObject(exceeded);
    implementation.grantQuota(id, "wall_ms", 5000);
    expect(await errorOf(implementation.resume(id))).toMatchObject(exceeded);
    implementation.grantQuota(id, "fuel", 100);
    expect(await errorOf(implementation.resume(id))).toMatchObject(exceeded);
    implementation.grantQuota(id, "fuel", 200);
    expect(implementation.usage(id)?.quotas.fuel).toBe(200);
    await implementation.resume(id);
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
    expect(await errorOf(() => implementation.grantQuota(id, "fuel", 300))).toMatchObject({
      code: "RT_ILLEGAL_TRANSITION",
    });
  });

  // @spec errors.api-misuse
  it("refuses a grant that means nothing, and keeps its bounds", async () => {
    const { implementation, started } = runtimeOf(hungry);
    const id = await started(artifact({ quotas: { fuel: 100 } }));
    const before = implementation.usage(id)?.quotas;
    for (const quota of ["fuels", "toString", ""] as never[])
      expect(() => implementation.grantQuota(id, quota, 5)).toThrow(TypeError);
    for (const value of [-1, 0.5, Number.NaN, 2 ** 53])
      expect(() => implementation.grantQuota(id, "fuel", value)).toThrow(TypeError);
    expect(implementation.usage(id)?.quotas).toEqual(before);
  });

  // @spec quotas.during-init
  it("fails the instance during init", async () => {
    const { implementation, events } = runtimeOf({ init: hungry.main, main: idle });
    const id = implementation.load(artifact({ quotas: { fuel: 100 } }));
    expect(await errorOf(implementation.init(id))).toMatchObject({ code: "RT_QUOTA_EXCEEDED" });
    expect(implementation.state(id)).toBe(LifecycleState.Failed);
    expect(events.of("resource.quota_reached", id)).toEqual([{ quota: "fuel", limit: 100, action: "fail" }]);
  });
});

describe("ids", () => {
  // @spec runtime.instance-not-found
  it("that were never issued are RT_INSTANCE_NOT_FOUND everywhere", async () => {
    const { implementation } = runtimeOf({ main: idle });
    const id = "0190a1b2-0000-7000-8000-000000000000";
    const asked: (() => unknown)[] = [
      () => implementation.init(id),
      () => implementation.start(id),
      () => implementation.suspend(id),
      () => implementation.resume(id),
      () => implementation.terminate(id),
      () => implementation.state(id),
      () => implementation.failureInfo(id),
      () => implementation.emit(id, Uint8Array.of(0)),
      () => implementation.onEvent(id, Uint8Array.of(0)),
      () => implementation.whenSettled(id),
      () => implementation.exitCode(id),
      () => implementation.usage(id),
      () => implementation.grantQuota(id, "fuel", 1),
    ];
    for (const ask of asked) {
      expect(await errorOf(async () => ask())).toMatchObject({
        code: "RT_INSTANCE_NOT_FOUND",
        context: { instance: id },
      });
    }
  });

  // @spec lifecycle.terminated-answerable, runtime.queries
  it("stay answerable after the end", async () => {
    const { implementation, ran } = runtimeOf({ main: idle });
    const id = await ran(artifact());
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
    expect(implementation.failureInfo(id)).toBeUndefined();
    expect(implementation.usage(id)).toMatchObject({ emits: 0, memoryBytes: 4096 });
    expect(await implementation.whenSettled(id)).toBe(LifecycleState.Terminated);
    for (const command of ["init", "start", "suspend", "resume", "terminate"] as const) {
      expect(await errorOf(implementation[command](id))).toMatchObject({
        code: "RT_ILLEGAL_TRANSITION",
        context: { current_state: "Terminated", trigger: command, allowed: [] },
      });
    }
    for (const [trigger, call] of [
      ["emit", () => implementation.emit(id, Uint8Array.of(0))],
      ["on_event", () => implementation.onEvent(id, Uint8Array.of(0))],
    ] as const) {
      const error = await errorOf(() => call());
      expect(error).toMatchObject({ code: "RT_ILLEGAL_TRANSITION", context: { current_state: "Terminated", trigger } });
      expect(isFaygerError(error)).toBe(true);
    }
  });
});

describe("emit and on_event of the interface", () => {
  // @spec lifecycle.emit-states, lifecycle.on-event-states
  it("are legal in the states of the specification alone", async () => {
    const { implementation, scheduler } = runtimeOf({ main: busy, onEvent: idle });
    const event = Uint8Array.of(3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, 0, 0, 0, 1);
    const id = implementation.load(artifact());
    const refusedIn = async (state: LifecycleState): Promise<void> => {
      for (const call of [() => implementation.emit(id, event), () => implementation.onEvent(id, event)]) {
        expect(await errorOf(() => call())).toMatchObject({
          code: "RT_ILLEGAL_TRANSITION",
          context: { current_state: state },
        });
      }
    };
    await refusedIn("Loaded");
    await implementation.init(id);
    await refusedIn("Initialized");
    await implementation.start(id);
    scheduler.runOne();
    expect(implementation.emit(id, event)).toEqual(Uint8Array.of(0, 0));
    implementation.onEvent(id, event);
    await implementation.suspend(id);
    implementation.onEvent(id, event);
    expect(await errorOf(() => implementation.emit(id, event))).toMatchObject({
      code: "RT_ILLEGAL_TRANSITION",
      context: { current_state: "Suspended", trigger: "emit" },
    });
    expect(implementation.usage(id)?.pendingEvents).toBe(2);
    await implementation.terminate(id);
    await refusedIn("Terminated");
  });

  it("copy what they are given, also out of Node's Buffer", async () => {
    const seen: Uint8Array[] = [];
    function* onEvent(_host: unknown, event: Uint8Array): Generator<StepResult, void> {
      seen.push(event);
      yield* idle();
    }
    const { implementation, bus, scheduler, started } = runtimeOf({ main: idle, onEvent });
    const id = await started(artifact());
    const given = Buffer.from([3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, 0, 0, 0, 1]);
    const bytes = Uint8Array.from(given);
    implementation.emit(id, given);
    implementation.onEvent(id, given);
    given.fill(0);
    while (seen.length === 0) scheduler.runOne();
    expect(bus.channel.emitted).toEqual([bytes]);
    expect(seen).toEqual([bytes]);
  });

  it("answer with a code where the bus breaks its word, and leave the instance alone", async () => {
    const { implementation, bus, scheduler, started } = runtimeOf({ main: busy });
    const id = await started(artifact());
    scheduler.runOne();
    const broken = { code: "HOST_ERROR", context: { name: "TypeError", call: "emit" } };
    bus.handler = () => {
      throw new TypeError("a fault of the bus");
    };
    expect(await errorOf(() => implementation.emit(id, Uint8Array.of(0)))).toMatchObject(broken);
    bus.handler = () => Promise.reject(new TypeError("a fault of the bus"));
    expect(await errorOf(async () => implementation.emit(id, Uint8Array.of(0)))).toMatchObject(broken);
    expect(implementation.state(id)).toBe(LifecycleState.Running);
  });

  it("wake a program that has nothing left to do, also when the answer took time", async () => {
    const { implementation, bus, scheduler, started } = runtimeOf({ main: idle, onEvent: idle });
    const id = await started(artifact());
    bus.channel.openSubscriptions = 1;
    scheduler.runAll();
    const answer = deferred<Uint8Array>();
    bus.handler = () => answer.promise;
    const reply = implementation.emit(id, Uint8Array.of(0));
    bus.channel.openSubscriptions = 0;
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Running);
    answer.resolve(Uint8Array.of(0, 0));
    expect(await reply).toEqual(Uint8Array.of(0, 0));
    scheduler.runAll();
    expect(implementation.state(id)).toBe(LifecycleState.Terminated);
  });
});

describe("whenSettled", () => {
  // @spec runtime.when-settled
  it("tells everybody who waits, with the state of the end", async () => {
    const { implementation, scheduler, started } = runtimeOf({
      *main() {
        yield { kind: "trapped", trap: "unreachable" };
      },
    });
    const id = await started(artifact());
    const waiting = [implementation.whenSettled(id), implementation.whenSettled(id)];
    scheduler.runAll();
    expect(await Promise.all(waiting)).toEqual(["Failed", "Failed"]);
  });
});
