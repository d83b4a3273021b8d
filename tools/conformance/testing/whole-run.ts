import { expect } from "vitest";
import { ownCorpusFolder } from "../corpus/corpus-folder.js";
import { openCorpus } from "../corpus/open.js";
import { runVectors } from "../run/run.js";
import { DEFAULT_BOUNDS } from "../session/entrance.js";
import { noTranscript, type Transcript } from "../session/transcript.js";

/**
 * Ask the whole corpus of this package of an implementation, and demand that it answers every case to the last grade.
 *
 * @param command starts it, for many cases
 * @param leftOut operations it does not declare; the ladder ends before them
 */
export async function answersWholeCorpus(
  command: string,
  leftOut: readonly string[],
  transcript: Transcript = noTranscript,
): Promise<void> {
  const corpus = openCorpus(ownCorpusFolder());
  const { report } = await runVectors({
    corpus,
    filter: {},
    grade: "effects",
    command,
    entrance: "session",
    // Generous: a busy machine is no fault of an implementation.
    bounds: { ...DEFAULT_BOUNDS, answerMs: 120_000, startMs: 120_000 },
    jobs: 2,
    mostCrashes: 50,
    failFast: false,
    knownFailures: [],
    transcript,
    runner: { name: "test", version: "0" },
    now: () => new Date(),
    signal: new AbortController().signal,
  });
  expect(report.problems).toEqual([]);
  expect(report.findings.slice(0, 5)).toEqual([]);
  expect(report).toMatchObject({ passed: true, ladder: leftOut.length === 0 ? 6 : 5 });
  const cases = corpus.index.families.reduce((sum, family) => sum + family.cases, 0);
  const operations = corpus.index.families.flatMap((family) =>
    corpus.vectorsOf(family.name).flatMap(({ operation, status }) => (status === "active" ? [operation] : [])),
  );
  const unsupported = operations.filter((operation) => leftOut.includes(operation)).length;
  expect(report.totals.unsupported).toBe(unsupported);
  expect(report.totals.passed).toBe(cases - unsupported);
  for (const { met, of } of report.totals.grades) expect(met).toBe(of);
}
