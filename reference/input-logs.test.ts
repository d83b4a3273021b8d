import { describe, expect, it } from "vitest";
import { decodeInputLog, encodeInputLog } from "../generated/codecs/input-log.js";
import {
  decodeInputLogRecord,
  encodeInputLogRecord,
  type InputLogRecord,
} from "../generated/codecs/input-log-record.js";
import type { Quotas } from "../generated/codecs/quotas.js";
import { ioStdoutWrite } from "../generated/instructions/io.js";
import { timeClockMonotonic, timeClockWall, timeSleep, timeTimerStart } from "../generated/instructions/time.js";
import { InputRecorder, readInputLog } from "./adapter/input-log/index.js";
import {
  createFayger,
  createMemorySource,
  createSerializer,
  type Fayger,
  nodeSha256,
  type RunOptions,
  type RunResult,
} from "./node.js";
import { emitAt, forever, type GuestSource, guestModule, i32, memory, op } from "./runtime/testing/guest-module.js";
import type { Part } from "./runtime/wasm/testing/module-bytes.js";
import { ValueType } from "./runtime/wasm/types.js";

const ENGINES = ["fayger/interpreter", "fayger/host-engine-worker", "fayger/host-engine"] as const;
const CAPABILITIES = ["io.stdio", "time.clock", "time.timer"] as const;
const HOUR = 3_600_000_000_000n;

function pack(source: GuestSource, quotas: Quotas = {}, version = "1.0.0"): Uint8Array {
  return createSerializer(nodeSha256).serialize({
    manifest: {
      schemaVersion: [1, 0],
      runtimeInterfaceMin: [1, 0, 0],
      name: "test/program",
      version,
      entry: { section: "code", symbol: "main" },
      runtime: { codeFormat: "wasm-core-2" },
      requiredCapabilities: CAPABILITIES,
      ...(Object.keys(quotas).length > 0 && { quotas }),
    },
    sections: [{ sectionId: "code", kind: 1, visibility: 0, profileConstraints: {}, body: guestModule(source) }],
  });
}

/** Instructions one behind the other in memory, and a call that emits one of them. */
function emitter(instructions: readonly Uint8Array[]): {
  readonly data: NonNullable<GuestSource["data"]>;
  readonly emit: (call: (target: string) => Part, index: number) => Part;
} {
  const at = (index: number): number => 1024 + 64 * index;
  return {
    data: instructions.map((bytes, index) => [at(index), bytes] as const),
    emit: (call, index) => [emitAt(call, at(index), (instructions[index] as Uint8Array).length, 512, 64), op.drop],
  };
}

const events: GuestSource["functions"] = {
  fayger_alloc: { params: [ValueType.I32], results: [ValueType.I32], code: [i32(4096)] },
};

/** Reads a clock, says the lowest bits of it, and exits with them. */
const clock = emitter([timeClockMonotonic(), ioStdoutWrite(Uint8Array.of(0))]);
const readsClock = pack({
  functions: {
    main: {
      code: (call) => [
        clock.emit(call, 0),
        [i32(1024 + 64 + ioStdoutWrite(Uint8Array.of(0)).length - 1), i32(512 + 2 + 9), [0x2d, 0, 0], [0x3a, 0, 0]],
        clock.emit(call, 1),
        [i32(512 + 2 + 9), [0x2d, 0, 0]],
        call("exit"),
      ],
    },
  },
  data: clock.data,
});

/** Waits for a timer of an hour, and says something for each event. */
const waits = emitter([timeTimerStart(HOUR, 0n), timeClockWall()]);
const waitsForEvents = pack({
  functions: {
    main: { code: (call) => [waits.emit(call, 0)] },
    ...events,
    fayger_on_event: { params: [ValueType.I32, ValueType.I32], code: (call) => [waits.emit(call, 1)] },
  },
  data: waits.data,
});

