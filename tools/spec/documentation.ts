import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { Diagnostic } from "../../codegen/src/diagnostics/diagnostic.js";
import { createDiagnostic } from "../../codegen/src/diagnostics/registry.js";
import { createSourceFile, type SourceFile, spanOf } from "../../codegen/src/diagnostics/source.js";

/** What the check of docstrings found. */
export interface DocumentationReport {
  readonly diagnostics: readonly Diagnostic[];
  /** Number of exported symbols that were looked at. */
  readonly symbols: number;
  readonly files: readonly SourceFile[];
}

const roots = ["reference", "generated", "codegen/src"];

/** Checks that everything which code outside tests exports has a docstring. */
export function checkDocumentation(root: string): DocumentationReport {
  const paths = roots.flatMap((folder) => listSources(root, folder));
  return checkFiles(paths.map((path) => createSourceFile(path, readFileSync(join(root, path), "utf8"))));
}

function listSources(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.(test|d)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, "/").length).replaceAll("\\", "/"))
    .filter((path) => !path.includes("node_modules") && !/(^|\/)(guests?|examples)\//.test(path))
    .sort();
}

/** The check on files that are already read. */
export function checkFiles(files: readonly SourceFile[]): DocumentationReport {
  const diagnostics: Diagnostic[] = [];
  let symbols = 0;
  for (const file of files) {
    const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2022, true);
    for (const { name, node } of tree.statements.flatMap(exportedSymbols)) {
      symbols++;
      if (ts.getJSDocCommentsAndTags(node).length > 0) continue;
      const start = name.getStart(tree);
      const span = spanOf(file, start, name.getEnd());
      diagnostics.push(createDiagnostic("anchor/undocumented-symbol", span, { symbol: name.getText(tree) }));
    }
  }
  return { diagnostics, symbols, files };
}

interface Symbol {
  readonly name: ts.Node;
  readonly node: ts.Node;
}

/** What a statement exports. Members are held by typedoc, for what the package's users see. */
function exportedSymbols(statement: ts.Statement): Symbol[] {
  const flags = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  if (!flags.some((flag) => flag.kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((declaration) => ({ name: declaration.name, node: statement }));
  }
  if (ts.isFunctionDeclaration(statement)) {
    // Overloads share one docstring: that of the first signature.
    const name = statement.name;
    return name === undefined || isLaterOverload(statement, name.text) ? [] : [{ name, node: statement }];
  }
  if (ts.isTypeAliasDeclaration(statement)) {
    // A type beside a constant of the same name belongs to the constant.
    return hasConstant(statement) ? [] : [{ name: statement.name, node: statement }];
  }
  if (ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement)) {
    return statement.name === undefined ? [] : [{ name: statement.name, node: statement }];
  }
  return [];
}

function isLaterOverload(declaration: ts.FunctionDeclaration, name: string): boolean {
  const first = declaration
    .getSourceFile()
    .statements.find((other) => ts.isFunctionDeclaration(other) && other.name?.text === name);
  return first !== declaration;
}

function hasConstant(alias: ts.TypeAliasDeclaration): boolean {
  return alias
    .getSourceFile()
    .statements.some(
      (other) =>
        ts.isVariableStatement(other) &&
        other.declarationList.declarations.some(
          (declaration) => ts.isIdentifier(declaration.name) && declaration.name.text === alias.name.text,
        ),
    );
}
