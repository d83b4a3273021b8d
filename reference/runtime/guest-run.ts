import type { QuotaName } from "../../generated/enums/quota-name.js";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import type { BufObject } from "../contracts/buf-object.js";
import type { EventPublisher } from "../contracts/event-bus.js";
import type { InstructionChannel } from "../contracts/instruction-bus.js";
import type { InstanceId, InstanceQuotas, InstanceUsage } from "../contracts/runtime-interface.js";
import { type FaygerError, isFaygerError } from "../errors/fayger-error.js";
import { hostError } from "../errors/host-error.js";
import { Cancellation } from "./cancellation.js";
import { eventName } from "./event-name.js";
import { EventQueue } from "./event-queue.js";
import type { ExecutionStrategy, GuestCall, PreparedExecutable, StepResult } from "./execution-strategy.js";
import type { GuestServices } from "./guest-services.js";
import type { LifecycleSubject } from "./lifecycle/lifecycle-manager.js";
import { abiViolation, instanceFailed, quotaExceeded, trapped } from "./runtime-errors.js";
import { SectionReader } from "./section-reader.js";
import type { TaskScheduler } from "./task-scheduler.js";

/** What becomes of a program is told here; the owner makes the transitions. */
export interface GuestRunObserver {
  /** The program is instantiated and its `fayger_init` has returned. */
  initialized(): void;
  /** The guest has stopped because it was asked to. */
  stopped(): void;
  /** The program has nothing left to do, or called `exit` with this code. */
  completed(exitCode: number | undefined): void;
  /** The program cannot go on. */
  failed(error: FaygerError): void;
  /** An event of the host found no room and was dropped. */
  eventRefused(): void;
  /** The program reached a quota and stands still. */
  quotaReached(error: FaygerError<"RT_QUOTA_EXCEEDED">): void;
}

/** What all programs of one implementation share. */
export interface GuestRunShared {
  readonly strategy: ExecutionStrategy;
  readonly events: EventPublisher;
  readonly scheduler: TaskScheduler;
}

/** A call into the guest and what follows when it has returned: the next call of the same turn, or nothing. */
interface CallChain {
  readonly call: GuestCall;
  readonly afterwards: (value: number) => CallChain | undefined;
}

/**
 * One program on its way from `init` to its end: which guest function is called when, and what its end means.
 *
 * A turn is one step of the strategy, or all steps of one event. Turns are tasks of the scheduler, so that instances
 * alternate and the host's own work comes in between. The guest is never entered twice.
 *
 * @spec runtime.turns
 */
export class GuestRun implements GuestServices {
  readonly #instance: LifecycleSubject;
  readonly #shared: GuestRunShared;
  readonly #observer: GuestRunObserver;
  readonly #queue = new EventQueue();
  readonly #sections: SectionReader;
  readonly #cancellation = new Cancellation();
  /** Upper bounds as they are now. */
  quotas: InstanceQuotas;
  #executable: PreparedExecutable | undefined;
  #channel: InstructionChannel | undefined;
  #active: CallChain | undefined;
  #scheduled = false;
  #stepping = false;
  #blocked = false;
  #stopRequested = false;
  #ended = false;
  #exceeded: FaygerError<"RT_QUOTA_EXCEEDED"> | undefined;
  #emits = 0;

  constructor(
    instance: LifecycleSubject,
    object: BufObject,
    quotas: InstanceQuotas,
    shared: GuestRunShared,
    observer: GuestRunObserver,
  ) {
    this.#instance = instance;
    this.#shared = shared;
    this.#observer = observer;
    this.quotas = quotas;
    this.#sections = new SectionReader(object, shared.strategy.capabilities.has("blocking_emit"), this.#cancellation);
  }

  // ---- what the guest's imports see ---------------------------------------------------------------------------------

  get instance(): InstanceId {
    return this.#instance.id;
  }

  get state(): LifecycleState {
    return this.#instance.state;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get lastError(): FaygerError | undefined {
    return this.#channel?.lastError;
  }

