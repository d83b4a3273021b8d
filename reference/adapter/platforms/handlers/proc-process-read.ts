import { procProcessReadResults, readProcProcessReadOperands } from "../../../../generated/instructions/proc.js";
import { HostFailure } from "../../host-failure.js";
import { childProgramOf } from "./child-program-of.js";
import type { NodeHandler } from "./node-handler.js";

/** Read what a process writes. */
export const procProcessRead: NodeHandler = {
  instruction: "proc.process_read",
  translate: (operands, binding) => {
    const { process, stream, maximum } = readProcProcessReadOperands(operands);
    const program = childProgramOf(binding, process);
    if (stream !== 1 && stream !== 2) throw new HostFailure("invalid_argument");
    const output = stream === 1 ? program.output : program.errors;
    return async (signal) => procProcessReadResults(await output.read(maximum, signal));
  },
};
