import { ioFileSizeResults, readIoFileSizeOperands } from "../../../../generated/instructions/io.js";
import { openFileOf } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Tell how many bytes an open file has. */
export const ioFileSize: NodeHandler = {
  instruction: "io.file_size",
  translate: (operands, binding) => {
    const { file: handle } = readIoFileSizeOperands(operands);
    const file = openFileOf(binding, handle, "file_reader", "file_writer");
    return () => ioFileSizeResults(BigInt(file.size));
  },
  direct: (operands, reply, binding) => {
    const file = openFileOf(binding, operands.u32(0), "file_reader", "file_writer");
    reply.u64(BigInt(file.size));
    return true;
  },
};
