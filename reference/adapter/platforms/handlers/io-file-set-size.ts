import { readIoFileSetSizeOperands } from "../../../../generated/instructions/io.js";
import { ceilingsOf } from "../../ceilings.js";
import { openFileOf } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Cut a file off, or lengthen it with zeros. */
export const ioFileSetSize: NodeHandler = {
  instruction: "io.file_set_size",
  translate: (operands, binding) => {
    const { file: handle, size } = readIoFileSetSizeOperands(operands);
    const file = openFileOf(binding, handle, "file_writer");
    return () => {
      file.setSize(size, ceilingsOf(binding.policy).file_bytes);
      return [];
    };
  },
};
