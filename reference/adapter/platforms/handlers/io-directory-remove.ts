import { lstatSync, rmdirSync } from "node:fs";
import { HostError } from "../../../../generated/enums/host-error.js";
import { readIoDirectoryRemoveOperands } from "../../../../generated/instructions/io.js";
import { PolicyRefusal } from "../../host-failure.js";
import { withHostPath } from "../host-path.js";
import { native } from "../native-call.js";
import { StorageUse } from "../storage-use.js";
import type { NodeHandler } from "./node-handler.js";

/** POSIX allows either code for a folder that holds something. */
const CODES = new Map([["EEXIST", HostError.NotEmpty]]);

/** Remove an empty folder. */
export const ioDirectoryRemove: NodeHandler = {
  instruction: "io.directory_remove",
  translate: (operands, binding) => {
    const { path } = readIoDirectoryRemoveOperands(operands);
    return () =>
      withHostPath(binding.policy, path, { write: true, follow: false }, (host) => {
        if (host.isRoot) throw new PolicyRefusal("access_denied", "a file root cannot be removed");
        const status = native("lstat", () => lstatSync(host.path, { bigint: true }));
        native("rmdir", () => rmdirSync(host.path), CODES);
        StorageUse.of(binding).removed(status);
        return [];
      });
  },
};
