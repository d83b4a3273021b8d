import { readIoFileSyncOperands } from "../../../../generated/instructions/io.js";
import { openFileOf } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Return when what was written to a file is on its storage. */
export const ioFileSync: NodeHandler = {
  instruction: "io.file_sync",
  translate: (operands, binding) => {
    const { file: handle } = readIoFileSyncOperands(operands);
    const file = openFileOf(binding, handle, "file_writer");
    return () => {
      file.sync();
      return [];
    };
  },
};
