import type { ComponentRow } from "../../../generated/enums/component-id.js";
import type { FayResolution } from "../../../generated/json/fay-resolution.js";
import { type ComponentCatalogue, STANDARD_CATALOGUE } from "./catalogue.js";
import { type RequiredTest, requiredTests } from "./required-tests.js";
import { resolvedIds } from "./resolve.js";

/** Whether a resolution reaches a stage, and what it lacks. @spec faymanifest.stage.claim */
export interface StageClaim {
  /** The stage that was claimed. */
  readonly stage: number;
  /** Whether nothing is missing. */
  readonly complete: boolean;
  /** Ids that are missing, each list in the order of the table `components`. */
  readonly missing: {
    readonly modules: readonly string[];
    readonly protocols: readonly string[];
    readonly infrastructure: readonly string[];
  };
  /** The required tests of the stage that lack components. */
  readonly tests: readonly RequiredTest[];
}

/**
 * Judges the claim of a stage against everything that the stages 1 to `stage` have.
 *
 * @param stage 1 to 5
 * @spec faymanifest.stage.claim
 */
export function claimStage(
  resolution: FayResolution,
  stage: number,
  catalogue: ComponentCatalogue = STANDARD_CATALOGUE,
): StageClaim {
  const present = resolvedIds(resolution);
  const absent = catalogue.rows.filter((row) => (row.stage === null || row.stage <= stage) && !present.has(row.id));
  const tests = requiredTests(resolution, stage).filter((test) => !test.applicable);
  // @spec faymanifest.stage.claim.missing
  const missing = {
    modules: idsOf(absent, "module"),
    protocols: idsOf(absent, "protocol"),
    infrastructure: idsOf(absent, "infrastructure"),
  };
  return { stage, complete: absent.length === 0 && tests.length === 0, missing, tests };
}

function idsOf(rows: readonly ComponentRow[], group: ComponentRow["group"]): readonly string[] {
  return rows.filter((row) => row.group === group).map((row) => row.id);
}
