import type { HostError } from "../../../generated/enums/host-error.js";
import type { ErrorCode } from "../../../generated/errors/error-code.js";
import type { Tlv } from "../../../generated/instructions/tlv.js";

/** How a call was answered. */
export type CallAnswer =
  | { readonly kind: "done"; readonly output: readonly Tlv[] }
  | {
      /**
       * `refused`: by who judges actions, `ADP_POLICY_DENIED` to who called. `declined`: by the part, and `failed`: by what
       * else there is, both `ADP_HOST_CALL_FAILED`.
       */
      readonly kind: "refused" | "declined" | "failed";
      readonly hostError: HostError;
      /** For people; never reaches a part. */
      readonly reason: string;
      /** What ended the part, where that is why. */
      readonly code?: ErrorCode;
    };

/** A function of the session, as parts call it through `host.call`. Never throws and never rejects. */
export type SessionFunction = (
  input: readonly Tlv[],
  call: { readonly instance: string },
) => CallAnswer | Promise<CallAnswer>;

/** The answer to a call that was done. */
export function done(...output: readonly Tlv[]): CallAnswer {
  return { kind: "done", output };
}

/** The answer to a call that could not be done. */
export function failed(hostError: HostError, reason: string, code?: ErrorCode): CallAnswer {
  return { kind: "failed", hostError, reason, ...(code !== undefined && { code }) };
}

/** The answer to a call that its part refuses. */
export function declined(hostError: HostError, reason: string): CallAnswer {
  return { kind: "declined", hostError, reason };
}

/** The answer to a call that was not allowed. */
export function refusedWith(hostError: HostError, reason: string): CallAnswer {
  return { kind: "refused", hostError, reason };
}

/** Whether values hold a handle, at any depth: handles belong to one program. @spec assembly.calls.handles */
export function holdHandle(values: readonly Tlv[]): boolean {
  return values.some((value) => value.type === "handle" || (value.type === "list" && holdHandle(value.value)));
}

/** The text at a place, where there is one. */
export function textAt(values: readonly Tlv[], index: number): string | undefined {
  const found = values[index];
  return found?.type === "text" ? found.value : undefined;
}

/** The u64 at a place, where there is one. */
export function u64At(values: readonly Tlv[], index: number): bigint | undefined {
  const found = values[index];
  return found?.type === "u64" ? found.value : undefined;
}
