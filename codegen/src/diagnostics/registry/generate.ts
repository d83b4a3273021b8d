/** Diagnostics of namespace `generate/*`. Each key needs a page in `codegen/docs/diagnostics/generate/` and a golden test. */
export const generateDiagnostics = {} as const;
