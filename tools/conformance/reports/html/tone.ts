import type { ReportCounts } from "../../../../generated/json/conformance-report.js";

/** The tone of some counts: all right, something wrong, or something left out. */
export function toneOf(counts: ReportCounts): "good" | "bad" | "warn" | "idle" {
  if (counts.failed + counts.crashed + counts.timed_out > 0) return "bad";
  if (counts.passed === counts.cases && counts.cases > 0) return "good";
  return counts.passed + counts.known === 0 ? "idle" : "warn";
}
