import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ProfileConstraints } from "../../generated/codecs/profile-constraints.js";
import type { SectionEntry } from "../../generated/codecs/section-entry.js";
import {
  LOAD_PROFILE_PRESET_NAMES,
  LOAD_PROFILE_PRESETS,
  type LoadProfilePreset,
} from "../../generated/enums/load-profile-preset.js";
import { TERMINALS } from "../../generated/enums/terminal.js";
import type { LoadProfile } from "../../generated/json/load-profile.js";
import { is } from "../errors/fayger-error.js";
import { checkProfile, profilePreset } from "./profile.js";
import { selectSections } from "./selection.js";

const word = fc.constantFrom("desktop", "server", "gpu", "screen");
const words = fc.uniqueArray(word, { minLength: 1, maxLength: 3 }).map((list) => list.sort());
const constraints: fc.Arbitrary<ProfileConstraints> = fc.record(
  {
    terminals: words,
    capabilities: words,
    features: words,
    minMemoryBytes: fc.nat(5),
    unknownFields: fc.constantFrom([], [{ key: "later", value: Uint8Array.of(1) }]),
  },
  { requiredKeys: [] },
);
const index = fc
  .array(
    fc.record({
      length: fc.nat(6),
      visibility: fc.constantFrom(0 as const, 1 as const),
      profileConstraints: constraints,
    }),
    { maxLength: 8 },
  )
  .map((entries): SectionEntry[] => {
    let offset = 0;
    return entries.map((entry, at) => {
      const section = { sectionId: `s${at}`, kind: 2, offset, digest: new Uint8Array(32), ...entry };
      offset += entry.length;
      return section;
    });
  });
const profile: fc.Arbitrary<LoadProfile> = fc.record(
  {
    terminal: word,
    capabilities: fc.uniqueArray(word),
    features: fc.uniqueArray(word),
    memory_bytes: fc.nat(5),
    max_section_bytes: fc.nat(6),
    max_total_bytes: fc.nat(20),
  },
  { requiredKeys: ["terminal", "capabilities", "features"] },
);

/** The numbered steps of the specification, word for word and without regard to speed. */
function bySteps(
  sections: readonly SectionEntry[],
  wanted: LoadProfile,
): { unfit: string } | { selected: string[]; skipped: string[] } {
  const reasons = new Map<string, string>();
  for (const { sectionId, profileConstraints: c } of sections) {
    if (c.terminals && !c.terminals.includes(wanted.terminal)) reasons.set(sectionId, "terminal");
    else if (c.capabilities?.some((name) => !wanted.capabilities.includes(name)))
      reasons.set(sectionId, "capabilities");
    else if (c.features?.some((name) => !wanted.features.includes(name))) reasons.set(sectionId, "features");
    else if (
      c.minMemoryBytes !== undefined &&
      wanted.memory_bytes !== undefined &&
      c.minMemoryBytes > wanted.memory_bytes
    )
      reasons.set(sectionId, "memory");
    else if (c.unknownFields?.length) reasons.set(sectionId, "unknown_constraint");
  }
  let used = 0;
  for (const visibility of [0, 1]) {
    for (const section of sections) {
      if (section.visibility !== visibility || reasons.has(section.sectionId)) continue;
      const tooLong = wanted.max_section_bytes !== undefined && section.length > wanted.max_section_bytes;
      const tooMuch = wanted.max_total_bytes !== undefined && used + section.length > wanted.max_total_bytes;
      if (!tooLong && !tooMuch) used += section.length;
      else if (visibility === 0) {
        const [budget, available] = tooLong
          ? ["max_section_bytes", wanted.max_section_bytes]
          : ["max_total_bytes", (wanted.max_total_bytes ?? 0) - used];
        return { unfit: `${section.sectionId} ${section.length} ${budget} ${available}` };
      } else reasons.set(section.sectionId, tooLong ? "max_section_bytes" : "max_total_bytes");
    }
  }
  const ids = sections.map((section) => section.sectionId);
  return {
    selected: ids.filter((id) => !reasons.has(id)),
    skipped: sections
      .filter(({ sectionId }) => reasons.has(sectionId))
      .map(({ sectionId, length }) => `${sectionId} ${reasons.get(sectionId)} ${length}`),
  };
}

function outcome(sections: readonly SectionEntry[], wanted: LoadProfile): ReturnType<typeof bySteps> {
  try {
    const report = selectSections(sections, wanted);
    const bytes = sections
      .filter((section) => report.selected.includes(section.sectionId))
      .reduce((sum, section) => sum + section.length, 0);
    expect(report.selectedBytes).toBe(bytes);
    return {
      selected: [...report.selected],
      skipped: report.skipped.map(({ sectionId, reason, length }) => `${sectionId} ${reason} ${length}`),
    };
  } catch (error) {
    if (!is(error, "LDR_SECTION_UNFIT")) throw error;
    expect(error.context.phase).toBe("select");
    const { section_id, length, budget, available } = error.context;
    return { unfit: `${section_id} ${length} ${budget} ${available}` };
  }
}

