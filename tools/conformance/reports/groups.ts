import type { ReportFinding } from "../../../generated/json/conformance-report.js";
import { rangeText } from "../run/known-failures.js";

/** Findings of one family that say the same. */
export interface FindingGroup {
  readonly family: string;
  /** What they share; `id` and `case` are those of the first. */
  readonly first: ReportFinding;
  /** Ids in the order of the report, each with its cases where it has any: `0-7, 12`. */
  readonly ids: readonly { readonly id: string; readonly cases?: string; readonly count: number }[];
  /** Number of findings. */
  readonly count: number;
}

/** Findings put together that differ in nothing but their vector, in the order of the report. */
export function groupFindings(findings: readonly ReportFinding[]): FindingGroup[] {
  const groups = new Map<string, ReportFinding[]>();
  for (const finding of findings) {
    const { id, case: _case, ...rest } = finding;
    const key = JSON.stringify([familyOf(id), rest]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].map((group) => {
    const first = group[0] as ReportFinding;
    const byId = new Map<string, (number | undefined)[]>();
    for (const { id, case: number } of group) byId.set(id, [...(byId.get(id) ?? []), number]);
    const ids = [...byId].map(([id, cases]) => {
      const numbers = cases.filter((number) => number !== undefined);
      return { id, count: cases.length, ...(numbers.length > 0 && { cases: rangeText(numbers) }) };
    });
    return { family: familyOf(first.id), first, ids, count: group.length };
  });
}

/** Family of a vector, from its id. */
export function familyOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf("/")));
}
