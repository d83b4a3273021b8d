import { deepStrictEqual } from "node:assert";
import { Worker } from "node:worker_threads";
import { timeClockMonotonic } from "../../../generated/instructions/time.js";
import { createInstructionBus } from "../../../reference/adapter/index.js";
import { createServerAdapter } from "../../../reference/adapter/platforms/index.js";
import { nodeClock } from "../../../reference/adapter/platforms/node-clock.js";
import type { Clock } from "../../../reference/contracts/event-bus.js";
import { createEventBus } from "../../../reference/observability/index.js";
import { i32 } from "../../../reference/runtime/testing/guest-module.js";
import { ValueType } from "../../../reference/runtime/wasm/types.js";
import { CALLS, callingGuest, emittingGuest } from "../bus-guests.js";
import type { Race, Suite } from "../race.js";
import { wasiClock } from "../wasi-guests.js";

/** A host that costs nothing: what is left is the bus. */
const STANDING: Clock = { unixNanoseconds: () => 1n, monotonicNanoseconds: () => 1_234_567_890_123n };

/** One instruction from its bytes to the bytes of its reply. */
export const busSuite: Suite = {
  name: "bus",
  about: "one instruction and its reply, against a plain function, node:wasi and a worker",
  races: async () => [
    // First: it has one clock and one handler, as a host has, and the engine does not know those of the others yet.
    await guestRace("host engine"),
    bareRace(),
    listenedRace(),
    deniedRace(),
    await guestRace("interpreter"),
    await deniedGuestRace(),
    workerRace(),
  ],
};

/** A channel of an instance that may read clocks, or may not. */
function emitter(clock: Clock, isGranted = true, isListened = false): () => Uint8Array {
  const events = createEventBus({ clock: nodeClock });
  if (isListened) events.subscribe(() => undefined, { categories: ["instruction"] });
  const capabilities = isGranted ? (["time.clock"] as const) : [];
  const adapter = createServerAdapter({ clock });
  const bus = createInstructionBus({ adapter, policy: { capabilities: [...capabilities] }, events, clock: nodeClock });
  const channel = bus.open({
    instance: "instance#1",
    required: capabilities,
    optional: [],
    hostFunctions: undefined,
    quotas: {},
    deliver: () => undefined,
  });
  const instruction = timeClockMonotonic();
  return () => channel.emit(instruction) as Uint8Array;
}

/** The same job with nothing general about it: the head compared, one mask tested, the host called, the reply written. */
function plainFunction(clock: Clock, granted: number): (instruction: Uint8Array) => Uint8Array {
  return (instruction) => {
    const head = new DataView(instruction.buffer, instruction.byteOffset, instruction.length);
    if (instruction.length !== 5 || head.getUint8(0) !== 3 || head.getUint16(1) !== 2) throw new Error("malformed");
    const needed = head.getUint16(3);
    if ((needed & granted) !== needed) return denial;
    const reply = new Uint8Array(template);
    new DataView(reply.buffer).setBigUint64(reply.length - 8, clock.monotonicNanoseconds());
    return reply;
  };
}

/** Replies as the bus makes them. */
const template = emitter(STANDING)().slice();
const denial = emitter(STANDING, false)().slice();

function bareRace(): Race {
  const ours = emitter(STANDING);
  const plain = plainFunction(STANDING, 0xffff);
  const instruction = timeClockMonotonic();
  return {
    name: "instruction, a host that costs nothing",
    ours: { name: "fayger", run: ours },
    peers: [{ name: "plain function", run: () => plain(instruction) }],
    check: () => deepStrictEqual(Uint8Array.from(ours()), plain(instruction)),
  };
}

function listenedRace(): Race {
  const [ours, without] = [emitter(STANDING, true, true), emitter(STANDING)];
  return {
    name: "instruction with an event",
    ours: { name: "fayger", run: ours },
    peers: [{ name: "fayger without", run: without }],
    check: () => deepStrictEqual(ours(), without()),
  };
}

function deniedRace(): Race {
  const ours = emitter(STANDING, false);
  const plain = plainFunction(STANDING, 0);
  const instruction = timeClockMonotonic();
  return {
    name: "instruction that is denied",
    ours: { name: "fayger", run: ours },
    peers: [{ name: "plain function", run: () => plain(instruction) }],
    check: () => deepStrictEqual(Uint8Array.from(ours()), plain(instruction)),
  };
}

/**
 * A guest asks a host that costs nothing: {@link CALLS} times, against a guest that calls an empty function, and against
 * one that reads the clock of node:wasi, which the engine calls without JavaScript in between.
 */
async function guestRace(strategy: "host engine" | "interpreter"): Promise<Race> {
  const ours = await emittingGuest({
    strategy,
    instructions: [timeClockMonotonic()],
    policy: { capabilities: ["time.clock"] },
    services: { clock: STANDING },
  });
  const bare = callingGuest(
    { call: [ValueType.I32, ValueType.I32, ValueType.I32, ValueType.I32] },
    () => ({ call: () => 13 }),
    (call) => call("call", i32(1024), i32(5), i32(2048), i32(256)),
  );
  const wasi = await wasiClock();
  return {
    name: `guest to host and back, ${CALLS} times, ${strategy}`,
    ours: { name: "fayger", run: ours.run },
    peers: [
      { name: "bare import", run: bare.run },
      { name: "node:wasi, clock", run: wasi.run },
    ],
    // Ten times the bare call at most, where the guest runs on the engine that makes the bare call.
    goals: strategy === "host engine" ? { "bare import": 0.1, "node:wasi, clock": 1 } : {},
    warmUp: 20,
    check: () => {
      ours.run();
      const before = ours.emits();
      ours.run();
      deepStrictEqual(ours.emits() - before, CALLS);
      deepStrictEqual(Uint8Array.from(ours.reply().subarray(0, template.length)), template);
    },
  };
}

/** What is denied must cost less than what is done. */
async function deniedGuestRace(): Promise<Race> {
  const emissions = { instructions: [timeClockMonotonic()], services: { clock: STANDING } };
  const ours = await emittingGuest({ ...emissions, policy: { capabilities: [] } });
  const allowed = await emittingGuest({ ...emissions, policy: { capabilities: ["time.clock"] } });
  return {
    name: `guest is denied, ${CALLS} times, host engine`,
    ours: { name: "denied", run: ours.run },
    peers: [{ name: "done", run: allowed.run }],
    goals: { done: 1 },
    warmUp: 20,
    check: () => {
      ours.run();
      allowed.run();
      deepStrictEqual(Uint8Array.from(ours.reply().subarray(0, denial.length)), denial);
    },
  };
}

/** What the same call costs where host and guest are two threads that send messages. */
function workerRace(): Race {
  const ours = emitter(STANDING);
  const worker = new Worker(
    `require("node:worker_threads").parentPort.on("message", reply => {
    require("node:worker_threads").parentPort.postMessage(reply); })`,
    { eval: true },
  );
  worker.unref();
  const roundTrip = (): Promise<Uint8Array> =>
    new Promise((resolve) => {
      worker.ref();
      worker.once("message", (reply: Uint8Array) => {
        worker.unref();
        resolve(reply);
      });
      worker.postMessage(template);
    });
  return {
    name: "instruction, against a message to a thread",
    ours: { name: "fayger", run: ours },
    peers: [{ name: "worker, there and back", run: roundTrip }],
    check: async () => deepStrictEqual(Uint8Array.from(await roundTrip()), Uint8Array.from(ours())),
  };
}
