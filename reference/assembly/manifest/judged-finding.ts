import type { Finding } from "./finding.js";

/** What would mend a finding: another name for the member at its field, or another value there. */
export type Mend = { readonly name: string } | { readonly value: unknown };

/** A finding, and what would mend it where that is likely enough to be tried. */
export interface JudgedFinding extends Finding {
  readonly mend?: Mend;
}
