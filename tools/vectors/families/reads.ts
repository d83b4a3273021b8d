import type { VectorInputs, VectorRange, VectorResult } from "../../../generated/json/vector.js";
import { type ArtifactPlan, type Built, build, type SectionPlan, sectionOf, trustStore } from "../building/artifact.js";
import { flipped, toHex, utf8 } from "../building/octets.js";
import { type Draft, type Family, mutated, type Refusal } from "../corpus/family.js";
import { testKey } from "../corpus/keys.js";
import { type LoadParent, loads, refused, textSection } from "./artifact-drafts.js";
import {
  bodyMismatch,
  crcMismatch,
  expectedManifestMismatch,
  indexInvalid,
  limit,
  notSelected,
  sectionUnfit,
  signatureFail,
} from "./artifact-refusals.js";
import { faultyStorage } from "./storage/faults.js";

/** What is read of an artifact, and what never. */
export const reads: Family = {
  name: "reads",
  drafts: () => [...small(), ...medium(), ...optional(), ...large(), ...faultyStorage()],
};

/** Bytes of the first read. */
const front = 16_384;
const key = testKey("ed25519-publisher");
const stranger = testKey("ed25519-stranger");

/** Sections of so many bytes, which tell which section they are. */
function filler(id: string, length: number, more: Partial<SectionPlan> = {}): SectionPlan {
  return { id, kind: 2, body: utf8(`${id} `.repeat(Math.ceil(length / (id.length + 1))).slice(0, length)), ...more };
}

/** Everything behind the first read, but for the trailer. */
function behindFront({ bytes }: Built, from = front): VectorRange[] {
  return [{ offset: from, length: bytes.length - 44 - from }];
}

/** What of a body the first read does not cover. */
function bodyBehindFront(built: Built, id: string): VectorRange[] {
  const { at, length } = sectionOf(built, id);
  const offset = Math.max(at, front);
  return offset < at + length ? [{ offset, length: at + length - offset }] : [];
}

/** Artifacts that one read covers, and those that it just does not. */
function small(): Draft[] {
  const sized = (size: number): ArtifactPlan => {
    const of = (length: number): ArtifactPlan => ({
      name: "vectors/reads-small",
      entry: "main",
      sections: [filler("data", length), textSection("main", "a program")],
    });
    // The length of the index depends on the number of digits of a length alone, and they are the same here.
    const spare = size - build(of(1000)).bytes.length;
    const plan = of(1000 + spare);
    if (build(plan).bytes.length !== size) throw new RangeError(`no artifact of ${size} bytes came out`);
    return plan;
  };
  const tiny = {
    name: "vectors/reads-tiny",
    entry: "main",
    sections: [textSection("data", "words", { kind: 2 }), textSection("main", "a program")],
  };
  const covered = (id: string, plan: ArtifactPlan, inputs: VectorInputs, most: number, why: string): LoadParent =>
    loads({
      id: `reads/small/${id}`,
      plan,
      inputs,
      clauses: [most === 1 ? "loader.reads.small" : "loader.reads.open"],
      effects: { max_reads: most },
      why,
    });
  const eager = covered(
    "eager",
    tiny,
    { strategy: "eager" },
    1,
    "One read is enough for an eager load of a small artifact, its bodies too.",
  );
  const lazy = covered(
    "lazy-access",
    tiny,
    { strategy: "lazy", access: ["data", "main"] },
    1,
    "One read is enough for a small artifact and its lazy accesses.",
  );
  const signed = covered(
    "signed",
    { ...tiny, name: "vectors/reads-tiny-signed", key },
    {},
    1,
    "One read is enough for a small artifact that is signed.",
  );
  const digests = ["data", "main"].map((id) => toHex(sectionOf(lazy.built, id).digest));
  const missing = mutated(lazy.draft, {
    id: "reads/small/unselected",
    clauses: ["loader.read-sections.unselected"],
    recipe: { mutator: "set-access", arguments: { access: ["absent"] }, repair: "raw" },
    inputs: { access: ["absent"] },
    refusal: { ...notSelected("absent", "missing"), effects: { max_reads: 1 } },
    why: "An access to a section that does not exist reads nothing.",
    effect: "Asking for names that do not exist makes a host read.",
  });
  const front16 = (size: number): ArtifactPlan => {
    const of = (title: number): ArtifactPlan => ({
      name: "vectors/reads-head",
      sections: [textSection("main", "a program, and so much behind it that the trailer is not near")],
      manifest: { annotations: { title: "t".repeat(title) } },
    });
    const plan = of(16_000 + size - build(of(16_000)).bodiesAt);
    if (build(plan).bodiesAt !== size) throw new RangeError(`no head of ${size} bytes came out`);
    return plan;
  };
  return [
    covered(
      "head-exactly-covered",
      front16(front),
      { strategy: "lazy" },
      2,
      "Manifest and index that end where the first read ends take no third one.",
    ).draft,
    covered(
      "head-one-byte-more",
      front16(front + 1),
      { strategy: "lazy" },
      3,
      "Manifest and index that end one byte behind the first read take a third one.",
    ).draft,
    eager.draft,
    { ...lazy.draft, expect: { ...lazy.draft.expect, result: { ...lazy.draft.expect.result, bodies: digests } } },
    signed.draft,
    missing,
    covered(
      "exactly-covered",
      sized(front),
      { strategy: "eager" },
      1,
      "An artifact of exactly 16 KiB is covered by the first read.",
    ).draft,
    covered(
      "one-byte-more",
      sized(front + 1),
      { strategy: "lazy" },
      2,
      "An artifact of 16 KiB and a byte takes a second read, of its trailer.",
    ).draft,
  ];
}

