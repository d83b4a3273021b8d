import type { VectorExpectation } from "../../../generated/json/vector.js";
import { casesOf, type Question } from "../corpus/cases.js";
import type { OpenCorpus } from "../corpus/open.js";

/** A case a mutant is judged by. */
export interface JudgedCase {
  /** Id of the vector. */
  readonly name: string;
  readonly question: () => Question;
  readonly expect: VectorExpectation;
}

/**
 * The cases that judge mutants, in the order of the corpus. Vectors with `expand` stay away: their ten thousands of cases
 * would make every surviving mutant cost minutes, and what survives without them survives a stricter test.
 */
export function judgedCases(corpus: OpenCorpus): readonly JudgedCase[] {
  const chosen = corpus.index.families.map(({ name }) => ({
    family: name,
    vectors: corpus.vectorsOf(name).filter(({ expand }) => expand === undefined),
    only: new Map(),
  }));
  return [...casesOf(corpus, chosen)].map(({ vector, expect, question }) => ({ name: vector.id, question, expect }));
}
