import { readProcProcessEndInputOperands } from "../../../../generated/instructions/proc.js";
import { childProgramOf } from "./child-program-of.js";
import type { NodeHandler } from "./node-handler.js";

/** End the standard input of a process. */
export const procProcessEndInput: NodeHandler = {
  instruction: "proc.process_end_input",
  translate: (operands, binding) => {
    const { input } = childProgramOf(binding, readProcProcessEndInputOperands(operands).process);
    return () => {
      input.end();
      return [];
    };
  },
};
