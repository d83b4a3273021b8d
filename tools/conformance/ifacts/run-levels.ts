import type { ConformanceReport } from "../../../generated/json/conformance-report.js";
import type { CertifiedManifest, IfactsCertificate } from "../../../generated/json/ifacts-certificate.js";
import { type Progress, type RunOptions, RunStopped, runVectors } from "../run/run.js";
import { wordsOf } from "../session/command-line.js";
import { NoIntroduction } from "../session/no-introduction.js";
import { Session } from "../session/session.js";
import { casesByFamily } from "./cases-by-family.js";
import { certifiedResults, coverProblems } from "./certificate.js";
import { LEVEL_MEANINGS, LEVELS, type Level, levelName } from "./level.js";
import {
  type IfactsReport,
  ifactsReport,
  implementationId,
  type LevelOutcome,
  type LevelReport,
  levelReport,
  type ReportSubject,
  testsOf,
} from "./report.js";
import { determineTests, type RequiredTest, type TestScope } from "./required-tests.js";
import { type Seen, skippedTest, type TestResult, testResult } from "./results.js";

/** A certificate of an earlier run, whose signature was believed. */
export interface EarlierCertificate {
  /** How messages name it. */
  readonly file: string;
  readonly certificate: IfactsCertificate;
}

/** What levels are run with. */
export interface LevelRunOptions
  extends Pick<
    RunOptions,
    "corpus" | "command" | "bounds" | "jobs" | "mostCrashes" | "transcript" | "runner" | "now" | "signal"
  > {
  readonly scope: TestScope;
  /** How a certificate names the FayManifest of the scope, where it has one. */
  readonly manifest?: CertifiedManifest;
  /** Levels that are asked for, ascending and without a gap. */
  readonly levels: readonly Level[];
  /** What shows the levels before them. */
  readonly earlier: readonly EarlierCertificate[];
  /** Called after each case. */
  readonly onProgress?: (level: Level, progress: Progress) => void;
}

/** What a run of levels gives. */
export interface LevelRun {
  readonly report: IfactsReport;
  /** The report of the vectors of each level that was run. */
  readonly runs: ReadonlyMap<Level, ConformanceReport>;
  /** Levels that were run and passed. */
  readonly passed: readonly Level[];
}

/** A request for a level whose levels before it have not passed. @spec ifacts.levels.skip */
export class LevelRefused extends Error {
  override readonly name = "LevelRefused";
  /** What is missing, one line each. */
  readonly missing: readonly string[];

  constructor(level: Level, missing: readonly string[]) {
    super(`${levelName(level)} takes the levels before it, and they have not passed`);
    this.missing = missing;
  }
}

/**
 * Run the levels that are asked for, one after the other, each only where every applicable test of those before passed.
 *
 * @throws LevelRefused, CorpusFault, CommandLineFault, NoIntroduction, RunStopped
 * @spec ifacts.levels
 */
export async function runLevels(options: LevelRunOptions): Promise<LevelRun> {
  const { corpus, scope, levels, now } = options;
  const [first = 1] = levels;
  const tests = determineTests(scope);
  const before = shownBefore(options, tests, first);
  const introduced = before.length === 0 ? undefined : await introduce(options);
  if (introduced !== undefined) assertSameImplementation(first, before, introduced);

  const started = now();
  const outcomes: LevelOutcome[] = before.map(({ level, file, certificate }) => ({
    level,
    prerequisiteMet: true,
    isRun: true,
    details: certifiedResults(testsOf(tests, level), certificate, file),
    problems: [],
    certificate: file,
  }));
  const runs = new Map<Level, ConformanceReport>();
  let implementation: Subject | undefined = introduced;
  let stoppedAt: Level | undefined;
  let prerequisiteMet = true;
  for (const level of LEVELS.slice(outcomes.length)) {
    const ofLevel = testsOf(tests, level);
    if (!levels.includes(level) || stoppedAt !== undefined) {
      const isAskedFor = levels.includes(level);
      const why = isAskedFor && stoppedAt !== undefined ? `${levelName(stoppedAt)} did not pass` : "not asked for";
      const reason = isAskedFor ? "level_not_run" : "not_asked";
      const details = ofLevel.map((test) => skippedTest(test, reason, why));
      outcomes.push({ level, prerequisiteMet, isRun: false, details, problems: [] });
      prerequisiteMet = false;
      continue;
    }
    const { details, report } = await runLevel(options, level, ofLevel);
    if (report !== undefined) runs.set(level, report);
    const problems = [...(report?.problems ?? [])];
    const self = report === undefined ? undefined : subjectOf(report);
    if (self !== undefined && implementation !== undefined && !isSame(self, implementation))
      problems.push(
        `introduces itself as ${implementationId(self)}, and before as ${implementationId(implementation)}`,
      );
    implementation ??= self;
    const outcome: LevelOutcome = { level, prerequisiteMet: true, isRun: true, details, problems };
    outcomes.push(outcome);
    // @spec ifacts.levels
    prerequisiteMet = levelReport(outcome, subject(implementation)).result === "pass";
    if (!prerequisiteMet) stoppedAt = level;
  }

  const reports: LevelReport[] = outcomes.map((outcome) => levelReport(outcome, subject(implementation)));
  return {
    report: ifactsReport(reports, subject(implementation)),
    runs,
    passed: levels.filter((level) => reports.some((each) => each.level === levelName(level) && each.result === "pass")),
  };

  function subject(who: Subject | undefined): ReportSubject {
    const { index } = corpus;
    return {
      corpus: { version: index.corpus, digest: index.digest, specification: index.specification },
      implementation: who ?? { name: "unknown", version: "", language: "" },
      stage: scope.stage,
      timestamp: started.toISOString(),
      ...(options.manifest !== undefined && { manifest: options.manifest }),
    };
  }
}

