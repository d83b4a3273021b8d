import { countCases } from "../corpus/cases.js";
import type { OpenCorpus } from "../corpus/open.js";

/**
 * Cases of families of a corpus, those of withdrawn vectors left out. A family that the corpus lacks is not there.
 *
 * @throws CorpusFault
 */
export function casesByFamily(corpus: OpenCorpus, families: ReadonlySet<string>): ReadonlyMap<string, number> {
  return new Map(
    corpus.index.families
      .filter(({ name }) => families.has(name))
      .map(({ name }) => [name, countCases([{ family: name, vectors: corpus.vectorsOf(name), only: new Map() }])]),
  );
}
