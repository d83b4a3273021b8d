import { type ArtifactPlan, build } from "../building/artifact.js";
import type { Value } from "../building/cbor.js";
import { toHex, utf8 } from "../building/octets.js";
import { accepted, type Draft, type Family, mutated } from "../corpus/family.js";

const schemaAnchor = "versions.negotiation.schema";
const minorAnchor = "versions.negotiation.minor";
const interfaceAnchor = "versions.negotiation.runtime-interface";
const contextAnchor = "versions.negotiation.context";
const current = "versions.current";

const effects = {
  misread: "Members of a schema nobody knows are read as if their meaning were known.",
  missing: "The program is started and fails later, where it uses what the runtime does not have.",
  stranded: "An artifact that would run is refused after the author added an optional member.",
  mismatch: "A program of another major version runs against an interface that means other things.",
} as const;

interface Asked {
  readonly schema?: string;
  readonly needed?: string;
  readonly offered?: string;
}

function inputsOf({ schema = "1.0", needed = "1.0.0", offered }: Asked) {
  return {
    schema_version: schema,
    runtime_interface_min: needed,
    ...(offered !== undefined && { runtime_interface: offered }),
  };
}

function accept(id: string, clauses: readonly string[], asked: Asked, why: string): Draft {
  return accepted({
    id: `version-negotiation/${id}`,
    operation: "negotiate_version",
    clauses,
    inputs: inputsOf(asked),
    why,
    effect: effects.stranded,
  });
}

const schemaRefusal = (required: string) => ({
  code: "LDR_SCHEMA_VERSION_UNSUPPORTED",
  phase: "negotiate_version",
  context: { required, available: "1.0", expected_range: "1.x" },
});

function interfaceRefusal(required: string, available: string) {
  const range = `>=${available.split(".")[0]}.0.0 <=${available}`;
  return {
    code: "LDR_RUNTIME_INTERFACE_UNSUPPORTED",
    phase: "negotiate_version",
    context: { required, available, expected_range: range },
  };
}

