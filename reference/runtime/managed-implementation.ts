import type { Manifest } from "../../generated/codecs/manifest.js";
import type { SnapshotState } from "../../generated/codecs/snapshot-state.js";
import { QUOTAS, type QuotaName } from "../../generated/enums/quota-name.js";
import type { RuntimeCapability } from "../../generated/enums/runtime-capability.js";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import { RUNTIME_INTERFACE_VERSION } from "../../generated/versions.js";
import type { BufObject } from "../contracts/buf-object.js";
import type { Clock, EventPublisher } from "../contracts/event-bus.js";
import type { ChannelPosition, InstructionBus, InstructionChannel } from "../contracts/instruction-bus.js";
import type {
  FailureInfo,
  InstanceId,
  InstanceQueries,
  InstanceSnapshots,
  InstanceUsage,
  QuotaGrants,
  RuntimeImplementation,
  RuntimeImplementationDescriptor,
} from "../contracts/runtime-interface.js";
import type { Sha256 } from "../contracts/security.js";
import { describeChain } from "../errors/cause-chain.js";
import { FaygerError, is, isFaygerError } from "../errors/fayger-error.js";
import { hostError } from "../errors/host-error.js";
import { isCompletion, isWellFormedEvent } from "./event-name.js";
import type { ExecutionStrategy } from "./execution-strategy.js";
import { GuestRun, type GuestRunObserver } from "./guest-run.js";
import { Instance } from "./instance.js";
import type { InstanceIds } from "./instance-ids.js";
import { LifecycleManager } from "./lifecycle/lifecycle-manager.js";
import type { PendingCommand } from "./lifecycle/pending-command.js";
import { refusalReason, requiredRuntimeCapabilities } from "./required-capabilities.js";
import { busQuotas, effectiveQuotas, type HostQuotas } from "./resource-monitor.js";
import { noMatchingImplementation } from "./router.js";
import { eventRejected, illegalTransition, instanceFailed, instanceNotFound } from "./runtime-errors.js";
import { readSnapshot, writeSnapshot } from "./snapshot/snapshot-document.js";
import { snapshotUnavailable } from "./snapshot/snapshot-errors.js";
import type { TaskScheduler } from "./task-scheduler.js";

/** What a managed implementation is made of. Everything that varies is injected. */
export interface ManagedImplementationOptions {
  /** What it says of itself; its code formats are the strategy's. */
  readonly descriptor: Omit<RuntimeImplementationDescriptor, "codeFormats">;
  /** How code is executed. */
  readonly strategy: ExecutionStrategy;
  /** The way to the host. */
  readonly bus: InstructionBus;
  /** Where events go. */
  readonly events: EventPublisher;
  /** Dates failures. */
  readonly clock: Clock;
  /** Issues instance ids. */
  readonly ids: InstanceIds;
  /** Runs the turns of the programs. */
  readonly scheduler: TaskScheduler;
  /** Digests for snapshots. Without it none can be taken, whatever the strategy can. */
  readonly sha256?: Sha256;
  /** Ceilings of the host above every manifest's quotas. */
  readonly hostQuotas?: HostQuotas | undefined;
}

/** What happens where a quota is reached, as `resource.quota_reached` tells it: the column `exceeded`, or `fail` during `init`. */
type QuotaAction = "suspend" | "fail" | "reject" | "deny" | "throttle";

/**
 * A Runtime_Implementation around an {@link ExecutionStrategy}: lifecycle, capabilities, quotas, events and failures
 * are the same whatever executes the code.
 *
 * @spec runtime.interface
 */
export class ManagedImplementation implements RuntimeImplementation, InstanceQueries, QuotaGrants, InstanceSnapshots {
  readonly descriptor: RuntimeImplementationDescriptor;
  readonly #options: ManagedImplementationOptions;
  readonly #capabilities: ReadonlySet<RuntimeCapability>;
  readonly #lifecycle: LifecycleManager;
  /** Manifests that were found runnable: the same one may be loaded many times. */
  readonly #runnable = new WeakSet<Manifest>();
  // @spec lifecycle.terminated-answerable
  readonly #instances = new Map<InstanceId, Instance>();
  #isClosed = false;

