import { type Draft, mutated } from "../../corpus/family.js";
import { SPECIFICATION } from "../../corpus/specification.js";
import { chosen } from "./applies.js";
import { indexOf, type Profile, profileOf, type Section } from "./section.js";

const budget = "selection.budget";
const unfit = "selection.unfit";
const optionalUnfit = "selection.optional-unfit";
const requiredFirst = "selection.required-first";

const effects = {
  unfit: "A terminal begins a load that its memory cannot hold.",
  wrong: "A person is told that another section, or another limit, is the trouble.",
} as const;

interface Unfit {
  readonly id: string;
  readonly clauses?: readonly string[];
  readonly sections: readonly Section[];
  readonly profile: Partial<Profile>;
  readonly section: string;
  readonly length: number;
  readonly budget: "max_section_bytes" | "max_total_bytes";
  readonly available: number;
  readonly why: string;
}

function refuse(parent: Draft, told: Unfit): Draft {
  return mutated(parent, {
    id: `selection/budgets/${told.id}`,
    clauses: [unfit, ...(told.clauses ?? [])],
    recipe: { mutator: "replace-index-and-profile", arguments: { ...told.profile }, repair: "raw" },
    inputs: { bytes: indexOf(...told.sections), profile: profileOf(told.profile) },
    refusal: {
      code: "LDR_SECTION_UNFIT",
      phase: "select",
      locus: { section: told.section },
      context: { length: told.length, budget: told.budget, available: told.available },
    },
    why: told.why,
    effect: told.clauses?.includes(requiredFirst) ? effects.wrong : effects.unfit,
  });
}

const tens: readonly Section[] = [{ id: "a" }, { id: "b" }, { id: "c" }];
const most = Number.MAX_SAFE_INTEGER;

function fitting(): readonly Draft[] {
  return [
    chosen({
      id: "budgets/section-equal",
      clauses: [budget],
      sections: [{ id: "a", length: 100 }],
      profile: { max_section_bytes: 100 },
      selected: ["a"],
      why: "A body as long as the limit fits.",
    }),
    chosen({
      id: "budgets/total-equal",
      clauses: [budget],
      sections: tens,
      profile: { max_total_bytes: 30 },
      selected: ["a", "b", "c"],
      why: "Bodies that fill the total exactly fit.",
    }),
    chosen({
      id: "budgets/empty-bodies",
      clauses: [budget],
      sections: [
        { id: "a", length: 0 },
        { id: "b", length: 0, optional: true },
      ],
      profile: { max_section_bytes: 0, max_total_bytes: 0 },
      selected: ["a", "b"],
      why: "Empty bodies fit where nothing fits.",
    }),
    chosen({
      id: "budgets/section-alone",
      clauses: [budget],
      sections: tens,
      profile: { max_section_bytes: 10 },
      selected: ["a", "b", "c"],
      why: "A limit on one body says nothing about their sum.",
    }),
    chosen({
      id: "budgets/greatest",
      clauses: [budget],
      sections: [{ id: "a", length: most }],
      profile: { max_section_bytes: most, max_total_bytes: most },
      selected: ["a"],
      why: "The greatest length fits the greatest limits.",
    }),
    chosen({
      id: "budgets/no-limits",
      clauses: [budget, "selection.profile"],
      sections: [
        { id: "a", length: most },
        { id: "b", length: most },
      ],
      selected: ["a", "b"],
      why: "Limits that a profile does not state are none, also where the sum is greater than any number of a document.",
    }),
    chosen({
      id: "budgets/index-and-manifest-do-not-count",
      clauses: [budget],
      sections: [{ id: "a", length: 1 }],
      profile: { max_total_bytes: 1 },
      selected: ["a"],
      why: "The limits count the bytes of bodies and nothing else of the artifact.",
    }),
    chosen({
      id: "budgets/skipped-do-not-count",
      clauses: [budget, "selection.not-applicable"],
      sections: [{ id: "a", length: 1000, when: { terminals: ["browser"] } }, { id: "b" }],
      profile: { max_section_bytes: 10, max_total_bytes: 10 },
      selected: ["b"],
      skipped: { a: "terminal" },
      why: "A required section that does not apply is skipped, and takes nothing of the limits.",
    }),
    chosen({
      id: "budgets/memory-is-no-limit",
      clauses: [budget],
      sections: [{ id: "a", length: 5000 }],
      profile: { memory_bytes: 10 },
      selected: ["a"],
      why: "The memory of a terminal is compared with what a section asks for and not with its length.",
    }),
    chosen({
      id: "budgets/optional-above-section-limit",
      clauses: [optionalUnfit],
      sections: [{ id: "a", length: 11, optional: true }, { id: "b" }],
      profile: { max_section_bytes: 10 },
      selected: ["b"],
      skipped: { a: "max_section_bytes" },
      why: "An optional section above the limit on one body is skipped.",
    }),
    chosen({
      id: "budgets/optional-above-total",
      clauses: [optionalUnfit],
      sections: [{ id: "a" }, { id: "b", length: 11, optional: true }],
      profile: { max_total_bytes: 20 },
      selected: ["a"],
      skipped: { b: "max_total_bytes" },
      why: "An optional section above what is left is skipped.",
    }),
    chosen({
      id: "budgets/optional-above-both",
      clauses: [optionalUnfit],
      sections: [{ id: "a", length: 11, optional: true }],
      profile: { max_section_bytes: 10, max_total_bytes: 10 },
      selected: [],
      skipped: { a: "max_section_bytes" },
      why: "The limit on one body is looked at before the total.",
    }),
    chosen({
      id: "budgets/optional-later-fits",
      clauses: [optionalUnfit],
      sections: [
        { id: "a", length: 15, optional: true },
        { id: "b", length: 30, optional: true },
        { id: "c", length: 5, optional: true },
      ],
      profile: { max_total_bytes: 20 },
      selected: ["a", "c"],
      skipped: { b: "max_total_bytes" },
      why: "A section that does not fit takes nothing, and a shorter one behind it fits.",
    }),
    chosen({
      id: "budgets/optional-fills-exactly",
      clauses: [optionalUnfit],
      sections: [
        { id: "a", length: 12, optional: true },
        { id: "b", length: 8, optional: true },
        { id: "c", length: 1, optional: true },
      ],
      profile: { max_total_bytes: 20 },
      selected: ["a", "b"],
      skipped: { c: "max_total_bytes" },
      why: "Optional sections fit as long as anything is left, in index order.",
    }),
    chosen({
      id: "budgets/optional-empty-fits-when-full",
      clauses: [optionalUnfit],
      sections: [
        { id: "a", length: 20 },
        { id: "b", length: 0, optional: true },
      ],
      profile: { max_total_bytes: 20 },
      selected: ["a", "b"],
      why: "An empty body fits where nothing is left.",
    }),
    chosen({
      id: "budgets/required-behind-optional",
      clauses: [requiredFirst],
      sections: [
        { id: "a", length: 10, optional: true },
        { id: "b", length: 15 },
      ],
      profile: { max_total_bytes: 20 },
      selected: ["b"],
      skipped: { a: "max_total_bytes" },
      why: "Required sections are counted first, also those behind an optional one.",
    }),
    chosen({
      id: "budgets/required-around-optional",
      clauses: [requiredFirst, "selection.deterministic"],
      sections: [
        { id: "a", length: 10 },
        { id: "b", length: 5, optional: true },
        { id: "c", length: 10 },
        { id: "d", length: 4, optional: true },
      ],
      profile: { max_total_bytes: 24 },
      selected: ["a", "c", "d"],
      skipped: { b: "max_total_bytes" },
      why: "What required sections leave goes to optional ones in index order.",
    }),
  ];
}

