import type { Vector, VectorExpectation, VectorInputs } from "../../../generated/json/vector.js";
import { mutate } from "./mutators.js";
import type { OpenCorpus } from "./open.js";

/** What leaves the runner of a case. The expectation and the id are no part of it. @spec conformance.opaque */
export interface Question {
  readonly operation: string;
  readonly inputs: VectorInputs;
}

/** One case: a vector, or one of those a vector with `expand` stands for. */
export interface Case {
  /** Its place among the cases of a run. */
  readonly sequence: number;
  readonly family: string;
  readonly vector: Vector;
  /** Number of the case, of a vector with `expand`. */
  readonly number?: number;
  readonly expect: VectorExpectation;
  /** Makes what is asked; the bytes exist only from then on. */
  question(): Question;
}

/** Which vectors of which families, and of a vector which cases. */
export interface Chosen {
  readonly family: string;
  readonly vectors: readonly Vector[];
  /** Cases of vectors with `expand`, where not all of them are asked for. */
  readonly only: ReadonlyMap<string, ReadonlySet<number>>;
}

/** Every case of what was chosen, in the order of the corpus, made one by one. Withdrawn vectors have none. */
export function* casesOf(corpus: OpenCorpus, chosen: readonly Chosen[]): Generator<Case, void, void> {
  let sequence = 0;
  for (const { family, vectors, only } of chosen) {
    for (const vector of vectors) {
      // @spec conformance.withdrawn
      if (vector.status !== "active") continue;
      const { expand } = vector;
      if (expand === undefined) {
        yield { sequence, family, vector, expect: vector.expect, question: () => questionOf(corpus, vector) };
        sequence += 1;
        continue;
      }
      const wanted = only.get(vector.id);
      for (const { first, last, expect } of expand.classes) {
        for (let number = first; number <= last; number += 1) {
          if (wanted?.has(number) === false) continue;
          yield { sequence, family, vector, number, expect, question: () => questionOf(corpus, vector, number) };
          sequence += 1;
        }
      }
    }
  }
}

/** Number of cases of what was chosen. */
export function countCases(chosen: readonly Chosen[]): number {
  return chosen.reduce(
    (sum, { vectors, only }) =>
      sum +
      vectors
        .filter(({ status }) => status === "active")
        .reduce((cases, { id, expand }) => cases + (only.get(id)?.size ?? expand?.cases ?? 1), 0),
    0,
  );
}

/** What an implementation is asked in a case of a vector; without a number its untouched inputs. */
export function questionOf(corpus: OpenCorpus, vector: Vector, number?: number): Question {
  const { operation, expand } = vector;
  const { file, ...inputs } = vector.inputs;
  if (file === undefined && (expand === undefined || number === undefined)) return { operation, inputs };
  const whole = corpus.inputBytes(vector) ?? new Uint8Array();
  const bytes = expand === undefined || number === undefined ? whole : mutate(whole, expand, number);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
  return { operation, inputs: { ...inputs, bytes: text } };
}
