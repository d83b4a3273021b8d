import type { SnapshotState } from "../../generated/codecs/snapshot-state.js";
import type { QuotaName } from "../../generated/enums/quota-name.js";
import type { SnapshotRefusal } from "../../generated/enums/snapshot-refusal.js";
import { LifecycleState } from "../../generated/lifecycle/transition-table.js";
import type { BufObject } from "../contracts/buf-object.js";
import type { Clock, EventPublisher } from "../contracts/event-bus.js";
import type { InstructionChannel, InstructionsInPlace } from "../contracts/instruction-bus.js";
import type { InstanceId, InstanceQuotas, InstanceUsage } from "../contracts/runtime-interface.js";
import { type FaygerError, isFaygerError } from "../errors/fayger-error.js";
import { hostError } from "../errors/host-error.js";
import { Cancellation } from "./cancellation.js";
import { EventQueue } from "./event-queue.js";
import type { ExecutionStrategy, GuestProgram, PreparedExecutable, StepResult } from "./execution-strategy.js";
import { type CallChain, type CalledProgram, deliveryOf, ENTRY_CALL, savedCall } from "./guest-calls.js";
import { GuestChannel } from "./guest-channel.js";
import type { GuestServices } from "./guest-services.js";
import type { LifecycleSubject } from "./lifecycle/lifecycle-manager.js";
import { busQuotas } from "./resource-monitor.js";
import { RunningTime } from "./running-time.js";
import { instanceFailed, quotaExceeded, trapped } from "./runtime-errors.js";
import { SectionReader } from "./section-reader.js";
import { exceededState, stillExceeded } from "./snapshot/exceeded-quota.js";
import type { TaskScheduler } from "./task-scheduler.js";

/** A constant of this module stands in compiled code; what is imported is loaded and looked at for each instruction. */
const RUNNING = LifecycleState.Running;

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
  /** The program reached a quota and goes on: its memory or tables did not grow, or a reply has to wait. */
  quotaMet(quota: QuotaName, limit: number, action: "deny" | "throttle"): void;
  /** A part of the surroundings broke its word where no program can be told. */
  broken(error: FaygerError): void;
}

/** What all programs of one implementation share. */
export interface GuestRunShared {
  readonly strategy: ExecutionStrategy;
  readonly events: EventPublisher;
  readonly clock: Clock;
  readonly scheduler: TaskScheduler;
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
  readonly #time: RunningTime;
  /** Time of `init`, which is no part of the other. */
  readonly #initTime: RunningTime;
  readonly #channel: GuestChannel;
  /** Upper bounds as they are now. */
  quotas: InstanceQuotas;
  /** Whether the program takes events. Known from `init` on. */
  hasEvents = false;
  #executable: PreparedExecutable | undefined;
  #active: CallChain | undefined;
  #scheduled = false;
  #stepping = false;
  #blocked = false;
  /** The guest stands inside an instruction and cannot stop before it has gone on. */
  #midway = false;
  /** The owner wants the guest to stop. */
  #stopRequested = false;
  /** The guest runs in another thread, or stands midway, and shall stop because its time is over. */
  #timeIsUp = false;
  /** The program called `exit`: nothing of it runs any more, and it completes. */
  #hasExited = false;
  #ended = false;
  #exceeded: FaygerError<"RT_QUOTA_EXCEEDED"> | undefined;
  #isGranted = false;

