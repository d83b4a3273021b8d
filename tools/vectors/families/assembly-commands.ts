import { COMPONENTS } from "../../../generated/enums/component-id.js";
import { declaring, type Fay } from "../building/fay/examples.js";
import type { Draft, Family } from "../corpus/family.js";
import { call, command, end, scenes, serve } from "./assembly/acts.js";
import { drawnScene } from "./assembly/drawn.js";

const COMMAND = "assembly.actions.command";
const KEPT = "assembly.actions.kept";
const WITHIN = "assembly.calls.within";
const CYCLE = "assembly.calls.cycle";
const REPLY = "assembly.actions.reply";
const draft = scenes("assembly-commands", "Something is done that nobody commanded.");

const permissions = {
  inherent: COMPONENTS.flatMap(({ actions }) => actions.map(({ permission }) => permission)).filter(
    (permission, index, all) => permission !== null && all.indexOf(permission) === index,
  ),
};
const iFay = (...ids: readonly string[]): Fay => declaring(ids, { permissions });

/** Every action of the table, commanded once and called twice. */
function ofTheTable(): readonly Draft[] {
  return COMPONENTS.filter(({ actions, runs }) => actions.length > 0 && runs === "guest").map(({ id, actions }) =>
    draft(
      `table/${id.replaceAll("_", "-")}`,
      [COMMAND],
      {
        fay: iFay(id),
        acts: actions.flatMap(({ name }) => [
          call(`${id}.${name}`),
          command(`${id}.${name}`),
          call(`${id}.${name}`),
          call(`${id}.${name}`),
        ]),
      },
      `The actions of \`${id}\`: before a command, by it, and behind it.`,
    ),
  );
}

