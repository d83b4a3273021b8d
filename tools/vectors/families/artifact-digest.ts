import type { VectorInputs } from "../../../generated/json/vector.js";
import { type Built, build, type Fault, sectionOf } from "../building/artifact.js";
import { flipped, sha256, toHex, utf8 } from "../building/octets.js";
import type { Draft, Family, Refusal } from "../corpus/family.js";
import { testKey } from "../corpus/keys.js";
import {
  type LoadParent,
  type LoadStatement,
  ladder,
  loads,
  refused,
  survived,
  textSection,
} from "./artifact-drafts.js";
import {
  bodyMismatch,
  crcMismatch,
  expectedManifestMismatch,
  indexMismatch,
  manifestMismatch,
  signatureFail,
} from "./artifact-refusals.js";

/** The chain of digests, raw, repaired and signed again. */
export const artifactDigest: Family = {
  name: "artifact-digest",
  drafts: () => {
    const of = (id: string, statement: Partial<LoadStatement>, why: string): LoadParent =>
      loads({ id: `artifact-digest/accepted/${id}`, plan, result, clauses, why, ...statement });
    const unsigned = of("unsigned", {}, "Every digest of an unsigned artifact is right.");
    const signed = of("signed", { plan: signedPlan }, "Every digest of a signed artifact is right.");
    const lazy = of(
      "lazy",
      { inputs: { strategy: "lazy", access: ["data/words"] }, result: { ...result, bodies: [hexOf(words)] } },
      "A lazy load reads the one body that is asked for.",
    );
    return [
      unsigned.draft,
      signed.draft,
      lazy.draft,
      ...expected(unsigned, signed),
      ...manifest(unsigned, signed),
      ...index(unsigned, signed),
      ...entryDigests(unsigned, signed),
      ...bodies(unsigned, signed),
      ...strategies(unsigned, lazy),
    ];
  },
};

const clauses = ["format.chain.index", "format.chain.bodies", "format.trailer.manifest-digest"];
const key = testKey("ed25519-publisher");
const words = "some words";
const plan = {
  name: "vectors/digest",
  entry: "main",
  sections: [
    textSection("data/words", words, { kind: 2 }),
    textSection("film", "a film for screens", { kind: 3, constraints: { terminals: ["browser"] } }),
    textSection("main", "a program"),
    textSection("site", "pictures of a site", { kind: 3, visibility: 1 as const }),
    textSection("zero", "", { kind: 2 }),
  ],
};
const signedPlan = { ...plan, name: "vectors/digest-signed", key };
const result = { selected: ["data/words", "main", "site", "zero"], skipped: [{ section: "film", reason: "terminal" }] };

function hexOf(text: string): string {
  return toHex(sha256(utf8(text)));
}

