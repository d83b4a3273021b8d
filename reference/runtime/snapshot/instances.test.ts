import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Manifest } from "../../../generated/codecs/manifest.js";
import { decodeSnapshot } from "../../../generated/codecs/snapshot.js";
import { decodeSnapshotState } from "../../../generated/codecs/snapshot-state.js";
import { InstructionCategory } from "../../../generated/enums/instruction-category.js";
import { encodeEvent } from "../../../generated/instructions/message.js";
import { LifecycleState } from "../../../generated/lifecycle/transition-table.js";
import type { BufObject } from "../../contracts/buf-object.js";
import type { InstanceId } from "../../contracts/runtime-interface.js";
import type { Sha256 } from "../../contracts/security.js";
import { PAGE_BYTES } from "../guest-abi.js";
import { InterpreterStrategy } from "../interpreter/interpreter-strategy.js";
import { RuntimeRegistry } from "../registry.js";
import { RuntimeLayer } from "../runtime.js";
import { type GeneratorGuest, GeneratorStrategy } from "../testing/generator-strategy.js";
import { emitAt, guestModule, i32, local, memory, op } from "../testing/guest-module.js";
import { errorOf, type TestRuntime, testRuntime } from "../testing/run-guest.js";
import { bufObject, TestBus } from "../testing/test-host.js";
import { ValueType } from "../wasm/types.js";
import { writeSnapshot } from "./snapshot-document.js";

const { I32 } = ValueType;
const sha256: Sha256 = {
  digest: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  incremental: () => {
    throw new Error("not asked for");
  },
};

/**
 * Emits the numbers 0 to 19, four bytes each, from inside of a function that calls itself; then every event that comes,
 * as it is.
 */
const COUNTING = guestModule({
  functions: {
    main: { code: (call) => [i32(0), call("count")] },
    count: {
      internal: true,
      params: [I32],
      code: (call) => [
        [i32(0), local(0), memory.store, emitAt(call, 0, 4), op.drop],
        [local(0), i32(1), op.add, 0x22, 0, i32(20), 0x49, 0x04, 0x40, local(0), call("count"), op.end],
      ],
    },
    fayger_alloc: { params: [I32], results: [I32], code: [i32(512)] },
    fayger_on_event: {
      params: [I32, I32],
      code: (call) => [local(0), local(1), i32(0), i32(0), call("emit"), op.drop],
    },
  },
});

/** Grows its memory from one page to two and its table from two elements to five, and runs on. */
const GROWING = guestModule({
  table: 2,
  functions: {
    main: {
      code: [
        [i32(1), memory.grow, op.drop],
        [0xd0, 0x70, i32(3), 0xfc, 0x0f, 0, op.drop],
        [0x03, 0x40, 0x0c, 0, op.end],
      ],
    },
  },
});

function artifact(manifest: Partial<Manifest> = {}, code = COUNTING): BufObject {
  return bufObject({ code, manifest: { quotas: { fuelPerSlice: 7 }, ...manifest } });
}

/** A runtime with the interpreter whose bus keeps a subscription open, so that the program waits for events. */
function runtime(options: Parameters<typeof testRuntime>[1] = {}): TestRuntime {
  return testRuntime(new InterpreterStrategy(), { sha256, ...options });
}

/** A timer that fired. */
const event = (handle: number): Uint8Array =>
  encodeEvent({
    category: InstructionCategory.Time,
    opcode: 1,
    completion: false,
    payload: [
      { type: "handle", value: handle },
      { type: "u64", value: 1n },
    ],
  });

function emitted({ bus }: TestRuntime): string[] {
  return bus.channels.flatMap(({ emitted }) => emitted.map((bytes) => Buffer.from(bytes).toString("hex")));
}

async function suspended(surroundings: TestRuntime, turns: number, object = artifact()): Promise<InstanceId> {
  const id = await surroundings.started(object);
  for (let turn = 0; turn < turns; turn += 1) surroundings.scheduler.runOne();
  await surroundings.implementation.suspend(id);
  return id;
}

