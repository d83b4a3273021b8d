import type { Severity } from "./diagnostic.js";

/**
 * One kind of diagnostic: how severe it is and how its typed parameters become the message.
 * The docs page of `namespace/name` is `codegen/docs/diagnostics/namespace/name.md`.
 */
export interface DiagnosticEntry<Parameters> {
  /** How bad it is. */
  readonly severity: Severity;
  /** What is said to a person. */
  readonly message: (parameters: Parameters) => string;
}

/** Namespaces of tool diagnostics. Run-time error codes of the specification live elsewhere and never mix with these. */
export type DiagnosticNamespace = "cddl" | "table" | "schema" | "anchor" | "generate";

/** A registry entry of severity `error`. */
export function error<Parameters = Record<string, never>>(
  message: (parameters: Parameters) => string,
): DiagnosticEntry<Parameters> {
  return { severity: "error", message };
}

/** A registry entry of severity `warning`. */
export function warning<Parameters = Record<string, never>>(
  message: (parameters: Parameters) => string,
): DiagnosticEntry<Parameters> {
  return { severity: "warning", message };
}