const fayger = (engine: string, policy: object = {}, more: object = {}): Promise<Fayger> =>
  createFayger({
    enforceSignature: false,
    policy: { capabilities: CAPABILITIES, implementations: [engine], ...policy },
    services: {
      streams: { readInput: () => new Uint8Array(), writeOutput: () => undefined, writeError: () => undefined },
    },
    ...more,
  });

/** Run it, and give the states it went through. */
async function run(
  host: Fayger,
  bytes: Uint8Array,
  options: RunOptions = {},
  meanwhile: (instance: string, to: unknown) => void = () => undefined,
): Promise<RunResult & { readonly states: readonly unknown[] }> {
  const states: unknown[] = [];
  const heard = host.events.subscribe(
    ({ fields, instance }) => {
      if (fields["to"] === undefined) return;
      states.push(fields["to"]);
      meanwhile(instance as string, fields["to"]);
    },
    { categories: ["lifecycle"] },
  );
  const object = await host.load(createMemorySource(bytes));
  try {
    return { ...(await host.run(object, options)), states };
  } finally {
    heard.unsubscribe();
    await object.close();
  }
}

/** A log with another record. */
function changed(log: Uint8Array, change: (record: InputLogRecord) => InputLogRecord): Uint8Array {
  const document = decodeInputLog(log);
  const record = encodeInputLogRecord(change(decodeInputLogRecord(document.record)));
  return encodeInputLog({ ...document, record, recordDigest: nodeSha256.digest(record) });
}

async function recorded(bytes: Uint8Array, options: RunOptions = {}): Promise<Uint8Array> {
  const { inputLog } = await run(await fayger(ENGINES[0]), bytes, { record: true, ...options });
  return inputLog as Uint8Array;
}

