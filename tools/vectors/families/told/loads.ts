import type { VectorEvent, VectorInputs } from "../../../../generated/json/vector.js";
import { type ArtifactPlan, type Built, type SectionPlan, sectionOf, trustStore } from "../../building/artifact.js";
import { flipped, toHex } from "../../building/octets.js";
import { type Draft, mutated } from "../../corpus/family.js";
import { testKey } from "../../corpus/keys.js";
import { type LoadParent, loads, refused, textSection } from "../artifact-drafts.js";
import {
  bodyMismatch,
  dependencyUnresolved,
  entryUnresolved,
  sectionUnfit,
  signatureFail,
} from "../artifact-refusals.js";

// What events of a load say. Durations are not compared, and neither is the text by which a source is named.

const key = testKey("ed25519-publisher");
const stranger = testKey("ed25519-stranger");
const profile = { terminal: "server", capabilities: [], features: [], max_total_bytes: 60 };

const PHASES = [
  "read_head",
  "parse",
  "verify_structure",
  "verify_digest",
  "verify_signature",
  "negotiate_version",
  "select",
  "resolve",
  "read_sections",
  "hand_off",
] as const;
type Phase = (typeof PHASES)[number];

/** Every name of an event that a load may publish, without those of the category `debug` and of repeated attempts. */
const tell = [
  "load.load_started",
  "load.source_opened",
  "load.phase_started",
  "load.phase_completed",
  "load.phase_failed",
  "load.section_skipped",
  "load.section_verified",
  "load.assembly_unselected",
  "load.deprecated",
  "load.load_completed",
  "security.signature_verified",
  "security.signature_skipped",
];

const bodies: readonly SectionPlan[] = [
  textSection("assembly", "left out here", { kind: 5, constraints: { terminals: ["browser"] } }),
  textSection("data", "some words", { kind: 2 }),
  textSection("main", "a program"),
  textSection("pictures", "p".repeat(50), { kind: 3, visibility: 1 }),
];
const plan: ArtifactPlan = {
  name: "vectors/told",
  entry: "main",
  sections: bodies,
  manifest: { version: "2.3.4-rc.1", assembly: "assembly", deprecation_notice: "Use vectors/other." },
};
const result = {
  selected: ["data", "main"],
  skipped: [
    { section: "assembly", reason: "terminal" },
    { section: "pictures", reason: "max_total_bytes" },
  ],
};

const signer = { algorithm: "ed25519", key_id: toHex(key.keyId) };
const skippedEvents: readonly VectorEvent[] = [
  { event: "load.section_skipped", fields: { section_id: "assembly", reason: "terminal", length: 13 } },
  { event: "load.section_skipped", fields: { section_id: "pictures", reason: "max_total_bytes", length: 50 } },
];
const verifiedEvent = (section: string): VectorEvent => {
  const length = bodies.find(({ id }) => id === section)?.body.length ?? 0;
  return { event: "load.section_verified", fields: { section_id: section, length } };
};
const started = (phase: Phase): VectorEvent => ({ event: "load.phase_started", fields: { phase } });
const completed = (phase: Phase): VectorEvent => ({ event: "load.phase_completed", fields: { phase } });

/** What one phase tells between its beginning and its end. */
function inPhase(phase: Phase, { bytes }: Built, security: VectorEvent, verified: readonly string[]): VectorEvent[] {
  switch (phase) {
    case "read_head":
      return [{ event: "load.source_opened", fields: { size: bytes.length } }];
    case "verify_signature":
      return [security];
    case "select":
      return [...skippedEvents];
    case "resolve":
      return [{ event: "load.assembly_unselected", fields: { section_id: "assembly" } }];
    case "read_sections":
      return verified.map(verifiedEvent);
    case "hand_off":
      return [{ event: "load.deprecated", fields: { name: "vectors/told", notice: "Use vectors/other." } }];
    default:
      return [];
  }
}

/** Everything that a load of the artifact tells. */
function told(built: Built, strategy: string, security: VectorEvent, verified: readonly string[]): VectorEvent[] {
  return [
    { event: "load.load_started", fields: { strategy } },
    ...PHASES.flatMap((phase) => [started(phase), ...inPhase(phase, built, security, verified), completed(phase)]),
    {
      event: "load.load_completed",
      fields: { name: "vectors/told", version: "2.3.4-rc.1", sections: 2, reads: 1, bytes: built.bytes.length },
    },
  ];
}

const clauses = ["loader.events", "signatures.events", "selection.skipped-event", "loader.resolve.assembly"];
const effect = "Whoever watches a host looks for a fault in the wrong phase, section or key.";

