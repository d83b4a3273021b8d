import type { VectorInputs } from "../../../../generated/json/vector.js";
import { item, type Value, write as written } from "../../building/cbor.js";
import { DRONE, DRONE_DRIVERS, declaring, type Fay, fayWith } from "../../building/fay/examples.js";
import { partsOf } from "../../building/fay/parts.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { type AssembledPlan, assembledOf, type Plan, sectionHex } from "./section.js";
import { type Mutant, withImplementation } from "./section-changes.js";
import { mutantsOfParts } from "./section-parts.js";
import { mutantsOfTexts } from "./section-texts.js";

const CHECKS = "assembly.checks";
const SECTION = "assembly.section";
const FORM = ["assembly.sections", "assembly.manifest", SECTION, CHECKS];

const DRIVERS = [
  { name: "d", type: "device", driverPackage: "package-of-d" },
  { name: "e", type: "device", driverPackage: "package-of-e" },
];
const SMALL: Plan = {
  fay: declaring(["device_driver_hub", "gmchain"], {
    modules: [
      { id: "device_driver_hub", version: "^1.0.0", provider: "somebody" },
      { id: "registered_skill", version: ">=1.4.0 <2.0.0" },
    ],
    controlMode: "ego",
    ego: { modelSource: "models/small" },
    drivers: DRIVERS,
  }),
  drivers: ["arm", "wheel"],
  own: {
    arm: [{ name: "lift", skill: "lifting", permission: "device_control" }],
    registered_skill: [{ name: "wave", skill: "waving" }, { name: "count" }],
  },
};

function draftOf(id: string, plan: Plan, why: string, change: (made: AssembledPlan) => AssembledPlan): Draft {
  const made = change(assembledOf(plan));
  return accepted({
    id: `assembly-section/${id}`,
    operation: "read_assembly",
    clauses: FORM,
    inputs: { bytes: sectionHex(made), assembled: made.assembled },
    result: { parts: partsOf(plan.fay, plan.own, plan.drivers) },
    why,
    effect: "A right artifact is refused, or its parts are others.",
  });
}

/** Sections that agree with their artifacts. */
export function acceptedSections(): readonly Draft[] {
  const draft = (
    id: string,
    plan: Plan,
    why: string,
    change: (made: AssembledPlan) => AssembledPlan = (made) => made,
  ): Draft => draftOf(`accepted/${id}`, plan, why, change);
  const resolution = (change: (text: string) => string): ((made: AssembledPlan) => AssembledPlan) => {
    return (made) => ({ ...made, resolution: change(made.resolution) });
  };
  const twins = [DRIVERS[0], DRIVERS[1], DRIVERS[0]];
  return [
    draft("drone", { fay: DRONE, drivers: DRONE_DRIVERS }, "The published drone, assembled."),
    draft("small", SMALL, "Components, drivers, a model, and actions of their own."),
    draft("nothing", { fay: fayWith() }, "Nothing but what is always there."),
    draft("warnings", { fay: declaring(["sensor"], { controlMode: "ego" }) }, "Warnings keep nothing from loading."),
    draft("white-space", { fay: fayWith() }, "White space in the texts is nothing.", (made) => ({
      ...made,
      manifest: JSON.stringify(JSON.parse(made.manifest), undefined, 2),
      resolution: ` ${made.resolution}\n`,
    })),
    draft(
      "order-of-members",
      { fay: fayWith() },
      "Members of the resolution may stand in any order.",
      resolution((text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse()))),
    ),
    draft(
      "order-of-members-within",
      { fay: declaring(["gmchain"]) },
      "Also those of a component.",
      resolution((text) =>
        text.replace('{"id":"gmchain","origin":"declared"}', '{"origin":"declared","id":"gmchain"}'),
      ),
    ),
    draft(
      "number-otherwise-written",
      { fay: fayWith() },
      "A number is its value, and not how it is written.",
      resolution((text) => text.replace('"resolvedStage":1,', '"resolvedStage":1.0e0,')),
    ),
    draft(
      "member-passed-over",
      { fay: fayWith() },
      "Of two members of one name the last counts.",
      resolution((text) => text.replace("{", '{"resolvedStage":5,')),
    ),
    draft("model-without-block", { fay: declaring(["ego_model"]) }, "A model without a block has no source."),
    draft(
      "drivers-of-one-package",
      { fay: fayWith({ drivers: twins }), drivers: ["arm", "wheel", "leg"] },
      "Drivers of one package have its implementations in the order of their names.",
    ),
    draft(
      "drivers-of-two-packages",
      { fay: fayWith({ drivers: [DRIVERS[1], DRIVERS[0], DRIVERS[0], DRIVERS[1]] }), drivers: ["z", "a", "b", "zz"] },
      "Each package by itself.",
    ),
    draft("service-named", { fay: fayWith() }, "The assembly service may be named as a part is.", (made) => ({
      ...made,
      assembled: { ...made.assembled, host_functions: [...made.assembled.host_functions, "fayger_runtime"].sort() },
    })),
    draft("more-functions", { fay: fayWith() }, "An artifact may name further functions.", (made) => ({
      ...made,
      assembled: { ...made.assembled, host_functions: ["aaa.bbb", ...made.assembled.host_functions, "zzz"] },
    })),
    draft("more-sections", { fay: fayWith() }, "And have further sections, selected or not.", (made) => ({
      ...made,
      assembled: {
        ...made.assembled,
        sections: [...made.assembled.sections, { section: "data/words", kind: "data", selected: false }],
      },
    })),
    draft("prerelease-asked-for", { fay: declaring([], RC) }, "A prerelease that is asked for by name.", (made) =>
      withImplementation(made, "fay_id", { version: "2.0.0-rc.2" }),
    ),
  ];
}