describe("a replay", () => {
  // @spec instructions.replay, instructions.equal-sequences
  it("reads no clock and writes nothing: it has the replies of the log, on every implementation", async () => {
    const first = await run(await fayger(ENGINES[0]), readsClock, { record: true });
    for (const engine of ENGINES) {
      const host = await fayger(
        engine,
        {},
        {
          services: {
            clock: {
              unixNanoseconds: () => 0n,
              monotonicNanoseconds: () => 0n,
            },
            streams: {
              readInput: () => new Uint8Array(),
              writeOutput: () => {
                throw new Error("a replay writes nothing");
              },
              writeError: () => undefined,
            },
          },
        },
      );
      const again = await run(host, readsClock, { replay: first.inputLog as Uint8Array });
      expect(again).toMatchObject({ state: "Terminated", exitCode: first.exitCode, diverged: undefined });
      expect(again.states).toEqual(first.states);
    }
  });

  // @spec instructions.input-log.entries, instructions.replay
  it("repeats what the host did: suspended, given an event, resumed, given another and ended", async () => {
    const event = Uint8Array.of(0x43, 0, 3, 1, 4, 0, 0, 0, 9, 1, 4, 0, 0, 0, 0);
    const host = await fayger(ENGINES[0]);
    const done: Promise<unknown>[] = [];
    let rounds = 0;
    const first = await run(host, waitsForEvents, { record: true }, (instance, to) => {
      // Commands come from outside, some turns later.
      const later = (work: () => unknown): void => void done.push(new Promise((go) => setImmediate(go)).then(work));
      if (to === "Suspended") {
        later(() => host.runtime.onEvent(instance, event));
        later(() => host.runtime.resume(instance));
      } else if (to === "Running" && rounds === 0) {
        rounds += 1;
        later(() => host.runtime.suspend(instance));
      } else if (to === "Running") {
        later(async () => {
          host.runtime.onEvent(instance, event);
          while ((host.runtime.usage(instance)?.emits ?? 0) < 3) await new Promise((go) => setImmediate(go));
          host.runtime.grantQuota(instance, "memory_bytes", 1 << 20);
          await host.runtime.terminate(instance);
        });
      }
    });
    await Promise.all(done);
    const { record } = readInputLog(first.inputLog as Uint8Array, nodeSha256);
    const kinds = record.entries.map((entry) => entry.command ?? (entry.event === undefined ? "emit" : "event"));
    expect(kinds).toEqual(["emit", "suspend", "resume", "event", "emit", "event", "emit", "grant", "terminate"]);
    for (const engine of ENGINES) {
      const again = await run(await fayger(engine), waitsForEvents, {
        replay: first.inputLog as Uint8Array,
        record: true,
      });
      expect(again.diverged).toBeUndefined();
      expect(again.states).toEqual(first.states);
      expect(again.inputLog).toEqual(first.inputLog);
    }
  });

  // @spec instructions.input-log.quota, instructions.replay.bounds
  it("runs out of fuel where the log does, is granted as much, and never more than its host allows", async () => {
    const loop = emitter([timeClockWall()]);
    const endless = pack(
      {
        functions: { main: { code: (call) => [0x03, 0x40, loop.emit(call, 0), 0x0c, 0x00, op.end] } },
        data: loop.data,
      },
      { fuel: 300 },
    );
    const grants = [500, 700];
    const first = await run(await fayger(ENGINES[0]), endless, { record: true, decide: () => grants.shift() });
    expect(first.exceeded).toMatchObject({ context: { limit: 700 } });
    const replay = first.inputLog as Uint8Array;
    for (const engine of ENGINES.slice(0, 2)) {
      const again = await run(await fayger(engine), endless, { replay, record: true });
      expect(again).toMatchObject({ diverged: undefined, exceeded: undefined, state: "Terminated" });
      expect(again.states).toEqual(first.states);
      expect(again.inputLog).toEqual(replay);
    }
    const strict = await run(await fayger(ENGINES[0], { quotas: { fuel: 600 } }), endless, { replay });
    expect(strict.diverged).toMatchObject({ code: "ADP_REPLAY_DIVERGED", context: { expected: "the command grant" } });
  });

  // @spec instructions.input-log.quota
  it("is suspended and ended where time was over, and needs no time for it", async () => {
    const slow = pack({ functions: { main: { code: [forever] } } });
    const first = await run(await fayger(ENGINES[0], { quotas: { wall_ms: 20 } }), slow, { record: true });
    expect(first.exceeded).toMatchObject({ context: { quota: "wall_ms" } });
    for (const engine of ENGINES.slice(0, 2)) {
      const again = await run(await fayger(engine), slow, { replay: first.inputLog as Uint8Array, record: true });
      expect(again).toMatchObject({ diverged: undefined, exceeded: undefined, state: "Terminated" });
      expect(again.states).toEqual(first.states);
    }
  });

  // @spec instructions.input-log.entries
  it("is ended while it waits for a reply, as it was", async () => {
    const sleep = emitter([timeSleep(HOUR)]);
    const sleeping = pack({ functions: { main: { code: (call) => [sleep.emit(call, 0)] } }, data: sleep.data });
    const host = await fayger(ENGINES[0]);
    const first = await run(host, sleeping, { record: true }, (instance, to) => {
      if (to !== "Running") return;
      void (async () => {
        while ((host.runtime.usage(instance)?.emits ?? 0) < 1) await new Promise((go) => setImmediate(go));
        await host.runtime.terminate(instance);
      })();
    });
    const { record } = readInputLog(first.inputLog as Uint8Array, nodeSha256);
    expect(record.entries.map((entry) => entry.command ?? entry.reply)).toEqual([undefined, "terminate"]);
    for (const engine of ENGINES) {
      const again = await run(await fayger(engine), sleeping, { replay: first.inputLog as Uint8Array });
      expect(again).toMatchObject({ diverged: undefined, state: "Terminated" });
      expect(again.states).toEqual(first.states);
    }
  });

  // @spec instructions.input-log.pins
  it("goes on from the snapshot of its log, and from no other", async () => {
    const host = await fayger(ENGINES[0]);
    const busy = emitter([timeClockWall()]);
    const counts = pack(
      {
        functions: { main: { code: (call) => [0x03, 0x40, busy.emit(call, 0), 0x0c, 0x00, op.end] } },
        data: busy.data,
      },
      { fuel: 1000 },
    );
    const saved = await run(host, counts, { save: true });
    const from = saved.snapshot as Uint8Array;
    const grants = [1500];
    const first = await run(host, counts, { from, record: true, decide: () => grants.shift() });
    const replay = first.inputLog as Uint8Array;
    const again = await run(await fayger(ENGINES[0]), counts, { from, replay, record: true });
    expect(again.diverged).toBeUndefined();
    expect(again.states).toEqual(first.states);
    expect(again.inputLog).toEqual(replay);
    await expect(run(host, counts, { replay })).rejects.toMatchObject({ context: { reason: "other_snapshot" } });
  });
});

