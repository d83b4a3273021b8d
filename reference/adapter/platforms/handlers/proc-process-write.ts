import { readProcProcessWriteOperands } from "../../../../generated/instructions/proc.js";
import { childProgramOf } from "./child-program-of.js";
import type { NodeHandler } from "./node-handler.js";

/** Write to the standard input of a process. */
export const procProcessWrite: NodeHandler = {
  instruction: "proc.process_write",
  translate: (operands, binding) => {
    const { process, data } = readProcProcessWriteOperands(operands);
    const { input } = childProgramOf(binding, process);
    return async (signal) => {
      await input.write(data, signal);
      return [];
    };
  },
};
