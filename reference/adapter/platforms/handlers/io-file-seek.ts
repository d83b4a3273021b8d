import { ioFileSeekResults, readIoFileSeekOperands } from "../../../../generated/instructions/io.js";
import type { InstanceBinding } from "../../../contracts/platform-adapter.js";
import { HostFailure } from "../../host-failure.js";
import { type OpenFile, openFileOf } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Move the position of a file. */
export const ioFileSeek: NodeHandler = {
  instruction: "io.file_seek",
  translate: (operands, binding) => {
    const { file: handle, offset, origin } = readIoFileSeekOperands(operands);
    const file = fileToMove(binding, handle, origin);
    return () => ioFileSeekResults(BigInt(file.seek(offset, origin)));
  },
  direct: (operands, reply, binding) => {
    const origin = operands.u32(2);
    const file = fileToMove(binding, operands.u32(0), origin);
    reply.u64(BigInt(file.seek(operands.i64(1), origin)));
    return true;
  },
};

function fileToMove(binding: InstanceBinding, handle: number, origin: number): OpenFile {
  const file = openFileOf(binding, handle, "file_reader", "file_writer");
  if (origin > 2) throw new HostFailure("invalid_argument");
  return file;
}
