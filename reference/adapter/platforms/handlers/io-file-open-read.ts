import { constants } from "node:fs";
import { ioFileOpenReadResults, readIoFileOpenReadOperands } from "../../../../generated/instructions/io.js";
import { withHostPath } from "../host-path.js";
import { OpenFile } from "../open-file.js";
import { StorageUse } from "../storage-use.js";
import type { NodeHandler } from "./node-handler.js";

/** Open a file for reading. */
export const ioFileOpenRead: NodeHandler = {
  instruction: "io.file_open_read",
  translate: (operands, binding) => {
    const { path } = readIoFileOpenReadOperands(operands);
    return () =>
      withHostPath(binding.policy, path, { write: false, follow: true }, (host) => {
        const file = OpenFile.open(host, { flags: constants.O_RDONLY, write: false }, StorageUse.of(binding));
        return ioFileOpenReadResults(binding.openHandle("file_reader", file, () => file.close()));
      });
  },
};
