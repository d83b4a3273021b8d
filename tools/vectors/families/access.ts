import type { VectorInputs } from "../../../generated/json/vector.js";
import { type Built, sectionOf } from "../building/artifact.js";
import { flipped, toHex } from "../building/octets.js";
import { accepted, type Draft, type Family, mutated, type Refusal } from "../corpus/family.js";
import { testKey } from "../corpus/keys.js";
import { type LoadParent, loads, refused, survived, textSection } from "./artifact-drafts.js";
import { bodyMismatch, notSelected } from "./artifact-refusals.js";
import { hashedAside, prefetched, streamedFromFront, ways } from "./storage/ways.js";

/** Eager and lazy access to bodies. */
export const access: Family = {
  name: "access",
  drafts: () => {
    const of = (id: string, name: string, inputs: VectorInputs, why: string): LoadParent => {
      const parent = loads({
        id: `access/accepted/${id}`,
        plan: { ...plan, name },
        inputs,
        result,
        clauses: ["loader.strategy", "loader.hand-off"],
        why,
      });
      const bodies = (inputs.access ?? []).map((section) => toHex(sectionOf(parent.built, section).digest));
      const draft = {
        ...parent.draft,
        expect: { ...parent.draft.expect, result: { ...parent.draft.expect.result, bodies } },
      };
      return { ...parent, draft };
    };
    const all = ["data/words", "empty", "main", "site"];
    const eager = of(
      "eager",
      "vectors/access-eager",
      { profile, strategy: "eager", access: all },
      "An eager load gives out every selected body.",
    );
    const lazy = of(
      "lazy",
      "vectors/access-lazy",
      { profile, strategy: "lazy", access: all },
      "A lazy load reads every body that is asked for.",
    );
    const parents = { eager, lazy };
    return [
      eager.draft,
      lazy.draft,
      ...orders(parents),
      ...unselected(parents),
      ...faulty(parents),
      signed(),
      kinds("eager"),
      kinds("lazy"),
      ...ways(),
      ...prefetched(),
      ...hashedAside(),
      ...streamedFromFront(),
    ];
  },
};

interface Parents {
  readonly eager: LoadParent;
  readonly lazy: LoadParent;
}

const profile = {
  terminal: "server",
  capabilities: ["fs.read"],
  features: ["colour"],
  memory_bytes: 1_000_000,
  max_section_bytes: 60,
  max_total_bytes: 100,
};

/** One section for each reason a section can be skipped with; the others are selected. */
const plan = {
  entry: "main",
  sections: [
    textSection("by-capability", "needs to write", { kind: 2, constraints: { capabilities: ["fs.read", "fs.write"] } }),
    textSection("by-feature", "needs touch", { kind: 2, constraints: { features: ["touch"] } }),
    textSection("by-memory", "needs memory", { kind: 2, constraints: { min_memory_bytes: 1_000_001 } }),
    textSection("by-size", "a".repeat(61), { kind: 3, visibility: 1 as const }),
    textSection("by-terminal", "for browsers", { kind: 2, constraints: { terminals: ["browser"] } }),
    textSection("data/words", "some words", { kind: 2 }),
    textSection("empty", "", { kind: 2 }),
    textSection("main", "a program"),
    textSection("site", "pictures of a site", { kind: 3, visibility: 1 as const }),
    textSection("total", "b".repeat(60), { kind: 3, visibility: 1 as const }),
    textSection("total-more", "cccc", { kind: 3, visibility: 1 as const }),
  ],
};

const skippedFor = {
  "by-capability": "capabilities",
  "by-feature": "features",
  "by-memory": "memory",
  "by-size": "max_section_bytes",
  "by-terminal": "terminal",
  "total-more": "max_total_bytes",
} as const;

/** What the required sections and the optional ones before `total-more` leave of 100 bytes is 3. */
const result = {
  selected: ["data/words", "empty", "main", "site", "total"],
  skipped: Object.entries(skippedFor).map(([section, reason]) => ({ section, reason })),
};

