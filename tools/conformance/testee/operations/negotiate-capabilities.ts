import type { VectorInputs } from "../../../../generated/json/vector.js";
import { RUNTIME_INTERFACE_VERSION, SCHEMA_VERSION } from "../../../../generated/versions.js";
import { createHandlerAdapter, createInstructionBus } from "../../../../reference/adapter/index.js";
import type { AdapterDescriptor, BufObject } from "../../../../reference/index.js";
import {
  type ExecutionStrategy,
  ManagedImplementation,
  numberedIds,
  type PreparedExecutable,
} from "../../../../reference/runtime/index.js";
import { type Answer, answering } from "../answer.js";
import { clockAt, given } from "../inputs.js";
import { surroundingsAt } from "../surroundings.js";

const CODE_FORMAT = "wasm-core-2";

/** Negotiate capabilities by starting an instance: the bus negotiates, and the runtime says whether it may start. */
export function negotiateCapabilities(inputs: VectorInputs): Promise<Answer> {
  const object = programThatAsksFor(given(inputs, "required"), given(inputs, "optional"));
  const clock = clockAt();
  const { events, published, named } = surroundingsAt(clock);
  const adapter = createHandlerAdapter({
    platformId: "vector",
    priority: 0,
    // A vector may name what no table has; what becomes of that is for the negotiation to say.
    capabilities: given(inputs, "available") as AdapterDescriptor["supportedCapabilities"],
    restrictedCapabilities: (inputs.restricted ?? []) as AdapterDescriptor["restrictedCapabilities"],
    match: () => true,
    handlers: [],
    normalizers: [],
    services: undefined,
  });
  const policy = { capabilities: given(inputs, "policy") };
  const runtime = new ManagedImplementation({
    descriptor: { id: "vector", name: "vector", version: "1.0.0" },
    strategy: NO_CODE,
    bus: createInstructionBus({ adapter, policy, events, clock }),
    events,
    clock,
    ids: numberedIds(),
    // The first turn of the program never comes: it is asked whether it may start, not what it does.
    scheduler: { schedule: () => {}, scheduleAfter: () => () => {} },
  });
  return answering(
    async () => {
      const id = runtime.load(object);
      await runtime.init(id);
      await runtime.start(id);
      const [negotiated] = named("capability.negotiated");
      const { granted, denied, warnings } = negotiated as Record<string, readonly string[]>;
      return { granted: granted ?? [], denied: denied ?? [], warnings: warnings ?? [] };
    },
    () => ({ events: published().filter((name) => name.startsWith("capability.")) }),
  );
}

/** A program without code that can be loaded and initialised. */
const NO_CODE: ExecutionStrategy = {
  codeFormats: [CODE_FORMAT],
  capabilities: new Set(),
  prepare: (): PreparedExecutable => ({
    hasInit: false,
    hasEvents: false,
    memoryBytes: 0,
    tableElements: 0,
    fuelUsed: undefined,
    begin: () => {},
    close: () => {},
  }),
  step: () => ({ kind: "returned", value: 0 }),
};

/** A verified artifact as a loader hands it over; a manifest lists capabilities ascending and once. */
function programThatAsksFor(required: readonly string[], optional: readonly string[]): BufObject {
  const section = "code/main";
  return {
    manifest: {
      schemaVersion: [SCHEMA_VERSION[0], SCHEMA_VERSION[1]],
      runtimeInterfaceMin: RUNTIME_INTERFACE_VERSION,
      name: "vector",
      version: "1.0.0",
      entry: { section, symbol: "main" },
      runtime: { codeFormat: CODE_FORMAT },
      requiredCapabilities: required,
      ...(optional.length > 0 && { optionalCapabilities: optional }),
      sectionIndexDigest: new Uint8Array(32),
    },
    manifestDigest: new Uint8Array(32),
    index: [],
    trust: "unsigned",
    strategy: "eager",
    selection: { selected: [], skipped: [], selectedBytes: 0 },
    sections: {
      read: async () => new Uint8Array(0),
      readSync: () => new Uint8Array(0),
      stream: async function* () {},
      verify: async () => {},
      prefetch: async () => {},
      isSelected: (sectionId) => sectionId === section,
    },
    close: async () => {},
  };
}
