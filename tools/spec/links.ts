import type { Diagnostic } from "../../codegen/src/diagnostics/diagnostic.js";
import { createDiagnostic } from "../../codegen/src/diagnostics/registry.js";
import { type SourceFile, spanOf } from "../../codegen/src/diagnostics/source.js";
import { closestName } from "../../codegen/src/diagnostics/suggest.js";
import type { SpecTree } from "./model.js";

const link = /\]\(([^()\s]+)\)/g;

/** Links of the chapters and of `spec/README.md` that lead nowhere. */
export function checkLinks(tree: SpecTree): readonly Diagnostic[] {
  const files = [...(tree.readme === undefined ? [] : [tree.readme]), ...tree.chapters];
  const targets = new Map(files.map((file) => [file.path, fragments(file)]));
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    for (const match of file.text.matchAll(link)) {
      const target = match[1] ?? "";
      if (/^[a-z]+:/.test(target)) continue;
      const [relative = "", fragment] = target.split("#");
      const path = relative === "" ? file.path : resolvePath(file.path, relative);
      const known = targets.get(path);
      const exists = known === undefined ? tree.exists(path) : fragment === undefined || known.has(fragment);
      if (exists) continue;
      const start = match.index + 2;
      const near = fragment === undefined ? undefined : closestName(fragment, known ?? []);
      const notes = near === undefined ? [] : [`a similar target exists: \`${near}\``];
      const span = spanOf(file, start, start + target.length);
      diagnostics.push(createDiagnostic("anchor/broken-link", span, { target }, { notes }));
    }
  }
  return diagnostics;
}

/** What can be linked to in a Markdown file: its anchors and its headings. */
function fragments(file: SourceFile): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, anchor = ""] of file.text.matchAll(/<a id="([^"]+)">/g)) found.add(anchor);
  for (const [, heading = ""] of file.text.matchAll(/^#+ +(.*?)\s*$/gm)) {
    found.add(
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
  }
  return found;
}

/** `relative` as seen from the folder of `from`. */
function resolvePath(from: string, relative: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of relative.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
