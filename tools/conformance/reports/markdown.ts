import type { ConformanceReport } from "../../../generated/json/conformance-report.js";
import { differences } from "./differences.js";
import { groupFindings } from "./groups.js";
import { implementationText, ladderText, ofText, otherCounts, statusText, verdictText } from "./words.js";

/** Groups of findings that are listed. */
const GROUPS = 50;

/** A report as Markdown, for the summary of a CI job or a pull request. */
export function markdown(report: ConformanceReport): string {
  const { corpus, families, totals, problems, filter } = report;
  const groups = groupFindings(report.findings);
  const lines = [
    `# ${text(implementationText(report))}: ${report.passed ? "passed" : "did not pass"}`,
    "",
    `${text(verdictText(report))}. ${capital(ladderText(report))}.`,
    "",
    `Corpus ${text(corpus.version)} \`${corpus.digest}\`, specification ${text(corpus.specification)}, ${report.started}, judged up to ${filter.grade}: ${code(report.command)}`,
    "",
    ...problems.map((problem) => `- **Problem:** ${text(problem)}`),
    ...(problems.length > 0 ? [""] : []),
    "| family | step | passed | others |",
    "|---|--:|--:|---|",
    ...families.map(
      ({ name, ladder, counts }) =>
        `| ${text(name)} | ${ladder} | ${ofText(counts.passed, counts.cases)} | ${otherCounts(counts)} |`,
    ),
    `| **all** | | **${ofText(totals.passed, totals.cases)}** | ${otherCounts(totals)} |`,
    "",
    `| ${totals.grades.map(({ grade }) => grade).join(" | ")} |`,
    `|${totals.grades.map(() => "--:|").join("")}`,
    `| ${totals.grades.map(({ met, of }) => ofText(met, of)).join(" | ")} |`,
    "",
    ...(groups.length === 0 ? [] : ["## Findings", ""]),
    ...groups.slice(0, GROUPS).flatMap(({ first, ids, count }) => [
      `- **${text(statusText(first))}** ${code(first.id)}${first.case === undefined ? "" : ` case ${first.case}`}${count > 1 ? ` and ${(count - 1).toLocaleString("en-US")} cases more${ids.length > 1 ? ` of ${ids.length} vectors` : ""}` : ""}`,
      ...differences(first.expected, first.found)
        .slice(0, 4)
        .map(
          ({ path, expected, found }) =>
            `  - ${path === "" ? "" : `${code(path)}: `}expected ${expected === undefined ? "nothing" : code(expected)}, found ${found === undefined ? "nothing" : code(found)}`,
        ),
      ...(first.detail === undefined ? [] : [`  - ${code(first.detail.split("\n")[0] ?? "")}`]),
    ]),
    ...(groups.length > GROUPS ? [`- … and ${groups.length - GROUPS} groups more`] : []),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

/** Text that Markdown takes for text. */
function text(plain: string): string {
  return plain.replace(/[\\`*_[\]<>|#]/g, "\\$&").replace(/\s+/g, " ");
}

/** Text as code, whatever it holds. */
function code(plain: string): string {
  const flat = plain.replace(/\s+/g, " ").replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `\`${flat}\`` : `${fence} ${flat} ${fence}`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
