import { COMPONENTS, type ComponentId, isComponentId } from "../../../generated/enums/component-id.js";
import { IFACTS_TEST_NUMBERS, IFACTS_TESTS, type IfactsTestRow } from "../../../generated/enums/ifacts-test.js";
import { STAGES } from "../../../generated/enums/stage.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";

/** Highest stage. */
export const HIGHEST_STAGE = STAGES.length;

/** What an implementation is asked the tests of: which components are there, up to which stage. */
export interface TestScope {
  /** 1 to 5. */
  readonly stage: number;
  readonly components: ReadonlySet<ComponentId>;
  /** Where a FayManifest says both. */
  readonly manifest?: FayManifest;
}

/** A test that is owed, and whether it can be asked. */
export interface RequiredTest extends IfactsTestRow {
  /** Whether every component that it needs is there. */
  readonly applicable: boolean;
  /** Its components that are not, in the order of the test. */
  readonly missing: readonly ComponentId[];
}

/**
 * What a whole stage takes: every component of the stages 1 to `stage`, and the infrastructure. The highest stage takes
 * everything.
 *
 * @param stage 1 to 5
 * @throws RangeError for another number
 * @spec ifacts.tests.required
 */
export function scopeOfStage(stage: number): TestScope {
  if (!Number.isInteger(stage) || stage < 1 || stage > HIGHEST_STAGE)
    throw new RangeError(`there is no stage ${stage}; there are 1 to ${HIGHEST_STAGE}`);
  const there = COMPONENTS.filter((component) => component.stage === null || component.stage <= stage);
  return { stage, components: new Set(there.map(({ id }) => id)) };
}

/**
 * What a FayManifest takes: what it declares and what is added to it, up to the highest stage among what it declares.
 * Worked out from the tables alone: whoever judges an implementation does not ask it what it owes.
 *
 * @param manifest one without an error
 * @spec ifacts.tests.required
 */
export function scopeOfManifest(manifest: FayManifest): TestScope {
  const declared = new Set([...manifest.modules, ...manifest.protocols].map(({ id }) => id).filter(isComponentId));
  const added = COMPONENTS.filter(({ id, always }) => always || (id === "ego_model" && manifest.ego !== undefined));
  const stages = COMPONENTS.filter(({ id }) => declared.has(id)).map(({ stage }) => stage ?? 1);
  return {
    stage: Math.max(1, ...stages),
    components: new Set([...declared, ...added.map(({ id }) => id)]),
    manifest,
  };
}

/**
 * The tests that are owed: those of the stages 1 to that of the scope, ascending by level and then by number.
 *
 * @spec ifacts.tests.required
 */
export function determineTests({ stage, components }: TestScope): readonly RequiredTest[] {
  return IFACTS_TESTS.filter((test) => test.stage <= stage)
    .map((test) => {
      const missing = test.components.filter((id) => !components.has(id));
      return { ...test, applicable: missing.length === 0, missing };
    })
    .sort((a, b) => a.level - b.level || IFACTS_TEST_NUMBERS[a.name] - IFACTS_TEST_NUMBERS[b.name]);
}