describe("a difference", () => {
  const replayed = async (bytes: Uint8Array, replay: Uint8Array, engine: string): Promise<RunResult> =>
    run(await fayger(engine), bytes, { replay });

  // @spec instructions.replay.diverged
  it("ends the instance and names the entry: another instruction, one more, one less, another event, another end", async () => {
    const log = await recorded(readsClock);
    const { entries } = readInputLog(log, nodeSha256).record;
    const other = { ...entries[1], instruction: timeClockWall() };
    const cases: readonly (readonly [string, number, (record: InputLogRecord) => InputLogRecord])[] = [
      ["another instruction", 1, (record) => ({ ...record, entries: [entries[0] as object, other] })],
      ["an instruction too many", 1, (record) => ({ ...record, entries: entries.slice(0, 1) })],
      ["none where one is expected", 2, (record) => ({ ...record, entries: [...entries, other] })],
      ["an event where there is none", 0, (record) => ({ ...record, entries: [{ event: Uint8Array.of(3, 0, 1) }] })],
      ["a command that never comes about", 2, (record) => ({ ...record, entries: [...entries, { command: "quota" }] })],
      ["another exit code", 2, (record) => ({ ...record, end: { ...record.end, exitCode: 1_000 } })],
      ["another end", 2, (record) => ({ ...record, end: { state: "failed", failure: "RT_TRAP" } })],
    ];
    for (const [name, entry, change] of cases) {
      for (const engine of ENGINES) {
        const result = await replayed(readsClock, changed(log, change), engine);
        expect(result.diverged, `${name} on ${engine}`).toMatchObject({
          code: "ADP_REPLAY_DIVERGED",
          context: { entry },
        });
        expect(result.state).toBe("Terminated");
      }
    }
  });

  // @spec instructions.replay.diverged
  it("is a reply that makes the program emit something else", async () => {
    const log = await recorded(readsClock);
    const flipped = changed(log, (record) => {
      const [first, ...rest] = record.entries;
      const reply = Uint8Array.from(first?.reply ?? []);
      reply[11] = (reply[11] as number) ^ 0xff;
      return { ...record, entries: [{ ...first, reply }, ...rest] };
    });
    for (const engine of ENGINES) {
      expect((await replayed(readsClock, flipped, engine)).diverged).toMatchObject({ context: { entry: 1 } });
    }
  });

  it("is not looked for where the caller ended the program", async () => {
    const log = await recorded(readsClock);
    const stop = new AbortController();
    stop.abort();
    const result = await run(await fayger(ENGINES[0]), readsClock, { replay: log, signal: stop.signal });
    expect(result).toMatchObject({ state: "Terminated", diverged: undefined });
  });
});

