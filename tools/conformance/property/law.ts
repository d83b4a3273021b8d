import type fc from "fast-check";
import type { VectorOperation } from "../../../generated/enums/vector-operation.js";
import type { VectorInputs } from "../../../generated/json/vector.js";
import type { Answer } from "../session/entrance.js";

/** Ask the implementation one question. */
export type Ask = (operation: VectorOperation, inputs: VectorInputs) => Promise<Answer>;

/** Inputs the corpus has as accepted, by operation: what generated cases begin from. */
export type Beginnings = Readonly<Partial<Record<VectorOperation, readonly VectorInputs[]>>>;

/**
 * Something that holds of every conforming implementation whatever it is asked: no expected answer is needed to see that
 * it does not.
 */
export interface Law {
  /** Its name on a command line. */
  readonly name: string;
  /** What holds, in one sentence. */
  readonly statement: string;
  /** Anchors of the requirements it follows from. */
  readonly clauses: readonly string[];
  /** Operations it asks for; an implementation without one of them is not asked this law. */
  readonly operations: readonly VectorOperation[];
  /** Makes the law's cases. */
  readonly cases: (check: typeof fc, beginnings: Beginnings) => fc.Arbitrary<LawCase>;
}

/** One generated case. */
export interface LawCase {
  /** Inputs as a person reads them in a counterexample. */
  readonly shown: unknown;
  /** @returns what is wrong, or undefined where the law holds */
  readonly check: (ask: Ask) => Promise<string | undefined>;
}

/** The arbitrary of a law whose cases follow from one generated value. */
export function lawCases<T>(
  arbitrary: fc.Arbitrary<T>,
  check: (value: T, ask: Ask) => Promise<string | undefined>,
  shown: (value: T) => unknown = (value) => value,
): fc.Arbitrary<LawCase> {
  return arbitrary.map((value) => ({ shown: shown(value), check: (ask) => check(value, ask) }));
}

/** A refusal in one line. */
export function told(answer: Answer): string {
  if (answer.verdict === "accept") return "accepted";
  const reason = answer.context?.["reason"];
  return `refused with ${answer.code}${typeof reason === "string" ? ` (${reason})` : ""}`;
}
