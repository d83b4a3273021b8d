import type { VectorInputs, VectorStorage, VectorWays } from "../../../../generated/json/vector.js";
import { type ArtifactPlan, build, buildFaulty, sectionOf } from "../../building/artifact.js";
import { flipped, toHex, utf8 } from "../../building/octets.js";
import { type Draft, mutated, type Refusal } from "../../corpus/family.js";
import { type LoadParent, loads, refused } from "../artifact-drafts.js";
import { bodyMismatch, notSelected } from "../artifact-refusals.js";
import { byteOf, plan, selected, storageRefusal, stored } from "./artifact.js";

/** Ways of reading whole artifacts. */
const eagerWays: Readonly<Record<string, VectorWays>> = {
  pieces: { piece_bytes: 700 },
  "pieces-in-turn": { piece_bytes: 700, concurrency: 1 },
  "pieces-in-place": { piece_bytes: 700, source: ["in_place"] },
  "pieces-in-place-in-turn": { piece_bytes: 1499, concurrency: 1, source: ["in_place"] },
  "pieces-of-a-body": { piece_bytes: 1500, concurrency: 2 },
  "pieces-of-two-bodies": { piece_bytes: 2600 },
  "pieces-of-nearly-two-bodies": { piece_bytes: 2599 },
  "small-pieces": { piece_bytes: 19, concurrency: 3 },
  ends: { source: ["ends"] },
  "long-front": { front_bytes: 100_000 },
  "short-front": { front_bytes: 48, source: ["ends"] },
  "front-of-a-body": { front_bytes: 17_700 },
};

/** Ways to bodies that an eager load has read. */
const readWays: Readonly<Record<string, VectorWays>> = {
  synchronous: { access: "synchronous", cache_bytes: 0 },
  "synchronous-pieces": { access: "synchronous", cache_bytes: 0, piece_bytes: 700, source: ["in_place"] },
  stream: { access: "stream", cache_bytes: 0 },
};

/** Ways of a lazy load that reads all bodies once and keeps none. */
const passingWays: Readonly<Record<string, VectorWays>> = {
  passing: { verify_bodies: true },
  "passing-pieces": { verify_bodies: true, piece_bytes: 700 },
  "passing-in-place": { verify_bodies: true, piece_bytes: 700, concurrency: 2, source: ["in_place"] },
  "passing-in-place-uneven": { verify_bodies: true, piece_bytes: 600, concurrency: 3, source: ["in_place"] },
};

/** Ways of access. */
const lazyWays: Readonly<Record<string, VectorWays>> = {
  ...eagerWays,
  "nothing-kept": { cache_bytes: 0 },
  "few-kept": { cache_bytes: 1500, piece_bytes: 700 },
  stream: { access: "stream" },
  "stream-pieces": { access: "stream", piece_bytes: 700 },
  "stream-in-turn": { access: "stream", piece_bytes: 700, concurrency: 1, reuse_memory: true, source: ["in_place"] },
  "stream-reused": { access: "stream", piece_bytes: 400, concurrency: 3, reuse_memory: true, source: ["in_place"] },
  "stream-reused-uneven": {
    access: "stream",
    piece_bytes: 1400,
    concurrency: 2,
    reuse_memory: true,
    source: ["in_place"],
  },
  "stream-resumed": { access: "stream", piece_bytes: 400, resume_at: 1000 },
  "stream-resumed-at-a-piece": { access: "stream", piece_bytes: 500, resume_at: 1000, reuse_memory: true },
  "stream-front": { access: "stream", piece_bytes: 700, front_bytes: 100_000 },
  verify: { access: "verify" },
  "verify-pieces": { access: "verify", piece_bytes: 700, source: ["in_place"] },
  "verify-front": { access: "verify", piece_bytes: 700, front_bytes: 100_000 },
  prefetch: { access: "prefetch" },
  "prefetch-pieces": { access: "prefetch", piece_bytes: 2600, concurrency: 1 },
  "prefetch-little": { access: "prefetch", cache_bytes: 2600 },
  "prefetch-nothing": { access: "prefetch", cache_bytes: 0 },
  "prefetch-front": { access: "prefetch", front_bytes: 18_000 },
  synchronous: { access: "synchronous", source: ["synchronous"] },
  "synchronous-pieces": { access: "synchronous", piece_bytes: 700, source: ["synchronous"] },
  "synchronous-front": { access: "synchronous", front_bytes: 100_000 },
  "synchronous-not": { access: "synchronous" },
};

