import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { ConformanceReport } from "../../../generated/json/conformance-report.js";
import { conformCommands } from "../commands/index.js";
import { requirements } from "../commands/specification.js";
import { ownCorpusFolder } from "../corpus/corpus-folder.js";
import { openCorpus } from "../corpus/open.js";
import { wholeCorpus } from "../corpus/whole.js";
import { lookup } from "../reports/vector-lookup.js";
import { DEFAULT_BOUNDS } from "../session/entrance.js";
import { noTranscript, openTranscript } from "../session/transcript.js";
import { runVectors } from "./run.js";

// The corpus of this package, asked of the two implementations of this repository. Each answers every case to the last
// grade; what they are asked holds nothing of what is expected.

const folder = mkdtempSync(join(tmpdir(), "conform-whole-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const root = fileURLToPath(new URL("../../..", import.meta.url));
const python = ["python3", "python"].find(
  (command) => spawnSync(command, ["-c", "import sys; sys.exit(sys.version_info < (3, 9))"]).status === 0,
);
if (python === undefined) process.stderr.write("no Python 3.9 or later: its answers to the corpus are not asked\n");

async function reportOf(name: string, command: string): Promise<ConformanceReport> {
  // What is sent does not depend on who is asked: it is looked at once.
  const transcript = name === "typescript" ? openTranscript(join(folder, name)) : noTranscript;
  try {
    const { report } = await runVectors({
      corpus: openCorpus(ownCorpusFolder()),
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
    return report;
  } finally {
    transcript.close();
  }
}

// @spec conformance.claim, conformance.ladder, conformance.operations, conformance.refusal, conformance.value
describe("the corpus of this package", () => {
  test("is whole", { timeout: 120_000 }, () => {
    const sentences = new Map(requirements().map(({ id, sentence }) => [id, sentence]));
    expect(sentences.size).toBeGreaterThan(0);
    expect(wholeCorpus(ownCorpusFolder(), sentences).problems).toEqual([]);
  });

  /** What runs no programs leaves these out, and reaches the step before them. */
  const ofPrograms = ["validate_code", "run"];
  const testee = `'${process.execPath}' '${root}/dist/tools/conformance/testee/main.js' session`;
  const implementations: [string, string, readonly string[]][] = [["typescript", testee, []]];
  if (python !== undefined)
    implementations.push(["python", `${python} '${root}/tools/conformance/python/fayger_check' session`, ofPrograms]);
  test.each(implementations)(
    "is answered by the implementation in %s, case for case",
    { timeout: 400_000 },
    async (name, command, leftOut) => {
      const report = await reportOf(name, command);
      const corpus = openCorpus(ownCorpusFolder());
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
    },
  );

  // @spec conformance.opaque
  test("never reaches an implementation with an id or an expectation", { timeout: 120_000 }, () => {
    const corpus = openCorpus(ownCorpusFolder());
    const ids = new Set(corpus.index.families.flatMap(({ name }) => corpus.vectorsOf(name).map(({ id }) => id)));
    const stray: string[] = [];
    let asked = 0;
    for (const line of readFileSync(join(folder, "typescript"), "utf8").split("\n")) {
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
