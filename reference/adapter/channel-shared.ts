import type { HostPolicy } from "../../generated/json/host-policy.js";
import type { Clock, EventPublisher } from "../contracts/event-bus.js";
import type { PlatformAdapter } from "../contracts/platform-adapter.js";
import type { InstructionPolicy } from "../contracts/policy.js";
import type { DirectRow } from "./direct-rows.js";
import type { ExperimentalLookup } from "./experimental.js";

/** What all channels of one bus share. */
export interface ChannelShared {
  readonly adapter: PlatformAdapter;
  readonly policy: HostPolicy;
  readonly instructionPolicy: InstructionPolicy | undefined;
  readonly events: EventPublisher;
  readonly clock: Clock;
  /** `opcodeKey` of each supported instruction. */
  readonly supported: ReadonlySet<number>;
  /** How many listen to errors; absent where nobody counts them. */
  readonly errorListeners: { readonly count: number } | undefined;
  /** What can be answered where it stands, by category and opcode. */
  readonly directRows: readonly (DirectRow | undefined)[];
  /** What the adapter registered beyond the table. */
  readonly experimental: ExperimentalLookup | undefined;
}
