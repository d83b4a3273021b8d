import { declaring, type Fay } from "../building/fay/examples.js";
import type { Family } from "../corpus/family.js";
import { call, command, end, scenes, serve } from "./assembly/acts.js";
import { boundedStates } from "./assembly/bounded.js";
import { drawnScene } from "./assembly/drawn.js";

const EFFECT = "What acts of its own accord goes beyond its boundaries.";
const draft = scenes("assembly-autonomy", EFFECT);
const IDS = [
  "self_awareness",
  "self_driven_behavior",
  "internal_skill",
  "simulated_operation",
  "invoke_skill",
  "registered_skill",
];
const own = { internal_skill: [{ name: "hum", skill: "music" }, { name: "rest" }] };
const OPERATE = "simulated_operation.operate";
const driven = (constraints: Fay | undefined, members: Fay = {}): Fay =>
  declaring(IDS, {
    controlMode: "autonomous",
    permissions: { inherent: ["screen_control"] },
    ...(constraints && { ego: { modelSource: "m", constraints } }),
    ...members,
  });
/** The loop: what is next, what the part thinks of the outcome before, and the action. */
const loop = (action: string, first = 1) => [
  call("self_driven_behavior.next"),
  serve(first),
  call("self_awareness.reflect", { caller: "self_driven_behavior" }),
  end(first),
  call(action),
];

/** Control mode autonomous: action, outcome, next action. */
export const assemblyAutonomy: Family = {
  name: "assembly-autonomy",
  drafts: () => [
    ...boundedStates("assembly-autonomy", EFFECT, OPERATE, "autonomous", []),
    draft(
      "loop",
      ["assembly.calls.within"],
      { fay: driven(undefined), own, acts: [...loop(OPERATE), ...loop("internal_skill.hum", 4)] },
      "It asks what is next, reflects, and acts, again and again.",
    ),
    draft(
      "bounded-loop",
      ["assembly.actions.boundaries"],
      {
        fay: driven({ skillBoundaries: { allowed: ["operation"] } }),
        own,
        acts: [...loop(OPERATE), ...loop("internal_skill.hum", 4), ...loop("internal_skill.rest", 7)],
      },
      "Inside its boundaries; what it wants beyond them is refused, and it goes on.",
    ),
    draft(
      "from-within",
      ["assembly.actions.boundaries", "assembly.calls.within"],
      {
        fay: driven({ skillBoundaries: { restricted: ["operation"] } }),
        own,
        acts: [call("self_driven_behavior.next"), serve(1), call(OPERATE, { caller: "self_driven_behavior" })],
      },
      "What it does while it decides is judged as well.",
    ),
    draft(
      "itself",
      ["assembly.calls.cycle"],
      {
        fay: driven(undefined),
        own,
        acts: [
          call("self_driven_behavior.next"),
          serve(1),
          call("self_driven_behavior.next", { caller: "self_driven_behavior" }),
        ],
      },
      "It cannot ask itself what is next.",
    ),
    draft(
      "no-commands",
      ["assembly.actions.command"],
      { fay: driven(undefined), own, acts: [call(OPERATE), command(OPERATE), call(OPERATE)] },
      "Nobody has to command it.",
    ),
    draft(
      "confirmation",
      ["assembly.actions.confirmation"],
      {
        fay: driven({ skillBoundaries: { requiresConfirmation: ["operation", "music"] } }),
        own,
        acts: [call(OPERATE), call(OPERATE, { confirmed: true }), call("internal_skill.hum", { confirmed: false })],
      },
      "A person can still be asked.",
    ),
    draft(
      "permission",
      ["assembly.actions.permission"],
      { fay: driven(undefined, { permissions: {} }), own, acts: [call(OPERATE), call("internal_skill.hum")] },
      "And has to have permitted it.",
    ),
    draft(
      "model-beside",
      ["assembly.actions.boundaries"],
      {
        fay: driven({ skillBoundaries: { allowed: ["operation"], restricted: ["music"] } }),
        own,
        acts: [call("ego_model.next"), call(OPERATE), call("internal_skill.hum")],
      },
      "The boundaries of an ego block hold here, too.",
    ),
    ...Array.from({ length: 12 }, (_, number) =>
      draft(
        `drawn/${number}`,
        ["assembly.actions.boundaries", "assembly.actions.order"],
        drawnScene(`assembly-autonomy/${number}`, { controlMode: "autonomous", ids: [...IDS, "meri_token"] }),
        `The script that the seed assembly-autonomy/${number} gives.`,
      ),
    ),
  ],
};
