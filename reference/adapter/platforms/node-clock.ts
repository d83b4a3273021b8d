import type { Clock } from "../../contracts/event-bus.js";

/** The clocks of Node. The wall clock has the host's resolution of one millisecond. @spec events.clocks */
export const nodeClock: Clock = {
  unixNanoseconds: () => BigInt(Date.now()) * 1_000_000n,
  monotonicNanoseconds: () => process.hrtime.bigint(),
};
