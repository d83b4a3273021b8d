import { procProcessWaitResults, readProcProcessWaitOperands } from "../../../../generated/instructions/proc.js";
import { childProgramOf } from "./child-program-of.js";
import type { NodeHandler } from "./node-handler.js";

/** Wait for the end of a process. */
export const procProcessWait: NodeHandler = {
  instruction: "proc.process_wait",
  translate: (operands, binding) => {
    const program = childProgramOf(binding, readProcProcessWaitOperands(operands).process);
    return async (cancelled) => {
      const { exitCode, signal } = await program.wait(cancelled);
      return procProcessWaitResults(exitCode, signal);
    };
  },
};