describe("a log that cannot be used", () => {
  const refusalOf = async (bytes: Uint8Array, replay: Uint8Array, policy: object = {}): Promise<unknown> =>
    run(await fayger(ENGINES[0], policy), bytes, { replay }).then(
      () => "no refusal",
      (error) => ({ code: error.code, reason: error.context.reason }),
    );
  const invalid = (reason: string): object => ({ code: "ADP_INPUT_LOG_INVALID", reason });

  // @spec instructions.input-log.order, instructions.input-log.invalid, instructions.input-log, instructions.equal-sequences.refused
  it("is refused before the program starts, with the first fault", async () => {
    const log = await recorded(readsClock);
    const document = decodeInputLog(log);
    const damaged = encodeInputLog({ ...document, recordDigest: new Uint8Array(32) });
    const noRecord = Uint8Array.of(0xa0);
    const cases: readonly (readonly [string, Uint8Array])[] = [
      ["truncated", log.subarray(0, 40)],
      ["unsupported_version", encodeInputLog({ ...document, schemaVersion: [2, 0], recordDigest: new Uint8Array(32) })],
      ["record_damaged", damaged],
      ["missing_field", encodeInputLog({ ...document, record: noRecord, recordDigest: nodeSha256.digest(noRecord) })],
      ["entry_unfit", changed(log, (record) => ({ ...record, entries: [{}] }))],
      ["entry_unfit", changed(log, (record) => ({ ...record, entries: [{ command: "grant" }] }))],
      ["entry_unfit", changed(log, (record) => ({ ...record, entries: [{ command: "suspend", quota: "fuel" }] }))],
      ["entry_unfit", changed(log, (record) => ({ ...record, entries: [{ event: noRecord, reply: noRecord }] }))],
      ["other_sections", changed(log, (record) => ({ ...record, sections: [...record.sections, "more"] }))],
      ["other_quotas", changed(log, (record) => ({ ...record, quotas: { memoryBytes: 65_536 } }))],
    ];
    for (const [reason, bytes] of cases) expect(await refusalOf(readsClock, bytes), reason).toEqual(invalid(reason));
    expect(await refusalOf(waitsForEvents, log)).toEqual(invalid("other_artifact"));
    expect(await refusalOf(readsClock, log, { quotas: { memory_bytes: 1 << 20 } })).toEqual(invalid("other_quotas"));
    // An artifact that differs in nothing but its version is another one.
    expect(await refusalOf(pack({ functions: { main: { code: [] } } }, {}, "1.0.1"), log)).toEqual(
      invalid("other_artifact"),
    );
  });

  // @spec instructions.input-log.whole
  it("is not written where it would be longer than the recorder may keep", () => {
    const recorder = new InputRecorder(
      { manifestDigest: new Uint8Array(32), snapshotDigest: undefined, sections: [] },
      100,
    );
    for (let round = 0; round < 10; round += 1) recorder.emitted(timeClockWall())(new Uint8Array(9), false);
    expect(() => recorder.finish({}, { state: "terminated" }, nodeSha256)).toThrow(
      expect.objectContaining({ code: "ADP_INPUT_LOG_INVALID", context: { reason: "too_long" } }),
    );
  });

  it("does not go with a snapshot or somebody who decides", async () => {
    const log = await recorded(readsClock);
    await expect(run(await fayger(ENGINES[0]), readsClock, { replay: log, save: true })).rejects.toThrow(TypeError);
    await expect(run(await fayger(ENGINES[0]), readsClock, { replay: log, decide: () => 1 })).rejects.toThrow(
      TypeError,
    );
  });
});

/** Grows its memory and exits with the answer: what a quota decides. */
const grows = pack(
  { functions: { main: { code: (call) => [i32(3), memory.grow, call("exit")] } } },
  { memoryBytes: 2 << 16 },
);

// @spec instructions.input-log.pins
it("a log pins the quotas that a program can notice", async () => {
  const first = await run(await fayger(ENGINES[0]), grows, { record: true });
  expect(first.exitCode).toBe(0xffff_ffff);
  expect(readInputLog(first.inputLog as Uint8Array, nodeSha256).record).toMatchObject({
    sections: ["code"],
    granted: CAPABILITIES,
    denied: [],
    quotas: { memoryBytes: 2 << 16 },
    end: { state: "terminated", exitCode: 0xffff_ffff },
  });
});
