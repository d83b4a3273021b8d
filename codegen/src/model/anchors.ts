import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { type SourceFile, spanOf } from "../diagnostics/source.js";

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
 * compiler, and `npm run spec` checks the form of the file as a whole; what is read here is never taken half.
 */
export function readAnchors(source: SourceFile): readonly [Anchor[], readonly Diagnostic[]] {
  const anchors: Anchor[] = [];
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  let start = 0;
  for (const entry of source.text.split(/^(?=-)/m)) {
    if (entry.startsWith("-")) {
      const anchor = {
        id: memberOf(entry, "- id"),
        chapter: memberOf(entry, "  chapter"),
        level: memberOf(entry, "  level"),
        sentence: memberOf(entry, "  sentence"),
      };
      anchors.push(anchor);
      const firstLine = entry.split("\n", 1)[0] ?? "";
      const problem = (reason: string) => diagnostics.push(invalid(source, start, start + firstLine.length, reason));
      const missing = Object.entries(anchor).find(([, value]) => value === "")?.[0];
      if (missing !== undefined) problem(`the entry has no line \`${missing}: ...\``);
      else if (seen.has(anchor.id)) problem(`\`${anchor.id}\` stands here twice`);
      seen.add(anchor.id);
    }
    start += entry.length;
  }
  if (anchors.length === 0) diagnostics.push(invalid(source, 0, 0, "the file lists no requirement"));
  return [anchors, diagnostics];
}

function invalid(source: SourceFile, start: number, end: number, reason: string): Diagnostic {
  return createDiagnostic(
    "anchor/invalid-file",
    spanOf(source, start, end),
    { reason },
    { help: ["`npm run spec` says more about this file"] },
  );
}

function memberOf(entry: string, key: string): string {
  const line = entry.split("\n").find((candidate) => candidate.startsWith(`${key}: `));
  const value = line?.slice(key.length + 2).trim() ?? "";
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(["\\])/g, "$1") : value;
}
