import { ioFileWriteAtResults, readIoFileWriteAtOperands } from "../../../../generated/instructions/io.js";
import { ceilingsOf } from "../../ceilings.js";
import { offsetOf, openFileOf } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Write all bytes at an offset. */
export const ioFileWriteAt: NodeHandler = {
  instruction: "io.file_write_at",
  translate: (operands, binding) => {
    const { file: handle, offset, data } = readIoFileWriteAtOperands(operands);
    const file = openFileOf(binding, handle, "file_writer");
    const at = offsetOf(offset);
    return () => {
      file.writeAt(data, at, ceilingsOf(binding.policy).file_bytes);
      return ioFileWriteAtResults(data.length);
    };
  },
  direct: (operands, reply, binding) => {
    const file = openFileOf(binding, operands.u32(0), "file_writer");
    const data = operands.bytes(2);
    file.writeAt(data, offsetOf(operands.u64(1)), ceilingsOf(binding.policy).file_bytes);
    reply.u32(data.length);
    return true;
  },
};
