import type fc from "fast-check";
import { isVectorOperation, type VectorOperation } from "../../../generated/enums/vector-operation.js";
import type { VectorInputs } from "../../../generated/json/vector.js";
import { questionOf } from "../corpus/cases.js";
import type { OpenCorpus } from "../corpus/open.js";
import type { Answer, Entrance } from "../session/entrance.js";
import { NoIntroduction } from "../session/no-introduction.js";
import { artifactLaws } from "./artifact-laws.js";
import { decisionLaws } from "./decision-laws.js";
import { documentLaws } from "./document-laws.js";
import type { Ask, Beginnings, Law } from "./law.js";

/** Every law, in the order of the ladder. */
export const laws: readonly Law[] = [...documentLaws, ...artifactLaws, ...decisionLaws];

/** How laws are tried. */
export interface LawOptions {
  /** The library that generates and shrinks. */
  readonly check: typeof fc;
  readonly corpus: OpenCorpus;
  readonly entrance: Entrance;
  readonly laws: readonly Law[];
  /** Cases for each law. */
  readonly runs: number;
  /** From which all cases follow. */
  readonly seed: number;
  readonly onProgress?: (law: Law, done: number) => void;
}

/** What became of a law. */
export interface LawOutcome {
  readonly law: Law;
  readonly outcome: "holds" | "broken" | "not asked";
  /** Cases that were tried, without those of shrinking. */
  readonly tried: number;
  readonly counterexample?: Counterexample;
}

/** The smallest case found in which a law does not hold. */
export interface Counterexample {
  /** The generated case, made as small as it can be. */
  readonly inputs: unknown;
  readonly problem: string;
  /** What was asked and answered in it, in order. */
  readonly exchange: readonly Exchange[];
  /** Steps that shrinking took. */
  readonly shrinks: number;
  /** Leads to this case again. */
  readonly seed: number;
  readonly path: string;
}

/** One question with its answer. */
export interface Exchange {
  readonly operation: VectorOperation;
  readonly inputs: VectorInputs;
  readonly answer: Answer | string;
}

/** The implementation did not answer. */
class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/**
 * Tries each law with generated cases, and makes a case that breaks it as small as it can be, asking the implementation
 * anew at every step.
 *
 * @throws NoIntroduction where there is nobody to ask
 */
export async function tryLaws(options: LawOptions): Promise<LawOutcome[]> {
  const introduction = await options.entrance.introduce();
  if ("kind" in introduction) throw new NoIntroduction(introduction.detail);
  const beginnings = beginningsOf(options.corpus);
  const outcomes: LawOutcome[] = [];
  for (const law of options.laws) {
    const canAsk = law.operations.every((operation) => introduction.operations.includes(operation));
    outcomes.push(canAsk ? await tryLaw(law, beginnings, options) : { law, outcome: "not asked", tried: 0 });
  }
  return outcomes;
}

async function tryLaw(law: Law, beginnings: Beginnings, options: LawOptions): Promise<LawOutcome> {
  const { check, runs, seed, entrance } = options;
  let tried = 0;
  const property = check.asyncProperty(law.cases(check, beginnings), async (each) => {
    tried += 1;
    if (tried % 20 === 0) options.onProgress?.(law, Math.min(tried, runs));
    const problem = await each.check(asking(entrance)).catch(problemOf);
    if (problem !== undefined) throw new Error(problem);
  });
  const details = await check.check(property, { numRuns: runs, seed });
  if (!details.failed || details.counterexample === null) return { law, outcome: "holds", tried: details.numRuns };
  const [smallest] = details.counterexample;
  // Asked once more, so that what is shown is what is answered to this very case.
  const exchange: Exchange[] = [];
  const problem = await smallest.check(asking(entrance, exchange)).catch(problemOf);
  return {
    law,
    outcome: "broken",
    tried: details.numRuns,
    counterexample: {
      inputs: smallest.shown,
      problem: problem ?? "asked once more it is answered otherwise",
      exchange,
      shrinks: details.numShrinks,
      seed,
      path: details.counterexamplePath ?? "",
    },
  };
}

function asking(entrance: Entrance, exchange?: Exchange[]): Ask {
  return async (operation, inputs) => {
    const { outcome } = await entrance.ask({ operation, inputs });
    if (outcome.kind !== "answer") {
      exchange?.push({ operation, inputs, answer: outcome.detail });
      throw new NoAnswer(outcome.kind === "timed_out" ? outcome.detail : `no answer: ${outcome.detail}`);
    }
    // What the protocol adds, a token first of all, is no part of the answer.
    const { verdict, result, code, context, effects } = outcome.answer;
    const answer = {
      verdict,
      ...(result !== undefined && { result }),
      ...(code !== undefined && { code }),
      ...(context !== undefined && { context }),
      ...(effects !== undefined && { effects }),
    };
    exchange?.push({ operation, inputs, answer });
    return answer;
  };
}

function problemOf(error: unknown): string {
  if (error instanceof NoAnswer) return error.message;
  throw error;
}

/** What the corpus has as accepted, by operation; cases begin from there. Exhaustive vectors add nothing to it. */
function beginningsOf(corpus: OpenCorpus): Beginnings {
  const beginnings: Partial<Record<VectorOperation, VectorInputs[]>> = {};
  for (const { name } of corpus.index.families) {
    for (const vector of corpus.vectorsOf(name)) {
      const { operation, expect, expand, status } = vector;
      if (status !== "active" || expect.verdict !== "accept" || expand !== undefined) continue;
      if (!isVectorOperation(operation)) continue;
      beginnings[operation] ??= [];
      beginnings[operation].push(questionOf(corpus, vector).inputs);
    }
  }
  return beginnings;
}
