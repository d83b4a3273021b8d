import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CorpusFault } from "./corpus-fault.js";

/** Folder of the corpus that came with this package, found from where this module lies. */
export function ownCorpusFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, "conformance-vectors");
    if (existsSync(join(candidate, "index.json"))) return candidate;
    const above = dirname(folder);
    if (above === folder) throw new CorpusFault(["this installation holds no corpus; name one with --corpus FOLDER"]);
    folder = above;
  }
}
