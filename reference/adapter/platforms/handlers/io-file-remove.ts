import { lstatSync, unlinkSync } from "node:fs";
import { readIoFileRemoveOperands } from "../../../../generated/instructions/io.js";
import { HostFailure } from "../../host-failure.js";
import { withHostPath } from "../host-path.js";
import { native } from "../native-call.js";
import { StorageUse } from "../storage-use.js";
import type { NodeHandler } from "./node-handler.js";

/** Remove a file; of a symbolic link, the link. */
export const ioFileRemove: NodeHandler = {
  instruction: "io.file_remove",
  translate: (operands, binding) => {
    const { path } = readIoFileRemoveOperands(operands);
    return () =>
      withHostPath(binding.policy, path, { write: true, follow: false }, (host) => {
        // Hosts disagree on what unlinking a folder reports.
        const status = native("lstat", () => lstatSync(host.path, { bigint: true }));
        if (host.isRoot || status.isDirectory()) throw new HostFailure("is_directory", "unlink");
        native("unlink", () => unlinkSync(host.path));
        StorageUse.of(binding).removed(status);
        return [];
      });
  },
};
