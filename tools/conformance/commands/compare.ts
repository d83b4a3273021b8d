import { writeFileSync } from "node:fs";
import { type Command, ExitCode, UsageError } from "../../cli/command.js";
import { table } from "../../cli/output/table.js";
import { printable, type Style } from "../../cli/output/terminal.js";
import { type Comparison, compareReports, comparisonMarkdown } from "../reports/compare.js";
import { comparisonPage } from "../reports/html/compare.js";
import { toneOf } from "../reports/html/tone.js";
import { ReportFault, readReport } from "../reports/read-report.js";
import { ofText } from "../reports/words.js";

/** Vectors that are shown unless all are asked for. */
const SHOWN = 30;
const STYLES: Readonly<Record<ReturnType<typeof toneOf>, Style>> = {
  good: "green",
  bad: "red",
  warn: "yellow",
  idle: "dim",
};

const FORMS: Readonly<Record<string, (comparison: Comparison) => string>> = {
  ".html": comparisonPage,
  ".md": comparisonMarkdown,
  ".json": ({ columns, ...rest }) =>
    `${JSON.stringify({ implementations: columns.map(({ title, report }) => ({ title, totals: report.totals, ladder: report.ladder })), ...rest }, null, 2)}\n`,
};

/** `fayger conform compare`: several implementations, or several runs, side by side. */
export const compare: Command = {
  name: "conform compare",
  summary: "put several JSON reports side by side",
  usage: ["conform compare REPORT.json REPORT.json … [--report FILE]"],
  description:
    "A matrix of families and implementations, and every vector that did not come to the same everywhere. The reports may be of\nseveral implementations, or of one at several times.",
  options: {
    report: { type: "string", short: "o", value: "FILE", multiple: true, help: "write it: .html, .md or .json" },
    all: { type: "boolean", help: "show every vector that differs" },
  },
  exitCodes: [
    [ExitCode.Ok, "every vector came to the same everywhere"],
    [ExitCode.Refused, "some came to something else"],
    [ExitCode.Usage, "a file is no report"],
  ],
  examples: [
    ["conform compare typescript.json python.json", "where do they disagree?"],
    ["conform compare *.json -o matrix.html", "a page for everybody"],
  ],
  run: async (invocation) => {
    const { terminal, positionals } = invocation;
    if (positionals.length < 2) throw new UsageError("expected two JSON reports or more");
    const outputs = invocation.texts("report").map((file) => {
      const [, form] = Object.entries(FORMS).find(([extension]) => file.endsWith(extension)) ?? [];
      if (form === undefined)
        throw new UsageError(`--report: \`${file}\` ends with none of ${Object.keys(FORMS).join(", ")}`);
      return { file, form };
    });
    let comparison: Comparison;
    try {
      comparison = compareReports(positionals.map(readReport));
    } catch (error) {
      if (error instanceof ReportFault) throw new UsageError(error.message);
      throw error;
    }
    for (const { file, form } of outputs) writeFileSync(file, form(comparison));
    const { columns, families, differing, warnings } = comparison;
    if (terminal.isJson) terminal.json({ ...comparison, columns: columns.map(({ title }) => title) });
    for (const warning of warnings) terminal.note(`${terminal.style("yellow", "note")} ${printable(warning)}`);
    const titles = columns.map(({ title }) => ({ title: printable(title), align: "right" }) as const);
    const cells = families.map(({ name, step, counts }) => [
      printable(name),
      String(step),
      ...counts.map((each) =>
        each === undefined ? "–" : terminal.style(STYLES[toneOf(each)], ofText(each.passed, each.cases)),
      ),
    ]);
    const sums = ["all", "", ...columns.map(({ report }) => ofText(report.totals.passed, report.totals.cases))];
    const ladder = ["ladder", "", ...columns.map(({ report }) => (report.ladder < 0 ? "–" : `step ${report.ladder}`))];
    for (const line of table(
      terminal,
      [{ title: "FAMILY" }, { title: "STEP", align: "right" }, ...titles],
      [...cells, sums, ladder],
    ))
      terminal.line(line);
    terminal.line();
    const shown = invocation.flag("all") ? differing : differing.slice(0, SHOWN);
    const rows = shown.map(({ id, statuses }) => [
      printable(id),
      ...statuses.map((status) => terminal.style(status === "passed" ? "green" : "red", status)),
    ]);
    if (rows.length > 0)
      for (const line of table(terminal, [{ title: "VECTOR" }, ...titles], rows)) terminal.line(line);
    if (differing.length > shown.length)
      terminal.line(terminal.style("dim", `… and ${differing.length - shown.length} more; --all shows them`));
    terminal.line(
      differing.length === 0
        ? terminal.style("green", "every vector came to the same everywhere")
        : `${differing.length} differ`,
    );
    for (const { file } of outputs) terminal.note(terminal.style("dim", `wrote ${file}`));
    return differing.length === 0 ? ExitCode.Ok : ExitCode.Refused;
  },
};
