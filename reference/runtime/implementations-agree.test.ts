import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import type { BufObject } from "../contracts/buf-object.js";
import type { FaygerError } from "../errors/fayger-error.js";
import type { ExecutionStrategy, PreparedExecutable } from "./execution-strategy.js";
import { HostEngineStrategy, WorkerPool, WorkerStrategy } from "./host-engine/index.js";
import { spawnNodeGuestWorker } from "./host-engine/node/index.js";
import { liveRuntime } from "./host-engine/testing/live-runtime.js";
import { InterpreterStrategy } from "./interpreter/index.js";
import { emitAt, type GuestSource, guestModule, i32, local, memory, op } from "./testing/guest-module.js";
import { randomGuest } from "./testing/random-modules/random-module.js";
import { errorOf } from "./testing/run-guest.js";
import { bufObject, TestBus } from "./testing/test-host.js";
import { ValueType } from "./wasm/types.js";

const pool = new WorkerPool(spawnNodeGuestWorker);
afterAll(() => pool.close());

/** Every way in which this repository executes code. */
const STRATEGIES: Readonly<Record<string, ExecutionStrategy>> = {
  interpreter: new InterpreterStrategy(),
  "host engine in thread": new HostEngineStrategy(),
  "host engine in a worker": new WorkerStrategy(pool),
};

/** What one run showed. */
interface Run {
  readonly transitions: readonly string[];
  readonly emitted: readonly string[];
  /** Fuel at each suspension and at the end; absent where the strategy does not meter. */
  readonly fuel: readonly number[];
  readonly failure: object | undefined;
  /** Quotas that were reached. */
  readonly reached: readonly object[];
}

/** The same strategy, whose executables tell their fuel before they are closed. */
function observed(strategy: ExecutionStrategy, fuel: number[]): ExecutionStrategy {
  return {
    codeFormats: strategy.codeFormats,
    capabilities: strategy.capabilities,
    prepare: async (program) => {
      const executable: PreparedExecutable = await strategy.prepare(program);
      const close = executable.close.bind(executable);
      executable.close = () => {
        if (executable.fuelUsed !== undefined) fuel.push(executable.fuelUsed);
        close();
      };
      return executable;
    },
    step: (executable, context) => strategy.step(executable, context),
  };
}

/** The input log: a reply for each instruction by its number and its bytes; now and then it takes time. */
function replying(mayWait: boolean): TestBus {
  return new TestBus((instruction, channel) => {
    const number = channel.emitted.length;
    const reply = new Uint8Array((number * 7 + (instruction[0] ?? 0)) % 40).map((_byte, at) => at * 11 + number);
    return mayWait && number % 3 === 1 ? Promise.resolve(reply) : reply;
  });
}

/** What comes to a program from outside, beside the replies. */
interface Input {
  /** What fuel it is granted beyond what it used, each time it is used up. */
  readonly grants?: readonly number[];
  /** Events, all there before its entry has returned. */
  readonly events?: readonly Uint8Array[];
}

/** Run a program; each time its fuel is used up, grant it what the list says, and at last end it. */
async function run(
  strategy: ExecutionStrategy,
  object: BufObject,
  { grants = [], events: sent = [] }: Input,
): Promise<Run> {
  const fuel: number[] = [];
  const bus = replying(strategy.capabilities.has("blocking_emit"));
  const { implementation, events, reached } = liveRuntime(observed(strategy, fuel), { bus });
  const id = implementation.load(object);
  try {
    await implementation.init(id);
    await implementation.start(id);
    const settled = implementation.whenSettled(id);
    for (const event of sent) implementation.onEvent(id, event);
    for (const [round, more] of [...grants, undefined].entries()) {
      await Promise.race([settled, reached(id, LifecycleState.Suspended, round + 1)]);
      const { fuel: used } = implementation.usage(id) ?? {};
      if (implementation.state(id) !== LifecycleState.Suspended) break;
      if (used !== undefined) fuel.push(used);
      if (more === undefined) {
        await implementation.terminate(id);
        break;
      }
      implementation.grantQuota(id, "fuel", (used ?? 0) + more);
      await implementation.resume(id);
    }
    await settled;
  } catch {
    // The state and the failure say it.
  }
  const { error } = implementation.failureInfo(id) ?? {};
  return {
    transitions: events.of("lifecycle.transition", id).map(({ trigger, to }) => `${trigger} ${to}`),
    emitted: bus.channels.flatMap(({ emitted }) => emitted.map((bytes) => Buffer.from(bytes).toString("base64"))),
    fuel,
    failure: error === undefined ? undefined : failureOf(error),
    reached: events.of("resource.quota_reached", id),
  };
}

function failureOf({ code, context }: FaygerError): object {
  const { instance: _instance, ...rest } = context as { readonly instance?: string };
  return { code, ...rest };
}

const decisions = fc.array(fc.nat(255), { minLength: 8, maxLength: 400, size: "max" });

