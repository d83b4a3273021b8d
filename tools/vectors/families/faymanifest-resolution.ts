import { COMPONENTS } from "../../../generated/enums/component-id.js";
import { Dice } from "../building/fay/dice.js";
import { DRONE, declaring, type Fay, fayWith } from "../building/fay/examples.js";
import { objectOf, resolve, testsOf } from "../building/fay/resolution.js";
import { jsonOf } from "../building/fay/text.js";
import { accepted, type Draft, type Family } from "../corpus/family.js";

const IDS = COMPONENTS.map(({ id }) => id as string);
const ALWAYS = "faymanifest.resolution.always";
const EGO = "faymanifest.resolution.ego";
const ORIGIN = "faymanifest.resolution.origin";
const ORDER = "faymanifest.resolution.order";
const STAGE = "faymanifest.stage";
const TESTS = ["ifacts.tests", "ifacts.tests.required"];
const MODEL = { ego: { modelSource: "m" } };

function draft(id: string, fay: Fay, clauses: readonly string[], why: string): Draft {
  const resolution = resolve(objectOf(jsonOf(fay)));
  return accepted({
    id: `faymanifest-resolution/${id}`,
    operation: "resolve_fay",
    clauses: ["faymanifest.resolution", ...clauses],
    inputs: { fay },
    result: { resolution, tests: testsOf(resolution) },
    why,
    effect: "An artifact that was assembled elsewhere is refused, or owes other tests.",
  });
}

function byHand(): readonly Draft[] {
  const versions = {
    modules: [
      { id: "sensor", version: "^1.0.0", provider: "somebody" },
      { id: "fay_id", version: ">=1.0.0 <3.0.0" },
      { id: "fayger_runtime", provider: "other" },
    ],
    protocols: [{ id: "faying_protocol", version: "~2.0.0", config: { a: 1 } }],
  };
  return [
    draft("drone", DRONE, [ALWAYS, EGO, ORIGIN, STAGE, ...TESTS], "The published drone: 11 components, 3 protocols."),
    draft("nothing", fayWith(), [ALWAYS, STAGE, ...TESTS], "Where nothing is declared seven components are added."),
    draft("everything", declaring(IDS), [ORIGIN, STAGE, ...TESTS], "Where everything is declared nothing is added."),
    draft("backwards", declaring([...IDS].reverse()), [ORDER], "The same in every order of declaration."),
    draft(
      "drone-backwards",
      {
        ...DRONE,
        modules: [...(DRONE["modules"] as readonly unknown[])].reverse(),
        protocols: [...(DRONE["protocols"] as readonly unknown[])].reverse(),
      },
      [ORDER],
      "So is the drone's.",
    ),
    draft(
      "always-declared",
      declaring(IDS.filter((id) => COMPONENTS.some((row) => row.id === id && row.always))),
      [ALWAYS, ORIGIN, STAGE],
      "What is added anyway can be declared, and then nothing is added.",
    ),
    draft("ego", fayWith({ ...MODEL, controlMode: "ego" }), [EGO, ORIGIN], "An ego block brings its model."),
    draft("ego/command", fayWith(MODEL), [EGO], "In every control mode."),
    draft("ego/autonomous", fayWith({ ...MODEL, controlMode: "autonomous" }), [EGO], "In this one, too."),
    draft("ego/mode-alone", fayWith({ controlMode: "ego" }), [EGO], "The control mode alone brings none."),
    draft("ego/declared", declaring(["ego_model"], MODEL), [EGO, ORIGIN], "A model that is declared is declared."),
    draft("stage/infrastructure", declaring(["multi_terminal_sync"]), [STAGE], "Infrastructure raises no stage."),
    draft("stage/added", declaring(["gmchain"], MODEL), [STAGE], "The highest that is declared, and not the number."),
    draft("stage/protocol", declaring(["telepathy_protocol", "sensor"]), [STAGE], "Protocols raise it as modules do."),
    draft("constraints", fayWith(versions), [ORIGIN], "Version and provider are those of the declaration."),
    draft(
      "nothing-brought-along",
      declaring(["sensor", "invoke_skill", "aligned_consciousness", "external_knowledge"]),
      [ORIGIN, ALWAYS],
      "What a declared component depends on is not added.",
    ),
  ];
}

/** Every component alone, and with an ego block. */
function alone(): readonly Draft[] {
  return IDS.map((id, number) =>
    draft(
      `alone/${id}`,
      declaring([id], number % 2 === 0 ? {} : { ...MODEL, controlMode: "ego" }),
      [ALWAYS, ORIGIN, STAGE, ...TESTS],
      `\`${id}\` with what is added to it.`,
    ),
  );
}

/** Any components in any order. */
function drawn(): readonly Draft[] {
  return Array.from({ length: 40 }, (_, number) => {
    const dice = new Dice(`faymanifest-resolution/${number}`);
    const declared = dice.shuffled(dice.some(IDS, 2 + (number % 4)));
    const ofVersion = (entry: { readonly id: string }): Fay => ({
      ...entry,
      ...(dice.onceIn(3) && { version: dice.of(["^1.0.0", "=2.1.0", ">=0.1.0 <9.0.0"]) }),
    });
    const fay = declaring(declared, {
      controlMode: dice.of(["command", "ego", "autonomous"]),
      ...(dice.onceIn(2) && MODEL),
    });
    const modules = (fay["modules"] as readonly { readonly id: string }[])
      .map(ofVersion)
      .map((entry) => ({ ...entry, ...(dice.onceIn(4) && { provider: "somebody" }) }));
    const protocols = (fay["protocols"] as readonly { readonly id: string }[]).map(ofVersion);
    return draft(
      `drawn/${number}`,
      { ...fay, modules, protocols },
      [ALWAYS, EGO, ORIGIN, ORDER, STAGE, ...TESTS],
      `The FayManifest that the seed faymanifest-resolution/${number} gives.`,
    );
  });
}

/** What a FayManifest resolves to, and which tests it owes. */
export const faymanifestResolution: Family = {
  name: "faymanifest-resolution",
  drafts: () => [...byHand(), ...alone(), ...drawn()],
};
