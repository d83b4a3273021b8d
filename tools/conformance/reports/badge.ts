import type { ConformanceReport } from "../../../generated/json/conformance-report.js";

/** Width of a character of the badge's font, at 11 pixels, on average. */
const CHARACTER = 6.6;
const PADDING = 10;

/** A badge with the counts: `fayger L3 | 1,204 of 1,204`. */
export function badge({ ladder, totals, passed, filter }: ConformanceReport): string {
  const left =
    ladder < 0 || filter.families !== undefined || filter.ids !== undefined ? "fayger" : `fayger step ${ladder}`;
  const right = `${totals.passed.toLocaleString("en-US")} of ${totals.cases.toLocaleString("en-US")}`;
  const isWhole = passed && totals.passed === totals.cases;
  const colour = isWhole ? "#1a7f4b" : passed ? "#8a5a00" : "#b3202f";
  const [first, second] = [left, right].map((text) => Math.ceil(text.length * CHARACTER) + 2 * PADDING) as [
    number,
    number,
  ];
  const width = first + second;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${left}: ${right} cases passed">
<title>${left}: ${right} cases passed</title>
<clipPath id="r"><rect width="${width}" height="20" rx="4"/></clipPath>
<g clip-path="url(#r)"><rect width="${first}" height="20" fill="#434b57"/><rect x="${first}" width="${second}" height="20" fill="${colour}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" text-anchor="middle"><text x="${first / 2}" y="14">${left}</text><text x="${first + second / 2}" y="14">${right}</text></g>
</svg>
`;
}
