import { describe, expect, it } from "vitest";
import type { Quotas } from "../generated/codecs/quotas.js";
import { timeTimerStart } from "../generated/instructions/time.js";
import { createFayger, createMemorySource, createSerializer, nodeSha256 } from "./node.js";
import { emitAt, forever, type GuestSource, guestModule, i32, op } from "./runtime/testing/guest-module.js";
import { ValueType } from "./runtime/wasm/types.js";

const timer = timeTimerStart(3_600_000_000_000n, 0n);

function pack(source: GuestSource, quotas: Quotas = {}, requiredCapabilities: readonly string[] = []): Uint8Array {
  return createSerializer(nodeSha256).serialize({
    manifest: {
      schemaVersion: [1, 0],
      runtimeInterfaceMin: [1, 0, 0],
      name: "test/program",
      version: "1.0.0",
      entry: { section: "code", symbol: "main" },
      runtime: { codeFormat: "wasm-core-2" },
      requiredCapabilities,
      ...(Object.keys(quotas).length > 0 && { quotas }),
    },
    sections: [{ sectionId: "code", kind: 1, visibility: 0, profileConstraints: {}, body: guestModule(source) }],
  });
}

/** A program that waits for an hour. */
const waiting = pack(
  {
    functions: {
      main: { code: (call) => [emitAt(call, 64, timer.length), op.drop] },
      fayger_alloc: { params: [ValueType.I32], results: [ValueType.I32], code: [i32(1024)] },
      fayger_on_event: { params: [ValueType.I32, ValueType.I32], code: [] },
    },
    data: [[64, timer]],
  },
  {},
  ["time.timer"],
);

describe("run", () => {
  it("is ended by its signal whenever that is raised: before it, while it begins, while the program waits", async () => {
    const fayger = await createFayger({ enforceSignature: false, policy: { capabilities: ["time.timer"] } });
    for (const raisedAt of ["before", "Loaded", "Initialized", "Running"]) {
      const stop = new AbortController();
      const object = await fayger.load(createMemorySource(waiting));
      if (raisedAt === "before") stop.abort();
      const heard = fayger.events.subscribe(
        (event) => {
          if (event.fields["to"] === raisedAt) stop.abort();
        },
        { categories: ["lifecycle"] },
      );
      const result = await fayger.run(object, { signal: stop.signal });
      heard.unsubscribe();
      expect(result).toMatchObject({ state: "Terminated", exitCode: undefined, failure: undefined });
      await object.close();
    }
  });
});

describe("a run that somebody else ends", () => {
  const slowToBegin = pack({ functions: { main: { code: [] }, fayger_init: { code: [forever] } } });

  // @spec runtime.close, lifecycle.terminate-wins
  it("is Terminated, whenever that comes and whoever it is: who hears of it, or the host that closes", async () => {
    for (const [endedAt, artifact] of [
      ["Loaded", waiting],
      ["init", slowToBegin],
      ["Initialized", waiting],
      ["Running", waiting],
    ] as const) {
      for (const isClosed of [false, true]) {
        const fayger = await createFayger({ enforceSignature: false, policy: { capabilities: ["time.timer"] } });
        const object = await fayger.load(createMemorySource(artifact));
        const end = async (instance: string): Promise<void> =>
          isClosed ? fayger.close() : fayger.runtime.terminate(instance);
        fayger.events.subscribe(
          (event) => {
            if (event.fields["to"] === endedAt) void end(event.instance as string);
          },
          { categories: ["lifecycle"] },
        );
        const result = await fayger.run(object, {
          loaded: (instance) => {
            if (endedAt === "init") setTimeout(() => void end(instance), 5);
          },
        });
        expect(result).toMatchObject({ state: "Terminated", exitCode: undefined, failure: undefined });
      }
    }
  });
});

