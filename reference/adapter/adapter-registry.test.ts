import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { CAPABILITY_NAMES, type CapabilityName } from "../../generated/capabilities.js";
import { INSTRUCTIONS } from "../../generated/instructions/instruction-table.js";
import type { EventPublisher } from "../contracts/event-bus.js";
import type { AdapterDescriptor, HostEnvironment, PlatformAdapter } from "../contracts/platform-adapter.js";
import { is } from "../errors/fayger-error.js";
import { createEventBus, recordEvents } from "../observability/index.js";
import { AdapterRegistry } from "./adapter-registry.js";
import { descriptorFault } from "./check-descriptor.js";

const silent: EventPublisher = { publish: () => {}, enabled: () => false };
const HOST: HostEnvironment = {
  platformId: "node",
  osKind: "linux",
  arch: "x64",
  sandboxKind: "none",
  runtimeFeatures: [],
};

function descriptorOf(changes: Partial<AdapterDescriptor> = {}): AdapterDescriptor {
  return {
    platformId: "test",
    priority: 10,
    supportedCapabilities: ["time.clock"],
    restrictedCapabilities: [],
    supportedInstructions: ["time.clock_wall"],
    ...changes,
  };
}

function adapterOf(
  changes: Partial<AdapterDescriptor>,
  match: (host: HostEnvironment) => boolean = () => true,
): PlatformAdapter {
  const never = (): never => {
    throw new Error("not called");
  };
  return { descriptor: () => descriptorOf(changes), match, translate: never, normalize: never };
}

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("a descriptor", () => {
  const instructions = fc.subarray(INSTRUCTIONS.map(({ name }) => name));

  // @spec adapters.descriptor-closes, adapters.descriptor
  test.prop([instructions])("closes when its capabilities are those its instructions need", (supported) => {
    const needed = [
      ...new Set(INSTRUCTIONS.filter(({ name }) => supported.includes(name)).map(({ capability }) => capability)),
    ].filter((name): name is CapabilityName => name !== null);
    const whole = descriptorOf({ supportedInstructions: supported, supportedCapabilities: needed });
    expect(descriptorFault(whole)).toBeUndefined();
    for (const left of needed) {
      const error = descriptorFault({ ...whole, supportedCapabilities: needed.filter((name) => name !== left) });
      if (!is(error, "ADP_DESCRIPTOR_INCONSISTENT")) throw error;
      expect(error.context.missing_capabilities).toEqual([left]);
    }
    const spare = CAPABILITY_NAMES.find((name) => !needed.includes(name));
    if (spare === undefined) return;
    const error = descriptorFault({ ...whole, supportedCapabilities: [...needed, spare] });
    if (!is(error, "ADP_DESCRIPTOR_INCONSISTENT")) throw error;
    expect(error.context).toEqual({
      platform: "test",
      missing_capabilities: [],
      unused_capabilities: [spare],
      unknown_instructions: [],
    });
  });

  it("that restricts what it does not support, or names what no table has, is refused", () => {
    const restricted = descriptorFault(descriptorOf({ restrictedCapabilities: ["fs.read"] }));
    expect(is(restricted, "ADP_DESCRIPTOR_INCONSISTENT") && restricted.context.missing_capabilities).toEqual([
      "fs.read",
    ]);
    const unknown = descriptorFault(descriptorOf({ supportedInstructions: ["time.clock_wall", "time.travel"] }));
    expect(is(unknown, "ADP_DESCRIPTOR_INCONSISTENT") && unknown.context.unknown_instructions).toEqual(["time.travel"]);
  });
});

