import type { VectorResult } from "../../../generated/json/vector.js";
import type { SelectionReport } from "../../../reference/index.js";

/** What was selected and what was skipped, as a result has it. */
export function selectionResult({ selected, skipped }: SelectionReport): VectorResult {
  return { selected, skipped: skipped.map(({ sectionId, reason }) => ({ section: sectionId, reason })) };
}
