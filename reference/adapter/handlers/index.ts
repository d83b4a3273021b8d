import type { EventNormalizer } from "../handler-adapter.js";
import { ioClose } from "./io-close.js";
import type { PortableHandler } from "./portable-handler.js";
import { randomRandomBytes } from "./random-random-bytes.js";
import { timeClockMonotonic } from "./time-clock-monotonic.js";
import { timeClockWall } from "./time-clock-wall.js";
import { timeSleep } from "./time-sleep.js";
import { timeTimerFired } from "./time-timer-fired.js";
import { timeTimerStart } from "./time-timer-start.js";

export type { HostTimers } from "./host-timers.js";
export type { PortableHandler, PortableServices } from "./portable-handler.js";

/** Handles, clocks, timers and random bytes: the same on every host that has a clock, timers and random bytes. */
export const portableHandlers: readonly PortableHandler[] = [
  ioClose,
  timeClockWall,
  timeClockMonotonic,
  timeSleep,
  timeTimerStart,
  randomRandomBytes,
];

/** What these handlers raise. */
export const portableNormalizers: readonly EventNormalizer[] = [timeTimerFired];
