import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A requirement of the specification. */
export interface Requirement {
  readonly id: string;
  readonly chapter: string;
  readonly level: string;
  readonly sentence: string;
}

/** The requirements of the specification that came with this package; none where it is not there. */
export function requirements(): readonly Requirement[] {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const path = join(folder, "generated/spec.json");
    if (existsSync(path))
      return (JSON.parse(readFileSync(path, "utf8")) as { requirements: readonly Requirement[] }).requirements;
    if (dirname(folder) === folder) return [];
  }
}