/** Loads with the fields of their events. */
export function toldLoads(): readonly Draft[] {
  const label = "publisher";
  const signed: ArtifactPlan = { ...plan, key };
  const of = (
    id: string,
    what: ArtifactPlan,
    inputs: VectorInputs,
    trust: string,
    security: VectorEvent,
    why: string,
  ): LoadParent => {
    const strategy = inputs.strategy ?? "eager";
    const access = inputs.access ?? [];
    const verified = strategy === "eager" ? ["data", "main"] : [];
    const statement = { id: `resolve/told/${id}`, plan: what, clauses, result: { ...result, trust_level: trust }, why };
    const { built } = loads({ ...statement, inputs });
    return loads({
      ...statement,
      clauses: [...clauses, "loader.hand-off", "selection.report"],
      result: {
        ...statement.result,
        manifest_digest: toHex(built.manifestDigest),
        strategy,
        selected_bytes: 19,
        ...(access.length > 0 && { bodies: access.map((section) => toHex(sectionOf(built, section).digest)) }),
      },
      inputs: { profile, tell, ...inputs },
      effects: {
        max_reads: 1,
        told: [...told(built, strategy, security, verified), ...(strategy === "lazy" ? access.map(verifiedEvent) : [])],
      },
      effect,
    });
  };
  const labelled = { trust_store: toHex(trustStore([{ key, more: { label } }])) };
  const eager = of(
    "signed-and-labelled",
    signed,
    labelled,
    "verified",
    { event: "security.signature_verified", fields: { ...signer, label } },
    "What the events of an eager load say, the label of the key among it.",
  );
  const drafts = [
    of(
      "signed",
      signed,
      { strategy: "lazy", access: ["main", "data"] },
      "verified",
      { event: "security.signature_verified", fields: signer },
      "What the events of a lazy load and of two accesses say.",
    ),
    of(
      "unsigned",
      plan,
      {},
      "unsigned",
      { event: "security.signature_skipped", fields: { trust: "unsigned" } },
      "Of an artifact without a signature it is told that it is unsigned.",
    ),
    of(
      "unverified",
      signed,
      { trust_store: toHex(trustStore([{ key: stranger }])), enforce_signature: false },
      "unverified",
      { event: "security.signature_skipped", fields: { trust: "unverified", ...signer } },
      "Of an artifact signed by a stranger it is told who says to have signed it.",
    ),
  ];
  return [eager.draft, ...drafts.map(({ draft }) => draft), ...failed(eager), selectedAssembly(eager)];
}

/** The phase that failed, and the code. */
function failed(parent: LoadParent): Draft[] {
  const failure = (phase: Phase, code: string): { readonly told: VectorEvent[] } => ({
    told: [
      ...PHASES.slice(0, PHASES.indexOf(phase)).map(completed),
      started(phase),
      { event: "load.phase_failed", fields: { phase, code } },
    ],
  });
  const [none, main] = [signatureFail("UntrustedKey", key), entryUnresolved("absent", "missing")];
  return [
    mutated(parent.draft, {
      id: "resolve/told/failed-signature",
      clauses,
      recipe: { mutator: "replace-trust-store", repair: "raw" },
      inputs: { trust_store: toHex(trustStore([{ key: stranger }])) },
      refusal: { ...none, effects: failure("verify_signature", none.code) },
      why: "A refused signature is told with its phase and its code.",
      effect,
    }),
    mutated(parent.draft, {
      id: "resolve/told/failed-selection",
      clauses,
      recipe: { mutator: "set-input", arguments: { max_section_bytes: 9 }, repair: "raw" },
      inputs: { profile: { ...profile, max_section_bytes: 9 } },
      refusal: {
        ...sectionUnfit("data", 10, "max_section_bytes", 9),
        effects: failure("select", "LDR_SECTION_UNFIT"),
      },
      why: "A required section that does not fit is told with its phase and its code.",
      effect,
    }),
    refused(parent, {
      id: "resolve/told/failed-entry",
      clauses,
      fault: { members: { entry: { section: "absent", symbol: "run" } } },
      repair: "signed",
      mutator: "set-member",
      arguments: { entry: "absent" },
      refusal: () => main,
      effects: () => failure("resolve", main.code),
      why: "An entry section that is missing is told with its phase and its code.",
      effect,
    }),
    refused(parent, {
      id: "resolve/told/failed-dependency",
      clauses,
      fault: { members: { dependencies: [{ name: "vectors/needed", version_range: "^1.0.0" }] } },
      repair: "signed",
      mutator: "set-member",
      arguments: { dependencies: "vectors/needed" },
      refusal: () => dependencyUnresolved("vectors/needed", "^1.0.0", []),
      effects: () => failure("resolve", "LDR_DEPENDENCY_UNRESOLVED"),
      why: "A dependency that nobody offers is told with its phase and its code.",
      effect,
    }),
    refused(parent, {
      id: "resolve/told/failed-body",
      clauses,
      fault: { bodies: { main: (body) => flipped(body, 0, 1) } },
      repair: "raw",
      mutator: "change-body",
      arguments: { section: "main" },
      refusal: (made) => bodyMismatch(made, "main"),
      effects: () => failure("read_sections", "LDR_DIGEST_MISMATCH"),
      why: "A faulty body is told with its phase and its code.",
      effect,
    }),
  ];
}

/** An assembly that is selected is not told as left out. */
function selectedAssembly(parent: LoadParent): Draft {
  return refused(parent, {
    id: "resolve/told/assembly-selected",
    clauses: ["loader.resolve.assembly", "loader.read-sections"],
    fault: { bodies: { assembly: (body) => flipped(body, 0, 1) } },
    repair: "raw",
    mutator: "change-body",
    arguments: { section: "assembly", terminal: "browser" },
    inputs: () => ({ profile: { ...profile, terminal: "browser" } }),
    refusal: (made) => bodyMismatch(made, "assembly"),
    effects: () => ({ unpublished: ["load.assembly_unselected"] }),
    why: "A selected assembly section whose body is wrong is not told as left out.",
    effect: "Somebody who looks for a missing component is told that the terminal has left it out.",
  });
}
