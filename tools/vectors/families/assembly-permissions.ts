import { COMPONENTS } from "../../../generated/enums/component-id.js";
import { declaring, type Fay } from "../building/fay/examples.js";
import type { Draft, Family } from "../corpus/family.js";
import { call, scenes, serve } from "./assembly/acts.js";
import { drawnScene } from "./assembly/drawn.js";

const PERMISSION = "assembly.actions.permission";
const PERSISTENT = "assembly.actions.persistent";
const ORDER = "assembly.actions.order";
const REPLY = "assembly.actions.reply";
const draft = scenes("assembly-permissions", "A part does what nobody permitted.");

/** Every action of the table in every state of its permission. */
function ofTheTable(): readonly Draft[] {
  return COMPONENTS.filter(({ actions }) => actions.length > 0).map(({ id, actions }) => {
    const acts = actions.map(({ name }) => call(`${id}.${name}`, { proves: ["pin"] }));
    const needed = actions.map(({ permission }) => permission).filter((permission) => permission !== null);
    const half = needed.slice(1);
    return draft(
      `table/${id.replaceAll("_", "-")}`,
      [PERMISSION],
      {
        fay: declaring([id], {
          controlMode: "ego",
          permissions: { inherent: half, persistent: [], authMethods: ["pin"] },
        }),
        acts,
        methods: ["pin"],
      },
      `The actions of \`${id}\`, the first permission not being declared.`,
    );
  });
}

function states(): readonly Draft[] {
  const needed = COMPONENTS.flatMap(({ id, actions }) =>
    actions.flatMap(({ name, permission }) => (permission === null ? [] : [{ id, name, permission }])),
  );
  const permitted = (permissions: Fay, id: string, mode = "ego"): Fay =>
    declaring([id], { controlMode: mode, permissions });
  return needed.flatMap(({ id, name, permission }, number) => {
    const action = `${id}.${name}`;
    const at = `${id}-${name}`.replaceAll("_", "-");
    const mode = number % 2 === 0 ? "ego" : "autonomous";
    return [
      draft(
        `inherent/${at}`,
        [PERMISSION],
        { fay: permitted({ inherent: [permission] }, id, mode), acts: [call(action), call(action)] },
        "An inherent permission is there; nobody is asked.",
      ),
      draft(
        `persistent/${at}`,
        [PERMISSION, PERSISTENT],
        {
          fay: permitted({ persistent: [permission], authMethods: ["pin", "face"] }, id, mode),
          acts: [call(action), call(action, { proves: ["face"] }), call(action)],
          methods: ["face", "pin"],
        },
        "A persistent one is asked for until it is given, and then stays.",
      ),
    ];
  });
}

