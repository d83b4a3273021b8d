/** Diagnostics of namespace `schema/*`. Each key needs a page in `codegen/docs/diagnostics/schema/` and a golden test. */
export const schemaDiagnostics = {} as const;
