import { timeClockMonotonicResults } from "../../../generated/instructions/time.js";
import type { PortableHandler } from "./portable-handler.js";

/** Read the clock that never runs backwards. @spec instructions.time.clocks */
export const timeClockMonotonic: PortableHandler = {
  instruction: "time.clock_monotonic",
  translate:
    (_operands, _binding, { clock }) =>
    () =>
      timeClockMonotonicResults(clock.monotonicNanoseconds()),
  direct: (_operands, reply, _binding, { clock }) => {
    reply.u64(clock.monotonicNanoseconds());
    return true;
  },
};