const RC = { modules: [{ id: "fay_id", version: ">=2.0.0-rc.1" }] };

/** One change of a section or of what its artifact says. @spec assembly.checks */
export function mutatedSections(): readonly Draft[] {
  const parent = draftOf(
    "parent",
    { ...SMALL, fay: { ...SMALL.fay, vendor: "Parent" } },
    "The parent.",
    (made) => made,
  );
  const plan: Plan = { ...SMALL, fay: { ...SMALL.fay, vendor: "Parent" } };
  const refuse = (mutant: Mutant, inputs: Partial<VectorInputs>, settings: Fay): Draft =>
    mutated(parent, {
      id: `assembly-section/${mutant.reason.replaceAll("_", "-")}/${mutant.id}`,
      clauses: [CHECKS, ...(mutant.clauses ?? [])],
      recipe: { mutator: "change-assembly", arguments: settings, repair: "raw" },
      inputs,
      refusal: {
        code: "LDR_ASSEMBLY_INVALID",
        reason: mutant.reason,
        phase: "hand_off",
        context: { section_id: "assembly/fay", ...(mutant.part !== undefined && { part: mutant.part }) },
      },
      why: mutant.why,
      effect: "An artifact runs as something else than what its FayManifest says.",
    });
  const whole = assembledOf(plan);
  return [
    parent,
    ...[...mutantsOfTexts(), ...mutantsOfParts()].map((mutant) => {
      const made = mutant.change(whole);
      return refuse(mutant, { bytes: sectionHex(made), assembled: made.assembled }, { change: mutant.id });
    }),
    ...byteMutants(sectionHex(whole)).map(([id, bytes, why]) =>
      refuse(
        { id, reason: "not_decodable", clauses: [SECTION], why, change: (made) => made },
        { bytes },
        { change: id },
      ),
    ),
  ];
}

/** Bytes that are no document of the rule. */
function byteMutants(hex: string): readonly (readonly [id: string, bytes: string, why: string])[] {
  return [
    ["empty", "", "No bytes."],
    ["cut", hex.slice(0, -2), "The last byte is missing."],
    ["byte-behind", `${hex}00`, "A byte behind the document."],
    ["item-behind", `${hex}f6`, "Another item behind it."],
    ["longer-head", `b803${hex.slice(2)}`, "A head that is longer than it needs to be."],
    ["no-map", "80", "A list."],
    ["missing-member", write({ manifest: "{}", resolution: "{}" }), "A member is missing."],
    ["unknown-member", write({ manifest: "{}", resolution: "{}", implementations: [], extra: 1 }), "One too many."],
    [
      "manifest-as-bytes",
      write({ manifest: Uint8Array.of(123, 125), resolution: "{}", implementations: [] }),
      "A FayManifest as bytes.",
    ],
  ];
}

const write = (value: Value): string => written(item(value)).hex;
