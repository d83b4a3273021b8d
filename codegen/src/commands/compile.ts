import { resolveCddl } from "../check/cddl-resolve.js";
import { checkEnumValues } from "../check/enum-values.js";
import { checkJsonNames } from "../check/json-names.js";
import { checkNamesDirectives } from "../check/names-directives.js";
import { checkRuleAnchors } from "../check/rule-anchors.js";
import { checkSchemas } from "../check/schema-rules.js";
import { checkMemberSince } from "../check/since.js";
import { checkAscii } from "../check/source-ascii.js";
import { checkAnchors } from "../check/table-anchors.js";
import { checkTableDirectives } from "../check/table-directives.js";
import { checkReleased } from "../check/table-released.js";
import { checkTablesThemselves } from "../check/tables.js";
import { type Diagnostic, hasErrors, sortDiagnostics } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { createSourceFile, type SourceFile, spanOf } from "../diagnostics/source.js";
import type { GeneratedFile } from "../emit/generated-file.js";
import { emitAll } from "../emit/index.js";
import { readAnchors } from "../model/anchors.js";
import { buildCodecModel } from "../model/cddl-build.js";
import { enumRules } from "../model/enum-rules.js";
import { readJsonDocuments } from "../model/json-reader.js";
import { freeze, readRelease } from "../model/released.js";
import { readTables, type SpecTables } from "../model/table-model.js";
import { parseCddl } from "../parse/parse.js";

/** What compiling `spec/` gives: files, or the errors that stand in their way. */
export interface CompileResult {
  /** Every file of `generated/`; `undefined` when a diagnostic is an error. */
  readonly files: readonly GeneratedFile[] | undefined;
  /** Sorted by file and place. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The file that lists every requirement. */
export const anchorsPath = "spec/anchors.yaml";

/** Folders and files the compiler reads, in this order. */
export const sourcePaths = {
  cddl: "spec/cddl/",
  tables: "spec/tables/",
  released: "spec/released/",
} as const;

/**
 * The whole compiler without input and output: sources in, files out. Equal sources give equal files.
 *
 * @param sources the files of {@link sourcePaths} and {@link anchorsPath}
 */
export function compile(sources: readonly SourceFile[]): CompileResult {
  const sorted = [...sources].sort((a, b) => (a.path < b.path ? -1 : 1));
  const below = (folder: string) => sorted.filter((source) => source.path.startsWith(folder));
  const [tables, tableProblems] = readTables(below(sourcePaths.tables));
  const parsed = below(sourcePaths.cddl).map(parseCddl);
  const trees = parsed.map((result) => result.tree);
  const diagnostics = [
    ...checkAscii([...below(sourcePaths.tables), ...below(sourcePaths.cddl)]),
    ...tableProblems,
    ...parsed.flatMap((result) => result.diagnostics),
    ...resolveCddl(trees).diagnostics,
  ];
  if (tables !== undefined) diagnostics.push(...checkTables(tables, below(sourcePaths.released)));
  const anchorSource = sources.find((source) => source.path === anchorsPath);
  const [anchors, anchorProblems] = anchorSource === undefined ? [[], [missingAnchors()]] : readAnchors(anchorSource);
  diagnostics.push(...anchorProblems);
  // Without a list that can be read, every name of a requirement would be reported as unknown.
  if (tables !== undefined && !hasErrors(anchorProblems)) diagnostics.push(...checkAnchors(tables, trees, anchors));
  if (tables !== undefined)
    diagnostics.push(...checkTableDirectives(tables, trees), ...checkNamesDirectives(tables, trees));
  // Models are read only from trees that resolve: a name that leads nowhere would be reported a second time.
  if (hasErrors(diagnostics)) return { files: undefined, diagnostics: sortDiagnostics(diagnostics) };
  const [documents, documentProblems] = readJsonDocuments(trees);
  const [codecs, codecProblems] = buildCodecModel(trees);
  diagnostics.push(...checkSchemas(trees, codecs), ...checkJsonNames(trees), ...checkEnumValues(trees));
  if (tables !== undefined) diagnostics.push(...checkMemberSince(codecs, tables));
  // A type that several rules or documents reach, or that both generators refuse, is one fault.
  for (const problem of [...codecProblems, ...documentProblems])
    if (!diagnostics.some((known) => sameFault(known, problem))) diagnostics.push(problem);
  // A directive that is misspelled is reported as that, and not as missing too.
  if (!hasErrors(diagnostics)) diagnostics.push(...checkRuleAnchors(trees, codecs));
  if (tables === undefined || hasErrors(diagnostics)) {
    return { files: undefined, diagnostics: sortDiagnostics(diagnostics) };
  }
  const files = emitAll({ tables, enums: enumRules(trees), documents, codecs, files: trees, anchors });
  diagnostics.push(...checkPaths(files));
  return { files: hasErrors(diagnostics) ? undefined : files, diagnostics: sortDiagnostics(diagnostics) };
}

/** Whether both say of the same place that the generator cannot do it. */
function sameFault(a: Diagnostic, b: Diagnostic): boolean {
  const refused = (diagnostic: Diagnostic) => diagnostic.code.startsWith("schema/unsupported");
  return (
    refused(a) &&
    refused(b) &&
    a.span.file === b.span.file &&
    a.span.line === b.span.line &&
    a.span.column === b.span.column
  );
}

function missingAnchors(): Diagnostic {
  const nowhere = spanOf(createSourceFile(anchorsPath, ""), 0);
  return createDiagnostic("generate/unreadable", nowhere, { reason: "there is no such file" });
}

/** No two sources become the same file. */
export function checkPaths(files: readonly GeneratedFile[]): Diagnostic[] {
  const seen = new Set<string>();
  return files.flatMap(({ path }) => {
    if (!seen.has(path)) {
      seen.add(path);
      return [];
    }
    const place = spanOf(createSourceFile(`generated/${path}`, ""), 0);
    return [createDiagnostic("generate/name-taken", place, { path })];
  });
}

/** Released copies are compared only with tables that are right in themselves: one fault is reported once. */
function checkTables(tables: SpecTables, releaseSources: readonly SourceFile[]): Diagnostic[] {
  const releases = releaseSources.map(readRelease);
  const found = [...checkTablesThemselves(tables), ...releases.flatMap(([, problems]) => problems)];
  return hasErrors(found)
    ? found
    : checkReleased(
        tables,
        releases.flatMap(([release]) => release ?? []),
      );
}

/**
 * What `--freeze` writes: the released copy of the current version's tables, and below a folder of that name a copy of
 * each schema. Undefined where the tables have errors, or where the version is released.
 */
export function freezeCurrent(sources: readonly SourceFile[]): readonly GeneratedFile[] | undefined {
  const below = (folder: string) => sources.filter((source) => source.path.startsWith(folder));
  const [tables] = readTables(below(sourcePaths.tables));
  const version = tables?.versions.rows.find((row) => row.name === "schema")?.version;
  if (tables === undefined || version === undefined) return undefined;
  const path = `${sourcePaths.released}${version}.yaml`;
  const existing = sources.find((source) => source.path === path);
  if (existing !== undefined && readRelease(existing)[0]?.status === "released") return undefined;
  const schemas = below(sourcePaths.cddl).map((source) => ({
    path: `${sourcePaths.released}${version}/${source.path.slice(sourcePaths.cddl.length)}`,
    text: source.text,
  }));
  return [{ path, text: freeze(tables, version) }, ...schemas];
}
