import { closeSync, constants, existsSync, openSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import type { HostPolicy } from "../../../generated/json/host-policy.js";
import { PolicyRefusal } from "../host-failure.js";
import { placeGuestPath } from "./guest-path.js";
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
}

// Linux lets a folder that was opened be named again by its descriptor: that is `openat` by other means.
const DESCRIPTORS = "/proc/self/fd";
const canPin = process.platform === "linux" && existsSync(DESCRIPTORS);

/**
 * Find the host path of a guest path and use it.
 *
 * Symbolic links inside the root are followed as long as they stay inside. Where the host can (Linux with /proc), the
 * folder that holds the last name is opened, looked at once more, and then used through its descriptor, so that
 * renaming folders or swapping links meanwhile cannot lead outside. Elsewhere a process of the same user that swaps a
 * folder for a link between the check and the call can: file roots there must not be shared with such processes.
 *
 * @param pin whether to use the descriptor; by default where the host can
 * @throws PolicyRefusal `access_denied` where the path leaves its root or the root is read-only
 * @throws HostFailure where the host cannot find the folder
 * @spec instructions.io.no-escape
 */
export function withHostPath<T>(
  policy: HostPolicy,
  path: string,
  access: PathAccess,
  use: (path: HostPath) => T,
  pin: boolean = canPin,
): T {
  const { root, segments } = placeGuestPath(policy, path);
  // @spec instructions.io.read-only
  if (access.write && !root.writable) throw new PolicyRefusal("access_denied", "the file root is read-only");
  const realRoot = native("realpath", () => realpathSync.native(root.host_path));
  const target = segments.length === 0 ? realRoot : locate(realRoot, segments, access.follow);
  if (target === realRoot) return use({ path: realRoot, isRoot: true, root: realRoot });
  if (!contains(realRoot, target)) throw leavesRoot();
  const parent = dirname(target);
  const leaf = basename(target);
  if (!pin) return use({ path: target, isRoot: false, root: realRoot });
  const descriptor = native("open", () =>
    openSync(parent, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW),
  );
  try {
    // @spec instructions.io.races: what was opened is looked at, not what the name means by now.
    const pinned = join(DESCRIPTORS, String(descriptor));
    const found = native("readlink", () => readlinkSync(pinned));
    if (found !== realRoot && !contains(realRoot, found)) throw leavesRoot();
    return use({ path: join(pinned, leaf), isRoot: false, root: realRoot });
  } finally {
    closeSync(descriptor);
  }
}

/** The real path of the target; where its last name does not exist, of its folder with that name. */
function locate(realRoot: string, segments: readonly string[], follow: boolean): string {
  const wanted = join(realRoot, ...segments);
  const known = follow ? realPathIfExists(wanted) : undefined;
  if (known !== undefined) return known;
  // Name by name, so that a link out of the root is refused before anything behind it is looked for.
  let folder = realRoot;
  for (const segment of segments.slice(0, -1)) {
    folder = native("realpath", () => realpathSync.native(join(folder, segment)));
    if (folder !== realRoot && !contains(realRoot, folder)) throw leavesRoot();
  }
  return join(folder, segments.at(-1) as string);
}

function realPathIfExists(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (nativeCodeOf(error) === "ENOENT") return undefined;
    return native("realpath", () => {
      throw error;
    });
  }
}

function contains(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function leavesRoot(): PolicyRefusal {
  return new PolicyRefusal("access_denied", "the path leaves its file root");
}
