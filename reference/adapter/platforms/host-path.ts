import {
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
} from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import type { HostPolicy } from "../../../generated/json/host-policy.js";
import { HostFailure, PolicyRefusal } from "../host-failure.js";
import { placeGuestPath } from "./guest-path.js";
import { whereItEnds } from "./links-followed.js";
import { native, nativeCodeOf } from "./native-call.js";

/** What an instruction wants of a path. */
export interface PathAccess {
  /** Whether it changes what the root holds. */
  readonly write: boolean;
  /** Whether the last name may be a symbolic link that is followed; otherwise the link itself is meant. */
  readonly follow: boolean;
}

/** A path that may be given to the host, valid while the callback runs. */
export interface HostPath {
  /** Path for the host; its last name is never a link that leaves the root, if opened without following links. */
  readonly path: string;
  /** Whether this is the file root itself. */
  readonly isRoot: boolean;
  /** Identity of the root: two paths are in one root where these are equal. */
  readonly root: string;
  /** What was found there a moment ago: no link. Absent where nothing was, or nobody has looked. */
  readonly status?: BigIntStats | undefined;
  /** Whether the folder is held open, so that nothing that is exchanged meanwhile can lead outside. */
  readonly isPinned: boolean;
  /**
   * Look once more where this leads, for hosts on which folders cannot be held open.
   *
   * @param descriptor what was opened, where something was; nothing of it was read or written yet
   * @throws PolicyRefusal `access_denied` where it is not what lies in the root by now
   */
  verify(descriptor?: number): void;
}

/** Characters of the longest path of a program: bytes of the longest that Linux takes. */
const LONGEST_PATH = 4_096;
// Linux lets a folder that was opened be named again by its descriptor: that is `openat` by other means.
const DESCRIPTORS = "/proc/self/fd";
/** A folder itself, and not what a link leads to. */
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const canPin = process.platform === "linux" && existsSync(DESCRIPTORS);

/**
 * Find the host path of a guest path and use it.
 *
 * Symbolic links inside the root are followed as long as they stay inside. Where the host can (Linux with /proc), the
 * folder that holds the last name is opened, looked at once more, and then used through its descriptor, so that
 * renaming folders or swapping links meanwhile cannot lead outside. Elsewhere what was opened is compared with the path
 * once more before it is used; a process of the same user that exchanges a folder twice at the right moments can still
 * win, and what is made, removed or renamed by name alone cannot be compared: file roots there must not be shared with
 * such processes.
 *
 * @param pin whether to use the descriptor; by default where the host can
 * @throws PolicyRefusal `access_denied` where the path leaves its root or the root is read-only
 * @throws HostFailure where the host cannot find the folder
 * @spec instructions.io.no-escape, instructions.io.races
 */
export function withHostPath<T>(
  policy: HostPolicy,
  path: string,
  access: PathAccess,
  use: (path: HostPath) => T,
  pin: boolean = canPin,
): T {
  const { root, segments } = placeGuestPath(policy, path, access.write);
  checkLength(path);
  const usual = pin && segments.length > 0 ? withoutLinks(root.host_path, segments, access, use) : undefined;
  if (usual !== undefined) return usual.result;
  const realRoot = native("realpath", () => realpathSync.native(root.host_path));
  const target = segments.length === 0 ? realRoot : locate(realRoot, segments, access.follow);
  if (target === realRoot) {
    return use({ path: realRoot, isRoot: true, root: realRoot, isPinned: pin, verify: () => {} });
  }
  if (!contains(realRoot, target)) throw leavesRoot();
  if (!pin) {
    const verify = (descriptor?: number): void => verifyPath(realRoot, target, descriptor);
    return use({ path: target, isRoot: false, root: realRoot, isPinned: false, verify });
  }
  return withFolder(dirname(target), (pinned, found) => {
    // What was opened is looked at, not what the name means by now.
    if (found !== realRoot && !contains(realRoot, found)) throw leavesRoot();
    const pinnedPath = join(pinned, basename(target));
    return use({ path: pinnedPath, isRoot: false, root: realRoot, isPinned: true, verify: () => {} });
  });
}

/**
 * The usual case, in a third of the time: nothing on the way is a link, as the real path of the folder shows once it is
 * held open.
 *
 * @returns nothing where it is another case, or something is wrong that has to be looked into
 */
