import type { Clock } from "../../../contracts/event-bus.js";

/**
 * The clocks of a page. Both have the resolution the browser grants: coarse where pages of other origins could share the
 * process.
 *
 * @spec events.clocks, instructions.time.clocks
 */
export const webClock: Clock = {
  unixNanoseconds: () => BigInt(Date.now()) * 1_000_000n,
  monotonicNanoseconds: () => BigInt(Math.round(performance.now() * 1e6)),
};
