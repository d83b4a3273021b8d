import type { Diagnostic, DiagnosticDetails, RelatedLocation } from "../diagnostics/diagnostic.js";
import { createDiagnostic, type DiagnosticCode, type DiagnosticParameters } from "../diagnostics/registry.js";
import { spanOf } from "../diagnostics/source.js";
import type { CddlFile, SyntaxNode } from "../parse/syntax.js";
import type { RuleDefinition } from "./cddl-rules.js";

/** Collects the findings of the checks. */
export class Reporter {
  readonly diagnostics: Diagnostic[] = [];

  /** Reports about a node of a file. */
  report<Code extends DiagnosticCode>(
    file: CddlFile,
    node: Pick<SyntaxNode, "start" | "end">,
    code: Code,
    parameters: DiagnosticParameters<Code>,
    details: DiagnosticDetails = {},
  ): void {
    this.diagnostics.push(createDiagnostic(code, spanOf(file.source, node.start, node.end), parameters, details));
  }
}

/** Points at the name of a definition. */
export function definitionLocation({ file, rule }: RuleDefinition, message: string): RelatedLocation {
  return { span: spanOf(file.source, rule.name.start, rule.name.end), message };
}

/** The source text of a node for a message: in backticks, cut when long. */
export function excerpt(file: CddlFile, node: Pick<SyntaxNode, "start" | "end">): string {
  const text = file.source.text.slice(node.start, node.end).replace(/\s+/g, " ");
  return text.length <= 40 ? `\`${text}\`` : `\`${text.slice(0, 37)}...\``;
}
