import type { SnapshotCall } from "../../generated/codecs/snapshot-call.js";
import type { EventPublisher } from "../contracts/event-bus.js";
import type { InstanceId } from "../contracts/runtime-interface.js";
import { eventName } from "./event-name.js";
import type { GuestCall, PreparedExecutable } from "./execution-strategy.js";
import { abiViolation } from "./runtime-errors.js";
import { snapshotInvalid } from "./snapshot/snapshot-errors.js";

/** A call into the guest and what follows when it has returned: the next call of the same turn, or nothing. */
export interface CallChain {
  readonly call: GuestCall;
  /** The event that is being delivered. */
  readonly event?: Uint8Array;
  /** Tells others that the call was begun, before any of it runs. They may end or suspend the instance meanwhile. */
  readonly begun?: () => void;
  readonly afterwards: (value: number) => CallChain | undefined;
}

/** Whose calls they are. */
export interface CalledProgram {
  readonly instance: InstanceId;
  readonly executable: Pick<PreparedExecutable, "memoryBytes">;
  readonly events: EventPublisher;
}

const nothing = (): undefined => undefined;

/** The call of the manifest's entry. */
export const ENTRY_CALL: CallChain = { call: { to: "entry" }, afterwards: nothing };

/** @spec guest-abi.events: the guest gives the room, the event is copied there, then the guest is called with it. */
export function deliveryOf(event: Uint8Array, { instance, executable, events }: CalledProgram): CallChain {
  const { length } = event;
  return {
    call: { to: "fayger_alloc", length },
    event,
    afterwards: (pointer) => {
      // @spec guest-abi.ranges
      if (pointer + length > executable.memoryBytes) {
        throw abiViolation(instance, "fayger_alloc", "event_out_of_memory");
      }
      const begun = (): void => {
        if (!events.enabled("instruction")) return;
        const fields = { event: eventName(event), bytes: length };
        events.publish("instruction.event_delivered", fields, instance);
      };
      return { call: { to: "fayger_on_event", pointer, event }, event, begun, afterwards: nothing };
    },
  };
}

/**
 * The call that was active when a program was saved.
 *
 * @throws FaygerError `RT_SNAPSHOT_INVALID` where it needs an event and has none
 * @spec snapshots.call
 */
export function savedCall({ to, event }: SnapshotCall, program: CalledProgram): CallChain {
  if (to === "entry") return ENTRY_CALL;
  if (event === undefined) throw snapshotInvalid("state_unfit", `its state is in ${to} without an event`);
  if (to === "fayger_alloc") return deliveryOf(event, program);
  // The event is in the program's memory: nothing is copied again.
  return { call: { to, pointer: 0, event }, event, afterwards: nothing };
}
