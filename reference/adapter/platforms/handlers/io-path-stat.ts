import { type BigIntStats, lstatSync } from "node:fs";
import { ioPathStatResults, readIoPathStatOperands } from "../../../../generated/instructions/io.js";
import { withHostPath } from "../host-path.js";
import { native } from "../native-call.js";
import type { NodeHandler } from "./node-handler.js";

/** Tell what a path is. */
export const ioPathStat: NodeHandler = {
  instruction: "io.path_stat",
  translate: (operands, binding) => {
    const { path } = readIoPathStatOperands(operands);
    return () =>
      withHostPath(binding.policy, path, { write: false, follow: true }, (host) => {
        // Links were followed already; one that appeared since is not.
        const status = native("lstat", () => lstatSync(host.path, { bigint: true }));
        const modified = status.mtimeNs < 0n ? 0n : status.mtimeNs;
        return ioPathStatResults(kindOf(status), status.size, modified);
      });
  },
};

function kindOf(status: BigIntStats): number {
  if (status.isFile()) return 1;
  return status.isDirectory() ? 2 : 3;
}