function withoutLinks<T>(
  root: string,
  segments: readonly string[],
  access: PathAccess,
  use: (path: HostPath) => T,
): { readonly result: T } | undefined {
  const folder = join(root, ...segments.slice(0, -1));
  let descriptor: number;
  try {
    descriptor = openSync(folder, FOLDER);
  } catch {
    return undefined;
  }
  try {
    const pinned = join(DESCRIPTORS, String(descriptor));
    const path = join(pinned, segments.at(-1) as string);
    if (readlinkSync(pinned) !== folder) return undefined;
    const status = access.follow ? statusIfThere(path) : undefined;
    if (status?.isSymbolicLink() === true) return undefined;
    return { result: use({ path, isRoot: false, root, status, isPinned: true, verify: () => {} }) };
  } finally {
    closeSync(descriptor);
  }
}

/** What is at a path; nothing where nothing is, or the host does not say: then whoever uses it is told why. */
function statusIfThere(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * Hold a folder open, on a host that can.
 *
 * @param path its last name is not followed where it is a link
 * @param use gets a path of the folder that holds whatever is exchanged meanwhile, and its real path
 */
export function withFolder<T>(path: string, use: (pinned: string, found: string) => T): T {
  const descriptor = native("open", () => openSync(path, FOLDER));
  try {
    const pinned = join(DESCRIPTORS, String(descriptor));
    return use(
      pinned,
      native("readlink", () => readlinkSync(pinned)),
    );
  } finally {
    closeSync(descriptor);
  }
}

/** Whether the path still leads to a place in the root, and to what was opened. */
function verifyPath(realRoot: string, target: string, descriptor: number | undefined): void {
  const now = native("realpath", () => realpathSync.native(dirname(target)));
  if (now !== realRoot && !contains(realRoot, now)) throw leavesRoot();
  if (descriptor === undefined) return;
  const opened = native("fstat", () => fstatSync(descriptor, { bigint: true }));
  const named = native("lstat", () => lstatSync(join(now, basename(target)), { bigint: true }));
  if (!isSame(opened, named)) throw leavesRoot();
}

/** Whether two names are one file. */
export function isSame(left: BigIntStats, right: BigIntStats): boolean {
  return left.dev === right.dev && left.ino === right.ino;
}

/** Looking for a path costs a host more than its length. No host has longer ones that a program could have made. */
function checkLength(path: string): void {
  if (path.length <= LONGEST_PATH) return;
  throw new HostFailure("invalid_argument", "open", Object.assign(new Error("too long"), { code: "ENAMETOOLONG" }));
}

/** The real path of the target; where its last name does not exist, of its folder with that name. */
function locate(realRoot: string, segments: readonly string[], follow: boolean): string {
  const wanted = join(realRoot, ...segments);
  const known = follow ? realPathIfExists(realRoot, wanted) : undefined;
  if (known !== undefined) return known;
  // Name by name, so that a link out of the root is refused before anything behind it is looked for. What is no link is
  // not resolved: a host looks at every name of a path to do so, and a program may have made thousands of them.
  let folder = realRoot;
  for (const segment of segments.slice(0, -1)) {
    const next = join(folder, segment);
    folder = native("lstat", () => lstatSync(next)).isSymbolicLink() ? realPathOf(realRoot, next) : next;
    if (folder !== realRoot && !contains(realRoot, folder)) throw leavesRoot();
  }
  return join(folder, segments.at(-1) as string);
}

function realPathIfExists(realRoot: string, path: string): string | undefined {
  try {
    return realPathOf(realRoot, path);
  } catch (error) {
    if (error instanceof HostFailure && nativeCodeOf(error.native) === "ENOENT") return undefined;
    throw error;
  }
}

/** The real path. What lies outside the root is not told apart by what is wrong with it, nor by whether it is there. */
function realPathOf(realRoot: string, path: string): string {
  return native("realpath", () => {
    try {
      return realpathSync.native(path);
    } catch (error) {
      const end = whereItEnds(path);
      if (end !== realRoot && !contains(realRoot, end)) throw leavesRoot();
      throw error;
    }
  });
}

function contains(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function leavesRoot(): PolicyRefusal {
  return new PolicyRefusal("access_denied", "the path leaves its file root");
}
