import type { ConformanceReport } from "../../../generated/json/conformance-report.js";
import { pairs, table } from "../../cli/output/table.js";
import { printable, type Style, type Terminal } from "../../cli/output/terminal.js";
import { caseName } from "../reports/case-name.js";
import { groupFindings } from "../reports/groups.js";
import { statusText } from "../reports/words.js";
import { LEVEL_MEANINGS, type Level, levelName } from "./level.js";
import type { IfactsReport, LevelReport } from "./report.js";
import type { RequiredTest } from "./required-tests.js";
import type { TestResult } from "./results.js";

/** Groups of findings that are shown of a level. */
const GROUPS = 5;

const STYLES: Readonly<Record<TestResult["result"], Style>> = { pass: "green", fail: "red", skip: "dim" };
/** Words for results; one that is no pass says which kind of none. */
const WORDS: Readonly<Record<NonNullable<TestResult["reason"]>, string>> = {
  failed: "failed",
  unsupported: "not supported",
  vacuous: "vacuous",
  not_applicable: "not applicable",
  level_not_run: "not run",
  not_asked: "not asked",
};

/** Show the report of a certification on a terminal. @spec ifacts.levels.report */
export function showIfacts(
  terminal: Terminal,
  report: IfactsReport,
  runs: ReadonlyMap<Level, ConformanceReport>,
): void {
  const { suite, manifest, stage, compliance, levels, certification } = report;
  for (const line of pairs(terminal, [
    ["implementation", printable(compliance.implementationId)],
    ["tests of", printable(scopeText(stage, manifest))],
    [
      "suite",
      `${printable(suite.version)} ${suite.digest.slice(0, 16)}, specification ${printable(suite.specVersion)}`,
    ],
  ]))
    terminal.line(line);
  for (const level of levels) {
    terminal.line();
    showLevel(terminal, level);
    for (const [number, run] of runs) if (levelName(number) === level.level) showFindings(terminal, run);
  }
  terminal.line();
  const { passed, notApplicable, totalTests } = totalsOf(levels);
  const applicable = totalTests - notApplicable;
  const others = notApplicable === 0 ? "" : `; ${notApplicable} not applicable`;
  const which = certification.levels.length === 0 ? "no level passed" : `passed: ${certification.levels.join(", ")}`;
  const style: Style = certification.level === "full" ? "green" : certification.level === "partial" ? "yellow" : "red";
  terminal.line(
    `${terminal.style(style, which)}  ${terminal.style("dim", `${passed} of ${applicable} tests passed${others}`)}`,
  );
}

/** Show which tests are owed, and of how many cases each. @spec ifacts.tests.required */
export function showOwed(terminal: Terminal, tests: readonly RequiredTest[], cases: ReadonlyMap<string, number>): void {
  const columns = [
    { title: "LEVEL" },
    { title: "TEST" },
    { title: "STAGE", align: "right" },
    { title: "CATEGORY" },
    { title: "CASES", align: "right" },
    { title: "WHAT IT SHOWS" },
  ] as const;
  const rows = tests.map((test) => {
    const { families, applicable, missing, meaning } = test;
    const empty = families.filter((family) => (cases.get(family) ?? 0) === 0);
    const about = !applicable
      ? terminal.style("dim", `not applicable without ${missing.join(", ")}`)
      : empty.length > 0
        ? terminal.style("yellow", `vacuous: the corpus has no case of ${empty.join(", ")}`)
        : meaning;
    const sum = families.reduce((total, family) => total + (cases.get(family) ?? 0), 0);
    return [`L${test.level}`, test.name, String(test.stage), test.category, sum.toLocaleString("en-US"), about];
  });
  for (const line of table(terminal, columns, rows)) terminal.line(line);
}

/** What tests were asked for. */
export function scopeText(stage: number, manifest: IfactsReport["manifest"]): string {
  const stages = stage === 1 ? "stage 1" : `the stages 1 to ${stage}`;
  return manifest === undefined ? stages : `${manifest.name} ${manifest.version}: ${stages}`;
}

function showLevel(terminal: Terminal, report: LevelReport): void {
  const { level, name, result, details, problems, certificate, prerequisiteMet } = report;
  const verdict =
    result === "pass"
      ? certificate === undefined
        ? "passed"
        : `passed before: ${printable(certificate)}`
      : result === "fail"
        ? "did not pass"
        : prerequisiteMet || details.some(({ reason }) => reason === "not_asked")
          ? "not asked for"
          : "not run, since a level before did not pass";
  terminal.line(
    `${terminal.style("bold", level)} ${name}: ${terminal.style(result === "skip" ? "dim" : STYLES[result], verdict)}`,
  );
  const columns = [{ title: "TEST" }, { title: "RESULT" }, { title: "" }] as const;
  const rows = details.map(({ testId, result: each, reason, message }) => [
    `  ${testId}`,
    terminal.style(reason === "vacuous" ? "yellow" : STYLES[each], reason === undefined ? "passed" : WORDS[reason]),
    terminal.style("dim", printable(message)),
  ]);
  for (const line of table(terminal, columns, rows).slice(1)) terminal.line(line);
  for (const problem of problems) terminal.line(`  ${terminal.style("red", "problem")} ${printable(problem)}`);
}

function showFindings(terminal: Terminal, { findings }: ConformanceReport): void {
  const groups = groupFindings(findings);
  if (groups.length > 0) terminal.line();
  for (const { first, count } of groups.slice(0, GROUPS)) {
    const name = printable(caseName(first.id, first.case));
    const more = count > 1 ? terminal.style("dim", ` and ${(count - 1).toLocaleString("en-US")} more like it`) : "";
    terminal.line(`  ${terminal.style("red", statusText(first))}: ${name}${more}`);
  }
  const left = groups.length - GROUPS;
  if (left > 0) terminal.line(terminal.style("dim", `  … and ${left} groups of findings more`));
  const [first] = findings;
  if (first !== undefined)
    terminal.line(
      `  ${terminal.style("cyan", "help")}  fayger conform explain ${printable(caseName(first.id, first.case))}`,
    );
}

function totalsOf(levels: readonly LevelReport[]): Pick<LevelReport, "passed" | "notApplicable" | "totalTests"> {
  const sum = (pick: (level: LevelReport) => number): number => levels.reduce((total, level) => total + pick(level), 0);
  return {
    passed: sum(({ passed }) => passed),
    notApplicable: sum(({ notApplicable }) => notApplicable),
    totalTests: sum(({ totalTests }) => totalTests),
  };
}

/** How a level is named in a sentence. */
export function levelText(level: Level): string {
  return `${levelName(level)} (${LEVEL_MEANINGS[level]})`;
}
