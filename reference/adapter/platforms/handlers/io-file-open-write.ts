import { constants } from "node:fs";
import { ioFileOpenWriteResults, readIoFileOpenWriteOperands } from "../../../../generated/instructions/io.js";
import { HostFailure } from "../../host-failure.js";
import { withHostPath } from "../host-path.js";
import { OpenFile } from "../open-file.js";
import type { NodeHandler } from "./node-handler.js";

/** Flags of `open` for each mode: exists, creates, empties or creates, appends or creates. */
const FLAGS: readonly number[] = [
  constants.O_WRONLY,
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
  constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC,
  constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND,
];

/** Open a file for writing. */
export const ioFileOpenWrite: NodeHandler = {
  instruction: "io.file_open_write",
  translate: (operands, binding) => {
    const { path, mode } = readIoFileOpenWriteOperands(operands);
    const flags = FLAGS[mode];
    if (flags === undefined) throw new HostFailure("invalid_argument");
    return () =>
      withHostPath(binding.policy, path, { write: true, follow: true }, (host) => {
        const file = OpenFile.open(host.path, flags);
        return ioFileOpenWriteResults(binding.openHandle("file_writer", file, () => file.close()));
      });
  },
};
