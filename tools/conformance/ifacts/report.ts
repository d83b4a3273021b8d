import type { ConformanceReport } from "../../../generated/json/conformance-report.js";
import type { CertifiedManifest } from "../../../generated/json/ifacts-certificate.js";
import { LEVEL_MEANINGS, LEVELS, type Level, type LevelName, levelName, levelOf } from "./level.js";
import type { RequiredTest } from "./required-tests.js";
import type { TestResult } from "./results.js";

/** Sums over tests. */
export interface TestSums {
  /** Tests that are owed, those that are not applicable among them. */
  readonly totalTests: number;
  readonly passed: number;
  readonly failed: number;
  /** Tests that were not asked, those that are not applicable among them. */
  readonly skipped: number;
  readonly notApplicable: number;
  readonly details: readonly TestResult[];
}

/** One level of iFACTS. @spec ifacts.levels.report */
export interface LevelReport extends TestSums {
  readonly level: LevelName;
  /** What the level is about. */
  readonly name: string;
  readonly implementation: string;
  /** Whether every level before passed whole; where not, the level counts for nothing. @spec ifacts.levels */
  readonly prerequisiteMet: boolean;
  /** `pass` where every applicable test passed and there is one; `skip` where it was not run, or counts for nothing. */
  readonly result: "pass" | "fail" | "skip";
  /** What keeps the level from passing besides its tests, one line each. */
  readonly problems: readonly string[];
  /** Where a certificate that was made before shows it: the name of its file. */
  readonly certificate?: string;
  readonly timestamp: string;
}

/** One category of iFACTS. */
export interface CategoryReport extends TestSums {
  readonly category: string;
}

/** What iFACTS reports of an implementation. */
export interface ComplianceReport {
  readonly implementationId: string;
  readonly suiteVersion: string;
  readonly timestamp: string;
  readonly categories: readonly CategoryReport[];
  readonly overallResult: "pass" | "fail" | "partial";
  /** Of the applicable tests, from 0 to 1. */
  readonly passRate: number;
}

/** What follows from all levels together. */
export interface CertificationResult {
  /** Whether every level passed. */
  readonly certified: boolean;
  readonly level: "full" | "partial" | "none";
  /** Levels that passed, with every level before. */
  readonly levels: readonly LevelName[];
  /** Categories with an applicable test that did not pass. */
  readonly failedCategories: readonly string[];
  /** The first moment at which the certificates that were made are valid no more; absent where there is no end. */
  readonly validUntil?: string;
}

/** A report in the structures of iFACTS. @spec ifacts.levels.report */
export interface IfactsReport {
  readonly suite: {
    readonly version: string;
    readonly specVersion: string;
    /** Digest of the corpus. */
    readonly digest: string;
    readonly totalTests: number;
    readonly categories: readonly string[];
  };
  readonly implementation: { readonly name: string; readonly version: string; readonly language: string };
  /** The FayManifest whose tests were asked for. */
  readonly manifest?: CertifiedManifest;
  /** The stage up to which tests were asked for. */
  readonly stage: number;
  readonly compliance: ComplianceReport;
  readonly levels: readonly LevelReport[];
  readonly certification: CertificationResult;
}

/** What a report is of. */
export interface ReportSubject {
  readonly corpus: ConformanceReport["corpus"];
  readonly implementation: IfactsReport["implementation"];
  readonly manifest?: CertifiedManifest;
  readonly stage: number;
  readonly timestamp: string;
}

/** What became of one level. */
export interface LevelOutcome {
  readonly level: Level;
  readonly prerequisiteMet: boolean;
  /** Whether anything of it was asked, in this run or before. */
  readonly isRun: boolean;
  readonly details: readonly TestResult[];
  readonly problems: readonly string[];
  readonly certificate?: string;
}

/** The report of one level. @spec ifacts.levels.report */
export function levelReport(
  { level, prerequisiteMet, isRun, details, problems, certificate }: LevelOutcome,
  { implementation, timestamp }: ReportSubject,
): LevelReport {
  const sums = sumsOf(details);
  const applicable = sums.totalTests - sums.notApplicable;
  // Nothing that applies is nothing shown.
  const isPassed = problems.length === 0 && applicable > 0 && sums.passed === applicable;
  return {
    level: levelName(level),
    name: LEVEL_MEANINGS[level],
    implementation: implementationId(implementation),
    prerequisiteMet,
    result: !isRun || !prerequisiteMet ? "skip" : isPassed ? "pass" : "fail",
    ...sums,
    problems,
    ...(certificate !== undefined && { certificate }),
    timestamp,
  };
}

/** The whole report, from those of its levels. */
export function ifactsReport(levels: readonly LevelReport[], subject: ReportSubject): IfactsReport {
  const { corpus, implementation, manifest, stage, timestamp } = subject;
  const details = levels.flatMap((level) => level.details);
  const categories = categoriesOf(details);
  const whole = sumsOf(details);
  const applicable = whole.totalTests - whole.notApplicable;
  const passed = levels.filter(({ result }) => result === "pass");
  const isFull = passed.length === LEVELS.length;
  return {
    suite: {
      version: corpus.version,
      specVersion: corpus.specification,
      digest: corpus.digest,
      totalTests: whole.totalTests,
      categories: categories.map(({ category }) => category),
    },
    implementation,
    ...(manifest !== undefined && { manifest }),
    stage,
    compliance: {
      implementationId: implementationId(implementation),
      suiteVersion: `${corpus.version}+sha256.${corpus.digest}`,
      timestamp,
      categories,
      overallResult: isFull ? "pass" : whole.passed === 0 ? "fail" : "partial",
      passRate: applicable === 0 ? 0 : whole.passed / applicable,
    },
    levels,
    certification: {
      certified: isFull,
      level: isFull ? "full" : passed.length > 0 ? "partial" : "none",
      levels: passed.map(({ level }) => level),
      failedCategories: categories
        .filter((category) => category.passed < category.totalTests - category.notApplicable)
        .map(({ category }) => category),
    },
  };
}

/** The tests of one level, in their order. */
export function testsOf(tests: readonly RequiredTest[], level: Level): readonly RequiredTest[] {
  return tests.filter((test) => levelOf(test.level) === level);
}

/** Name and version in one text. */
export function implementationId({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name} ${version}`.trim();
}

function categoriesOf(details: readonly TestResult[]): CategoryReport[] {
  const names = [...new Set(details.map(({ category }) => category))];
  return names.map((category) => ({
    category,
    ...sumsOf(details.filter((detail) => detail.category === category)),
  }));
}

function sumsOf(details: readonly TestResult[]): TestSums {
  const count = (isCounted: (detail: TestResult) => boolean): number => details.filter(isCounted).length;
  return {
    totalTests: details.length,
    passed: count(({ result }) => result === "pass"),
    failed: count(({ result }) => result === "fail"),
    skipped: count(({ result }) => result === "skip"),
    notApplicable: count(({ reason }) => reason === "not_applicable"),
    details,
  };
}
