import { COMPONENTS } from "../../../../generated/enums/component-id.js";
import { Dice } from "../../building/fay/dice.js";
import { DRONE, declaring, type Fay, fayWith } from "../../building/fay/examples.js";
import type { Draft } from "../../corpus/family.js";
import { judged } from "./found.js";

const IDS = COMPONENTS.map(({ id }) => id as string);
const GROUPS = ["faymanifest.components.groups", "faymanifest.validation.components"];
const KNOWN = ["faymanifest.components", "faymanifest.validation.components"];
const WARNINGS = ["faymanifest.validation.warnings"];

/** What is said of declared components. */
export function components(): readonly Draft[] {
  const draft = (id: string, file: Fay, why: string, clauses: readonly string[] = KNOWN): Draft =>
    judged({ id: `components/${id}`, file, clauses, why });
  const modules = (...ids: readonly unknown[]): Fay => fayWith({ modules: ids.map((id) => ({ id })) });
  const protocols = (...ids: readonly unknown[]): Fay => fayWith({ protocols: ids.map((id) => ({ id })) });
  return [
    draft("drone", DRONE, "The published example of a drone has no fault.", ["faymanifest.shape", ...WARNINGS]),
    draft("all", declaring(IDS), "Every component, where it belongs.", ["faymanifest.components", ...WARNINGS]),
    draft("all-as-modules", modules(...IDS), "As modules: protocols are none.", GROUPS),
    draft("all-as-protocols", protocols(...IDS), "As protocols: nothing else is one.", GROUPS),
    ...[
      "Sensor",
      "sensor ",
      "sensors",
      "fay-id",
      "fayid",
      "cap",
      "constructor",
      "__proto__",
      "toString",
      "\u0441ap",
    ].map((id, index) => draft(`unknown/${index}`, modules(id), `${JSON.stringify(id)} is no component.`)),
    draft("unknown/protocol", protocols("interactive_dialogue_protocol"), "Nor is the name that people say."),
    draft("unknown/ids-that-are-none", modules(null, 5, ["sensor"], true), "What is no text is no id of anything."),
    draft("unknown/no-list", fayWith({ modules: { id: "nobody" } }), "Nor is what stands in no list."),
    draft("twice", modules("fay_id", "gmchain", "fay_id"), "A module is declared once.", GROUPS),
    draft("thrice", modules("gmchain", "gmchain", "gmchain"), "Every one behind the first is told.", GROUPS),
    draft("twice/protocol", protocols("faying_protocol", "faying_protocol"), "So is a protocol.", GROUPS),
    draft("twice/unknown", modules("nobody", "nobody"), "One that is unknown is unknown each time.", GROUPS),
    draft(
      "twice/wrong-group",
      declaring(["faying_protocol"], { modules: [{ id: "faying_protocol" }, { id: "faying_protocol" }] }),
      "One that does not belong there does not belong there each time, and is no second one where it belongs.",
      GROUPS,
    ),
    draft(
      "twice/other-members",
      fayWith({
        modules: [
          { id: "fay_id", version: "^1.0.0" },
          { id: "fay_id", version: "^2.0.0", provider: "p" },
        ],
      }),
      "Whatever else is declared of it.",
      GROUPS,
    ),
    draft(
      "twice/in-both",
      fayWith({ modules: [{ id: "sensor" }], protocols: [{ id: "sensor" }, { id: "cap_protocol" }] }),
      "What is declared where it belongs does not belong elsewhere.",
      GROUPS,
    ),
    draft("infrastructure", modules("fayger_runtime", "security_ethics"), "Infrastructure may be declared.", GROUPS),
  ];
}

