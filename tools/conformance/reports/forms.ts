import { writeFileSync } from "node:fs";
import type { ConformanceReport } from "../../../generated/json/conformance-report.js";
import type { OpenCorpus } from "../corpus/open.js";
import { badge } from "./badge.js";
import { reportPage } from "./html/report.js";
import { ifacts } from "./ifacts.js";
import { junitXml } from "./junit.js";
import { markdown } from "./markdown.js";
import { lookup, type VectorLookup } from "./vector-lookup.js";

/** A form that a report can be written in. */
export interface ReportForm {
  readonly name: string;
  /** How the names of its files end. */
  readonly extension: string;
  /** The whole text of the file. */
  make(report: ConformanceReport, vectorOf: VectorLookup): string;
}

/** Every form; a longer extension stands before one that it ends with. */
export const REPORT_FORMS: readonly ReportForm[] = [
  { name: "ifacts", extension: ".ifacts.json", make: (report) => `${JSON.stringify(ifacts(report), null, 2)}\n` },
  { name: "json", extension: ".json", make: (report) => `${JSON.stringify(report, null, 2)}\n` },
  { name: "junit", extension: ".xml", make: junitXml },
  { name: "html", extension: ".html", make: reportPage },
  { name: "markdown", extension: ".md", make: markdown },
  { name: "badge", extension: ".svg", make: badge },
];

/** The form of a file by its name, or the one that is named. */
export function formOf(file: string, name?: string): ReportForm | undefined {
  return name === undefined
    ? REPORT_FORMS.find(({ extension }) => file.endsWith(extension))
    : REPORT_FORMS.find((form) => form.name === name);
}

/** Write a report into a file. @throws Error of the host */
export function writeReport(file: string, form: ReportForm, report: ConformanceReport, corpus?: OpenCorpus): void {
  writeFileSync(file, form.make(report, corpus === undefined ? () => undefined : lookup(corpus)));
}
