import type { QuotaName } from "../../generated/enums/quota-name.js";
import type { RuntimeCapability } from "../../generated/enums/runtime-capability.js";
import { decodeEvent, InstructionError } from "../../generated/instructions/message.js";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import { RUNTIME_INTERFACE_VERSION } from "../../generated/versions.js";
import type { BufObject } from "../contracts/buf-object.js";
import type { Clock, EventPublisher } from "../contracts/event-bus.js";
import type { InstructionBus, InstructionChannel } from "../contracts/instruction-bus.js";
import type {
  FailureInfo,
  InstanceId,
  InstanceQueries,
  InstanceUsage,
  RuntimeImplementation,
  RuntimeImplementationDescriptor,
} from "../contracts/runtime-interface.js";
import { describeChain } from "../errors/cause-chain.js";
import { FaygerError, is, isFaygerError } from "../errors/fayger-error.js";
import { hostError } from "../errors/host-error.js";
import { isCompletion } from "./event-name.js";
import type { ExecutionStrategy } from "./execution-strategy.js";
import { GuestRun, type GuestRunObserver } from "./guest-run.js";
import { Instance } from "./instance.js";
import type { InstanceIds } from "./instance-ids.js";
import { LifecycleManager } from "./lifecycle/lifecycle-manager.js";
import type { PendingCommand } from "./lifecycle/pending-command.js";
import { refusalReason, requiredRuntimeCapabilities } from "./required-capabilities.js";
import { effectiveQuotas, type HostQuotas } from "./resource-monitor.js";
import { noMatchingImplementation } from "./router.js";
import { illegalTransition, instanceFailed, instanceNotFound } from "./runtime-errors.js";
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
  /** Ceilings of the host above every manifest's quotas. */
  readonly hostQuotas?: HostQuotas | undefined;
}

/**
 * A Runtime_Implementation around an {@link ExecutionStrategy}: lifecycle, capabilities, quotas, events and failures
 * are the same whatever executes the code.
 *
 * @spec runtime.interface
 */
export class ManagedImplementation implements RuntimeImplementation, InstanceQueries {
  readonly descriptor: RuntimeImplementationDescriptor;
  readonly #options: ManagedImplementationOptions;
  readonly #lifecycle: LifecycleManager;
  // @spec lifecycle.terminated-answerable
  readonly #instances = new Map<InstanceId, Instance>();

  /** @param options what it is made of */
  constructor(options: ManagedImplementationOptions) {
    this.#options = options;
    this.descriptor = { ...options.descriptor, codeFormats: options.strategy.codeFormats };
    this.#lifecycle = new LifecycleManager(options.events);
  }

  rtVersion(): readonly [number, number, number] {
    return RUNTIME_INTERFACE_VERSION;
  }

  capabilities(): ReadonlySet<RuntimeCapability> {
    return this.#options.strategy.capabilities;
  }

