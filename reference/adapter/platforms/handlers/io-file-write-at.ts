import { ioFileWriteAtResults, readIoFileWriteAtOperands } from "../../../../generated/instructions/io.js";
import { ceilingsOf } from "../../ceilings.js";
import { HostFailure } from "../../host-failure.js";
import { LARGEST_OFFSET, openFileOf } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Write all bytes at an offset. */
export const ioFileWriteAt: NodeHandler = {
  instruction: "io.file_write_at",
  translate: (operands, binding) => {
    const { file: handle, offset, data } = readIoFileWriteAtOperands(operands);
    const file = openFileOf(binding, handle, "file_writer");
    if (offset > BigInt(LARGEST_OFFSET)) throw new HostFailure("invalid_argument");
    return () => {
      file.writeAt(data, Number(offset), ceilingsOf(binding.policy).file_bytes);
      return ioFileWriteAtResults(data.length);
    };
  },
};
