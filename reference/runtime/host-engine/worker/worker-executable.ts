import type { ExecutionContext, GuestCall, PreparedExecutable, StepResult } from "../../execution-strategy.js";
import { type GuestImport, PAGE_BYTES } from "../../guest-abi.js";
import { type BlockedCall, GuestFunctions } from "../../guest-functions.js";
import type { GuestServices } from "../../guest-services.js";
import { GuestUnwind } from "../../guest-unwind.js";
import { failedStep } from "../engine-traps.js";
import { guestImports } from "../guest-imports.js";
import { elementsWithin, type PreparedModule, pagesWithin } from "../prepare-module.js";
import { Amount, type FromWorker, Mailbox, type ToWorker, Word } from "./mailbox.js";
import { type WorkerLease, workerError } from "./worker-pool.js";

/** Something that has to be awaited, resolved from outside. */
class Signal {
  readonly promise: Promise<void>;
  #resolve: () => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  raise(): void {
    this.#resolve();
  }
}

/** Where a guest stands. */
type Standing =
  /** No call is active. */
  | { readonly at: "rest" }
  /** A call was begun and the worker does not know yet. */
  | { readonly at: "begun"; readonly message: ToWorker }
  /** The worker runs it. */
  | { readonly at: "running"; readonly signal: Signal }
  /** The worker told something that was not heeded yet. */
  | { readonly at: "told"; readonly message: FromWorker; readonly yielded?: true }
  /** The worker waits for a host function that waits itself. */
  | { readonly at: "blocked"; readonly call: BlockedCall; settled: boolean; signal: Signal }
  /** The worker is no more. */
  | { readonly at: "gone"; readonly cause: unknown };

/** A program that a worker runs, seen from the thread of the host. Its memory is shared, so that both see the same. */
export class WorkerExecutable implements PreparedExecutable {
  readonly hasInit: boolean;
  readonly hasEvents: boolean;
  readonly #services: GuestServices;
  readonly #prepared: PreparedModule;
  readonly #memory: WebAssembly.Memory;
  readonly #mailbox = new Mailbox();
  readonly #imports: ReturnType<typeof guestImports>;
  readonly #parted: () => void;
  #lease: WorkerLease | undefined;
  #standing: Standing = { at: "rest" };
  /** Fuel used when it was closed. */
  #fuelAtEnd: number | undefined;
  #isInstantiated = false;
  #view: Uint8Array = new Uint8Array(0);

