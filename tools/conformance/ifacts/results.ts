import type { IfactsTest } from "../../../generated/enums/ifacts-test.js";
import type { ConformanceReport, ReportCounts, ReportFamily } from "../../../generated/json/conformance-report.js";
import { otherCounts } from "../reports/words.js";
import { type Level, type LevelName, levelName } from "./level.js";
import type { RequiredTest } from "./required-tests.js";

/**
 * Why a test did not pass: a case was answered wrongly (`failed`) or is of an operation that is not declared
 * (`unsupported`), or the corpus has no case for it (`vacuous`); or why it was not asked: components are absent
 * (`not_applicable`), the levels before did not pass (`level_not_run`), nobody asked for all of it (`not_asked`).
 */
export type TestReason = "failed" | "unsupported" | "vacuous" | "not_applicable" | "level_not_run" | "not_asked";

/** Cases of one family of a test. */
export interface FamilyResult {
  readonly family: string;
  /** Cases there are. */
  readonly cases: number;
  /** Cases that passed. */
  readonly passed: number;
}

/** What became of one test of iFACTS. @spec ifacts.tests */
export interface TestResult {
  /** Its name in the table `ifacts-tests`. */
  readonly testId: IfactsTest;
  /** What it shows. */
  readonly name: string;
  readonly level: LevelName;
  readonly stage: number;
  readonly category: string;
  /** `skip` where it was not asked; never a pass. */
  readonly result: "pass" | "fail" | "skip";
  /** Why it is no pass; absent where it is one. */
  readonly reason?: TestReason;
  readonly message: string;
  readonly components: readonly string[];
  /** Components that are absent; the test is then not applicable. */
  readonly missing: readonly string[];
  /** Its families, each with its cases; none where nothing is known of them. */
  readonly families: readonly FamilyResult[];
  /** How long its answers took together, in milliseconds. */
  readonly duration: number;
}

/** What is known of the families of a run. */
export interface Seen {
  /** Sums of each family that was asked. */
  readonly families: ReadonlyMap<string, Pick<ReportFamily, "name" | "counts" | "duration_ms">>;
  /** Whether what is absent there was not asked for; else the corpus lacks it. */
  isLeftOut(family: string): boolean;
  /** Why no test of this run counts, where that is so. */
  readonly notWhole?: string;
}

/** Grades up to which a run has to be judged for a claim. @spec conformance.claim */
const CLAIMING: readonly string[] = ["phase", "locus", "effects"];

/** What a report of a run says of the families. */
export function seenIn({ filter, families }: ConformanceReport): Seen {
  const notWhole =
    filter.ids !== undefined
      ? "only some vectors were asked for"
      : CLAIMING.includes(filter.grade)
        ? undefined
        : `answers were judged up to the grade ${filter.grade}, and a claim takes phase`;
  return {
    families: new Map(families.map((family) => [family.name, family])),
    isLeftOut: () => filter.ids !== undefined || filter.families !== undefined || filter.ladder !== undefined,
    ...(notWhole !== undefined && { notWhole }),
  };
}

/**
 * What became of a test: a pass where the corpus has cases of each of its families and every one of them was asked and
 * passed, and nothing else.
 *
 * @spec ifacts.tests
 */
export function testResult(test: RequiredTest, seen: Seen): TestResult {
  const rows = test.families.flatMap((name) => seen.families.get(name) ?? []);
  const sum = sumOf(rows.map(({ counts }) => counts));
  const absent = test.families.filter((name) => (seen.families.get(name)?.counts.cases ?? 0) === 0);
  const base = {
    ...aboutTest(test),
    families: test.families.map((family) => {
      const { cases = 0, passed = 0 } = seen.families.get(family)?.counts ?? {};
      return { family, cases, passed };
    }),
    duration: rows.reduce((total, { duration_ms: duration = 0 }) => total + duration, 0),
  };
  if (!test.applicable) return notApplicable(test);
  const others = otherCounts(sum);
  const notWhole = rows.filter(({ counts }) => counts.passed < counts.cases).map(({ name }) => name);
  const where = notWhole.length === 0 ? "" : ` in ${notWhole.join(", ")}`;
  const counted = `${sum.passed} of ${sum.cases} cases passed${others === "" ? "" : `; ${others}${where}`}`;
  const vacuous = `the corpus has no case of ${absent.join(", ")}`;
  const isBad = sum.failed + sum.crashed + sum.timed_out + sum.known > 0;
  if (isBad)
    return {
      ...base,
      result: "fail",
      reason: "failed",
      message: absent.length === 0 ? counted : `${counted}; ${vacuous}`,
    };
  const left = absent.filter((name) => seen.isLeftOut(name));
  // @spec ifacts.tests.vacuous: nothing to ask is nothing shown.
  if (absent.length > left.length)
    return { ...base, result: "fail", reason: "vacuous", message: `shows nothing: ${vacuous}` };
  if (seen.notWhole !== undefined) return { ...base, result: "skip", reason: "not_asked", message: seen.notWhole };
  if (left.length > 0)
    return { ...base, result: "skip", reason: "not_asked", message: `not asked for: ${left.join(", ")}` };
  if ((sum.not_asked ?? 0) > 0) return { ...base, result: "skip", reason: "not_asked", message: counted };
  if (sum.unsupported > 0) return { ...base, result: "fail", reason: "unsupported", message: counted };
  return { ...base, result: "pass", message: counted };
}

/** A test that was not asked because of its level. */
export function skippedTest(test: RequiredTest, reason: "level_not_run" | "not_asked", message: string): TestResult {
  if (!test.applicable) return notApplicable(test);
  return { ...aboutTest(test), result: "skip", reason, message, families: [], duration: 0 };
}

/** What a result says of its test, whatever came out. */
export function aboutTest(
  test: RequiredTest,
): Pick<TestResult, "testId" | "name" | "level" | "stage" | "category" | "components" | "missing"> {
  const { name: testId, meaning: name, level, stage, category, components, missing } = test;
  return { testId, name, level: levelName(level satisfies Level), stage, category, components, missing };
}

/** @spec ifacts.tests.required: told with what is missing, and never a pass. */
function notApplicable(test: RequiredTest): TestResult {
  const message = `not applicable without ${test.missing.join(", ")}`;
  return { ...aboutTest(test), result: "skip", reason: "not_applicable", message, families: [], duration: 0 };
}

function sumOf(counts: readonly ReportCounts[]): ReportCounts {
  const sum = (pick: (each: ReportCounts) => number): number => counts.reduce((total, each) => total + pick(each), 0);
  return {
    cases: sum(({ cases }) => cases),
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed }) => failed),
    crashed: sum(({ crashed }) => crashed),
    timed_out: sum(({ timed_out: timedOut }) => timedOut),
    unsupported: sum(({ unsupported }) => unsupported),
    known: sum(({ known }) => known),
    not_asked: sum(({ not_asked: notAsked = 0 }) => notAsked),
    grades: [],
  };
}