function statedAlone(): readonly Draft[] {
  const now = accept(
    "alone/current",
    [current, schemaAnchor, interfaceAnchor],
    {},
    "The versions of this specification are accepted.",
  );
  const newer = accept(
    "alone/offered-higher",
    [interfaceAnchor],
    { needed: "1.2.3", offered: "1.4.2" },
    "A runtime of a higher minor runs what asks for less.",
  );
  const schema = (id: string, version: string, why: string): Draft =>
    mutated(now, {
      id: `version-negotiation/alone/${id}`,
      clauses: [schemaAnchor, contextAnchor],
      recipe: { mutator: "replace", arguments: { schema_version: version }, repair: "raw" },
      inputs: { schema_version: version },
      refusal: schemaRefusal(version),
      why,
      effect: effects.misread,
    });
  const runtime = (id: string, parent: Draft, needed: string, offered: string | undefined, why: string): Draft =>
    mutated(parent, {
      id: `version-negotiation/alone/${id}`,
      clauses: [interfaceAnchor, contextAnchor],
      recipe: {
        mutator: "replace",
        arguments: { runtime_interface_min: needed, ...(offered !== undefined && { runtime_interface: offered }) },
        repair: "raw",
      },
      inputs: { runtime_interface_min: needed, ...(offered !== undefined && { runtime_interface: offered }) },
      refusal: interfaceRefusal(needed, offered ?? parent.inputs.runtime_interface ?? "1.0.0"),
      why,
      effect: needed.startsWith((offered ?? "1").slice(0, 1)) ? effects.missing : effects.mismatch,
    });
  return [
    now,
    newer,
    accept(
      "alone/minor-higher",
      [minorAnchor],
      { schema: "1.1" },
      "A higher minor of the schema adds what may be passed over.",
    ),
    accept(
      "alone/minor-highest",
      [minorAnchor],
      { schema: "1.65535" },
      "The highest minor of the schema is a minor like any other.",
    ),
    accept("alone/minor-with-two-digits", [minorAnchor], { schema: "1.10" }, "A minor of two digits is one number."),
    accept(
      "alone/offered-equal",
      [interfaceAnchor],
      { needed: "1.4.2", offered: "1.4.2" },
      "What is asked for is exactly what is offered.",
    ),
    accept(
      "alone/offered-patch-higher",
      [interfaceAnchor],
      { needed: "1.4.1", offered: "1.4.2" },
      "A higher patch is enough.",
    ),
    accept(
      "alone/offered-minor-higher-patch-lower",
      [interfaceAnchor],
      { needed: "1.4.9", offered: "1.5.0" },
      "The minor decides before the patch.",
    ),
    accept(
      "alone/numbers-and-not-texts",
      [interfaceAnchor],
      { needed: "1.9.0", offered: "1.10.0" },
      "10 is more than 9, though its text is less.",
    ),
    accept(
      "alone/highest-numbers",
      [interfaceAnchor],
      { needed: "1.65535.65535", offered: "1.65535.65535" },
      "Every number may be as high as 65535.",
    ),
    accept(
      "alone/major-two-on-both-sides",
      [interfaceAnchor],
      { needed: "2.0.1", offered: "2.3.4" },
      "A runtime of another major runs what asks for that major.",
    ),
    schema("schema-major-higher", "2.0", "A schema of the next major is refused."),
    schema("schema-major-lower", "0.9", "A schema of an earlier major is refused."),
    schema("schema-major-lower-minor-same", "0.0", "A schema of major 0 is refused, whatever its minor."),
    schema("schema-major-highest", "65535.65535", "The highest major is a major nobody knows."),
    schema("schema-major-ten", "10.0", "10 begins with 1 and is another number."),
    schema("schema-major-two-minor-one", "2.1", "The minor says nothing where the major is another."),
    runtime("interface-patch-higher", now, "1.0.1", undefined, "A higher patch than the runtime's is refused."),
    runtime("interface-minor-higher", now, "1.1.0", undefined, "A higher minor than the runtime's is refused."),
    runtime("interface-major-higher", now, "2.0.0", undefined, "A higher major than the runtime's is refused."),
    runtime(
      "interface-major-lower",
      now,
      "0.9.0",
      undefined,
      "A lower major than the runtime's is refused: it is another interface.",
    ),
    runtime("interface-patch-above-offered", newer, "1.4.3", "1.4.2", "One patch above what is offered is refused."),
    runtime(
      "interface-minor-above-offered",
      newer,
      "1.5.0",
      "1.4.2",
      "One minor above what is offered is refused, though its patch is lower.",
    ),
    runtime("interface-numbers-and-not-texts", newer, "1.10.0", "1.9.0", "10 is more than 9, though its text is less."),
    runtime("interface-highest", newer, "1.65535.65535", "1.65535.65534", "The last patch decides."),
    runtime(
      "interface-major-below-offered",
      newer,
      "1.0.0",
      "2.0.0",
      "A runtime of a higher major does not run what asks for a lower one.",
    ),
    runtime("interface-major-ten", newer, "10.0.0", "1.10.0", "10 begins with 1 and is another major."),
    mutated(now, {
      id: "version-negotiation/alone/both",
      clauses: [schemaAnchor, "loader.checks.order"],
      recipe: {
        mutator: "replace",
        arguments: { schema_version: "2.0", runtime_interface_min: "2.0.0" },
        repair: "raw",
      },
      inputs: { schema_version: "2.0", runtime_interface_min: "2.0.0" },
      refusal: schemaRefusal("2.0"),
      why: "Where both versions are unknown, the schema is told, because nothing of the manifest means anything.",
      effect: effects.misread,
    }),
    mutated(newer, {
      id: "version-negotiation/alone/both-earlier-schema",
      clauses: [schemaAnchor, "loader.checks.order"],
      recipe: {
        mutator: "replace",
        arguments: { schema_version: "0.9", runtime_interface_min: "1.4.3" },
        repair: "raw",
      },
      inputs: { schema_version: "0.9", runtime_interface_min: "1.4.3" },
      refusal: schemaRefusal("0.9"),
      why: "An earlier schema asks for one patch more than is offered: the schema is told.",
      effect: effects.misread,
    }),
  ];
}

