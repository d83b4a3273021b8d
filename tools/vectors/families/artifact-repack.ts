import {
  type ArtifactPlan,
  type Built,
  build,
  buildFaulty,
  type Fault,
  type SectionPlan,
} from "../building/artifact.js";
import { spliced } from "../building/artifact-head.js";
import { type Item, integer, item, raw, replace, text, type Value, withMember } from "../building/cbor.js";
import { toHex, utf8 } from "../building/octets.js";
import { accepted, type Draft, type Family, mutated, type Refusal } from "../corpus/family.js";
import { testKey } from "../corpus/keys.js";
import { bytesOnly, textSection } from "./artifact-drafts.js";
import {
  badMagic,
  bodyMismatch,
  crcMismatch,
  formatVersion,
  indexInvalid,
  indexMismatch,
  manifestInvalid,
  manifestMismatch,
  schemaVersion,
  truncated,
} from "./artifact-refusals.js";

/** Serialising what was parsed gives the same bytes. */
export const artifactRepack: Family = {
  name: "artifact-repack",
  drafts: () => {
    const minimal = again(
      "minimal",
      { name: "vectors/repack", sections: [textSection("main", "a program")] },
      "An artifact of one section comes out as it was.",
    );
    const several = again(
      "several-sections",
      { name: "vectors/repack-several", entry: "main", sections: SEVERAL_SECTIONS },
      "Sections of several kinds, one without a byte, come out as they were.",
      ["index.kind.unknown"],
    );
    return [minimal.draft, several.draft, ...wholes(), ...later(), ...refusals(minimal), damagedBody(several)];
  },
};

interface Parent {
  readonly draft: Draft;
  readonly plan: ArtifactPlan;
}

const clauses = ["format.round-trip.bytes", "loader.repack"];

function same(id: string, built: Built, why: string, more: readonly string[]): Draft {
  return accepted({
    id: `artifact-repack/${id}`,
    operation: "repack",
    clauses: [...clauses, ...more],
    inputs: bytesOnly(built),
    result: { bytes: toHex(built.bytes) },
    why,
  });
}

/** An artifact that comes out as it was. */
function again(id: string, plan: ArtifactPlan, why: string, more: readonly string[] = [], fault?: Fault): Parent {
  const built = fault === undefined ? build(plan) : buildFaulty(plan, fault, "signed");
  return { draft: same(id, built, why, more), plan };
}

const SEVERAL_SECTIONS: readonly SectionPlan[] = [
  textSection("assembly", "components", { kind: 5 }),
  textSection("data/words", "some words", { kind: 2, visibility: 1 }),
  textSection("main", "a program"),
  textSection("note", "", { kind: 4 }),
  textSection("vendor", "\u00e4\u00f6\u00fc", { kind: 65_535 }),
];

/** Everything a manifest can have. */
const fullManifest: { readonly [member: string]: Value } = {
  version: "2.3.1-rc.1+build.5",
  runtime: {
    code_format: "wasm-core-2",
    requires: ["blocking_emit", "fuel"],
    prefer: ["zeta/runtime", "alpha/runtime"],
  },
  host_functions: ["clipboard/read", "clipboard/write"],
  required_capabilities: ["fs.read", "io.stdio"],
  optional_capabilities: ["net.http", "time.clock"],
  quotas: { memory_bytes: 16_777_216, fuel: 9_007_199_254_740_991, open_handles: 0 },
  dependencies: [
    { name: "example/log", version_range: "^1.2.0" },
    { name: "example/store", version_range: ">=2.0.0 <3.0.0" },
  ],
  assembly: "assembly",
  deprecation_notice: "Use another one.",
  annotations: { "": "an empty key", author: "nobody", "with space": "\u0000\ufeff" },
};

