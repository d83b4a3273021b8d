/** Diagnostics of namespace `anchor/*`. Each key needs a page in `codegen/docs/diagnostics/anchor/` and a golden test. */
export const anchorDiagnostics = {} as const;
