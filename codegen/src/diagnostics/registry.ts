import type { DiagnosticEntry, DiagnosticNamespace } from "./define.js";
import type { Diagnostic, DiagnosticDetails } from "./diagnostic.js";
import { anchorDiagnostics } from "./registry/anchor.js";
import { cddlDiagnostics } from "./registry/cddl.js";
import { generateDiagnostics } from "./registry/generate.js";
import { schemaDiagnostics } from "./registry/schema.js";
import { tableDiagnostics } from "./registry/table.js";
import type { SourceSpan } from "./source.js";

/** Every diagnostic this compiler can report. A code that is not here does not exist. */
export const diagnosticRegistry = {
  ...cddlDiagnostics,
  ...tableDiagnostics,
  ...schemaDiagnostics,
  ...anchorDiagnostics,
  ...generateDiagnostics,
};

/** A key of the registry: `namespace/kebab-case`. */
export type DiagnosticCode = keyof typeof diagnosticRegistry;

/** The typed parameters of the message of one code. */
export type DiagnosticParameters<Code extends DiagnosticCode> = Parameters<
  (typeof diagnosticRegistry)[Code]["message"]
>[0];

/**
 * Builds a diagnostic of a registered code. Severity and wording come from the registry; the caller says where,
 * with which parameters, and what else helps.
 */
export function createDiagnostic<Code extends DiagnosticCode>(
  code: Code,
  span: SourceSpan,
  parameters: DiagnosticParameters<Code>,
  details: DiagnosticDetails = {},
): Diagnostic {
  // The registry maps each code to an entry of exactly its parameters, which the index access cannot express.
  const entry = diagnosticRegistry[code] as DiagnosticEntry<DiagnosticParameters<Code>>;
  return {
    code,
    severity: entry.severity,
    message: entry.message(parameters),
    span,
    related: details.related ?? [],
    notes: details.notes ?? [],
    help: details.help ?? [],
    fixes: details.fixes ?? [],
    ...(details.spec === undefined ? {} : { spec: details.spec }),
  };
}

/** All registered codes in alphabetical order. */
export function diagnosticCodes(): DiagnosticCode[] {
  return (Object.keys(diagnosticRegistry) as DiagnosticCode[]).sort();
}

/** True when `text` is a registered code. */
export function isDiagnosticCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(diagnosticRegistry, text);
}

/** Path of the docs page of a code below `codegen/docs/diagnostics/`. */
export function docsPagePath(code: DiagnosticCode): string {
  return `${code}.md`;
}

/** The namespace part of a code. */
export function namespaceOf(code: DiagnosticCode): DiagnosticNamespace {
  return code.slice(0, code.indexOf("/")) as DiagnosticNamespace;
}
