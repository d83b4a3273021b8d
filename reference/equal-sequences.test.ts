import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { INSTRUCTION_RESULTS } from "../generated/instructions/instruction-shapes.js";
import { INSTRUCTIONS, type InstructionRow } from "../generated/instructions/instruction-table.js";
import { ioStdoutWrite } from "../generated/instructions/io.js";
import { timeTimerStart } from "../generated/instructions/time.js";
import type { Tlv, TlvTypeName } from "../generated/instructions/tlv.js";
import { createHandlerAdapter, type InstructionHandler } from "./adapter/index.js";
import { readInputLog } from "./adapter/input-log/index.js";
import { ALL_CAPABILITIES, encodeSample } from "./adapter/testing/bus-fixture.js";
import type { PlatformAdapter } from "./contracts/platform-adapter.js";
import {
  createMemorySource,
  createSerializer,
  Fayger,
  nodeHost,
  nodeSha256,
  type RunOptions,
  type RunResult,
} from "./node.js";
import { emitAt, guestModule, i32, local, op } from "./runtime/testing/guest-module.js";
import type { Part } from "./runtime/wasm/testing/module-bytes.js";
import { ValueType } from "./runtime/wasm/types.js";

const ENGINES = ["fayger/interpreter", "fayger/host-engine-worker", "fayger/host-engine"] as const;
const BLOCKING = ENGINES.slice(0, 2);

// ---- random programs ------------------------------------------------------------------------------------------------

const REPLY = 4096;
const ECHO = 2048;
/** What a program says of what it met; its last byte is patched before it is emitted. */
const echo = ioStdoutWrite(Uint8Array.of(0x2a, 0));
const timer = timeTimerStart(1n, 1n);
const [byteAt, setByte, and]: readonly Part[] = [[0x2d, 0, 0], [0x3a, 0, 0], 0x71];

/** Instructions by their place in the program's memory: one of each row that waits for nothing, and some that do. */
const pool: readonly (readonly [address: number, bytes: Uint8Array])[] = INSTRUCTIONS.map((row, index) => [
  8192 + 256 * index,
  encodeSample(row),
]);
const asynchronous: readonly (readonly [address: number, bytes: Uint8Array])[] = INSTRUCTIONS.filter(
  ({ dispatch }) => dispatch !== "sync",
).map((row, index) => {
  const bytes = encodeSample(row).slice();
  bytes[0] = (bytes[0] as number) | 0x40;
  return [8192 + 256 * (INSTRUCTIONS.length + index), bytes];
});

/**
 * A program for a list of numbers: equal numbers, equal program. What it emits depends on the replies and events that it
 * gets.
 */
function randomProgram(decisions: readonly number[], hasEvents: boolean): Uint8Array {
  const main = (call: (target: string) => Part): Part[] => {
    const emitted = ([address, bytes]: readonly [number, Uint8Array]): Part => [
      emitAt(call, address, bytes.length, REPLY, 256),
      op.drop,
    ];
    const some = (from: typeof pool, number: number) => from[number % from.length] as (typeof pool)[number];
    return decisions.map((number): Part => {
      const value = number >> 3;
      switch (number & 7) {
        case 0:
          return echoed(call, [i32(REPLY + (value % 32))]);
        case 1:
          return [
            [i32(REPLY + 3), byteAt as Part, i32(1), and as Part, 0x04, 0x40],
            emitted(some(pool, value)),
            0x05,
            emitted(some(pool, value * 7 + 1)),
            op.end,
          ];
        case 2:
          return hasEvents ? emitted(some(asynchronous, value)) : [];
        case 3:
          return hasEvents ? emitted([ECHO + 64, timer]) : [];
        default:
          return emitted(some(pool, value));
      }
    });
  };
  return guestModule({
    functions: {
      main: { code: main },
      ...(hasEvents && {
        fayger_alloc: { params: [ValueType.I32], results: [ValueType.I32], code: [i32(1024)] },
        fayger_on_event: {
          params: [ValueType.I32, ValueType.I32],
          code: (call) => echoed(call, [local(0), local(1), op.add, i32(-1), op.add]),
        },
      }),
    },
    memory: [2],
    data: [...pool, ...asynchronous, [ECHO, echo], [ECHO + 64, timer]],
  });
}