function digests({ built }: LoadParent, sections: readonly string[]): readonly string[] {
  return sections.map((section) => toHex(sectionOf(built, section).digest));
}

/** In whatever order, and however often. */
function orders({ eager, lazy }: Parents): Draft[] {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ["reversed", ["site", "main", "empty", "data/words"], "Bodies come in the order in which they are asked for."],
    ["again", ["main", "main", "main"], "A body that is asked for again is the same."],
    [
      "alternating",
      ["main", "data/words", "main", "data/words"],
      "Two bodies that are asked for in turns are the same each time.",
    ],
    ["none", [], "Nothing is asked for."],
    ["empty-body", ["empty"], "A body without bytes is one like any other."],
    ["optional", ["total"], "A selected optional body is given out like any other."],
  ];
  return [eager, lazy].flatMap((parent) =>
    cases.map(([name, sections, why]) =>
      accepted({
        id: `access/order/${name}-${parent === lazy ? "lazy" : "eager"}`,
        operation: "load",
        clauses: ["loader.strategy", "loader.hand-off", "loader.read-sections.again"],
        inputs: { ...parent.draft.inputs, access: [...sections] },
        result: { ...result, trust_level: "unsigned", bodies: digests(parent, sections) },
        effects: { max_reads: 1 },
        why: `${why.slice(0, -1)}, ${parent === lazy ? "lazily" : "after an eager load"}.`,
      }),
    ),
  );
}

/** What was not selected, or is not there at all. */
function unselected({ eager, lazy }: Parents): Draft[] {
  const effect = "A program gets a body that its terminal was not meant to have, or a host reads for nothing.";
  const of = (
    parent: LoadParent,
    name: string,
    sections: readonly string[],
    section: string,
    reason: string,
    why: string,
  ): Draft =>
    mutated(parent.draft, {
      id: `access/unselected/${name}-${parent === lazy ? "lazy" : "eager"}`,
      clauses: ["loader.read-sections.unselected"],
      recipe: { mutator: "set-access", arguments: { access: [...sections] }, repair: "raw" },
      inputs: { access: [...sections] },
      refusal: { ...notSelected(section, reason), effects: { max_reads: 1 } },
      why,
      effect,
    });
  const bySelection = Object.entries(skippedFor).flatMap(([section, reason]) =>
    [eager, lazy].map((parent) =>
      of(parent, section, [section], section, reason, `A section that was skipped for ${reason} is asked for.`),
    ),
  );
  const more = [eager, lazy].flatMap((parent) => [
    of(parent, "missing", ["absent"], "absent", "missing", "A section that does not exist is asked for."),
    of(parent, "prefix", ["data"], "data", "missing", "The first segment of a section's id is no section."),
    of(parent, "longer", ["main/"], "main/", "missing", "A section's id with a slash behind it is no section."),
    of(parent, "upper-case", ["Main"], "Main", "missing", "Ids are compared byte by byte."),
    of(parent, "no-name", [""], "", "missing", "The empty text is no section."),
    of(
      parent,
      "after-others",
      ["main", "data/words", "by-terminal", "absent"],
      "by-terminal",
      "terminal",
      "The first access that fails ends the case; those before it succeed.",
    ),
  ]);
  return [...bySelection, ...more];
}

