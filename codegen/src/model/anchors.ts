import type { SourceFile } from "../diagnostics/source.js";

/** One requirement of `spec/anchors.yaml`. */
export interface Anchor {
  readonly id: string;
  /** The chapter that states it. */
  readonly chapter: string;
  /** `must`, `should` or `may`. */
  readonly level: string;
  /** The requirement, in one sentence. */
  readonly sentence: string;
}

/**
 * Reads the requirements by their lines. Reading thousands of entries as YAML would take longer than the rest of the
 * compiler, and `npm run spec` checks the form of the file.
 */
export function readAnchors(source: SourceFile): Anchor[] {
  return source.text
    .split(/^(?=- id: )/m)
    .filter((entry) => entry.startsWith("- id: "))
    .map((entry) => ({
      id: memberOf(entry, "- id"),
      chapter: memberOf(entry, "  chapter"),
      level: memberOf(entry, "  level"),
      sentence: memberOf(entry, "  sentence"),
    }));
}

function memberOf(entry: string, key: string): string {
  const line = entry.split("\n").find((candidate) => candidate.startsWith(`${key}: `));
  const value = line?.slice(key.length + 2).trim() ?? "";
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(["\\])/g, "$1") : value;
}
