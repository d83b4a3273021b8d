import { readIoStderrWriteOperands } from "../../../../generated/instructions/io.js";
import { native, STREAM_CODES } from "../native-call.js";
import type { NodeHandler } from "./node-handler.js";

/** Write to standard error. */
export const ioStderrWrite: NodeHandler = {
  instruction: "io.stderr_write",
  translate: (operands, _binding, { streams }) => {
    const { data } = readIoStderrWriteOperands(operands);
    return () => {
      native("write", () => streams.writeError(data), STREAM_CODES);
      return [];
    };
  },
};
