import type { Manifest } from "../../generated/codecs/manifest.js";
import type { EventFields, EventName } from "../../generated/events/event-fields.js";
import type { HostPolicy } from "../../generated/json/host-policy.js";
import type { EventPublisher } from "../contracts/event-bus.js";
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
  readonly #events: EventPublisher | undefined;
  #implementations: readonly RuntimeImplementation[] = [];

  /** @param events where changes are published */
  constructor(events?: EventPublisher) {
    this.#events = events;
  }

  /**
   * Add an implementation.
   *
   * @throws FaygerError `RT_IMPLEMENTATION_INCOMPLETE` with the methods it lacks, `RT_IMPLEMENTATION_DUPLICATE`
   * @throws TypeError where it has no descriptor
   * @spec runtime.registration
   */
  register(implementation: RuntimeImplementation): RegistrationId {
    const id = completeId(implementation);
    if (this.implementation(id) !== undefined) {
      // @spec runtime.registration.duplicate
      throw new FaygerError("RT_IMPLEMENTATION_DUPLICATE", `${id} is registered already`, { implementation: id });
    }
    this.#implementations = [...this.#implementations, implementation];
    this.#publish("capability.implementation_registered", { implementation: id });
    return id;
  }

  /**
   * Put an implementation in the place of another, in the order too. New instances go to the new one; those of the old
   * one stay with it to their end.
   *
   * @param replaced the registration to replace; the new one may have the same id
   * @throws FaygerError `RT_IMPLEMENTATION_INCOMPLETE`, `RT_IMPLEMENTATION_DUPLICATE`
   * @throws TypeError where nothing is registered as `replaced`, or the new one has no descriptor
   * @spec runtime.registration.replace
   */
  replace(replaced: RegistrationId, implementation: RuntimeImplementation): RegistrationId {
    const id = completeId(implementation);
    const at = this.#indexOf(replaced);
    if (id !== replaced && this.implementation(id) !== undefined) {
      throw new FaygerError("RT_IMPLEMENTATION_DUPLICATE", `${id} is registered already`, { implementation: id });
    }
    this.#implementations = this.#implementations.map((old, index) => (index === at ? implementation : old));
    this.#publish("capability.implementation_registered", { implementation: id, replaced });
    return id;
  }

  /**
   * Take an implementation out. Its instances stay with it to their end.
   *
   * @throws TypeError where nothing is registered under the id
   * @spec runtime.registration.replace
   */
  deregister(id: RegistrationId): void {
    const at = this.#indexOf(id);
    this.#implementations = this.#implementations.filter((_implementation, index) => index !== at);
    this.#publish("capability.implementation_deregistered", { implementation: id });
  }

  // @spec runtime.registration.list
  /** The descriptors, in the order of registration. */
  list(): RuntimeImplementationDescriptor[] {
    return this.#implementations.map((implementation) => implementation.descriptor);
  }

  /** The implementation behind a registration. */
  implementation(id: RegistrationId): RuntimeImplementation | undefined {
    return this.#implementations.find((implementation) => implementation.descriptor.id === id);
  }

  /** All of them, in the order of registration. A new array after each change, the same one until then. */
  implementations(): readonly RuntimeImplementation[] {
    return this.#implementations;
  }

  /**
   * Choose the implementation for an artifact.
   *
   * @throws FaygerError `RT_NO_MATCHING_IMPLEMENTATION`
   * @spec runtime.routing, runtime.routing.new-instances
   */
  resolve(manifest: Manifest, policy: RoutingPolicy = {}): RegistrationId {
    return route(this.#implementations, manifest, policy.quotas, policy.implementations ?? []).descriptor.id;
  }

  #indexOf(id: RegistrationId): number {
    const at = this.#implementations.findIndex((implementation) => implementation.descriptor.id === id);
    if (at < 0) throw new TypeError(`nothing is registered as ${id}`);
    return at;
  }

  #publish<N extends EventName>(name: N, fields: EventFields[N]): void {
    if (this.#events?.enabled("capability") === true) this.#events.publish(name, fields);
  }
}

/** Id of a candidate that has every method. */
function completeId(implementation: RuntimeImplementation): RegistrationId {
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
  return id;
}
