import type { LifecycleState } from "../generated/lifecycle/transition-table.js";
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
}

/**
 * Asked when a quota has suspended an instance: how much it may use instead, in the quota's unit. `undefined` ends it.
 *
 * @spec quotas.grant
 */
export type QuotaDecision = (exceeded: FaygerError<"RT_QUOTA_EXCEEDED">) => number | undefined;