describe("a run that reaches a quota", () => {
  // @spec lifecycle.snapshot.when, lifecycle.one-command
  it("is saved also where that comes while its signal is stopping it, and goes on from there", async () => {
    const pages = 500;
    const bytes = pages * 65_536;
    // Fills its memory, which takes many turns in the middle of one instruction, and has no fuel for more.
    const fill = [i32(0), i32(1), i32(bytes), [0xfc, 11, 0]];
    const filling = pack(
      { memory: [pages], functions: { main: { code: (call) => [fill, [0x03, 0x40, i32(5), call("exit"), op.end]] } } },
      { fuel: 4 + bytes / 64 },
    );
    const fayger = await createFayger({ enforceSignature: false });
    const object = await fayger.load(createMemorySource(filling));
    const stop = new AbortController();
    const transitions: unknown[] = [];
    fayger.events.subscribe(
      ({ fields }) => {
        transitions.push(fields["trigger"]);
        if (fields["to"] === "Running") setImmediate(() => stop.abort());
      },
      { categories: ["lifecycle"] },
    );
    const saved = await fayger.run(object, { save: true, signal: stop.signal, decide: () => 1 });
    expect(saved).toMatchObject({ state: "Terminated", exitCode: undefined, unsaved: undefined, exceeded: undefined });
    expect(transitions).toEqual(["load", "init", "start", "quota", "terminate"]);
    const from = saved.snapshot as Uint8Array;
    const result = await fayger.run(object, { from, decide: ({ context }) => context.limit + 10 });
    expect(result).toMatchObject({ state: "Terminated", exitCode: 5 });
    await fayger.close();
  });

  const endless = pack({ functions: { main: { code: [forever] } } }, { fuel: 10_000 });

  // @spec tools.run.quota, quotas.exceeded, quotas.usage
  it("is ended and says which, on each implementation that meters fuel", async () => {
    for (const engine of ["fayger/interpreter", "fayger/host-engine-worker"]) {
      const fayger = await createFayger({
        enforceSignature: false,
        policy: { capabilities: [], implementations: [engine] },
      });
      const object = await fayger.load(createMemorySource(endless));
      const result = await fayger.run(object);
      expect(fayger.runtime.implementationOf(result.instance)).toBe(engine);
      expect(result).toMatchObject({
        state: "Terminated",
        failure: undefined,
        exceeded: { code: "RT_QUOTA_EXCEEDED", context: { quota: "fuel", limit: 10_000 } },
        usage: { fuel: 10_000, quotas: { fuel: 10_000 } },
      });
      await object.close();
    }
  });

  // @spec quotas.grant
  it("goes on as long as it is granted more, and no longer", async () => {
    const fayger = await createFayger({ enforceSignature: false });
    const object = await fayger.load(createMemorySource(endless));
    const asked: number[] = [];
    const result = await fayger.run(object, {
      decide: ({ context }) => {
        asked.push(context.limit);
        return asked.length < 4 ? context.limit * 2 : undefined;
      },
    });
    expect(asked).toEqual([10_000, 20_000, 40_000, 80_000]);
    expect(result).toMatchObject({ exceeded: { context: { limit: 80_000 } }, usage: { fuel: 80_000 } });
    // A decision that means nothing, or is none, grants nothing.
    for (const answer of [() => -1, () => 5, () => Number.NaN]) {
      expect(await fayger.run(object, { decide: answer })).toMatchObject({ exceeded: { context: { limit: 10_000 } } });
    }
    const throwing = (): number => {
      throw new RangeError("a decision with a fault");
    };
    expect(await fayger.run(object, { decide: throwing })).toMatchObject({ state: "Terminated" });
    await object.close();
  });

  // @spec quotas.effective, tools.run.usage
  it("has the ceilings of the host's policy", async () => {
    const fayger = await createFayger({
      enforceSignature: false,
      policy: { capabilities: [], quotas: { fuel: 500, wall_ms: 60_000 } },
    });
    const object = await fayger.load(createMemorySource(endless));
    const { exceeded, usage } = await fayger.run(object);
    expect(exceeded).toMatchObject({ context: { quota: "fuel", limit: 500 } });
    expect(usage?.quotas).toMatchObject({ fuel: 500, wall_ms: 60_000 });
    await object.close();
  });
});

describe("implementations", () => {
  // @spec runtime.routing.new-instances, runtime.registration.replace, runtime.execution-strategy
  it("are exchanged while programs run: new ones go elsewhere, old ones stay and answer", async () => {
    const fayger = await createFayger({ enforceSignature: false });
    const { runtime, registry } = fayger;
    const endless = await fayger.load(createMemorySource(pack({ functions: { main: { code: [forever] } } })));
    const seven = await fayger.load(
      createMemorySource(pack({ functions: { main: { code: (call) => [i32(7), call("exit")] } } })),
    );
    const old = runtime.load(endless);
    await runtime.init(old);
    await runtime.start(old);
    const used: string[] = [];
    const run = async (): Promise<void> => {
      const { instance, exitCode } = await fayger.run(seven);
      expect(exitCode).toBe(7);
      used.push(runtime.implementationOf(instance));
    };
    await run();
    runtime.prefer(["fayger/host-engine"]);
    await run();
    registry.deregister("fayger/host-engine");
    registry.deregister("fayger/interpreter");
    await run();
    expect(used).toEqual(["fayger/interpreter", "fayger/host-engine", "fayger/host-engine-worker"]);
    // The one that began first is where it was, and does what it is told.
    expect(runtime.implementationOf(old)).toBe("fayger/interpreter");
    await runtime.suspend(old);
    const { fuel } = runtime.usage(old) as { fuel: number };
    await runtime.resume(old);
    while ((runtime.usage(old)?.fuel ?? 0) === fuel) await new Promise((resolve) => setImmediate(resolve));
    await runtime.terminate(old);
    expect(runtime.state(old)).toBe("Terminated");
    await endless.close();
    await seven.close();
  });
});

