import { resolveCddl } from "../check/cddl-resolve.js";
import { countDiagnostics, type Diagnostic, hasErrors, sortDiagnostics } from "../diagnostics/diagnostic.js";
import { createDiagnostic } from "../diagnostics/registry.js";
import { type SourceFile, spanOf } from "../diagnostics/source.js";
import { importsOf } from "../parse/imports.js";
import { type ParseResult, parseCddl } from "../parse/parse.js";
import type { CddlFile } from "../parse/syntax.js";
import { type ExitCode, exitCode } from "./host.js";

/** How {@link parseFiles} treats its files. */
export interface ParseOptions {
  /**
   * All files together are one schema, in which each name is defined once. Otherwise each file is a schema of its own
   * that may take missing names from the files it imports and then from the other files. @default false
   */
  readonly oneSchema?: boolean;
  /** Finds the file that an import directive of `from` names; `undefined` when there is none. */
  readonly findImport?: (module: string, from: SourceFile) => SourceFile | undefined;
}

/** Numbers for the closing line. */
export interface ParseSummary {
  readonly files: number;
  readonly rules: number;
  readonly errors: number;
  readonly warnings: number;
}

/** What `fayger-spec parse` found. */
export interface ParseOutcome {
  readonly exitCode: ExitCode;
  /** Sorted by file and place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly summary: ParseSummary;
}

/** Parses and resolves CDDL files: the whole of `fayger-spec parse` except reading and printing. */
export function parseFiles(files: readonly SourceFile[], options: ParseOptions = {}): ParseOutcome {
  const loader = new Loader(options.findImport);
  const trees = files.map((file) => loader.load(file));
  const closures = trees.map((tree) => loader.importsOf(tree));
  const resolved = options.oneSchema
    ? resolveCddl(trees, { imports: closures.flat().filter((file) => !trees.includes(file)) }).diagnostics
    : trees.flatMap((tree, index) => {
        const imports = closures[index] ?? [];
        const others = trees.filter((other) => other !== tree && !imports.includes(other));
        return resolveCddl([tree], { imports, others }).diagnostics;
      });
  const diagnostics = sortDiagnostics([...loader.diagnostics, ...resolved]);
  const rules = trees.reduce((sum, tree) => sum + tree.rules.length, 0);
  return {
    exitCode: hasErrors(diagnostics) ? exitCode.diagnostics : exitCode.ok,
    diagnostics,
    summary: { files: files.length, rules, ...countDiagnostics(diagnostics) },
  };
}

/** Parses each file once and follows import directives. */
class Loader {
  readonly #findImport: NonNullable<ParseOptions["findImport"]>;
  readonly #parsed = new Map<string, ParseResult>();
  readonly #missing: Diagnostic[] = [];
  readonly #followed = new Map<CddlFile, readonly CddlFile[]>();

  constructor(findImport: ParseOptions["findImport"]) {
    this.#findImport = findImport ?? (() => undefined);
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...[...this.#parsed.values()].flatMap((result) => result.diagnostics), ...this.#missing];
  }

  load(source: SourceFile): CddlFile {
    const known = this.#parsed.get(source.path);
    if (known !== undefined) return known.tree;
    const result = parseCddl(source);
    this.#parsed.set(source.path, result);
    return result.tree;
  }

  /** All files a file imports, directly and through other imports, without itself. */
  importsOf(file: CddlFile): readonly CddlFile[] {
    const closure = new Set<CddlFile>([file]);
    for (const member of closure) for (const imported of this.#directImports(member)) closure.add(imported);
    closure.delete(file);
    return [...closure];
  }

  #directImports(file: CddlFile): readonly CddlFile[] {
    const known = this.#followed.get(file);
    if (known !== undefined) return known;
    const imports: CddlFile[] = [];
    for (const { module, start, end } of importsOf(file)) {
      const source = this.#findImport(module, file.source);
      if (source !== undefined) imports.push(this.load(source));
      else this.#missing.push(createDiagnostic("cddl/import-not-found", spanOf(file.source, start, end), { module }));
    }
    this.#followed.set(file, imports);
    return imports;
  }
}
