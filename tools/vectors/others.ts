import { canonicalLines } from "./corpus/canonical-json.js";
import { keyRecords } from "./corpus/keys.js";
import type { CorpusFiles } from "./corpus/write.js";
import { unforced } from "./excused.js";

/** The files of the corpus beside those of the families: keys, and requirements that no vector forces. */
export function otherFiles(): CorpusFiles {
  return new Map([
    ["keys.json", utf8(canonicalLines(keyRecords()))],
    ["excused.json", utf8(canonicalLines(unforced()))],
  ]);
}

function utf8(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "utf8"));
}
