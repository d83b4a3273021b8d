import type { ConformanceReport } from "../../../generated/json/conformance-report.js";
import { pairs, table } from "../../cli/output/table.js";
import { printable, type Style, type Terminal } from "../../cli/output/terminal.js";
import { duration } from "../../cli/output/units.js";
import { caseName } from "./case-name.js";
import { differences } from "./differences.js";
import { type FindingGroup, groupFindings } from "./groups.js";
import type { VectorLookup } from "./vector-lookup.js";
import { implementationText, ladderText, ofText, otherCounts, statusText, verdictText } from "./words.js";

/** Groups of findings that are shown unless all are asked for. */
const GROUPS = 12;
/** Ids of one group. */
const IDS = 3;
/** Lines of one difference. */
const LINES = 4;
/** Fewest characters of a reason that are worth showing. */
const LEAST = 24;

/**
 * Show a report on a terminal.
 *
 * @param vectorOf tells of a vector why it is there; nothing is said of what it does not know
 */
export function showReport(
  terminal: Terminal,
  report: ConformanceReport,
  { all = false, vectorOf }: { readonly all?: boolean; readonly vectorOf?: VectorLookup | undefined } = {},
): void {
  const { corpus, problems, families, totals, duration_ms: milliseconds, entrance, command } = report;
  for (const line of pairs(terminal, [
    ["implementation", printable(implementationText(report))],
    ["command", `${printable(command)} ${terminal.style("dim", `(${entrance})`)}`],
    [
      "corpus",
      `${printable(corpus.version)} ${printable(corpus.digest.slice(0, 16))}, specification ${printable(corpus.specification)}`,
    ],
  ]))
    terminal.line(line);
  if (families.length > 0) {
    terminal.line();
    for (const line of familyLines(terminal, report)) terminal.line(line);
    terminal.line();
    terminal.line(`${terminal.style("dim", "GRADES")}  ${gradeText(terminal, report)}`);
  }
  const groups = groupFindings(report.findings);
  const shown = all ? groups : groups.slice(0, GROUPS);
  for (const group of shown) {
    terminal.line();
    for (const line of groupLines(terminal, group, all, vectorOf)) terminal.line(line);
  }
  if (groups.length > shown.length) {
    terminal.line();
    terminal.line(
      terminal.style("dim", `… and ${groups.length - shown.length} groups of findings more; --all shows them`),
    );
  }
  if (problems.length > 0) terminal.line();
  for (const problem of problems) terminal.line(`${terminal.style("red", "problem")} ${printable(problem)}`);
  terminal.line();
  const style: Style = report.passed ? (totals.known + totals.unsupported > 0 ? "yellow" : "green") : "red";
  terminal.line(
    `${terminal.style(style, verdictText(report))}  ${terminal.style("dim", duration(milliseconds * 1e6))}`,
  );
  terminal.line(terminal.style("dim", ladderText(report)));
  const [first] = report.findings;
  if (first !== undefined && !report.passed)
    terminal.line(
      `${terminal.style("cyan", "help")}  fayger conform explain ${printable(caseName(first.id, first.case))}`,
    );
}

function familyLines(terminal: Terminal, { families }: ConformanceReport): string[] {
  const columns = [
    { title: "FAMILY" },
    { title: "STEP", align: "right" },
    { title: "PASSED", align: "right" },
    { title: "" },
  ] as const;
  const rows = families.map(({ name, ladder, counts }) => {
    const isWhole = counts.passed === counts.cases;
    const others = otherCounts(counts);
    const isBad = counts.failed + counts.crashed + counts.timed_out > 0;
    return [
      printable(name),
      String(ladder),
      terminal.style(isWhole ? "green" : isBad ? "red" : "yellow", ofText(counts.passed, counts.cases)),
      terminal.style(isBad ? "red" : "dim", others),
    ];
  });
  return table(terminal, columns, rows);
}

function gradeText(terminal: Terminal, { totals, filter }: ConformanceReport): string {
  let isJudged = true;
  const texts = totals.grades.map(({ grade, met, of }) => {
    // None of none is no success.
    const style: Style = of === 0 ? "dim" : met === of ? "green" : isJudged ? "red" : "yellow";
    const text = `${grade} ${terminal.style(style, ofText(met, of))}${isJudged ? "" : terminal.style("dim", " (beside)")}`;
    if (grade === filter.grade) isJudged = false;
    return text;
  });
  return texts.join(", ");
}

function groupLines(
  terminal: Terminal,
  { first, ids, count }: FindingGroup,
  all: boolean,
  vectorOf: VectorLookup | undefined,
): string[] {
  const style: Style = first.status === "known" ? "yellow" : "red";
  const shown = all ? ids : ids.slice(0, IDS);
  const names = shown.map(({ id, cases, count: each }) => {
    if (cases === undefined) return withReason(terminal, printable(id), "", vectorOf?.(id)?.why);
    const noun = each === 1 ? "case" : "cases";
    const list = cases.length > 60 && !all ? `${cases.slice(0, 60)}…` : cases;
    return withReason(terminal, printable(id), ` ${noun} ${list}`, vectorOf?.(id)?.why);
  });
  const more = ids.length - shown.length;
  return [
    `${terminal.style(style, statusText(first))}${count > 1 ? terminal.style("dim", ` in ${count.toLocaleString("en-US")} cases`) : ""}`,
    ...names.map((name) => `  ${name}`),
    ...(more > 0
      ? [terminal.style("dim", `  … and ${more.toLocaleString("en-US")} ${more === 1 ? "vector" : "vectors"} more`)]
      : []),
    ...differenceLines(terminal, first),
    ...(first.detail === undefined
      ? []
      : first.detail
          .split("\n")
          .slice(0, all ? undefined : 6)
          .map((line) => `    ${terminal.style("dim", printable(line))}`)),
  ];
}

/** The name of a vector, its cases, and as much of why it is there as fits on the line. */
function withReason(terminal: Terminal, name: string, cases: string, why: string | undefined): string {
  const shown = `${terminal.style("bold", name)}${terminal.style("dim", cases)}`;
  const room = terminal.columns - name.length - cases.length - 4;
  if (why === undefined || room < LEAST) return shown;
  const text = printable(why);
  return `${shown}  ${terminal.style("dim", text.length <= room ? text : `${text.slice(0, room - 1)}…`)}`;
}

function differenceLines(terminal: Terminal, { expected, found }: FindingGroup["first"]): string[] {
  if (expected === undefined) return [];
  const lines = differences(expected, found);
  const widest = lines.slice(0, LINES).reduce((most, { path }) => Math.max(most, path.length), 0);
  const shown = lines.slice(0, LINES).flatMap(({ path, expected: wanted, found: given }) => {
    const name = widest === 0 ? "" : `${terminal.style("dim", path.padEnd(widest))}  `;
    const blank = " ".repeat(widest === 0 ? 0 : widest + 2);
    return [
      ...(wanted === undefined ? [] : [`    ${name}${terminal.style("green", `expected ${printable(wanted)}`)}`]),
      `    ${wanted === undefined ? name : blank}${terminal.style("red", `found    ${given === undefined ? "nothing" : printable(given)}`)}`,
    ];
  });
  return lines.length > LINES
    ? [...shown, terminal.style("dim", `    … and ${lines.length - LINES} differences more`)]
    : shown;
}
