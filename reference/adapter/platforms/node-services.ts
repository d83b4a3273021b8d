import { randomFillSync } from "node:crypto";
import type { Clock } from "../../contracts/event-bus.js";
import { type HostTimers, nodeTimers } from "./host-timers.js";
import { nodeClock } from "./node-clock.js";
import { processStreams, type StandardStreams } from "./standard-streams.js";

/** What instruction handlers use of Node besides its files; each can be replaced to repeat a run. */
export interface NodeServices {
  /** The clocks a program reads. */
  readonly clock: Clock;
  /** Timers and sleeps. */
  readonly timers: HostTimers;
  /** Fills an array with random bytes fit for keys. */
  readonly random: (target: Uint8Array) => void;
  /** The program's standard streams. */
  readonly streams: StandardStreams;
}

/** Services of this process, with some replaced. */
export function nodeServices(replaced: Partial<NodeServices> = {}): NodeServices {
  return {
    clock: nodeClock,
    timers: nodeTimers,
    random: (target) => void randomFillSync(target),
    streams: processStreams,
    ...replaced,
  };
}
