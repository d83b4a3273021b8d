import { declaring, type Fay } from "../building/fay/examples.js";
import type { Draft, Family } from "../corpus/family.js";
import { call, scenes, serve } from "./assembly/acts.js";
import { boundedStates } from "./assembly/bounded.js";
import { drawnScene } from "./assembly/drawn.js";

const BOUNDARIES = "assembly.actions.boundaries";
const CONFIRMATION = "assembly.actions.confirmation";
const ORDER = "assembly.actions.order";
const EFFECT = "A model does what its boundaries forbid.";
const draft = scenes("assembly-boundaries", EFFECT);

function byHand(): readonly Draft[] {
  const operate = "simulated_operation.operate";
  const model = (constraints: Fay | undefined, members: Fay = {}): Fay =>
    declaring(["simulated_operation", "registered_skill", "interactive_conversation_protocol"], {
      controlMode: "ego",
      ego: { modelSource: "m", ...(constraints && { constraints }) },
      permissions: { inherent: ["screen_control"] },
      ...members,
    });
  const { ego: _, ...unbounded } = model(undefined);
  const agreed = call(operate, { confirmed: true });
  const skill = (lists: Fay): Fay => ({ skillBoundaries: lists });
  const permission = (lists: Fay): Fay => ({ permissionBoundaries: lists });
  const asks = { requiresConfirmation: ["operation"] };
  const persistent = { permissions: { persistent: ["screen_control"], authMethods: ["pin"] } };
  return [
    draft(
      "no-block",
      [BOUNDARIES],
      { fay: unbounded, acts: [call(operate)] },
      "Without an ego block nothing is bounded.",
    ),
    draft("no-constraints", [BOUNDARIES], { fay: model(undefined), acts: [call(operate)] }, "Nor without constraints."),
    draft("no-sets", [BOUNDARIES], { fay: model({ habits: ["none"] }), acts: [call(operate)] }, "Nor without sets."),
    draft(
      "empty-allowed",
      [BOUNDARIES],
      {
        fay: model(skill({ allowed: [] })),
        acts: [call(operate), call("registered_skill.list"), call("ego_model.next")],
      },
      "An empty list of what is allowed allows nothing that has a skill, and everything that has none.",
    ),
    draft(
      "no-permission",
      [BOUNDARIES],
      {
        fay: model(permission({ allowed: [] })),
        acts: [call("interactive_conversation_protocol.say"), call(operate)],
      },
      "An action without a permission has none that could be refused.",
    ),
    draft(
      "cognitive",
      [BOUNDARIES],
      {
        fay: model({ cognitiveBoundaries: { allowed: [], restricted: ["operation", "screen_control"] } }),
        acts: [call(operate)],
      },
      "What a model may think is for the model alone.",
    ),
    draft(
      "case",
      [BOUNDARIES],
      { fay: model(skill({ restricted: ["Operation", "operation ", "oper"] })), acts: [call(operate)] },
      "Names are compared whole.",
    ),
    draft(
      "case-of-allowed",
      [BOUNDARIES],
      { fay: model(skill({ allowed: ["Operation", "operations"] })), acts: [call(operate)] },
      "Also those that are allowed.",
    ),
    draft(
      "swapped",
      [BOUNDARIES],
      {
        fay: model({ ...skill({ restricted: ["screen_control"] }), ...permission({ restricted: ["operation"] }) }),
        acts: [call(operate)],
      },
      "A skill is no permission, and a permission no skill.",
    ),
    draft(
      "skill-before-permission",
      [BOUNDARIES, ORDER],
      {
        fay: model({ ...skill({ allowed: [] }), ...permission({ restricted: ["screen_control"] }) }),
        acts: [call(operate)],
      },
      "The skill is judged first.",
    ),
    draft(
      "before-undeclared",
      [BOUNDARIES, ORDER],
      { fay: model(permission({ allowed: [] }), { permissions: {} }), acts: [call(operate)] },
      "Boundaries are judged before what is declared.",
    ),
    draft(
      "undeclared-before-confirmation",
      [CONFIRMATION, ORDER],
      { fay: model(skill(asks), { permissions: {} }), acts: [agreed] },
      "Nobody is asked about what is not declared.",
    ),
    draft(
      "confirmation/nobody",
      [CONFIRMATION, "assembly.actions.reply"],
      { fay: model(skill(asks)), acts: [call(operate)] },
      "Where nobody answers it is refused.",
    ),
    draft(
      "confirmation/each-time",
      [CONFIRMATION],
      { fay: model(skill(asks)), acts: [agreed, call(operate, { confirmed: false }), agreed] },
      "One answer is for one action.",
    ),
    draft(
      "confirmation/once",
      [CONFIRMATION],
      { fay: model({ ...skill(asks), ...permission({ requiresConfirmation: ["screen_control"] }) }), acts: [agreed] },
      "Skill and permission are asked about together.",
    ),
    draft(
      "confirmation/skill-allowed",
      [CONFIRMATION, BOUNDARIES],
      {
        fay: model({
          ...skill({ allowed: ["operation"] }),
          ...permission({ requiresConfirmation: ["screen_control"] }),
        }),
        acts: [agreed, call(operate)],
      },
      "One of them is enough.",
    ),
    draft(
      "confirmation/before-authentication",
      [CONFIRMATION, ORDER],
      {
        fay: model(skill(asks), persistent),
        acts: [
          call(operate, { confirmed: false, proves: ["pin"] }),
          call(operate, { confirmed: true }),
          call(operate, { confirmed: true, proves: ["pin"] }),
          agreed,
        ],
        methods: ["pin"],
      },
      "It is asked before a permission is, and again though the permission is given.",
    ),
    draft(
      "confirmation/before-cycle",
      [CONFIRMATION, ORDER, "assembly.calls.cycle"],
      {
        fay: model(skill(asks)),
        acts: [
          call("registered_skill.list", { caller: "simulated_operation" }),
          serve(1),
          call(operate, { caller: "registered_skill", confirmed: false }),
          call(operate, { caller: "registered_skill", confirmed: true }),
        ],
      },
      "A cycle is the last thing that is looked for.",
    ),
    draft(
      "part-of-an-allowed",
      [BOUNDARIES],
      {
        fay: model(skill({ restricted: ["conversation"] })),
        acts: [
          call(operate),
          serve(1),
          call("interactive_conversation_protocol.say", { caller: "simulated_operation" }),
        ],
      },
      "What is part of an allowed action is judged by itself.",
    ),
    draft(
      "commands-are-nothing",
      [BOUNDARIES, "assembly.actions.command"],
      {
        fay: model(skill({ restricted: ["operation"] })),
        acts: [{ do: "command", action: operate }, call(operate), call("interactive_conversation_protocol.say")],
      },
      "In this control mode a command changes nothing.",
    ),
  ];
}

/** Control mode ego: what is allowed, refused and asked about first. */
export const assemblyBoundaries: Family = {
  name: "assembly-boundaries",
  drafts: () => [
    ...boundedStates("assembly-boundaries", EFFECT, "simulated_operation.operate", "ego", []),
    ...boundedStates("assembly-boundaries", EFFECT, "interactive_conversation_protocol.say", "ego", []),
    ...byHand(),
    ...Array.from({ length: 16 }, (_, number) =>
      draft(
        `drawn/${number}`,
        [BOUNDARIES, CONFIRMATION, ORDER],
        drawnScene(`assembly-boundaries/${number}`, {
          controlMode: "ego",
          ids: ["simulated_operation", "meri_token", "external_knowledge", "interactive_conversation_protocol"],
        }),
        `The script that the seed assembly-boundaries/${number} gives.`,
      ),
    ),
  ],
};