// @spec snapshots.keeps, snapshots.deterministic, snapshots.shape, snapshots.state
// @spec lifecycle.snapshot.continues, lifecycle.snapshot.pins, lifecycle.snapshot.when
describe("an instance that is saved", () => {
  it("goes on elsewhere to the same instructions, wherever it was stopped", async () => {
    const whole = runtime();
    const stayed = await whole.started(artifact());
    whole.implementation.onEvent(stayed, event(9));
    whole.scheduler.runAll();
    const expected = emitted(whole);
    expect(expected).toHaveLength(21);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 30 }), async (first, second) => {
        const here = runtime();
        const id = await suspended(here, first);
        here.implementation.onEvent(id, event(9));
        const bytes = here.implementation.snapshot(id);
        expect(here.implementation.snapshot(id)).toEqual(bytes);
        expect(here.implementation.state(id)).toBe(LifecycleState.Suspended);
        // Saved twice, with some turns in between.
        const there = runtime();
        const moved = await there.implementation.restore(artifact(), bytes);
        expect(there.implementation.state(moved)).toBe(LifecycleState.Suspended);
        expect(there.implementation.snapshot(moved)).toEqual(bytes);
        await there.implementation.resume(moved);
        for (let turn = 0; turn < second; turn += 1) there.scheduler.runOne();
        if (there.implementation.state(moved) !== LifecycleState.Running) return;
        await there.implementation.suspend(moved);
        const last = runtime();
        const end = await last.implementation.restore(artifact(), there.implementation.snapshot(moved));
        await last.implementation.resume(end);
        last.scheduler.runAll();
        expect(last.implementation.state(end)).toBe(LifecycleState.Terminated);
        expect([...emitted(here), ...emitted(there), ...emitted(last)]).toEqual(expected);
        const { fuel, emits } = whole.implementation.usage(stayed) ?? {};
        expect(last.implementation.usage(end)).toMatchObject({ fuel, emits });
      }),
      { numRuns: 40 },
    );
  });

  it("keeps its time, its fuel and the numbers of its handles, and begins with the quotas of the new host", async () => {
    const here = runtime();
    const id = await here.started(artifact());
    here.scheduler.runOne();
    here.scheduler.advance(40);
    await here.implementation.suspend(id);
    const saved = decodeSnapshotState(decodeSnapshot(here.implementation.snapshot(id)).state);
    expect(saved).toMatchObject({ runningNs: 40_000_000, nextHandle: 1, nextCall: 1 });
    const there = runtime({ hostQuotas: { wall_ms: 100, fuel: 1_000_000 } });
    const moved = await there.implementation.restore(artifact(), here.implementation.snapshot(id));
    const usage = there.implementation.usage(moved);
    expect(usage).toMatchObject({
      runningMilliseconds: 40,
      fuel: saved.fuel,
      quotas: { wall_ms: 100, fuel: 1_000_000 },
    });
    await there.implementation.resume(moved);
    there.scheduler.advance(60);
    expect(there.implementation.state(moved)).toBe(LifecycleState.Suspended);
    expect(there.bus.channel.request.resumed).toMatchObject({ nextHandle: 1, nextCall: 1 });
  });

  it.each([
    [100, "RT_QUOTA_EXCEEDED"],
    [1_000_000, undefined],
  ])("that used up its fuel resumes elsewhere only above the bound: %i", async (fuel, code) => {
    const object = artifact({ quotas: { fuel: 100 } });
    const here = runtime();
    const id = await here.started(object);
    here.scheduler.runAll();
    expect(here.implementation.state(id)).toBe(LifecycleState.Suspended);
    const there = runtime();
    const other = { ...artifact({ quotas: { fuel } }), manifestDigest: object.manifestDigest };
    const moved = await there.implementation.restore(other, here.implementation.snapshot(id));
    const error = await there.implementation.resume(moved).then(
      () => undefined,
      (refusal: unknown) => refusal,
    );
    if (code === undefined) expect(error).toBeUndefined();
    else expect(error).toMatchObject({ code });
  });
});

