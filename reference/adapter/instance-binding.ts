import { instructionEventOf } from "../../generated/instructions/instruction-table.js";
import { encodeEvent } from "../../generated/instructions/message.js";
import type { HostPolicy } from "../../generated/json/host-policy.js";
import type { HostEvent, InstanceBinding, PlatformAdapter } from "../contracts/platform-adapter.js";
import { hostError } from "../errors/host-error.js";
import type { ChannelPublisher } from "./channel-publisher.js";
import type { DeliveryQueue } from "./delivery-queue.js";
import { type HandleTable, release } from "./handle-table.js";
import { PolicyRefusal } from "./host-failure.js";

/** What a binding stands on. */
export interface BindingParts {
  readonly instance: string;
  readonly policy: HostPolicy;
  readonly mayWait: boolean;
  readonly adapter: PlatformAdapter;
  readonly handles: HandleTable;
  readonly queue: DeliveryQueue;
  readonly publisher: ChannelPublisher;
  /** Most handles open at once, as it is now. */
  readonly openHandles: () => number;
  /** Whether the instance has ended. */
  readonly ended: () => boolean;
  /** Hand an encoded event to the guest. */
  readonly deliver: (event: Uint8Array, isWanted: () => boolean) => void;
}

/** What an adapter may use on behalf of one instance. @spec adapters.binding */
export function createBinding(parts: BindingParts): InstanceBinding {
  const { handles } = parts;
  return {
    instance: parts.instance,
    policy: parts.policy,
    mayWait: parts.mayWait,
    openHandle: (kind, resource, releaseResource, subscription = false) => {
      const refusal = handleRefusal(parts);
      const handle = refusal === undefined ? handles.open(kind, resource, releaseResource, subscription) : undefined;
      if (handle !== undefined) return handle;
      // @spec instructions.handles: a resource that gets no handle is given back here, or nobody would.
      release(releaseResource);
      throw refusal ?? new PolicyRefusal("quota", "every handle number has been used");
    },
    resource: (handle, kind) => handles.resource(handle, kind),
    closeHandle: (handle) => handles.close(handle),
    endSubscription: (handle) => handles.endSubscription(handle),
    raise: (event) => raise(parts, event),
  };
}

function handleRefusal(parts: BindingParts): PolicyRefusal | undefined {
  if (parts.ended()) return new PolicyRefusal("unavailable", "the instance has ended");
  const limit = parts.openHandles();
  if (parts.handles.size < limit) return undefined;
  parts.publisher.quotaReached("open_handles", limit);
  return new PolicyRefusal("quota", `quota open_handles of ${limit} is reached`);
}

/** A host event, normalised by the adapter and bound to this instance here. @spec instructions.events */
function raise(parts: BindingParts, event: HostEvent): void {
  const { adapter, handles, publisher, queue } = parts;
  // @spec instructions.events.binding
  if (!handles.isSubscription(event.handle)) return;
  let name: string;
  let bytes: Uint8Array;
  try {
    const universal = adapter.normalize(event);
    name =
      instructionEventOf(universal.category, universal.opcode)?.name ?? `${universal.category}/${universal.opcode}`;
    bytes = encodeEvent(universal);
  } catch (error) {
    // The host's callback is on the stack: nothing may escape into it, and the guest cannot be told.
    publisher.raised(() => hostError(error, "normalize"));
    return;
  }
  // @spec instructions.time.timers: an event that still waits when the guest closes its handle never comes.
  const isWanted = (): boolean => {
    if (handles.isOpen(event.handle)) return true;
    publisher.discarded(name, "handle_closed");
    return false;
  };
  queue.offer(
    {
      // The runtime tells of the delivery: only it knows when the guest was really called.
      deliver: () => parts.deliver(bytes, isWanted),
      discard: (reason) => publisher.discarded(name, reason),
    },
    false,
  );
}
