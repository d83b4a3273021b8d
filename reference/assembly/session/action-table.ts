import type { PartAction } from "../../../generated/codecs/part-action.js";
import { type Assembled, SERVICE_ACTIONS } from "../artifact/assembled.js";

/** What is known of an action before anybody calls it. */
export interface ActionFacts {
  /** `<part>.<action>`. */
  readonly action: string;
  /** The part that has it; of the assembly service's own actions, the component that the service is. */
  readonly part: string;
  /** Its name within the part. */
  readonly name: string;
  /** Whether a part has it; else the assembly service answers it itself. */
  readonly isPart: boolean;
  /** The skill that boundaries judge. */
  readonly skill: string | undefined;
  /** The permission that it needs. */
  readonly permission: string | undefined;
}

/** Every action of an iFay, by its name. @spec assembly.actions */
export function actionTable({ parts }: Pick<Assembled, "parts">): ReadonlyMap<string, ActionFacts> {
  const actions = new Map<string, ActionFacts>();
  const add = (part: string, isPart: boolean, { name, skill, permission }: PartAction): void => {
    const action = `${part}.${name}`;
    actions.set(action, { action, part, name, isPart, skill, permission });
  };
  for (const [component, rows] of SERVICE_ACTIONS) for (const row of rows) add(component, false, row);
  for (const { name, actions: rows } of parts) for (const row of rows) add(name, true, row);
  return actions;
}
