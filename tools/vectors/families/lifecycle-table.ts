import { SPECIFICATION } from "../corpus/specification.js";

/** Name of a trigger. */
export type LifecycleTrigger =
  | "load"
  | "init"
  | "start"
  | "suspend"
  | "resume"
  | "terminate"
  | "complete"
  | "fail"
  | "quota"
  | "restore";

/** Name of a state. */
export type LifecycleState = "Loaded" | "Initialized" | "Running" | "Suspended" | "Terminated" | "Failed";

/** All triggers in the order of their numbers. */
export const lifecycleTriggers: readonly LifecycleTrigger[] = [
  "load",
  "init",
  "start",
  "suspend",
  "resume",
  "terminate",
  "complete",
  "fail",
  "quota",
  "restore",
];

const rows = SPECIFICATION.tables["lifecycle"]?.rows ?? [];

/** The state a trigger leads to by the rows of the table; undefined where it is illegal. null: before the instance. */
export function nextState(state: LifecycleState | null, trigger: LifecycleTrigger): LifecycleState | undefined {
  const row = rows.find((candidate) => candidate["from"] === state && candidate["trigger"] === trigger);
  return row?.["to"] as LifecycleState | undefined;
}

/** The triggers that are legal in a state, in the order of their numbers. @spec lifecycle.illegal-transition */
export function allowedTriggers(state: LifecycleState | null): readonly LifecycleTrigger[] {
  return lifecycleTriggers.filter((trigger) => nextState(state, trigger) !== undefined);
}
