import { ioStdinReadResults, readIoStdinReadOperands } from "../../../../generated/instructions/io.js";
import { native } from "../native-call.js";
import { checkMaximum } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Read standard input. */
export const ioStdinRead: NodeHandler = {
  instruction: "io.stdin_read",
  translate: (operands, _binding, { streams }) => {
    const { maximum } = readIoStdinReadOperands(operands);
    checkMaximum(maximum);
    return () => ioStdinReadResults(native("read", () => streams.readInput(maximum)));
  },
};