function wholes(): Draft[] {
  const main = textSection("main", "a program");
  const full = { entry: "main", sections: SEVERAL_SECTIONS, manifest: fullManifest };
  const drafts = [
    again(
      "full-manifest",
      { name: "vectors/repack-full", ...full },
      "Every member of the manifest comes out as it was, the order of preference too.",
      ["manifest.runtime"],
    ),
    again(
      "signed-ed25519",
      { name: "vectors/repack-signed", ...full, key: testKey("ed25519-publisher") },
      "A signature comes out with the artifact that it signs.",
      ["format.header.flags"],
    ),
    again(
      "signed-ecdsa-p256",
      { name: "vectors/repack-signed", ...full, key: testKey("ecdsa-p256-publisher") },
      "A signature of the second algorithm comes out as it was.",
      ["format.header.flags"],
    ),
    again(
      "signed-rsa-pss",
      { name: "vectors/repack-signed", ...full, key: testKey("rsa-2048-publisher") },
      "A signature of the third algorithm comes out as it was.",
      ["format.header.flags"],
    ),
    again(
      "signed-by-nobody-known",
      { name: "vectors/repack-signed", ...full, key: testKey("ed25519-stranger") },
      "Nobody is asked whether the key is trusted.",
      ["format.header.flags"],
    ),
    again(
      "constraints",
      {
        name: "vectors/repack-constraints",
        entry: "main",
        sections: [
          textSection("icons", "icons", {
            kind: 3,
            visibility: 1,
            constraints: {
              terminals: ["browser", "my-terminal"],
              capabilities: ["fs.read"],
              features: ["colour"],
              min_memory_bytes: 1_048_576,
            },
          }),
          main,
        ],
      },
      "Constraints of a section come out as they were.",
      ["selection.applies"],
    ),
    again(
      "no-sections",
      { name: "vectors/repack-nothing", entry: "main", sections: [] },
      "An artifact without a section parses, although no host can run it.",
      ["format.section-empty"],
    ),
    again(
      "utf-8-symbol",
      {
        name: "vectors/repack-symbol",
        sections: [main],
        manifest: { entry: { section: "main", symbol: "e\u0301\u00e9\ufeff" } },
      },
      "Text is not normalised on its way.",
      ["encoding.text"],
    ),
    again(
      "large-body",
      { name: "vectors/repack-body", sections: [{ id: "main", body: utf8("0123456789abcdef".repeat(512)) }] },
      "A body of 8 KiB comes out as it was.",
    ),
  ];
  return drafts.map(({ draft }) => draft);
}

/** Documents of later versions keep what nobody here knows. */
function later(): Draft[] {
  const sections = [textSection("main", "a program")];
  const unknown: Value = { first: [1, -1, true, ""], second: new Uint8Array([0]) };
  const inManifest =
    (steps: readonly string[], name: string) =>
    (manifest: Item): Item =>
      withMember(manifest, steps, name, item(unknown));
  const plan = (minor: number): ArtifactPlan => ({
    name: "vectors/repack-later",
    sections,
    manifest: { schema_version: [1, minor] },
  });
  const drafts = [
    again("later-minor/plain", plan(1), "A later minor without anything new comes out as it was.", [
      "encoding.write.round-trip",
    ]),
    again(
      "later-minor/manifest",
      plan(2),
      "A member of the manifest that a later minor has comes out byte for byte.",
      ["encoding.growth.higher"],
      { manifestItems: inManifest([], "zone") },
    ),
    again(
      "later-minor/between",
      plan(3),
      "Members of a later minor come out at their places between known ones.",
      ["encoding.growth.higher"],
      {
        manifestItems: (manifest) =>
          inManifest([], "a")(inManifest([], "zone_of_a_later_minor")(inManifest(["entry"], "part")(manifest))),
      },
    ),
    again(
      "later-minor/constraints",
      plan(4),
      "A constraint that a later minor has comes out byte for byte.",
      ["encoding.growth.index"],
      {
        indexItems: (index) => withMember(index, [0, 6], "zone", item(unknown)),
      },
    ),
  ];
  return drafts.map(({ draft }) => draft);
}

/** One bit of a body behind others: nothing else in the artifact is wrong, as the checksum leaves bodies out. */
function damagedBody({ draft, plan }: Parent): Draft {
  const section = "vendor";
  const flipped = (body: Uint8Array): Uint8Array =>
    body.map((byte, at) => (at === body.length - 1 ? byte ^ 0x01 : byte));
  const built = buildFaulty(plan, { bodies: { [section]: flipped } }, "raw");
  return mutated(draft, {
    id: "artifact-repack/refused/last-body-damaged",
    clauses: ["loader.coded-errors", "format.parse.verified", "format.serialize.refuses"],
    recipe: { mutator: "change-body", arguments: { section, bit: "last" }, repair: "raw" },
    inputs: bytesOnly(built),
    refusal: bodyMismatch(built, section),
    why: "One bit of the last of five bodies is another one: it is not written again with a digest that fits.",
    effect: "A damaged body is packed anew, and from then on every digest says that it is right.",
  });
}