/** Say the byte at an address. */
function echoed(call: (target: string) => Part, address: readonly Part[]): Part[] {
  return [
    i32(ECHO + echo.length - 1),
    ...address,
    byteAt as Part,
    setByte as Part,
    emitAt(call, ECHO, echo.length, REPLY, 256),
    op.drop,
  ];
}

// ---- mock adapters --------------------------------------------------------------------------------------------------

/** An adapter whose answers depend on nothing but how many instructions came before; `waits` makes it take its time. */
function mockAdapter(platformId: string, waits: (row: InstructionRow, count: number) => boolean): PlatformAdapter {
  const counts = new Map<string, number>();
  const handlers = INSTRUCTIONS.map(
    (row): InstructionHandler<undefined> => ({
      instruction: row.name,
      translate: (_operands, binding) => {
        const count = (counts.get(binding.instance) ?? 0) + 1;
        counts.set(binding.instance, count);
        return () => {
          const results = (INSTRUCTION_RESULTS[row.name] ?? []).map(({ type }, index): Tlv => {
            if (type !== "handle" || index > 0) return resultOf(type, count);
            const isTimer = row.name === "time.timer_start";
            const handle = binding.openHandle("mock", undefined, () => undefined, isTimer);
            if (isTimer) void ring(binding, handle, count);
            return { type: "handle", value: handle };
          });
          return waits(row, count) ? Promise.resolve(results) : results;
        };
      },
    }),
  );
  return createHandlerAdapter({
    platformId,
    priority: 1,
    capabilities: ALL_CAPABILITIES,
    match: () => true,
    handlers,
    normalizers: [
      {
        kind: "timer",
        normalize: ({ handle, detail }) => ({
          category: 3,
          opcode: 1,
          completion: false,
          payload: [
            { type: "handle", value: handle },
            { type: "u64", value: BigInt(detail as number) },
          ],
        }),
      },
    ],
    services: undefined,
  });
}

