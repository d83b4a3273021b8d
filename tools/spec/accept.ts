import { readAnchorFile, writeAnchorFile } from "./anchor-file.js";
import { readChapters } from "./chapters.js";
import type { Requirement, SpecTree } from "./model.js";

/** What `accept` would write, and what it changes. */
export interface Acceptance {
  /** New text of `spec/anchors.yaml`. */
  readonly text: string;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Ids that were asked for and stand neither in a chapter nor in the file. */
  readonly unknown: readonly string[];
}

/**
 * Takes requirements over from the chapters into `spec/anchors.yaml`.
 *
 * @param ids only these; empty means all
 * @param theme where given, requirements that are new are planned for this theme, else they are enforced
 */
export function acceptRequirements(tree: SpecTree, ids: readonly string[], theme?: string): Acceptance {
  const { requirements } = readChapters(tree.chapters);
  const entries = new Map(readAnchorFile(tree.anchors).entries.map((entry) => [entry.id, entry]));
  const stated = new Set(requirements.map((requirement) => requirement.id));
  const wanted = (id: string): boolean => ids.length === 0 || ids.includes(id);
  const added: string[] = [];
  const changed: string[] = [];
  const kept: Requirement[] = [];
  for (const requirement of requirements) {
    const { id } = requirement;
    const entry = entries.get(id);
    if (entry === undefined) {
      if (!wanted(id)) continue;
      added.push(id);
      kept.push(requirement);
    } else if (isSame(requirement, entry)) kept.push(requirement);
    else if (wanted(id)) {
      changed.push(id);
      kept.push(requirement);
    } else kept.push(entry);
  }
  const stale = [...entries.values()].filter((entry) => !stated.has(entry.id));
  const removed = stale.filter((entry) => wanted(entry.id)).map((entry) => entry.id);
  kept.push(...stale.filter((entry) => !wanted(entry.id)));
  const text = writeAnchorFile(kept, (id) => {
    const entry = entries.get(id);
    if (entry !== undefined)
      return { status: entry.status, ...(entry.theme === undefined ? {} : { theme: entry.theme }) };
    return theme === undefined ? { status: "enforced" } : { status: "planned", theme };
  });
  return { text, added, changed, removed, unknown: ids.filter((id) => !stated.has(id) && !entries.has(id)) };
}

function isSame(a: Requirement, b: Requirement): boolean {
  return a.sentence === b.sentence && a.chapter === b.chapter && a.heading === b.heading && a.level === b.level;
}