/** The digest of the manifest that the caller pins. */
function expected(unsigned: LoadParent, signed: LoadParent): Draft[] {
  const pinned = (id: string, parent: LoadParent, why: string): Draft =>
    loads({
      id: `artifact-digest/expected/${id}`,
      plan: parent.plan,
      clauses: ["loader.verify-digest.expected"],
      inputs: { expected_manifest_digest: toHex(parent.built.manifestDigest) },
      result,
      why,
    }).draft;
  const effect = "A host that pins an artifact runs another one.";
  const wrong = (id: string, parent: LoadParent, digest: Uint8Array, why: string, fault: Fault = {}): Draft =>
    refused(parent, {
      id: `artifact-digest/expected/${id}`,
      clauses: ["loader.verify-digest.expected"],
      fault,
      repair: "members" in fault ? "signed" : "raw",
      mutator: "members" in fault ? "set-member" : "set-input",
      arguments: { expected_manifest_digest: toHex(digest), ...("members" in fault && { version: "1.0.1" }) },
      inputs: () => ({ expected_manifest_digest: toHex(digest) }),
      refusal: (made) => expectedManifestMismatch(made, digest),
      why,
      effect,
    });
  const { manifestDigest } = unsigned.built;
  const renewed: Fault = { members: { version: "1.0.1" } };
  const againstTrailer = (id: string, parent: LoadParent, fault: Fault, digest: Uint8Array, why: string): Draft =>
    refused(parent, {
      id: `artifact-digest/expected/${id}`,
      clauses: ["loader.verify-digest.expected", "loader.checks.order"],
      fault,
      repair: "signed",
      mutator: "two-faults",
      arguments: { first: 220, second: 230, expected_manifest_digest: toHex(digest) },
      inputs: () => ({ expected_manifest_digest: toHex(digest) }),
      refusal: (made) => expectedManifestMismatch(made, digest),
      why,
      effect,
    });
  return [
    againstTrailer(
      "trailer-agrees",
      signed,
      { ...renewed, trailer: { manifest_digest: signed.built.manifestDigest } },
      signed.built.manifestDigest,
      "The trailer still states the digest that is expected, and the manifest is a newer one.",
    ),
    againstTrailer(
      "trailer-differs-too",
      unsigned,
      { trailer: { manifest_digest: flipped(manifestDigest, 0, 1) } },
      flipped(manifestDigest, 31, 1),
      "Neither the trailer's digest nor the expected one is that of the manifest; the expected one is told.",
    ),
    pinned("right", unsigned, "The manifest of an unsigned artifact is the one that is expected."),
    pinned("right-signed", signed, "The manifest of a signed artifact is the one that is expected."),
    wrong("last-bit", unsigned, flipped(manifestDigest, 31, 1), "The expected digest differs in its last bit."),
    wrong("first-bit", unsigned, flipped(manifestDigest, 0, 0x80), "The expected digest differs in its first bit."),
    wrong(
      "of-the-artifact",
      unsigned,
      sha256(unsigned.built.bytes),
      "The expected digest is that of the whole artifact.",
    ),
    wrong("of-the-index", unsigned, unsigned.built.indexDigest, "The expected digest is that of the index."),
    wrong(
      "without-signature",
      signed,
      unsigned.built.manifestDigest,
      "The expected digest is that of another manifest, before it was signed.",
    ),
    wrong(
      "older",
      signed,
      signed.built.manifestDigest,
      "The artifact is a newer one by the same publisher, right in every other way.",
      renewed,
    ),
  ];
}

/** The trailer's digest of the manifest. */
function manifest(unsigned: LoadParent, signed: LoadParent): Draft[] {
  const effect = "A manifest that was exchanged on its way passes where nothing is signed.";
  const of = (id: string, parent: LoadParent, digest: (built: Built) => Uint8Array, why: string): Draft[] => {
    const wrong = digest(parent.built);
    const statement = {
      id: `artifact-digest/manifest/${id}`,
      clauses: ["loader.verify-digest.manifest", "format.trailer.manifest-digest"],
      fault: { trailer: { manifest_digest: wrong } },
      mutator: "set-trailer-field",
      arguments: { field: "manifest_digest", value: toHex(wrong) },
      why,
      effect,
    };
    return ladder(parent, statement, { raw: crcMismatch, digests: manifestMismatch });
  };
  return [
    ...of(
      "last-bit",
      unsigned,
      (built) => flipped(built.manifestDigest, 31, 1),
      "The trailer's digest differs in its last bit",
    ),
    ...of(
      "first-bit-signed",
      signed,
      (built) => flipped(built.manifestDigest, 0, 0x80),
      "The trailer's digest of a signed manifest differs in its first bit",
    ),
    ...of("zero", unsigned, () => new Uint8Array(32), "The trailer's digest is all zeros"),
    ...of(
      "without-signature",
      signed,
      (built) => sha256(build({ ...plan, name: built.plan.name }).manifest),
      "The trailer's digest is that of the manifest without its signature",
    ),
    ...of("of-the-index", unsigned, (built) => built.indexDigest, "The trailer's digest is that of the index"),
  ];
}

