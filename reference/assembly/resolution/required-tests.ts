import type { ComponentId } from "../../../generated/enums/component-id.js";
import { IFACTS_TESTS, type IfactsTestRow } from "../../../generated/enums/ifacts-test.js";
import type { FayResolution } from "../../../generated/json/fay-resolution.js";
import { resolvedIds } from "./resolve.js";

/** A test of iFACTS that an iFay owes. @spec ifacts.tests.required */
export interface RequiredTest extends Omit<IfactsTestRow, "meaning"> {
  /** Whether everything is there that the test is about. */
  readonly applicable: boolean;
  /** What of it is not there, in the order of the table. */
  readonly missing: readonly ComponentId[];
}

/**
 * The tests of the stages 1 to `stage`, ascending by level and then by number.
 *
 * @param stage 1 to 5
 * @defaultValue stage: the resolved one
 * @spec ifacts.tests.required
 */
export function requiredTests(
  resolution: FayResolution,
  stage: number = resolution.resolvedStage,
): readonly RequiredTest[] {
  const present = resolvedIds(resolution);
  return (
    IFACTS_TESTS.filter((row) => row.stage <= stage)
      // The table is in the order of the numbers, and sorting is stable.
      .sort((a, b) => a.level - b.level)
      .map(({ meaning: _, ...row }) => {
        const missing = row.components.filter((id) => !present.has(id));
        return { ...row, applicable: missing.length === 0, missing };
      })
  );
}
