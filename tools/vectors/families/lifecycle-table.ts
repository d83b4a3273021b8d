import {
  LIFECYCLE_TRIGGERS,
  type LifecycleState,
  type LifecycleTrigger,
} from "../../../generated/lifecycle/transition-table.js";
import { SPECIFICATION } from "../corpus/specification.js";

const rows = SPECIFICATION.tables["lifecycle"]?.rows ?? [];

/** The state a trigger leads to by the rows of the table; undefined where it is illegal. null: before the instance. */
export function nextState(state: LifecycleState | null, trigger: LifecycleTrigger): LifecycleState | undefined {
  const row = rows.find((candidate) => candidate["from"] === state && candidate["trigger"] === trigger);
  return row?.["to"] as LifecycleState | undefined;
}

/** The triggers that are legal in a state, in the order of their numbers. @spec lifecycle.illegal-transition */
export function allowedTriggers(state: LifecycleState | null): readonly LifecycleTrigger[] {
  return LIFECYCLE_TRIGGERS.filter((trigger) => nextState(state, trigger) !== undefined);
}