const mediumSections = [
  filler("a-long", 17_000),
  filler("b-browser", 4000, { constraints: { terminals: ["browser"] } }),
  filler("c-part", 4000),
  filler("d-part", 4000),
  textSection("main", "a program"),
];
const mediumResult: VectorResult = {
  selected: ["a-long", "c-part", "d-part", "main"],
  skipped: [{ section: "b-browser", reason: "terminal" }],
};

/** Artifacts whose manifest and index the first read covers, and whose bodies it does not. */
function medium(): Draft[] {
  const plan: ArtifactPlan = { name: "vectors/reads-medium", entry: "main", sections: mediumSections, key };
  const of = (
    id: string,
    inputs: VectorInputs,
    most: number,
    clauses: readonly string[],
    why: string,
    more: { readonly result?: VectorResult; readonly isRead?: boolean } = {},
  ): LoadParent => {
    const built = build(plan);
    const unread = more.isRead === true ? [] : bodyBehindFront(built, "b-browser");
    return loads({
      id: `reads/medium/${id}`,
      plan,
      inputs,
      result: more.result ?? mediumResult,
      clauses,
      effects: { max_reads: most, ...(unread.length > 0 && { unread }) },
      why,
    });
  };
  const lazy = of(
    "lazy",
    { strategy: "lazy" },
    2,
    ["loader.reads.open", "loader.reads.bodies"],
    "A lazy load is open after two reads, and nothing is read of a body that was not selected.",
  );
  const digest = toHex(sectionOf(lazy.built, "c-part").digest);
  const eager = of(
    "eager",
    { strategy: "eager" },
    4,
    ["loader.read-sections.coalesced", "loader.reads.bodies"],
    "An eager load reads neighbours together, and not across the gap of a body that was not selected.",
  );
  const everything = of(
    "eager-everything",
    { strategy: "eager", profile: { terminal: "browser", capabilities: [], features: [] } },
    3,
    ["loader.read-sections.coalesced"],
    "Where every body is selected, one read fetches them all.",
    { result: { selected: mediumSections.map(({ id }) => id), skipped: [] }, isRead: true },
  );
  const accessed = of(
    "lazy-access",
    { strategy: "lazy", access: ["c-part"] },
    3,
    ["loader.strategy", "loader.reads.bodies"],
    "A lazy access is one read more.",
    { result: { ...mediumResult, bodies: [digest] } },
  );
  const effect =
    "A host pays for bytes that it then refuses, or a server learns what a refused artifact would have loaded.";
  const before = (id: string, inputs: VectorInputs, refusal: Refusal, clauses: readonly string[], why: string): Draft =>
    mutated(eager.draft, {
      id: `reads/medium/${id}`,
      clauses,
      recipe: { mutator: "set-input", arguments: inputs as Readonly<Record<string, unknown>>, repair: "raw" },
      inputs,
      refusal: { ...refusal, effects: { max_reads: 2, unread: behindFront(eager.built) } },
      why,
      effect,
    });
  const zeros = new Uint8Array(32);
  const server = { terminal: "server", capabilities: [], features: [] };
  const faulty = (
    id: string,
    statement: Pick<Parameters<typeof refused>[1], "fault" | "refusal" | "mutator" | "effects" | "why" | "clauses">,
  ): Draft =>
    refused(eager, { id: `reads/medium/${id}`, repair: "raw", effect, arguments: { fault: id }, ...statement });
  const nothing = (made: Built) => ({ max_reads: 2, unread: behindFront(made) });
  const flip = (body: Uint8Array): Uint8Array => flipped(body, 100, 2);
  return [
    lazy.draft,
    eager.draft,
    everything.draft,
    accessed.draft,
    before(
      "untrusted",
      { trust_store: toHex(trustStore([{ key: stranger }])) },
      signatureFail("UntrustedKey", key),
      ["loader.verify-signature"],
      "No byte of a body is read where the key is not trusted.",
    ),
    before(
      "revoked",
      { trust_store: toHex(trustStore([{ key, more: { revoked_at: 0 } }])) },
      signatureFail("RevokedKey", key),
      ["loader.verify-signature"],
      "No byte of a body is read where the key is revoked.",
    ),
    before(
      "not-expected",
      { expected_manifest_digest: toHex(zeros) },
      expectedManifestMismatch(eager.built, zeros),
      ["loader.verify-digest.expected", "loader.verify-signature"],
      "No byte of a body is read where the manifest is not the expected one.",
    ),
    before(
      "unfit",
      { profile: { ...server, max_section_bytes: 16_999 } },
      sectionUnfit("a-long", 17_000, "max_section_bytes", 16_999),
      ["selection.unfit", "loader.reads.bodies"],
      "No byte of a body is read where a required one does not fit.",
    ),
    before(
      "too-many-sections",
      { limits: { sections: 4 } },
      limit("parse", "sections", 4, 5, eager.built.indexAt),
      ["loader.parse.limits", "loader.verify-signature"],
      "No byte of a body is read where there are too many sections.",
    ),
    mutated(lazy.draft, {
      id: "reads/medium/unselected",
      clauses: ["loader.read-sections.unselected", "loader.reads.bodies"],
      recipe: { mutator: "set-access", arguments: { access: ["b-browser"] }, repair: "raw" },
      inputs: { access: ["b-browser"] },
      refusal: {
        ...notSelected("b-browser", "terminal"),
        effects: { max_reads: 2, unread: bodyBehindFront(lazy.built, "b-browser") },
      },
      why: "An access to a section that was not selected reads nothing.",
      effect: "A program can make its host fetch what the terminal was not meant to have.",
    }),
    faulty("checksum", {
      fault: { trailer: { crc32: 1 } },
      mutator: "set-trailer-field",
      clauses: ["loader.verify-structure.crc", "loader.verify-signature"],
      refusal: crcMismatch,
      effects: nothing,
      why: "No byte of a body is read where the head is damaged.",
    }),
    faulty("index-changed", {
      fault: { entries: { main: { visibility: 1 } } },
      mutator: "set-entry",
      clauses: ["loader.verify-signature"],
      refusal: crcMismatch,
      effects: nothing,
      why: "No byte of a body is read where the index was changed and nothing repaired.",
    }),
    refused(eager, {
      id: "reads/medium/invalid-signature",
      clauses: ["loader.verify-signature"],
      fault: { entries: { main: { visibility: 1 } } },
      mutator: "set-entry",
      arguments: { section: "main", visibility: 1 },
      refusal: () => signatureFail("InvalidSignature", key),
      effects: nothing,
      why: "No byte of a body is read where the signature is wrong and all digests are right.",
      effect,
    }),
    faulty("faulty-body", {
      fault: { bodies: { "d-part": flip } },
      mutator: "change-body",
      clauses: ["loader.read-sections", "loader.reads.bodies"],
      refusal: (made) => bodyMismatch(made, "d-part"),
      effects: (made) => ({ unread: bodyBehindFront(made, "b-browser") }),
      why: "Looking for a faulty body, nothing is read of one that was not selected.",
    }),
    faulty("faulty-unselected-byte", {
      fault: { bodies: { "b-browser": flip, "c-part": flip } },
      mutator: "change-body",
      clauses: ["loader.read-sections", "loader.reads.bodies"],
      refusal: (made) => bodyMismatch(made, "c-part"),
      effects: (made) => ({ unread: bodyBehindFront(made, "b-browser") }),
      why: "A faulty body that was not selected stands before the one that is told.",
    }),
  ];
}

