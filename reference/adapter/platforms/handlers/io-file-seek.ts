import { ioFileSeekResults, readIoFileSeekOperands } from "../../../../generated/instructions/io.js";
import { HostFailure } from "../../host-failure.js";
import { openFileOf } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Move the position of a file. */
export const ioFileSeek: NodeHandler = {
  instruction: "io.file_seek",
  translate: (operands, binding) => {
    const { file: handle, offset, origin } = readIoFileSeekOperands(operands);
    const file = openFileOf(binding, handle, "file_reader", "file_writer");
    if (origin > 2) throw new HostFailure("invalid_argument");
    return () => ioFileSeekResults(BigInt(file.seek(offset, origin)));
  },
};