function presets(): readonly Draft[] {
  const rows = SPECIFICATION.tables["load-profiles"]?.rows ?? [];
  return rows.flatMap((row) => {
    const sizes = ["memory_bytes", "max_section_bytes", "max_total_bytes"] as const;
    const profile: Partial<Profile> = {
      terminal: String(row["terminal"]),
      ...Object.fromEntries(sizes.flatMap((size) => (row[size] === null ? [] : [[size, Number(row[size])]]))),
    };
    const section = profile.max_section_bytes;
    const total = profile.max_total_bytes;
    const name = String(row["name"]);
    const asked = { min_memory_bytes: profile.memory_bytes ?? most };
    const fits = chosen({
      id: `presets/${name}-fits`,
      clauses: [budget, "selection.applies"],
      sections: [
        { id: "a", length: section ?? most, when: { terminals: [profile.terminal ?? ""], ...asked } },
        { id: "b", length: total === undefined || section === undefined ? most : total - section },
      ],
      profile,
      selected: ["a", "b"],
      why: `Bodies up to the limits of the preset ${name} fit.`,
    });
    if (section === undefined || total === undefined || profile.memory_bytes === undefined) return [fits];
    return [
      fits,
      chosen({
        id: `presets/${name}-above`,
        clauses: [optionalUnfit, "selection.applies"],
        sections: [
          { id: "a", length: section + 1, optional: true },
          { id: "b", length: section, optional: true },
          { id: "c", length: total - section, optional: true },
          { id: "d", length: 1, optional: true },
          { id: "e", length: 0, when: { min_memory_bytes: profile.memory_bytes + 1 } },
        ],
        profile,
        selected: ["b", "c"],
        skipped: { a: "max_section_bytes", d: "max_total_bytes", e: "memory" },
        why: `One byte above a limit of the preset ${name} is skipped.`,
      }),
    ];
  });
}

