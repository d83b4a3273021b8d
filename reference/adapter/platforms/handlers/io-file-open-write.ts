import { constants } from "node:fs";
import { ioFileOpenWriteResults, readIoFileOpenWriteOperands } from "../../../../generated/instructions/io.js";
import { HostFailure } from "../../host-failure.js";
import { withHostPath } from "../host-path.js";
import { type FileMode, OpenFile } from "../open-file.js";
import { StorageUse } from "../storage-use.js";
import type { NodeHandler } from "./node-handler.js";

/** The modes by their numbers: exists, creates, empties or creates, appends or creates. */
const MODES: readonly FileMode[] = [
  { flags: constants.O_WRONLY, write: true },
  { flags: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, write: true },
  { flags: constants.O_WRONLY | constants.O_CREAT, write: true, empty: true },
  { flags: constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, write: true, append: true },
];

/** Open a file for writing. */
export const ioFileOpenWrite: NodeHandler = {
  instruction: "io.file_open_write",
  translate: (operands, binding) => {
    const { path, mode } = readIoFileOpenWriteOperands(operands);
    const how = MODES[mode];
    if (how === undefined) throw new HostFailure("invalid_argument");
    return () =>
      withHostPath(binding.policy, path, { write: true, follow: true }, (host) => {
        const file = OpenFile.open(host, how, StorageUse.of(binding));
        return ioFileOpenWriteResults(binding.openHandle("file_writer", file, () => file.close()));
      });
  },
};
