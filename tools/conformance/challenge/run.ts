import { isVectorOperation } from "../../../generated/enums/vector-operation.js";
import type { Vector, VectorExpectation, VectorInputs } from "../../../generated/json/vector.js";
import { type Question, questionOf } from "../corpus/cases.js";
import type { OpenCorpus } from "../corpus/open.js";
import { type Grade, gradeAnswer, meets } from "../run/grade.js";
import type { Entrance } from "../session/entrance.js";
import { NoIntroduction } from "../session/no-introduction.js";
import { type Answer, answer as askReference, InputError } from "../testee/index.js";
import { Dice } from "./dice.js";
import { newInputs } from "./new-inputs.js";

/** How an implementation is challenged. */
export interface ChallengeOptions {
  readonly corpus: OpenCorpus;
  readonly entrance: Entrance;
  /** Families of the corpus. */
  readonly families: readonly string[];
  /** New cases for each family, and at most as many published ones. */
  readonly cases: number;
  /** All new cases follow from it. */
  readonly seed: string;
  /** Grade up to which an answer has to be right. */
  readonly grade: Grade;
  readonly onProgress?: (family: string, done: number) => void;
}

/** How many of how many were right. */
export interface Score {
  readonly right: number;
  readonly of: number;
}

/** One family, asked what is published and what is not. */
export interface FamilyScores {
  readonly family: string;
  readonly published: Score;
  readonly challenge: Score;
  /** New cases that were answered wrong. */
  readonly wrong: readonly WrongAnswer[];
}

/** A new case that was answered wrong, for the person who has to find out why. */
export interface WrongAnswer {
  readonly question: Question;
  readonly expected: unknown;
  readonly found: unknown;
}

/** The reference broke on a new case: a fault of the reference, and nothing about the implementation. */
class ReferenceFault extends Error {
  override readonly name = "ReferenceFault";
  readonly question: Question;

  constructor(question: Question, cause: unknown) {
    super(`the reference broke on ${question.operation}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.question = question;
  }
}

const TRIES = 20;

/** A program that nobody has looked at may never end, and a change of one byte makes such a program. */
const ENDLESS: readonly string[] = ["run"];

/**
 * Asks cases that nobody has published, made from a seed and answered by the reference, beside published ones. Who has
 * learnt the corpus by heart does well in one and badly in the other.
 *
 * @throws ReferenceFault, or NoIntroduction where there is nobody to ask
 */
export async function challenge(options: ChallengeOptions): Promise<FamilyScores[]> {
  const introduction = await options.entrance.introduce();
  if ("kind" in introduction) throw new NoIntroduction(introduction.detail);
  const scores: FamilyScores[] = [];
  for (const family of options.families) {
    const vectors = options.corpus
      .vectorsOf(family)
      .filter(
        ({ status, expand, operation }) =>
          status === "active" &&
          expand === undefined &&
          !ENDLESS.includes(operation) &&
          introduction.operations.includes(operation),
      );
    if (vectors.length > 0) scores.push(await challengeFamily(family, vectors, options));
  }
  return scores;
}

async function challengeFamily(
  family: string,
  vectors: readonly Vector[],
  options: ChallengeOptions,
): Promise<FamilyScores> {
  const { corpus, seed, cases } = options;
  const dice = new Dice(`fayger-challenge/v1/${seed}/${family}`);
  const asked = (vector: Vector): VectorInputs => questionOf(corpus, vector).inputs;
  const known = new Set(vectors.map((vector) => keyOf(questionOf(corpus, vector))));
  const step = Math.max(1, Math.floor(vectors.length / cases));
  let right = 0;
  const published = vectors.filter((_, at) => at % step === 0).slice(0, cases);
  for (const vector of published) {
    if ((await judge(questionOf(corpus, vector), vector.expect, options)) === undefined) right += 1;
  }
  const wrong: WrongAnswer[] = [];
  let made = 0;
  for (let tries = cases * TRIES; made < cases && tries > 0; tries -= 1) {
    const base = dice.oneOf(vectors);
    const others = vectors.filter(({ operation }) => operation === base.operation);
    const question = { operation: base.operation, inputs: newInputs(base, others, asked, dice) };
    if (known.has(keyOf(question))) continue;
    known.add(keyOf(question));
    const expect = await expectationOf(question);
    if (expect === undefined) continue;
    made += 1;
    if (made % 10 === 0) options.onProgress?.(family, made);
    const missed = await judge(question, expect, options);
    if (missed !== undefined) wrong.push({ question, ...missed });
  }
  return {
    family,
    published: { right, of: published.length },
    challenge: { right: made - wrong.length, of: made },
    wrong,
  };
}

async function judge(
  question: Question,
  expect: VectorExpectation,
  { entrance, grade }: ChallengeOptions,
): Promise<{ expected: unknown; found: unknown } | undefined> {
  const { outcome } = await entrance.ask(question);
  if (outcome.kind !== "answer") return { expected: expect.verdict, found: outcome.detail };
  const graded = gradeAnswer(expect, outcome.answer);
  if (meets(graded, grade)) return undefined;
  return { expected: graded.missed?.expected, found: graded.missed?.found };
}

/** What the reference answers, as an expectation; undefined where the inputs are no case of the operation. */
async function expectationOf(question: Question): Promise<VectorExpectation | undefined> {
  const { operation, inputs } = question;
  if (!isVectorOperation(operation)) return undefined;
  try {
    return asExpectation(await askReference(operation, inputs));
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw new ReferenceFault(question, error);
  }
}

/** Codes whose reason is a text for people: each implementation has its own. */
const FREE_REASONS = ["LDR_SOURCE_UNAVAILABLE", "ADP_POLICY_DENIED"];

function asExpectation(answer: Answer): VectorExpectation {
  if (answer.verdict === "accept") return { verdict: "accept", result: answer.result };
  const { code, context } = answer;
  const { reason, phase, offset, path, part, section_id: section } = context;
  const locus = {
    ...(typeof offset === "number" && { at: offset }),
    ...(typeof path === "string" && { path }),
    ...(typeof part === "string" && { part }),
    ...(typeof section === "string" && { section }),
  };
  return {
    verdict: "reject",
    code,
    ...(typeof reason === "string" && !FREE_REASONS.includes(code) && { reason }),
    ...(typeof phase === "string" && { phase }),
    locus,
  };
}

function keyOf({ operation, inputs }: Question): string {
  return `${operation} ${JSON.stringify(inputs)}`;
}