/** Each warning where it is due, and where it is not. @spec faymanifest.validation.warnings */
export function warnings(): readonly Draft[] {
  const draft = (id: string, file: Fay, why: string): Draft =>
    judged({ id: `warnings/${id}`, file, clauses: WARNINGS, why });
  const everyPermission = [
    ...new Set(COMPONENTS.flatMap(({ actions }) => actions.map(({ permission }) => permission))),
  ];
  const inherent = everyPermission.filter((permission) => permission !== null);
  const model = (constraints: Fay, members: Fay = {}): Fay =>
    fayWith({ controlMode: "ego", ego: { modelSource: "m", constraints }, ...members });
  return [
    ...COMPONENTS.flatMap(({ id, depends }) => [
      draft(`alone/${id}`, declaring([id]), `\`${id}\` alone.`),
      ...(depends.length > 0
        ? [draft(`with/${id}`, declaring([id, ...depends]), `\`${id}\` with what it depends on.`)]
        : []),
      draft(`permitted/${id}`, declaring([id], { permissions: { inherent } }), `\`${id}\` with every permission.`),
    ]),
    draft("aligned", declaring(["aligned_consciousness", "self_awareness"]), "One of two that it depends on is there."),
    draft("many", declaring([...IDS].reverse()), "In the order of declaration, modules first."),
    draft(
      "persistent",
      declaring(["sensor", "cap_protocol"], { permissions: { persistent: inherent, authMethods: ["pin"] } }),
      "A persistent permission is declared as well.",
    ),
    draft(
      "one-permission",
      declaring(["personal_data_heap", "cap_protocol"], { permissions: { inherent: ["personal_data_read"] } }),
      "Once for each permission.",
    ),
    draft(
      "permission-case",
      declaring(["meri_token"], { permissions: { inherent: ["Value_read"] } }),
      "Compared whole.",
    ),
    draft("permission-of-drivers", fayWith({ drivers: [DRIVER] }), "Nothing is known of what a driver needs."),
    draft("always-needs-none", fayWith({ permissions: {} }), "Of those that are added nothing is said."),
    draft("ego/missing", fayWith({ controlMode: "ego" }), "Nobody decides."),
    draft("ego/declared-model", declaring(["ego_model"], { controlMode: "ego" }), "The module is no block."),
    draft("ego/unused", fayWith({ ego: { modelSource: "m" } }), "Its boundaries bind nobody."),
    draft("ego/used", model({}), "A model that decides."),
    draft(
      "ego/autonomous",
      fayWith({ controlMode: "autonomous", ego: { modelSource: "m" } }),
      "Boundaries hold there.",
    ),
    ...["self_awareness", "self_driven_behavior", "internal_skill"].map((id, index, all) =>
      draft(
        `autonomy/without-${id}`,
        declaring(
          all.filter((_, other) => other !== index),
          { controlMode: "autonomous" },
        ),
        `Without \`${id}\`.`,
      ),
    ),
    draft(
      "autonomy/whole",
      declaring(["self_awareness", "self_driven_behavior", "internal_skill"], { controlMode: "autonomous" }),
      "With all three.",
    ),
    draft("autonomy/none", fayWith({ controlMode: "autonomous" }), "Once for each."),
    draft("authentication/none", fayWith({ permissions: { persistent: ["a"] } }), "Nobody can give it."),
    draft("authentication/empty", fayWith({ permissions: { persistent: ["a"], authMethods: [] } }), "Nor so."),
    draft(
      "authentication/some",
      fayWith({ permissions: { persistent: ["a"], authMethods: ["pin"] } }),
      "So somebody can.",
    ),
    draft(
      "authentication/not-needed",
      fayWith({ permissions: { persistent: [], inherent: ["a"] } }),
      "Nothing to give.",
    ),
    ...(["cognitiveBoundaries", "skillBoundaries", "permissionBoundaries"] as const).map((name) =>
      draft(
        `boundary/${name.replace("Boundaries", "")}`,
        model({ [name]: { allowed: ["a", "b"], restricted: ["b", "c"], requiresConfirmation: ["c", "d"] } }),
        "Two texts in two lists each.",
      ),
    ),
    draft("boundary/all-three", model({ skillBoundaries: ABC }), "A text in all three is told of once."),
    draft(
      "boundary/twice-in-one",
      model({ skillBoundaries: { allowed: ["a", "a"] } }),
      "Twice in one list is nothing.",
    ),
    draft(
      "boundary/beside-each-other",
      model({ permissionBoundaries: ABC, skillBoundaries: { allowed: ["z"], restricted: ["z"] } }),
      "Each set by itself, in the order of the schema.",
    ),
    draft(
      "boundary/across",
      model({ skillBoundaries: { allowed: ["a"] }, permissionBoundaries: { restricted: ["a"] } }),
      "Two sets have nothing to do with each other.",
    ),
    draft("boundary/prototype", model({ skillBoundaries: { allowed: ["constructor"] } }), "A text is nothing else."),
    draft("driver/without-hub", fayWith({ drivers: [DRIVER, DRIVER] }), "Once for all drivers."),
    draft("driver/none", fayWith({ drivers: [] }), "No driver needs no hub."),
    draft("driver/hub", declaring(["device_driver_hub"], { drivers: [DRIVER] }), "With the hub."),
    draft(
      "all",
      declaring(["invoke_skill", "sensor"], {
        controlMode: "ego",
        permissions: { persistent: ["b"] },
        drivers: [DRIVER],
      }),
      "In the order of the table.",
    ),
    draft(
      "beside-errors",
      declaring(["sensor"], { controlMode: "ego", drivers: [DRIVER], name: "" }),
      "Where there is an error there is no other warning.",
    ),
  ];
}

const DRIVER = { name: "d", type: "device", driverPackage: "p" };
const ABC = { allowed: ["a"], restricted: ["a"], requiresConfirmation: ["a"] };

/** FayManifests out of a seed: with anything in any order, now and then wrong. */
export function drawnManifests(): readonly Draft[] {
  return Array.from({ length: 60 }, (_, number) =>
    judged({
      id: `drawn/${number}`,
      file: drawn(new Dice(`faymanifest-validation/${number}`)),
      clauses: ["faymanifest.validation", "faymanifest.validation.order", "faymanifest.validation.warnings"],
      why: `The FayManifest that the seed faymanifest-validation/${number} gives.`,
    }),
  );
}

function drawn(dice: Dice): Fay {
  const ids = dice.shuffled(dice.some(IDS, 3));
  const names = ["flight", "financial", "device_control", "sensor_read", "operation", "conversation"];
  const set = (): Fay => ({
    ...(dice.onceIn(2) && { allowed: dice.some(names) }),
    ...(dice.onceIn(2) && { restricted: dice.some(names, 3) }),
    ...(dice.onceIn(3) && { requiresConfirmation: dice.some(names, 3) }),
  });
  const whole = declaring(ids, {
    controlMode: dice.of(["command", "ego", "autonomous"]),
    ...(dice.onceIn(2) && { drivers: dice.some([DRIVER, { ...DRIVER, name: "e" }]) }),
    ...(dice.onceIn(2) && {
      ego: { modelSource: "m", constraints: { skillBoundaries: set(), permissionBoundaries: set() } },
    }),
    ...(dice.onceIn(2) && {
      permissions: {
        inherent: dice.some(names),
        persistent: dice.some(names, 4),
        ...(dice.onceIn(2) && { authMethods: ["pin"] }),
      },
    }),
  });
  if (!dice.onceIn(3)) return whole;
  const name = dice.of(Object.keys(whole));
  const wrong = dice.of<unknown>([
    null,
    5,
    "",
    "Wrong",
    [],
    {},
    [{ id: "nobody" }],
    [{ id: "sensor" }, { id: "sensor" }],
  ]);
  return { ...whole, [name]: wrong };
}