const plan = {
  name: "example/versions",
  sections: [{ id: "main", body: utf8("program") }],
} satisfies ArtifactPlan;

const loaded = { selected: ["main"], skipped: [], trust_level: "unsigned" };

function inArtifacts(): readonly Draft[] {
  const stored = (members: { readonly [member: string]: Value }): { bytes: string; enforce_signature: boolean } => ({
    bytes: toHex(build({ ...plan, manifest: members }).bytes),
    enforce_signature: false,
  });
  const load = (
    id: string,
    clauses: readonly string[],
    inputs: ReturnType<typeof stored> & { runtime_interface?: string },
    why: string,
  ) =>
    accepted({
      id: `version-negotiation/loaded/${id}`,
      operation: "load",
      clauses,
      inputs,
      result: loaded,
      why,
      effect: effects.stranded,
    });
  const now = load(
    "current",
    [current, schemaAnchor, interfaceAnchor],
    stored({}),
    "An artifact of the current versions loads.",
  );
  const offered = load(
    "offered-higher",
    [interfaceAnchor],
    { ...stored({ runtime_interface_min: [1, 2, 3] }), runtime_interface: "1.2.3" },
    "An artifact loads where the runtime offers exactly what it asks for.",
  );
  const refuse = (
    id: string,
    parent: Draft,
    clauses: readonly string[],
    members: { readonly [member: string]: Value },
    refusal: ReturnType<typeof interfaceRefusal>,
    why: string,
    effect: string,
  ): Draft =>
    mutated(parent, {
      id: `version-negotiation/loaded/${id}`,
      clauses,
      recipe: { mutator: "replace-members", arguments: members, repair: "signed" },
      inputs: stored(members),
      refusal,
      why,
      effect,
    });
  return [
    now,
    offered,
    load("minor-higher", [minorAnchor], stored({ schema_version: [1, 7] }), "An artifact of a higher minor loads."),
    load(
      "minor-higher-with-a-new-member",
      [minorAnchor, "encoding.growth.higher"],
      stored({ schema_version: [1, 1], made_with: "a later writer" }),
      "A member that a higher minor added does not keep an artifact from loading.",
    ),
    refuse(
      "major-higher",
      now,
      [schemaAnchor, contextAnchor],
      { schema_version: [2, 0] },
      schemaRefusal("2.0"),
      "An artifact of another major is refused, whatever else it holds.",
      effects.misread,
    ),
    refuse(
      "major-higher-otherwise-unreadable",
      now,
      [schemaAnchor, "encoding.growth.major"],
      { schema_version: [2, 0], name: 7, entry: [], runtime_interface_min: "9" },
      schemaRefusal("2.0"),
      "Members whose types another major changed are not judged: the version is what is told.",
      effects.misread,
    ),
    refuse(
      "major-lower",
      now,
      [schemaAnchor, contextAnchor],
      { schema_version: [0, 3] },
      schemaRefusal("0.3"),
      "An artifact of an earlier major is refused.",
      effects.misread,
    ),
    refuse(
      "interface-above-current",
      now,
      [interfaceAnchor, contextAnchor],
      { runtime_interface_min: [1, 0, 1] },
      interfaceRefusal("1.0.1", "1.0.0"),
      "An artifact that asks for more than the runtime has is refused.",
      effects.missing,
    ),
    refuse(
      "interface-above-offered",
      offered,
      [interfaceAnchor, contextAnchor],
      { runtime_interface_min: [1, 2, 4] },
      interfaceRefusal("1.2.4", "1.2.3"),
      "One patch above what the runtime offers is refused.",
      effects.missing,
    ),
    refuse(
      "interface-major-lower",
      offered,
      [interfaceAnchor, contextAnchor],
      { runtime_interface_min: [0, 9, 9] },
      interfaceRefusal("0.9.9", "1.2.3"),
      "A lower major is another interface.",
      effects.mismatch,
    ),
  ];
}

/** Schema and Runtime_Interface. */
export const versionNegotiation: Family = {
  name: "version-negotiation",
  drafts: () => [...statedAlone(), ...inArtifacts()],
};
