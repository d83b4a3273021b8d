import type { VectorSkipped } from "../../../../generated/json/vector.js";
import type { Value } from "../../building/cbor.js";
import { accepted, type Draft } from "../../corpus/family.js";
import { indexOf, type Profile, profileOf, type Section } from "./section.js";

const applies = "selection.applies";

interface Chosen {
  readonly id: string;
  readonly clauses?: readonly string[];
  readonly sections: readonly Section[];
  readonly profile?: Partial<Profile>;
  readonly version?: string;
  readonly selected: readonly string[];
  readonly skipped?: Readonly<Record<string, string>>;
  readonly why: string;
}

/** A selection that succeeds. */
export function chosen({ id, clauses = [], sections, profile, version, selected, skipped = {}, why }: Chosen): Draft {
  const left: VectorSkipped[] = Object.entries(skipped).map(([section, reason]) => ({ section, reason }));
  return accepted({
    id: `selection/${id}`,
    operation: "select",
    clauses: [...new Set(["selection.report", ...clauses])],
    inputs: {
      bytes: indexOf(...sections),
      profile: profileOf(profile),
      ...(version !== undefined && { schema_version: version }),
    },
    result: { selected, skipped: left },
    why,
    effect: "A terminal gets sections that are of no use to it, or does without those that were made for it.",
  });
}

/** One section beside one without constraints, and whether it applies. */
interface Row {
  readonly name: string;
  readonly when: { readonly [constraint: string]: Value };
  readonly profile?: Partial<Profile>;
  readonly version?: string;
  readonly clauses?: readonly string[];
  /** Why the section is skipped; it is selected where absent. */
  readonly reason?: string;
  readonly why: string;
}

