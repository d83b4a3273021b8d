import { createHash, randomUUID } from "node:crypto";
import {
  type BigIntStats,
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
  type Stats,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "./command.js";
import { fileTrouble, readOptionalInput } from "./files.js";
import { interruptible } from "./interrupt.js";

/** Another command has changed a file between its being read and its being replaced; nothing was written. */
class ChangedMeanwhile extends UsageError {}

/** How often a change is made anew because another command was faster. */
const MOST_CHANGES = 50;
/** How long to wait for another command that puts its file in the same place, in milliseconds, and between two looks. */
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

/** What tells one state of a file from another, without a look at what it holds. */
const IDENTIFYING = ["dev", "ino", "size", "mtimeNs", "ctimeNs"] as const;

/** State of a file: another one once it is written to, or another file takes its name. */
export type FileState = Pick<BigIntStats, (typeof IDENTIFYING)[number]>;

/** @throws FaygerError `HOST_ERROR` */
export function stateOf(path: string): BigIntStats {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    throw fileTrouble(error, "read", path);
  }
}

/** Whether a file is in the state it was in. @throws FaygerError `HOST_ERROR` */
export function isInState(path: string, before: FileState): boolean {
  const now = stateOf(path);
  return IDENTIFYING.every((member) => now[member] === before[member]);
}

/**
 * Replace a file whole or not at all: written beside it, brought to the disk, then renamed. An old file's permissions
 * and owner stay, unless told otherwise; a symbolic link stays one, and what it leads to is replaced. A device or a pipe
 * is written to: in its place a file would be of no use to anybody.
 *
 * @throws FaygerError `HOST_ERROR`
 * @throws UsageError where the file changed meanwhile
 */
export function replaceFile(path: string, bytes: Uint8Array | string, replacement: Replacement = {}): void {
  const { expected } = replacement;
  writing(path, () => {
    if (isSpecial(path)) {
      // A pipe may have to wait for who reads it.
      interruptible(() => writeInto(path, bytes));
      return;
    }
    const claim =
      expected === undefined ? undefined : { on: contentOf(expected), look: () => sameContent(path, expected) };
    const successor = new Successor(path, replacement, claim);
    try {
      successor.write(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
      successor.take();
    } finally {
      successor.discard();
    }
  });
}

/**
 * The same with bytes that come piece after piece, of which there may be more than the memory holds.
 *
 * @param fill writes everything
 * @param expected the state the file must still be in: whoever changed it meanwhile is not overwritten
 * @throws FaygerError `HOST_ERROR`
 * @throws UsageError where the file changed meanwhile
 * @throws what `fill` throws, and nothing is replaced
 */
export async function replaceFileBy(
  path: string,
  fill: (write: (bytes: Uint8Array) => void) => Promise<void>,
  expected?: FileState,
): Promise<void> {
  if (isSpecial(path)) {
    const file = writing(path, () => interruptible(() => openSync(path, constants.O_WRONLY)));
    try {
      await fill((bytes) => writing(path, () => interruptible(() => writeWhole(file, bytes))));
    } finally {
      closeSync(file);
    }
    return;
  }
  const claim =
    expected === undefined
      ? undefined
      : { on: IDENTIFYING.map((member) => expected[member]).join(), look: () => sameState(path, expected) };
  const successor = writing(path, () => new Successor(path, {}, claim));
  try {
    await fill((bytes) => writing(path, () => successor.write(bytes)));
    writing(path, () => successor.take());
  } finally {
    successor.discard();
  }
}

function writeInto(path: string, bytes: Uint8Array | string): void {
  const file = openSync(path, constants.O_WRONLY);
  try {
    writeFileSync(file, bytes);
  } finally {
    closeSync(file);
  }
}

function isSpecial(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** What the host says of a file that is written to, in the words of this program. */
function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof UsageError ? error : fileTrouble(error, "write", path);
  }
}

/** The state of a file that its successor was made of. */
interface Claim {
  /** Names the state: equal where it is the same. */
  readonly on: string;
  /** @throws ChangedMeanwhile where the file is not in it any more */
  readonly look: () => void;
}

