import type { ConformanceReport, ReportFinding } from "../../../generated/json/conformance-report.js";
import { differences } from "./differences.js";
import { familyOf } from "./groups.js";
import { implementationText, statusText } from "./words.js";

/** A report as JUnit XML, as CI systems read it: a suite a family, a test a vector; cases of one vector stand together. */
export function junitXml(report: ConformanceReport): string {
  const findings = new Map<string, ReportFinding[]>();
  for (const finding of report.findings) findings.set(finding.id, [...(findings.get(finding.id) ?? []), finding]);
  const all = new Map<string, string[]>(report.families.map(({ name }) => [name, []]));
  const counts = new Map(report.families.map(({ name }) => [name, { tests: 0, failures: 0, errors: 0, skipped: 0 }]));
  const add = (id: string, kind: "failures" | "errors" | "skipped" | undefined, body: string): void => {
    const family = familyOf(id);
    const sums = counts.get(family);
    if (sums === undefined) return;
    sums.tests += 1;
    if (kind !== undefined) sums[kind] += 1;
    const open = `    <testcase classname="${xml(family)}" name="${xml(id)}"`;
    all.get(family)?.push(body === "" ? `${open}/>` : `${open}>${body}</testcase>`);
  };
  for (const id of report.vectors_passed ?? []) add(id, undefined, "");
  for (const [id, cases] of findings) {
    const isError = cases.some(({ status }) => status === "crashed" || status === "timed_out");
    const isKnown = cases.every(({ status }) => status === "known");
    const kind = isKnown ? "skipped" : isError ? "errors" : "failures";
    add(id, kind, isKnown ? `<skipped message="known failure"/>` : elementOf(cases, isError ? "error" : "failure"));
  }
  for (const id of report.vectors_unsupported ?? [])
    if (!findings.has(id)) add(id, "skipped", `<skipped message="unsupported"/>`);
  const suites = report.families.map(({ name, counts: of, duration_ms: time = 0 }) => {
    const sums = counts.get(name) ?? { tests: 0, failures: 0, errors: 0, skipped: 0 };
    const tests = all.get(name) ?? [];
    return `  <testsuite name="${xml(name)}" tests="${sums.tests}" failures="${sums.failures}" errors="${sums.errors}" skipped="${sums.skipped}" time="${(time / 1000).toFixed(3)}" timestamp="${xml(report.started)}">
    <properties><property name="cases" value="${of.cases}"/><property name="cases passed" value="${of.passed}"/></properties>
${tests.join("\n")}
  </testsuite>`;
  });
  const problems = report.problems.map(
    (problem) => `    <testcase classname="run" name="${xml(problem)}"><failure message="${xml(problem)}"/></testcase>`,
  );
  const own =
    problems.length === 0
      ? ""
      : `\n  <testsuite name="run" tests="${problems.length}" failures="${problems.length}" errors="0" skipped="0">\n${problems.join("\n")}\n  </testsuite>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${xml(`${implementationText(report)}, corpus ${report.corpus.version} ${report.corpus.digest}`)}" time="${(report.duration_ms / 1000).toFixed(3)}">
${suites.join("\n")}${own}
</testsuites>
`;
}

function elementOf(cases: readonly ReportFinding[], element: "failure" | "error"): string {
  const bad = cases.find(({ status }) => (status === "crashed" || status === "timed_out") === (element === "error"));
  const first = bad ?? (cases[0] as ReportFinding);
  const lines = differences(first.expected, first.found).map(
    ({ path, expected = "nothing", found = "nothing" }) =>
      `${path === "" ? "" : `${path}: `}expected ${expected}; found ${found}`,
  );
  const numbers = cases.length === 1 ? "" : `, ${cases.length} cases`;
  const text = [...lines, ...(first.detail === undefined ? [] : [first.detail])].join("\n");
  return `<${element} message="${xml(`${statusText(first)}${numbers}`)}" type="${xml(first.grade ?? first.cause ?? first.status)}">${xml(text)}</${element}>`;
}

/** A text as text of XML; characters that XML cannot hold become `?`. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "?")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
