import { VECTOR_FAMILIES } from "../../../generated/enums/vector-family.js";
import type { ConformanceReport, ReportCounts, ReportFinding } from "../../../generated/json/conformance-report.js";
import { stepOf } from "../corpus/choose.js";
import { familyOf } from "./groups.js";
import { implementationText, ofText } from "./words.js";

/** One implementation of a comparison. */
export interface ComparedColumn {
  readonly title: string;
  readonly report: ConformanceReport;
}

/** One family of a comparison; counts in the order of the columns, undefined where it was not asked for. */
export interface ComparedFamily {
  readonly name: string;
  readonly step: number;
  readonly counts: readonly (ReportCounts | undefined)[];
}

/** A vector on which implementations differ. */
export interface ComparedVector {
  readonly id: string;
  /** What became of it, in the order of the columns: `passed`, a status, `unsupported`, or `?` where nothing is known. */
  readonly statuses: readonly string[];
}

/** Several reports side by side. */
export interface Comparison {
  readonly columns: readonly ComparedColumn[];
  readonly families: readonly ComparedFamily[];
  /** Vectors that did not come to the same everywhere. */
  readonly differing: readonly ComparedVector[];
  /** What keeps the reports from being compared number by number. */
  readonly warnings: readonly string[];
}

/** Put reports side by side. Equal names are told apart by a number. */
export function compareReports(reports: readonly ConformanceReport[]): Comparison {
  const titles = reports.map(implementationText);
  const columns = reports.map((report, index) => {
    const title = titles[index] ?? "";
    const before = titles.slice(0, index).filter((other) => other === title).length;
    const isAlone = titles.filter((other) => other === title).length === 1;
    return { title: isAlone ? title : `${title} #${before + 1}`, report };
  });
  const names = new Set(reports.flatMap(({ families }) => families.map(({ name }) => name)));
  const known = VECTOR_FAMILIES.filter((name) => names.has(name));
  const others = [...names].filter((name) => !(VECTOR_FAMILIES as readonly string[]).includes(name));
  const families = [...known, ...others].map((name) => ({
    name,
    step: stepOf(name),
    counts: reports.map((report) => report.families.find((family) => family.name === name)?.counts),
  }));
  return { columns, families, differing: differingVectors(reports), warnings: warningsOf(reports) };
}

function warningsOf(reports: readonly ConformanceReport[]): string[] {
  const unlike = (what: string, pick: (report: ConformanceReport) => string): string[] => {
    const values = [...new Set(reports.map(pick))];
    return values.length > 1 ? [`the reports have different ${what}: ${values.join(", ")}`] : [];
  };
  return [
    ...unlike("corpora", ({ corpus }) => `${corpus.version} ${corpus.digest.slice(0, 16)}`),
    ...unlike("grades", ({ filter }) => filter.grade),
    ...unlike("filters", ({ filter: { ladder, families, ids } }) => JSON.stringify({ ladder, families, ids })),
  ];
}

function differingVectors(reports: readonly ConformanceReport[]): ComparedVector[] {
  const rows = reports.map(outcomesOf);
  const ids = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const place = (id: string): number => (VECTOR_FAMILIES as readonly string[]).indexOf(familyOf(id));
  // Within a family as the first report has them.
  const ordered = ids.sort((a, b) => place(a) - place(b));
  return ordered.flatMap((id) => {
    const outcomes = rows.map((row) => row.get(id) ?? { text: "?", signature: "?" });
    const isSame = new Set(outcomes.map(({ signature }) => signature)).size === 1;
    return isSame ? [] : [{ id, statuses: outcomes.map(({ text }) => text) }];
  });
}

/** What became of each vector: a word for people, and a signature that tells equal outcomes from others. */
function outcomesOf(report: ConformanceReport): Map<string, { text: string; signature: string }> {
  const row = new Map<string, { text: string; signature: string }>();
  for (const id of report.vectors_passed ?? []) row.set(id, { text: "passed", signature: "passed" });
  for (const id of report.vectors_unsupported ?? []) row.set(id, { text: "unsupported", signature: "unsupported" });
  const found = new Map<string, ReportFinding[]>();
  for (const finding of report.findings) {
    const others = found.get(finding.id);
    if (others === undefined) found.set(finding.id, [finding]);
    else others.push(finding);
  }
  for (const [id, findings] of found) {
    const words = findings.map(({ status, grade }) =>
      status === "failed" ? `wrong ${grade}` : status.replace("_", " "),
    );
    const text = [...new Set(words)].join(", ");
    const isOne = findings.every(({ case: number }) => number === undefined);
    const signature = findings.map(({ case: number }, index) => `${number ?? ""} ${words[index]}`).join("|");
    row.set(id, { text: isOne ? text : `${findings.length.toLocaleString("en-US")} cases: ${text}`, signature });
  }
  return row;
}

/** A comparison as Markdown. */
export function comparisonMarkdown({ columns, families, differing, warnings }: Comparison): string {
  const cell = (counts: ReportCounts | undefined): string =>
    counts === undefined ? "–" : ofText(counts.passed, counts.cases);
  const plain = (text: string): string => text.replace(/[\\|`*_<>[\]]/g, "\\$&");
  const lines = [
    "# Implementations side by side",
    "",
    ...warnings.map((warning) => `- **Note:** ${plain(warning)}`),
    ...(warnings.length > 0 ? [""] : []),
    `| family | step | ${columns.map(({ title }) => plain(title)).join(" | ")} |`,
    `|---|--:|${columns.map(() => "--:|").join("")}`,
    ...families.map(({ name, step, counts }) => `| ${name} | ${step} | ${counts.map(cell).join(" | ")} |`),
    `| **all** | | ${columns.map(({ report }) => `**${cell(report.totals)}**`).join(" | ")} |`,
    `| **ladder** | | ${columns.map(({ report }) => (report.ladder < 0 ? "–" : `step ${report.ladder}`)).join(" | ")} |`,
    "",
    ...(differing.length === 0
      ? ["Every vector came to the same everywhere."]
      : [
          "## Vectors that differ",
          "",
          `| vector | ${columns.map(({ title }) => plain(title)).join(" | ")} |`,
          `|---|${columns.map(() => "---|").join("")}`,
          ...differing.map(({ id, statuses }) => `| \`${id}\` | ${statuses.join(" | ")} |`),
        ]),
  ];
  return `${lines.join("\n")}\n`;
}
