import { timeClockWallResults } from "../../../../generated/instructions/time.js";
import type { NodeHandler } from "./node-handler.js";

/** Read the wall clock. */
export const timeClockWall: NodeHandler = {
  instruction: "time.clock_wall",
  translate:
    (_operands, _binding, { clock }) =>
    () =>
      timeClockWallResults(clock.unixNanoseconds()),
};
