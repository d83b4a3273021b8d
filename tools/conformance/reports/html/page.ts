import type { ReportCounts } from "../../../../generated/json/conformance-report.js";
import { STYLE } from "./style.js";

/** A text as text of a page. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A whole page that loads nothing. `body` and `script` are taken as they are. */
export function page(title: string, body: string, script = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';script-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
${script === "" ? "" : `<script>${script}</script>\n`}</body>
</html>
`;
}

/** What cases can come to: class of its colour, name, colour in a legend. */
export const SHARES: readonly {
  readonly key: "passed" | "failed" | "crashed" | "timed_out" | "known" | "unsupported" | "not_asked";
  readonly class: string;
  readonly name: string;
  readonly colour: string;
}[] = [
  { key: "passed", class: "p", name: "passed", colour: "var(--good)" },
  { key: "failed", class: "f", name: "failed", colour: "var(--bad)" },
  { key: "crashed", class: "c", name: "crashed", colour: "#b0397f" },
  { key: "timed_out", class: "t", name: "timed out", colour: "#7a4fd0" },
  { key: "known", class: "k", name: "known failures", colour: "#e0a020" },
  { key: "unsupported", class: "u", name: "unsupported", colour: "var(--idle)" },
  { key: "not_asked", class: "n", name: "not asked", colour: "var(--fill)" },
];

/** Counts as a bar of their shares. */
export function bar(counts: ReportCounts): string {
  const pieces = SHARES.filter(({ key }) => (counts[key] ?? 0) > 0).map(
    ({ key, class: name }) => `<i class="${name}" style="width:${percent(counts[key] ?? 0, counts.cases)}"></i>`,
  );
  return `<span class="bar">${pieces.join("")}</span>`;
}

/** A part of a whole, never rounded to all or nothing where it is neither. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return "0%";
  const value = (100 * part) / whole;
  return `${part > 0 ? Math.max(value, 0.6).toFixed(2) : "0"}%`;
}

/** A moment for people, in UTC. */
export function moment(text: string): string {
  return `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}