// @spec snapshots.throttle
it("a restored instance begins a new second of emits_per_second", async () => {
  const options = { hostQuotas: { emits_per_second: 4 } };
  const fresh = runtime(options);
  await fresh.started(artifact());
  fresh.scheduler.runAll();
  const burst = emitted(fresh).length;
  const here = runtime(options);
  const id = await here.started(artifact());
  while (emitted(here).length < 4) here.scheduler.runOne();
  await here.implementation.suspend(id);
  const there = runtime(options);
  await there.implementation.resume(await there.implementation.restore(artifact(), here.implementation.snapshot(id)));
  there.scheduler.runAll();
  expect(burst).toBeLessThan(20);
  expect(emitted(there)).toHaveLength(burst);
});

// @spec snapshots.unavailable, lifecycle.snapshot.when
describe("no snapshot can be taken", () => {
  const reasonOf = async (work: () => unknown): Promise<unknown> => {
    const error = await errorOf(work);
    expect(error).toMatchObject({ code: "RT_SNAPSHOT_UNAVAILABLE" });
    return (error as { context: { reason: string } }).context.reason;
  };

  it("in any other state", async () => {
    const { implementation, scheduler } = runtime();
    const id = implementation.load(artifact());
    expect(await reasonOf(() => implementation.snapshot(id))).toBe("not_suspended");
    await implementation.init(id);
    expect(await reasonOf(() => implementation.snapshot(id))).toBe("not_suspended");
    await implementation.start(id);
    expect(await reasonOf(() => implementation.snapshot(id))).toBe("not_suspended");
    scheduler.runAll();
    expect(await reasonOf(() => implementation.snapshot(id))).toBe("not_suspended");
  });

  it("while a call or a handle is open, the call first", async () => {
    const surroundings = runtime();
    const id = await suspended(surroundings, 3);
    surroundings.bus.channel.openHandles = 1;
    expect(await reasonOf(() => surroundings.implementation.snapshot(id))).toBe("open_handle");
    surroundings.bus.channel.openCalls = 1;
    expect(await reasonOf(() => surroundings.implementation.snapshot(id))).toBe("open_call");
  });

  it("while the guest waits for the host", async () => {
    const bus = new TestBus(() => new Promise(() => undefined));
    const surroundings = runtime({ bus });
    const id = await suspended(surroundings, 10);
    expect(await reasonOf(() => surroundings.implementation.snapshot(id))).toBe("waiting");
  });

  it("of an implementation that cannot, also through the layer", async () => {
    const idle: GeneratorGuest = { *main() {} };
    const { implementation } = testRuntime(new GeneratorStrategy([idle]));
    expect(implementation.capabilities().has("snapshot")).toBe(false);
    const registry = new RuntimeRegistry();
    registry.register(implementation);
    const layer = new RuntimeLayer(registry);
    const id = layer.load(artifact({}, Uint8Array.of(0)));
    expect(await reasonOf(() => layer.snapshot(id))).toBe("not_supported");
    const error = await errorOf(layer.restore(artifact(), new Uint8Array(0)));
    expect(error).toMatchObject({ code: "RT_NO_MATCHING_IMPLEMENTATION", context: { required: ["fuel", "snapshot"] } });
  });
});