  /** @param options what it is made of */
  constructor(options: ManagedImplementationOptions) {
    this.#options = options;
    this.descriptor = { ...options.descriptor, codeFormats: options.strategy.codeFormats };
    const capabilities = new Set(options.strategy.capabilities);
    // A guest that can wait for its replies can be kept waiting. @spec runtime.capabilities
    if (capabilities.has("blocking_emit")) capabilities.add("throttle");
    if (options.sha256 === undefined) capabilities.delete("snapshot");
    this.#capabilities = capabilities;
    this.#lifecycle = new LifecycleManager(options.events);
  }

  rtVersion(): readonly [number, number, number] {
    return RUNTIME_INTERFACE_VERSION;
  }

  capabilities(): ReadonlySet<RuntimeCapability> {
    return this.#capabilities;
  }

  /**
   * Make an instance, in state Loaded.
   *
   * @throws FaygerError `RT_NO_MATCHING_IMPLEMENTATION` where this implementation cannot run the artifact: routing
   * asks before, other callers might not
   * @throws TypeError where it was closed
   */
  load(object: BufObject): InstanceId {
    this.#mustBeOpen();
    if (!this.#runnable.has(object.manifest)) this.#mustRun(object.manifest);
    const instance = new Instance(this.#options.ids(), object);
    this.#instances.set(instance.id, instance);
    this.#lifecycle.enter(instance, "load");
    return instance.id;
  }

  /** Whether this implementation issued the id. */
  holds(id: InstanceId): boolean {
    return this.#instances.has(id);
  }

  // @spec lifecycle.init
  async init(id: InstanceId): Promise<void> {
    const instance = this.#instance(id);
    const command = this.#lifecycle.begin(instance, "init");
    const object = instance.object as BufObject;
    const quotas = effectiveQuotas(object.manifest.quotas, this.#options.hostQuotas, this.#capabilities);
    const run = new GuestRun(instance, object, quotas, this.#options, this.#observer(instance, command));
    instance.run = run;
    // @spec lifecycle.init.fails
    run.initialize(object).catch((error: unknown) => this.#fail(instance, asFailure(instance, error), command));
    return command.answered;
  }

  async start(id: InstanceId): Promise<void> {
    const instance = this.#instance(id);
    const command = this.#lifecycle.begin(instance, "start");
    const run = instance.run as GuestRun;
    let channel: InstructionChannel;
    try {
      channel = this.#negotiate(instance, run);
    } catch (error) {
      this.#lifecycle.refuse(instance, command, asFailure(instance, error));
      return command.answered;
    }
    const close = (): void => void this.#attempt(id, "close", () => channel.close());
    // A subscriber that heard of the negotiation may have ended the instance.
    if (!command.open || instance.object === undefined) {
      close();
      return command.answered;
    }
    // @spec lifecycle.start.returns
    try {
      run.start(channel);
    } catch (error) {
      close();
      this.#fail(instance, asFailure(instance, error), command);
    }
    this.#lifecycle.complete(instance, command);
    return command.answered;
  }

  async suspend(id: InstanceId): Promise<void> {
    const instance = this.#instance(id);
    const command = this.#lifecycle.begin(instance, "suspend");
    // @spec lifecycle.suspend.stopped
    if ((instance.run as GuestRun).stop()) this.#suspended(instance, command);
    return command.answered;
  }

  async resume(id: InstanceId): Promise<void> {
    const instance = this.#instance(id);
    const command = this.#lifecycle.begin(instance, "resume");
    const run = instance.run as GuestRun;
    const exceeded = run.exceeded;
    // @spec quotas.resume: a quota that is still exceeded would stop the program at once.
    if (exceeded !== undefined) {
      this.#lifecycle.refuse(instance, command, exceeded);
      return command.answered;
    }
    this.#lifecycle.complete(instance, command);
    // A subscriber that heard of the transition may have ended or suspended the instance.
    if (instance.state === LifecycleState.Running) run.resume();
    return command.answered;
  }

  async terminate(id: InstanceId): Promise<void> {
    const instance = this.#instance(id);
    this.#lifecycle.terminate(instance);
    // @spec lifecycle.destroy: the explicit end of a failed instance releases what was kept of its failure.
    instance.failure = undefined;
    this.#release(instance);
  }

  state(id: InstanceId): LifecycleState {
    return this.#instance(id).state;
  }

  failureInfo(id: InstanceId): FailureInfo | undefined {
    return this.#instance(id).failure;
  }

  emit(id: InstanceId, instruction: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const instance = this.#instance(id);
    const { run, state } = instance;
    // @spec lifecycle.emit-states
    if (state !== LifecycleState.Running || run === undefined) throw illegalTransition(id, state, "emit");
    try {
      // Not `slice`, which copies nothing of Node's Buffer.
      const reply = run.emit(new Uint8Array(instruction));
      // The call may have closed the last subscription: then the program has nothing left to do.
      if (reply instanceof Uint8Array) {
        run.wake();
        return reply;
      }
      return reply
        .catch((error: unknown) => {
          throw hostError(error, "emit");
        })
        .finally(() => run.wake());
    } catch (error) {
      // @spec runtime.interface: a bus that breaks its word fails the command with a code like everything else.
      throw hostError(error, "emit");
    }
  }

  onEvent(id: InstanceId, event: Uint8Array): void {
    const instance = this.#instance(id);
    const { run, state } = instance;
    // @spec lifecycle.on-event-states
    if (run === undefined || (state !== LifecycleState.Running && state !== LifecycleState.Suspended)) {
      throw illegalTransition(id, state, "on_event");
    }
    // @spec lifecycle.on-event.rejected
    if (!run.hasEvents) throw eventRejected(id, "no_event_handler");
    if (!isWellFormedEvent(event)) throw eventRejected(id, "malformed");
    const { max_pending_events: limit } = run.quotas;
    // @spec quotas.pending-events
    if (!run.enqueue(new Uint8Array(event), isCompletion(event))) {
      this.#queueFull(id, limit);
      throw eventRejected(id, "max_pending_events", limit);
    }
  }

  /**
   * The state in which the instance ends: Terminated or Failed. Resolves at once where it has ended, and never where
   * it never does.
   *
   * @spec runtime.when-settled
   */
  async whenSettled(id: InstanceId): Promise<LifecycleState> {
    const instance = this.#instance(id);
    if (hasEnded(instance.state)) return instance.state;
    return new Promise((resolve) => {
      instance.waiting ??= [];
      instance.waiting.push(resolve);
    });
  }

  /** What the program gave to `exit`, a u32; `undefined` where it did not call it. @spec guest-abi.exit */
  exitCode(id: InstanceId): number | undefined {
    return this.#instance(id).exitCode;
  }

  /** What the instance uses, and after its end what it had used then; `undefined` before `init`. @spec quotas.usage */
  usage(id: InstanceId): InstanceUsage | undefined {
    const { run, lastUsage } = this.#instance(id);
    return run === undefined ? lastUsage : coded("usage", () => run.usage());
  }

  /** @inheritDoc */
  // @spec quotas.grant
  grantQuota(id: InstanceId, quota: QuotaName, value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new TypeError("a quota is an integer from 0 to 2^53-1");
    const { run, state } = this.#instance(id);
    const row = QUOTAS.find(({ name }) => name === quota);
    if (row === undefined) throw new TypeError(`there is no quota ${String(quota)}`);
    if (row.implies !== null && !this.#capabilities.has(row.implies)) {
      throw new TypeError(`${this.descriptor.id} cannot hold ${quota}: it lacks ${row.implies}`);
    }
    if (run === undefined) throw illegalTransition(id, state, "resume");
    coded("grant", () => run.grant(quota, value));
  }

  /** @inheritDoc */
  // @spec snapshots.unavailable, lifecycle.snapshot.when
  snapshot(id: InstanceId): Uint8Array {
    const { run, object, state } = this.#instance(id);
    const { sha256 } = this.#options;
    if (sha256 === undefined || !this.#capabilities.has("snapshot")) throw snapshotUnavailable(id, "not_supported");
    if (state !== LifecycleState.Suspended || run === undefined || object === undefined) {
      throw snapshotUnavailable(id, "not_suspended");
    }
    const captured = coded("snapshot", () => run.capture());
    if (typeof captured === "string") throw snapshotUnavailable(id, captured);
    return writeSnapshot(captured, object, sha256);
  }

  /** @inheritDoc */
  // @spec lifecycle.snapshot.restore, snapshots.init
  async restore(object: BufObject, snapshot: Uint8Array): Promise<InstanceId> {
    this.#mustBeOpen();
    const { manifest } = object;
    this.#mustRun(manifest, ["snapshot"]);
    const { sha256, hostQuotas } = this.#options;
    const saved = readSnapshot(snapshot, object, sha256 as Sha256);
    const instance = new Instance(this.#options.ids(), object);
    const quotas = effectiveQuotas(manifest.quotas, hostQuotas, this.#capabilities);
    const run = new GuestRun(instance, object, quotas, this.#options, this.#observer(instance), saved);
    instance.run = run;
    try {
      await run.restore(object, saved);
      run.attach(this.#negotiate(instance, run, saved));
    } catch (error) {
      run.end();
      throw asFailure(instance, error);
    }
    // @spec runtime.close: what was restored while the host closed would live on behind it.
    if (this.#isClosed) run.end();
    this.#mustBeOpen();
    this.#instances.set(instance.id, instance);
    this.#lifecycle.enter(instance, "restore");
    return instance.id;
  }

  /** @inheritDoc */
  // @spec runtime.close
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { id, state } of this.#instances.values()) {
      if (state !== LifecycleState.Terminated) await this.terminate(id);
    }
    this.#options.strategy.close?.();
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new TypeError(`${this.descriptor.id} was closed`);
  }

  #mustRun(manifest: Manifest, beyond: readonly RuntimeCapability[] = []): void {
    const required = requiredRuntimeCapabilities(manifest, this.#options.hostQuotas, beyond);
    const reason = refusalReason(this, manifest, required);
    if (reason !== undefined) {
      throw noMatchingImplementation(manifest, required, [`${this.descriptor.id}: ${reason}`]);
    }
    this.#runnable.add(manifest);
  }

  // ---- transitions --------------------------------------------------------------------------------------------------

  /** @param init the command that the program's first steps are on behalf of; none where it was restored */
  #observer(instance: Instance, init?: PendingCommand): GuestRunObserver {
    return {
      initialized: () => {
        if (init !== undefined) this.#lifecycle.complete(instance, init);
      },
      stopped: () => {
        if (instance.pending !== undefined) this.#suspended(instance, instance.pending);
      },
      completed: (exitCode) => this.#completed(instance, exitCode),
      failed: (error) => this.#fail(instance, error, init),
      quotaReached: (error) => this.#quotaReached(instance, error, init),
      eventRefused: () => this.#queueFull(instance.id, instance.run?.quotas.max_pending_events),
      quotaMet: (quota, limit, action) => this.#publishQuota(instance.id, quota, limit, action),
      broken: (error) => this.#publishError(instance.id, error),
    };
  }

  #suspended(instance: Instance, command: PendingCommand): void {
    instance.run?.suspend();
    this.#lifecycle.complete(instance, command);
  }

  #completed(instance: Instance, exitCode: number | undefined): void {
    if (hasEnded(instance.state)) return;
    instance.exitCode = exitCode;
    const { events } = this.#options;
    if (exitCode !== undefined && events.enabled("lifecycle")) {
      // @spec lifecycle.exit
      events.publish("lifecycle.exited", { exit_code: exitCode }, instance.id);
    }
    // A subscriber that heard of it may have ended the instance. What else it asked for is overtaken.
    if (instance.state !== LifecycleState.Running) return;
    this.#lifecycle.fire(instance, "complete");
    this.#release(instance);
  }

  #quotaReached(instance: Instance, error: FaygerError<"RT_QUOTA_EXCEEDED">, init: PendingCommand | undefined): void {
    // @spec quotas.during-init: there is no state between Loaded and Initialized in which a program could wait.
    if (instance.state !== LifecycleState.Running) {
      this.#fail(instance, error, init);
      return;
    }
    this.#publishQuota(instance.id, error.context.quota, error.context.limit, "suspend");
    // A subscriber that heard of it may have ended or suspended the instance, or granted it more.
    if (instance.state !== LifecycleState.Running) return;
    instance.run?.suspend();
    this.#lifecycle.fire(instance, "quota");
  }

  /** Enter Failed. Whatever happened is kept until the instance is destroyed. */
  #fail(instance: Instance, error: FaygerError, command: PendingCommand | undefined): void {
    if (hasEnded(instance.state)) return;
    if (is(error, "RT_QUOTA_EXCEEDED")) {
      this.#publishQuota(instance.id, error.context.quota, error.context.limit, "fail");
      // A subscriber that heard of it may have ended the instance.
      if (hasEnded(instance.state)) return;
    }
    instance.failure = {
      lastInstruction: this.#attempt(instance.id, "lastInstruction", () => instance.run?.lastInstruction),
      error,
      timeUnixNanoseconds: this.#options.clock.unixNanoseconds(),
    };
    this.#lifecycle.fail(instance, error, command);
    this.#publishError(instance.id, error);
    this.#release(instance);
  }

  /** Let go of everything but the answers that stay. @spec lifecycle.end-releases */
  #release(instance: Instance): void {
    const { run, waiting } = instance;
    instance.lastUsage ??= this.#attempt(instance.id, "usage", () => run?.usage());
    instance.run = undefined;
    instance.object = undefined;
    instance.waiting = undefined;
    run?.end();
    if (waiting !== undefined) for (const resolve of waiting) resolve(instance.state);
  }

  // ---- adapter layer ------------------------------------------------------------------------------------------------

  /**
   * A channel on which the instance has every capability that it cannot start without.
   *
   * @throws FaygerError `RT_CAPABILITY_INSUFFICIENT`
   * @spec lifecycle.start.missing, lifecycle.start.empty-request
   */
  #negotiate(instance: Instance, run: GuestRun, resumed?: SnapshotState): InstructionChannel {
    const { requiredCapabilities } = (instance.object as BufObject).manifest;
    const { nextHandle = 1, nextCall = 1, lastInstruction } = resumed ?? {};
    const channel = this.#open(instance, run, resumed && { nextHandle, nextCall, lastInstruction });
    const granted: ReadonlySet<string> = new Set(channel.negotiation.granted);
    const missing = requiredCapabilities.filter((capability) => !granted.has(capability));
    // @spec manifest.required-capabilities: required \ granted must be empty, or the program would meet its limits half way.
    if (missing.length === 0) return channel;
    this.#attempt(instance.id, "close", () => channel.close());
    const what = `not granted: ${missing.join(", ")}`;
    throw new FaygerError("RT_CAPABILITY_INSUFFICIENT", what, { instance: instance.id, missing });
  }

  /** @spec capabilities.negotiation: the bus negotiates, once for each start. */
  #open(instance: Instance, run: GuestRun, resumed?: ChannelPosition): InstructionChannel {
    const { manifest } = instance.object as BufObject;
    const { quotas } = run;
    return this.#options.bus.open({
      ...(resumed !== undefined && { resumed }),
      instance: instance.id,
      required: manifest.requiredCapabilities,
      optional: manifest.optionalCapabilities ?? [],
      // @spec manifest.host-functions
      hostFunctions: manifest.hostFunctions,
      quotas: busQuotas(quotas),
      // @spec instructions.would-block: without the capability an answer that takes time is an error reply.
      mayBlock: this.capabilities().has("blocking_emit"),
      deliver: (event, completion, isWanted) => run.deliver(event, completion, isWanted),
      pendingCompletions: () => run.pendingCompletions,
    });
  }

  #queueFull(id: InstanceId, limit = 0): void {
    this.#publishQuota(id, "max_pending_events", limit, "reject");
  }

  // @spec quotas.events
  #publishQuota(id: InstanceId, quota: QuotaName, limit: number, action: QuotaAction): void {
    const { events } = this.#options;
    if (events.enabled("resource")) events.publish("resource.quota_reached", { quota, limit, action }, id);
  }

  // @spec events.raised
  #publishError(id: InstanceId, error: FaygerError): void {
    const { events } = this.#options;
    if (!events.enabled("error")) return;
    const { code, sourceLayer, message } = error;
    events.publish("error.raised", { code, layer: sourceLayer, message, chain: describeChain(error) }, id);
  }

  /** Ask a part of the surroundings where nobody waits for the answer; what it throws is published and goes no further. */
  #attempt<T>(id: InstanceId, call: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#publishError(id, hostError(error, call));
      return undefined;
    }
  }

  #instance(id: InstanceId): Instance {
    const instance = this.#instances.get(id);
    if (instance === undefined) throw instanceNotFound(id);
    return instance;
  }
}

function hasEnded(state: LifecycleState): boolean {
  return state === LifecycleState.Terminated || state === LifecycleState.Failed;
}

/** An error of the runtime says by itself what happened; any other becomes its cause. @spec lifecycle.failure-cause */
function asFailure(instance: Instance, error: unknown): FaygerError {
  const known = isFaygerError(error) ? error : hostError(error);
  if (known.sourceLayer === "runtime") return known;
  return instanceFailed(instance.id, instance.state, "the instance cannot go on", known);
}

/** Run work of the surroundings; what it throws gets a code. @spec runtime.interface */
function coded<T>(call: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw hostError(error, call);
  }
}