  /** @param parted called once, when it has no worker any more */
  constructor(
    services: GuestServices,
    prepared: PreparedModule,
    memory: WebAssembly.Memory,
    lease: WorkerLease,
    parted: () => void,
  ) {
    this.hasInit = prepared.hasInit;
    this.hasEvents = prepared.hasEvents;
    this.#services = services;
    this.#prepared = prepared;
    this.#memory = memory;
    this.#imports = guestImports(new GuestFunctions(services, () => this.#bytes()));
    this.#parted = parted;
    this.#lease = lease;
    lease.listener = { heard: (message) => this.#heard(message), gone: (cause) => this.#gone(cause) };
  }

  get memoryBytes(): number {
    return this.#isInstantiated ? this.#memory.buffer.byteLength : 0;
  }

  get tableElements(): number {
    return this.#mailbox.amounts[Amount.Elements] ?? 0;
  }

  get fuelUsed(): number {
    return this.#fuelAtEnd ?? this.#mailbox.amounts[Amount.FuelUsed] ?? 0;
  }

  begin(call: GuestCall): void {
    this.#standing =
      this.#lease === undefined ? { at: "gone", cause: undefined } : { at: "begun", message: this.#messageOf(call) };
  }

  /** Let the guest stop: it looks after so much fuel, and at once where it waits for the host. */
  readonly interrupt = (): void => {
    const standing = this.#standing;
    if (standing.at === "running") Atomics.store(this.#mailbox.words, Word.Stop, 1);
    else if (standing.at === "blocked") standing.signal.raise();
  };

  /** Hand the worker back where it stands still; end it where it runs. @spec runtime.isolation.endless-loop */
  close(): void {
    const lease = this.#lease;
    if (lease === undefined) return;
    // A guest that is made to leave runs into what it could not pay for.
    this.#fuelAtEnd = this.fuelUsed;
    this.#part();
    const { at } = this.#standing;
    this.#keepAlive(lease, false);
    if (at === "running") lease.discard();
    else if (at === "blocked" || (at === "told" && this.#isMidway)) this.#leaveGuest(lease);
    else if (at !== "gone") this.#handBack(lease);
  }

  /** Run the active call until it is over or has to wait. */
  step(context: ExecutionContext): StepResult {
    const standing = this.#standing;
    switch (standing.at) {
      case "begun":
        if (context.stopRequested) return { kind: "yielded" };
        this.#isInstantiated = true;
        return this.#run(context, 0, standing.message);
      case "running":
        return { kind: "blocked", until: standing.signal.promise };
      case "told":
        return this.#heed(standing.message, standing.yielded === true, context);
      case "blocked":
        if (context.stopRequested) return { kind: "yielded" };
        if (!standing.settled) return this.#awaitCall(standing);
        return this.#guarded(() => standing.call.finish(), context);
      case "gone":
        return { kind: "host_failed", error: workerError(standing.cause) };
      case "rest":
        throw new TypeError("a step needs a call that was begun");
    }
  }

  // ---- what the worker said -----------------------------------------------------------------------------------------

  #heed(message: FromWorker, hasYielded: boolean, context: ExecutionContext): StepResult {
    switch (message.kind) {
      case "returned":
        this.#standing = { at: "rest" };
        return { kind: "returned", value: message.value };
      case "thrown":
        return failedStep(message.failure);
      case "import":
        if (context.stopRequested) return { kind: "yielded" };
        return this.#guarded(() => this.#call(message.name as GuestImport, message.values), context);
      case "denied":
        if (this.#isBeyond(message.quota, message.wanted, context)) this.#services.growthDenied(message.quota);
        return this.#run(context, 0);
      case "fuel":
        return this.#heedFuel(message.cost, hasYielded, context);
      default:
        throw new TypeError(`a worker in the middle of a call does not say ${message.kind}`);
    }
  }

  /** Whether growing so far is above a bound as it is now: the host may have raised it since the guest looked. */
  #isBeyond(quota: "memory_bytes" | "table_elements", wanted: number, { quotas }: ExecutionContext): boolean {
    if (quota === "table_elements") return this.tableElements + wanted > elementsWithin(quotas);
    return this.#bytes().length / PAGE_BYTES + wanted > pagesWithin(quotas);
  }

  /** The worker looked around: its fuel or its slice is used up, or it was asked to stop. */
  #heedFuel(cost: number, hasYielded: boolean, context: ExecutionContext): StepResult {
    const { fuel } = context.quotas;
    if (context.stopRequested) return { kind: "yielded" };
    // @spec quotas.exceeded
    if (fuel !== undefined && this.fuelUsed + cost > fuel) {
      return { kind: "quota", quota: "fuel", limit: fuel, used: this.fuelUsed };
    }
    const isSliceUsedUp = this.fuelUsed + cost > (this.#mailbox.amounts[Amount.SliceEnd] ?? 0);
    if (isSliceUsedUp && !hasYielded) {
      this.#standing = { at: "told", message: { kind: "fuel", cost }, yielded: true };
      return { kind: "yielded" };
    }
    return this.#run(context, cost);
  }

  /** Do what a function of the host says, and give its result to the worker. */
  #guarded(call: () => number | BlockedCall, context: ExecutionContext): StepResult {
    let result: number | BlockedCall;
    try {
      result = call();
    } catch (thrown) {
      if (thrown instanceof GuestUnwind) return thrown.result;
      throw thrown;
    }
    if (typeof result !== "number") return this.#block(result);
    this.#mailbox.words[Word.Result] = result;
    return this.#run(context, 0);
  }

  #call(name: GuestImport, values: readonly (number | bigint)[]): number | BlockedCall {
    const function_ = this.#imports[name] as (...values: readonly (number | bigint)[]) => number | BlockedCall;
    return function_(...values);
  }

  #block(call: BlockedCall): StepResult {
    const blocked: Extract<Standing, { at: "blocked" }> = { at: "blocked", call, settled: false, signal: new Signal() };
    this.#standing = blocked;
    const settle = (): void => {
      blocked.settled = true;
      blocked.signal.raise();
    };
    void call.until.then(settle, settle);
    return { kind: "blocked", until: blocked.signal.promise };
  }