/** The manifest's digest of the index. */
function index(unsigned: LoadParent, signed: LoadParent): Draft[] {
  const effect = "An index that was exchanged leads to other bodies under a signature that never covered them.";
  const of = (id: string, parent: LoadParent, digest: (built: Built) => Uint8Array, why: string): Draft[] => {
    const wrong = digest(parent.built);
    const statement = {
      id: `artifact-digest/index/${id}`,
      clauses: ["loader.verify-digest.index", "format.chain.index", "manifest.section-index-digest"],
      fault: { members: { section_index_digest: wrong } },
      mutator: "set-member",
      arguments: { member: "section_index_digest", value: toHex(wrong) },
      why,
      effect,
    };
    const mismatch = (made: Built): Refusal => indexMismatch(made, wrong);
    return ladder(parent, statement, {
      raw: crcMismatch,
      digests: mismatch,
      ...(parent.plan.key !== undefined && { signed: mismatch }),
    });
  };
  return [
    ...of(
      "last-bit",
      unsigned,
      (built) => flipped(built.indexDigest, 31, 1),
      "The manifest's digest of the index differs in its last bit",
    ),
    ...of(
      "last-bit-signed",
      signed,
      (built) => flipped(built.indexDigest, 31, 1),
      "The signed manifest's digest of the index differs in its last bit",
    ),
    ...of("zero", unsigned, () => new Uint8Array(32), "The manifest's digest of the index is all zeros"),
    ...of(
      "of-an-entry",
      signed,
      (built) => sha256(built.index.subarray(1)),
      "The manifest's digest of the index leaves out the head of its array",
    ),
    refused(unsigned, {
      id: "artifact-digest/index/trailer-of-the-older-manifest",
      clauses: ["loader.verify-digest.manifest", "loader.verify-digest.index", "loader.checks.order"],
      fault: {
        members: { section_index_digest: unsigned.built.manifestDigest },
        trailer: { manifest_digest: unsigned.built.manifestDigest },
      },
      mutator: "two-faults",
      arguments: { first: 230, second: 240 },
      refusal: manifestMismatch,
      why: "The manifest pins another index, and the trailer another manifest: the manifest is told.",
      effect: "An index is judged by a manifest that nobody has judged yet.",
    }),
  ];
}

/** Digests of bodies in the index. */
function entryDigests(unsigned: LoadParent, signed: LoadParent): Draft[] {
  const effect = "A body that the publisher never made is run.";
  const statement = (id: string, section: string, value: Uint8Array, why: string) => ({
    id: `artifact-digest/entry/${id}`,
    clauses: ["loader.read-sections", "format.chain.bodies"],
    fault: { entries: { [section]: { digest: value } } },
    mutator: "set-entry",
    arguments: { section, digest: toHex(value) },
    why,
    effect,
  });
  const mismatch =
    (section: string) =>
    (made: Built): Refusal =>
      bodyMismatch(made, section);
  const last = flipped(sectionOf(signed.built, "main").digest, 31, 1);
  return [
    ...ladder(signed, statement("signed", "main", last, "The index has another digest for a body"), {
      raw: crcMismatch,
      digests: () => signatureFail("InvalidSignature", key),
      signed: mismatch("main"),
    }),
    ...ladder(unsigned, statement("unsigned", "main", last, "The unsigned index has another digest for a body"), {
      raw: crcMismatch,
      digests: mismatch("main"),
    }),
    ...ladder(
      unsigned,
      statement("empty-body", "zero", new Uint8Array(32), "The index has a wrong digest for a body without bytes"),
      { digests: mismatch("zero") },
    ),
    ...ladder(
      unsigned,
      statement(
        "optional",
        "site",
        sectionOf(unsigned.built, "main").digest,
        "The index has another section's digest for an optional one",
      ),
      { digests: mismatch("site") },
    ),
    refused(unsigned, {
      id: "artifact-digest/entry/optional-first-in-index-order",
      clauses: ["loader.read-sections.order", "loader.read-sections"],
      fault: { entries: { site: { digest: new Uint8Array(32) }, zero: { digest: new Uint8Array(32) } } },
      mutator: "set-entry",
      arguments: { sections: ["site", "zero"], digest: toHex(new Uint8Array(32)) },
      refusal: mismatch("site"),
      why: "The index has wrong digests for an optional body and for a required one behind it: index order decides.",
      effect: "What is reported depends on which bodies a loader takes for important.",
    }),
  ];
}