// @spec runtime.execution-strategy, lifecycle.init.fails, guest-abi.code.interface, guest-abi.exports, lifecycle.failure-info
describe("a program that is none", () => {
  const { I32 } = ValueType;
  const bad: readonly (readonly [string, Uint8Array, Record<string, unknown>])[] = [
    ["no entry", pack({ functions: { other: { code: [] } } }), { code: "RT_CODE_INVALID" }],
    [
      "an entry with another signature",
      pack({ functions: { main: { params: [I32], code: [] } } }),
      { code: "RT_CODE_INVALID" },
    ],
    [
      "a start function that traps",
      pack({ functions: { main: { code: [] }, begin: { code: [op.unreachable], internal: true } }, start: "begin" }),
      { code: "RT_TRAP", context: { trap: "unreachable" } },
    ],
    [
      "a start function that aborts",
      pack({
        functions: { main: { code: [] }, begin: { code: (call) => [call("abort")], internal: true } },
        start: "begin",
      }),
      { code: "RT_INSTANCE_FAILED" },
    ],
    [
      "a fayger_init without a bottom",
      pack({ functions: { main: { code: [] }, fayger_init: { code: (call) => [call("fayger_init")] } } }),
      { code: "RT_TRAP", context: { trap: "stack_exhausted" } },
    ],
    [
      "data that does not fit",
      pack({ functions: { main: { code: [] } }, data: [[65_535, [1, 2]]] }),
      { code: "RT_TRAP", context: { trap: "memory_out_of_bounds" } },
    ],
    [
      "more memory than its quota",
      pack({ functions: { main: { code: [] } }, memory: [2] }, { memoryBytes: 65_536 }),
      { code: "RT_QUOTA_EXCEEDED", context: { quota: "memory_bytes" } },
    ],
  ];
  for (const engine of ["fayger/interpreter", "fayger/host-engine-worker", "fayger/host-engine"]) {
    it(`fails at init with the same error on ${engine}, and the failure is kept until it is destroyed`, async () => {
      const fayger = await createFayger({
        enforceSignature: false,
        policy: { capabilities: [], implementations: [engine] },
      });
      for (const [what, artifact, expected] of bad) {
        const object = await fayger.load(createMemorySource(artifact));
        const id = fayger.runtime.load(object);
        expect(fayger.runtime.implementationOf(id)).toBe(engine);
        const error = await fayger.runtime.init(id).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect(error, what).toMatchObject(expected);
        expect(fayger.runtime.state(id), what).toBe("Failed");
        expect(fayger.runtime.failureInfo(id)?.error, what).toBe(error);
        await fayger.runtime.terminate(id);
        expect(fayger.runtime.failureInfo(id)).toBeUndefined();
        await object.close();
      }
    });
  }
});

describe("an instance", () => {
  // @spec runtime.instance-not-found
  it("is known to whoever hears that it was made", async () => {
    const fayger = await createFayger({ enforceSignature: false, policy: { capabilities: ["time.timer"] } });
    const object = await fayger.load(createMemorySource(waiting));
    const states: string[] = [];
    fayger.events.subscribe(({ instance = "" }) => void states.push(fayger.runtime.state(instance)), {
      categories: ["lifecycle"],
    });
    const id = fayger.runtime.load(object);
    expect(states).toEqual(["Loaded"]);
    await fayger.runtime.terminate(id);
    expect(() => fayger.runtime.state("never issued")).toThrow(/no instance/);
    await object.close();
  });
});

describe("what is no loaded artifact", () => {
  // @spec errors.api-misuse
  it("is refused in words that say what is meant", async () => {
    const fayger = await createFayger({ enforceSignature: false });
    const promised = fayger.load(createMemorySource(waiting));
    for (const wrong of [undefined, {}, "tool.buf", createMemorySource(waiting), promised]) {
      const taken = wrong as unknown as Awaited<typeof promised>;
      await expect(fayger.run(taken)).rejects.toThrow(/^an artifact must be the BufObject that load gives/);
      await expect(fayger.assemble(taken)).rejects.toThrow(TypeError);
      expect(() => fayger.assembled(taken)).toThrow(TypeError);
    }
    await (await promised).close();
    await fayger.close();
  });
});

describe("a trust store that cannot be read", () => {
  // @spec errors.host-error
  it("is a coded error that names it", async () => {
    await expect(createFayger({ trustStore: "/no/such/store.cbor" })).rejects.toMatchObject({
      code: "HOST_ERROR",
      message: 'the trust store "/no/such/store.cbor" cannot be read: open failed: ENOENT',
      context: { native_code: "ENOENT" },
    });
  });
});
