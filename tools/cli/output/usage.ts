import { QUOTAS, type QuotaName } from "../../../generated/enums/quota-name.js";
import { type InstanceUsage, quotaUse } from "../../../reference/node.js";
import { table } from "./table.js";
import type { Terminal } from "./terminal.js";
import { byteSize, duration } from "./units.js";

/** What the use of each quota says, where it is no plain count. */
const MEANINGS: Partial<Record<QuotaName, string>> = {
  memory_bytes: "at the end",
  table_elements: "at the end",
  emits_per_second: "in the last second",
  max_pending_events: "waiting at the end",
  open_handles: "at the end",
  open_calls: "at the end",
  reply_bytes: "largest reply",
};

/** What was counted: instructions of the last second are, only where they are bounded. */
function counted(usage: InstanceUsage): ReturnType<typeof quotaUse> {
  const { emits_per_second: emits, ...others } = quotaUse(usage);
  return usage.quotas.emits_per_second === undefined || emits === undefined
    ? others
    : { ...others, emits_per_second: emits };
}

/** What a program used, beside what it might have used: a line for each quota that was counted or set. Gives the lines. */
export function usageTable(terminal: Terminal, usage: InstanceUsage): string[] {
  const used = counted(usage);
  const rows = QUOTAS.filter(({ name }) => used[name] !== undefined || usage.quotas[name] !== undefined).map(
    ({ name, unit }) => {
      const limit = usage.quotas[name];
      return [
        name,
        amount(used[name], unit),
        limit === undefined ? "none" : amount(limit, unit),
        terminal.style("dim", MEANINGS[name] ?? ""),
      ];
    },
  );
  rows.push(["instructions", usage.emits.toLocaleString("en-US"), "", ""]);
  return table(
    terminal,
    [{ title: "quota" }, { title: "used", align: "right" }, { title: "at most", align: "right" }, { title: "" }],
    rows,
  ).map((line) => line.trimEnd());
}

/** The same for programs: `{ fuel: { used, limit } }`; what was not counted or not set is absent. */
export function usageJson(usage: InstanceUsage): Record<string, unknown> {
  const used = counted(usage);
  const rows = QUOTAS.filter(({ name }) => used[name] !== undefined || usage.quotas[name] !== undefined).map(
    ({ name }) => [
      name,
      {
        ...(used[name] !== undefined && { used: used[name] }),
        ...(usage.quotas[name] !== undefined && { limit: usage.quotas[name] }),
      },
    ],
  );
  return { ...Object.fromEntries(rows), instructions: { used: usage.emits } };
}

function amount(value: number | undefined, unit: string): string {
  if (value === undefined) return "";
  if (unit === "bytes") return byteSize(value);
  if (unit === "milliseconds") return duration(value * 1e6);
  return value.toLocaleString("en-US");
}
