import type { VectorAdapter, VectorInputs } from "../../../../generated/json/vector.js";
import {
  AdapterRegistry,
  createHandlerAdapter,
  descriptorFault,
  HostFailure,
  type InstructionHandler,
} from "../../../../reference/adapter/index.js";
import type { AdapterDescriptor, HostEnvironment, PlatformAdapter } from "../../../../reference/index.js";
import { type Answer, accepted, answering, refused } from "../answer.js";
import { InputError } from "../input-error.js";
import { clockAt, given } from "../inputs.js";
import { surroundingsAt } from "../surroundings.js";

/** The one instruction that every adapter of a case has, so that its descriptor closes. */
const CLOSE: InstructionHandler<undefined> = {
  instruction: "io.close",
  translate: () => () => {
    throw new HostFailure("bad_handle");
  },
};

/** Choose the adapter for a host. @spec adapters.selection */
export function selectAdapter(inputs: VectorInputs): Promise<Answer> {
  const { platform, os, arch, sandbox, features } = given(inputs, "environment");
  const host: HostEnvironment = {
    platformId: platform,
    osKind: os,
    arch,
    sandboxKind: sandbox,
    runtimeFeatures: features,
  };
  const { events, published, named } = surroundingsAt(clockAt());
  const registry = new AdapterRegistry(events);
  const adapters = given(inputs, "adapters");
  if (new Set(adapters.map(({ id }) => id)).size < adapters.length) throw new InputError("two adapters have one id");
  for (const adapter of adapters) registry.register(adapterOf(adapter));
  return answering(
    () => {
      const { platformId } = registry.select(host).descriptor();
      const [selected] = named("capability.adapter_selected");
      const { candidates } = selected as { readonly candidates: readonly string[] };
      return { chosen: platformId, candidates };
    },
    () => ({ events: published().filter((name) => name.startsWith("capability.")) }),
  );
}

function adapterOf({ id, priority, platforms, needs = [], without = [] }: VectorAdapter): PlatformAdapter {
  return createHandlerAdapter({
    platformId: id,
    priority,
    capabilities: [],
    match: ({ platformId, runtimeFeatures }) =>
      (platforms === undefined || platforms.includes(platformId)) &&
      needs.every((feature) => runtimeFeatures.includes(feature)) &&
      !without.some((feature) => runtimeFeatures.includes(feature)),
    handlers: [CLOSE],
    normalizers: [],
    services: undefined,
  });
}

/** Judge whether capabilities and instructions of an adapter close. @spec adapters.descriptor-closes */
export function checkDescriptor(inputs: VectorInputs): Answer {
  const { id, capabilities, restricted, instructions } = given(inputs, "descriptor");
  const fault = descriptorFault({
    platformId: id,
    priority: 0,
    // A case may name what no table has; that is what is judged.
    supportedCapabilities: capabilities as AdapterDescriptor["supportedCapabilities"],
    restrictedCapabilities: restricted as AdapterDescriptor["restrictedCapabilities"],
    supportedInstructions: instructions,
  });
  return fault === undefined ? accepted() : refused(fault);
}
