import { ioFileReadResults, readIoFileReadOperands } from "../../../../generated/instructions/io.js";
import { checkMaximum, openFileOf } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Read at the file's position. */
export const ioFileRead: NodeHandler = {
  instruction: "io.file_read",
  translate: (operands, binding) => {
    const { file: handle, maximum } = readIoFileReadOperands(operands);
    const file = openFileOf(binding, handle, "file_reader");
    checkMaximum(maximum);
    return () => ioFileReadResults(file.read(maximum));
  },
};
