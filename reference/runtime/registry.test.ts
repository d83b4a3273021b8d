import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Manifest } from "../../generated/codecs/manifest.js";
import { QUOTAS } from "../../generated/enums/quota-name.js";
import type { RuntimeCapability } from "../../generated/enums/runtime-capability.js";
import { RUNTIME_CAPABILITIES } from "../../generated/enums/runtime-capability.js";
import type { RuntimeImplementation } from "../contracts/runtime-interface.js";
import { hostTaskScheduler } from "./host-engine/host-task-scheduler.js";
import { numberedIds } from "./instance-ids.js";
import { ManagedImplementation } from "./managed-implementation.js";
import { RUNTIME_INTERFACE_METHODS, RuntimeRegistry } from "./registry.js";
import { RuntimeLayer } from "./runtime.js";
import { GeneratorStrategy } from "./testing/generator-strategy.js";
import { errorOf } from "./testing/run-guest.js";
import { bufObject, EventLog, TestBus, tickingClock } from "./testing/test-host.js";

const ids = numberedIds();

function implementation(
  id: string,
  capabilities: readonly RuntimeCapability[] = [],
  version: readonly [number, number, number] = [1, 0, 0],
): RuntimeImplementation {
  const managed = new ManagedImplementation({
    descriptor: { id, name: id, version: "1.0.0" },
    strategy: new GeneratorStrategy([{ *main() {} }], capabilities),
    bus: new TestBus(),
    events: new EventLog(),
    clock: tickingClock(),
    ids,
    scheduler: hostTaskScheduler(),
  });
  managed.rtVersion = () => version;
  // What a runtime makes of a strategy's capabilities is no matter here.
  managed.capabilities = () => new Set(capabilities);
  return managed;
}

/** The same implementation with nothing beyond the methods that every one has. */
function withTheTwelve(whole: RuntimeImplementation): RuntimeImplementation {
  const methods = Object.values(RUNTIME_INTERFACE_METHODS).map(
    (method) => [method, whole[method].bind(whole)] as const,
  );
  return { descriptor: whole.descriptor, ...Object.fromEntries(methods) } as unknown as RuntimeImplementation;
}

function manifest(part: Partial<Manifest> = {}): Manifest {
  return bufObject({ code: Uint8Array.of(0), manifest: part }).manifest;
}

function registryOf(...implementations: readonly RuntimeImplementation[]): RuntimeRegistry {
  const registry = new RuntimeRegistry();
  for (const item of implementations) registry.register(item);
  return registry;
}