  emit(instruction: Uint8Array): Uint8Array | Promise<Uint8Array> {
    if (this.#channel === undefined) throw new TypeError("an instance emits only after start");
    this.#emits += 1;
    return this.#channel.emit(instruction);
  }

  readSection(sectionId: string): Uint8Array | undefined | Promise<Uint8Array> {
    return this.#sections.read(sectionId);
  }

  // ---- what the owner asks ------------------------------------------------------------------------------------------

  /** Bytes of the last instruction. */
  get lastInstruction(): Uint8Array | undefined {
    return this.#channel?.lastInstruction;
  }

  /** Whether the program takes events. */
  get hasEvents(): boolean {
    return this.#executable?.hasEvents ?? false;
  }

  /** Read the code, prepare it, run the start function and `fayger_init`. Rejects with what made it fail. */
  async initialize(object: BufObject): Promise<void> {
    const { strategy } = this.#shared;
    const code = await this.#sections.readCode(object.manifest.entry.section);
    await this.#sections.makeResident(object.selection.selected);
    if (this.#ended) return;
    const executable = await strategy.prepare({
      instance: this.instance,
      object,
      code,
      services: this,
      quotas: this.quotas,
    });
    if (this.#ended) {
      executable.close();
      return;
    }
    this.#executable = executable;
    const done = (): undefined => {
      this.#observer.initialized();
    };
    const init: CallChain = { call: { to: "fayger_init" }, afterwards: done };
    this.#begin({ call: { to: "instantiate" }, afterwards: executable.hasInit ? () => init : done });
    this.#step(executable);
  }

  /** Go on in state Running for the first time. */
  start(channel: InstructionChannel): void {
    this.#channel = channel;
    this.#begin({ call: { to: "entry" }, afterwards: () => undefined });
    this.#schedule();
  }

  /** Ask the guest to stop. True where it stands still already; otherwise `stopped` is told when it does. */
  stop(): boolean {
    if (this.#stepping) {
      this.#stopRequested = true;
      return false;
    }
    return true;
  }

  // @spec lifecycle.suspend.held
  /** Hold what the host sends. */
  suspend(): void {
    this.#stopRequested = false;
    this.#channel?.suspend();
  }

  /** Go on in state Running. */
  resume(): void {
    this.#channel?.resume();
    this.#schedule();
  }

  /**
   * Queue an event.
   *
   * @returns false where `max_pending_events` leaves no room
   */
  enqueue(event: Uint8Array, completion: boolean, isWanted?: () => boolean): boolean {
    if (this.#ended) return true;
    const limit = this.quotas.max_pending_events;
    // @spec quotas.completions-reserved: a call counts as open until its completion leaves this queue, so open_calls
    // bounds them; and its guest waits for it.
    if (!completion && limit !== undefined && this.#queue.ordinary >= limit) return false;
    this.#queue.push(event, completion, isWanted);
    this.#schedule();
    return true;
  }

  /** Take an event from the bus: never throws. A program without `fayger_on_event` cannot be told. */
  deliver(event: Uint8Array, completion: boolean, isWanted?: () => boolean): void {
    if (!this.hasEvents || this.enqueue(event, completion, isWanted)) return;
    this.#observer.eventRefused();
  }

  /** Completions that wait for their guest. */
  get pendingCompletions(): number {
    return this.#queue.completions;
  }

  /** The quota that the program reached, while its bound is still what it was. */
  get exceeded(): FaygerError<"RT_QUOTA_EXCEEDED"> | undefined {
    return this.#exceeded;
  }

  /** Replace an upper bound. @spec quotas.grant */
  grant(quota: QuotaName, value: number): void {
    this.quotas = { ...this.quotas, [quota]: value };
    const reached = this.#exceeded?.context;
    if (reached !== undefined && reached.quota === quota && value > reached.limit) this.#exceeded = undefined;
  }

  /** Look again whether there is anything to do, after the host did something on behalf of the instance. */
  wake(): void {
    this.#schedule();
  }

  /** What the program uses. */
  usage(): InstanceUsage {
    return {
      quotas: this.quotas,
      memoryBytes: this.#executable?.memory().length ?? 0,
      pendingEvents: this.#queue.ordinary,
      openCalls: (this.#channel?.openCalls ?? 0) + this.#queue.completions,
      openSubscriptions: this.#channel?.openSubscriptions ?? 0,
      emits: this.#emits,
    };
  }

  /** Let everything go. A guest that is active at the moment is left at its next host function. Idempotent. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancellation.abort();
    this.#queue.clear();
    this.#sections.clear();
    this.#channel?.close();
    if (!this.#stepping) this.#executable?.close();
  }

  // ---- turns --------------------------------------------------------------------------------------------------------

  #schedule(): void {
    if (this.#scheduled || this.#ended) return;
    this.#scheduled = true;
    this.#shared.scheduler.schedule(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = false;
    const executable = this.#executable;
    // @spec guest-abi.events.no-reentry
    if (executable === undefined || this.#ended || this.#stepping || this.#blocked || !this.#mayRun()) return;
    if (this.#active === undefined && !this.#beginEvent(executable)) {
      this.#completeWhereDone();
      return;
    }
    this.#step(executable);
  }

  /** Guest code runs in state Running and, on behalf of `init`, in state Loaded. */
  #mayRun(): boolean {
    return this.state === LifecycleState.Running || this.state === LifecycleState.Loaded;
  }

  #begin(chain: CallChain): void {
    this.#active = chain;
    this.#executable?.begin(chain.call);
  }

  /** Step the active call until it is over or waits, then see what comes next. */
  #step(executable: PreparedExecutable): void {
    for (;;) {
      const result = this.#stepOnce(executable);
      if (this.#ended) {
        executable.close();
        return;
      }
      if (result.kind !== "returned") {
        this.#interrupted(result);
        return;
      }
      const finished = this.#active;
      this.#active = undefined;
      let next: CallChain | undefined;
      try {
        next = finished?.afterwards(result.value);
      } catch (error) {
        this.#observer.failed(this.#asFailure(error));
        return;
      }
      if (this.#ended) return;
      if (next === undefined) break;
      this.#begin(next);
    }
    this.#afterTurn();
  }

  #stepOnce(executable: PreparedExecutable): StepResult {
    this.#stepping = true;
    try {
      return this.#shared.strategy.step(executable, { quotas: this.quotas, stopRequested: this.#stopRequested });
    } catch (error) {
      // @spec runtime.isolation: whatever a strategy or a bus throws costs this instance and no other.
      return { kind: "host_failed", error: hostError(error, "step") };
    } finally {
      this.#stepping = false;
    }
  }

  #interrupted(result: Exclude<StepResult, { kind: "returned" }>): void {
    const { instance, state } = this;
    switch (result.kind) {
      case "yielded":
        this.#afterTurn();
        return;
      case "blocked": {
        this.#blocked = true;
        const unblock = (): void => {
          this.#blocked = false;
          this.#schedule();
        };
        void result.until.then(unblock, unblock);
        this.#afterTurn();
        return;
      }
      case "exited":
        this.#observer.completed(result.exitCode);
        return;
      case "trapped":
        this.#observer.failed(trapped(instance, result.trap, result.detail));
        return;
      case "failed":
        this.#observer.failed(result.error);
        return;
      case "host_failed":
        this.#observer.failed(instanceFailed(instance, state, "the host could not run the program", result.error));
        return;
      case "quota":
        this.#exceeded = quotaExceeded(instance, result.quota, result.limit, result.used);
        this.#observer.quotaReached(this.#exceeded);
        return;
      case "ended":
        return;
    }
  }

  #afterTurn(): void {
    // A command to stop was given before whatever comes next, so it comes first.
    if (this.#stopRequested) {
      this.#stopRequested = false;
      this.#observer.stopped();
      return;
    }
    if (this.#blocked || !this.#mayRun()) return;
    if (this.#active !== undefined || this.#queue.length > 0) this.#schedule();
    else this.#completeWhereDone();
  }

  /** Complete unless something can still come. Called where no event waits; the entry is active from `start` on. @spec lifecycle.completion */
  #completeWhereDone(): void {
    if (this.#active !== undefined || this.state !== LifecycleState.Running) return;
    const channel = this.#channel;
    if (this.hasEvents && channel !== undefined && (channel.openCalls > 0 || channel.openSubscriptions > 0)) return;
    this.#observer.completed(undefined);
  }

  /** @spec guest-abi.events: the guest gives the room, the event is copied there, then the guest is called with it. */
  #beginEvent(executable: PreparedExecutable): boolean {
    if (!executable.hasEvents) return false;
    const event = this.#queue.shift();
    if (event === undefined) return false;
    const { length } = event;
    this.#begin({
      call: { to: "fayger_alloc", length },
      afterwards: (pointer) => {
        const memory = executable.memory();
        if (pointer + length > memory.length) throw abiViolation(this.instance, "fayger_alloc", "event_out_of_memory");
        memory.set(event, pointer);
        if (this.#shared.events.enabled("instruction")) {
          const fields = { event: eventName(event), bytes: length };
          this.#shared.events.publish("instruction.event_delivered", fields, this.instance);
        }
        return { call: { to: "fayger_on_event", pointer, length }, afterwards: () => undefined };
      },
    });
    return true;
  }

  #asFailure(error: unknown): FaygerError {
    if (isFaygerError(error)) return error;
    return instanceFailed(this.instance, this.state, "the host could not run the program", hostError(error));
  }
}
