import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Capability } from "../../../generated/capabilities.js";
import type { Manifest } from "../../../generated/codecs/manifest.js";
import { ioClose, ioFileOpenRead, ioFileRead } from "../../../generated/instructions/io.js";
import { decodeReply } from "../../../generated/instructions/message.js";
import { randomRandomBytes } from "../../../generated/instructions/random.js";
import { timeSleep, timeTimerStart } from "../../../generated/instructions/time.js";
import type { HostPolicy } from "../../../generated/json/host-policy.js";
import { createInstructionBus } from "../../adapter/instruction-bus.js";
import { createServerAdapter } from "../../adapter/platforms/server.js";
import { layersOf } from "../../errors/cause-chain.js";
import type { FaygerError } from "../../errors/fayger-error.js";
import { createEventBus } from "../../observability/index.js";
import { numberedIds } from "../instance-ids.js";
import type { ManagedImplementation } from "../managed-implementation.js";
import { emitAt, type GuestSource, guestModule, i32, local, op } from "../testing/guest-module.js";
import { bufObject, EventLog, tickingClock } from "../testing/test-host.js";
import type { Part } from "../wasm/testing/module-bytes.js";
import { ValueType } from "../wasm/types.js";
import { createHostEngine } from "./index.js";

const { I32 } = ValueType;
const folder = mkdtempSync(join(tmpdir(), "fayger-runtime-"));
const allCapabilities = [Capability.FsRead, Capability.RandomGet, Capability.TimeClock, Capability.TimeTimer];

beforeAll(() => writeFileSync(join(folder, "note.txt"), "hello"));
afterAll(() => rmSync(folder, { recursive: true }));

function fayger(
  policy: Partial<HostPolicy> = {},
  services: Parameters<typeof createServerAdapter>[0] = {},
): { engine: ManagedImplementation; events: EventLog } {
  const events = new EventLog();
  const clock = tickingClock();
  const hostPolicy: HostPolicy = {
    capabilities: allCapabilities,
    file_roots: [{ guest_path: "/data", host_path: folder, writable: false }],
    ...policy,
  };
  const bus = createInstructionBus({ adapter: createServerAdapter(services), policy: hostPolicy, events, clock });
  return {
    engine: createHostEngine({ bus, events, clock, ids: numberedIds(), hostQuotas: hostPolicy.quotas }),
    events,
  };
}

/** A program that emits the instructions given, each to a reply area of its own, and then runs `after`. */
function emitting(
  instructions: readonly Uint8Array[],
  after: (call: (target: string) => Part) => readonly Part[] = () => [],
  more: GuestSource["functions"] = {},
  manifest: Partial<Manifest> = {},
) {
  const at = (index: number): number => 1024 * (index + 1);
  return bufObject({
    code: guestModule({
      functions: {
        main: {
          code: (call) => [
            ...instructions.map((bytes, index) => [
              emitAt(call, at(index), bytes.length, at(index) + 512, 512),
              op.drop,
            ]),
            ...after(call),
          ],
        },
        ...more,
      },
      data: instructions.map((bytes, index) => [at(index), bytes] as const),
    }),
    manifest: { requiredCapabilities: [...allCapabilities].sort(), ...manifest },
  });
}

async function start(engine: ManagedImplementation, object: ReturnType<typeof emitting>): Promise<string> {
  const id = engine.load(object);
  await engine.init(id);
  await engine.start(id);
  expect(engine.state(id)).toBe("Running");
  return id;
}

