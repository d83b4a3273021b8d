import { readIoCloseOperands } from "../../../generated/instructions/io.js";
import { HostFailure } from "../host-failure.js";
import type { PortableHandler } from "./portable-handler.js";

/** Close a handle of any kind. */
export const ioClose: PortableHandler = {
  instruction: "io.close",
  translate: (operands, binding) => {
    const { handle } = readIoCloseOperands(operands);
    return () => {
      if (!binding.closeHandle(handle)) throw new HostFailure("bad_handle", "close");
      return [];
    };
  },
};
