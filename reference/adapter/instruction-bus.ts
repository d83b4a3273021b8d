import { type CapabilityName, capabilitySet } from "../../generated/capabilities.js";
import { instructionNamed } from "../../generated/instructions/instruction-table.js";
import type { HostPolicy } from "../../generated/json/host-policy.js";
import type { Clock, EventPublisher } from "../contracts/event-bus.js";
import type { BusQuotas, ChannelRequest, InstructionBus, InstructionChannel } from "../contracts/instruction-bus.js";
import type { PlatformAdapter } from "../contracts/platform-adapter.js";
import type { InstructionPolicy } from "../contracts/policy.js";
import { negotiate } from "./capability-negotiator.js";
import type { ChannelShared } from "./channel-shared.js";
import { directRows } from "./direct-rows.js";
import { experimentalLookup } from "./experimental.js";
import { OpenChannel } from "./instruction-channel.js";
import { opcodeKey } from "./opcode-key.js";

/** What a bus needs. */
export interface InstructionBusOptions {
  /** The selected adapter. */
  readonly adapter: PlatformAdapter;
  /** What the host allows; `DENY_ALL_POLICY` allows nothing. */
  readonly policy: HostPolicy;
  /** Asked for each instruction that is well-formed, granted and supported; absent means every such one is allowed. */
  readonly instructionPolicy?: InstructionPolicy;
  /** Where the bus publishes. */
  readonly events: EventPublisher;
  /** For the durations in events. */
  readonly clock: Clock;
}

/**
 * Make the bus between instances and one Platform_Adapter.
 *
 * @spec instructions.bus
 */
export function createInstructionBus(options: InstructionBusOptions): InstructionBus {
  const { adapter, policy, instructionPolicy, events, clock } = options;
  const descriptor = adapter.descriptor();
  const supported = new Set<number>();
  for (const name of descriptor.supportedInstructions) {
    const row = instructionNamed(name);
    if (row !== undefined) supported.add(opcodeKey(row.category, row.opcode));
  }
  for (const { category, opcode } of descriptor.experimentalInstructions ?? [])
    supported.add(opcodeKey(category, opcode));
  const experimental = experimentalLookup(descriptor);
  const shared: ChannelShared = {
    adapter,
    policy,
    instructionPolicy,
    events,
    clock,
    supported,
    experimental,
    directRows: directRows(adapter),
    errorListeners: events.listeners?.("error"),
  };
  return {
    available: (): readonly CapabilityName[] => descriptor.supportedCapabilities,
    open: (request: ChannelRequest): InstructionChannel => {
      const negotiation = negotiate({
        // @spec manifest.optional-capabilities
        requested: [...request.required, ...request.optional],
        available: descriptor.supportedCapabilities,
        policy: policy.capabilities,
        restricted: descriptor.restrictedCapabilities,
      });
      // @spec capabilities.negotiation.event
      if (events.enabled("capability")) events.publish("capability.negotiated", negotiation, request.instance);
      return new OpenChannel(
        shared,
        request,
        negotiation,
        capabilitySet(negotiation.granted),
        effective(request, policy),
      );
    },
  };
}

/** The lower of what the manifest and the host say; absent on both sides means unbounded. @spec quotas.effective */
function effective(request: ChannelRequest, policy: HostPolicy): Required<BusQuotas> {
  const { quotas } = request;
  const host = policy.quotas;
  return {
    openHandles: Math.min(quotas.openHandles ?? Infinity, host?.open_handles ?? Infinity),
    openCalls: Math.min(quotas.openCalls ?? Infinity, host?.open_calls ?? Infinity),
    replyBytes: Math.min(quotas.replyBytes ?? Infinity, host?.reply_bytes ?? Infinity),
  };
}