const rows: Readonly<Record<string, readonly Row[]>> = {
  terminal: [
    { name: "same", when: { terminals: ["server"] }, why: "A section for servers applies on a server." },
    {
      name: "one-of-several",
      when: { terminals: ["browser", "desktop", "server"] },
      why: "A section for several classes applies on each.",
    },
    {
      name: "other",
      when: { terminals: ["browser"] },
      reason: "terminal",
      why: "A section for browsers does not apply on a server.",
    },
    {
      name: "none-of-several",
      when: { terminals: ["browser", "desktop"] },
      reason: "terminal",
      why: "A section for other classes does not apply.",
    },
    {
      name: "unknown-class",
      when: { terminals: ["kiosk"] },
      profile: { terminal: "kiosk" },
      clauses: ["selection.terminals"],
      why: "A class outside the table matches a section that names the same text.",
    },
    {
      name: "unknown-class-elsewhere",
      when: { terminals: ["browser", "desktop", "embedded", "in_app", "server"] },
      profile: { terminal: "kiosk" },
      clauses: ["selection.terminals"],
      reason: "terminal",
      why: "A class outside the table matches none of the table.",
    },
    {
      name: "prefix",
      when: { terminals: ["servers"] },
      clauses: ["selection.terminals"],
      reason: "terminal",
      why: "Classes are equal as whole texts.",
    },
    {
      name: "capitals",
      when: { terminals: ["Server"] },
      clauses: ["selection.terminals"],
      reason: "terminal",
      why: "Capital letters make another text.",
    },
    {
      name: "composed",
      when: { terminals: ["caf\u00e9"] },
      profile: { terminal: "cafe\u0301" },
      clauses: ["selection.terminals"],
      reason: "terminal",
      why: "Nothing is normalised: two spellings of a letter are two texts.",
    },
    {
      name: "without",
      when: {},
      profile: { terminal: "kiosk" },
      why: "A section that names no class applies on every terminal.",
    },
  ],
  capabilities: [
    {
      name: "claimed",
      when: { capabilities: ["fs.read"] },
      profile: { capabilities: ["fs.read"] },
      clauses: ["selection.profile.claim"],
      why: "A capability that the profile claims matches.",
    },
    {
      name: "not-claimed",
      when: { capabilities: ["fs.read"] },
      clauses: ["selection.profile.claim"],
      reason: "capabilities",
      why: "A capability that the profile does not claim keeps the section away.",
    },
    {
      name: "one-of-two",
      when: { capabilities: ["fs.read", "fs.write"] },
      profile: { capabilities: ["fs.write"] },
      reason: "capabilities",
      why: "All of them have to be claimed.",
    },
    {
      name: "both",
      when: { capabilities: ["fs.read", "fs.write"] },
      profile: { capabilities: ["net.http", "fs.write", "fs.read"] },
      why: "The order in which a profile claims says nothing, and more does no harm.",
    },
    {
      name: "outside-the-table",
      when: { capabilities: ["camera.capture"] },
      profile: { capabilities: ["camera.capture"] },
      clauses: ["selection.profile.claim"],
      why: "A claimed name outside the table matches as text.",
    },
    {
      name: "prefix",
      when: { capabilities: ["fs"] },
      profile: { capabilities: ["fs.read"] },
      reason: "capabilities",
      why: "Names are equal as a whole.",
    },
  ],
  features: [
    {
      name: "named",
      when: { features: ["threads"] },
      profile: { features: ["simd", "threads"] },
      why: "A feature that the profile names matches.",
    },
    {
      name: "not-named",
      when: { features: ["threads"] },
      profile: { features: ["simd"] },
      reason: "features",
      why: "A feature that the profile does not name keeps the section away.",
    },
    {
      name: "one-of-two",
      when: { features: ["simd", "threads"] },
      profile: { features: ["simd"] },
      reason: "features",
      why: "All of them have to be named.",
    },
    {
      name: "not-a-capability",
      when: { features: ["fs.read"] },
      profile: { capabilities: ["fs.read"] },
      reason: "features",
      why: "A claimed capability is no feature.",
    },
  ],
  memory: [
    {
      name: "equal",
      when: { min_memory_bytes: 1000 },
      profile: { memory_bytes: 1000 },
      why: "Exactly as much memory as is asked for is enough.",
    },
    {
      name: "one-less",
      when: { min_memory_bytes: 1000 },
      profile: { memory_bytes: 999 },
      reason: "memory",
      why: "One byte too few is too few.",
    },
    { name: "more", when: { min_memory_bytes: 1000 }, profile: { memory_bytes: 1001 }, why: "More memory is enough." },
    { name: "unbounded", when: { min_memory_bytes: 9007199254740991 }, why: "Without a figure memory is unbounded." },
    {
      name: "none",
      when: { min_memory_bytes: 1 },
      profile: { memory_bytes: 0 },
      reason: "memory",
      why: "A terminal without memory has less than one byte.",
    },
    {
      name: "nothing-asked",
      when: { min_memory_bytes: 0 },
      profile: { memory_bytes: 0 },
      why: "Nothing is enough where nothing is asked for.",
    },
    {
      name: "greatest",
      when: { min_memory_bytes: 9007199254740991 },
      profile: { memory_bytes: 9007199254740990 },
      reason: "memory",
      why: "The greatest numbers compare exactly.",
    },
  ],
  unknown: [
    {
      name: "constraint",
      when: { gpu: "any" },
      version: "1.1",
      clauses: ["selection.unknown-constraint"],
      reason: "unknown_constraint",
      why: "A constraint of a later version never matches.",
    },
    {
      name: "constraint-beside-known",
      when: { terminals: ["server"], gpu: true },
      version: "1.7",
      clauses: ["selection.unknown-constraint"],
      reason: "unknown_constraint",
      why: "Known constraints that match do not make up for an unknown one.",
    },
    {
      name: "constraint-after-terminal",
      when: { terminals: ["browser"], gpu: 1 },
      version: "1.1",
      clauses: ["selection.unknown-constraint"],
      reason: "terminal",
      why: "The first reason is told: the terminal comes before the unknown constraint.",
    },
    {
      name: "constraint-after-memory",
      when: { min_memory_bytes: 5, zz: [] },
      profile: { memory_bytes: 4 },
      version: "1.1",
      clauses: ["selection.unknown-constraint"],
      reason: "memory",
      why: "The memory comes before the unknown constraint.",
    },
    {
      name: "constraint-of-another-major",
      when: { gpu: {} },
      version: "2.0",
      clauses: ["selection.unknown-constraint", "encoding.growth.index"],
      reason: "unknown_constraint",
      why: "In an index of another major the constraint is kept and never matches.",
    },
  ],
  order: [
    {
      name: "terminal-before-capabilities",
      when: { terminals: ["browser"], capabilities: ["fs.read"] },
      reason: "terminal",
      why: "The terminal is looked at before the capabilities.",
    },
    {
      name: "capabilities-before-features",
      when: { capabilities: ["fs.read"], features: ["simd"] },
      reason: "capabilities",
      why: "The capabilities are looked at before the features.",
    },
    {
      name: "features-before-memory",
      when: { features: ["simd"], min_memory_bytes: 2 },
      profile: { memory_bytes: 1 },
      reason: "features",
      why: "The features are looked at before the memory.",
    },
    {
      name: "terminal-before-memory",
      when: { terminals: ["browser"], min_memory_bytes: 2 },
      profile: { memory_bytes: 1 },
      reason: "terminal",
      why: "The terminal is looked at before the memory.",
    },
    {
      name: "everything-fails",
      when: { terminals: ["browser"], capabilities: ["fs.read"], features: ["simd"], min_memory_bytes: 2 },
      profile: { memory_bytes: 1 },
      reason: "terminal",
      why: "Where everything fails the terminal is told.",
    },
    {
      name: "everything-matches",
      when: { terminals: ["server"], capabilities: ["fs.read"], features: ["simd"], min_memory_bytes: 2 },
      profile: { capabilities: ["fs.read"], features: ["simd"], memory_bytes: 2 },
      why: "A section applies where every constraint matches.",
    },
  ],
};

