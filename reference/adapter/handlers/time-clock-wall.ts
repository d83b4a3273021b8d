import { timeClockWallResults } from "../../../generated/instructions/time.js";
import type { PortableHandler } from "./portable-handler.js";

/** Read the wall clock. */
export const timeClockWall: PortableHandler = {
  instruction: "time.clock_wall",
  translate:
    (_operands, _binding, { clock }) =>
    () =>
      timeClockWallResults(clock.unixNanoseconds()),
  direct: (_operands, reply, _binding, { clock }) => {
    reply.u64(clock.unixNanoseconds());
    return true;
  },
};
