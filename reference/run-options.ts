import type { Tlv } from "../generated/instructions/tlv.js";
import type { LifecycleState } from "../generated/lifecycle/transition-table.js";
import type { ActionOutcome, AssemblyOptions, AssemblyResult } from "./assembly/session/index.js";
import type { CancellationSignal } from "./contracts/cancellation.js";
import type { FailureInfo, InstanceId, InstanceUsage } from "./contracts/runtime-interface.js";
import type { FaygerError } from "./errors/fayger-error.js";

/** How a run ended. */
export interface RunResult {
  /** The instance. */
  readonly instance: InstanceId;
  /** Terminated or Failed. */
  readonly state: LifecycleState;
  /** What the program gave to `exit`; `undefined` where it did not call it. */
  readonly exitCode: number | undefined;
  /** Why it failed; `undefined` where it did not. */
  readonly failure: FailureInfo | undefined;
  /** The quota that it was ended for; `undefined` where it was not. */
  readonly exceeded: FaygerError<"RT_QUOTA_EXCEEDED"> | undefined;
  /** What it had used at its end; `undefined` where its implementation does not tell. */
  readonly usage: InstanceUsage | undefined;
  /** The program as it was before it was ended from outside, where {@link RunOptions.save} asks for it. */
  readonly snapshot: Uint8Array | undefined;
  /** Why there is no {@link RunResult.snapshot} of a program that was ended and should have been saved. */
  readonly unsaved: FaygerError | undefined;
  /** What came into the program, where {@link RunOptions.record} asks for it. */
  readonly inputLog: Uint8Array | undefined;
  /** Why there is no {@link RunResult.inputLog} of a program that should have been recorded. */
  readonly unrecorded: FaygerError | undefined;
  /** Where a replay first did something else than {@link RunOptions.replay} says; `undefined` where it never did. */
  readonly diverged: FaygerError<"ADP_REPLAY_DIVERGED"> | undefined;
}

/** A running iFay. */
export interface IFay {
  /** What the assembly came to. */
  readonly result: AssemblyResult;
  /** The instance of its entry code. */
  readonly instance: InstanceId;
  /**
   * Command one action, in control mode `command` alone.
   *
   * @param action `<part>.<action>`
   * @param input what it is given: any values but handles
   * @returns what became of it; `failed` where the iFay ended before, with `too_large` where it is longer than any call
   * @throws TypeError in another control mode, and for a handle or what is no value of its type
   * @spec assembly.control-mode.command
   */
  command(action: string, input?: readonly Tlv[]): Promise<ActionOutcome>;
  /** There are no more commands: after those that were given the entry code ends. */
  finish(): void;
  /** How its entry code ended. Settles when every part has ended too, and never rejects. */
  readonly done: Promise<RunResult>;
  /** Terminate the entry code and every part. Resolves when nothing of it is left; never rejects. */
  end(): Promise<void>;
}

/** How a program is run. */
export interface RunOptions {
  /** Ends the instance: the result then says Terminated. */
  readonly signal?: CancellationSignal;
  /** Called with the instance before it does anything: what a host keeps for it can be laid ready. Must not throw. */
  readonly loaded?: (instance: InstanceId) => void;
  /** Asked for each quota that suspends the instance; without it the instance is ended. */
  readonly decide?: QuotaDecision;
  /**
   * Goes on from this snapshot instead of beginning.
   *
   * @spec lifecycle.snapshot.restore
   */
  readonly from?: Uint8Array;
  /**
   * Whether a program that the signal or a quota ends is saved before.
   *
   * @defaultValue false
   * @spec lifecycle.snapshot.when
   */
  readonly save?: boolean;
  /**
   * Whether what comes into the program is written down.
   *
   * @defaultValue false
   * @spec instructions.input-log
   */
  readonly record?: boolean;
  /**
   * Answers the program from this log instead of the host, and does to it what the log says. Not together with `save`
   * or `decide`.
   *
   * @spec instructions.replay
   */
  readonly replay?: Uint8Array;
  /**
   * How an assembled artifact is run. Not together with `from`, `save`, `record` or `replay`, which are not offered for
   * one.
   *
   * @defaultValue nobody confirms anything or proves who they are
   */
  readonly assembly?: Omit<AssemblyOptions, "signal">;
  /**
   * Called with an assembled artifact that runs: to command it, or to end it. Without it there are no commands. Must not
   * throw.
   */
  readonly running?: (iFay: IFay) => void;
}

/**
 * Asked when a quota has suspended an instance: how much it may use instead, in the quota's unit. `undefined` ends it,
 * and so does what grants nothing: a bound that is no whole number or still too low, and an error of its own.
 *
 * @spec quotas.grant
 */
export type QuotaDecision = (exceeded: FaygerError<"RT_QUOTA_EXCEEDED">) => number | undefined;
