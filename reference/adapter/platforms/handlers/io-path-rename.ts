import { type BigIntStats, lstatSync, renameSync } from "node:fs";
import { readIoPathRenameOperands } from "../../../../generated/instructions/io.js";
import { HostFailure, PolicyRefusal } from "../../host-failure.js";
import { type HostPath, isSame, withHostPath } from "../host-path.js";
import { native, nativeCodeOf } from "../native-call.js";
import { StorageUse } from "../storage-use.js";
import type { NodeHandler } from "./node-handler.js";

/** Rename within one file root. */
export const ioPathRename: NodeHandler = {
  instruction: "io.path_rename",
  translate: (operands, binding) => {
    const { from, to } = readIoPathRenameOperands(operands);
    const access = { write: true, follow: false };
    return () =>
      withHostPath(binding.policy, from, access, (source) =>
        withHostPath(binding.policy, to, access, (target) => {
          rename(source, target, StorageUse.of(binding));
          return [];
        }),
      );
  },
};

function rename(source: HostPath, target: HostPath, storage: StorageUse): void {
  if (source.root !== target.root) throw new HostFailure("invalid_argument", "rename");
  if (source.isRoot || target.isRoot) throw new PolicyRefusal("access_denied", "a file root cannot be renamed");
  const moved = native("lstat", () => lstatSync(source.path, { bigint: true }));
  const replaced = statusIfExists(target.path);
  // @spec instructions.io.rename: only a file replaces a file. Hosts disagree on every other pair, so none is tried.
  if (replaced !== undefined && (replaced.isDirectory() || moved.isDirectory()) && !isSame(moved, replaced)) {
    throw new HostFailure("already_exists", "rename");
  }
  native("rename", () => renameSync(source.path, target.path));
  if (replaced !== undefined && !isSame(moved, replaced)) storage.removed(replaced);
}

function statusIfExists(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch (error) {
    if (nativeCodeOf(error) === "ENOENT") return undefined;
    return native("lstat", () => {
      throw error;
    });
  }
}
