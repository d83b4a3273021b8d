import { mkdirSync } from "node:fs";
import { readIoDirectoryCreateOperands } from "../../../../generated/instructions/io.js";
import { HostFailure } from "../../host-failure.js";
import { withHostPath } from "../host-path.js";
import { native } from "../native-call.js";
import { StorageUse } from "../storage-use.js";
import type { NodeHandler } from "./node-handler.js";

/** Create a folder. */
export const ioDirectoryCreate: NodeHandler = {
  instruction: "io.directory_create",
  translate: (operands, binding) => {
    const { path } = readIoDirectoryCreateOperands(operands);
    return () =>
      withHostPath(binding.policy, path, { write: true, follow: false }, (host) => {
        if (host.isRoot) throw new HostFailure("already_exists", "mkdir");
        StorageUse.of(binding).making(() => native("mkdir", () => mkdirSync(host.path)));
        return [];
      });
  },
};
