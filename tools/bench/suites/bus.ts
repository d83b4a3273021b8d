import { deepStrictEqual, ok } from "node:assert";
import { Worker } from "node:worker_threads";
import { timeClockMonotonic } from "../../../generated/instructions/time.js";
import { createInstructionBus } from "../../../reference/adapter/index.js";
import { createServerAdapter } from "../../../reference/adapter/platforms/index.js";
import { nodeClock } from "../../../reference/adapter/platforms/node-clock.js";
import type { Clock } from "../../../reference/contracts/event-bus.js";
import { createEventBus } from "../../../reference/observability/index.js";
import type { Race, Suite } from "../race.js";

/** A host that costs nothing: what is left is the bus. */
const STANDING: Clock = { unixNanoseconds: () => 1n, monotonicNanoseconds: () => 1_234_567_890_123n };

/** The part of the engine's WebAssembly that is needed: the types of Node leave it to the DOM's. */
const host = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  };
};

/** One instruction from its bytes to the bytes of its reply. */
export const busSuite: Suite = {
  name: "bus",
  about: "one instruction and its reply, against a plain function, node:wasi and a worker",
  races: async () => [bareRace(), listenedRace(), deniedRace(), await hostRace(), workerRace()],
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

/** The host's clock, as a guest of node:wasi reads it. */
async function hostRace(): Promise<Race> {
  // Imported where it is needed: it prints a warning.
  const { WASI } = await import("node:wasi");
  const ours = emitter(nodeClock);
  const memory = new host.WebAssembly.Memory({ initial: 1 });
  const wasi = new WASI({ version: "preview1" });
  wasi.initialize({ exports: { memory } });
  const getTime = wasi.wasiImport["clock_time_get"] as (id: number, precision: bigint, at: number) => number;
  const theirs = (): number => getTime(1, 0n, 8);
  const found = new DataView(memory.buffer);
  return {
    name: "instruction, the host's clock",
    ours: { name: "fayger", run: ours },
    peers: [{ name: "node:wasi", run: theirs }],
    goals: { "node:wasi": 1 },
    check: () => {
      deepStrictEqual(theirs(), 0);
      const reply = ours();
      const difference = new DataView(reply.buffer).getBigUint64(reply.length - 8) - found.getBigUint64(8, true);
      ok(difference >= 0n && difference < 1_000_000_000n, "the two read different clocks");
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
