import { readFileSync } from "node:fs";
import { type ConformanceReport, validateConformanceReport } from "../../../generated/json/conformance-report.js";
import { interruptible } from "../../cli/interrupt.js";

/** A file that is no report: why. */
export class ReportFault extends Error {
  override readonly name = "ReportFault";
}

/** Read a JSON report. @throws ReportFault, Error of the host */
export function readReport(path: string): ConformanceReport {
  let value: unknown;
  // A pipe may have to be waited for.
  const text = interruptible(() => readFileSync(path, "utf8"));
  try {
    value = JSON.parse(text);
  } catch {
    throw new ReportFault(`${path} is no JSON`);
  }
  const [first] = validateConformanceReport(value);
  if (first !== undefined) throw new ReportFault(`${path} is no report, ${first.field}: ${first.message}`);
  return value as ConformanceReport;
}