describe("selectSections", () => {
  // @spec selection.applies, selection.unknown-constraint, selection.not-applicable
  // @spec selection.required-first, selection.budget
  // @spec selection.unfit, selection.optional-unfit, selection.report, selection.terminals, selection.profile.claim
  test("does what the numbered steps of the specification say", () => {
    fc.assert(
      fc.property(index, profile, (sections, wanted) => {
        expect(outcome(sections, wanted)).toEqual(bySteps(sections, wanted));
      }),
      { numRuns: 2000 },
    );
  });

  // @spec selection.deterministic
  test("is the same every time", () => {
    fc.assert(
      fc.property(index, profile, (sections, wanted) => {
        expect(outcome(sections, wanted)).toEqual(outcome(sections, { ...wanted }));
      }),
    );
  });

  test("a richer profile never selects fewer sections that apply, without budgets", () => {
    fc.assert(
      fc.property(index, profile, word, (sections, wanted, more) => {
        const unbounded = { terminal: wanted.terminal, capabilities: wanted.capabilities, features: wanted.features };
        const richer = {
          ...unbounded,
          capabilities: [...wanted.capabilities, more],
          features: [...wanted.features, more],
        };
        const less = selectSections(sections, unbounded).selected;
        expect(selectSections(sections, richer).selected).toEqual(expect.arrayContaining([...less]));
      }),
    );
  });

  test("an optional section never pushes a required one out", () => {
    const body = { kind: 2, digest: new Uint8Array(32), profileConstraints: {} };
    const sections: SectionEntry[] = [
      { ...body, sectionId: "a", offset: 0, length: 5, visibility: 1 },
      { ...body, sectionId: "b", offset: 5, length: 5, visibility: 0 },
    ];
    const report = selectSections(sections, { terminal: "server", capabilities: [], features: [], max_total_bytes: 6 });
    expect(report).toEqual({
      selected: ["b"],
      skipped: [{ sectionId: "a", reason: "max_total_bytes", length: 5 }],
      selectedBytes: 5,
    });
  });
});

// @spec selection.presets
describe("presets", () => {
  test.each(LOAD_PROFILE_PRESET_NAMES)("%s is a valid profile that claims nothing", (name) => {
    const profile = profilePreset(name);
    expect(() => checkProfile(profile)).not.toThrow();
    expect([profile.capabilities, profile.features]).toEqual([[], []]);
    expect(profile.max_section_bytes ?? 0).toBeLessThanOrEqual(profile.max_total_bytes ?? 0);
    expect(profile.max_total_bytes ?? 0).toBeLessThanOrEqual(profile.memory_bytes ?? 0);
  });

  test("each terminal class has one of its own name", () => {
    expect(LOAD_PROFILE_PRESET_NAMES).toEqual(expect.arrayContaining([...TERMINALS]));
    for (const terminal of TERMINALS) expect(LOAD_PROFILE_PRESETS[terminal].terminal).toBe(terminal);
  });

  test("every member can be replaced, and the table stays as it is", () => {
    const before = structuredClone(LOAD_PROFILE_PRESETS);
    const overrides = { capabilities: ["io.stdio"], memory_bytes: 5, terminal: "kiosk" };
    expect(profilePreset("embedded_constrained", overrides)).toEqual({
      ...before.embedded_constrained,
      ...overrides,
    });
    expect(LOAD_PROFILE_PRESETS).toEqual(before);
  });

  test("a constrained device gets what is meant for its class, as far as it fits", () => {
    const entry = (sectionId: string, length: number, profileConstraints: ProfileConstraints): SectionEntry => ({
      ...{ sectionId, kind: 2, offset: 0, length, digest: new Uint8Array(32), visibility: 1 },
      profileConstraints,
    });
    const sections = [
      entry("big", 3 * 1_048_576, {}),
      entry("camera", 1_048_576, { terminals: ["embedded"] }),
      entry("hungry", 1, { minMemoryBytes: 64 * 1_048_576 }),
      entry("page", 1, { terminals: ["browser"] }),
    ];
    const reasonsFor = (name: LoadProfilePreset): (readonly [string, string])[] =>
      selectSections(sections, profilePreset(name)).skipped.map(
        ({ sectionId, reason }) => [sectionId, reason] as const,
      );
    expect(reasonsFor("embedded_constrained")).toEqual([
      ["big", "max_section_bytes"],
      ["hungry", "memory"],
      ["page", "terminal"],
    ]);
    expect(reasonsFor("embedded")).toEqual([["page", "terminal"]]);
    expect(reasonsFor("desktop")).toEqual([
      ["camera", "terminal"],
      ["page", "terminal"],
    ]);
  });
});
