import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { createSourceFile, type SourceFile } from "../../../codegen/src/diagnostics/source.js";
import { folderState, releasedState, type SpecState, type UnreadableState } from "./state.js";

/**
 * Reads a state of the specification.
 *
 * @param root the repository
 * @param name a version of `spec/released`, a file of that folder, or a folder that holds `spec` or is one
 */
export function openState(root: string, name: string): SpecState | UnreadableState {
  const candidates = [join(root, "spec/released", `${name}.yaml`), join(root, name), name];
  const path = candidates.find(existsSync);
  if (path === undefined) return { problem: `\`${name}\` is no released version, no file and no folder` };
  try {
    return statSync(path).isDirectory() ? openFolder(root, name, path) : openRelease(root, path);
  } catch (error) {
    return { problem: `\`${name}\` cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function openFolder(root: string, name: string, path: string): SpecState | UnreadableState {
  const spec = existsSync(join(path, "tables")) ? path : join(path, "spec");
  const sources = [...filesOf(root, join(spec, "tables"), ".yaml"), ...filesOf(root, join(spec, "cddl"), ".cddl")];
  return sources.length === 0 ? { problem: `\`${name}\` holds no specification` } : folderState(name, sources);
}

function openRelease(root: string, path: string): SpecState | UnreadableState {
  if (!path.endsWith(".yaml")) return { problem: `${path} is no file of a released version` };
  return releasedState(read(root, path), filesOf(root, path.slice(0, -".yaml".length), ".cddl"));
}

function filesOf(root: string, folder: string, ending: string): SourceFile[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => read(root, join(folder, name)));
}

/** Files of the repository are named as everywhere; others by the path they were asked for. */
function read(root: string, path: string): SourceFile {
  const below = relative(root, path).replaceAll("\\", "/");
  return createSourceFile(below.startsWith("..") ? path : below, readFileSync(path, "utf8").replaceAll("\r\n", "\n"));
}
