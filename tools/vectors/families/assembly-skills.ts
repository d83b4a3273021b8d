import { declaring, type Fay } from "../building/fay/examples.js";
import type { Family } from "../corpus/family.js";
import { call, command, end, scenes, serve } from "./assembly/acts.js";

const ACTIONS = "assembly.implementations.actions";
const BOUNDARIES = "assembly.actions.boundaries";
const WITHIN = "assembly.calls.within";
const draft = scenes("assembly-skills", "A skill that is refused when it is called is done when it is invoked.");

const INVOKE = "invoke_skill.invoke";
const own = {
  registered_skill: [
    { name: "fly", skill: "flight", permission: "device_control" },
    { name: "pay", skill: "financial" },
    { name: "greet", skill: "social" },
    { name: "count" },
  ],
};
const FLY = "registered_skill.fly";
const skilled = (controlMode: string, members: Fay = {}): Fay =>
  declaring(["registered_skill", "invoke_skill"], {
    controlMode,
    ego: {
      modelSource: "m",
      constraints: {
        skillBoundaries: { allowed: ["flight"], restricted: ["financial"], requiresConfirmation: ["social"] },
      },
    },
    permissions: { inherent: ["device_control"] },
    ...members,
  });
const invoked = (action: string, members: Parameters<typeof call>[1] = {}) => [
  call(INVOKE, { caller: "ego_model" }),
  serve(1),
  call(action, { caller: "invoke_skill", ...members }),
];
const SKILLS = ["fly", "pay", "greet", "count", "list", "dance"];

/** Skills that are invoked. */
export const assemblySkills: Family = {
  name: "assembly-skills",
  drafts: () => [
    ...SKILLS.flatMap((name) =>
      (["ego", "autonomous", "command"] as const).flatMap((mode) => [
        draft(
          `called/${name}-${mode}`,
          [ACTIONS, BOUNDARIES],
          { fay: skilled(mode), own, acts: [call(`registered_skill.${name}`, { confirmed: true })] },
          `The skill \`${name}\`, called in control mode ${mode}.`,
        ),
        draft(
          `invoked/${name}-${mode}`,
          [ACTIONS, BOUNDARIES, WITHIN],
          { fay: skilled(mode), own, acts: invoked(`registered_skill.${name}`, { confirmed: true }) },
          `The skill \`${name}\`, invoked in control mode ${mode}.`,
        ),
      ]),
    ),
    draft(
      "invoked/not-confirmed",
      [BOUNDARIES, "assembly.actions.confirmation"],
      { fay: skilled("ego"), own, acts: invoked("registered_skill.greet") },
      "What needs confirmation needs it when it is invoked.",
    ),
    draft(
      "command/skill",
      ["assembly.actions.command", WITHIN],
      {
        fay: skilled("command"),
        own,
        acts: [...invoked(FLY), command(FLY), call(FLY, { caller: "invoke_skill" }), call(FLY), call(FLY)],
      },
      "A skill can be commanded, and no part takes the command.",
    ),
    draft(
      "command/invocation",
      ["assembly.actions.command", WITHIN],
      {
        fay: skilled("command"),
        own,
        acts: [command(INVOKE), ...invoked(FLY), end(1), call(FLY, { caller: "invoke_skill" })],
      },
      "And so can its invocation, with what is part of it.",
    ),
    draft(
      "other-implementation",
      [ACTIONS],
      {
        fay: skilled("ego"),
        own: { registered_skill: [{ name: "fly" }] },
        acts: [call(FLY), call("registered_skill.pay")],
      },
      "What an action needs is what its implementation says.",
    ),
    draft(
      "equal-names",
      [ACTIONS],
      {
        fay: skilled("ego"),
        own: {
          registered_skill: [{ name: "do", skill: "flight" }],
          invoke_skill: [{ name: "do", skill: "financial" }],
        },
        acts: [call("registered_skill.do"), call("invoke_skill.do")],
      },
      "Actions of one name in two parts have nothing to do with each other.",
    ),
    draft(
      "internal",
      [ACTIONS, BOUNDARIES],
      {
        fay: declaring(["internal_skill"], { ...skilled("ego"), modules: [{ id: "internal_skill" }] }),
        own: { internal_skill: [{ name: "think" }, { name: "spend", skill: "financial" }] },
        acts: ["list", "think", "spend"].map((name) => call(`internal_skill.${name}`)),
      },
      "Skills that it has made its own are actions, too.",
    ),
    draft(
      "undeclared-permission",
      ["assembly.actions.permission"],
      { fay: skilled("ego", { permissions: {} }), own, acts: invoked(FLY) },
      "A skill needs its permission when it is invoked.",
    ),
  ],
};