describe("all implementations", () => {
  // @spec runtime.implementations-agree
  it("give the same states, instructions and failures for random programs", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(decisions, async (numbers) => {
        const { failure } = await agree(bufObject({ code: randomGuest(numbers) }));
        seen.add(JSON.stringify(failure ?? "returned"));
      }),
      { numRuns: 200 },
    );
    // Programs that all end alike would show little.
    expect(seen.size).toBeGreaterThan(5);
  });

  // @spec runtime.implementations-agree, guest-abi.fuel.blocks
  it("that meter use the same fuel, stop at the same place, and go on from there", async () => {
    const metering = Object.values(STRATEGIES).filter(({ capabilities }) => capabilities.has("fuel"));
    const granted = fc.array(fc.integer({ min: 1, max: 2000 }), { maxLength: 6 });
    const slices = fc.option(fc.integer({ min: 1, max: 200 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(decisions, fc.nat(500), granted, slices, async (numbers, fuel, grants, fuelPerSlice) => {
        const quotas = { fuel, ...(fuelPerSlice !== undefined && { fuelPerSlice }) };
        const object = bufObject({ code: randomGuest(numbers), manifest: { quotas } });
        const [first, ...others] = await Promise.all(metering.map((strategy) => run(strategy, object, { grants })));
        for (const other of others) expect(other).toEqual(first);
        expect(first?.fuel.length).toBeGreaterThan(0);
      }),
      { numRuns: 120 },
    );
  });

  // @spec runtime.implementations-agree, guest-abi.memory-grow
  it("refuse memory and table elements at the same place", async () => {
    const bytes = fc.integer({ min: 65_536, max: 200_000 });
    await fc.assert(
      fc.asyncProperty(
        decisions,
        bytes,
        fc.integer({ min: 8, max: 13 }),
        async (numbers, memoryBytes, tableElements) => {
          const manifest = { quotas: { memoryBytes, tableElements } };
          const object = bufObject({ code: randomGuest(numbers), manifest });
          await agree(object);
        },
      ),
      { numRuns: 120 },
    );
  });

  // @spec guest-abi.code.reason, runtime.turns.pieces
  it("each name their own instance where several begin with code that is long and no program", async () => {
    const long = Array.from({ length: 60_000 }, () => [i32(1), op.drop]);
    const code = guestModule({ functions: { main: { code: [] }, long: { code: [long, op.drop] } } });
    for (const strategy of Object.values(STRATEGIES)) {
      const { implementation } = liveRuntime(strategy);
      const object = bufObject({ code });
      const ids = [1, 2, 3].map(() => implementation.load(object));
      const errors = await Promise.all(ids.map((id) => errorOf(implementation.init(id))));
      expect(errors).toMatchObject(
        ids.map((instance) => ({ code: "RT_CODE_INVALID", context: { instance, reason: "type_mismatch" } })),
      );
    }
  });

  const { I32 } = ValueType;
  const listener: GuestSource["functions"] = {
    fayger_alloc: { params: [I32], results: [I32], code: [i32(512)] },
    fayger_on_event: {
      params: [I32, I32],
      code: (call) => [local(0), local(1), i32(600), i32(8), call("emit"), op.drop],
    },
  };
  const recursion: GuestSource["functions"] = {
    main: { code: (call) => [i32(0), call("deeper")] },
    deeper: {
      params: [I32],
      locals: [[300, I32]],
      internal: true,
      code: (call) => [
        emitAt(call, 0, 4),
        op.drop,
        [i32(0), local(0), memory.store],
        local(0),
        i32(1),
        op.add,
        call("deeper"),
      ],
    },
  };
  const programs: readonly (readonly [string, GuestSource])[] = [
    ["does nothing", { functions: { main: { code: [] } } }],
    ["recurs without end", { functions: recursion }],
    ["exits", { functions: { main: { code: (call) => [emitAt(call, 0, 3), call("exit"), op.unreachable] } } }],
    ["aborts", { functions: { main: { code: (call) => [call("abort")] } } }],
    ["points outside its memory", { functions: { main: { code: (call) => [emitAt(call, 65_530, 7), op.drop] } } }],
    [
      "emits during init",
      { functions: { main: { code: [] }, fayger_init: { code: (call) => [emitAt(call, 0, 0), op.drop] } } },
    ],
    [
      "traps in its start function",
      { functions: { main: { code: [] }, begin: { code: [op.unreachable] } }, start: "begin" },
    ],
    ["has data outside its memory", { functions: { main: { code: [] } }, data: [[65_535, [1, 2]]] }],
    ["begins above its quota", { functions: { main: { code: [] } }, memory: [5000] }],
    ["takes events", { functions: { main: { code: (call) => [emitAt(call, 0, 1), op.drop] }, ...listener } }],
    [
      "gives no room for events",
      {
        functions: {
          main: { code: [] },
          ...listener,
          fayger_alloc: { params: [I32], results: [I32], code: [i32(-1)] },
        },
      },
    ],
    [
      "reads a section",
      {
        functions: {
          main: {
            code: (call) => [
              [i32(8), i32(6), [0x42, 1], i32(64), i32(9), call("section_read"), op.drop],
              [i32(8), i32(5), [0x42, 1], i32(80), i32(9), call("section_read"), op.drop],
              emitAt(call, 0, 100),
              op.drop,
            ],
          },
        },
        data: [[8, Array.from("data/x", (character) => character.charCodeAt(0))]],
      },
    ],
  ];
  it.each(programs)("agree on a program that %s", async (_what, source) => {
    const sections = { "data/x": Uint8Array.of(1, 2, 3, 4, 5) };
    const events = [1, 2, 3].map((value) => Uint8Array.of(3, 0, 1, 8, 4, 0, 0, 0, 1, 2, 8, 0, 0, 0, 0, 0, 0, 0, value));
    await agree(bufObject({ code: guestModule(source), sections }), source.functions["fayger_alloc"] ? { events } : {});
  });
});

/** Run a program in every way, and expect the same of each but fuel that is not metered. Gives what the first showed. */
async function agree(object: BufObject, input: Input = {}): Promise<Run> {
  const runs = await Promise.all(Object.values(STRATEGIES).map((strategy) => run(strategy, object, input)));
  const [first, ...others] = runs as [Run, ...Run[]];
  for (const other of others) {
    expect({ ...other, fuel: [] }).toEqual({ ...first, fuel: [] });
    if (other.fuel.length > 0) expect(other.fuel).toEqual(first.fuel);
  }
  return first;
}