function refusals({ draft, plan }: Parent): Draft[] {
  const size = build(plan).bytes.length;
  const effect = "A tool writes an artifact that no loader takes, and signs it.";
  const fault = (
    id: string,
    made: Fault,
    mutator: string,
    refusal: (built: Built) => Refusal,
    why: string,
    anchors: readonly string[],
  ): Draft => {
    const repair = made.whole === undefined ? "digests" : "raw";
    const built = buildFaulty(plan, made, repair);
    return mutated(draft, {
      id: `artifact-repack/refused/${id}`,
      clauses: ["loader.coded-errors", ...anchors],
      recipe: { mutator, arguments: { fault: id }, repair },
      inputs: bytesOnly(built),
      refusal: refusal(built),
      why,
      effect,
    });
  };
  return [
    fault(
      "magic",
      { header: { magic: 0x42554601 } },
      "set-header-field",
      ({ bytes }) => badMagic(bytes),
      "What is no artifact is not taken apart.",
      ["loader.read-head.magic"],
    ),
    fault(
      "format-version",
      { header: { format_major: 2 } },
      "set-header-field",
      () => formatVersion("2.0"),
      "An artifact of another format is not taken apart.",
      ["loader.read-head.format-version"],
    ),
    fault(
      "cut-to-91-bytes",
      { whole: (all) => all.slice(0, 91) },
      "truncate",
      () => truncated("read_head", 91, 92),
      "An artifact of 91 bytes is too short.",
      ["loader.read-head.size"],
    ),
    fault(
      "last-byte-missing",
      { whole: (all) => spliced(all, size - 1, 1) },
      "truncate",
      () => truncated("verify_structure", size - 1, size),
      "The last byte is missing.",
      ["loader.verify-structure.end", "format.serialize.refuses"],
    ),
    fault(
      "manifest-null",
      { manifestItems: (manifest) => replace(manifest, ["entry"], raw("f6")) },
      "edit-manifest",
      (built) => manifestInvalid("forbidden_item", "$.entry", built.inManifest("$.entry")),
      "A manifest that does not decode is not written again.",
      ["loader.parse.manifest", "format.serialize.refuses"],
    ),
    fault(
      "manifest-unknown",
      { manifestItems: (manifest) => withMember(manifest, [], "zone_of_a_later_minor", integer(0)) },
      "edit-manifest",
      (built) => manifestInvalid("unknown_field", "$", 48 + built.manifestWritten.key("zone_of_a_later_minor").start),
      "A member that the declared minor does not have is neither kept nor dropped.",
      ["encoding.growth.known", "format.serialize.refuses"],
    ),
    fault(
      "index-unknown",
      { indexItems: (index) => withMember(index, [0, 6], "zone", integer(0)) },
      "edit-index",
      (built) => indexInvalid("unknown_field", "$[0][6]", built.indexAt + built.indexWritten.key(0, 6, "zone").start),
      "A constraint that the declared minor does not have is neither kept nor dropped.",
      ["loader.parse.index", "encoding.growth.index"],
    ),
    fault(
      "index-id",
      { indexItems: (index) => replace(index, [0, 0], text("Main")) },
      "edit-index",
      (built) => indexInvalid("pattern_mismatch", "$[0][0]", built.inIndex("$[0][0]")),
      "An index that does not decode is not written again.",
      ["loader.parse.index", "format.serialize.refuses"],
    ),
    fault(
      "checksum",
      { trailer: { crc32: 0 } },
      "set-trailer-field",
      crcMismatch,
      "An artifact with a wrong checksum is not written again with a right one.",
      ["format.parse.verified", "loader.verify-structure.crc"],
    ),
    fault(
      "manifest-digest",
      { trailer: { manifest_digest: new Uint8Array(32) } },
      "set-trailer-field",
      manifestMismatch,
      "An artifact whose trailer pins another manifest is not written again with a digest that fits.",
      ["format.parse.verified", "loader.verify-digest.manifest"],
    ),
    fault(
      "index-digest",
      { members: { section_index_digest: new Uint8Array(32) } },
      "edit-manifest",
      (built) => indexMismatch(built, new Uint8Array(32)),
      "An artifact whose manifest pins another index is not written again with a digest that fits.",
      ["format.parse.verified", "loader.verify-digest.index"],
    ),
    fault(
      "body-digest",
      { entries: { main: { digest: new Uint8Array(32) } } },
      "edit-index",
      (built) => bodyMismatch(built, "main"),
      "A body that is not the one the index pins is not written again with a digest that fits.",
      ["format.parse.verified"],
    ),
    fault(
      "other-major",
      { members: { schema_version: [2, 0] } },
      "edit-manifest",
      () => schemaVersion("2.0"),
      "An artifact of another schema major is not taken apart: nobody here knows what its members mean.",
      ["format.parse.verified"],
    ),
  ];
}