const effect = "An artifact is right or wrong depending on how a host happens to read it.";
const again = "loader.read-sections.again";
const verified = "loader.read-sections.verified-first";

/** The same answers, whichever way they are come by. */
export function ways(): readonly Draft[] {
  const names = (table: Readonly<Record<string, VectorWays>>) => Object.entries(table);
  return [
    ...names(readWays).flatMap(([name, way]) => each(`eager-${name}`, { strategy: "eager", ways: way }, selected)),
    ...names(eagerWays).flatMap(([name, way]) => each(`eager-${name}`, { strategy: "eager", ways: way }, selected)),
    ...names(passingWays).flatMap(([name, way]) => each(name, { strategy: "lazy", ways: way }, selected)),
    ...names(lazyWays).flatMap(([name, way]) =>
      each(name, { strategy: "lazy", ways: way }, ["c-part", "b-empty", "main", "a-long", "d-part", "c-part"]),
    ),
  ];
}

/** Bodies that are read together before they are asked for. @spec loader.read-sections.prefetch */
export function prefetched(): readonly Draft[] {
  const rows: readonly (readonly [string, VectorWays, readonly string[], number, string])[] = [
    [
      "neighbours",
      {},
      ["c-part", "d-part", "main"],
      4,
      "Two neighbours are one read, and a body behind a gap is another.",
    ],
    ["in-any-order", {}, ["main", "d-part", "c-part"], 4, "Neighbours are found in whatever order they are named."],
    ["twice", {}, ["d-part", "c-part", "d-part", "c-part"], 3, "A body that is named twice is read once."],
    ["with-an-empty-one", {}, ["b-empty", "c-part", "d-part"], 3, "A body without bytes is no read."],
    ["all", {}, ["a-long", "b-empty", "c-part", "d-part", "main"], 4, "Four bodies are two reads."],
    ["room-for-two", { cache_bytes: 2600 }, ["c-part", "d-part", "main"], 4, "What has no room is left to its access."],
    [
      "room-for-some",
      { cache_bytes: 2800 },
      ["c-part", "d-part", "main"],
      4,
      "What has no room in time is left to its access.",
    ],
    ["no-room", { cache_bytes: 0 }, ["c-part", "d-part", "main"], 5, "Where nothing is kept nothing is read early."],
    [
      "long-pieces",
      { piece_bytes: 2600 },
      ["c-part", "d-part", "main"],
      4,
      "Two neighbours that are as long as a read.",
    ],
    ["in-the-front", { front_bytes: 18_000 }, ["a-long", "c-part", "d-part"], 3, "A body of the front is not read."],
  ];
  const alone: typeof rows = [
    ["one-body-in-place", { source: ["in_place"] }, ["c-part"], 3, "A body that is no longer than a read is one read."],
    ["body-of-a-piece", { piece_bytes: 1500, source: ["in_place"] }, ["c-part"], 3, "A body as long as a read is one."],
    ["body-without-bytes", { source: ["in_place"] }, ["b-empty"], 2, "A body without bytes is no read."],
  ];
  const together = rows.map(([name, way, ...rest]) => [name, { access: "prefetch", ...way }, ...rest] as const);
  return [...together, ...alone].map(([name, way, access, most, why]) => {
    const inputs: VectorInputs = { strategy: "lazy", access: [...access], ways: way };
    const { draft } = stored(`access/prefetch/${name}`, inputs, ["loader.read-sections.prefetch"], why, effect);
    return { ...draft, expect: { ...draft.expect, effects: { max_reads: most } } };
  });
}

