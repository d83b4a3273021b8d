import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "./command.js";
import { fileTrouble, readOptionalInput } from "./files.js";

/** How a file is replaced. */
export interface Replacement {
  /**
   * Permission bits where there is no file yet.
   *
   * @defaultValue 0o644
   */
  readonly mode?: number;
  /**
   * Whether a file that is there keeps its permissions and owner; else it gets `mode` and this user.
   *
   * @defaultValue true
   */
  readonly keepsMode?: boolean;
  /** What the file must still hold, `null` for no file: whoever changed it meanwhile is not overwritten. */
  readonly expected?: Uint8Array | null;
}

/**
 * Replace a file whole or not at all: written beside it, brought to the disk, then renamed. An old file's permissions
 * and owner stay, unless told otherwise; a symbolic link stays one, and what it leads to is replaced.
 *
 * @throws FaygerError `HOST_ERROR`
 * @throws UsageError where the file changed meanwhile
 */
export function replaceFile(
  path: string,
  bytes: Uint8Array | string,
  { mode = 0o644, keepsMode = true, expected }: Replacement = {},
): void {
  let temporary: string | undefined;
  try {
    const target = targetOf(path);
    const old = keepsMode ? statSync(target, { throwIfNoEntry: false }) : undefined;
    temporary = join(dirname(target), `.${process.pid}-${Date.now().toString(36)}.part`);
    writeToDisk(temporary, bytes, old === undefined ? mode : old.mode & 0o7777, old);
    if (expected !== undefined) assertUnchanged(path, expected);
    renameSync(temporary, target);
    temporary = undefined;
    syncFolder(dirname(target));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw fileTrouble(error, "write", path);
  } finally {
    if (temporary !== undefined) rmSync(temporary, { force: true });
  }
}

/** Make a file that is not there, on the disk. @throws Error of the host, `EEXIST` where there is one */
export function createFile(path: string, bytes: Uint8Array | string, mode: number): void {
  try {
    writeToDisk(path, bytes, mode, undefined);
  } catch (error) {
    // Whatever else went wrong, it went wrong in a file of ours.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") rmSync(path, { force: true });
    throw error;
  }
}

function writeToDisk(
  path: string,
  bytes: Uint8Array | string,
  mode: number,
  owner: { readonly uid: number; readonly gid: number } | undefined,
): void {
  const file = openSync(path, "wx", mode & 0o777);
  try {
    writeFileSync(file, bytes);
    if (owner !== undefined) {
      keepOwner(file, owner);
      // Again and after the owner: the mask of this process does not apply to a file that was there.
      fchmodSync(file, mode);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function keepOwner(file: number, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  try {
    fchownSync(file, uid, gid);
  } catch {
    // Only the superuser gives files away; everybody else's new file is their own.
  }
}

function targetOf(path: string): string {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? realpathSync(path) : path;
}

function assertUnchanged(path: string, expected: Uint8Array | null): void {
  const now = readOptionalInput(path);
  const isSame =
    now === undefined || expected === null
      ? now === undefined && expected === null
      : Buffer.compare(now, expected) === 0;
  if (!isSame)
    throw new UsageError(`${path} was changed by another command meanwhile; nothing was written, run this again`);
}

/** A rename lasts when its folder is on the disk; not every system lets a folder be opened for that. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // The file itself is on the disk, under its old or its new name.
  }
}
