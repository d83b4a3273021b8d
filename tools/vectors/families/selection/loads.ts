import type { VectorInputs } from "../../../../generated/json/vector.js";
import { type ArtifactPlan, build, sectionOf } from "../../building/artifact.js";
import { toHex, utf8 } from "../../building/octets.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { profileOf } from "./section.js";

const plan = {
  name: "example/selection",
  entry: "main",
  sections: [
    {
      id: "assets/large",
      kind: 3,
      visibility: 1,
      body: new Uint8Array(400).fill(0x4c),
      constraints: { terminals: ["browser", "desktop"] },
    },
    { id: "assets/small", kind: 3, visibility: 1, body: utf8("a small picture") },
    { id: "extra", kind: 2, body: utf8("for those who have it"), constraints: { features: ["simd"] } },
    { id: "main", body: utf8("program") },
  ],
} satisfies ArtifactPlan;

const built = build(plan);

function inputsOf(more: Partial<VectorInputs> = {}): VectorInputs {
  return { bytes: toHex(built.bytes), enforce_signature: false, ...more };
}

function digestOf(id: string): string {
  return toHex(sectionOf(built, id).digest);
}

/** Selection in whole loads. */
export function selectionLoads(): readonly Draft[] {
  const skipped = (...pairs: readonly (readonly [string, string])[]) =>
    pairs.map(([section, reason]) => ({ section, reason }));
  const load = (
    id: string,
    clauses: readonly string[],
    inputs: VectorInputs,
    result: NonNullable<Draft["expect"]["result"]>,
    published: readonly string[],
    why: string,
  ): Draft =>
    accepted({
      id: `selection/loaded/${id}`,
      operation: "load",
      clauses,
      inputs,
      result: { ...result, trust_level: "unsigned" },
      effects: { published },
      why,
      effect: "A terminal gets sections that are of no use to it, or is not told what it does without.",
    });
  const skip = "load.section_skipped";
  const none = load(
    "default-profile",
    ["selection.applies", "selection.skipped-event", "selection.report"],
    inputsOf(),
    { selected: ["assets/small", "main"], skipped: skipped(["assets/large", "terminal"], ["extra", "features"]) },
    [skip, skip],
    "Without a profile the terminal is a server that claims nothing.",
  );
  const everything = load(
    "everything",
    ["selection.applies", "selection.profile.claim"],
    inputsOf({ profile: profileOf({ terminal: "desktop", features: ["simd"] }), access: ["assets/large", "extra"] }),
    {
      selected: ["assets/large", "assets/small", "extra", "main"],
      skipped: [],
      bodies: [digestOf("assets/large"), digestOf("extra")],
    },
    [],
    "A profile that matches everything gets everything.",
  );
  const limited = load(
    "optional-unfit",
    ["selection.optional-unfit", "selection.skipped-event", "selection.budget"],
    inputsOf({ profile: profileOf({ terminal: "browser", max_total_bytes: 30 }) }),
    {
      selected: ["assets/small", "main"],
      skipped: skipped(["assets/large", "max_total_bytes"], ["extra", "features"]),
    },
    [skip, skip],
    "An optional section that does not fit is skipped, and what comes behind it loads.",
  );
  const refuse = (
    id: string,
    parent: Draft,
    clauses: readonly string[],
    inputs: Partial<VectorInputs>,
    refusal: Parameters<typeof mutated>[1]["refusal"],
    why: string,
  ): Draft =>
    mutated(parent, {
      id: `selection/loaded/${id}`,
      clauses,
      recipe: { mutator: "replace-inputs", arguments: { members: Object.keys(inputs) }, repair: "raw" },
      inputs,
      refusal,
      why,
      effect: "A load that cannot succeed on this terminal is begun, and ends somewhere else.",
    });
  return [
    none,
    everything,
    limited,
    refuse(
      "required-unfit",
      limited,
      ["selection.unfit", "loader.phase-context"],
      { profile: profileOf({ max_section_bytes: 6 }) },
      {
        code: "LDR_SECTION_UNFIT",
        phase: "select",
        locus: { section: "main" },
        context: { length: 7, budget: "max_section_bytes", available: 6 },
      },
      "A required section that does not fit ends the load in the phase select.",
    ),
    refuse(
      "required-unfit-second",
      everything,
      ["selection.unfit", "selection.required-first"],
      { profile: profileOf({ terminal: "desktop", features: ["simd"], max_total_bytes: 27 }) },
      {
        code: "LDR_SECTION_UNFIT",
        phase: "select",
        locus: { section: "main" },
        context: { length: 7, budget: "max_total_bytes", available: 6 },
      },
      "What an earlier required section took is gone, and optional ones took nothing.",
    ),
    refuse(
      "profile-invalid",
      none,
      ["selection.profile.invalid"],
      { profile: { terminal: "server", capabilities: [], features: ["simd", 5] } },
      { code: "LDR_PROFILE_INVALID", locus: { path: "$.features[1]" }, effects: { reads: [] } },
      "A profile that breaks its schema is refused before the source is read.",
    ),
    refuse(
      "profile-invalid-and-no-artifact",
      none,
      ["selection.profile.invalid"],
      { bytes: "00", profile: {} },
      { code: "LDR_PROFILE_INVALID", locus: { path: "$.terminal" }, effects: { reads: [] } },
      "A profile that breaks its schema is told before anything of the artifact, whatever its bytes are.",
    ),
    refuse(
      "unselected-section",
      none,
      ["loader.read-sections.unselected"],
      { access: ["main", "extra"] },
      { code: "LDR_SECTION_NOT_SELECTED", reason: "features", phase: "read_sections", locus: { section: "extra" } },
      "An access to a skipped section fails with the reason it was skipped for.",
    ),
  ];
}
