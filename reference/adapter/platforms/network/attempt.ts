import type { HostError } from "../../../../generated/enums/host-error.js";
import type { CancellationSignal } from "../../../contracts/cancellation.js";
import type { HostTimers } from "../../handlers/host-timers.js";
import { HostFailure } from "../../host-failure.js";
import { type FailureNames, networkFailure } from "./network-failure.js";

/** How long, and for whom, something of the network is waited for. */
export interface Waiting {
  /** What is called, for the host-layer cause. */
  readonly call: string;
  /** Fires when nobody waits any more. */
  readonly signal: CancellationSignal | undefined;
  /** Makes the patience; absent for what may take as long as it takes. */
  readonly timers?: HostTimers;
  /** Milliseconds. */
  readonly patience?: number;
  /** What the host's codes mean here; absent for reaching somebody. */
  readonly names?: FailureNames;
}

/**
 * Wait for something the host does, for as long as the policy's patience lasts and somebody wants it.
 *
 * @param start begins it, and returns what ends it early; `reject` takes whatever the host fails with
 * @throws HostFailure `timed_out`, `interrupted`, or what the host failed with
 * @spec capabilities.policy.patience, adapters.cancel
 */
export function attempt<T>(
  { call, signal, timers, patience, names }: Waiting,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(new HostFailure("interrupted", call));
      return;
    }
    let stop = (): void => {};
    let cancelTimer = (): void => {};
    let settled = false;
    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      cancelTimer();
      signal?.removeEventListener("abort", interrupt);
      return true;
    };
    const giveUp = (hostError: HostError): void => {
      if (!settle()) return;
      stop();
      reject(new HostFailure(hostError, call));
    };
    const interrupt = (): void => giveUp("interrupted");
    const fail = (error: unknown): void => {
      if (settle()) reject(networkFailure(call, error, names));
    };
    signal?.addEventListener("abort", interrupt);
    if (timers !== undefined && patience !== undefined) {
      cancelTimer = timers.after(BigInt(patience) * 1_000_000n, () => giveUp("timed_out"));
    }
    try {
      stop = start((value) => {
        if (settle()) resolve(value);
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
}
