import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { conformCommands } from "../commands/index.js";
import { requirements } from "../commands/specification.js";
import { ownCorpusFolder } from "../corpus/corpus-folder.js";
import { openCorpus } from "../corpus/open.js";
import { wholeCorpus } from "../corpus/whole.js";
import { lookup } from "../reports/vector-lookup.js";
import { DEFAULT_BOUNDS } from "../session/entrance.js";
import { openTranscript } from "../session/transcript.js";
import { runVectors } from "./run.js";

// The corpus of this package, asked of the reference: it answers every case to the last grade, and what it is asked holds
// nothing of what is expected.

const folder = mkdtempSync(join(tmpdir(), "conform-whole-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const root = fileURLToPath(new URL("../../..", import.meta.url));

// @spec conformance.claim, conformance.ladder, conformance.operations, conformance.refusal, conformance.value
describe("the corpus of this package", () => {
  test("is whole", { timeout: 120_000 }, () => {
    const sentences = new Map(requirements().map(({ id, sentence }) => [id, sentence]));
    expect(sentences.size).toBeGreaterThan(0);
    expect(wholeCorpus(ownCorpusFolder(), sentences).problems).toEqual([]);
  });

  // The implementation in Python, which shares nothing with this one, is asked by CI: `fayger conform run`.
  test("is answered by the implementation in TypeScript, case for case", { timeout: 400_000 }, async () => {
    const corpus = openCorpus(ownCorpusFolder());
    const transcript = openTranscript(join(folder, "transcript"));
    const { report } = await runVectors({
      corpus,
      filter: {},
      grade: "effects",
      command: `'${process.execPath}' '${root}/dist/tools/conformance/testee/main.js' session`,
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
    }).finally(() => transcript.close());
    expect(report.problems).toEqual([]);
    expect(report.findings.slice(0, 5)).toEqual([]);
    expect(report).toMatchObject({ passed: true, ladder: 6 });
    expect(report.totals.passed).toBe(corpus.index.families.reduce((sum, family) => sum + family.cases, 0));
    for (const { met, of } of report.totals.grades) expect(met).toBe(of);
  });

  // @spec conformance.opaque
  test("never reaches an implementation with an id or an expectation", { timeout: 120_000 }, () => {
    const corpus = openCorpus(ownCorpusFolder());
    const ids = new Set(corpus.index.families.flatMap(({ name }) => corpus.vectorsOf(name).map(({ id }) => id)));
    const stray: string[] = [];
    let asked = 0;
    for (const line of readFileSync(join(folder, "transcript"), "utf8").split("\n")) {
      const sent = line.slice(line.indexOf(" > ") + 3);
      if (!sent.startsWith('{"message":"run"')) continue;
      asked += 1;
      JSON.parse(sent, (key, value: unknown) => {
        if (key === "file" || (typeof value === "string" && ids.has(value))) stray.push(`${key}: ${String(value)}`);
        if (key === "" && Object.keys(value as object).join() !== "message,token,operation,inputs") stray.push(sent);
        return value;
      });
    }
    expect(stray).toEqual([]);
    expect(asked).toBe(corpus.index.families.reduce((sum, { cases }) => sum + cases, 0));
  });

  test("has the vectors that the help speaks of", () => {
    const corpus = openCorpus(ownCorpusFolder());
    const vectorOf = lookup(corpus);
    const names = corpus.index.families.map(({ name }) => name);
    const lines = conformCommands.flatMap(({ examples }) => examples.map(([line]) => line));
    const ids = lines.flatMap((line) => /(?:explain|--id) (\S+?)(?:#\d+)?(?: |$)/.exec(line)?.[1] ?? []);
    expect(ids.length).toBeGreaterThan(2);
    expect(ids.filter((id) => vectorOf(id) === undefined)).toEqual([]);
    for (const line of lines)
      for (const [, family] of line.matchAll(/--family (\S+)/g)) expect(names).toContain(family);
  });
});
