import type { VectorExpectation } from "../../../generated/json/vector.js";
import { casesOf, type Question } from "../corpus/cases.js";
import type { OpenCorpus } from "../corpus/open.js";

/** A case a mutant is judged by. */
export interface JudgedCase {
  /** Id of the vector, and the number of the case where the vector has several. */
  readonly name: string;
  readonly question: Question;
  readonly expect: VectorExpectation;
}

/** Cases in memory that every thread reads: their JSON one behind the other. */
export interface PackedCases {
  /** Id of each, in their order. */
  readonly names: readonly string[];
  readonly text: SharedArrayBuffer;
  /** Where each begins and, at the end, where the last one ends: 32-bit numbers. */
  readonly starts: SharedArrayBuffer;
}

/** Cases that are taken of each class of a vector with `expand`, evenly spread. */
const SAMPLES = 24;

/**
 * The cases that judge mutants, in the order of the corpus. Of vectors with `expand` a few of each class are taken: their
 * ten thousands would make every surviving mutant cost minutes, and what survives fewer cases survives a stricter test.
 */
export function judgedCases(corpus: OpenCorpus): JudgedCase[] {
  const chosen = corpus.index.families.map(({ name }) => ({
    family: name,
    vectors: corpus.vectorsOf(name),
    only: new Map(
      corpus
        .vectorsOf(name)
        .flatMap(({ id, expand }) => (expand === undefined ? [] : [[id, new Set(expand.classes.flatMap(samples))]])),
    ),
  }));
  return [...casesOf(corpus, chosen)].map(({ vector, number, expect, question }) => ({
    name: number === undefined ? vector.id : `${vector.id}#${number}`,
    question: question(),
    expect,
  }));
}

function samples({ first, last }: { readonly first: number; readonly last: number }): number[] {
  const count = Math.min(SAMPLES, last - first + 1);
  return Array.from({ length: count }, (_, i) => first + Math.floor((i * (last - first + 1)) / count));
}

/** Puts cases where every thread can read them. */
export function packCases(cases: readonly JudgedCase[]): PackedCases {
  const pieces = cases.map((each) => Buffer.from(JSON.stringify(each)));
  const text = new SharedArrayBuffer(pieces.reduce((sum, { length }) => sum + length, 0));
  const starts = new SharedArrayBuffer(4 * (pieces.length + 1));
  const [bytes, table] = [new Uint8Array(text), new Uint32Array(starts)];
  let at = 0;
  for (const [number, piece] of pieces.entries()) {
    bytes.set(piece, at);
    at += piece.length;
    table[number + 1] = at;
  }
  return { names: cases.map(({ name }) => name), text, starts };
}

/** One case, made anew: nothing that one mutant did to its inputs reaches another. */
export function unpackCase({ text, starts }: Omit<PackedCases, "names">, number: number): JudgedCase {
  const table = new Uint32Array(starts);
  const [start, end] = [table[number] ?? 0, table[number + 1] ?? 0];
  return JSON.parse(Buffer.from(text, start, end - start).toString("utf8")) as JudgedCase;
}
