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
  direct: (operands, reply, binding) => {
    const maximum = operands.u32(1);
    if (maximum > reply.room) return false;
    const file = openFileOf(binding, operands.u32(0), "file_reader");
    reply.filled(file.readInto(reply.bytes(maximum)));
    return true;
  },
};
