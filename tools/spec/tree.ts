import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createSourceFile, type SourceFile } from "../../codegen/src/diagnostics/source.js";
import type { SpecTree } from "./model.js";

/** Folders and files below which code may cite requirements. */
const codeRoots = ["codegen/src", "codegen/test", "generated", "reference", "tools"];
const skippedFolders = new Set(["node_modules", "dist", ".git", "diagnostics-fixtures"]);
const codeFile = /\.(ts|mts|cts|js|mjs|cjs|h)$/;

/** Reads everything the tool looks at. */
export function readTree(root: string): SpecTree {
  const read = (path: string): SourceFile => createSourceFile(path, readFileSync(join(root, path), "utf8"));
  const list = (folder: string): string[] => listFiles(root, folder);
  const readme = existsSync(join(root, "spec/README.md")) ? read("spec/README.md") : undefined;
  const code = codeRoots.flatMap(list).filter((path) => codeFile.test(path));
  const isTest = (path: string): boolean => /\.test\.[mc]?ts$/.test(path);
  const isHelper = (path: string): boolean => path.includes("/testing/") || path.startsWith("codegen/test/");
  const specification = [...list("spec/cddl"), ...list("spec/tables")].filter((path) => /\.(cddl|yaml)$/.test(path));
  return {
    readme,
    chapters: chapterOrder(
      list("spec/chapters").filter((path) => path.endsWith(".md")),
      readme?.text ?? "",
    ).map(read),
    anchors: existsSync(join(root, "spec/anchors.yaml")) ? read("spec/anchors.yaml") : undefined,
    specification: specification.map(read),
    helpers: code.filter((path) => isHelper(path) && !isTest(path)).map(read),
    implementation: code.filter((path) => !isTest(path) && !isHelper(path)).map(read),
    tests: code.filter(isTest).map(read),
    exists: (path) => existsSync(join(root, path)),
  };
}

/** All files below a folder, ascending by path; none where the folder does not exist. */
function listFiles(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const paths: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!skippedFolders.has(entry.name)) paths.push(...listFiles(root, path));
    } else if (entry.isFile()) paths.push(path);
  }
  return paths.sort();
}

/** Chapters in the order in which `spec/README.md` links them, others behind. */
function chapterOrder(paths: readonly string[], readme: string): string[] {
  const place = (path: string): number => {
    const at = readme.indexOf(`(${path.slice("spec/".length)}`);
    return at < 0 ? Number.MAX_SAFE_INTEGER : at;
  };
  return [...paths].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
