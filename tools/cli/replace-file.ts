import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
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
import { basename, dirname, join } from "node:path";
import { UsageError } from "./command.js";
import { fileTrouble, readOptionalInput } from "./files.js";
import { interruptible } from "./interrupt.js";

/** Another command has changed a file between its being read and its being replaced; nothing was written. */
class ChangedMeanwhile extends UsageError {}

/** How often a change is made anew because another command was faster. */
const MOST_CHANGES = 50;
/** How long to wait for another command that replaces the same file, in milliseconds, and how long between two looks. */
const LONGEST_WAIT_MS = 2_000;
const PAUSE_MS = 5;

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
 * and owner stay, unless told otherwise; a symbolic link stays one, and what it leads to is replaced. A device or a pipe
 * is written to: in its place a file would be of no use to anybody.
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
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && !found.isFile() && !found.isDirectory()) {
      // A pipe may have to wait for who reads it.
      interruptible(() => writeInto(path, bytes));
      return;
    }
    const target = targetOf(path);
    const old = keepsMode ? statSync(target, { throwIfNoEntry: false }) : undefined;
    const name = expected === undefined ? `${process.pid}-${Date.now().toString(36)}` : claimOn(target, expected);
    const beside = join(dirname(target), `.${name}.part`);
    const write = (): void => {
      writeToDisk(beside, bytes, old === undefined ? mode : old.mode & 0o7777, old);
      temporary = beside;
    };
    if (expected === undefined) write();
    else writeAlone(path, expected, beside, write);
    renameSync(beside, target);
    temporary = undefined;
    syncFolder(dirname(target));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw fileTrouble(error, "write", path);
  } finally {
    if (temporary !== undefined) rmSync(temporary, { force: true });
  }
}

/**
 * Read, change and replace a file that other commands may change at the same time: made anew as long as one of them was
 * faster, so that no change is lost.
 *
 * @param change reads the file, and replaces what it has read
 * @spec tools.trust.concurrent
 */
export function changeAlone<T>(change: () => T): T {
  for (let made = 1; ; made += 1) {
    try {
      return change();
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile) || made === MOST_CHANGES) throw error;
    }
  }
}

/**
 * A name that all who want to replace the same content of the same file write their new one to: it can be made only
 * once, and is gone when it has become the file, so that between a look at the file and the rename nobody is faster.
 */
function claimOn(target: string, expected: Uint8Array | null): string {
  const hash = createHash("sha256").update(`${basename(target)}\0${expected === null}`);
  if (expected !== null) hash.update(expected);
  return hash.digest("hex").slice(0, 32);
}

/** Write where only one command can, and only where the file still holds what was read. */
function writeAlone(path: string, expected: Uint8Array | null, claim: string, write: () => void): void {
  for (let waited = 0; ; waited += PAUSE_MS) {
    assertUnchanged(path, expected);
    try {
      write();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (waited >= LONGEST_WAIT_MS) {
      throw new UsageError(
        `another command is about to change ${path}; where none runs, one broke off: remove ${claim}`,
      );
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  }
  // Whoever held the name before may have replaced the file since.
  assertUnchanged(path, expected);
}

function writeInto(path: string, bytes: Uint8Array | string): void {
  const file = openSync(path, constants.O_WRONLY);
  try {
    writeFileSync(file, bytes);
  } finally {
    closeSync(file);
  }
}

/** Make a file that is not there, on the disk. @throws Error of the host, `EEXIST` where there is one */
export function createFile(path: string, bytes: Uint8Array | string, mode: number): void {
  writeToDisk(path, bytes, mode, undefined);
}

/** Write a new file, or leave none. */
function writeToDisk(
  path: string,
  bytes: Uint8Array | string,
  mode: number,
  owner: { readonly uid: number; readonly gid: number } | undefined,
): void {
  const file = openSync(path, "wx", mode & 0o777);
  let isWhole = false;
  try {
    writeFileSync(file, bytes);
    if (owner !== undefined) {
      keepOwner(file, owner);
      // Again and after the owner: the mask of this process does not apply to a file that was there.
      fchmodSync(file, mode);
    }
    fsyncSync(file);
    isWhole = true;
  } finally {
    closeSync(file);
    if (!isWhole) rmSync(path, { force: true });
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
    throw new ChangedMeanwhile(`${path} was changed by another command meanwhile; nothing was written, run this again`);
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