/** A stream of a body that the read at the front has covered. */
export function streamedFromFront(): readonly Draft[] {
  const tiny: ArtifactPlan = {
    name: "vectors/streamed",
    entry: "main",
    sections: [
      { id: "data", kind: 2, body: utf8("some words") },
      { id: "main", body: utf8("a program") },
    ],
  };
  const built = build(tiny);
  return [["data", "main", "data"], ["main"]].map(
    (access) =>
      loads({
        id: `access/prefetch/streamed-from-the-front-${access.length}`,
        plan: tiny,
        inputs: { strategy: "lazy", access, ways: { access: "stream" } },
        result: { bodies: access.map((section) => toHex(sectionOf(built, section).digest)) },
        clauses: ["loader.reads.small"],
        effects: { max_reads: 1 },
        why: `A stream of ${access.join(", ")} reads nothing that the first read has covered.`,
        effect,
      }).draft,
  );
}

/** Right bodies, and what ends a load or an access that way. */
function each(name: string, inputs: VectorInputs, sections: readonly string[]): Draft[] {
  const id = `access/ways/${name}`;
  const parent = stored(
    `${id}/right`,
    { ...inputs, access: [...sections], storage: {} },
    ["loader.strategy", again],
    `Every body is right, read the way ${name}.`,
    effect,
  );
  const flip = (at: number) => (body: Uint8Array) => flipped(body, at < 0 ? body.length + at : at, 1);
  const faulty = (section: string, place: string, at: number): Draft => {
    const made = buildFaulty(plan, { bodies: { [section]: flip(at) } }, "raw");
    return mutated(parent.draft, {
      id: `${id}/faulty-${place}`,
      clauses: ["loader.read-sections", verified],
      recipe: { mutator: "change-body", arguments: { section, at }, repair: "raw" },
      inputs: { bytes: toHex(made.bytes) },
      refusal: bodyMismatch(made, section),
      why: `The ${place} of ${section} is wrong, read the way ${name}.`,
      effect: "A caller works with bytes that nobody vouched for.",
    });
  };
  const storage = (place: string, faults: VectorStorage, refusal: Refusal, clauses: readonly string[]): Draft =>
    storageRefusal(parent, {
      id: `${id}/${place}`,
      clauses,
      inputs: { storage: faults },
      refusal: { phase: "read_sections", ...refusal },
      why: `The storage is ${place}, read the way ${name}.`,
      effect,
    });
  const end = (section: string) => byteOf(parent, section, -1);
  const stopped = mutated(parent.draft, {
    id: `${id}/stopped-before`,
    clauses: ["loader.cancellation"],
    recipe: { mutator: "set-input", arguments: { stop: "access" }, repair: "raw" },
    inputs: { stop: "access" },
    refusal: { code: "LDR_ABORTED", phase: "read_sections" },
    why: `An access that was stopped before it began, read the way ${name}.`,
    effect: "A user closes a window, and bodies go on being read behind it.",
  });
  const isFront = (inputs.ways?.front_bytes ?? 0) > 17_000;
  const drafts = [
    parent.draft,
    faulty("a-long", "first-byte", 0),
    faulty("a-long", "last-byte", -1),
    faulty("c-part", "byte-700", 700),
    faulty("d-part", "byte-in-the-middle", 500),
    faulty("main", "end", -1),
    unselected(parent, id, name),
    ...(inputs.ways?.access === "synchronous" ? [] : [stopped]),
  ];
  if (isFront) return drafts;
  const flips = sectionOf(parent.built, "c-part").at + 20;
  return [
    ...drafts,
    storage("short", { ends_at: end("d-part") }, { code: "LDR_TRUNCATED" }, ["loader.source.short-read"]),
    storage("long", { excess_at: end("c-part") }, { code: "LDR_SOURCE_UNAVAILABLE" }, ["loader.source.long-read"]),
    ...(inputs.ways?.access === "synchronous" && inputs.strategy === "lazy"
      ? []
      : [
          storage("stopped", { stops_at: end("d-part") }, { code: "LDR_ABORTED" }, ["loader.cancellation"]),
          storage("stopped-early", { stops_at: end("a-long") }, { code: "LDR_ABORTED" }, ["loader.cancellation"]),
        ]),
    storage(
      "found-changed",
      { fails_at: end("main"), fails_with: "LDR_SOURCE_CHANGED" },
      { code: "LDR_SOURCE_CHANGED" },
      ["loader.source.changed", "loader.phase-context"],
    ),
    storage("failing", { fails_at: end("a-long") }, { code: "LDR_SOURCE_UNAVAILABLE" }, ["loader.source.unavailable"]),
    ...(inputs.ways?.access === "synchronous" || inputs.strategy === "eager" || inputs.ways?.verify_bodies === true
      ? []
      : [
          storage(
            "changed",
            { change: { at: flips, size: parent.built.bytes.length + 1 } },
            { code: "LDR_SOURCE_CHANGED", context: { property: "size" } },
            ["loader.source.changed"],
          ),
        ]),
  ];
}