// @spec lifecycle.snapshot.restore, lifecycle.snapshot.invalid, snapshots.init, snapshots.too-large, snapshots.quotas
// @spec snapshots.order, snapshots.unfit
describe("an instance that is restored", () => {
  it("goes through the layer to an implementation that can, and is known from then on", async () => {
    const here = runtime();
    const id = await suspended(here, 4);
    const registry = new RuntimeRegistry();
    const there = runtime({ id: "test/interpreter" });
    registry.register(testRuntime(new GeneratorStrategy([])).implementation);
    registry.register(there.implementation);
    const layer = new RuntimeLayer(registry);
    const moved = await layer.restore(artifact(), here.implementation.snapshot(id));
    expect(layer.implementationOf(moved)).toBe("test/interpreter");
    expect(there.events.of("lifecycle.transition", moved)).toEqual([{ trigger: "restore", to: "Suspended" }]);
    await layer.terminate(moved);
    expect(layer.state(moved)).toBe(LifecycleState.Terminated);
  });

  it("is none without every required capability, and its channel is closed", async () => {
    const object = artifact({ requiredCapabilities: ["fs.read"] });
    const here = runtime({ bus: new TestBus(() => Uint8Array.of(0, 0), ["fs.read"]) });
    const id = await suspended(here, 4, object);
    const there = runtime();
    const error = await errorOf(there.implementation.restore(object, here.implementation.snapshot(id)));
    expect(error).toMatchObject({ code: "RT_CAPABILITY_INSUFFICIENT", context: { missing: ["fs.read"] } });
    expect(there.bus.channel.closed).toBe(true);
    expect(there.events.of("lifecycle.transition")).toEqual([]);
  });

  it.each([
    ["memory_bytes", 2 * PAGE_BYTES],
    ["table_elements", 5],
  ] as const)(
    "is none where it has grown above %s of the new host, though its module would begin there",
    async (quota, grown) => {
      const object = artifact({}, GROWING);
      const here = runtime();
      const id = await suspended(here, 4, object);
      const bytes = here.implementation.snapshot(id);
      const begins = runtime({ hostQuotas: { [quota]: grown - 1 } });
      await begins.started(object);
      const error = await errorOf(begins.implementation.restore(object, bytes));
      expect(error).toMatchObject({ code: "RT_QUOTA_EXCEEDED", context: { quota, limit: grown - 1, used: grown } });
      const fits = runtime({ hostQuotas: { [quota]: grown } });
      expect(fits.implementation.state(await fits.implementation.restore(object, bytes))).toBe(
        LifecycleState.Suspended,
      );
    },
  );

  it("is none for another program with the same digest, or without its event", async () => {
    const here = runtime();
    const id = await suspended(here, 4);
    const bytes = here.implementation.snapshot(id);
    const other = guestModule({ functions: { main: { code: [] } } });
    const object = { ...artifact({}, other), manifestDigest: artifact().manifestDigest };
    const error = await errorOf(runtime().implementation.restore(object, bytes));
    expect(error).toMatchObject({ code: "RT_SNAPSHOT_INVALID", context: { reason: "state_unfit" } });
  });

  // @spec snapshots.call
  it.each(["fayger_alloc", "fayger_on_event"] as const)("is none in %s of a program that has none", async (to) => {
    const object = artifact({}, GROWING);
    const here = runtime();
    const id = await suspended(here, 4, object);
    const saved = decodeSnapshotState(decodeSnapshot(here.implementation.snapshot(id)).state);
    const call = { ...(saved.call as NonNullable<typeof saved.call>), to, event: event(1) };
    const error = await errorOf(
      runtime().implementation.restore(object, writeSnapshot({ ...saved, call }, object, sha256)),
    );
    expect(error).toMatchObject({ code: "RT_SNAPSHOT_INVALID", context: { reason: "state_unfit" } });
  });

  // @spec runtime.close
  it.each(["the implementation", "the layer"])("is none where %s is closed meanwhile", async (closed) => {
    const here = runtime();
    const bytes = here.implementation.snapshot(await suspended(here, 4));
    const there = runtime({ id: "test/interpreter" });
    const registry = new RuntimeRegistry();
    registry.register(there.implementation);
    const layer = new RuntimeLayer(registry);
    const restored = errorOf(layer.restore(artifact(), bytes));
    await (closed === "the layer" ? layer : there.implementation).close();
    expect(await restored).toMatchObject({ name: "TypeError", message: expect.stringContaining("was closed") });
    expect(there.bus.channels.every((channel) => channel.closed)).toBe(true);
    expect(there.events.of("lifecycle.transition")).toEqual([]);
  });

  it("is none where a byte of the snapshot was changed", async () => {
    const here = runtime();
    const id = await suspended(here, 4);
    const bytes = here.implementation.snapshot(id).slice();
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    expect(await errorOf(runtime().implementation.restore(artifact(), bytes))).toMatchObject({
      code: "RT_SNAPSHOT_INVALID",
    });
  });
});
