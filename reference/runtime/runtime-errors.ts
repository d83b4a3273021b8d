import type { AbiViolation } from "../../generated/enums/abi-violation.js";
import type { EventRejection } from "../../generated/enums/event-rejection.js";
import type { QuotaName } from "../../generated/enums/quota-name.js";
import type { Trap } from "../../generated/enums/trap.js";
import {
  allowedTriggers,
  type LifecycleState,
  type LifecycleTrigger,
} from "../../generated/lifecycle/transition-table.js";
import type { InstanceId } from "../contracts/runtime-interface.js";
import { FaygerError } from "../errors/fayger-error.js";

/** An id that was never issued. @spec runtime.instance-not-found */
export function instanceNotFound(instance: InstanceId): FaygerError<"RT_INSTANCE_NOT_FOUND"> {
  return new FaygerError("RT_INSTANCE_NOT_FOUND", `no instance was ever given the id ${instance}`, { instance });
}

/**
 * A command that is not legal now.
 *
 * @param trigger the command: a trigger of the table, or `emit` or `on_event`
 * @param pending the command that is pending, or that overtook this one
 * @spec lifecycle.illegal-transition
 */
export function illegalTransition(
  instance: InstanceId,
  state: LifecycleState,
  trigger: LifecycleTrigger | "emit" | "on_event",
  pending?: LifecycleTrigger,
): FaygerError<"RT_ILLEGAL_TRANSITION"> {
  const why = pending === undefined ? "" : `, ${pending} is pending`;
  return new FaygerError("RT_ILLEGAL_TRANSITION", `${trigger} is not legal in state ${state}${why}`, {
    instance,
    current_state: state,
    trigger,
    allowed: [...allowedTriggers(state)],
    ...(pending === undefined ? {} : { pending }),
  });
}

/**
 * An instance failed for a reason that another layer has to tell, or that has no code of its own.
 *
 * @param state the state in which it failed
 * @spec lifecycle.failure-cause
 */
export function instanceFailed(
  instance: InstanceId,
  state: LifecycleState,
  what: string,
  cause?: FaygerError,
): FaygerError<"RT_INSTANCE_FAILED"> {
  return new FaygerError("RT_INSTANCE_FAILED", what, { instance, current_state: state }, { cause });
}

/** The program trapped. `detail` is the engine's own word for it. @spec guest-abi.traps */
export function trapped(instance: InstanceId, trap: Trap, detail?: string): FaygerError<"RT_TRAP"> {
  const what = detail === undefined ? trap.replaceAll("_", " ") : `${trap.replaceAll("_", " ")} (${detail})`;
  return new FaygerError("RT_TRAP", `the program trapped: ${what}`, { instance, trap });
}

/**
 * The program broke a rule of the guest ABI.
 *
 * @param name the import or export concerned
 * @param reason which rule, as one word of {@link AbiViolation}
 * @spec guest-abi.violation
 */
export function abiViolation(
  instance: InstanceId,
  name: string,
  reason: AbiViolation,
): FaygerError<"RT_ABI_VIOLATION"> {
  return new FaygerError("RT_ABI_VIOLATION", `${name}: ${reason.replaceAll("_", " ")}`, {
    instance,
    function: name,
    reason,
  });
}

/** An instance reached a quota. @spec quotas.resume, quotas.initial-size */
export function quotaExceeded(
  instance: InstanceId,
  quota: QuotaName,
  limit: number,
  used?: number,
): FaygerError<"RT_QUOTA_EXCEEDED"> {
  return new FaygerError("RT_QUOTA_EXCEEDED", `the instance reached ${quota}: ${limit}`, {
    instance,
    quota,
    limit,
    ...(used === undefined ? {} : { used }),
  });
}

/** `on_event` refused an event. @param limit the quota, where it is reached @spec lifecycle.on-event.rejected */
export function eventRejected(
  instance: InstanceId,
  reason: EventRejection,
  limit?: number,
): FaygerError<"RT_EVENT_REJECTED"> {
  return new FaygerError("RT_EVENT_REJECTED", `the event was not taken: ${reason.replaceAll("_", " ")}`, {
    instance,
    reason,
    ...(limit === undefined ? {} : { limit }),
  });
}
