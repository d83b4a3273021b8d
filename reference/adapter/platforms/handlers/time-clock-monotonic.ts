import { timeClockMonotonicResults } from "../../../../generated/instructions/time.js";
import type { NodeHandler } from "./node-handler.js";

/** Read the clock that never runs backwards. @spec instructions.time.clocks */
export const timeClockMonotonic: NodeHandler = {
  instruction: "time.clock_monotonic",
  translate:
    (_operands, _binding, { clock }) =>
    () =>
      timeClockMonotonicResults(clock.monotonicNanoseconds()),
};
