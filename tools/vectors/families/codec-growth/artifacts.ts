import { type ArtifactPlan, build, buildFaulty } from "../../building/artifact.js";
import { item, type Value, write } from "../../building/cbor.js";
import { trustKey } from "../../building/documents.js";
import { toHex, utf8 } from "../../building/octets.js";
import { accepted, type Draft, mutated } from "../../corpus/family.js";
import { testKey } from "../../corpus/keys.js";
import { notSelected } from "../artifact-refusals.js";
import { LATE } from "./changes.js";

const LATER: { readonly [member: string]: Value } = {
  schema_version: [1, 7],
  [LATE]: { any: [1, "two", true] },
  zeta: [],
  entry: { section: "main", symbol: "run", [LATE]: 1 },
  quotas: { fuel: 1000, [LATE]: "later" },
};

const PLAN: ArtifactPlan = {
  name: "example/later",
  sections: [
    { id: "extra", kind: 2, body: utf8("for those who know"), constraints: { [LATE]: { any: true } } },
    { id: "main", body: utf8("a program") },
    { id: "more", kind: 2, body: utf8("for everybody"), constraints: { terminals: ["server"] } },
  ],
  entry: "main",
  manifest: LATER,
};

const KEPT = "A tool that rewrites the artifact throws away what a later version said, and the signature with it.";

/** Whole artifacts of a later minor: loaded, and written back byte for byte. @spec compatibility.unknown-fields */
export function artifactDrafts(): Draft[] {
  const built = build(PLAN);
  const loaded = accepted({
    id: "codec-growth/artifact/later-minor",
    operation: "load",
    clauses: [
      "versions.negotiation.minor",
      "encoding.growth.higher",
      "encoding.growth.index",
      "selection.unknown-constraint",
    ],
    inputs: { bytes: toHex(built.bytes), enforce_signature: false },
    result: {
      selected: ["main", "more"],
      skipped: [{ section: "extra", reason: "unknown_constraint" }],
      trust_level: "unsigned",
    },
    why: "An artifact of a later minor is loaded; a section with a constraint that nobody knows yet is skipped.",
    effect: "Artifacts stop working on every host that was not updated first.",
  });
  const older = buildFaulty(PLAN, { members: { schema_version: [1, 0] } }, "digests");
  const refused = mutated(loaded, {
    id: "codec-growth/artifact/known-minor",
    clauses: ["encoding.growth.known", "encoding.unknown-field", "loader.parse.manifest"],
    recipe: { mutator: "replace", arguments: { path: "$.schema_version", by: "[1,0]" }, repair: "digests" },
    inputs: { bytes: toHex(older.bytes) },
    refusal: {
      code: "LDR_MANIFEST_INVALID",
      reason: "unknown_field",
      phase: "parse",
      locus: { at: 48 + older.manifestWritten.key("zeta").start, path: "$", part: "manifest" },
    },
    why: "The same members are unknown where the manifest declares 1.0.",
    effect: "A member nobody judged travels along under the signature, and later readers give it a meaning.",
  });
  const access = { access: ["main", "extra"] };
  const skipped = mutated(loaded, {
    id: "codec-growth/artifact/skipped-section",
    clauses: ["loader.read-sections.unselected", "selection.unknown-constraint"],
    recipe: { mutator: "set-access", arguments: access, repair: "raw" },
    inputs: access,
    refusal: notSelected("extra", "unknown_constraint"),
    why: "A section that was skipped for a constraint that nobody knows yet is asked for.",
    effect: "A program gets a body that a later version keeps for others.",
  });
  return [loaded, refused, skipped, ...signedDrafts(), ...repackDrafts()];
}

/** A signed artifact of a later minor whose manifest has so many members, the signature among them. */
function signedOf(members: number): Uint8Array {
  const plan = (extra: number): ArtifactPlan => ({
    ...PLAN,
    key: testKey("ed25519-publisher"),
    manifest: { ...LATER, ...Object.fromEntries(Array.from({ length: extra }, (_, at) => [`later_${at}`, at])) },
  });
  const { item: manifest } = build(plan(0)).manifestWritten.value();
  if (manifest.kind !== "map") throw new TypeError("a manifest is a map");
  return build(plan(members - manifest.entries.length)).bytes;
}

/** The count of the manifest without its signature has another width. @spec signatures.bytes.manifest */
function signedDrafts(): Draft[] {
  const store = item({ version: 1, issued_at: 0, keys: [trustKey("ed25519-publisher")] });
  return [24, 25].map((members) =>
    accepted({
      id: `codec-growth/artifact/signed-of-${members}-members`,
      operation: "load",
      clauses: ["signatures.bytes.manifest", "signatures.bytes", "encoding.growth.higher"],
      inputs: { bytes: toHex(signedOf(members)), trust_store: write(store).hex },
      result: {
        selected: ["main", "more"],
        skipped: [{ section: "extra", reason: "unknown_constraint" }],
        trust_level: "verified",
      },
      why: `The manifest has ${members} members, and one fewer where it is signed.`,
      effect: "An artifact whose signature is right is refused as soon as a later version gives it a few members more.",
    }),
  );
}

function repackDrafts(): Draft[] {
  const repack = (name: string, plan: ArtifactPlan, why: string): Draft => {
    const hex = toHex(build(plan).bytes);
    return accepted({
      id: `codec-growth/repack/${name}`,
      operation: "repack",
      clauses: ["compatibility.unknown-fields", "encoding.growth.higher", "encoding.write.round-trip"],
      inputs: { bytes: hex },
      result: { bytes: hex },
      why,
      effect: KEPT,
    });
  };
  return [
    repack("later-minor", PLAN, "Members that nobody knows yet are written back byte for byte, in manifest and index."),
    repack(
      "later-minor-signed",
      { ...PLAN, key: testKey("ed25519-publisher") },
      "The signature of a later artifact is right after it was written back.",
    ),
  ];
}