function unselected(parent: LoadParent, id: string, name: string): Draft {
  return mutated(parent.draft, {
    id: `${id}/unselected`,
    clauses: ["loader.read-sections.unselected"],
    recipe: { mutator: "set-access", arguments: { access: ["e-browser"] }, repair: "raw" },
    inputs: { access: ["e-browser"] },
    refusal: notSelected("e-browser", "terminal"),
    why: `A skipped section is not given out either, read the way ${name}.`,
    effect: "A program gets a body that its terminal was not meant to have.",
  });
}

/** Bodies so long that a host may hash them beside the thread that waits. */
export function hashedAside(): readonly Draft[] {
  const long: ArtifactPlan = {
    name: "vectors/hashed-aside",
    entry: "main",
    sections: [
      { id: "long", kind: 2, body: utf8("long ".repeat(14_000)) },
      { id: "longest", kind: 2, body: utf8("words".repeat(13_107)) },
      { id: "main", body: utf8("m".repeat(65_536)) },
    ],
  };
  const rows: readonly (readonly [string, VectorInputs])[] = [
    ["eager", { strategy: "eager", ways: { digest_aside: true } }],
    ["eager-pieces", { strategy: "eager", ways: { digest_aside: true, piece_bytes: 30_000 } }],
    ["lazy", { strategy: "lazy", access: ["long", "longest", "main"], ways: { digest_aside: true } }],
    [
      "lazy-pieces",
      {
        strategy: "lazy",
        access: ["main", "long"],
        ways: { digest_aside: true, piece_bytes: 30_000, source: ["in_place"] },
      },
    ],
    [
      "synchronous",
      {
        strategy: "lazy",
        access: ["main", "long"],
        ways: { digest_aside: true, access: "synchronous", piece_bytes: 30_000, source: ["synchronous"] },
      },
    ],
  ];
  return rows.flatMap(([name, inputs]) => {
    const parent = loads({
      id: `access/aside/${name}`,
      plan: long,
      inputs,
      result: { bodies: (inputs.access ?? []).map((section) => toHex(sectionOf(build(long), section).digest)) },
      clauses: ["loader.strategy", verified],
      why: `Long bodies are right, read the way ${name}.`,
      effect,
    });
    const wrong = (section: string, at: number): Draft =>
      refused(parent, {
        id: `access/aside/${name}/faulty-${section}`,
        clauses: ["loader.read-sections", verified],
        fault: { bodies: { [section]: (body) => flipped(body, at, 1) } },
        repair: "raw",
        mutator: "change-body",
        arguments: { section, at },
        refusal: (made) => bodyMismatch(made, section),
        why: `A byte of the long body ${section} is wrong, read the way ${name}.`,
        effect: "A caller works with bytes that nobody vouched for.",
      });
    return [parent.draft, wrong("long", 69_999), wrong("main", 0)];
  });
}
