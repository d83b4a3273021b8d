/** Layers whose operations are still to come. */
export type PlannedLayer = "runtime";

/** Requirements that share a reason. */
export interface Group {
  readonly reason: string;
  readonly clauses: readonly string[];
  /** Test files that hold the clauses instead, from the root of the repository; each clause is cited in one of them. */
  readonly tests?: readonly string[];
}
