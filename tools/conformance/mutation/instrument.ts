import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import ts from "typescript";
import { excludedMutators, type TargetGroup } from "./targets.js";

/** One change of one place. */
export interface Mutant {
  /** Its number in this campaign, as text. */
  readonly id: string;
  /** File from the root of the repository, and where in it the change is; lines and columns from 1. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Kind of the change. */
  readonly mutator: string;
  /** What stood there, on one line. */
  readonly original: string;
  /** What stands there instead, on one line. */
  readonly replacement: string;
}

/** Every source file of a group that is mutated, from the root, in ascending order. */
function filesOf(root: string, group: TargetGroup): string[] {
  const left = Object.keys(group.without);
  const files: string[] = [];
  const visit = (path: string): void => {
    if (left.includes(path)) return;
    if (statSync(join(root, path)).isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) visit(`${path}/${name}`);
    } else if (path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.includes("/testing/")) {
      files.push(path);
    }
  };
  for (const path of group.paths) visit(path);
  return files;
}

/**
 * Writes a copy of the compiled program in which the files of a group hold all their mutants, each behind a switch, and
 * returns the mutants. Which one is active is asked at run time, so one build serves them all.
 *
 * @param root root of the repository, with an up-to-date `dist`
 * @param target folder for the copy, emptied first
 * @param wanted which files of the group; the others stay as they are, and a case that comes by them runs much faster
 */
export async function instrument(
  root: string,
  group: TargetGroup,
  target: string,
  wanted: (file: string) => boolean = () => true,
): Promise<Mutant[]> {
  rmSync(target, { recursive: true, force: true });
  for (const folder of ["reference", "generated", "tools/conformance"]) {
    cpSync(join(root, "dist", folder), join(target, folder), { recursive: true });
  }
  return instrumentFiles(root, filesOf(root, group).filter(wanted), target);
}

/** Writes files with all their mutants into a folder, as JavaScript. @param names from `root` */
export async function instrumentFiles(root: string, names: readonly string[], target: string): Promise<Mutant[]> {
  const files = names.map((name) => ({
    name,
    content: readFileSync(join(root, name), "utf8"),
    mutate: true,
  }));
  const result = await new Instrumenter(silent).instrument(files, {
    plugins: null,
    excludedMutations: [...excludedMutators],
    ignorers: [],
  });
  for (const { name, content } of result.files) {
    const path = join(target, name.replace(/[.]ts$/, ".js"));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, withoutTypes(content, name));
  }
  const sources = new Map(files.map(({ name, content }) => [name, content.split("\n")]));
  // Those of an excluded kind are named as well, and stand nowhere in the code.
  const placed = result.mutants.filter(({ status }) => status !== "Ignored");
  return placed.map((mutant) => ({
    id: mutant.id,
    file: mutant.fileName,
    line: mutant.location.start.line + 1,
    column: mutant.location.start.column + 1,
    mutator: mutant.mutatorName,
    original: textAt(sources.get(mutant.fileName) ?? [], mutant.location),
    replacement: oneLine(mutant.replacement),
  }));
}

function withoutTypes(content: string, name: string): string {
  return ts.transpileModule(content, {
    fileName: name,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  }).outputText;
}

interface Span {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

function textAt(lines: readonly string[], { start, end }: Span): string {
  if (start.line === end.line) return oneLine((lines[start.line] ?? "").slice(start.column, end.column));
  const first = (lines[start.line] ?? "").slice(start.column);
  const last = (lines[end.line] ?? "").slice(0, end.column);
  return oneLine([first, ...lines.slice(start.line + 1, end.line), last].join("\n"));
}

/** A text on one line, cut where nobody reads on. */
function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= 160 ? line : `${line.slice(0, 157)}...`;
}

const nothing = (): void => {};
const never = (): boolean => false;
const silent = {
  isTraceEnabled: never,
  isDebugEnabled: never,
  isInfoEnabled: never,
  isWarnEnabled: never,
  isErrorEnabled: never,
  isFatalEnabled: never,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
};
