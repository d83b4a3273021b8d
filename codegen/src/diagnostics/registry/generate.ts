import { error } from "../define.js";

/** Diagnostics of namespace `generate/*`. Each key needs a page in `codegen/docs/diagnostics/generate/` and a golden test. */
export const generateDiagnostics = {
  "generate/unreadable": error<{ reason: string }>(({ reason }) => `the file cannot be read: ${reason}`),
  "generate/not-ascii": error<{ character: string }>(
    ({ character }) => `${character} is not ASCII, and sources of generated code are`,
  ),
  "generate/out-of-date": error<{ state: string }>(({ state }) => `the generated file ${state}`),
  "generate/name-taken": error<{ path: string }>(({ path }) => `two sources would become generated/${path}`),
} as const;
