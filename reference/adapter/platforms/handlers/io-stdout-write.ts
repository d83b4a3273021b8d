import { readIoStdoutWriteOperands } from "../../../../generated/instructions/io.js";
import { native, STREAM_CODES } from "../native-call.js";
import type { NodeHandler } from "./node-handler.js";

/** Write to standard output. */
export const ioStdoutWrite: NodeHandler = {
  instruction: "io.stdout_write",
  translate: (operands, _binding, { streams }) => {
    const { data } = readIoStdoutWriteOperands(operands);
    return () => {
      native("write", () => streams.writeOutput(data), STREAM_CODES);
      return [];
    };
  },
};
