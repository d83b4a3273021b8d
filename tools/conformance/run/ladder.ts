import { HIGHEST_STEP, stepOf } from "../corpus/choose.js";

/** What the ladder needs of a family. */
export interface FamilyOutcome {
  readonly name: string;
  /** Whether every case of the family in the corpus was asked, met the grades of a claim, and passed. */
  readonly isWhole: boolean;
}

/**
 * Highest step of the ladder of which every family of the corpus is whole, and those of all steps before; −1 where not
 * even step 0 is. A step without families says nothing and ends the claim before it.
 *
 * @spec conformance.ladder
 */
export function ladderOf(families: readonly FamilyOutcome[]): -1 | 0 | 1 | 2 | 3 | 4 | 5 | 6 {
  let reached = -1;
  for (let step = 0; step <= HIGHEST_STEP; step += 1) {
    const ofStep = families.filter(({ name }) => stepOf(name) === step);
    if (ofStep.length === 0 || !ofStep.every(({ isWhole }) => isWhole)) break;
    reached = step;
  }
  return reached as -1 | 0 | 1 | 2 | 3 | 4 | 5 | 6;
}
