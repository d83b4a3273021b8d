import type { ConformanceReport, ReportCounts, ReportFinding } from "../../../generated/json/conformance-report.js";

/** What the steps of the ladder are about, in their order. */
export const STEP_NAMES: readonly string[] = [
  "adapter to the runner",
  "documents",
  "artifacts",
  "digests and signatures",
  "versions, selection, access",
  "lifecycle, capabilities, instructions",
  "execution of programs",
];

const CAUSES: Readonly<Record<string, string>> = {
  ended: "the process ended",
  protocol: "broke the protocol",
  memory: "used too much memory",
  start: "could not be started",
};

/** What became of a finding, for people. */
export function statusText(finding: ReportFinding): string {
  const { status, cause } = finding;
  const grade = gradeText(finding);
  if (status === "crashed") return `crashed: ${CAUSES[cause ?? "ended"] ?? cause}`;
  if (status === "timed_out") return "no answer in time";
  if (status === "known") return grade === undefined ? "known failure" : `known failure in ${grade}`;
  return `${grade} is wrong`;
}

/** The grade that was missed; a result that differs is told from a verdict that does. */
function gradeText({ grade, expected }: ReportFinding): string | undefined {
  const isResult = grade === "verdict" && typeof expected === "object" && expected !== null && !("verdict" in expected);
  return isResult ? "result" : grade;
}

/** `12 of 12`, with the separators of thousands. */
export function ofText(part: number, whole: number): string {
  return `${part.toLocaleString("en-US")} of ${whole.toLocaleString("en-US")}`;
}

/** Counts other than passed that are not zero: `3 failed, 1 crashed`. */
export function otherCounts(counts: ReportCounts): string {
  const rows: readonly (readonly [number, string])[] = [
    [counts.failed, "failed"],
    [counts.crashed, "crashed"],
    [counts.timed_out, "timed out"],
    [counts.known, "known"],
    [counts.unsupported, "unsupported"],
    [counts.not_asked ?? 0, "not asked"],
  ];
  return rows
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count.toLocaleString("en-US")} ${name}`)
    .join(", ");
}

/** The one sentence that says how a run ended. */
export function verdictText(report: ConformanceReport): string {
  const { totals, passed, problems } = report;
  const others = otherCounts(totals);
  const sum = `${ofText(totals.passed, totals.cases)} cases passed${others === "" ? "" : `; ${others}`}`;
  if (passed) return `passed: ${sum}`;
  const why = problems.length > 0 ? `; ${problems.length} problem${problems.length === 1 ? "" : "s"} besides` : "";
  return `did not pass: ${sum}${why}`;
}

/** What the ladder says. */
export function ladderText({ ladder, filter }: ConformanceReport): string {
  const partial = filter.families !== undefined || filter.ids !== undefined;
  if (ladder < 0)
    return partial ? "no step of the ladder: only some cases were asked for" : "no step of the ladder yet";
  return `step ${ladder} of the ladder (${STEP_NAMES[ladder] ?? ""})`;
}

/** Name and version of an implementation. */
export function implementationText({ implementation }: ConformanceReport): string {
  const { name, version, language } = implementation;
  return `${name}${version === "" ? "" : ` ${version}`}${language === "" ? "" : ` (${language})`}`;
}