describe("registration", () => {
  // @spec events.raised
  it("refuses a descriptor that does not close, and tells observers, as a failed selection does", () => {
    const bus = createEventBus({ clock: { unixNanoseconds: () => 0n, monotonicNanoseconds: () => 0n } });
    const recorder = recordEvents(bus);
    const registry = new AdapterRegistry(bus);
    const refused = caught(() => registry.register(adapterOf({ supportedCapabilities: [] })));
    expect(is(refused, "ADP_DESCRIPTOR_INCONSISTENT")).toBe(true);
    expect(
      is(
        caught(() => registry.select(HOST)),
        "ADP_NO_MATCHING_PLATFORM",
      ),
    ).toBe(true);
    expect(recorder.named("error.raised").map(({ fields }) => fields["code"])).toEqual([
      "ADP_DESCRIPTOR_INCONSISTENT",
      "ADP_NO_MATCHING_PLATFORM",
    ]);
  });
});

describe("selection", () => {
  const adapters = fc.uniqueArray(
    fc.record({
      platformId: fc.stringMatching(/^[a-z]{1,4}$/),
      priority: fc.integer({ min: 0, max: 3 }),
      fits: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8, selector: ({ platformId }) => platformId },
  );

  // @spec adapters.selection, adapters.selection.none
  test.prop([adapters])("takes the fitting adapter of the lowest priority, then the one registered first", (rows) => {
    const select = (): unknown => {
      const registry = new AdapterRegistry(silent);
      for (const { fits, ...descriptor } of rows) registry.register(adapterOf(descriptor, () => fits));
      try {
        return registry.select(HOST).descriptor().platformId;
      } catch (error) {
        if (!is(error, "ADP_NO_MATCHING_PLATFORM")) throw error;
        expect(error.context.platform).toBe("node");
        expect([...error.context.adapters].sort()).toEqual(rows.map(({ platformId }) => platformId).sort());
        return undefined;
      }
    };
    const fitting = rows.filter(({ fits }) => fits);
    const lowest = Math.min(...fitting.map(({ priority }) => priority));
    expect(select()).toBe(fitting.find(({ priority }) => priority === lowest)?.platformId);
    expect(select()).toBe(select());
  });

  it("passes over an adapter that cannot say whether it fits", () => {
    const registry = new AdapterRegistry(silent);
    registry.register(
      adapterOf({ platformId: "broken", priority: 0 }, () => {
        throw new Error("no");
      }),
    );
    registry.register(adapterOf({ platformId: "sound", priority: 1 }));
    expect(registry.select(HOST).descriptor().platformId).toBe("sound");
    expect(registry.candidates(HOST)).toEqual([
      { platformId: "broken", priority: 0, matches: false },
      { platformId: "sound", priority: 1, matches: true },
    ]);
  });

  // @spec adapters.selection.named
  it("gives the one that is named, whatever its place in the order, if it fits", () => {
    const registry = new AdapterRegistry(silent);
    registry.register(adapterOf({ platformId: "first", priority: 0 }));
    registry.register(adapterOf({ platformId: "second", priority: 1 }));
    registry.register(adapterOf({ platformId: "other", priority: 2 }, () => false));
    expect(registry.select(HOST, "second").descriptor().platformId).toBe("second");
    for (const named of ["other", "nobody"]) {
      expect(caught(() => registry.select(HOST, named))).toMatchObject({
        code: "ADP_NO_MATCHING_PLATFORM",
        context: { adapters: ["first", "second", "other"] },
      });
    }
  });

  // @spec adapters.selection.event
  it("is told to observers", () => {
    const bus = createEventBus({ clock: { unixNanoseconds: () => 0n, monotonicNanoseconds: () => 0n } });
    const recorder = recordEvents(bus);
    const registry = new AdapterRegistry(bus);
    registry.register(adapterOf({ platformId: "late", priority: 2 }));
    registry.register(adapterOf({ platformId: "early", priority: 1 }));
    registry.select(HOST);
    expect(recorder.named("capability.adapter_selected").map(({ fields }) => fields)).toEqual([
      { platform: "early", candidates: ["early", "late"] },
    ]);
  });

  it("refuses a second adapter with one id", () => {
    const registry = new AdapterRegistry(silent);
    registry.register(adapterOf({}));
    expect(() => registry.register(adapterOf({}))).toThrow(TypeError);
  });
});
