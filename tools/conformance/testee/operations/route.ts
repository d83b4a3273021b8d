import type { RuntimeCapability } from "../../../../generated/enums/runtime-capability.js";
import type { VectorImplementation, VectorInputs } from "../../../../generated/json/vector.js";
import type { RuntimeImplementation } from "../../../../reference/index.js";
import { type HostQuotas, RUNTIME_INTERFACE_METHODS, RuntimeRegistry } from "../../../../reference/runtime/index.js";
import { type Answer, answering } from "../answer.js";
import { InputError } from "../input-error.js";
import { given, interfaceVersionIn } from "../inputs.js";
import { manifestOf, manifestQuotas } from "../programs/program.js";

/** Register implementations, and choose one. @spec runtime.registration, runtime.routing */
export function route(inputs: VectorInputs): Promise<Answer> {
  const { requires, preferred, order = [], quotas, host_quotas: hostQuotas = {} } = inputs;
  const implementations = given(inputs, "implementations").map(implementationOf);
  const manifest = {
    ...manifestOf("main"),
    runtimeInterfaceMin: interfaceVersionIn(given(inputs, "runtime_interface_min")),
    runtime: {
      codeFormat: given(inputs, "code_format"),
      ...(requires !== undefined && { requires }),
      ...(preferred !== undefined && { prefer: preferred }),
    },
    ...(quotas !== undefined && { quotas: manifestQuotas(quotas) }),
  };
  return answering(() => {
    const registry = new RuntimeRegistry();
    for (const implementation of implementations) registry.register(implementation);
    return { chosen: registry.resolve(manifest, { quotas: hostQuotas as HostQuotas, implementations: order }) };
  });
}

/** An implementation that says of itself what the case says, and that nobody calls for anything else. */
function implementationOf(told: VectorImplementation): RuntimeImplementation {
  const { id, code_formats: codeFormats, runtime_interface: offered, capabilities, lacks = [] } = told;
  const version = interfaceVersionIn(offered);
  const unused = (): never => {
    throw new TypeError("an implementation is asked for what it is alone");
  };
  const names = Object.keys(RUNTIME_INTERFACE_METHODS) as (keyof typeof RUNTIME_INTERFACE_METHODS)[];
  for (const name of lacks) if (!names.includes(name as never)) throw new InputError(`no method is ${name}`);
  const methods = names.flatMap((name) => (lacks.includes(name) ? [] : [[RUNTIME_INTERFACE_METHODS[name], unused]]));
  return {
    descriptor: { id, name: id, version: "1.0.0", codeFormats },
    ...Object.fromEntries(methods),
    ...(!lacks.includes("rt_version") && { rtVersion: () => version }),
    ...(!lacks.includes("capabilities") && { capabilities: () => new Set(capabilities as RuntimeCapability[]) }),
  } as unknown as RuntimeImplementation;
}