/** What a constrained terminal reads of an artifact with many optional bodies. */
function optional(): Draft[] {
  const profile = {
    terminal: "embedded",
    capabilities: [],
    features: [],
    memory_bytes: 65_536,
    max_section_bytes: 4096,
    max_total_bytes: 5000,
  };
  const plan: ArtifactPlan = {
    name: "vectors/reads-optional",
    entry: "main",
    sections: [
      filler("a-long", 17_000, { visibility: 1 }),
      filler("b-memory", 3000, { constraints: { min_memory_bytes: 65_537 } }),
      filler("c-part", 4000, { visibility: 1 }),
      filler("d-part", 4000, { visibility: 1 }),
      filler("e-part", 900, { visibility: 1 }),
      textSection("main", "a program"),
    ],
  };
  const built = build(plan);
  const skipped = [
    { section: "a-long", reason: "max_section_bytes" },
    { section: "b-memory", reason: "memory" },
    { section: "d-part", reason: "max_total_bytes" },
  ];
  const unread = skipped.flatMap(({ section }) => bodyBehindFront(built, section));
  const result = { selected: ["c-part", "e-part", "main"], skipped };
  const of = (strategy: "eager" | "lazy", most: number, why: string): LoadParent =>
    loads({
      id: `reads/embedded/${strategy}`,
      plan,
      inputs: { profile, strategy },
      result,
      clauses: ["loader.reads.bodies", "selection.optional-unfit", "selection.budget"],
      effects: { max_reads: most, unread },
      why,
    });
  const eager = of("eager", 4, "A constrained terminal reads nothing of what it has no room for.");
  const lazy = of("lazy", 2, "A constrained terminal that reads lazily is open after two reads.");
  const unselected = (id: string, parent: LoadParent, most: number, section: string, reason: string): Draft =>
    mutated(parent.draft, {
      id: `reads/embedded/${id}`,
      clauses: ["loader.read-sections.unselected", "loader.reads.bodies"],
      recipe: { mutator: "set-access", arguments: { access: [section] }, repair: "raw" },
      inputs: { access: [section] },
      refusal: { ...notSelected(section, reason), effects: { max_reads: most, unread } },
      why: `Nothing is read of a body that was skipped for ${reason}, also where it is asked for.`,
      effect: "A device reads a body into memory that it has just said it has no room for.",
    });
  return [
    eager.draft,
    lazy.draft,
    unselected("too-long-lazy", lazy, 2, "a-long", "max_section_bytes"),
    unselected("no-room-eager", eager, 4, "d-part", "max_total_bytes"),
  ];
}

