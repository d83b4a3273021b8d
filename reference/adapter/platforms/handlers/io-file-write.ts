import { ioFileWriteResults, readIoFileWriteOperands } from "../../../../generated/instructions/io.js";
import { ceilingsOf } from "../../ceilings.js";
import { openFileOf } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Write all bytes at the file's position. */
export const ioFileWrite: NodeHandler = {
  instruction: "io.file_write",
  translate: (operands, binding) => {
    const { file: handle, data } = readIoFileWriteOperands(operands);
    const file = openFileOf(binding, handle, "file_writer");
    return () => {
      file.write(data, ceilingsOf(binding.policy).file_bytes);
      return ioFileWriteResults(data.length);
    };
  },
  direct: (operands, reply, binding) => {
    const file = openFileOf(binding, operands.u32(0), "file_writer");
    const data = operands.bytes(1);
    file.write(data, ceilingsOf(binding.policy).file_bytes);
    reply.u32(data.length);
    return true;
  },
};
