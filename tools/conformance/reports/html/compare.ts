import type { ReportCounts } from "../../../../generated/json/conformance-report.js";
import type { Comparison } from "../compare.js";
import { ofText, otherCounts } from "../words.js";
import { bar, escaped, moment, page } from "./page.js";
import { toneOf } from "./tone.js";

/** Vectors on one page. */
const VECTORS = 3000;

/** A comparison as a page that needs nothing beside it. */
export function comparisonPage({ columns, families, differing, warnings }: Comparison): string {
  const head = columns.map(({ title }) => `<th>${escaped(title)}</th>`).join("");
  const notes =
    warnings.length === 0
      ? ""
      : `<div class="card warn"><ul class="problems">${warnings.map((text) => `<li>${escaped(text)}</li>`).join("")}</ul></div>`;
  const rows = families.map(
    ({ name, step, counts }) =>
      `<tr><td><b>${escaped(name)}</b></td><td class="num">${step}</td>${counts.map(cell).join("")}</tr>`,
  );
  const sums = columns.map(
    ({ report }) =>
      `<td class="cell">${bar(report.totals)}<b>${ofText(report.totals.passed, report.totals.cases)}</b></td>`,
  );
  const ladder = columns.map(
    ({ report }) => `<td class="cell">${report.ladder < 0 ? "none yet" : `step ${report.ladder}`}</td>`,
  );
  const when = columns.map(({ report }) => `<td class="soft">${escaped(moment(report.started))}</td>`);
  const body = `<header class="card"><h1>Implementations side by side</h1><p class="soft">Cases passed of the cases there are, family by family. Corpus ${escaped(columns[0]?.report.corpus.version ?? "")} <code>${escaped(columns[0]?.report.corpus.digest ?? "")}</code></p></header>
${notes}
<h2>Families</h2><div class="scroll"><table class="matrix"><thead><tr><th>Family</th><th class="num">Step</th>${head}</tr></thead><tbody>
${rows.join("\n")}
<tr><td><b>All</b></td><td></td>${sums.join("")}</tr><tr><td>Ladder</td><td></td>${ladder.join("")}</tr><tr><td>Run</td><td></td>${when.join("")}</tr></tbody></table></div>
<h2>Vectors that differ</h2>${differences(head, differing)}`;
  return page("Implementations side by side", body);
}

function cell(counts: ReportCounts | undefined): string {
  if (counts === undefined) return `<td class="cell soft">–</td>`;
  return `<td class="cell ${toneOf(counts)}" title="${escaped(otherCounts(counts))}">${ofText(counts.passed, counts.cases)}</td>`;
}

function differences(head: string, differing: Comparison["differing"]): string {
  if (differing.length === 0) return `<div class="card good">✓ Every vector came to the same everywhere.</div>`;
  const rows = differing.slice(0, VECTORS).map(({ id, statuses }) => {
    const cells = statuses.map((status) => {
      const tone =
        status === "passed"
          ? "good"
          : status === "unsupported" || status === "?"
            ? "idle"
            : status === "known"
              ? "warn"
              : "bad";
      return `<td class="cell ${tone}">${escaped(status.replace("_", " "))}</td>`;
    });
    return `<tr><td class="mono">${escaped(id)}</td>${cells.join("")}</tr>`;
  });
  const rest = differing.length > VECTORS ? `<p class="soft">… and ${differing.length - VECTORS} more</p>` : "";
  return `<div class="scroll"><table class="matrix"><thead><tr><th>Vector</th>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>${rest}`;
}