describe("registration", () => {
  // @spec runtime.registration, runtime.interface
  it("needs all twelve methods and names those that are missing", async () => {
    const names = Object.keys(RUNTIME_INTERFACE_METHODS) as (keyof typeof RUNTIME_INTERFACE_METHODS)[];
    expect(names.length).toBe(12);
    await fc.assert(
      fc.asyncProperty(fc.subarray(names), async (missing) => {
        const whole = implementation("test/one");
        const parts: Record<string, unknown> = { descriptor: whole.descriptor };
        for (const name of names) {
          const method = RUNTIME_INTERFACE_METHODS[name];
          parts[method] = missing.includes(name) ? undefined : whole[method].bind(whole);
        }
        const registry = new RuntimeRegistry();
        const candidate = parts as unknown as RuntimeImplementation;
        if (missing.length === 0) {
          expect(registry.register(candidate)).toBe("test/one");
          return;
        }
        expect(await errorOf(() => registry.register(candidate))).toMatchObject({
          code: "RT_IMPLEMENTATION_INCOMPLETE",
          context: { implementation: "test/one", missing_methods: missing },
        });
        expect(registry.list()).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  // @spec runtime.registration.duplicate, runtime.registration.list, runtime.descriptor
  it("refuses a second implementation with the same id and lists the rest in order", async () => {
    const registry = registryOf(implementation("b"), implementation("a"));
    expect(await errorOf(() => registry.register(implementation("b")))).toMatchObject({
      code: "RT_IMPLEMENTATION_DUPLICATE",
      context: { implementation: "b" },
    });
    expect(registry.list().map((descriptor) => descriptor.id)).toEqual(["b", "a"]);
  });

  it("of something without a descriptor is a fault of the calling program", () => {
    expect(() => new RuntimeRegistry().register({} as RuntimeImplementation)).toThrow(TypeError);
  });
});

describe("routing", () => {
  // @spec runtime.routing
  it("takes the host's order, then the manifest's preference, then the order of registration", () => {
    const registry = registryOf(implementation("a"), implementation("b"), implementation("c"));
    const preferring = manifest({ runtime: { codeFormat: "wasm-core-2", prefer: ["absent", "c", "b"] } });
    expect(registry.resolve(manifest())).toBe("a");
    expect(registry.resolve(preferring)).toBe("c");
    expect(registry.resolve(preferring, { implementations: ["absent", "b", "c"] })).toBe("b");
    expect(registry.resolve(manifest(), { implementations: ["c"] })).toBe("c");
  });

  // @spec runtime.routing.none, runtime.routing.match
  it("names every refusal", async () => {
    const registry = registryOf(
      implementation("old", ["fuel", "snapshot"], [1, 1, 9]),
      implementation("poor", ["fuel"], [1, 2, 0]),
      implementation("new", ["fuel", "snapshot"], [2, 0, 0]),
    );
    const wanted = manifest({
      runtimeInterfaceMin: [1, 2, 0],
      runtime: { codeFormat: "wasm-core-2", requires: ["snapshot", "teleport"] },
      quotas: { fuel: 1 },
    });
    expect(await errorOf(() => registry.resolve(wanted, { quotas: { wall_ms: 5 } }))).toMatchObject({
      code: "RT_NO_MATCHING_IMPLEMENTATION",
      context: {
        code_format: "wasm-core-2",
        required: ["fuel", "snapshot", "stop_anywhere", "teleport"],
        refused: [
          "old: offers Runtime_Interface 1.1.9, not 1.2.0",
          "poor: lacks snapshot, stop_anywhere, teleport",
          "new: offers Runtime_Interface 2.0.0, not 1.2.0",
        ],
      },
    });
    expect(await errorOf(() => registry.resolve(manifest({ runtime: { codeFormat: "lua-5" } })))).toMatchObject({
      context: { code_format: "lua-5", refused: registry.list().map(({ id }) => `${id}: does not run lua-5`) },
    });
    expect(await errorOf(() => new RuntimeRegistry().resolve(manifest()))).toMatchObject({ context: { refused: [] } });
  });

  // @spec runtime.routing.required, quotas.implied, manifest.runtime, quotas.table
  it("never chooses one that cannot hold a quota of the manifest or of the host", () => {
    const names = QUOTAS.map((row) => row.name);
    const members = {
      memory_bytes: "memoryBytes",
      table_elements: "tableElements",
      fuel: "fuel",
      fuel_per_slice: "fuelPerSlice",
      wall_ms: "wallMs",
      emits_per_second: "emitsPerSecond",
      max_pending_events: "maxPendingEvents",
      open_handles: "openHandles",
      open_calls: "openCalls",
      reply_bytes: "replyBytes",
    } as const;
    fc.assert(
      fc.property(
        fc.array(fc.subarray([...RUNTIME_CAPABILITIES]), { minLength: 1, maxLength: 6 }),
        fc.subarray([...names]),
        fc.subarray([...names]),
        fc.subarray([...RUNTIME_CAPABILITIES], { maxLength: 2 }),
        (offers, ofManifest, ofHost, requires) => {
          const registry = registryOf(...offers.map((offer, at) => implementation(`i${at}`, offer)));
          const wanted = manifest({
            quotas: Object.fromEntries(ofManifest.map((name) => [members[name], 1])),
            runtime: { codeFormat: "wasm-core-2", ...(requires.length === 0 ? {} : { requires }) },
          });
          const policy = { quotas: Object.fromEntries(ofHost.map((name) => [name, 1])) };
          const needed = new Set<string>(requires);
          for (const row of QUOTAS) {
            if (row.implies !== null && (ofManifest.includes(row.name) || ofHost.includes(row.name)))
              needed.add(row.implies);
          }
          const offered = registry.implementations().map((item): ReadonlySet<string> => item.capabilities());
          const fitting = offered.findIndex((offer) => [...needed].every((name) => offer.has(name)));
          if (fitting < 0) expect(() => registry.resolve(wanted, policy)).toThrow();
          else expect(registry.resolve(wanted, policy)).toBe(`i${fitting}`);
        },
      ),
    );
  });
});

describe("the runtime layer", () => {
  // @spec runtime.layer
  it("sends each command to the implementation that holds the instance", async () => {
    const registry = registryOf(implementation("a", ["fuel"]), implementation("b", ["snapshot", "fuel"]));
    const layer = new RuntimeLayer(registry);
    const requiring = (name: RuntimeCapability) =>
      bufObject({ code: Uint8Array.of(0), manifest: { runtime: { codeFormat: "wasm-core-2", requires: [name] } } });
    const first = layer.load(requiring("fuel"));
    const second = layer.load(requiring("snapshot"));
    expect([layer.implementationOf(first), layer.implementationOf(second)]).toEqual(["a", "b"]);
    expect(layer.capabilities()).toEqual(new Set(["fuel", "snapshot"]));
    await layer.init(second);
    expect([layer.state(first), layer.state(second)]).toEqual(["Loaded", "Initialized"]);
    await layer.start(second);
    expect(layer.state(second)).toBe("Running");
    expect(await layer.whenSettled(second)).toBe("Terminated");
    expect(layer.failureInfo(second)).toBeUndefined();
    expect(layer.exitCode(second)).toBeUndefined();
    expect(layer.usage(second)).toMatchObject({ emits: 0, memoryBytes: 4096 });
    await layer.terminate(first);
    expect(layer.state(first)).toBe("Terminated");
  });

  // @spec runtime.close
  it("ends every instance when it is closed, also those of implementations that cannot close", async () => {
    const open = implementation("a", ["fuel"]);
    const layer = new RuntimeLayer(registryOf(open, withTheTwelve(implementation("b", ["snapshot"]))));
    const ids = (["fuel", "snapshot"] as const).map((name) =>
      layer.load(
        bufObject({ code: Uint8Array.of(0), manifest: { runtime: { codeFormat: "wasm-core-2", requires: [name] } } }),
      ),
    );
    ids.push(layer.load(bufObject({ code: Uint8Array.of(0) })));
    await layer.terminate(ids[2] as string);
    await layer.close();
    expect(ids.map((id) => layer.state(id))).toEqual(["Terminated", "Terminated", "Terminated"]);
    expect(() => layer.load(bufObject({ code: Uint8Array.of(0) }))).toThrow("was closed");
  });

  // @spec runtime.close
  it("loads nothing once it is closed, also with an implementation that cannot close or came later", async () => {
    const registry = registryOf(withTheTwelve(implementation("a")));
    const layer = new RuntimeLayer(registry);
    await layer.close();
    registry.register(implementation("b"));
    const object = bufObject({ code: Uint8Array.of(0) });
    expect(() => layer.load(object)).toThrow("was closed");
    await expect(layer.restore(object, Uint8Array.of())).rejects.toThrow("was closed");
  });

  // @spec runtime.close
  it("ends the others too where an implementation cannot end an instance", async () => {
    const broken = withTheTwelve(implementation("a"));
    const registry = registryOf({
      ...broken,
      terminate: async () => {
        throw new RangeError("not now");
      },
    });
    const layer = new RuntimeLayer(registry);
    const object = bufObject({ code: Uint8Array.of(0) });
    layer.load(object);
    registry.register(implementation("b"));
    layer.prefer(["b"]);
    const id = layer.load(object);
    await expect(layer.close()).rejects.toThrow("not now");
    expect(layer.state(id)).toBe("Terminated");
  });

  // @spec runtime.routing.new-instances
  it("serves instances loaded later with implementations registered later", () => {
    const registry = registryOf(implementation("a"));
    const layer = new RuntimeLayer(registry, { implementations: ["better"] });
    const object = bufObject({ code: Uint8Array.of(0) });
    const before = layer.load(object);
    registry.register(implementation("better"));
    const after = layer.load(object);
    expect([layer.implementationOf(before), layer.implementationOf(after)]).toEqual(["a", "better"]);
  });

  // @spec runtime.routing.new-instances
  it("sends new instances where the host prefers from now on, and leaves the old ones", () => {
    const layer = new RuntimeLayer(registryOf(implementation("a"), implementation("b")), { implementations: ["b"] });
    const object = bufObject({ code: Uint8Array.of(0) });
    const ids = [layer.load(object)];
    layer.prefer(["absent", "a"]);
    ids.push(layer.load(object));
    layer.prefer([]);
    ids.push(layer.load(object));
    expect(ids.map((id) => layer.implementationOf(id))).toEqual(["b", "a", "a"]);
    expect(layer.implementations().map(({ descriptor }) => descriptor.id)).toEqual(["a", "b"]);
  });

  // @spec runtime.registration.replace, runtime.routing.new-instances
  it("goes over to a replacement while programs of the old implementation run to their end", async () => {
    const events = new EventLog();
    const registry = new RuntimeRegistry(events);
    const old = implementation("engine", ["fuel"]);
    const rest = implementation("rest");
    const better = implementation("engine", ["fuel", "snapshot"]);
    registry.register(old);
    registry.register(rest);
    const layer = new RuntimeLayer(registry);
    const object = bufObject({ code: Uint8Array.of(0) });
    const before = layer.load(object);
    await layer.init(before);
    registry.replace("engine", better);
    const after = layer.load(object);
    expect(registry.list()).toEqual([better.descriptor, rest.descriptor]);
    expect([old.state(before), better.state(after)]).toEqual(["Initialized", "Loaded"]);
    expect(() => better.state(before)).toThrow("no instance");
    // Under another id, in the same place; and then taken out.
    registry.replace("engine", implementation("third"));
    registry.deregister("third");
    const last = layer.load(object);
    expect(layer.implementationOf(last)).toBe("rest");
    for (const id of [before, after]) if (layer.state(id) === "Loaded") await layer.init(id);
    for (const id of [before, after]) {
      await layer.start(id);
      expect(await layer.whenSettled(id)).toBe("Terminated");
    }
    registry.deregister("rest");
    expect(await errorOf(() => layer.load(object))).toMatchObject({ code: "RT_NO_MATCHING_IMPLEMENTATION" });
    expect(layer.state(last)).toBe("Loaded");
    expect(events.of("capability.implementation_registered")).toEqual([
      { implementation: "engine" },
      { implementation: "rest" },
      { implementation: "engine", replaced: "engine" },
      { implementation: "third", replaced: "engine" },
    ]);
    expect(events.of("capability.implementation_deregistered")).toEqual([
      { implementation: "third" },
      { implementation: "rest" },
    ]);
  });

  // @spec runtime.registration.replace, runtime.registration.duplicate
  it("refuses a replacement as it refuses a registration, and changes nothing then", async () => {
    const registry = registryOf(implementation("a"), implementation("b"));
    const incomplete = { descriptor: { id: "a" } } as unknown as RuntimeImplementation;
    expect(await errorOf(() => registry.replace("a", incomplete))).toMatchObject({
      code: "RT_IMPLEMENTATION_INCOMPLETE",
    });
    expect(await errorOf(() => registry.replace("a", implementation("b")))).toMatchObject({
      code: "RT_IMPLEMENTATION_DUPLICATE",
    });
    expect(() => registry.replace("c", implementation("c"))).toThrow("nothing is registered as c");
    expect(() => registry.deregister("c")).toThrow("nothing is registered as c");
    expect(registry.list().map(({ id }) => id)).toEqual(["a", "b"]);
  });

  // @spec quotas.grant
  it("passes a grant on to the implementation that holds the instance", async () => {
    const layer = new RuntimeLayer(registryOf(implementation("a", ["fuel"])));
    const id = layer.load(bufObject({ code: Uint8Array.of(0), manifest: { quotas: { fuel: 5 } } }));
    expect(await errorOf(() => layer.grantQuota(id, "fuel", 7))).toMatchObject({ code: "RT_ILLEGAL_TRANSITION" });
    await layer.init(id);
    layer.grantQuota(id, "fuel", 7);
    expect(layer.usage(id)?.quotas.fuel).toBe(7);
    await layer.terminate(id);
  });

  it("knows no id that it did not issue", async () => {
    const layer = new RuntimeLayer(registryOf(implementation("a")));
    const calls: (() => unknown)[] = [
      () => layer.init("x"),
      () => layer.start("x"),
      () => layer.suspend("x"),
      () => layer.resume("x"),
      () => layer.terminate("x"),
      () => layer.state("x"),
      () => layer.failureInfo("x"),
      () => layer.emit("x", Uint8Array.of()),
      () => layer.onEvent("x", Uint8Array.of()),
      () => layer.whenSettled("x"),
      () => layer.exitCode("x"),
      () => layer.usage("x"),
      () => layer.grantQuota("x", "fuel", 1),
    ];
    for (const call of calls) {
      expect(await errorOf(async () => call())).toMatchObject({
        code: "RT_INSTANCE_NOT_FOUND",
        context: { instance: "x" },
      });
    }
  });

  it("passes every method on: it is itself complete", () => {
    const layer = new RuntimeLayer(new RuntimeRegistry());
    for (const method of Object.values(RUNTIME_INTERFACE_METHODS)) expect(typeof layer[method]).toBe("function");
  });
});
