import { type BigIntStats, lstatSync } from "node:fs";
import { ioPathStatResults, readIoPathStatOperands } from "../../../../generated/instructions/io.js";
import { withHostPath } from "../host-path.js";
import { native } from "../native-call.js";
import type { NodeHandler } from "./node-handler.js";

/** The last time that a u64 of nanoseconds can say. */
const LATEST = 2n ** 64n - 1n;

/** Tell what a path is. */
export const ioPathStat: NodeHandler = {
  instruction: "io.path_stat",
  translate: (operands, binding) => {
    const { path } = readIoPathStatOperands(operands);
    return () =>
      withHostPath(binding.policy, path, { write: false, follow: true }, (host) => {
        // Links were followed already; one that appeared since is not.
        const status = host.status ?? native("lstat", () => lstatSync(host.path, { bigint: true }));
        return ioPathStatResults(kindOf(status), status.size, sayable(status.mtimeNs));
      });
  },
};

/** Hosts know times before 1970 and beyond the year 2554; a u64 does not. */
function sayable(time: bigint): bigint {
  if (time < 0n) return 0n;
  return time > LATEST ? LATEST : time;
}

function kindOf(status: BigIntStats): number {
  if (status.isFile()) return 1;
  return status.isDirectory() ? 2 : 3;
}