/** Two or three events, some turns of the event loop apart. */
async function ring(
  binding: Parameters<PlatformAdapter["translate"]>[1],
  handle: number,
  count: number,
): Promise<void> {
  for (let round = 0; round < 2 + (count % 2); round += 1) {
    for (let turn = 0; turn <= count % 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    binding.raise({ kind: "timer", handle, detail: count * 16 + round });
  }
  binding.closeHandle(handle);
}

function resultOf(type: TlvTypeName, count: number): Tlv {
  const samples: Record<Exclude<TlvTypeName, "handle">, Tlv> = {
    none: { type: "bool", value: true },
    u32: { type: "u32", value: count * 3 },
    u64: { type: "u64", value: BigInt(count) * 5n },
    i64: { type: "i64", value: BigInt(-count) },
    f64: { type: "f64", value: count / 3 },
    bool: { type: "bool", value: count % 2 === 1 },
    bytes: { type: "bytes", value: new Uint8Array(count % 20).fill(count) },
    text: { type: "text", value: "x".repeat(count % 9) },
    list: { type: "list", value: [{ type: "u32", value: count }] },
  };
  return type === "handle" ? { type, value: count } : samples[type];
}

const ADAPTERS = {
  atOnce: mockAdapter("at_once", () => false),
  waiting: mockAdapter("waiting", ({ dispatch }, count) => dispatch !== "sync" && count % 2 === 0),
};

// ---- runs -----------------------------------------------------------------------------------------------------------

/** One Fayger an adapter and an engine, for all runs. */
const faygers = new Map<string, Fayger>();

function faygerOn(adapter: PlatformAdapter, engine: string): Fayger {
  const { platformId } = adapter.descriptor();
  const key = `${platformId} ${engine}`;
  const fayger =
    faygers.get(key) ??
    Fayger.create(
      { ...nodeHost(), adapters: [adapter] },
      { enforceSignature: false, policy: { capabilities: [...ALL_CAPABILITIES], implementations: [engine] } },
    );
  faygers.set(key, fayger);
  return fayger;
}
afterAll(() => faygers.clear());

function artifact(code: Uint8Array, fuel?: number): Uint8Array {
  return createSerializer(nodeSha256).serialize({
    manifest: {
      schemaVersion: [1, 0],
      runtimeInterfaceMin: [1, 0, 0],
      name: "test/random",
      version: "1.0.0",
      entry: { section: "code", symbol: "main" },
      runtime: { codeFormat: "wasm-core-2" },
      requiredCapabilities: [...ALL_CAPABILITIES].sort(),
      ...(fuel !== undefined && { quotas: { fuel } }),
    },
    sections: [{ sectionId: "code", kind: 1, visibility: 0, profileConstraints: {}, body: code }],
  });
}

/** What a run showed: its states, and what it emitted as the recorder heard it. */
interface Sequences {
  readonly states: readonly unknown[];
  readonly instructions: readonly string[];
}

interface Observed extends Sequences {
  readonly result: RunResult;
}

async function run(fayger: Fayger, bytes: Uint8Array, options: RunOptions = {}): Promise<Observed> {
  const states: unknown[] = [];
  const heard = fayger.events.subscribe(({ fields }) => states.push(fields["to"]), { categories: ["lifecycle"] });
  const object = await fayger.load(createMemorySource(bytes));
  try {
    const result = await fayger.run(object, { record: true, ...options });
    const { record } = readInputLog(result.inputLog as Uint8Array, nodeSha256);
    const instructions = record.entries.flatMap(({ instruction }) =>
      instruction === undefined ? [] : [Buffer.from(instruction).toString("hex")],
    );
    return { states: states.filter((state) => state !== undefined), instructions, result };
  } finally {
    heard.unsubscribe();
    await object.close();
  }
}

const sequencesOf = ({ states, instructions }: Observed): Sequences => ({ states, instructions });
const decisions = fc.array(fc.nat(255), { minLength: 1, maxLength: 24 });

describe("equal sequences", () => {
  // @spec instructions.equal-sequences
  it("come from random programs on adapters with equal capabilities, on every implementation that can wait", async () => {
    let instructionCount = 0;
    await fc.assert(
      fc.asyncProperty(decisions, async (numbers) => {
        const bytes = artifact(randomProgram(numbers, false));
        const runs: Observed[] = [];
        for (const adapter of Object.values(ADAPTERS)) {
          for (const engine of BLOCKING) runs.push(await run(faygerOn(adapter, engine), bytes));
        }
        const [first, ...others] = runs as [Observed, ...Observed[]];
        instructionCount += first.instructions.length;
        for (const other of others) expect(sequencesOf(other)).toEqual(sequencesOf(first));
      }),
      { numRuns: 40 },
    );
    expect(instructionCount).toBeGreaterThan(50);
  });

  // @spec instructions.equal-sequences, instructions.replay, instructions.input-log.entries
  it("come from a log with completions and events, replayed on every implementation and every adapter", async () => {
    let events = 0;
    await fc.assert(
      fc.asyncProperty(decisions, fc.constantFrom(...BLOCKING), async (numbers, engine) => {
        const bytes = artifact(randomProgram(numbers, true));
        const recorded = await run(faygerOn(ADAPTERS.waiting, engine), bytes);
        expect(recorded.result).toMatchObject({ state: "Terminated", failure: undefined });
        const replay = recorded.result.inputLog as Uint8Array;
        events += readInputLog(replay, nodeSha256).record.entries.filter(({ event }) => event !== undefined).length;
        for (const other of ENGINES) {
          const repeated = await run(faygerOn(ADAPTERS.atOnce, other), bytes, { replay });
          expect(repeated.result.diverged).toBeUndefined();
          expect(sequencesOf(repeated)).toEqual(sequencesOf(recorded));
          // A replay that is recorded gives the log it was made of, byte by byte.
          expect(Buffer.from(repeated.result.inputLog as Uint8Array).equals(replay)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
    expect(events).toBeGreaterThan(20);
  });
});
