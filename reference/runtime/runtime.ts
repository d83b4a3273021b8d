import type { Manifest } from "../../generated/codecs/manifest.js";
import type { QuotaName } from "../../generated/enums/quota-name.js";
import type { RuntimeCapability } from "../../generated/enums/runtime-capability.js";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import { RUNTIME_INTERFACE_VERSION } from "../../generated/versions.js";
import type { BufObject } from "../contracts/buf-object.js";
import type {
  FailureInfo,
  InstanceId,
  InstanceQueries,
  InstanceSnapshots,
  InstanceUsage,
  QuotaGrants,
  RuntimeImplementation,
  RuntimeInterface,
} from "../contracts/runtime-interface.js";
import type { RoutingPolicy, RuntimeRegistry } from "./registry.js";
import { route } from "./router.js";
import { instanceNotFound } from "./runtime-errors.js";
import { snapshotUnavailable } from "./snapshot/snapshot-errors.js";

/**
 * The front of the runtime layer: one Runtime_Interface over all registered implementations. `load` chooses the
 * implementation, every other command goes to the one that holds the instance.
 *
 * @spec runtime.layer
 */
export class RuntimeLayer implements RuntimeInterface, InstanceQueries, QuotaGrants, InstanceSnapshots {
  readonly #registry: RuntimeRegistry;
  #policy: RoutingPolicy;
  /** Where manifests were routed, as long as nothing has changed: the same one may be loaded many times. */
  #routes = new WeakMap<Manifest, RuntimeImplementation>();
  /** The implementations for which the routes hold. */
  #routed: readonly RuntimeImplementation[] = [];
  /** Implementations that can tell which instances are theirs, as far as any was loaded; the replaced ones too. */
  readonly #holders = new Set<RuntimeImplementation>();
  /** Who holds the instances of the others. */
  readonly #owners = new Map<InstanceId, RuntimeImplementation>();
  #isClosed = false;

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

  /** The implementations that new instances may go to, in the order of registration. @spec runtime.registration.list */
  implementations(): readonly Pick<RuntimeImplementation, "descriptor" | "capabilities">[] {
    return this.#registry.implementations();
  }

