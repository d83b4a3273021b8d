import { COMPONENTS } from "../../../../generated/enums/component-id.js";
import type { VectorFamily } from "../../../../generated/enums/vector-family.js";
import { declaring, type Fay } from "../../building/fay/examples.js";
import type { Draft } from "../../corpus/family.js";
import { call, scenes } from "./acts.js";

type List = "allowed" | "restricted" | "requiresConfirmation";

/** What boundaries can say of a name: the lists of a set and whether the name stands in them. */
const STATES: readonly (readonly [id: string, lists: Partial<Record<List, boolean>>, why: string])[] = [
  ["none", {}, "A set without lists limits nothing."],
  ["allowed", { allowed: true }, "What is listed as allowed is."],
  ["not-allowed", { allowed: false }, "Where what is allowed is listed, nothing else is."],
  ["restricted", { restricted: true }, "What is restricted is refused."],
  ["not-restricted", { restricted: false }, "What is not is done."],
  ["confirmed", { requiresConfirmation: true }, "What needs confirmation is asked about."],
  ["not-asked", { requiresConfirmation: false }, "What needs none is not."],
  [
    "confirmed-not-allowed",
    { allowed: false, requiresConfirmation: true },
    "It is asked about though it is not listed.",
  ],
  ["confirmed-and-allowed", { allowed: true, requiresConfirmation: true }, "It is asked about though it is allowed."],
  ["restricted-and-allowed", { allowed: true, restricted: true }, "The strictest list counts."],
  ["restricted-and-confirmed", { restricted: true, requiresConfirmation: true }, "Nobody is asked about it."],
  ["allowed-not-restricted", { allowed: true, restricted: false }, "Both lists let it pass."],
  ["all", { allowed: true, restricted: true, requiresConfirmation: true }, "In all three it is restricted."],
];

/** An action of the table under every state of one boundary set. */
export function boundedStates(
  family: VectorFamily,
  effect: string,
  action: string,
  controlMode: "ego" | "autonomous",
  clauses: readonly string[],
): readonly Draft[] {
  const draft = scenes(family, effect);
  const [component = "", name] = action.split(".");
  const row = COMPONENTS.find(({ id }) => id === component)?.actions.find((each) => each.name === name);
  const { skill = null, permission = null } = row ?? {};
  const at = action.replaceAll(/[._]/g, "-");
  return (["skill", "permission"] as const).flatMap((kind) => {
    const judged = { skill, permission }[kind];
    if (judged === null) return [];
    return STATES.map(([id, lists, why]) =>
      draft(
        `${at}/${kind}/${id}`,
        ["assembly.actions.boundaries", "assembly.actions.confirmation", ...clauses],
        {
          fay: declaring([component], {
            controlMode,
            ego: { modelSource: "m", constraints: { [`${kind}Boundaries`]: setOf(lists, judged) } },
            ...(permission !== null && { permissions: { inherent: [permission] } }),
          }),
          acts: [call(action), call(action, { confirmed: true }), call(action, { confirmed: false })],
        },
        `${kind === "skill" ? "Skill" : "Permission"} \`${judged}\`: ${why}`,
      ),
    );
  });
}

function setOf(lists: Partial<Record<List, boolean>>, name: string): Fay {
  return Object.fromEntries(Object.entries(lists).map(([list, isThere]) => [list, isThere ? ["x", name] : ["x"]]));
}