  /**
   * Make an instance, in state Loaded.
   *
   * @throws FaygerError `RT_NO_MATCHING_IMPLEMENTATION` where this implementation cannot run the artifact: routing
   * asks before, other callers might not
   */
  load(object: BufObject): InstanceId {
    const required = requiredRuntimeCapabilities(object.manifest, this.#options.hostQuotas);
    const reason = refusalReason(this, object.manifest, required);
    if (reason !== undefined) {
      throw noMatchingImplementation(object.manifest, required, [`${this.descriptor.id}: ${reason}`]);
    }
    const instance = new Instance(this.#options.ids(), object);
    this.#instances.set(instance.id, instance);
    this.#lifecycle.enter(instance, "load");
    return instance.id;
  }

  // @spec lifecycle.init
  async init(id: InstanceId): Promise<void> {
    const instance = this.#instance(id);
    const command = this.#lifecycle.begin(instance, "init");
    const object = instance.object as BufObject;
    const { hostQuotas, strategy, events, scheduler } = this.#options;
    const quotas = effectiveQuotas(object.manifest.quotas, hostQuotas, strategy.capabilities);
    const run = new GuestRun(
      instance,
      object,
      quotas,
      { strategy, events, scheduler },
      this.#observer(instance, command),
    );
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
      channel = this.#open(instance, run);
    } catch (error) {
      this.#lifecycle.refuse(instance, command, asFailure(instance, error));
      return command.answered;
    }
    // A subscriber that heard of the negotiation may have ended the instance.
    if (!command.open || instance.object === undefined) {
      channel.close();
      return command.answered;
    }
    const { requiredCapabilities } = instance.object.manifest;
    const granted = new Set(channel.negotiation.granted);
    const missing = requiredCapabilities.filter((capability) => !granted.has(capability));
    // @spec lifecycle.start.missing, lifecycle.start.empty-request
    // @spec manifest.required-capabilities: required \ granted must be empty, or the program would meet its limits half way.
    if (missing.length > 0) {
      channel.close();
      const what = `not granted: ${missing.join(", ")}`;
      const error = new FaygerError("RT_CAPABILITY_INSUFFICIENT", what, { instance: id, missing });
      this.#lifecycle.refuse(instance, command, error);
      return command.answered;
    }
    // @spec lifecycle.start.returns
    run.start(channel);
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
      const reply = run.emit(instruction.slice());
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
    if (!isWellFormed(event)) throw eventRejected(id, "malformed");
    const { max_pending_events: limit } = run.quotas;
    // @spec quotas.pending-events
    if (!run.enqueue(event.slice(), isCompletion(event))) {
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

  /** What the instance uses; `undefined` before `init` and after its end. @spec quotas.usage */
  usage(id: InstanceId): InstanceUsage | undefined {
    return this.#instance(id).run?.usage();
  }

  /**
   * Replace an upper bound of one instance, so that it can go on after it reached the old one.
   *
   * @param value the new bound, 0 to 2^53-1; it holds even above the host's ceiling
   * @throws FaygerError `RT_INSTANCE_NOT_FOUND`; `RT_ILLEGAL_TRANSITION` before `init` and after the instance's end
   * @spec quotas.grant
   */
  grantQuota(id: InstanceId, quota: QuotaName, value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new TypeError("a quota is an integer from 0 to 2^53-1");
    const { run, state } = this.#instance(id);
    if (run === undefined) throw illegalTransition(id, state, "resume");
    run.grant(quota, value);
  }

  // ---- transitions --------------------------------------------------------------------------------------------------

  #observer(instance: Instance, init: PendingCommand): GuestRunObserver {
    return {
      initialized: () => this.#lifecycle.complete(instance, init),
      stopped: () => {
        if (instance.pending !== undefined) this.#suspended(instance, instance.pending);
      },
      completed: (exitCode) => this.#completed(instance, exitCode),
      failed: (error) => this.#fail(instance, error, init),
      quotaReached: (error) => this.#quotaReached(instance, error, init),
      eventRefused: () => this.#queueFull(instance.id, instance.run?.quotas.max_pending_events),
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
    this.#lifecycle.fire(instance, "complete");
    this.#release(instance);
  }

  #quotaReached(instance: Instance, error: FaygerError<"RT_QUOTA_EXCEEDED">, init: PendingCommand): void {
    // @spec quotas.during-init: there is no state between Loaded and Initialized in which a program could wait.
    if (instance.state !== LifecycleState.Running) {
      this.#fail(instance, error, init);
      return;
    }
    this.#publishQuota(instance.id, error.context.quota, error.context.limit, "suspend");
    instance.run?.suspend();
    this.#lifecycle.fire(instance, "quota");
  }

  /** Enter Failed. Whatever happened is kept until the instance is destroyed. */
  #fail(instance: Instance, error: FaygerError, command: PendingCommand): void {
    if (hasEnded(instance.state)) return;
    instance.failure = {
      lastInstruction: instance.run?.lastInstruction,
      error,
      timeUnixNanoseconds: this.#options.clock.unixNanoseconds(),
    };
    if (is(error, "RT_QUOTA_EXCEEDED")) {
      this.#publishQuota(instance.id, error.context.quota, error.context.limit, "fail");
    }
    this.#lifecycle.fail(instance, error, command);
    const { events } = this.#options;
    if (events.enabled("error")) {
      const { code, sourceLayer, message } = error;
      // @spec events.raised
      events.publish("error.raised", { code, layer: sourceLayer, message, chain: describeChain(error) }, instance.id);
    }
    this.#release(instance);
  }

  /** Let go of everything but the answers that stay. @spec lifecycle.end-releases */
  #release(instance: Instance): void {
    const { run, waiting } = instance;
    instance.run = undefined;
    instance.object = undefined;
    instance.waiting = undefined;
    run?.end();
    if (waiting !== undefined) for (const resolve of waiting) resolve(instance.state);
  }

  // ---- adapter layer ------------------------------------------------------------------------------------------------

  /** @spec capabilities.negotiation: the bus negotiates, once for each start. */
  #open(instance: Instance, run: GuestRun): InstructionChannel {
    const { manifest } = instance.object as BufObject;
    const { quotas } = run;
    return this.#options.bus.open({
      instance: instance.id,
      required: manifest.requiredCapabilities,
      optional: manifest.optionalCapabilities ?? [],
      // @spec manifest.host-functions
      hostFunctions: manifest.hostFunctions,
      quotas: {
        ...(quotas.open_handles === undefined ? {} : { openHandles: quotas.open_handles }),
        ...(quotas.open_calls === undefined ? {} : { openCalls: quotas.open_calls }),
        ...(quotas.reply_bytes === undefined ? {} : { replyBytes: quotas.reply_bytes }),
      },
      // @spec instructions.would-block: without the capability an answer that takes time is an error reply.
      mayBlock: this.capabilities().has("blocking_emit"),
      deliver: (event, completion, isWanted) => run.deliver(event, completion, isWanted),
      pendingCompletions: () => run.pendingCompletions,
    });
  }

  #queueFull(id: InstanceId, limit = 0): void {
    this.#publishQuota(id, "max_pending_events", limit, "reject");
  }

  /** @spec quotas.events */
  #publishQuota(id: InstanceId, quota: QuotaName, limit: number, action: "suspend" | "fail" | "reject"): void {
    const { events } = this.#options;
    // @spec quotas.events
    if (events.enabled("resource")) events.publish("resource.quota_reached", { quota, limit, action }, id);
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

function eventRejected(instance: InstanceId, reason: string, limit?: number): FaygerError<"RT_EVENT_REJECTED"> {
  return new FaygerError("RT_EVENT_REJECTED", `the event was not taken: ${reason.replaceAll("_", " ")}`, {
    instance,
    reason,
    ...(limit === undefined ? {} : { limit }),
  });
}

function isWellFormed(event: Uint8Array): boolean {
  try {
    decodeEvent(event);
    return true;
  } catch (error) {
    if (error instanceof InstructionError) return false;
    throw error;
  }
}