/** Size limits on both sides. */
export function budgets(): readonly Draft[] {
  const parent = chosen({
    id: "budgets/usual",
    clauses: [budget],
    sections: tens,
    profile: { max_section_bytes: 10, max_total_bytes: 30 },
    selected: ["a", "b", "c"],
    why: "Three bodies within both limits are selected.",
  });
  return [
    parent,
    ...fitting(),
    ...presets(),
    refuse(parent, {
      id: "section-one-too-long",
      clauses: [budget],
      sections: tens,
      profile: { max_section_bytes: 9 },
      section: "a",
      length: 10,
      budget: "max_section_bytes",
      available: 9,
      why: "A required body one byte above the limit ends the load.",
    }),
    refuse(parent, {
      id: "total-one-too-long",
      clauses: [budget],
      sections: tens,
      profile: { max_total_bytes: 29 },
      section: "c",
      length: 10,
      budget: "max_total_bytes",
      available: 9,
      why: "The last of three required bodies has one byte too few left.",
    }),
    refuse(parent, {
      id: "total-nothing-left",
      clauses: [budget],
      sections: tens,
      profile: { max_total_bytes: 20 },
      section: "c",
      length: 10,
      budget: "max_total_bytes",
      available: 0,
      why: "Nothing is left for the last of three required bodies.",
    }),
    refuse(parent, {
      id: "total-first-too-long",
      sections: tens,
      profile: { max_total_bytes: 5 },
      section: "a",
      length: 10,
      budget: "max_total_bytes",
      available: 5,
      why: "The first body is already longer than the total.",
    }),
    refuse(parent, {
      id: "first-of-two",
      sections: [
        { id: "a", length: 20 },
        { id: "b", length: 30 },
      ],
      profile: { max_section_bytes: 10 },
      section: "a",
      length: 20,
      budget: "max_section_bytes",
      available: 10,
      why: "Of two bodies that do not fit the first in index order is told.",
    }),
    refuse(parent, {
      id: "section-before-total",
      sections: [{ id: "a", length: 20 }],
      profile: { max_section_bytes: 10, max_total_bytes: 10 },
      section: "a",
      length: 20,
      budget: "max_section_bytes",
      available: 10,
      why: "The limit on one body is looked at before the total.",
    }),
    refuse(parent, {
      id: "total-of-an-earlier-one",
      sections: [
        { id: "a", length: 8 },
        { id: "b", length: 5 },
        { id: "c", length: 20 },
      ],
      profile: { max_section_bytes: 10, max_total_bytes: 10 },
      section: "b",
      length: 5,
      budget: "max_total_bytes",
      available: 2,
      why: "The first that does not fit is told, though a later one breaks the limit on one body.",
    }),
    refuse(parent, {
      id: "optional-takes-nothing",
      clauses: [requiredFirst],
      sections: [
        { id: "a", length: 15, optional: true },
        { id: "b", length: 21 },
      ],
      profile: { max_total_bytes: 20 },
      section: "b",
      length: 21,
      budget: "max_total_bytes",
      available: 20,
      why: "Before a required body nothing is taken by an optional one.",
    }),
    refuse(parent, {
      id: "required-counted-in-order",
      clauses: [requiredFirst],
      sections: [
        { id: "a", length: 1, optional: true },
        { id: "b", length: 15 },
        { id: "c", length: 1, optional: true },
        { id: "d", length: 6 },
      ],
      profile: { max_total_bytes: 20 },
      section: "d",
      length: 6,
      budget: "max_total_bytes",
      available: 5,
      why: "Only required bodies have been counted when a required one does not fit.",
    }),
    refuse(parent, {
      id: "zero-total",
      sections: [
        { id: "a", length: 0 },
        { id: "b", length: 1 },
      ],
      profile: { max_total_bytes: 0 },
      section: "b",
      length: 1,
      budget: "max_total_bytes",
      available: 0,
      why: "A total of 0 has room for empty bodies alone.",
    }),
    refuse(parent, {
      id: "sum-beyond-numbers",
      clauses: [budget],
      sections: [
        { id: "a", length: most },
        { id: "b", length: most },
      ],
      profile: { max_total_bytes: most },
      section: "b",
      length: most,
      budget: "max_total_bytes",
      available: 0,
      why: "The greatest total holds one body of the greatest length and not two.",
    }),
    refuse(parent, {
      id: "skipped-then-unfit",
      sections: [
        { id: "a", length: 100, when: { features: ["simd"] } },
        { id: "b", length: 11 },
      ],
      profile: { max_section_bytes: 10 },
      section: "b",
      length: 11,
      budget: "max_section_bytes",
      available: 10,
      why: "A section that does not apply is passed over, and the next one is told.",
    }),
  ];
}
