import { test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { COMPONENTS } from "../../../generated/enums/component-id.js";
import { IFACTS_TESTS } from "../../../generated/enums/ifacts-test.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import { fayManifests } from "../testing/fay-manifest-arbitraries.js";
import { claimStage } from "./claim.js";
import { requiredTests } from "./required-tests.js";
import { resolvedIds, resolveFayManifest } from "./resolve.js";

const STAGES = [1, 2, 3, 4, 5];

/** A FayManifest that declares all components but some. */
function allBut(...left: string[]): FayManifest {
  const chosen = COMPONENTS.filter(({ id }) => !left.includes(id));
  const declared = (isProtocol: boolean) => chosen.filter(({ group }) => (group === "protocol") === isProtocol);
  return {
    name: "a",
    version: "1.0.0",
    description: "",
    vendor: "",
    modules: declared(false).map(({ id }) => ({ id })),
    protocols: declared(true).map(({ id }) => ({ id })),
    controlMode: "command",
  };
}

describe("a claim of a stage", () => {
  // @spec faymanifest.stage.claim, faymanifest.stage.claim.missing
  test.prop([fayManifests()])("holds only where everything of its stage and of those before is there", (manifest) => {
    const resolution = resolveFayManifest(manifest);
    const present = resolvedIds(resolution);
    const claims = STAGES.map((stage) => claimStage(resolution, stage));
    for (const { stage, complete, missing, tests } of claims) {
      const needed = COMPONENTS.filter((row) => row.stage === null || row.stage <= stage);
      const absent = needed.filter(({ id }) => !present.has(id));
      const idsOf = (group: string) => absent.filter((row) => row.group === group).map(({ id }) => id);
      expect(missing).toEqual({
        modules: idsOf("module"),
        protocols: idsOf("protocol"),
        infrastructure: idsOf("infrastructure"),
      });
      expect(complete).toBe(absent.length === 0);
      expect(tests).toEqual(requiredTests(resolution, stage).filter(({ applicable }) => !applicable));
    }
    // What does not hold at one stage holds at none above it.
    const firstFalse = claims.findIndex(({ complete }) => !complete);
    if (firstFalse >= 0) expect(claims.slice(firstFalse).map(({ complete }) => complete)).not.toContain(true);
  });

  // @spec faymanifest.stage.claim
  it("holds for an iFay that has everything, and fails for each component that is left out", () => {
    expect(claimStage(resolveFayManifest(allBut()), 5)).toEqual({
      stage: 5,
      complete: true,
      missing: { modules: [], protocols: [], infrastructure: [] },
      tests: [],
    });
    for (const { id, stage, always } of COMPONENTS) {
      const resolution = resolveFayManifest(allBut(id));
      for (const claimed of STAGES) {
        expect(claimStage(resolution, claimed).complete).toBe(always || (stage ?? 1) > claimed);
      }
    }
  });

  // @spec faymanifest.stage.claim.missing
  it("names infrastructure that is not there", () => {
    const whole = resolveFayManifest(allBut());
    const allComponents = whole.allComponents.filter(({ id }) => id !== "security_ethics");
    const claim = claimStage({ ...whole, allComponents }, 1);
    expect(claim.missing.infrastructure).toEqual(["security_ethics"]);
    expect(claim.tests.map(({ name, missing }) => [name, missing])).toContainEqual([
      "signature_algorithms",
      ["security_ethics"],
    ]);
  });
});

describe("required tests", () => {
  // @spec ifacts.tests.required
  test.prop([fayManifests()])(
    "are those of the stages up to the resolved one, ascending by level and number",
    (manifest) => {
      const resolution = resolveFayManifest(manifest);
      const present = resolvedIds(resolution);
      const tests = requiredTests(resolution);
      const numbers = tests.map(({ name }) => IFACTS_TESTS.findIndex((row) => row.name === name));
      expect([...numbers].sort((a, b) => a - b)).toEqual(
        IFACTS_TESTS.flatMap(({ stage }, number) => (stage <= resolution.resolvedStage ? [number] : [])),
      );
      for (const [index, test] of tests.entries()) {
        const [before, number] = [numbers[index - 1] ?? -1, numbers[index] ?? -1];
        const level = tests[index - 1]?.level ?? 0;
        expect(test.level > level || (test.level === level && number > before)).toBe(true);
        expect(test.missing).toEqual(test.components.filter((id) => !present.has(id)));
        expect(test.applicable).toBe(test.missing.length === 0);
      }
    },
  );
});
