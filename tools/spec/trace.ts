import type { SourceSpan } from "../../codegen/src/diagnostics/source.js";
import { definitionsOf, implementationsOf, type SpecReport, testsOf } from "./check.js";
import type { Requirement } from "./model.js";
import type { VectorIndex } from "./vectors.js";

/** One requirement with everything that answers for it. */
export interface Trace {
  readonly id: string;
  readonly chapter: string;
  readonly heading: string;
  readonly level: string;
  readonly sentence: string;
  readonly status: string;
  readonly theme?: string;
  readonly stated: string;
  readonly definitions: readonly string[];
  readonly implementation: readonly string[];
  readonly tests: readonly string[];
  /** How many vectors force it; absent where there is no corpus. */
  readonly vectors?: number;
  /** Why no vector can force it. */
  readonly excused?: string;
}

/** The requirements an auditor asked for: an id, the beginning of ids, or a file or folder that cites them. */
export function traceRequirements(
  report: SpecReport,
  asked: readonly string[],
  corpus?: VectorIndex,
): readonly Trace[] {
  const wanted = report.requirements.filter(
    (requirement) => asked.length === 0 || asked.some((text) => isAsked(requirement, text, report)),
  );
  return wanted.map((requirement) => {
    const entry = report.entries.get(requirement.id);
    const { id, chapter, heading, level, sentence } = requirement;
    const excused = corpus?.excused.get(id);
    return {
      id,
      chapter,
      heading,
      level,
      sentence,
      status: entry?.status ?? "unrecorded",
      ...(entry?.theme === undefined ? {} : { theme: entry.theme }),
      stated: place(requirement.span),
      definitions: definitionsOf(id, report).map(place),
      implementation: implementationsOf(id, report).map(place),
      tests: testsOf(id, report).map(place),
      ...(corpus !== undefined && { vectors: corpus.forcing.get(id) ?? 0 }),
      ...(excused !== undefined && { excused }),
    };
  });
}

function isAsked(requirement: Requirement, text: string, report: SpecReport): boolean {
  if (requirement.id === text || requirement.id.startsWith(`${text}.`) || requirement.chapter === text) return true;
  if (!text.includes("/")) return false;
  return (report.citations.get(requirement.id) ?? []).some((citation) => citation.span.file.startsWith(text));
}

/** Traces as Markdown. */
export function traceToMarkdown(traces: readonly Trace[]): string {
  return traces.map(oneTrace).join("\n");
}

function oneTrace(trace: Trace): string {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ["stated", [trace.stated]],
    ["as data", trace.definitions],
    ["code", trace.implementation],
    ["tests", trace.tests],
  ];
  const status = trace.theme === undefined ? trace.status : `${trace.status}: ${trace.theme}`;
  return [
    `## ${trace.id}`,
    "",
    `${trace.level.toUpperCase()}, ${status}, chapter ${trace.chapter}, ${trace.heading}`,
    "",
    `> ${trace.sentence}`,
    "",
    ...rows.map(([label, places]) => `- ${label}: ${places.length === 0 ? "none" : byFile(places).join(", ")}`),
    ...vectorLines(trace),
    "",
  ].join("\n");
}

/** How many lines of one file are told; generated files cite a requirement of a table in hundreds. */
const toldLines = 3;

/** Places with the lines of one file together. JSON has every one of them. */
function byFile(places: readonly string[]): string[] {
  const files = new Map<string, string[]>();
  for (const text of places) {
    const at = text.lastIndexOf(":");
    const lines = files.get(text.slice(0, at)) ?? [];
    lines.push(text.slice(at + 1));
    files.set(text.slice(0, at), lines);
  }
  return [...files].map(([file, lines]) => {
    const told = lines.length > toldLines + 1 ? lines.slice(0, toldLines) : lines;
    const rest = lines.length - told.length;
    return `${file}:${told.join(",")}${rest === 0 ? "" : ` and ${rest} more`}`;
  });
}

function vectorLines({ id, vectors, excused }: Trace): string[] {
  if (vectors === undefined) return [];
  if (excused !== undefined) return [`- vectors: excused. ${excused}`];
  if (vectors === 0) return ["- vectors: none"];
  return [`- vectors: ${vectors}; \`npx fayger conform list --clause ${id} --vectors\` shows them`];
}

function place(span: SourceSpan): string {
  return `${span.file}:${span.line}`;
}