/** A new file beside the one whose place it takes, under a name of its own until then. */
class Successor {
  readonly #path: string;
  readonly #target: string;
  readonly #beside: string;
  readonly #old: Stats | undefined;
  readonly #claim: Claim | undefined;
  #file: number | undefined;
  #isOver = false;

  constructor(path: string, { mode = 0o644, keepsMode = true }: Replacement, claim: Claim | undefined) {
    this.#path = path;
    this.#target = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? realpathSync(path) : path;
    this.#old = keepsMode ? statSync(this.#target, { throwIfNoEntry: false }) : undefined;
    this.#claim = claim;
    this.#beside = join(dirname(this.#target), `.${randomUUID()}.part`);
    this.#file = openSync(this.#beside, "wx", (this.#old?.mode ?? mode) & 0o777);
  }

  write(bytes: Uint8Array): void {
    writeWhole(this.#file as number, bytes);
  }

  /** Bring it to the disk, and into its place. */
  take(): void {
    const file = this.#file as number;
    if (this.#old !== undefined) keep(file, this.#old);
    fsyncSync(file);
    this.#close();
    if (this.#claim === undefined) this.#rename();
    else this.#renameAlone(this.#claim);
    syncFolder(dirname(this.#target));
  }

  #rename(): void {
    renameSync(this.#beside, this.#target);
    this.#isOver = true;
  }

  /**
   * All who want to replace the same state of the same file make the same lock, which can be made only once: between a
   * look at the file and the rename nobody is faster. It is there for no longer than these two take, so that one who is
   * killed while they write, which may take minutes, keeps nobody out.
   */
  #renameAlone({ on, look }: Claim): void {
    const lock = join(dirname(this.#target), `.${digestOf(`${basename(this.#target)}\0${on}`).slice(0, 32)}.lock`);
    for (let waited = 0; !isMade(lock); waited += PAUSE_MS) {
      look();
      if (waited >= LONGEST_WAIT_MS) {
        throw new UsageError(
          `another command is about to change ${this.#path}; where none runs, one broke off: remove ${lock}`,
        );
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
    try {
      look();
      this.#rename();
    } finally {
      rmSync(lock, { force: true });
    }
  }

  /** Leave nothing, unless it has taken its place. */
  discard(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#close();
    rmSync(this.#beside, { force: true });
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** Make an empty file. False where there is one. */
function isMade(path: string): boolean {
  try {
    closeSync(openSync(path, "wx", 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** One call of the host may take less than it is given. */
function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
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

function digestOf(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function contentOf(bytes: Uint8Array | null): string {
  return bytes === null ? "" : digestOf(bytes);
}

/** Make a file that is not there, on the disk. @throws Error of the host, `EEXIST` where there is one */
export function createFile(path: string, bytes: Uint8Array | string, mode: number): void {
  const file = openSync(path, "wx", mode & 0o777);
  let isWhole = false;
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
    isWhole = true;
  } finally {
    closeSync(file);
    if (!isWhole) rmSync(path, { force: true });
  }
}

/** Owner and permissions of the file that was there. */
function keep(file: number, { uid, gid, mode }: Stats): void {
  try {
    fchownSync(file, uid, gid);
  } catch {
    // Only the superuser gives files away; everybody else's new file is their own.
  }
  // After the owner, and again: the mask of this process does not apply to a file that was there.
  fchmodSync(file, mode & 0o7777);
}

function sameContent(path: string, expected: Uint8Array | null): void {
  const now = readOptionalInput(path);
  const isSame =
    now === undefined || expected === null
      ? now === undefined && expected === null
      : Buffer.compare(now, expected) === 0;
  if (!isSame) throw changedMeanwhile(path);
}

function sameState(path: string, expected: FileState): void {
  if (!isInState(path, expected)) throw changedMeanwhile(path);
}

function changedMeanwhile(path: string): ChangedMeanwhile {
  return new ChangedMeanwhile(`${path} was changed by another command meanwhile; nothing was written, run this again`);
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