describe("the host's engine with the real bus and the server adapter", () => {
  it("lets a program read a file and random bytes", async () => {
    const { engine, events } = fayger();
    const id = await start(
      engine,
      emitting([ioFileOpenRead("/data/note.txt"), ioFileRead(1, 100), randomRandomBytes(16)]),
    );
    const { memoryBytes } = engine.usage(id) ?? {};
    expect(memoryBytes).toBe(65_536);
    expect(await engine.whenSettled(id)).toBe("Terminated");
    expect(events.of("instruction.dispatched", id).map((fields) => [fields.instruction, fields.status])).toEqual([
      ["io.file_open_read", 0],
      ["io.file_read", 0],
      ["random.random_bytes", 0],
    ]);
    expect(events.of("capability.negotiated", id)).toMatchObject([{ denied: [] }]);
  });

  // @spec errors.cause-chain, architecture.runtime-adapter, instructions.reply.no-failure, lifecycle.failure-info
  it("keeps the chain runtime, adapter, host when a program aborts after a failed call", async () => {
    const { engine } = fayger();
    const id = await start(
      engine,
      emitting([ioFileOpenRead("/data/absent.txt")], (call) => [call("abort")]),
    );
    expect(await engine.whenSettled(id)).toBe("Failed");
    const failure = engine.failureInfo(id);
    expect(layersOf(failure?.error as FaygerError)).toEqual(["runtime", "adapter", "host"]);
    expect(failure?.error.cause).toMatchObject({ code: "ADP_HOST_CALL_FAILED", context: { host_error: "not_found" } });
    expect(failure?.lastInstruction).toEqual(ioFileOpenRead("/data/absent.txt"));
  });

  // @spec instructions.would-block
  it("answers would_block where the guest would have to wait", async () => {
    const { engine } = fayger();
    const sleep = timeSleep(1n, { asynchronous: false });
    const id = await start(
      engine,
      emitting([sleep], (call) => [call("abort")]),
    );
    expect(await engine.whenSettled(id)).toBe("Failed");
    expect(engine.failureInfo(id)?.error.cause).toMatchObject({
      code: "ADP_HOST_CALL_FAILED",
      context: { host_error: "would_block" },
    });
  });

  it("does not start where the policy withholds a required capability", async () => {
    const { engine } = fayger({ capabilities: [Capability.FsRead] });
    const id = engine.load(emitting([]));
    await engine.init(id);
    await expect(engine.start(id)).rejects.toMatchObject({
      code: "RT_CAPABILITY_INSUFFICIENT",
      context: { missing: ["random.get", "time.clock", "time.timer"] },
    });
    expect(engine.state(id)).toBe("Initialized");
  });

  it("delivers timers and completions, and completes when nothing can come any more", async () => {
    const { engine, events } = fayger();
    const listener: GuestSource["functions"] = {
      fayger_alloc: { params: [I32], results: [I32], code: [i32(40_000)] },
      fayger_on_event: { params: [I32, I32], code: [local(0), op.drop] },
    };
    const object = emitting(
      [timeTimerStart(1_000_000n, 0n), timeSleep(1_000_000n, { asynchronous: true })],
      undefined,
      listener,
    );
    const id = await start(engine, object);
    expect(await engine.whenSettled(id)).toBe("Terminated");
    expect(
      events
        .of("instruction.event_delivered", id)
        .map((fields) => fields.event)
        .sort(),
    ).toEqual(["time.sleep", "time.timer_fired"]);
    expect(events.of("instruction.completed", id)).toMatchObject([{ instruction: "time.sleep", status: 0 }]);
  });

  // @spec quotas.bus, quotas.completions-reserved
  it("bounds completions that a program does not take as it bounds calls", async () => {
    const { engine, events } = fayger({ quotas: { open_calls: 8 } });
    const sleep = timeSleep(0n, { asynchronous: true });
    // Each completion starts twenty calls more: without a bound there would soon be no memory left.
    const twenty = (call: (target: string) => Part): Part[] =>
      Array.from({ length: 20 }, () => [emitAt(call, 1024, sleep.length), op.drop]);
    const listener: GuestSource["functions"] = {
      fayger_alloc: { params: [I32], results: [I32], code: [i32(40_000)] },
      fayger_on_event: { params: [I32, I32], code: twenty },
    };
    const id = await start(engine, emitting([sleep], undefined, listener));
    let most = 0;
    // Through many rounds of completions that start calls, however long the timers of this host take for one.
    while (events.of("instruction.event_delivered", id).length < 100) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, engine.usage(id)?.openCalls ?? 0);
    }
    await engine.terminate(id);
    expect(most).toBe(8);
  });

  // @spec instructions.time.timers
  it("sends nothing of a timer that the program closed while its event was waiting", async () => {
    // They fire when the test says so: while the program is suspended.
    const firing: (() => void)[] = [];
    const after = (_delay: bigint, fire: () => void): (() => void) => {
      firing.push(fire);
      return () => undefined;
    };
    const { engine, events } = fayger({}, { timers: { after } });
    const timers = [timeTimerStart(1n, 0n), timeTimerStart(2n, 0n)] as const;
    const close = ioClose(2);
    const listener: GuestSource["functions"] = {
      fayger_alloc: { params: [I32], results: [I32], code: [i32(40_000)] },
      fayger_on_event: { params: [I32, I32], code: (call) => [emitAt(call, 512, close.length), op.drop] },
    };
    const code = guestModule({
      functions: {
        main: { code: (call) => timers.map((timer, at) => [emitAt(call, 64 + 128 * at, timer.length), op.drop]) },
        ...listener,
      },
      data: [
        [64, timers[0]],
        [192, timers[1]],
        [512, close],
      ],
    });
    const id = await start(engine, bufObject({ code, manifest: { requiredCapabilities: [Capability.TimeTimer] } }));
    while (firing.length < timers.length) await new Promise((resolve) => setImmediate(resolve));
    await engine.suspend(id);
    for (const fire of firing) fire();
    await engine.resume(id);
    expect(await engine.whenSettled(id)).toBe("Terminated");
    expect(events.of("instruction.event_delivered", id)).toHaveLength(1);
    expect(events.of("instruction.result_discarded", id)).toEqual([
      { instruction: "time.timer_fired", reason: "handle_closed" },
    ]);
  });

  // @spec guest-abi.reply-read
  it("leaves a program the reply that it has not read yet while the host emits on its behalf", async () => {
    // Nobody listens: then instructions are answered where they stand.
    const clock = tickingClock();
    const events = createEventBus({ clock });
    const fill = (target: Uint8Array): unknown => target.fill(filling);
    let filling = 1;
    const firing: (() => void)[] = [];
    const after = (_delay: bigint, fire: () => void): (() => void) => {
      firing.push(fire);
      return () => undefined;
    };
    const adapter = createServerAdapter({ timers: { after }, random: fill });
    const bus = createInstructionBus({ adapter, policy: { capabilities: allCapabilities }, events, clock });
    const engine = createHostEngine({ bus, events, clock, ids: numberedIds() });
    const listener: GuestSource["functions"] = {
      fayger_alloc: { params: [I32], results: [I32], code: [i32(40_000)] },
      fayger_on_event: {
        params: [I32, I32],
        // The first of the bytes that the last reply gives: behind its status, its type and its length.
        code: (call) => [[i32(0), i32(64), call("reply_read"), op.drop], [i32(4), [0x2d, 0, 0]], call("exit")],
      },
    };
    const id = await start(engine, emitting([timeTimerStart(1n, 0n), randomRandomBytes(8)], undefined, listener));
    while (firing.length === 0) await new Promise((resolve) => setImmediate(resolve));
    filling = 2;
    await engine.emit(id, randomRandomBytes(8));
    for (const fire of firing) fire();
    expect(await engine.whenSettled(id)).toBe("Terminated");
    expect(engine.exitCode(id)).toBe(1);
  });

  it("answers instructions that the host gives on behalf of the instance", async () => {
    const { engine } = fayger();
    const listener: GuestSource["functions"] = {
      fayger_alloc: { params: [I32], results: [I32], code: [i32(40_000)] },
      fayger_on_event: { params: [I32, I32], code: [] },
    };
    const id = await start(engine, emitting([timeTimerStart(1_000_000_000_000n, 0n)], undefined, listener));
    const reply = await engine.emit(id, randomRandomBytes(4));
    expect(decodeReply(reply)).toMatchObject({ status: 0, results: [{ type: "bytes" }] });
    await engine.terminate(id);
    expect(engine.state(id)).toBe("Terminated");
  });
});
