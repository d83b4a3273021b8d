import type { QuotaName } from "../../generated/enums/quota-name.js";
import type { RuntimeCapability } from "../../generated/enums/runtime-capability.js";
import type { Trap } from "../../generated/enums/trap.js";
import type { BufObject } from "../contracts/buf-object.js";
import type { CancellationSignal } from "../contracts/cancellation.js";
import type { InstanceId, InstanceQuotas } from "../contracts/runtime-interface.js";
import type { FaygerError } from "../errors/fayger-error.js";
import type { GuestServices } from "./guest-services.js";
import type { ProgramState } from "./snapshot/program-state.js";

/** A program about to be prepared for one instance. @spec runtime.execution-strategy */
export interface GuestProgram {
  /** The instance that will run it. */
  readonly instance: InstanceId;
  /** The artifact. */
  readonly object: BufObject;
  /** The verified body of the entry section. Shared: not to be written to. */
  readonly code: Uint8Array;
  /** What the program's imports reach. */
  readonly services: GuestServices;
  /** Upper bounds of the instance. */
  readonly quotas: InstanceQuotas;
  /**
   * Give the others a turn, and resolve when it is this program's again: for a preparation that takes long. Never
   * rejects. Without it nobody else is waiting.
   */
  readonly pause?: () => Promise<void>;
  /** Raised when the instance has ended: what waits for something on its behalf gives up. */
  readonly signal?: CancellationSignal;
}

/** A call into the guest. @spec guest-abi.exports */
export type GuestCall =
  /** Make the instance of the module and run its WebAssembly start function. The first call, made once. */
  | { readonly to: "instantiate" }
  /** Call `fayger_init`. Only where it is exported. */
  | { readonly to: "fayger_init" }
  /** Call the manifest's entry symbol. */
  | { readonly to: "entry" }
  /** Call `fayger_alloc`; the value returned is a pointer. Only where it is exported. */
  | { readonly to: "fayger_alloc"; readonly length: number }
  /**
   * Copy the event to `pointer`, which `fayger_alloc` gave and which has room for it, and call `fayger_on_event`. Only
   * where it is exported.
   */
  | { readonly to: "fayger_on_event"; readonly pointer: number; readonly event: Uint8Array };

/** A program that is ready to run for one instance. It shares nothing that can change with any other. */
export interface PreparedExecutable {
  /** Whether the program exports `fayger_init`. */
  readonly hasInit: boolean;
  /** Whether the program exports `fayger_alloc` and `fayger_on_event`. */
  readonly hasEvents: boolean;
  /** Size of the guest's memory in bytes, 0 before `instantiate` was done. */
  readonly memoryBytes: number;
  /** Elements of all its tables, 0 before `instantiate` was done. */
  readonly tableElements: number;
  /**
   * Fuel charged since the program was prepared, 0 to 2^53-1; `undefined` where the strategy does not meter.
   *
   * @spec guest-abi.fuel
   */
  readonly fuelUsed: number | undefined;
  /** Begin a call. Only while none is active; the next step runs it. */
  begin(call: GuestCall): void;
  /**
   * Ask a guest that runs outside of the host's thread while its step is `blocked` to stop where it can go on later.
   * The `until` of that step then resolves as soon as it has; the next step, with `stopRequested`, tells how far it
   * came. Absent where a guest runs only during a step.
   */
  readonly interrupt?: () => void;
  /**
   * What a snapshot keeps of the program; its byte strings are views that are good until the next step. `undefined`
   * where the guest waits for the host. Only with the capability `snapshot`, and never during a step.
   *
   * @spec snapshots.state
   */
  readonly capture?: () => ProgramState | undefined;
  /** Give back what the executable holds. Never called during a step. */
  close(): void;
}

/** What a strategy is told on each step. */
export interface ExecutionContext {
  /** Upper bounds as they are now: the host may have granted more. */
  readonly quotas: InstanceQuotas;
  /**
   * Whether the guest shall stop at the next instruction where it can go on later. A strategy with the capability
   * `stop_anywhere` looks often; others may return from the step only when the call is over.
   */
  readonly stopRequested: boolean;
}

/** How a step ended. */
export type StepResult =
  /** The call is over. `value` is what the guest function returned as u32, 0 where it returns nothing. */
  | { readonly kind: "returned"; readonly value: number }
  /**
   * The slice is used up or a stop was requested; the next step goes on. A slice is at most `fuel_per_slice`, and never
   * longer than the strategy thinks fair to the others. `midway`: it stands inside an instruction that takes long, where
   * it cannot be left for good; whoever wants it to stop has to go on with it first.
   */
  | { readonly kind: "yielded"; readonly midway?: true }
  /** The guest waits for the host; a step after `until` goes on. `until` never rejects. */
  | { readonly kind: "blocked"; readonly until: Promise<void> }
  /** The program called `exit`; the call is over for good. `exitCode` is a u32. */
  | { readonly kind: "exited"; readonly exitCode: number }
  /** The program trapped. `detail` is the engine's own word for it, for people. */
  | { readonly kind: "trapped"; readonly trap: Trap; readonly detail?: string }
  /** The instance cannot go on for a reason that is a FaygerError already. */
  | { readonly kind: "failed"; readonly error: FaygerError }
  /** The host could not do its part, for instance for want of memory. */
  | { readonly kind: "host_failed"; readonly error: FaygerError<"HOST_ERROR"> }
  /** A quota is reached; the call goes on where the host grants more. */
  | { readonly kind: "quota"; readonly quota: QuotaName; readonly limit: number; readonly used: number }
  /** The instance ended while the call was active; nothing more of it will run. */
  | { readonly kind: "ended" };

/**
 * How the code of an artifact is executed. A Runtime_Implementation is built from one; nothing outside of it sees
 * which.
 *
 * @typeParam E what `prepare` makes and `step` runs
 * @spec runtime.execution-strategy
 */
export interface ExecutionStrategy<E extends PreparedExecutable = PreparedExecutable> {
  /** Code formats it executes. */
  readonly codeFormats: readonly string[];
  /** What it can do. Exactly what it can: routing believes it. */
  readonly capabilities: ReadonlySet<RuntimeCapability>;
  /**
   * Decode, validate and translate a program. No guest code runs.
   *
   * @throws FaygerError `RT_CODE_INVALID`, `RT_QUOTA_EXCEEDED`
   */
  prepare(program: GuestProgram): E | Promise<E>;
  /**
   * The same for a program whose state was saved: nothing of it runs, and the next step goes on with the call that was
   * active, where there was one. Only with the capability `snapshot`.
   *
   * @throws FaygerError `RT_SNAPSHOT_INVALID` with reason `state_unfit`, besides those of `prepare`
   * @spec snapshots.unfit, snapshots.init
   */
  readonly restore?: (program: GuestProgram, state: ProgramState) => E | Promise<E>;
  /**
   * Run the call that was begun until it is over or cannot go on. Synchronous, so that a program that only computes
   * costs no promise.
   */
  step(executable: E, context: ExecutionContext): StepResult;
  /** Give back what is kept for later programs; those that still run keep what they have. @spec runtime.close */
  readonly close?: () => void;
}
