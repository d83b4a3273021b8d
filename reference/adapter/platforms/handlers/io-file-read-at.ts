import { ioFileReadAtResults, readIoFileReadAtOperands } from "../../../../generated/instructions/io.js";
import { HostFailure } from "../../host-failure.js";
import { checkMaximum, LARGEST_OFFSET, openFileOf } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Read at an offset. */
export const ioFileReadAt: NodeHandler = {
  instruction: "io.file_read_at",
  translate: (operands, binding) => {
    const { file: handle, offset, maximum } = readIoFileReadAtOperands(operands);
    const file = openFileOf(binding, handle, "file_reader");
    checkMaximum(maximum);
    if (offset > BigInt(LARGEST_OFFSET)) throw new HostFailure("invalid_argument");
    return () => ioFileReadAtResults(file.readAt(Number(offset), maximum));
  },
};
