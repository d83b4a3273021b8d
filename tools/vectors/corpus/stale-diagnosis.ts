import { type CorpusFiles, corpusDigest } from "./write.js";

/** Digest of the vectors alone: that of a corpus that held only `families/` and `files/`. */
function vectorsDigest(files: CorpusFiles): string {
  return corpusDigest(
    new Map([...files].filter(([path]) => path.startsWith("families/") || path.startsWith("files/"))),
  );
}

/** What is wrong with a diagnosis that was made for other vectors; undefined where it fits or there is none. */
export function staleDiagnosis(files: CorpusFiles): string | undefined {
  const bytes = files.get("diagnosis.json");
  if (bytes === undefined) return undefined;
  const [, stated] = /^\{"vectors":"([0-9a-f]{64})"/.exec(Buffer.from(bytes.subarray(0, 128)).toString("latin1")) ?? [];
  const wanted = vectorsDigest(files);
  if (stated === wanted) return undefined;
  return `diagnosis.json is of other vectors than these (${stated ?? "none"}, expected ${wanted}); run: npm run zoo`;
}