/** Whether a section applies: each constraint on both sides, required and optional alike. */
export function applying(): readonly Draft[] {
  const drafts = Object.entries(rows).flatMap(([group, each]) =>
    each.flatMap((row) => {
      const { name, when, profile = {}, version, clauses = [], reason, why } = row;
      return [false, true].map((optional) =>
        chosen({
          id: `applies/${group}/${name}${optional ? "-optional" : ""}`,
          clauses: [applies, ...clauses, ...(reason !== undefined ? ["selection.not-applicable"] : [])],
          sections: [{ id: "main" }, { id: "part", when, optional }],
          profile,
          ...(version !== undefined && { version }),
          selected: reason === undefined ? ["main", "part"] : ["main"],
          ...(reason !== undefined && { skipped: { part: reason } }),
          why:
            reason === undefined
              ? why
              : `${why} ${optional ? "An optional section" : "A required section"} is then skipped.`,
        }),
      );
    }),
  );
  return [
    ...drafts,
    chosen({
      id: "applies/nothing",
      clauses: [applies],
      sections: [],
      selected: [],
      why: "Of an index without sections nothing is selected.",
    }),
    chosen({
      id: "applies/all-skipped",
      clauses: [applies, "selection.not-applicable"],
      sections: [
        { id: "a", when: { terminals: ["browser"] } },
        { id: "b", when: { features: ["simd"] }, optional: true },
      ],
      selected: [],
      skipped: { a: "terminal", b: "features" },
      why: "Everything may be skipped, each section for a reason of its own.",
    }),
    chosen({
      id: "applies/index-order",
      clauses: [applies, "selection.deterministic"],
      sections: [
        { id: "a", optional: true },
        { id: "b", when: { terminals: ["browser"] } },
        { id: "c" },
        { id: "d", when: { features: ["simd"] }, optional: true },
        { id: "e", optional: true },
      ],
      selected: ["a", "c", "e"],
      skipped: { b: "terminal", d: "features" },
      why: "Selected and skipped sections stand in index order, required and optional ones mixed.",
    }),
  ];
}
