import { implementationsOf, type SpecReport, testsOf } from "./check.js";

/** The closing lines of a check: how many requirements are answered, and which layers are still to come. */
export function summarise(report: SpecReport): string {
  const themes = new Map<string, number>();
  let enforced = 0;
  let answered = 0;
  for (const { id } of report.requirements) {
    const entry = report.entries.get(id);
    if (entry?.theme !== undefined) themes.set(entry.theme, (themes.get(entry.theme) ?? 0) + 1);
    else {
      enforced++;
      if (implementationsOf(id, report).length > 0 && testsOf(id, report).length > 0) answered++;
    }
  }
  const planned = report.requirements.length - enforced;
  const list = [...themes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([theme, count]) => `${theme} ${count}`);
  const tail = planned === 0 ? "" : `: ${list.join(", ")}`;
  return [
    `${report.requirements.length} requirements`,
    `${enforced} enforced, ${answered} of them answered by code and tests`,
    `${planned} planned${tail}`,
    "",
  ].join("\n");
}
