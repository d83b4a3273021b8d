import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COMPONENTS, type ComponentId } from "../../../generated/enums/component-id.js";
import { IFACTS_TEST_NUMBERS, IFACTS_TESTS } from "../../../generated/enums/ifacts-test.js";
import { VECTOR_FAMILIES } from "../../../generated/enums/vector-family.js";
import type { FayManifest } from "../../../generated/json/fay-manifest.js";
import { requiredTests, resolveFayManifest } from "../../../reference/assembly/index.js";
import { determineTests, HIGHEST_STAGE, scopeOfManifest, scopeOfStage } from "./required-tests.js";

const declaration = fc
  .record({
    ids: fc.uniqueArray(fc.constantFrom(...COMPONENTS.map(({ id }) => id))),
    hasEgo: fc.boolean(),
  })
  .map(({ ids, hasEgo }): FayManifest => {
    const of = (isProtocol: boolean): { id: ComponentId }[] =>
      COMPONENTS.filter(({ id, group }) => ids.includes(id) && (group === "protocol") === isProtocol).map(({ id }) => ({
        id,
      }));
    return {
      name: "a",
      version: "1.0.0",
      description: "",
      vendor: "v",
      modules: of(false),
      protocols: of(true),
      controlMode: "command",
      ...(hasEgo && { ego: { modelSource: "m" } }),
    };
  });

// @spec ifacts.tests.required
describe("the tests that are owed", () => {
  test("are the same on this side of the wall as where an iFay is assembled", () => {
    fc.assert(
      fc.property(declaration, (manifest) => {
        const judged = determineTests(scopeOfManifest(manifest)).map(({ meaning: _, ...row }) => row);
        expect(judged).toEqual(requiredTests(resolveFayManifest(manifest)));
      }),
    );
  });

  test("are those of the stages up to that of the scope, ascending by level and then by number", () => {
    fc.assert(
      fc.property(declaration, (manifest) => {
        const scope = scopeOfManifest(manifest);
        const tests = determineTests(scope);
        expect(new Set(tests.map(({ name }) => name))).toEqual(
          new Set(IFACTS_TESTS.filter(({ stage }) => stage <= scope.stage).map(({ name }) => name)),
        );
        for (const [at, after] of tests.slice(1).entries()) {
          const before = tests[at];
          const isAscending =
            before !== undefined &&
            (before.level < after.level ||
              (before.level === after.level && IFACTS_TEST_NUMBERS[before.name] < IFACTS_TEST_NUMBERS[after.name]));
          expect(isAscending).toBe(true);
        }
        for (const { components, missing, applicable } of tests) {
          expect(missing).toEqual(components.filter((id) => !scope.components.has(id)));
          expect(applicable).toBe(missing.length === 0);
        }
      }),
    );
  });

  test("apply all to a whole stage, and the more the higher it is", () => {
    const counts = [1, 2, 3, 4, 5].map((stage) => {
      const tests = determineTests(scopeOfStage(stage));
      expect(tests.every(({ applicable }) => applicable)).toBe(true);
      return tests.length;
    });
    expect(counts).toEqual([21, 23, 24, 25, 26]);
    expect(counts.at(-1)).toBe(IFACTS_TESTS.length);
    for (const stage of [0, HIGHEST_STAGE + 1, 1.5, Number.NaN]) expect(() => scopeOfStage(stage)).toThrow(RangeError);
  });
});

// @spec ifacts.tests
test("every family shows something of exactly one test", () => {
  expect(IFACTS_TESTS.flatMap(({ families }) => families).sort()).toEqual([...VECTOR_FAMILIES].sort());
});
