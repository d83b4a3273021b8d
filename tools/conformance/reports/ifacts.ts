import type { ConformanceReport } from "../../../generated/json/conformance-report.js";
import { LEVELS } from "../ifacts/level.js";
import {
  type IfactsReport,
  ifactsReport,
  type LevelReport,
  levelReport,
  type ReportSubject,
  testsOf,
} from "../ifacts/report.js";
import { determineTests, HIGHEST_STAGE, scopeOfStage } from "../ifacts/required-tests.js";
import { seenIn, testResult } from "../ifacts/results.js";

/**
 * The report of a run in the structures of iFACTS: every test there is, by its families, in levels each of which counts
 * only behind those before it. It certifies nothing by itself; `fayger conform certify` does.
 *
 * @spec ifacts.levels.report
 */
export function ifacts(report: ConformanceReport): IfactsReport {
  const { name, version, language } = report.implementation;
  const subject: ReportSubject = {
    corpus: report.corpus,
    implementation: { name, version, language },
    stage: HIGHEST_STAGE,
    timestamp: report.started,
  };
  const tests = determineTests(scopeOfStage(HIGHEST_STAGE));
  const seen = seenIn(report);
  const levels: LevelReport[] = [];
  for (const level of LEVELS) {
    const details = testsOf(tests, level).map((test) => testResult(test, seen));
    const isRun = details.some(({ result, reason }) => result !== "skip" || reason !== "not_asked");
    const prerequisiteMet = levels.every(({ result }) => result === "pass");
    levels.push(levelReport({ level, prerequisiteMet, isRun, details, problems: report.problems }, subject));
  }
  return ifactsReport(levels, subject);
}
