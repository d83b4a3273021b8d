import { ioFileReadAtResults, readIoFileReadAtOperands } from "../../../../generated/instructions/io.js";
import { checkMaximum, offsetOf, openFileOf } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Read at an offset. */
export const ioFileReadAt: NodeHandler = {
  instruction: "io.file_read_at",
  translate: (operands, binding) => {
    const { file: handle, offset, maximum } = readIoFileReadAtOperands(operands);
    const file = openFileOf(binding, handle, "file_reader");
    checkMaximum(maximum);
    const from = offsetOf(offset);
    return () => ioFileReadAtResults(file.readAt(from, maximum));
  },
  direct: (operands, reply, binding) => {
    const maximum = operands.u32(2);
    if (maximum > reply.room) return false;
    const file = openFileOf(binding, operands.u32(0), "file_reader");
    reply.filled(file.readIntoAt(reply.bytes(maximum), offsetOf(operands.u64(1))));
    return true;
  },
};