  /**
   * Choose an implementation and make an instance, in state Loaded.
   *
   * @throws FaygerError `RT_NO_MATCHING_IMPLEMENTATION`
   * @throws TypeError where it was closed
   */
  load(object: BufObject): InstanceId {
    this.#mustBeOpen();
    const implementation = this.#route(object.manifest);
    if (implementation.holds !== undefined) {
      // Before it is loaded: a subscriber hears of the instance before the caller does.
      this.#holders.add(implementation);
      return implementation.load(object);
    }
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
   * The state in which the instance ends: Terminated or Failed. Resolves at once where it has ended, and never where it
   * never does.
   *
   * @throws FaygerError `RT_INSTANCE_NOT_FOUND`, as a rejection
   * @throws TypeError where the implementation that holds the instance does not answer this question
   */
  async whenSettled(id: InstanceId): Promise<LifecycleState> {
    return this.#beyond(id, "whenSettled")(id);
  }

  /**
   * What the program gave to `exit`, a u32; `undefined` where it did not call it.
   *
   * @throws FaygerError `RT_INSTANCE_NOT_FOUND`
   * @throws TypeError where the implementation that holds the instance does not answer this question
   */
  exitCode(id: InstanceId): number | undefined {
    return this.#beyond(id, "exitCode")(id);
  }

  /**
   * What the instance uses, and after its end what it had used then; `undefined` before `init`.
   *
   * @throws FaygerError `RT_INSTANCE_NOT_FOUND`
   * @throws TypeError where the implementation that holds the instance does not answer this question
   */
  usage(id: InstanceId): InstanceUsage | undefined {
    return this.#beyond(id, "usage")(id);
  }

  /**
   * Replace an upper bound of one instance, so that it can go on after it reached the old one.
   *
   * @param value the new bound, 0 to 2^53-1; it holds even above the host's ceiling
   * @throws FaygerError `RT_INSTANCE_NOT_FOUND`; `RT_ILLEGAL_TRANSITION` before `init` and after the instance's end
   * @throws TypeError where the value is no such number, or the implementation that holds the instance grants nothing
   * @spec quotas.grant
   */
  grantQuota(id: InstanceId, quota: QuotaName, value: number): void {
    this.#beyond(id, "grantQuota")(id, quota, value);
  }

  // @spec snapshots.unavailable
  snapshot(id: InstanceId): Uint8Array {
    const owner = this.#owner(id);
    if (owner.snapshot === undefined) throw snapshotUnavailable(id, "not_supported");
    return owner.snapshot(id);
  }

  /**
   * Make an instance of an object go on from a snapshot. The implementation is chosen as for a new instance, among those
   * with the capability `snapshot`.
   *
   * @returns the id of the instance, which is Suspended
   * @throws FaygerError `RT_SNAPSHOT_INVALID`, `RT_NO_MATCHING_IMPLEMENTATION`, `RT_CODE_INVALID`,
   * `RT_CAPABILITY_INSUFFICIENT`, `RT_QUOTA_EXCEEDED`
   * @throws TypeError where it was closed, also meanwhile
   * @spec lifecycle.snapshot.restore
   */
  async restore(object: BufObject, snapshot: Uint8Array): Promise<InstanceId> {
    this.#mustBeOpen();
    const { quotas, implementations: order = [] } = this.#policy;
    const implementation = route(this.#registry.implementations(), object.manifest, quotas, order, ["snapshot"]);
    if (implementation.restore === undefined) {
      throw new TypeError(`${implementation.descriptor.id} declares snapshots and restores none`);
    }
    if (implementation.holds !== undefined) this.#holders.add(implementation);
    const id = await implementation.restore(object, snapshot);
    if (implementation.holds === undefined) this.#owners.set(id, implementation);
    // One that cannot be closed does not know that nobody wants the instance any more.
    if (this.#isClosed && implementation.state(id) !== LifecycleState.Terminated) await implementation.terminate(id);
    this.#mustBeOpen();
    return id;
  }

  /**
   * Prefer other implementations from now on: new instances go to the first of these that can run them. Instances that
   * exist stay where they are.
   *
   * @param implementations their ids, the most wanted first; one that is not registered is passed over
   * @spec runtime.routing.new-instances
   */
  prefer(implementations: readonly string[]): void {
    this.#policy = { ...this.#policy, implementations: [...implementations] };
    this.#routes = new WeakMap();
  }

  /**
   * End every instance, and let each implementation give back what it keeps for later ones. Nothing can be loaded
   * afterwards, and what has ended stays answerable.
   *
   * @spec runtime.close
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    const implementations = new Set([...this.#registry.implementations(), ...this.#holders, ...this.#owners.values()]);
    const ended = [...this.#owners].map(async ([id, owner]) => {
      if (owner.close === undefined && owner.state(id) !== LifecycleState.Terminated) await owner.terminate(id);
    });
    const closed = [...implementations].map(async (implementation) => implementation.close?.());
    // One that fails keeps no other from its end.
    const failed = (await Promise.allSettled([...ended, ...closed])).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new TypeError("this runtime was closed");
  }

  /** Id of the implementation that holds an instance. */
  implementationOf(id: InstanceId): string {
    return this.#owner(id).descriptor.id;
  }

  // @spec runtime.routing.new-instances
  #route(manifest: Manifest): RuntimeImplementation {
    const implementations = this.#registry.implementations();
    if (implementations !== this.#routed) {
      this.#routed = implementations;
      this.#routes = new WeakMap();
    }
    const known = this.#routes.get(manifest);
    if (known !== undefined) return known;
    const { quotas, implementations: order = [] } = this.#policy;
    const chosen = route(implementations, manifest, quotas, order);
    this.#routes.set(manifest, chosen);
    return chosen;
  }

  #owner(id: InstanceId): RuntimeImplementation {
    for (const holder of this.#holders) if (holder.holds?.(id) === true) return holder;
    const owner = this.#owners.get(id) ?? this.#newOwner(id);
    if (owner === undefined) throw instanceNotFound(id);
    return owner;
  }

  /**
   * The owner of an instance whose `load` has not returned, where it cannot tell what it holds: a subscriber hears of the
   * instance before the caller does.
   *
   * @spec runtime.instance-not-found
   */
  #newOwner(id: InstanceId): RuntimeImplementation | undefined {
    return this.#registry.implementations().find((implementation) => {
      if (implementation.holds !== undefined) return false;
      try {
        implementation.state(id);
        return true;
      } catch {
        return false;
      }
    });
  }

  /** A method beyond the twelve, of the implementation that holds an instance. */
  #beyond<K extends keyof (InstanceQueries & QuotaGrants)>(
    id: InstanceId,
    name: K,
  ): (InstanceQueries & QuotaGrants)[K] {
    const owner = this.#owner(id);
    const method = owner[name];
    if (method === undefined) throw new TypeError(`${owner.descriptor.id} does not answer ${name}`);
    return method.bind(owner) as (InstanceQueries & QuotaGrants)[K];
  }
}