  constructor(
    instance: LifecycleSubject,
    object: BufObject,
    quotas: InstanceQuotas,
    shared: GuestRunShared,
    observer: GuestRunObserver,
    saved?: SnapshotState,
  ) {
    this.#instance = instance;
    this.#shared = shared;
    this.#observer = observer;
    this.quotas = quotas;
    this.#sections = new SectionReader(object, shared.strategy.capabilities.has("blocking_emit"), this.#cancellation);
    this.#time = new RunningTime(shared, () => this.#whenTimeIsUp(), saved?.runningNs);
    this.#initTime = new RunningTime(shared, () => this.#whenTimeIsUp());
    const throttled = (limit: number): void => observer.quotaMet("emits_per_second", limit, "throttle");
    this.#channel = new GuestChannel(shared, throttled, saved?.emits);
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

  get stopRequested(): boolean {
    return this.#stopRequested || this.#timeIsUp;
  }

  get lastError(): FaygerError | undefined {
    return this.#channel.lastError;
  }

  emit(instruction: Uint8Array): Uint8Array | Promise<Uint8Array> {
    return this.#channel.emit(instruction, this.quotas.emits_per_second);
  }

  get inPlace(): InstructionsInPlace | undefined {
    // Replies that may have to wait go the long way.
    return this.#instance.state === RUNNING && this.quotas.emits_per_second === undefined
      ? this.#channel.inPlace
      : undefined;
  }

  readSection(sectionId: string): Uint8Array | undefined | Promise<Uint8Array> {
    return this.#sections.read(sectionId);
  }

  growthDenied(quota: "memory_bytes" | "table_elements"): void {
    const limit = this.quotas[quota];
    if (limit !== undefined) this.#observer.quotaMet(quota, limit, "deny");
  }

  // ---- what the owner asks ------------------------------------------------------------------------------------------

  /** Bytes of the last instruction. */
  get lastInstruction(): Uint8Array | undefined {
    return this.#channel.lastInstruction;
  }

  /** Read the code, prepare it, run the start function and `fayger_init`. Rejects with what made it fail. */
  async initialize(object: BufObject): Promise<void> {
    const program = await this.#program(object);
    if (this.#ended) return;
    const executable = await this.#shared.strategy.prepare(program);
    if (this.#ended) {
      executable.close();
      return;
    }
    this.#executable = executable;
    this.hasEvents = executable.hasEvents;
    const done = (): undefined => {
      this.#initTime.leave();
      this.#observer.initialized();
    };
    const init: CallChain = { call: { to: "fayger_init" }, afterwards: done };
    this.#begin({ call: { to: "instantiate" }, afterwards: executable.hasInit ? () => init : done });
    this.#initTime.enter(this.quotas.wall_ms);
    this.#step(executable);
  }

  /** Read the code and prepare it for going on from a saved state. Rejects with what makes that impossible. */
  async restore(object: BufObject, saved: SnapshotState): Promise<void> {
    const program = await this.#program(object);
    const { call, ...state } = saved;
    // Routing has seen to it that the strategy can.
    const restore = this.#shared.strategy.restore as NonNullable<ExecutionStrategy["restore"]>;
    const executable = await restore.call(this.#shared.strategy, program, {
      ...state,
      ...(call !== undefined && { active: call }),
    });
    this.#executable = executable;
    this.hasEvents = executable.hasEvents;
    for (const event of saved.events) this.#queue.push(event, false);
    if (call !== undefined) this.#active = savedCall(call, this.#called(executable));
    this.#exceeded = stillExceeded(saved, this.instance, this.quotas, this.#time.milliseconds);
  }

  /** Take over the channel of a program that was restored and is Suspended. */
  attach(channel: InstructionChannel): void {
    this.#channel.open(channel, undefined);
    this.#channel.suspend();
  }

  /** What a snapshot holds, or why none can be taken. Only in state Suspended. @spec snapshots.unavailable */
  capture(): SnapshotState | SnapshotRefusal {
    const { openCalls, openHandles, emits } = this.#channel.usage();
    if (openCalls + this.#queue.completions > 0) return "open_call";
    if (openHandles > 0) return "open_handle";
    const program = this.#blocked ? undefined : this.#executable?.capture?.();
    if (program === undefined) return "waiting";
    const { active, ...state } = program;
    const { nextHandle, nextCall, lastInstruction } = this.#channel.position;
    const event = this.#active?.event;
    return {
      ...state,
      runningNs: this.#time.nanoseconds,
      emits,
      nextHandle,
      nextCall,
      events: this.#queue.pending(),
      ...(lastInstruction !== undefined && { lastInstruction }),
      ...exceededState(this.#exceeded),
      ...(active !== undefined && { call: { ...active, ...(event !== undefined && { event }) } }),
    };
  }

  async #program(object: BufObject): Promise<GuestProgram> {
    const code = await this.#sections.readCode(object.manifest.entry.section);
    await this.#sections.makeResident(object.selection.selected);
    const pause = (): Promise<void> => new Promise((resolve) => this.#shared.scheduler.schedule(resolve));
    const { instance, quotas } = this;
    return { instance, object, code, services: this, quotas, pause, signal: this.#cancellation };
  }

  /** Go on in state Running for the first time. */
  start(channel: InstructionChannel): void {
    // @spec quotas.grant: what was granted before holds for the bus as well.
    this.#channel.open(channel, this.#isGranted ? busQuotas(this.quotas) : undefined);
    this.#begin(ENTRY_CALL);
    this.#time.enter(this.quotas.wall_ms);
    this.#schedule();
  }

  /** Ask the guest to stop. True where it stands still already; otherwise `stopped` is told when it does, unless it ends first. */
  stop(): boolean {
    // @spec guest-abi.exit: it never goes on, so there is nothing to stop for; `complete` overtakes the command.
    if (this.#hasExited) return false;
    const runsElsewhere = this.#blocked && this.#executable?.interrupt !== undefined;
    if (!this.#stepping && !this.#midway && !runsElsewhere) return true;
    this.#stopRequested = true;
    if (runsElsewhere) this.#interruptGuest();
    return false;
  }

  // @spec lifecycle.suspend.held
  /** Hold what the host sends. */
  suspend(): void {
    this.#stopRequested = false;
    this.#timeIsUp = false;
    this.#time.leave();
    this.#safely("suspend", () => this.#channel.suspend());
  }

  /** Go on in state Running. */
  resume(): void {
    this.#time.enter(this.quotas.wall_ms);
    this.#safely("resume", () => this.#channel.resume());
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
    this.#isGranted = true;
    const reached = this.#exceeded?.context;
    // @spec quotas.grant.beyond-use: time may have gone a little beyond the old bound.
    if (reached?.quota === quota && value > Math.max(reached.limit, reached.used ?? 0)) this.#exceeded = undefined;
    if (quota === "wall_ms") this.#counted.setLimit(value);
    if (quota === "emits_per_second") this.#channel.release();
    this.#channel.grant(busQuotas(this.quotas));
    this.#channel.granted(quota, value);
  }

  /** Look again whether there is anything to do, after the host did something on behalf of the instance. */
  wake(): void {
    this.#schedule();
  }

  /** What the program uses. @spec quotas.usage */
  usage(): InstanceUsage {
    const executable = this.#executable;
    const channel = this.#channel.usage();
    return {
      quotas: this.quotas,
      memoryBytes: executable?.memoryBytes ?? 0,
      tableElements: executable?.tableElements ?? 0,
      fuel: executable?.fuelUsed,
      runningMilliseconds: this.#time.milliseconds,
      pendingEvents: this.#queue.ordinary,
      ...channel,
      openCalls: channel.openCalls + this.#queue.completions,
    };
  }

  /** Let everything go. A guest that is active at the moment is left at its next host function. Idempotent. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#initTime.leave();
    this.#time.leave();
    this.#cancellation.abort();
    this.#queue.clear();
    this.#sections.clear();
    this.#channel.release();
    this.#safely("close", () => this.#channel.close());
    if (!this.#stepping) this.#close();
  }

  // ---- turns --------------------------------------------------------------------------------------------------------

  #schedule(): void {
    if (this.#scheduled || this.#ended) return;
    this.#scheduled = true;
    this.#shared.scheduler.schedule(() => {
      try {
        this.#turn();
      } catch (error) {
        // @spec runtime.isolation: a task that throws would end the host.
        this.#observer.failed(this.#asFailure(error));
      }
    });
  }

  #turn(): void {
    this.#scheduled = false;
    const executable = this.#executable;
    // @spec guest-abi.events.no-reentry
    if (executable === undefined || this.#ended || this.#stepping || this.#blocked || !this.#mayRun()) return;
    if (!this.#timeIsUp && !this.#midway && this.#counted.isOver) {
      this.#reachTime();
      return;
    }
    if (this.#active === undefined && !this.#beginEvent(executable)) {
      this.#completeWhereDone();
      return;
    }
    // Who was told of the event may have ended or suspended the instance.
    if (this.#ended || !this.#mayRun()) return;
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

  #close(): void {
    this.#safely("close", () => this.#executable?.close());
  }

  /** Step the active call until it is over or waits, then see what comes next. */
  #step(executable: PreparedExecutable): void {
    for (;;) {
      const result = this.#stepOnce(executable);
      this.#midway = result.kind === "yielded" && result.midway === true;
      if (this.#ended) {
        this.#close();
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
      next.begun?.();
      // Who was told of the call may have ended or suspended the instance.
      if (this.#ended || !this.#mayRun()) return;
    }
    this.#afterTurn();
  }

  #stepOnce(executable: PreparedExecutable): StepResult {
    this.#stepping = true;
    try {
      const { quotas, stopRequested } = this;
      return this.#shared.strategy.step(executable, { quotas, stopRequested });
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
        if (this.#midway) this.#schedule();
        else this.#afterTurn();
        return;
      case "blocked": {
        this.#blocked = true;
        const unblock = (): void => {
          this.#blocked = false;
          this.#schedule();
        };
        void result.until.then(unblock, unblock);
        // A guest that runs elsewhere learns only now of a wish that came up during the step; it has not stopped yet.
        const runsElsewhere = this.#executable?.interrupt !== undefined;
        if (runsElsewhere && (this.#stopRequested || this.#timeIsUp)) this.#interruptGuest();
        else this.#afterTurn();
        return;
      }
      case "exited":
        this.#hasExited = true;
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
    if (this.#timeIsUp) {
      this.#timeIsUp = false;
      this.#reachTime();
      return;
    }
    if (this.#blocked || !this.#mayRun()) return;
    if (this.#active !== undefined || this.#queue.length > 0) this.#schedule();
    else this.#completeWhereDone();
  }

  // ---- quotas -------------------------------------------------------------------------------------------------------

  /** The time that `wall_ms` bounds now. @spec quotas.during-init */
  get #counted(): RunningTime {
    return this.state === LifecycleState.Loaded ? this.#initTime : this.#time;
  }

  /** The time is over while the guest waits, or runs where it cannot be seen. */
  #whenTimeIsUp(): void {
    if (this.#midway) {
      this.#timeIsUp = true;
    } else if (this.#blocked && this.#executable?.interrupt !== undefined) {
      this.#timeIsUp = true;
      this.#interruptGuest();
    } else this.#reachTime();
  }

  // @spec quotas.exceeded
  #reachTime(): void {
    const limit = this.quotas.wall_ms;
    // The host may have granted more between the alarm and the end of the step.
    if (limit === undefined || !this.#mayRun() || !this.#counted.isOver) {
      this.#schedule();
      return;
    }
    this.#exceeded = quotaExceeded(this.instance, "wall_ms", limit, this.#counted.milliseconds);
    this.#observer.quotaReached(this.#exceeded);
  }

  #interruptGuest(): void {
    try {
      this.#executable?.interrupt?.();
    } catch (error) {
      this.#observer.failed(this.#asFailure(error));
    }
  }

  /** Complete unless something can still come. Called where no event waits; the entry is active from `start` on. @spec lifecycle.completion */
  #completeWhereDone(): void {
    if (this.#active !== undefined || this.state !== LifecycleState.Running) return;
    if (this.hasEvents && this.#channel.awaitsEvents) return;
    this.#observer.completed(undefined);
  }

  #beginEvent(executable: PreparedExecutable): boolean {
    const event = this.hasEvents ? this.#queue.shift() : undefined;
    if (event === undefined) return false;
    this.#begin(deliveryOf(event, this.#called(executable)));
    this.#safely("called", () => this.#channel.called(event));
    return true;
  }

  #called(executable: PreparedExecutable): CalledProgram {
    return { instance: this.instance, executable, events: this.#shared.events };
  }

  /** Run work of the surroundings that has nobody to answer to. What it throws reaches no other instance. */
  #safely(call: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#observer.broken(hostError(error, call));
    }
  }

  #asFailure(error: unknown): FaygerError {
    if (isFaygerError(error)) return error;
    return instanceFailed(this.instance, this.state, "the host could not run the program", hostError(error));
  }
}
