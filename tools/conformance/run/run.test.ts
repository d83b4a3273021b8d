import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ConformanceReport, validateConformanceReport } from "../../../generated/json/conformance-report.js";
import { openCorpus } from "../corpus/open.js";
import { DEFAULT_BOUNDS } from "../session/entrance.js";
import { noTranscript, openTranscript } from "../session/transcript.js";
import { writeSmallCorpus } from "../testing/small-corpus.js";
import { type Mistake, testee } from "../testing/testees.js";
import { type RunOptions, RunStopped, runVectors } from "./run.js";

// Real processes, each wrong in one way: each has its own status, and none passes.

let folder: string;
let corpusFolder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "conform-run-"));
  corpusFolder = join(folder, "corpus");
  mkdirSync(corpusFolder);
  writeSmallCorpus(corpusFolder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function result(mistake: Mistake, options: Partial<RunOptions> = {}): Promise<ConformanceReport> {
  const { report } = await runVectors({
    corpus: openCorpus(corpusFolder),
    filter: {},
    grade: "phase",
    command: testee(folder, mistake),
    entrance: "session",
    bounds: { ...DEFAULT_BOUNDS, answerMs: 8_000 },
    jobs: 1,
    mostCrashes: 50,
    failFast: false,
    knownFailures: [],
    transcript: noTranscript,
    runner: { name: "test", version: "0" },
    now: () => new Date("2026-06-01T12:00:00Z"),
    signal: new AbortController().signal,
    ...options,
  });
  expect(validateConformanceReport(report)).toEqual([]);
  return report;
}

/** For what never starts. Too short a start shows in no other way than one that never comes. */
const SHORT = { ...DEFAULT_BOUNDS, startMs: 1_500 };
/** For what never answers: the answers before that, and the start, may take their time on a busy machine. */
const SILENT = { ...DEFAULT_BOUNDS, answerMs: 4_000 };
const statuses = ({ findings }: ConformanceReport): string[] =>
  findings.map(
    ({ id, case: number, status, cause }) => `${id}${number === undefined ? "" : `#${number}`} ${cause ?? status}`,
  );

describe("an honest implementation", () => {
  // @spec conformance.report, conformance.claim, conformance.ladder, conformance.expansion, conformance.withdrawn
  test("passes every case, and the report says of how many", async () => {
    const report = await result("honest");
    expect(report).toMatchObject({
      passed: true,
      problems: [],
      findings: [],
      totals: { cases: 16, passed: 16, failed: 0, crashed: 0, timed_out: 0, unsupported: 0, known: 0 },
      implementation: { name: "small", version: "0.1.0", language: "javascript" },
      started: "2026-06-01T12:00:00.000Z",
    });
    expect(report.totals.grades).toEqual([
      { grade: "verdict", met: 16, of: 16 },
      { grade: "code", met: 10, of: 10 },
      { grade: "phase", met: 1, of: 1 },
      { grade: "locus", met: 2, of: 2 },
      { grade: "effects", met: 1, of: 1 },
    ]);
    expect(report.corpus.digest).toBe(openCorpus(corpusFolder).index.digest);
    expect(report.vectors_passed).toHaveLength(9);
    // Step 3 has no family in this corpus: nothing is known of it.
    expect(report.ladder).toBe(2);
  });

  test("passes however many processes answer, with the same report", async () => {
    const { duration_ms: _one, ...one } = await result("honest", { grade: "effects" });
    const { duration_ms: _four, ...four } = await result("honest", { grade: "effects", jobs: 4 });
    const timeless = (report: object): unknown =>
      JSON.parse(JSON.stringify(report), (key, value: unknown) => (key === "duration_ms" ? 0 : value));
    expect(timeless(four)).toEqual(timeless(one));
  });

  test("passes as a command that is started once a case", async () => {
    const report = await result("honest", { entrance: "command", grade: "effects" });
    expect(report).toMatchObject({ passed: true, totals: { cases: 16, passed: 16 }, entrance: "command" });
  });
});

// @spec conformance.grades, conformance.crash, conformance.session.stray, conformance.session.order
describe("a faulty implementation never passes, and is told what it did", () => {
  const answers: readonly (readonly [Mistake, Partial<ConformanceReport["totals"]>, readonly string[]])[] = [
    ["always-accept", { passed: 0, failed: 16 }, []],
    ["always-reject", { passed: 0, failed: 16 }, []],
    ["echoes-the-token", { passed: 0, failed: 16 }, []],
    ["wrong-reason", { passed: 7, failed: 9 }, []],
  ];
  test.each(answers)("%s", async (mistake, totals) => {
    const report = await result(mistake);
    expect(report.passed).toBe(false);
    expect(report.totals).toMatchObject({ cases: 16, crashed: 0, timed_out: 0, ...totals });
    expect(report.ladder).toBeLessThan(1);
  });

  const breaks: readonly (readonly [Mistake, readonly string[], string])[] = [
    ["crashes-on-case-3", ["smoke/echo/file ended"], "index out of range"],
    ["exits-cleanly-on-case-3", ["smoke/echo/file ended"], "ended with status 0"],
    ["refuses-by-exit", ["codec-form/manifest/empty-map ended"], "ended with status 1"],
    ["floods-a-line", ["smoke/echo/bytes protocol"], "without an end"],
    ["floods-lines", ["smoke/echo/bytes protocol"], "no JSON"],
    ["wrong-token", ["smoke/echo/nothing protocol"], "another token"],
    ["two-answers", ["smoke/echo/bytes protocol"], "a second"],
    ["second-answer-late", ["smoke/echo/bytes protocol"], "a second answer"],
    ["no-json", ["smoke/echo/bytes protocol"], "this is a log line"],
    ["log-line-first", ["smoke/echo/nothing protocol"], "this is a log line"],
    ["empty-answer", ["smoke/echo/nothing protocol"], "`verdict`"],
    ["leaks-memory", ["smoke/echo/bytes memory"], "MiB of memory"],
  ];
  test.each(breaks)("%s", async (mistake, found, detail) => {
    const bounds = { ...DEFAULT_BOUNDS, memoryBytes: 256 * 1024 ** 2, lineBytes: 2 ** 20 };
    // Each break starts another process, which breaks at the same question: a few cases show it, where one of them is refused.
    const filter = { ids: ["smoke/", "codec-form/manifest/empty-map"] };
    const report = await result(mistake, { bounds, filter });
    expect(report.passed).toBe(false);
    expect(statuses(report)[0]).toBe(found[0]);
    expect(report.findings[0]?.detail).toContain(detail);
    expect(report.totals.failed).toBe(0);
    const { cases, passed, crashed, timed_out: timedOut } = report.totals;
    expect(passed + crashed + timedOut).toBe(cases);
  });

  test("a process that ends of what it was asked before is told from one that ends of the case", async () => {
    const before = await result("crashes-on-case-3", { filter: { ladder: 0 } });
    expect(before.findings.map(({ detail }) => detail)).toEqual([
      "as question 3 of its process, and answers when it is asked alone: ended with status 70; standard error: index out of range",
    ]);
    expect(before.totals).toMatchObject({ crashed: 1, passed: 2 });
    const ofItself = await result("refuses-by-exit", { filter: { ladder: 1 } });
    expect(ofItself.findings.length).toBeGreaterThan(1);
    for (const { detail } of ofItself.findings) expect(detail).toBe("ended with status 1");
  });

  test("a second answer fails the case it answers, and the one after it is asked again", async () => {
    const report = await result("second-answer-late", { filter: { families: ["smoke"] } });
    expect(statuses(report)).toEqual(["smoke/echo/bytes protocol"]);
    expect(report.totals).toMatchObject({ passed: 2, crashed: 1 });
  });

  test("a line behind `bye` fails the last case", async () => {
    const report = await result("answer-behind-bye", { filter: { ids: ["smoke/", "version-range/exact/same"] } });
    expect(statuses(report)).toEqual(["version-range/exact/same protocol"]);
  });

  test("an end with another status than 0 fails the run", async () => {
    const report = await result("ends-with-an-error");
    expect(report).toMatchObject({ passed: false, totals: { passed: 16 } });
    expect(report.problems.join()).toContain("status 9");
  });

  test("a locus or an effect that is wrong is reported beside a claim, and fails where it is asked for", async () => {
    for (const [mistake, grade, failed] of [
      ["wrong-offset", "locus", 2],
      ["too-many-reads", "effects", 1],
    ] as const) {
      const beside = await result(mistake);
      expect(beside.passed).toBe(true);
      expect(beside.totals.grades.find((row) => row.grade === grade)).toMatchObject({ met: grade === "locus" ? 0 : 0 });
      const strict = await result(mistake, { grade });
      expect(strict).toMatchObject({ passed: false, totals: { failed } });
      expect(strict.findings.every((finding) => finding.grade === grade)).toBe(true);
    }
  });
});

// Waited for together: nothing happens meanwhile.
// @spec conformance.crash
describe.concurrent("an implementation that says nothing", () => {
  test("where it was asked, has timed out", async () => {
    const report = await result("hangs", { bounds: SILENT, filter: { ladder: 0 } });
    expect(report).toMatchObject({ passed: false, totals: { cases: 3, passed: 2, timed_out: 1 } });
    expect(statuses(report)).toEqual(["smoke/echo/bytes timed_out"]);
    expect(report.findings[0]?.detail).toContain("no answer within 4 s");
  });

  test("but bytes that no line feed ends is told from it", async () => {
    const report = await result("no-line-feed", { bounds: SILENT, filter: { ladder: 0 } });
    expect(statuses(report)).toEqual(["smoke/echo/bytes timed_out"]);
    expect(report.findings[0]?.detail).toMatch(/^no answer within 4 s, but \d+ bytes without a line feed$/);
  });

  test("when it begins cannot be started", async () => {
    isNeverStarted(await result("hangs-on-start", { bounds: SHORT }));
  });
});

function isNeverStarted(report: ConformanceReport): void {
  expect(report).toMatchObject({
    passed: false,
    ladder: -1,
    totals: { cases: 16, passed: 0, crashed: 16, failed: 0 },
  });
  expect(report.findings.every(({ cause }) => cause === "start")).toBe(true);
  expect(report.problems[0]).toContain("cannot be started");
}

// @spec conformance.crash
describe("an implementation that cannot be started", () => {
  test.each(["crashes-on-start", "another-protocol", "hello-without-operations"] as const)("%s", async (mistake) => {
    isNeverStarted(await result(mistake, { bounds: SHORT }));
  });

  test("a `hello` on several lines is told by its first", async () => {
    const report = await result("hello-on-several-lines", { bounds: SHORT });
    expect(report.problems[0]).toContain("a line that is no JSON: {");
  });

  test("a program that is not there", async () => {
    const report = await result("honest", { command: "/nowhere/at/all" });
    expect(report).toMatchObject({ passed: false, totals: { passed: 0, crashed: 16 } });
    expect(report.problems[0]).toContain("there is no such program");
  });

  test("is not asked without end", async () => {
    const report = await result("wrong-token", { mostCrashes: 2 });
    expect(report.totals).toMatchObject({ crashed: 2, not_asked: 14, passed: 0 });
    expect(report.problems).toContain("nothing more was asked after 2 crashes and timeouts");
  });
});

// @spec conformance.no-vacuous-pass, conformance.unsupported
describe("what is declared", () => {
  test("an operation that is left out is unsupported, and the report says how often", async () => {
    const report = await result("has-echo-only");
    expect(report).toMatchObject({ passed: true, totals: { cases: 16, passed: 3, unsupported: 13 }, ladder: 0 });
    expect(report.vectors_unsupported).toHaveLength(6);
  });

  test("nothing declared is no pass", async () => {
    const report = await result("has-nothing");
    expect(report).toMatchObject({ passed: false, totals: { passed: 0, unsupported: 16 } });
    expect(report.problems.join()).toContain("no case was asked");
  });

  test("an operation that is declared and missing fails", async () => {
    const report = await result("declares-what-it-has-not");
    expect(report).toMatchObject({ passed: false, totals: { unsupported: 0, failed: 2 } });
    expect(report.problems).toEqual(["declares the operation `match_version`, and is right in none of its 2 cases"]);
  });

  test.each([
    ["declares-what-there-is-not", "`frobnicate`, which there is not"],
    ["declares-an-unknown-feature", "`telepathy`, which no vector knows"],
    ["another-specification", "version 7.0"],
    ["another-hello-each-time", "introduces itself otherwise"],
  ] as const)("%s fails", async (mistake, problem) => {
    const report = await result(mistake, { filter: { families: ["smoke"] } });
    expect(report.passed).toBe(false);
    expect(report.problems.join("\n")).toContain(problem);
  });

  test("an unknown filter is an error", async () => {
    for (const filter of [
      { ladder: 7 },
      { families: ["codec-from"] },
      { ids: ["smoke/echo/no"] },
      { ids: ["smoke"] },
      { ids: ["smoke/echo/bytes#0"] },
      { ids: ["codec-form/manifest/every-bit#8"] },
    ])
      await expect(result("honest", { filter })).rejects.toThrow(/there is no|one case|has the cases/);
  });

  test("filters that exclude each other choose nothing, which is no pass", async () => {
    const report = await result("honest", { filter: { ladder: 0, families: ["codec-form"] } });
    expect(report).toMatchObject({ passed: false, totals: { cases: 0 }, problems: ["no case was chosen"] });
  });

  test("single cases of a vector are asked alone", async () => {
    const report = await result("honest", {
      filter: { ids: ["codec-form/manifest/every-bit#3", "codec-form/manifest/every-bit#7"] },
    });
    expect(report.totals).toMatchObject({ cases: 2, passed: 2 });
  });
});

// @spec conformance.command.exit
describe("a command", () => {
  test.each([
    ["exit-contradicts", "ended", "which says"],
    ["exits-with-2", "ended", "status 2"],
    ["exits-with-1-silently", "ended", "printed no answer"],
    ["prints-two-lines", "protocol", "a second line"],
    ["crashes-on-start", "ended", "cannot find my library"],
  ] as const)("%s is a crash, never a refusal", async (mistake, cause, detail) => {
    // One that is accepted and one that is refused: each case starts the command anew.
    const filter = { ids: ["smoke/echo/bytes", "codec-form/manifest/empty-map"] };
    const report = await result(mistake, { entrance: "command", filter });
    expect(report.totals).toMatchObject({ cases: 2, passed: 0, failed: 0, crashed: 2 });
    expect(report.findings.every((finding) => finding.cause === cause && finding.detail?.includes(detail))).toBe(true);
  });

  test("hangs, and is ended", async () => {
    const report = await result("hangs-on-start", {
      entrance: "command",
      filter: { ids: ["smoke/echo/bytes"] },
      operations: ["echo"],
    });
    expect(report.totals).toMatchObject({ passed: 1 });
  });

  test("has the operations it is given, and the others are unsupported", async () => {
    const report = await result("honest", { entrance: "command", operations: ["echo"] });
    expect(report.totals).toMatchObject({ passed: 3, unsupported: 13 });
  });
});

// @spec conformance.opaque
test("nothing but token, operation and inputs reaches an implementation", async () => {
  const path = join(folder, "lines.txt");
  const transcript = openTranscript(path);
  await result("honest", { transcript });
  transcript.close();
  const sent = readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line) => / > (.*)$/.exec(line)?.[1] ?? []);
  const messages = sent.map((line) => JSON.parse(line) as Record<string, unknown>);
  const runs = messages.filter(({ message }) => message === "run");
  expect(runs).toHaveLength(16);
  expect(new Set(runs.map(({ token }) => token)).size).toBe(16);
  for (const message of runs) expect(Object.keys(message)).toEqual(["message", "token", "operation", "inputs"]);
  for (const word of [
    "smoke/",
    "codec-form",
    "every-bit",
    "expect",
    "verdict",
    "clauses",
    "missing_field",
    "LDR_",
    "files/",
    "why",
  ])
    expect(sent.join("\n")).not.toContain(word);
});

test("a run that is stopped leaves no process behind", async () => {
  const path = join(folder, "stopped.txt");
  const transcript = openTranscript(path);
  const abort = new AbortController();
  const running = result("starts-a-child", { transcript, signal: abort.signal });
  const outcome = expect(running).rejects.toBeInstanceOf(RunStopped);
  const pids = (): string[] => {
    const out = process
      .getBuiltinModule("node:child_process")
      .spawnSync("pgrep", ["-f", `orphan-${process.pid}`], { encoding: "utf8" });
    return out.stdout.split("\n").filter(Boolean);
  };
  await expect.poll(pids, { timeout: 30_000 }).not.toEqual([]);
  abort.abort();
  await outcome;
  await expect.poll(pids, { timeout: 30_000 }).toEqual([]);
  transcript.close();
});