/** Bodies that are not those that were pinned. */
function bodies(unsigned: LoadParent, signed: LoadParent): Draft[] {
  const effect = "Damaged or exchanged code and data reach a program as if the publisher had made them.";
  const statement = (id: string, section: string, change: (body: Uint8Array) => Uint8Array, why: string) => ({
    id: `artifact-digest/body/${id}`,
    clauses: ["loader.read-sections", "format.chain.bodies", "loader.read-sections.verified-first"],
    fault: { bodies: { [section]: change } },
    mutator: "change-body",
    arguments: { section, change: id },
    why,
    effect,
  });
  const mismatch =
    (section: string) =>
    (made: Built): Refusal =>
      bodyMismatch(made, section);
  const stale = (): Refusal => signatureFail("InvalidSignature", key);
  const firstBit = (body: Uint8Array): Uint8Array => flipped(body, 0, 0x80);
  const lastBit = (body: Uint8Array): Uint8Array => flipped(body, body.length - 1, 1);
  const two = ["data/words", "main"] as const;
  return [
    ...ladder(signed, statement("last-bit-signed", "main", lastBit, "The last bit of a body is changed"), {
      raw: mismatch("main"),
      digests: stale,
      signed: "accepted",
    }),
    ...ladder(
      signed,
      statement("longer-signed", "main", (body) => Uint8Array.from([...body, 0]), "A body has become one byte longer"),
      { digests: stale, signed: "accepted" },
    ),
    ...ladder(signed, statement("optional-signed", "site", firstBit, "The first bit of an optional body is changed"), {
      raw: mismatch("site"),
      digests: stale,
      signed: "accepted",
    }),
    ...ladder(unsigned, statement("first-bit", "main", firstBit, "The first bit of a body is changed"), {
      raw: mismatch("main"),
    }),
    ...ladder(
      unsigned,
      statement("zeros", "data/words", (body) => new Uint8Array(body.length), "A body was replaced by zeros"),
      { raw: mismatch("data/words") },
    ),
    ...ladder(
      unsigned,
      statement(
        "bytes-exchanged",
        "data/words",
        (body) => Uint8Array.from([...body]).reverse(),
        "The bytes of a body stand in another order",
      ),
      { raw: mismatch("data/words") },
    ),
    refused(unsigned, {
      ...statement("first-in-index-order", "main", firstBit, ""),
      fault: { bodies: { main: firstBit, "data/words": lastBit } },
      arguments: { sections: [...two] },
      clauses: ["loader.read-sections.order", "loader.checks.order"],
      repair: "raw",
      refusal: mismatch("data/words"),
      why: "Of two faulty bodies the first in index order is told.",
      effect: "What is reported depends on which read came back first.",
    }),
    refused(unsigned, {
      ...statement("optional-before-required", "main", firstBit, ""),
      fault: { bodies: { site: firstBit, zero: (body) => body } },
      arguments: { section: "site" },
      repair: "raw",
      refusal: mismatch("site"),
      why: "An optional body that is faulty is no body that may be left out.",
    }),
    survived(unsigned, {
      ...statement("unselected", "film", firstBit, "A body that is not selected is not looked at."),
      clauses: ["loader.reads.bodies", "selection.not-applicable"],
      repair: "raw",
    }),
    survived(signed, {
      ...statement(
        "unselected-signed",
        "film",
        lastBit,
        "A body of a signed artifact that is not selected is not looked at.",
      ),
      clauses: ["loader.reads.bodies", "selection.not-applicable"],
      repair: "raw",
    }),
  ];
}

/** Eager and lazy loads of the same faults. */
function strategies(unsigned: LoadParent, lazy: LoadParent): Draft[] {
  const flip = (body: Uint8Array): Uint8Array => flipped(body, 3, 4);
  const lazily = (inputs: VectorInputs) => () => ({ strategy: "lazy" as const, ...inputs });
  const base = (id: string, section: string, anchors: readonly string[], why: string) => ({
    id: `artifact-digest/strategy/${id}`,
    clauses: ["loader.strategy", ...anchors],
    fault: { bodies: { [section]: flip } },
    repair: "raw" as const,
    mutator: "change-body",
    arguments: { section },
    why,
  });
  const effect = "A lazy load gives out what an eager one refuses.";
  return [
    survived(unsigned, {
      ...base(
        "lazy-unread",
        "main",
        ["loader.read-sections"],
        "A lazy load that reads no body does not notice a faulty one.",
      ),
      inputs: lazily({}),
    }),
    survived(lazy, {
      ...base(
        "lazy-other",
        "main",
        ["loader.read-sections"],
        "A faulty body beside the one that is read lazily is not noticed.",
      ),
    }),
    refused(lazy, {
      ...base(
        "lazy-read",
        "data/words",
        ["loader.read-sections", "loader.read-sections.verified-first"],
        "A faulty body is noticed at its first lazy access.",
      ),
      refusal: (made) => bodyMismatch(made, "data/words"),
      effect,
    }),
    refused(lazy, {
      ...base(
        "lazy-second",
        "site",
        ["loader.read-sections"],
        "The second of two lazy accesses meets a faulty optional body.",
      ),
      inputs: lazily({ access: ["data/words", "site"] }),
      refusal: (made) => bodyMismatch(made, "site"),
      effect,
    }),
    refused(unsigned, {
      ...base(
        "eager-unasked",
        "site",
        ["loader.read-sections"],
        "An eager load meets a faulty body that nobody asks for.",
      ),
      refusal: (made) => bodyMismatch(made, "site"),
      effect: "An eager load hands over what it has not looked at.",
    }),
  ];
}
