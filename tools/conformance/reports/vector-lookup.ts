import type { Vector } from "../../../generated/json/vector.js";
import type { OpenCorpus } from "../corpus/open.js";
import { familyOf } from "./groups.js";

/** What a form may tell of a vector beside the report; nothing of one that is not in the corpus at hand. */
export type VectorLookup = (id: string) => Vector | undefined;

/** Vectors of a corpus by their ids. */
export function lookup(corpus: OpenCorpus): VectorLookup {
  const byId = new Map<string, Vector>();
  const read = new Set<string>();
  return (id) => {
    const family = familyOf(id);
    if (!read.has(family) && corpus.index.families.some(({ name }) => name === family))
      for (const vector of corpus.vectorsOf(family)) byId.set(vector.id, vector);
    read.add(family);
    return byId.get(id);
  };
}
