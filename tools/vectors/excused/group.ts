/** Layers whose operations are still to come. */
export type PlannedLayer = "runtime" | "adapter" | "assembly";

/** Requirements that share a reason. */
export interface Group {
  readonly reason: string;
  readonly clauses: readonly string[];
}
