import type { RuntimeCapability } from "../../generated/enums/runtime-capability.js";
import type { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import { RUNTIME_INTERFACE_VERSION } from "../../generated/versions.js";
import type { BufObject } from "../contracts/buf-object.js";
import type {
  FailureInfo,
  InstanceId,
  InstanceQueries,
  InstanceUsage,
  RuntimeImplementation,
  RuntimeInterface,
} from "../contracts/runtime-interface.js";
import type { RoutingPolicy, RuntimeRegistry } from "./registry.js";
import { instanceNotFound } from "./runtime-errors.js";

/**
 * The front of the runtime layer: one Runtime_Interface over all registered implementations. `load` chooses the
 * implementation, every other command goes to the one that holds the instance.
 *
 * @spec runtime.layer
 */
export class RuntimeLayer implements RuntimeInterface, InstanceQueries {
  readonly #registry: RuntimeRegistry;
  readonly #policy: RoutingPolicy;
  readonly #owners = new Map<InstanceId, RuntimeImplementation>();

  /**
   * @param registry the implementations; more may be registered later and serve instances loaded from then on
   * @param policy the host's quotas and order of preference
   */
  constructor(registry: RuntimeRegistry, policy: RoutingPolicy = {}) {
    this.#registry = registry;
    this.#policy = policy;
  }

  rtVersion(): readonly [number, number, number] {
    return RUNTIME_INTERFACE_VERSION;
  }

  /** What any of the implementations can do. */
  capabilities(): ReadonlySet<RuntimeCapability> {
    return new Set(this.#registry.implementations().flatMap((implementation) => [...implementation.capabilities()]));
  }

  /**
   * Choose an implementation and make an instance, in state Loaded.
   *
   * @throws FaygerError `RT_NO_MATCHING_IMPLEMENTATION`
   */
  load(object: BufObject): InstanceId {
    const registration = this.#registry.resolve(object.manifest, this.#policy);
    const implementation = this.#registry.implementation(registration) as RuntimeImplementation;
    const id = implementation.load(object);
    this.#owners.set(id, implementation);
    return id;
  }

  async init(id: InstanceId): Promise<void> {
    return this.#owner(id).init(id);
  }

  async start(id: InstanceId): Promise<void> {
    return this.#owner(id).start(id);
  }

  async suspend(id: InstanceId): Promise<void> {
    return this.#owner(id).suspend(id);
  }

  async resume(id: InstanceId): Promise<void> {
    return this.#owner(id).resume(id);
  }

  async terminate(id: InstanceId): Promise<void> {
    return this.#owner(id).terminate(id);
  }

  state(id: InstanceId): LifecycleState {
    return this.#owner(id).state(id);
  }

  failureInfo(id: InstanceId): FailureInfo | undefined {
    return this.#owner(id).failureInfo(id);
  }

  emit(id: InstanceId, instruction: Uint8Array): Uint8Array | Promise<Uint8Array> {
    return this.#owner(id).emit(id, instruction);
  }

  onEvent(id: InstanceId, event: Uint8Array): void {
    this.#owner(id).onEvent(id, event);
  }

  /**
   * @inheritDoc
   * @throws TypeError where the implementation that holds the instance does not answer this question
   */
  async whenSettled(id: InstanceId): Promise<LifecycleState> {
    return this.#query(id, "whenSettled")(id);
  }

  /**
   * @inheritDoc
   * @throws TypeError where the implementation that holds the instance does not answer this question
   */
  exitCode(id: InstanceId): number | undefined {
    return this.#query(id, "exitCode")(id);
  }

  /**
   * @inheritDoc
   * @throws TypeError where the implementation that holds the instance does not answer this question
   */
  usage(id: InstanceId): InstanceUsage | undefined {
    return this.#query(id, "usage")(id);
  }

  /** Id of the implementation that holds an instance. */
  implementationOf(id: InstanceId): string {
    return this.#owner(id).descriptor.id;
  }

  #owner(id: InstanceId): RuntimeImplementation {
    const owner = this.#owners.get(id) ?? this.#newOwner(id);
    if (owner === undefined) throw instanceNotFound(id);
    return owner;
  }

  /**
   * The owner of an instance whose `load` has not returned: a subscriber hears of the instance before the caller does.
   *
   * @spec runtime.instance-not-found
   */
  #newOwner(id: InstanceId): RuntimeImplementation | undefined {
    return this.#registry.implementations().find((implementation) => {
      try {
        implementation.state(id);
        return true;
      } catch {
        return false;
      }
    });
  }

  #query<K extends keyof InstanceQueries>(id: InstanceId, name: K): InstanceQueries[K] {
    const owner = this.#owner(id);
    const query = owner[name];
    if (query === undefined) throw new TypeError(`${owner.descriptor.id} does not answer ${name}`);
    return query.bind(owner) as InstanceQueries[K];
  }
}
