import type { Clock } from "../../contracts/event-bus.js";

let lastMillisecond = 0;
let lastNanoseconds = 0n;

/** The clocks of Node. The wall clock has the host's resolution of one millisecond. @spec events.clocks */
export const nodeClock: Clock = {
  unixNanoseconds: () => {
    const now = Date.now();
    // Many events share a millisecond, and a big integer is dear to make.
    if (now !== lastMillisecond) {
      lastMillisecond = now;
      lastNanoseconds = BigInt(now) * 1_000_000n;
    }
    return lastNanoseconds;
  },
  monotonicNanoseconds: () => process.hrtime.bigint(),
};
