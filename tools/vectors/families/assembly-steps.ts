import { COMPONENTS } from "../../../generated/enums/component-id.js";
import type { VectorInputs } from "../../../generated/json/vector.js";
import { DRONE, DRONE_DRIVERS, declaring, type Fay, fayWith } from "../building/fay/examples.js";
import { stepEvents, stepsOf } from "../building/fay/parts.js";
import { accepted, type Draft, type Family, mutated } from "../corpus/family.js";

const STEPS = "assembly.steps";
const EVENTS = "assembly.steps.events";
const FAILED = "assembly.steps.failed";
const EFFECT = "An iFay is started in another order, or half of one goes on running.";

function effectsOf(fay: Fay, drivers: readonly string[], failing?: { part: string; code: string }) {
  const told = stepEvents(stepsOf(fay, drivers), failing);
  return { events: told.map(({ event }) => event), told };
}

function steps(id: string, fay: Fay, why: string, drivers: readonly string[] = []): Draft {
  return accepted({
    id: `assembly-steps/${id}`,
    operation: "assemble",
    clauses: [STEPS, EVENTS],
    inputs: { fay, ...(drivers.length > 0 && { drivers: [...drivers] }) },
    result: { steps: stepsOf(fay, drivers) },
    effects: effectsOf(fay, drivers),
    why,
    effect: EFFECT,
  });
}

/** One part that cannot be taken to Running. */
function failing(parent: Draft, part: string, code: string, why: string): Draft {
  const { fay, drivers = [] } = parent.inputs as VectorInputs & { readonly fay: Fay };
  const effects = effectsOf(fay, drivers, { part, code });
  const failed = effects.told.find(({ event }) => event === "assembly.step_failed");
  return mutated(parent, {
    id: `${parent.id}/failing/${part.replaceAll("_", "-")}`,
    clauses: [FAILED, EVENTS],
    recipe: { mutator: "fail-part", arguments: { part, code }, repair: "raw" },
    inputs: { failing: { part, code } },
    refusal: { code: "RT_ASSEMBLY_FAILED", context: { step: failed?.fields["step"], part }, effects },
    why,
    effect: EFFECT,
  });
}

/** The order of the steps, and what is undone where one fails. */
export const assemblySteps: Family = {
  name: "assembly-steps",
  drafts: () => {
    const nothing = steps("nothing", fayWith(), "Where nothing is declared every step is taken all the same.");
    const drone = steps("drone", DRONE, "The published drone.", DRONE_DRIVERS);
    const ids = COMPONENTS.map(({ id }) => id as string);
    const whole = steps(
      "everything",
      declaring([...ids].reverse(), { controlMode: "autonomous", drivers: [DRIVER, DRIVER, DRIVER] }),
      "Every component, in the order of the table; drivers in the order of declaration.",
      ["zebra", "alpha", "middle"],
    );
    const partsIn = (draft: Draft): string[] => (draft.expect.result?.steps ?? []).flatMap(({ parts }) => parts);
    return [
      nothing,
      drone,
      whole,
      steps("model-declared", declaring(["ego_model"]), "A model that is declared has the last step."),
      steps("model-of-a-block", fayWith({ ego: { modelSource: "m" } }), "So has one of an ego block."),
      steps("driver", fayWith({ drivers: [DRIVER] }), "A driver comes behind the protocols.", ["arm"]),
      ...[...partsIn(nothing)].map((part) =>
        failing(nothing, part, "RT_CODE_INVALID", `\`${part}\` cannot be started, and what was is undone.`),
      ),
      ...[...partsIn(drone)].map((part) =>
        failing(drone, part, "RT_TRAP", `\`${part}\` fails, and the steps before are undone, the last one first.`),
      ),
      ...["zebra", "alpha", "middle", "meri_token", "telepathy_protocol", "ego_model", "credential_management"].map(
        (part) => failing(whole, part, "RT_QUOTA_EXCEEDED", `\`${part}\` fails: nothing behind it is begun.`),
      ),
    ];
  },
};

const DRIVER = { name: "d", type: "device", driverPackage: "p" };