function byHand(): readonly Draft[] {
  const sensor = (permissions: Fay, members: Fay = {}): Fay =>
    declaring(["sensor", "device_driver_hub"], { controlMode: "ego", permissions, ...members });
  const persistent = { persistent: ["sensor_read"], authMethods: ["pin", "face", "key"] };
  const read = "sensor.read";
  const methods = ["key", "face", "pin"];
  return [
    draft("nothing-declared", [PERMISSION], { fay: sensor({}), acts: [call(read)] }, "Nothing is permitted by itself."),
    draft(
      "other-declared",
      [PERMISSION],
      { fay: sensor({ inherent: ["Sensor_read", "sensor_rea", "sensor_read "] }), acts: [call(read)] },
      "Names are compared whole.",
    ),
    draft(
      "both",
      [PERMISSION],
      { fay: sensor({ ...persistent, inherent: ["sensor_read"] }), acts: [call(read)], methods },
      "What is inherent is not asked for.",
    ),
    draft(
      "order-of-methods",
      [PERSISTENT],
      { fay: sensor(persistent), acts: [call(read, { proves: ["face", "key"] })], methods },
      "Methods are tried in the order of declaration, to the first that succeeds.",
    ),
    draft(
      "methods-of-the-host",
      [PERSISTENT],
      { fay: sensor(persistent), acts: [call(read, { proves: ["pin", "key"] })], methods: ["key"] },
      "One that the host has not is not tried.",
    ),
    draft(
      "method-not-declared",
      [PERSISTENT],
      { fay: sensor(persistent), acts: [call(read, { proves: ["voice"] })], methods: ["voice"] },
      "Nor is one that is not declared.",
    ),
    draft(
      "no-method",
      [PERSISTENT],
      { fay: sensor({ persistent: ["sensor_read"] }), acts: [call(read, { proves: ["pin"] })], methods },
      "Where no method is declared nobody can give it.",
    ),
    draft(
      "host-without-methods",
      [PERSISTENT],
      { fay: sensor(persistent), acts: [call(read, { proves: ["pin"] })] },
      "Nor where the host has none.",
    ),
    draft(
      "method-twice",
      [PERSISTENT],
      { fay: sensor({ ...persistent, authMethods: ["pin", "pin", "face"] }), acts: [call(read)], methods },
      "A method is tried once.",
    ),
    draft(
      "every-method-fails",
      [PERSISTENT, REPLY],
      { fay: sensor(persistent), acts: [call(read), call(read)], methods },
      "Whoever proves nothing is asked again by the next action.",
    ),
    draft(
      "given-to-everybody",
      [PERSISTENT],
      {
        fay: declaring(["device_driver_hub", "cap_protocol"], {
          controlMode: "ego",
          permissions: { persistent: ["device_control"], authMethods: ["pin"] },
        }),
        acts: [
          call("device_driver_hub.control", { proves: ["pin"] }),
          call("cap_protocol.control", { caller: "device_driver_hub" }),
        ],
        methods,
      },
      "What was given for one action is given for every other that needs it.",
    ),
    draft(
      "given-alone",
      [PERSISTENT],
      {
        fay: sensor({ persistent: ["sensor_read", "device_control"], authMethods: ["pin"] }),
        acts: [call(read, { proves: ["pin"] }), call("device_driver_hub.control")],
        methods,
      },
      "Nothing else is given with it.",
    ),
    draft(
      "given-though-refused",
      [PERSISTENT, "assembly.calls.cycle"],
      {
        fay: sensor(persistent),
        acts: [
          call("fay_id.identify", { caller: "sensor" }),
          serve(1),
          call(read, { caller: "fay_id", proves: ["pin"] }),
          call(read),
        ],
        methods,
      },
      "It stays given where the action was refused behind it.",
    ),
    draft(
      "boundaries-first",
      [PERSISTENT, ORDER],
      {
        fay: sensor(persistent, {
          ego: { modelSource: "m", constraints: { permissionBoundaries: { restricted: ["sensor_read"] } } },
        }),
        acts: [call(read, { proves: ["pin"] })],
        methods,
      },
      "What the boundaries refuse nobody is asked for.",
    ),
    draft(
      "own-actions",
      [PERMISSION],
      {
        fay: declaring(["registered_skill"], {
          controlMode: "ego",
          permissions: { inherent: ["flight_plan_execute"] },
        }),
        own: {
          registered_skill: [
            { name: "fly", permission: "flight_plan_execute" },
            { name: "film", permission: "camera_use" },
          ],
        },
        acts: [call("registered_skill.fly"), call("registered_skill.film"), call("registered_skill.list")],
      },
      "An action of an implementation's own needs what the implementation declares.",
    ),
    draft(
      "prototype",
      [PERMISSION],
      {
        fay: declaring(["registered_skill"], { controlMode: "ego", permissions: { inherent: ["x"] } }),
        own: { registered_skill: [{ name: "do", permission: "constructor" }] },
        acts: [call("registered_skill.do")],
      },
      "What an object of some language has is no permission.",
    ),
    draft(
      "unknown",
      [REPLY, ORDER],
      {
        fay: sensor({}),
        acts: [
          "sensor.write",
          "sensor",
          "gmchain.record",
          "read",
          "sensor.read.now",
          "",
          ".",
          "sensor.",
          "toString",
        ].map((action) => call(action)),
      },
      "What no part has is refused before everything else.",
    ),
    draft(
      "service",
      [PERMISSION, "assembly.calls"],
      {
        fay: sensor({}),
        acts: ["answer", "refuse", "next", "setting", "random", "report"].map((name) =>
          call(`fayger_runtime.${name}`, { caller: "sensor" }),
        ),
      },
      "The actions of the assembly service are there for every part.",
    ),
  ];
}

/** Permissions: inherent, persistent, given once, and never declared. */
export const assemblyPermissions: Family = {
  name: "assembly-permissions",
  drafts: () => [
    ...ofTheTable(),
    ...states(),
    ...byHand(),
    ...Array.from({ length: 12 }, (_, number) =>
      draft(
        `drawn/${number}`,
        [PERMISSION, PERSISTENT, ORDER],
        drawnScene(`assembly-permissions/${number}`, {
          controlMode: "ego",
          ids: ["personal_data_heap", "meri_token", "device_driver_hub"],
        }),
        `The script that the seed assembly-permissions/${number} gives.`,
      ),
    ),
  ],
};
