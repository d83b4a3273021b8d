import { readProcProcessSignalOperands } from "../../../../generated/instructions/proc.js";
import { childProgramOf } from "./child-program-of.js";
import type { NodeHandler } from "./node-handler.js";

/** Send a signal to a process. */
export const procProcessSignal: NodeHandler = {
  instruction: "proc.process_signal",
  translate: (operands, binding) => {
    const { process, signal } = readProcProcessSignalOperands(operands);
    const program = childProgramOf(binding, process);
    return () => {
      program.signal(signal);
      return [];
    };
  },
};
