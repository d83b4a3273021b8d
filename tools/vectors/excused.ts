import { assemblyExcuses } from "./excused/assembly.js";
import { certificationExcuses } from "./excused/certification.js";
import { excuses } from "./excused/excuses.js";
import type { PlannedLayer } from "./excused/group.js";
import { hostExcuses } from "./excused/hosts.js";
import { plannedVectors } from "./excused/planned.js";

/** Why no vector forces a requirement. */
export type Unforced =
  /** No vector can: the reason says what keeps it from being one, or who shows it instead. */
  | { readonly clause: string; readonly kind: "excused"; readonly reason: string }
  /** Vectors can, and come with the operations of a layer. */
  | { readonly clause: string; readonly kind: "planned"; readonly layer: PlannedLayer; readonly reason: string };

/**
 * Every MUST that no vector forces, ascending by anchor; for `excused.json`. A requirement stands here or is a clause
 * of a vector, never both.
 *
 * @spec conformance.coverage
 */
export function unforced(): readonly Unforced[] {
  const excused = [...excuses, ...hostExcuses, ...assemblyExcuses, ...certificationExcuses].flatMap(
    ({ reason, clauses, tests = [] }) => {
      const told =
        tests.length === 0
          ? reason
          : `${reason} ${tests.length === 1 ? "This test holds it" : "One or more of these tests hold it"}: ${tests.join(", ")}.`;
      return clauses.map((clause): Unforced => ({ clause, kind: "excused", reason: told }));
    },
  );
  const planned = plannedVectors.flatMap(({ layer, groups }) =>
    groups.flatMap(({ reason, clauses }) =>
      clauses.map((clause): Unforced => ({ clause, kind: "planned", layer, reason })),
    ),
  );
  return [...excused, ...planned].sort((a, b) => (a.clause < b.clause ? -1 : a.clause > b.clause ? 1 : 0));
}
