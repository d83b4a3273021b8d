import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type IfactsCertificate, validateIfactsCertificate } from "../../../generated/json/ifacts-certificate.js";
import { type OpenCorpus, openCorpus } from "../corpus/open.js";
import { Counts, type Status } from "../run/counts.js";
import { writeIfactsCorpus } from "../testing/ifacts-corpus.js";
import { certificateOf, certificateProblems, coverProblems, NoCertificate } from "./certificate.js";
import { LEVELS } from "./level.js";
import { type IfactsReport, ifactsReport, levelReport, testsOf } from "./report.js";
import { determineTests, scopeOfStage } from "./required-tests.js";
import { type Seen, testResult } from "./results.js";

let folder: string;
let corpus: OpenCorpus;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ifacts-certificate-"));
  writeIfactsCorpus(folder);
  corpus = openCorpus(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOW = new Date("2026-06-01T12:00:00Z");
const TESTS = determineTests(scopeOfStage(2));
const runner = { name: "test", version: "0" };

/** What a run saw: every family with the statuses of its cases. */
function seenOf(statuses: (family: string) => readonly Status[]): Seen {
  const families = TESTS.flatMap((each) => each.families).map((family) => {
    const counts = new Counts();
    for (const status of statuses(family)) counts.add(status);
    return [family, { name: family, counts: counts.toJSON() }] as const;
  });
  return { families: new Map(families), isLeftOut: () => false };
}

/** The report of a run in which every test that is owed up to stage 2 passed. */
function reportOf(name = "small"): IfactsReport {
  const { index } = corpus;
  const subject = {
    corpus: { version: index.corpus, digest: index.digest, specification: index.specification },
    implementation: { name, version: "1.0.0", language: "" },
    stage: 2,
    timestamp: NOW.toISOString(),
  };
  const seen = seenOf(() => ["passed"]);
  const levels = LEVELS.map((level) => {
    const details = testsOf(TESTS, level).map((each) => testResult(each, seen));
    return levelReport({ level, prerequisiteMet: true, isRun: true, details, problems: [] }, subject);
  });
  return ifactsReport(levels, subject);
}

const certificate = (level: (typeof LEVELS)[number], validUntil?: Date): IfactsCertificate =>
  certificateOf(reportOf(), level, { runner, issued: NOW, ...(validUntil && { validUntil }) });

// @spec ifacts.tests
test("a test passes exactly where each of its families has a case and every case passed", () => {
  const statuses = fc.array(
    fc.constantFrom<Status>("passed", "failed", "crashed", "timed_out", "unsupported", "known", "not_asked"),
    { maxLength: 3 },
  );
  const mostlyPassed = fc.oneof({ weight: 3, arbitrary: fc.constant<Status[]>(["passed"]) }, statuses);
  fc.assert(
    fc.property(fc.constantFrom(...TESTS), fc.array(mostlyPassed, { minLength: 9, maxLength: 9 }), (each, lists) => {
      const seen = seenOf((family) => lists[(each.families as readonly string[]).indexOf(family)] ?? []);
      const own = lists.slice(0, each.families.length);
      const isWhole = own.every((list) => list.length > 0 && list.every((status) => status === "passed"));
      const { result, reason } = testResult(each, seen);
      expect(result === "pass").toBe(isWhole);
      expect(reason === undefined).toBe(isWhole);
    }),
    { numRuns: 500 },
  );
});

// @spec ifacts.levels
test("a level passes only where every applicable test did, and there is one", () => {
  const subject = {
    corpus: { version: "", digest: "", specification: "" },
    implementation: { name: "small", version: "", language: "" },
    stage: 2,
    timestamp: "",
  };
  const level = (details: ReturnType<typeof testResult>[], problems: string[] = []) =>
    levelReport({ level: 3, prerequisiteMet: true, isRun: true, details, problems }, subject).result;
  const all = testsOf(TESTS, 3).map((each) =>
    testResult(
      each,
      seenOf(() => ["passed"]),
    ),
  );
  const none = testsOf(TESTS, 3).map((each) =>
    testResult(
      { ...each, applicable: false, missing: each.components },
      seenOf(() => ["passed"]),
    ),
  );
  expect(level(all)).toBe("pass");
  expect(level(all, ["ended with status 9"])).toBe("fail");
  expect(level(none)).toBe("fail");
  expect(level([])).toBe("fail");
});

// @spec ifacts.certificate
describe("a certificate", () => {
  test("names implementation, suite, stage, level, every test with its result, and the time", () => {
    const made = certificate(1, new Date("2027-06-01T00:00:00Z"));
    expect(made).toMatchObject({
      certificate: 1,
      implementation: { name: "small", version: "1.0.0" },
      suite: { version: "1.0.0", specVersion: "1.0", digest: corpus.index.digest },
      stage: 2,
      level: 1,
      issued: "2026-06-01T12:00:00Z",
      validUntil: "2027-06-01T00:00:00Z",
    });
    expect(made.tests.map(({ test: name, result }) => `${name} ${result}`)).toEqual([
      "codecs pass",
      "declaration pass",
      "signature_algorithms pass",
      "messages pass",
    ]);
    expect(validateIfactsCertificate(JSON.parse(JSON.stringify(made)))).toEqual([]);
    for (const level of LEVELS) expect(certificateProblems(certificate(level), { corpus, now: NOW })).toEqual([]);
  });

  test("is not made of what has no name", () => {
    expect(() => certificateOf(reportOf(""), 1, { runner, issued: NOW })).toThrow(NoCertificate);
  });

  // @spec ifacts.certificate.valid
  test("is judged by its time", () => {
    const until = certificate(1, new Date("2026-07-01T00:00:00Z"));
    const at = (text: string) => certificateProblems(until, { corpus, now: new Date(text) });
    expect(at("2026-06-01T11:59:59Z")).toEqual(["is valid from 2026-06-01T12:00:00Z on, which is not yet"]);
    expect(at("2026-06-30T23:59:59Z")).toEqual([]);
    expect(at("2026-07-01T00:00:00Z")).toEqual(["was valid until 2026-07-01T00:00:00Z"]);
    const never = { ...until, validUntil: "2027-02-30T00:00:00Z" };
    expect(certificateProblems(never, { corpus, now: NOW })).toEqual([
      "is valid until 2027-02-30T00:00:00Z, which is no time",
    ]);
  });

  test("is of one corpus", () => {
    const other = { ...certificate(2), suite: { version: "9.0.0", specVersion: "1.0", digest: "0".repeat(64) } };
    expect(certificateProblems(other, { corpus, now: NOW })).toEqual([
      expect.stringMatching(/^is of the corpus 9[.]0[.]0 with the digest 0+, and the one at hand is 1[.]0[.]0 with /),
    ]);
  });

  // @spec ifacts.certificate.content
  test("holds exactly what its level takes: whatever is left out, added or made smaller is found", () => {
    const changes: readonly ((made: IfactsCertificate) => Partial<IfactsCertificate>)[] = [
      ({ tests }) => ({ tests: tests.slice(1) }),
      ({ tests }) => ({ tests: tests.slice(0, -1) }),
      ({ tests }) => ({ tests: [...tests, ...tests.slice(0, 1)] }),
      ({ tests }) => ({ tests: tests.map((each) => ({ ...each, families: each.families.slice(1) })) }),
      ({ tests }) => ({
        tests: tests.map((each) => ({ ...each, families: each.families.map((row) => ({ ...row, cases: 2 })) })),
      }),
      ({ tests }) => ({
        tests: tests.map((each) => ({ ...each, result: "not_applicable" as const, missing: [], families: [] })),
      }),
      ({ level }) => ({ level: (level % 4) + 1 }),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...LEVELS), fc.constantFrom(...changes), (level, change) => {
        const made = certificate(level);
        const changed = { ...made, ...change(made) };
        fc.pre(JSON.stringify(changed) !== JSON.stringify(made));
        expect(certificateProblems(changed, { corpus, now: NOW })).not.toEqual([]);
      }),
    );
  });

  test("says which components a test lacks, of a FayManifest alone", () => {
    const manifest = { name: "a", version: "1.0.0", vendor: "v", digest: "0".repeat(64) };
    const without = (missing: readonly string[]): IfactsCertificate => {
      const made = certificate(3);
      const tests = made.tests.map((each) =>
        each.test === "skills" ? { ...each, result: "not_applicable" as const, missing, families: [] } : each,
      );
      return { ...made, tests };
    };
    const problems = (made: IfactsCertificate) => certificateProblems(made, { corpus, now: NOW });
    expect(problems(without(["invoke_skill"]))).toEqual(["lacks the test skills, which applies to every whole stage"]);
    expect(problems({ ...without(["invoke_skill"]), manifest })).toEqual([]);
    expect(problems({ ...without(["sensor"]), manifest })).toEqual([
      "does not say which components of the test skills are missing",
    ]);
    // It shows the level for whoever owes no more than it does.
    const cover = { corpus, now: NOW, stage: 2 };
    const made = { ...without(["invoke_skill"]), manifest };
    expect(coverProblems(made, { ...cover, tests: testsOf(TESTS, 3) })).toEqual(["does not show the test skills"]);
    const fewer = testsOf(TESTS, 3).filter(({ name }) => name !== "skills");
    expect(coverProblems(made, { ...cover, tests: fewer })).toEqual([]);
  });
});