/** Artifacts whose index is longer than the first read. */
function large(): Draft[] {
  const count = 600;
  const sections: SectionPlan[] = Array.from({ length: count }, (_, number) =>
    textSection(`s/${String(number).padStart(3, "0")}`, `body ${number}`, { kind: number === 0 ? 1 : 2 }),
  );
  const plan: ArtifactPlan = { name: "vectors/reads-large", sections, key };
  const of = (
    id: string,
    inputs: VectorInputs,
    most: number,
    clauses: readonly string[],
    why: string,
    result: VectorResult = {},
  ): LoadParent => loads({ id: `reads/large/${id}`, plan, inputs, clauses, effects: { max_reads: most }, result, why });
  const lazy = of(
    "lazy",
    { strategy: "lazy" },
    3,
    ["loader.reads.open"],
    "An index longer than the first read takes a third one.",
  );
  const { built } = lazy;
  if (built.bodiesAt < front + 4096) throw new RangeError("the first read covers the index");
  const last = `s/${count - 1}`;
  const accessed = of(
    "lazy-access",
    { strategy: "lazy", access: [last] },
    4,
    ["loader.strategy"],
    "The last of many sections is one read more.",
    {
      bodies: [toHex(sectionOf(built, last).digest)],
    },
  );
  const eager = of(
    "eager",
    { strategy: "eager" },
    4,
    ["loader.read-sections.coalesced"],
    "Many small neighbours are fetched by one read.",
  );
  const effect = "A host reads, keeps or pays for what it has set a limit against.";
  const before = (
    id: string,
    inputs: VectorInputs,
    refusal: Refusal,
    most: number,
    unread: VectorRange[],
    clauses: readonly string[],
    why: string,
  ): Draft =>
    mutated(lazy.draft, {
      id: `reads/large/${id}`,
      clauses,
      recipe: { mutator: "set-input", arguments: inputs as Readonly<Record<string, unknown>>, repair: "raw" },
      inputs,
      refusal: { ...refusal, effects: { max_reads: most, unread } },
      why,
      effect,
    });
  const bodies: VectorRange[] = [{ offset: built.bodiesAt, length: built.trailerAt - built.bodiesAt }];
  const indexLength = built.index.length;
  return [
    lazy.draft,
    accessed.draft,
    eager.draft,
    before(
      "index-above-limit",
      { limits: { index_bytes: indexLength - 1 } },
      limit("read_head", "index_bytes", indexLength - 1, indexLength, 40),
      2,
      behindFront(built),
      ["loader.read-head.limits", "loader.limits.allocation"],
      "An index above its limit is refused before the rest of it is read.",
    ),
    before(
      "too-many-sections",
      { limits: { sections: count - 1 } },
      limit("parse", "sections", count - 1, count, built.indexAt),
      3,
      bodies,
      ["loader.parse.limits", "loader.verify-signature"],
      "One section too many is refused before a body is read.",
    ),
    before(
      "untrusted",
      { trust_store: toHex(trustStore([{ key: stranger }])) },
      signatureFail("UntrustedKey", key),
      3,
      bodies,
      ["loader.verify-signature"],
      "No byte of a body is read where the key is not trusted.",
    ),
    refused(lazy, {
      id: "reads/large/last-entry",
      clauses: ["loader.parse.index", "loader.verify-signature"],
      fault: { entries: { [last]: { visibility: 2 } } },
      mutator: "set-entry",
      arguments: { section: last, visibility: 2 },
      refusal: (made) => indexInvalid("value_out_of_range", `$[${count - 1}][5]`, made.inIndex(`$[${count - 1}][5]`)),
      effects: (made) => ({
        max_reads: 3,
        unread: [{ offset: made.bodiesAt, length: made.trailerAt - made.bodiesAt }],
      }),
      why: "The last of many entries is faulty, far behind the first read.",
      effect: "A loader that judges only what its first read holds takes an index that is none.",
    }),
  ];
}