function byHand(): readonly Draft[] {
  const read = "sensor.read";
  const hub = "device_driver_hub.control";
  const cap = "cap_protocol.control";
  const devices = iFay("sensor", "device_driver_hub", "cap_protocol", "registered_skill", "invoke_skill");
  return [
    draft(
      "none",
      [COMMAND, REPLY],
      { fay: devices, acts: [call(read), call(hub)] },
      "Without a command nothing is done.",
    ),
    draft(
      "one",
      [COMMAND],
      { fay: devices, acts: [command(read), call(read), call(read)] },
      "One command, one action.",
    ),
    draft(
      "two",
      [COMMAND],
      { fay: devices, acts: [command(read), command(read), call(read), call(read), call(read)] },
      "Two commands, two actions.",
    ),
    draft(
      "three",
      [COMMAND],
      {
        fay: devices,
        acts: [command(read), command(read), call(read), command(read), call(read), call(read), call(read)],
      },
      "As many as there were, whenever they were given.",
    ),
    draft(
      "kept/undeclared-skill",
      [KEPT, "assembly.actions.permission"],
      {
        fay: declaring(["registered_skill"], { permissions: { inherent: ["other"] } }),
        own: { registered_skill: [{ name: "fly", skill: "flight", permission: "flight_plan_execute" }] },
        acts: [command("registered_skill.fly"), call("registered_skill.fly"), call("registered_skill.fly")],
      },
      "What is not declared leaves its command, and is found again.",
    ),
    draft("other", [COMMAND], { fay: devices, acts: [command(hub), call(read), call(hub)] }, "A command has a name."),
    draft(
      "by-the-entry-code",
      [COMMAND, REPLY],
      { fay: devices, acts: [command(read), call(read, { caller: "device_driver_hub" }), call(read)] },
      "A part that calls first does not consume it.",
    ),
    draft(
      "part-of-a-commanded",
      [COMMAND, WITHIN],
      {
        fay: devices,
        acts: [command(hub), call(hub), serve(1), call(cap, { caller: "device_driver_hub" }), call(cap)],
      },
      "What a part calls while it serves a commanded action is commanded; what others call is not.",
    ),
    draft(
      "before-it-serves",
      [COMMAND, WITHIN],
      { fay: devices, acts: [command(hub), call(hub), call(cap, { caller: "device_driver_hub" })] },
      "A part that has not begun to serve it calls of its own accord.",
    ),
    draft(
      "behind-its-end",
      [COMMAND, WITHIN],
      { fay: devices, acts: [command(hub), call(hub), serve(1), end(1), call(cap, { caller: "device_driver_hub" })] },
      "So does one that has answered.",
    ),
    draft(
      "deep",
      [COMMAND, WITHIN],
      {
        fay: devices,
        acts: [
          command(hub),
          call(hub),
          serve(1),
          call(cap, { caller: "device_driver_hub" }),
          serve(2),
          call(read, { caller: "cap_protocol" }),
          serve(3),
          call("registered_skill.list", { caller: "sensor" }),
        ],
      },
      "However deep.",
    ),
    draft(
      "last-served",
      [COMMAND, WITHIN],
      {
        fay: devices,
        acts: [
          command(hub),
          call(hub),
          call("device_driver_hub.list"),
          serve(1),
          serve(2),
          call(cap, { caller: "device_driver_hub" }),
          end(2),
          call(cap, { caller: "device_driver_hub" }),
        ],
      },
      "A call is part of the one that its part began to serve last, and has not answered.",
    ),
    draft(
      "first-served",
      [COMMAND, WITHIN],
      {
        fay: devices,
        acts: [
          call("device_driver_hub.list"),
          command(hub),
          call(hub),
          serve(1),
          serve(2),
          call(cap, { caller: "device_driver_hub" }),
          end(2),
          call(cap, { caller: "device_driver_hub" }),
        ],
      },
      "Whichever of them that is.",
    ),
    draft(
      "served-again",
      [COMMAND, WITHIN],
      {
        fay: devices,
        acts: [
          command(hub),
          call(hub),
          call("device_driver_hub.list"),
          serve(1),
          serve(2),
          serve(1),
          call(cap, { caller: "device_driver_hub" }),
        ],
      },
      "A call is begun once.",
    ),
    draft(
      "served-again-and-ended",
      [COMMAND, WITHIN],
      {
        fay: devices,
        acts: [command(hub), call(hub), serve(1), serve(1), end(1), call(cap, { caller: "device_driver_hub" })],
      },
      "And ends once.",
    ),
    draft(
      "served-before-it-is-made",
      [COMMAND, WITHIN],
      { fay: devices, acts: [command(hub), serve(1), call(hub), call(cap, { caller: "device_driver_hub" })] },
      "A call that nobody has made is not begun.",
    ),
    draft(
      "ended-before-it-is-made",
      [COMMAND, WITHIN],
      { fay: devices, acts: [command(hub), end(1), call(hub), serve(1), call(cap, { caller: "device_driver_hub" })] },
      "Nor is it answered.",
    ),
    draft(
      "served-behind-its-end",
      [COMMAND, WITHIN],
      { fay: devices, acts: [command(hub), call(hub), end(1), serve(1), call(cap, { caller: "device_driver_hub" })] },
      "One that was answered is not begun any more.",
    ),
    draft(
      "part-keeps-commands",
      [COMMAND, KEPT],
      {
        fay: devices,
        acts: [
          command(hub),
          command(cap),
          call(hub),
          serve(1),
          call(cap, { caller: "device_driver_hub" }),
          end(1),
          call(cap),
        ],
      },
      "What is part of a commanded action consumes nothing.",
    ),
    draft(
      "asking-consumes",
      [COMMAND],
      {
        fay: devices,
        acts: [
          command("invoke_skill.invoke"),
          call("invoke_skill.invoke"),
          serve(1),
          call(read, { caller: "invoke_skill" }),
          end(1),
          call("invoke_skill.invoke"),
          serve(3),
          call(read, { caller: "invoke_skill" }),
        ],
      },
      "An action that only asks is commanded where there is a command, and done where there is none.",
    ),
    draft(
      "kept/cycle",
      [KEPT, CYCLE],
      {
        fay: devices,
        acts: [
          command("device_driver_hub.list"),
          call("device_driver_hub.list"),
          serve(1),
          command(hub),
          call(hub, { caller: "device_driver_hub" }),
          end(1),
          call(hub),
        ],
      },
      "An action that is refused leaves its command.",
    ),
    draft(
      "kept/permission",
      [KEPT],
      {
        fay: declaring(["sensor"], { permissions: { persistent: ["sensor_read"], authMethods: ["pin"] } }),
        acts: [command(read), call(read), call(read, { proves: ["pin"] }), call(read)],
        methods: ["pin"],
      },
      "Also where its permission was not given.",
    ),
    draft(
      "kept/undeclared",
      [KEPT, "assembly.actions.order"],
      {
        fay: declaring(["sensor", "cap_protocol"], { permissions: { inherent: [] } }),
        acts: [call(read), command(read), call(read), call(read)],
      },
      "A command permits nothing: without one it is not commanded, with one it is not declared.",
    ),
    draft(
      "boundaries",
      ["assembly.actions.boundaries", COMMAND],
      {
        fay: {
          ...devices,
          ego: {
            modelSource: "m",
            constraints: { skillBoundaries: { allowed: [] }, permissionBoundaries: { restricted: ["sensor_read"] } },
          },
        },
        acts: [command(read), call(read), command("cap_protocol.control"), call(cap)],
      },
      "Boundaries bind a model, and not a person who commands.",
    ),
    draft(
      "confirmation",
      ["assembly.actions.confirmation", COMMAND],
      {
        fay: {
          ...devices,
          ego: { modelSource: "m", constraints: { permissionBoundaries: { requiresConfirmation: ["sensor_read"] } } },
        },
        acts: [command(read), call(read)],
      },
      "Nor is a person asked to confirm what they command.",
    ),
    draft(
      "cycle/itself",
      [CYCLE],
      { fay: devices, acts: [call("device_driver_hub.list", { caller: "device_driver_hub" })] },
      "A part that calls itself would wait for itself.",
    ),
    draft(
      "cycle/there-and-back",
      [CYCLE, WITHIN],
      {
        fay: devices,
        acts: [
          call("device_driver_hub.list"),
          serve(1),
          call("registered_skill.list", { caller: "device_driver_hub" }),
          serve(2),
          call("device_driver_hub.list", { caller: "registered_skill" }),
          call("invoke_skill.invoke", { caller: "registered_skill" }),
        ],
      },
      "A part that waits for a call cannot be called by what is part of it.",
    ),
    draft(
      "cycle/three",
      [CYCLE, WITHIN],
      {
        fay: devices,
        acts: [
          call("device_driver_hub.list", { caller: "sensor" }),
          serve(1),
          call("registered_skill.list", { caller: "device_driver_hub" }),
          serve(2),
          call("invoke_skill.invoke", { caller: "registered_skill" }),
          serve(3),
          call(read, { caller: "invoke_skill" }),
          command(read),
          call(read, { caller: "invoke_skill" }),
        ],
      },
      "Through any number of parts; and whether it is commanded is judged before.",
    ),
    draft(
      "cycle/none",
      [CYCLE],
      {
        fay: devices,
        acts: [
          call("device_driver_hub.list"),
          serve(1),
          call("registered_skill.list", { caller: "device_driver_hub" }),
          call("registered_skill.list", { caller: "device_driver_hub" }),
          serve(2),
          end(2),
          call("device_driver_hub.list", { caller: "registered_skill" }),
        ],
      },
      "A part may be called several times, and by one that has answered.",
    ),
    draft(
      "cycle/service",
      [CYCLE],
      {
        fay: devices,
        acts: [
          call("device_driver_hub.list"),
          serve(1),
          call("fayger_runtime.setting", { caller: "device_driver_hub" }),
        ],
      },
      "The assembly service waits for nobody.",
    ),
  ];
}

/** Control mode command: one command, one action. */
export const assemblyCommands: Family = {
  name: "assembly-commands",
  drafts: () => [
    ...ofTheTable(),
    ...byHand(),
    ...Array.from({ length: 16 }, (_, number) =>
      draft(
        `drawn/${number}`,
        [COMMAND, KEPT, WITHIN, CYCLE],
        drawnScene(`assembly-commands/${number}`, {
          controlMode: "command",
          ids: ["device_driver_hub", "cap_protocol", "invoke_skill", "registered_skill"],
        }),
        `The script that the seed assembly-commands/${number} gives.`,
      ),
    ),
  ],
};
