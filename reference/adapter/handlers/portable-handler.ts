import type { Clock } from "../../contracts/event-bus.js";
import type { InstructionHandler } from "../handler-adapter.js";
import type { HostTimers } from "./host-timers.js";

/** What the shared handlers need of a host. */
export interface PortableServices {
  /** The clocks a program reads. */
  readonly clock: Clock;
  /** Timers and sleeps. */
  readonly timers: HostTimers;
  /** Fills an array of at most 65,536 bytes with random bytes fit for keys. */
  readonly random: (target: Uint8Array) => void;
}

/** A handler that is the same on every host. */
export type PortableHandler = InstructionHandler<PortableServices>;
