import { isVectorFamily, VECTOR_FAMILY_ROWS } from "../../../generated/enums/vector-family.js";
import type { ConformanceReport, ReportFamily } from "../../../generated/json/conformance-report.js";
import { otherCounts } from "./words.js";

/** One test of iFACTS: a family. */
export interface TestResult {
  readonly testId: string;
  readonly name: string;
  readonly category: string;
  readonly result: "pass" | "fail" | "skip";
  readonly message?: string;
  /** In milliseconds. */
  readonly duration: number;
}

/** Sums of a level or a category, in cases. */
interface Sums {
  readonly totalTests: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly details: readonly TestResult[];
}

/** One level of iFACTS. */
export interface LevelReport extends Sums {
  readonly level: "L1" | "L2" | "L3" | "L4";
  readonly implementation: string;
  /** Whether every level before passed whole; where not, the level counts for nothing. */
  readonly prerequisiteMet: boolean;
  readonly timestamp: string;
}

/** One category of iFACTS. */
export interface CategoryReport extends Sums {
  readonly category: string;
}

/** What iFACTS reports of an implementation. */
export interface ComplianceReport {
  readonly implementationId: string;
  readonly suiteVersion: string;
  readonly timestamp: string;
  readonly categories: readonly CategoryReport[];
  readonly overallResult: "pass" | "fail" | "partial";
  /** From 0 to 1. */
  readonly passRate: number;
}

/** A report in the structures of iFACTS. */
export interface IfactsReport {
  readonly suite: {
    readonly version: string;
    readonly specVersion: string;
    readonly totalTests: number;
    readonly categories: readonly string[];
  };
  readonly compliance: ComplianceReport;
  readonly levels: readonly LevelReport[];
  readonly certification: {
    readonly certified: boolean;
    readonly level: "full" | "partial" | "none";
    readonly failedCategories: readonly string[];
  };
}

/**
 * A report in the structures of iFACTS: levels L1 to L4, each of which counts only behind those before it, and
 * categories. A test is a family of vectors, and sums are in cases, so that no number stands without what it is of.
 */
export function ifacts(report: ConformanceReport): IfactsReport {
  const implementation = `${report.implementation.name} ${report.implementation.version}`.trim();
  const { families, totals, started: timestamp } = report;
  let prerequisiteMet = true;
  const levels = ([1, 2, 3, 4] as const).map((level): LevelReport => {
    const sums = sumsOf(families.filter((family) => family.ifacts_level === level));
    const row: LevelReport = { level: `L${level}`, implementation, prerequisiteMet, ...sums, timestamp };
    prerequisiteMet &&= sums.totalTests > 0 && sums.passed === sums.totalTests;
    return row;
  });
  const names = [...new Set(families.map((family) => family.ifacts_category))];
  const categories = names.map((category) => ({
    category,
    ...sumsOf(families.filter((family) => family.ifacts_category === category)),
  }));
  const failedCategories = categories
    .filter(({ passed, totalTests }) => passed < totalTests)
    .map(({ category }) => category);
  const isFull = prerequisiteMet && report.passed;
  const isNothing = totals.passed === 0;
  return {
    suite: {
      version: `${report.corpus.version}+sha256.${report.corpus.digest}`,
      specVersion: report.corpus.specification,
      totalTests: totals.cases,
      categories: names,
    },
    compliance: {
      implementationId: implementation,
      suiteVersion: report.corpus.version,
      timestamp,
      categories,
      overallResult: isFull ? "pass" : isNothing ? "fail" : "partial",
      passRate: totals.cases === 0 ? 0 : totals.passed / totals.cases,
    },
    levels,
    certification: {
      certified: isFull,
      level: isFull ? "full" : levels[0]?.passed === levels[0]?.totalTests && !isNothing ? "partial" : "none",
      failedCategories,
    },
  };
}

function sumsOf(families: readonly ReportFamily[]): Sums {
  const sum = (pick: (counts: ReportFamily["counts"]) => number): number =>
    families.reduce((total, { counts }) => total + pick(counts), 0);
  return {
    totalTests: sum(({ cases }) => cases),
    passed: sum(({ passed }) => passed),
    failed: sum(({ failed, crashed, timed_out: timedOut, known }) => failed + crashed + timedOut + known),
    skipped: sum(({ unsupported, not_asked: notAsked = 0 }) => unsupported + notAsked),
    details: families.map(({ name, ifacts_category: category, counts, duration_ms: duration = 0 }) => {
      const isSkipped = counts.unsupported + (counts.not_asked ?? 0) === counts.cases;
      const others = otherCounts(counts);
      return {
        testId: name,
        name: isVectorFamily(name) ? `${name}: step ${VECTOR_FAMILY_ROWS[name].ladder}` : name,
        category,
        result: counts.passed === counts.cases ? "pass" : isSkipped ? "skip" : "fail",
        message: `${counts.passed} of ${counts.cases} cases passed${others === "" ? "" : `; ${others}`}`,
        duration,
      };
    }),
  };
}