  /** Wait once more, after an interruption. */
  #awaitCall(blocked: Extract<Standing, { at: "blocked" }>): StepResult {
    blocked.signal = new Signal();
    return { kind: "blocked", until: blocked.signal.promise };
  }

  // ---- the worker ---------------------------------------------------------------------------------------------------

  /**
   * Let the worker go on, or begin.
   *
   * @param cost of the block it is about to enter: a slice is at least one block
   * @param message what it waits for; without it waits in the mailbox
   */
  #run({ quotas }: ExecutionContext, cost: number, message?: ToWorker): StepResult {
    const { words, amounts } = this.#mailbox;
    words[Word.Pages] = pagesWithin(quotas);
    amounts[Amount.ElementLimit] = elementsWithin(quotas);
    amounts[Amount.FuelLimit] = quotas.fuel ?? Number.POSITIVE_INFINITY;
    // @spec quotas.yield
    const slice = quotas.fuel_per_slice;
    amounts[Amount.SliceEnd] = slice === undefined ? Number.POSITIVE_INFINITY : this.fuelUsed + Math.max(slice, cost);
    Atomics.store(words, Word.Stop, 0);
    const signal = new Signal();
    this.#standing = { at: "running", signal };
    const lease = this.#lease as WorkerLease;
    this.#keepAlive(lease, true);
    if (message === undefined) this.#answer(0);
    else lease.worker.post(message);
    return { kind: "blocked", until: signal.promise };
  }

  /** Wake the worker that waits in the mailbox. */
  #answer(leave: 0 | 1): void {
    const { words } = this.#mailbox;
    words[Word.Leave] = leave;
    Atomics.store(words, Word.Turn, 1);
    Atomics.notify(words, Word.Turn);
  }

  #heard(message: FromWorker): void {
    const standing = this.#standing;
    if (standing.at !== "running") return;
    if (this.#lease !== undefined) this.#keepAlive(this.#lease, false);
    this.#standing = { at: "told", message };
    standing.signal.raise();
  }

  #gone(cause: unknown): void {
    const standing = this.#standing;
    this.#part();
    // What the worker told of a call that is over holds even so; the next call finds it gone.
    if (standing.at !== "rest" && (standing.at !== "told" || this.#isMidway)) this.#standing = { at: "gone", cause };
    if (standing.at === "running" || standing.at === "blocked") standing.signal.raise();
  }

  #part(): void {
    if (this.#lease === undefined) return;
    this.#lease = undefined;
    this.#parted();
  }

  /** Whether the worker waits in the middle of a call. */
  get #isMidway(): boolean {
    const standing = this.#standing;
    if (standing.at !== "told") return false;
    const { kind } = standing.message;
    return kind === "import" || kind === "fuel" || kind === "denied";
  }

  /** Have the worker throw the guest's frames away, then hand it back. */
  #leaveGuest(lease: WorkerLease): void {
    lease.listener = { heard: () => this.#handBack(lease), gone: () => undefined };
    this.#answer(1);
  }

  #handBack(lease: WorkerLease): void {
    lease.worker.post({ to: "forget" });
    lease.release();
  }

  #keepAlive(lease: WorkerLease, alive: boolean): void {
    lease.worker.keepAlive(alive);
  }

  // ---- memory -------------------------------------------------------------------------------------------------------

  /** The guest's memory as it is now. The guest waits while anybody looks. */
  #bytes(): Uint8Array {
    const { buffer } = this.#memory;
    if (this.#view.buffer !== buffer || this.#view.length !== buffer.byteLength) this.#view = new Uint8Array(buffer);
    return this.#view;
  }

  #messageOf(call: GuestCall): ToWorker {
    const memory = this.#memory;
    const { engineModule, entry } = this.#prepared;
    switch (call.to) {
      case "instantiate":
        return { to: "instantiate", engineModule, memory, mailbox: this.#mailbox.buffer };
      case "entry":
        return { to: "call", name: entry, values: [] };
      case "fayger_alloc":
        return { to: "call", name: call.to, values: [call.length] };
      case "fayger_on_event":
        this.#bytes().set(call.event, call.pointer);
        return { to: "call", name: call.to, values: [call.pointer, call.event.length] };
      case "fayger_init":
        return { to: "call", name: call.to, values: [] };
    }
  }
}
