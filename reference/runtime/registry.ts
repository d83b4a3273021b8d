import type { Manifest } from "../../generated/codecs/manifest.js";
import type { HostPolicy } from "../../generated/json/host-policy.js";
import type {
  RuntimeImplementation,
  RuntimeImplementationDescriptor,
  RuntimeInterface,
} from "../contracts/runtime-interface.js";
import { FaygerError } from "../errors/fayger-error.js";
import { route } from "./router.js";

/** The twelve methods under their names in the specification. @spec runtime.interface */
export const RUNTIME_INTERFACE_METHODS = {
  rt_version: "rtVersion",
  capabilities: "capabilities",
  load: "load",
  init: "init",
  start: "start",
  suspend: "suspend",
  resume: "resume",
  terminate: "terminate",
  state: "state",
  failure_info: "failureInfo",
  emit: "emit",
  on_event: "onEvent",
} as const satisfies Readonly<Record<string, keyof RuntimeInterface>>;

/** What a registration is known by: the implementation's id. @spec runtime.registration */
export type RegistrationId = string;

/** What routing reads of the host's policy. */
export type RoutingPolicy = Pick<HostPolicy, "quotas" | "implementations">;

/** The Runtime_Implementations of one runtime, in the order in which they were registered. */
export class RuntimeRegistry {
  readonly #implementations = new Map<RegistrationId, RuntimeImplementation>();

  /**
   * Add an implementation.
   *
   * @throws FaygerError `RT_IMPLEMENTATION_INCOMPLETE` with the methods it lacks, `RT_IMPLEMENTATION_DUPLICATE`
   * @throws TypeError where it has no descriptor
   * @spec runtime.registration
   */
  register(implementation: RuntimeImplementation): RegistrationId {
    const id: unknown = implementation?.descriptor?.id;
    if (typeof id !== "string") throw new TypeError("a Runtime_Implementation has a descriptor with an id");
    // @spec runtime.registration: missing = required \ implemented must be empty. Found out here, a method
    // that is missing costs a host its start; found out later, it would cost an instance its run.
    const missing = Object.entries(RUNTIME_INTERFACE_METHODS)
      .filter(([, method]) => typeof implementation[method] !== "function")
      .map(([name]) => name);
    if (missing.length > 0) {
      throw new FaygerError("RT_IMPLEMENTATION_INCOMPLETE", `${id} lacks ${missing.join(", ")}`, {
        implementation: id,
        missing_methods: missing,
      });
    }
    if (this.#implementations.has(id)) {
      // @spec runtime.registration.duplicate
      throw new FaygerError("RT_IMPLEMENTATION_DUPLICATE", `${id} is registered already`, { implementation: id });
    }
    this.#implementations.set(id, implementation);
    return id;
  }

  // @spec runtime.registration.list
  /** The descriptors, in the order of registration. */
  list(): RuntimeImplementationDescriptor[] {
    return [...this.#implementations.values()].map((implementation) => implementation.descriptor);
  }

  /** The implementation behind a registration. */
  implementation(id: RegistrationId): RuntimeImplementation | undefined {
    return this.#implementations.get(id);
  }

  /** All of them, in the order of registration. */
  implementations(): RuntimeImplementation[] {
    return [...this.#implementations.values()];
  }

  /**
   * Choose the implementation for an artifact.
   *
   * @throws FaygerError `RT_NO_MATCHING_IMPLEMENTATION`
   * @spec runtime.routing, runtime.routing.new-instances
   */
  resolve(manifest: Manifest, policy: RoutingPolicy = {}): RegistrationId {
    return route(this.implementations(), manifest, policy.quotas, policy.implementations ?? []).descriptor.id;
  }
}
