import type { Diagnostic } from "../../codegen/src/diagnostics/diagnostic.js";
import { createDiagnostic } from "../../codegen/src/diagnostics/registry.js";
import type { SourceSpan } from "../../codegen/src/diagnostics/source.js";
import { closestName } from "../../codegen/src/diagnostics/suggest.js";
import { readAnchorFile } from "./anchor-file.js";
import { readChapters } from "./chapters.js";
import { readCitations, readCoverage } from "./citations.js";
import { checkLinks } from "./links.js";
import type { AnchorEntry, Citation, Coverage, Requirement, SpecTree } from "./model.js";
import { checkNames } from "./names.js";

/** Everything the tool knows about the specification, and what is wrong with it. */
export interface SpecReport {
  readonly requirements: readonly Requirement[];
  readonly entries: ReadonlyMap<string, AnchorEntry>;
  /** Citations by requirement. */
  readonly citations: ReadonlyMap<string, readonly Citation[]>;
  /** Statements of tests that cover a whole schema or table, by that file. */
  readonly coverage: ReadonlyMap<string, readonly Coverage[]>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compares chapters, `spec/anchors.yaml`, code and tests with each other. */
export function checkSpecification(tree: SpecTree): SpecReport {
  const chapters = readChapters(tree.chapters);
  const recorded = readAnchorFile(tree.anchors);
  const all = readCitations(tree);
  const statements = readCoverage(tree.tests);
  const entries = new Map(recorded.entries.map((entry) => [entry.id, entry]));
  const citations = groupBy(all, (citation) => citation.id);
  const coverage = groupBy(statements, (statement) => statement.path);
  const ids = new Set(chapters.requirements.map((requirement) => requirement.id));
  const report = { requirements: chapters.requirements, entries, citations, coverage };
  const diagnostics = [
    ...chapters.diagnostics,
    ...recorded.diagnostics,
    ...chapters.requirements.flatMap((requirement) => compare(requirement, entries.get(requirement.id))),
    ...recorded.entries.filter((entry) => !ids.has(entry.id)).map((entry) => staleEntry(entry, ids)),
    ...all.filter((citation) => !ids.has(citation.id)).map((citation) => unknownCitation(citation, ids)),
    ...unknownCoverage(tree, statements),
    ...chapters.requirements.flatMap((requirement) => checkAnswered(requirement, report)),
    ...checkLinks(tree),
    ...checkNames(tree),
  ];
  return { ...report, diagnostics };
}

function compare(requirement: Requirement, entry: AnchorEntry | undefined): Diagnostic[] {
  const { id, span } = requirement;
  const help = [`npm run spec -- accept ${id}`];
  if (entry === undefined) return [createDiagnostic("anchor/unrecorded", span, { id }, { help })];
  if (entry.sentence !== requirement.sentence) {
    const notes = [`recorded: ${entry.sentence}`, `found: ${requirement.sentence}`];
    const related = [{ span: entry.span, message: "recorded here" }];
    const advice = [
      "check every line that `npm run spec -- trace` names for it, then take the sentence over:",
      ...help,
    ];
    return [createDiagnostic("anchor/sentence-changed", span, { id }, { notes, related, help: advice })];
  }
  for (const member of ["chapter", "heading", "level"] as const) {
    if (entry[member] === requirement[member]) continue;
    const parameters = { id, member, expected: requirement[member], found: entry[member] };
    return [createDiagnostic("anchor/entry-outdated", entry.span, parameters, { help })];
  }
  return [];
}

function staleEntry(entry: AnchorEntry, ids: ReadonlySet<string>): Diagnostic {
  const help = [`npm run spec -- accept ${entry.id} removes the entry`];
  return createDiagnostic("anchor/stale-entry", entry.span, { id: entry.id }, { help, notes: similar(entry.id, ids) });
}

function unknownCitation(citation: Citation, ids: ReadonlySet<string>): Diagnostic {
  const { id, span } = citation;
  const near = closestName(id, ids);
  const fixes =
    near === undefined
      ? []
      : [
          {
            title: `replace with \`${near}\``,
            applicability: "unsafe" as const,
            edits: [{ file: span.file, start: span.start, end: span.end, replacement: near }],
          },
        ];
  return createDiagnostic("anchor/unknown", span, { id }, { notes: similar(id, ids), fixes });
}

function similar(id: string, ids: ReadonlySet<string>): string[] {
  const near = closestName(id, ids);
  return near === undefined ? [] : [`a similar requirement exists: \`${near}\``];
}

function unknownCoverage(tree: SpecTree, statements: readonly Coverage[]): Diagnostic[] {
  const paths = new Set(tree.specification.map((file) => file.path));
  return statements
    .filter((statement) => !paths.has(statement.path))
    .map((statement) => createDiagnostic("anchor/unknown-coverage", statement.span, { path: statement.path }));
}

/** What is asked of an enforced requirement: a line of code and a test that answer for it. */
function checkAnswered(requirement: Requirement, report: Omit<SpecReport, "diagnostics">): Diagnostic[] {
  const entry = report.entries.get(requirement.id);
  if (entry === undefined) return [];
  const { id, span } = requirement;
  const code = implementationsOf(id, report);
  const tests = testsOf(id, report);
  if (entry.status === "planned") {
    if (code.length === 0 || tests.length === 0) return [];
    const help = ["set its status to enforced in spec/anchors.yaml where nothing of it is missing"];
    return [createDiagnostic("anchor/planned-but-cited", entry.span, { id }, { help })];
  }
  // A permission binds nobody: there is nothing to obey and nothing to test.
  if (entry.level === "may") return [];
  const diagnostics: Diagnostic[] = [];
  if (code.length === 0) {
    const help = [`write \`@spec ${id}\` at the line that obeys it`];
    diagnostics.push(createDiagnostic("anchor/no-implementation", span, { id }, { help }));
  }
  if (tests.length === 0) {
    const help = [`write \`@spec ${id}\` at the test that would fail without it`];
    diagnostics.push(createDiagnostic("anchor/no-test", span, { id }, { help }));
  }
  return diagnostics;
}

/** What makes vectors and what answers them: it shows whether others obey, and itself obeys one chapter alone. */
const ABOUT_VECTORS = /^tools\/(vectors|conformance\/testee)\//;

/** Places in code that obey a requirement. */
export function implementationsOf(id: string, report: Pick<SpecReport, "citations">): readonly SourceSpan[] {
  const obeys = ({ file }: SourceSpan): boolean => id.startsWith("conformance.") || !ABOUT_VECTORS.test(file);
  return (report.citations.get(id) ?? [])
    .filter((one) => one.kind === "implementation" && obeys(one.span))
    .map((one) => one.span);
}

/** Places in schemas and tables that state a requirement as data. */
export function definitionsOf(id: string, report: Pick<SpecReport, "citations">): readonly SourceSpan[] {
  return (report.citations.get(id) ?? []).filter((one) => one.kind === "specification").map((one) => one.span);
}

/** Tests of a requirement: those that cite it, and those that go through a schema or table which cites it. */
export function testsOf(id: string, report: Pick<SpecReport, "citations" | "coverage">): readonly SourceSpan[] {
  const direct = (report.citations.get(id) ?? []).filter((one) => one.kind === "test").map((one) => one.span);
  const covered = new Set(definitionsOf(id, report).map((span) => span.file));
  return [...direct, ...[...covered].flatMap((path) => (report.coverage.get(path) ?? []).map((one) => one.span))];
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
