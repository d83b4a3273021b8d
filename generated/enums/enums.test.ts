import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { InstructionCategory, instructionCategoryName } from "./instruction-category.js";
import { LOADER_PHASE_NUMBERS, LOADER_PHASES, LoaderPhase } from "./loader-phase.js";
import { QUOTAS } from "./quota-name.js";
import { isRuntimeCapability } from "./runtime-capability.js";
import { SectionKind, sectionKindName } from "./section-kind.js";
import { isSectionVisibility, SECTION_VISIBILITY_NAMES, SectionVisibility } from "./section-visibility.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const modules = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));

// @covers spec/tables/event-categories.yaml
// @covers spec/tables/instruction-categories.yaml
// @covers spec/tables/terminals.yaml
// @covers spec/tables/section-kinds.yaml
// @covers spec/tables/runtime-capabilities.yaml
describe.each(modules)("%s", (name) => {
  it("has a guard that accepts exactly the values of its const object", async () => {
    const module = (await import(/* @vite-ignore */ new URL(name, import.meta.url).href)) as Record<string, unknown>;
    const type = name
      .replace(/[.]ts$/, "")
      .split("-")
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join("");
    const values = Object.values(module[type] as Record<string, string | number>);
    const guard = module[`is${type}`] as (value: unknown) => boolean;
    expect(values.length).toBeGreaterThan(1);
    expect(new Set(values).size).toBe(values.length);
    for (const value of values) expect(guard(value)).toBe(true);
    for (const value of ["", "constructor", "__proto__", "no_such_name", -1, 0.5, 999_999]) expect(guard(value)).toBe(false);
  });
});

describe("names and numbers", () => {
  it("list names in the order of their numbers", () => {
    expect(LOADER_PHASES.map((phase) => LOADER_PHASE_NUMBERS[phase])).toEqual(LOADER_PHASES.map((_, index) => index + 1));
    expect(LOADER_PHASES[0]).toBe(LoaderPhase.ReadHead);
  });

  // @spec index.kind.unknown, index.kind.vendor
  it("name any section kind and any category for people", () => {
    expect([SectionKind.Code, 6, 0x7fff, 0x8000, 0xffff].map(sectionKindName)).toEqual([
      "code",
      "reserved 0x0006",
      "reserved 0x7fff",
      "vendor 0x8000",
      "vendor 0xffff",
    ]);
    expect([InstructionCategory.Io, 8, 15].map(instructionCategoryName)).toEqual(["io", "reserved 0x8", "reserved 0xf"]);
  });

  it("carry the values of CDDL rules", () => {
    expect([SectionVisibility.Required, SectionVisibility.Optional]).toEqual([0, 1]);
    expect(SECTION_VISIBILITY_NAMES).toEqual({ 0: "required", 1: "optional" });
    expect(isSectionVisibility(2)).toBe(false);
  });

  it("imply only RuntimeCapabilities that exist", () => {
    const implied = QUOTAS.flatMap((row) => (row.implies === null ? [] : [row.implies]));
    expect(implied.length).toBeGreaterThan(0);
    expect(implied.every(isRuntimeCapability)).toBe(true);
  });
});
