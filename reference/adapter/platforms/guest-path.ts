import type { FileRoot, HostPolicy } from "../../../generated/json/host-policy.js";
import { cited } from "../cited.js";
import { PolicyRefusal } from "../host-failure.js";

/** A guest's path, placed in a file root. */
export interface GuestPath {
  readonly root: FileRoot;
  /** Names below the root; empty for the root itself. */
  readonly segments: readonly string[];
}

/**
 * Place a guest's path in the file root with the longest guest path that holds it.
 *
 * A path is absolute, its names are neither empty nor `.` nor `..`, and hold nothing that some host takes for a
 * separator: NUL, a backslash, a colon. So a path says the same on every host, and none leaves its root by its text.
 *
 * @param write whether what is done there changes what the root holds
 * @throws PolicyRefusal `access_denied`
 * @spec instructions.io.paths, instructions.io.file-roots
 */
export function placeGuestPath(policy: HostPolicy, path: string, write: boolean): GuestPath {
  const segments = splitGuestPath(path);
  let best: GuestPath | undefined;
  for (const root of policy.file_roots ?? []) {
    const prefix = root.guest_path === "/" ? [] : root.guest_path.slice(1).split("/");
    if (prefix.length > segments.length || prefix.some((name, at) => name !== segments[at])) continue;
    const below = segments.slice(prefix.length);
    if (best === undefined || below.length < best.segments.length) best = { root, segments: below };
  }
  if (best === undefined) throw new PolicyRefusal("access_denied", `the path ${cited(path)} lies in no file root`);
  // @spec instructions.io.read-only
  if (write && !best.root.writable)
    throw new PolicyRefusal("access_denied", `the file root of ${cited(path)} is read-only`);
  return best;
}

function splitGuestPath(path: string): readonly string[] {
  if (!path.startsWith("/")) throw new PolicyRefusal("access_denied", `the path ${cited(path)} is not absolute`);
  if (path === "/") return [];
  const segments = path.slice(1).split("/");
  for (const segment of segments) {
    if (segment === "" || segment === "." || segment === "..") {
      throw new PolicyRefusal("access_denied", `the path ${cited(path)} holds an empty name, "." or ".."`);
    }
    if (/[\0\\:]/.test(segment))
      throw new PolicyRefusal("access_denied", `the path ${cited(path)} holds NUL, a backslash or a colon`);
  }
  return segments;
}
