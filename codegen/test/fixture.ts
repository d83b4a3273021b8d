import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createSourceFile, type SourceFile } from "../src/diagnostics/source.js";
import { codegenFolder } from "./golden.js";

const folders = ["cddl", "released", "tables"];

function sourcesBelow(root: string): SourceFile[] {
  const anchors = createSourceFile("spec/anchors.yaml", readFileSync(join(root, "anchors.yaml"), "utf8"));
  const others = folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => /[.](cddl|yaml)$/.test(name))
      .sort()
      .map((name) => createSourceFile(`spec/${folder}/${name}`, readFileSync(join(root, folder, name), "utf8"))),
  );
  return [...others, anchors];
}

/** A small but complete `spec/`, so that golden texts do not change whenever the real one grows. */
export function fixtureSources(): SourceFile[] {
  return sourcesBelow(join(codegenFolder, "test", "fixture"));
}

let spec: SourceFile[] | undefined;

/** The real `spec/`, with its list of anchors: the same objects each time, as a file is parsed once for each object. */
export function specSources(): readonly SourceFile[] {
  spec ??= sourcesBelow(join(codegenFolder, "..", "spec"));
  return spec;
}

/** The sources with some files exchanged or added. */
export function withSources(sources: readonly SourceFile[], ...changed: readonly SourceFile[]): SourceFile[] {
  const paths = new Set(changed.map((source) => source.path));
  return [...sources.filter((source) => !paths.has(source.path)), ...changed];
}