/** Bodies that are not those that were pinned. */
function faulty({ eager, lazy }: Parents): Draft[] {
  const flip = (body: Uint8Array): Uint8Array => flipped(body, 1, 0x10);
  const effect = "A caller works with bytes that nobody vouched for.";
  const of = (
    parent: LoadParent,
    id: string,
    sections: readonly string[],
    wrong: readonly string[],
    first: string,
    anchors: readonly string[],
    why: string,
  ): Draft =>
    refused(parent, {
      id: `access/faulty/${id}`,
      clauses: ["loader.read-sections", ...anchors],
      fault: { bodies: Object.fromEntries(wrong.map((section) => [section, flip])) },
      repair: "raw",
      mutator: "change-body",
      arguments: { sections: [...wrong] },
      inputs: () => ({ access: [...sections] }),
      refusal: (made: Built): Refusal => bodyMismatch(made, first),
      why,
      effect,
    });
  const verified = "loader.read-sections.verified-first";
  return [
    of(
      eager,
      "eager-index-order",
      ["site", "main"],
      ["main", "site"],
      "main",
      ["loader.read-sections.order"],
      "An eager load tells the first faulty body in index order, whatever is asked for.",
    ),
    of(
      eager,
      "eager-not-asked",
      [],
      ["total"],
      "total",
      ["loader.strategy"],
      "An eager load meets a faulty body that is not asked for.",
    ),
    of(
      lazy,
      "lazy-first-asked",
      ["site", "main"],
      ["main", "site"],
      "site",
      [verified],
      "Lazily, the first body that is asked for is the first that is told.",
    ),
    of(
      lazy,
      "lazy-after-right-ones",
      ["main", "data/words", "site"],
      ["site"],
      "site",
      [verified],
      "Right bodies before it change nothing for a faulty one.",
    ),
    of(
      lazy,
      "lazy-required",
      ["main"],
      ["main"],
      "main",
      [verified],
      "A faulty required body is noticed at its access.",
    ),
    of(
      lazy,
      "lazy-optional",
      ["total"],
      ["total"],
      "total",
      [verified],
      "A faulty optional body is noticed at its access.",
    ),
    of(
      lazy,
      "lazy-before-unselected",
      ["main", "by-terminal"],
      ["main"],
      "main",
      [verified],
      "A faulty body is met before an access to a section that was skipped.",
    ),
    survived(lazy, {
      id: "access/faulty/lazy-never-asked",
      clauses: ["loader.strategy"],
      fault: { bodies: { main: flip, site: flip, total: flip } },
      repair: "raw",
      mutator: "change-body",
      arguments: { sections: ["main", "site", "total"] },
      inputs: () => ({ access: ["data/words", "empty"] }),
      result: { bodies: digests(lazy, ["data/words", "empty"]) },
      why: "Lazily, faulty bodies that nobody asks for are not met.",
    }),
    survived(lazy, {
      id: "access/faulty/skipped-are-not-read",
      clauses: ["loader.strategy", "loader.reads.bodies"],
      fault: { bodies: Object.fromEntries(Object.keys(skippedFor).map((section) => [section, flip])) },
      repair: "raw",
      mutator: "change-body",
      arguments: { sections: Object.keys(skippedFor) },
      inputs: () => ({ strategy: "eager" }),
      why: "Faulty bodies of skipped sections are not met by an eager load either.",
    }),
  ];
}

/** A signed artifact gives out its bodies like any other. */
function signed(): Draft {
  const parent = loads({
    id: "access/accepted/signed-lazy",
    plan: { ...plan, name: "vectors/access-signed", key: testKey("ed25519-publisher") },
    inputs: { profile, strategy: "lazy", access: ["main"] },
    result,
    clauses: ["loader.strategy", "loader.verify-signature"],
    why: "A lazy access to a body of a signed artifact.",
  });
  return {
    ...parent.draft,
    expect: { ...parent.draft.expect, result: { ...parent.draft.expect.result, bodies: digests(parent, ["main"]) } },
  };
}

/** Kinds that nobody here knows. */
function kinds(strategy: "eager" | "lazy"): Draft {
  const sections = ["a", "b", "c"].map((id, number) =>
    textSection(id, `vendor ${id}`, { kind: [6, 0x7fff, 0xffff][number] ?? 6 }),
  );
  const parent = loads({
    id: `access/accepted/unknown-kinds-${strategy}`,
    plan: { name: "vectors/access-kinds", entry: "main", sections: [...sections, textSection("main", "a program")] },
    inputs: { strategy, access: ["a", "b", "c"] },
    clauses: ["index.kind.unknown", "index.kind.vendor"],
    why: "Sections of kinds that this version does not define are loaded and given out like any other.",
  });
  return {
    ...parent.draft,
    expect: {
      ...parent.draft.expect,
      result: { ...parent.draft.expect.result, bodies: digests(parent, ["a", "b", "c"]) },
    },
  };
}
