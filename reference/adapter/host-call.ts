import type { Tlv } from "../../generated/instructions/tlv.js";
import type { HostSyscall } from "../contracts/platform-adapter.js";
import type { CallSignal } from "./call-signal.js";
import { type InstructionIdentity, type Refusal, refusalOf } from "./instruction-errors.js";

/** Results of a host call, or why there are none. */
export type Outcome = readonly Tlv[] | Refusal;

/** By its shape: a host in another realm has a `Promise` class of its own. */
export function isPromise<T extends object>(value: T): value is Extract<T, Promise<unknown>> {
  return typeof (value as { readonly then?: unknown }).then === "function";
}

/** Make the host call. Never throws, and a promise it returns never rejects. */
export function perform(
  checked: InstructionIdentity,
  syscall: HostSyscall,
  signal: CallSignal,
): Outcome | Promise<Outcome> {
  try {
    const results = syscall(signal);
    if (!isPromise(results)) return results;
    return results.then(
      (settled): Outcome => settled,
      (error: unknown): Outcome => refusalOf(checked, error),
    );
  } catch (error) {
    return refusalOf(checked, error);
  }
}
