import type { SourceSpan } from "../../../codegen/src/diagnostics/source.js";
import type { ChangeKindName } from "./kinds.js";

/** One difference between two states of the specification. */
export interface Change {
  readonly kind: ChangeKindName;
  /** Row of `spec/tables/versions.yaml` that the change belongs to. */
  readonly version: string;
  /** What changed, for instance `traps.other` or `manifest.name`. */
  readonly subject: string;
  /** One sentence fragment: what was, and what is. */
  readonly detail: string;
  /** Where it stands now; of something that is gone, where it stood in. */
  readonly at: SourceSpan;
}