type Subject = IfactsReport["implementation"];

interface Shown extends EarlierCertificate {
  readonly level: Level;
}

/** The certificates that show the levels before the first. @spec ifacts.levels.skip, ifacts.levels.shown */
function shownBefore(
  { corpus, scope, earlier, now }: LevelRunOptions,
  tests: readonly RequiredTest[],
  first: Level,
): Shown[] {
  const missing: string[] = [];
  const shown: Shown[] = [];
  for (const level of LEVELS.filter((each) => each < first)) {
    const name = `${levelName(level)} (${LEVEL_MEANINGS[level]})`;
    const offered = earlier.filter(({ certificate }) => certificate.level === level);
    if (offered.length === 0) missing.push(`${name}: neither asked for here nor shown by a certificate`);
    const refused: string[] = [];
    const found = offered.find(({ file, certificate }) => {
      const problems = coverProblems(certificate, {
        corpus,
        stage: scope.stage,
        tests: testsOf(tests, level),
        now: now(),
      });
      refused.push(...problems.map((problem) => `${name}: ${file}: ${problem}`));
      return problems.length === 0;
    });
    if (found === undefined) missing.push(...refused);
    else shown.push({ ...found, level });
  }
  if (missing.length > 0) throw new LevelRefused(first, missing);
  return shown;
}

/** Who the implementation is, from its introduction alone. @throws NoIntroduction where it has none, RunStopped */
async function introduce({ command, bounds, transcript, signal }: LevelRunOptions): Promise<Subject> {
  const session = new Session(wordsOf(command), bounds, transcript);
  const stop = (): void => void session.abandon();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const introduction = await session.introduce();
    if (signal.aborted) throw new RunStopped("stopped");
    if ("kind" in introduction) throw new NoIntroduction(introduction.detail);
    const { name, version, language } = introduction;
    return { name, version, language };
  } finally {
    signal.removeEventListener("abort", stop);
    await session.close();
  }
}

/** @spec ifacts.levels.skip */
function assertSameImplementation(first: Level, before: readonly Shown[], self: Subject): void {
  const others = before.filter(({ certificate }) => !isSame(certificate.implementation, self));
  if (others.length === 0) return;
  throw new LevelRefused(
    first,
    others.map(
      ({ level, file, certificate }) =>
        `${levelName(level)} (${LEVEL_MEANINGS[level]}): ${file}: certifies ${implementationId(certificate.implementation)}, and this is ${implementationId(self)}`,
    ),
  );
}

function isSame(a: Omit<Subject, "language">, b: Omit<Subject, "language">): boolean {
  return a.name === b.name && a.version === b.version;
}

function subjectOf({ implementation, families }: ConformanceReport): Subject | undefined {
  const { name, version, language } = implementation;
  return families.length === 0 ? undefined : { name, version, language };
}

/** Ask the families of a level. Those without a case are not asked; their tests show nothing. */
async function runLevel(
  { scope: _scope, manifest: _manifest, levels: _levels, earlier: _earlier, onProgress, ...options }: LevelRunOptions,
  level: Level,
  tests: readonly RequiredTest[],
): Promise<{ readonly details: readonly TestResult[]; readonly report?: ConformanceReport }> {
  const wanted = new Set(tests.filter(({ applicable }) => applicable).flatMap((test) => test.families as string[]));
  const families = [...casesByFamily(options.corpus, wanted)].flatMap(([name, cases]) => (cases > 0 ? [name] : []));
  if (families.length === 0) return { details: tests.map((test) => testResult(test, NOTHING)) };
  const { report, noIntroduction } = await runVectors({
    ...options,
    filter: { families },
    // @spec conformance.claim
    grade: "phase",
    // What introduces itself has a name and a version; a command that is started once a case has none.
    entrance: "session",
    failFast: false,
    knownFailures: [],
    ...(onProgress !== undefined && { onProgress: (progress: Progress) => onProgress(level, progress) }),
  });
  if (noIntroduction !== undefined) throw new NoIntroduction(noIntroduction);
  const seen: Seen = {
    families: new Map(report.families.map((family) => [family.name, family])),
    // Every family that the corpus has was asked for.
    isLeftOut: () => false,
  };
  return { details: tests.map((test) => testResult(test, seen)), report };
}

const NOTHING: Seen = { families: new Map(), isLeftOut: () => false };
