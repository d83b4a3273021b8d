import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isInScope, matchesGlob } from "./scope.js";

/** The rule by brute force: a regular expression with the same meaning. */
function byRegularExpression(name: string, glob: string): boolean {
  const source = glob
    .split(/(\*\*|\*)/)
    .map((piece) => (piece === "**" ? "[^]*" : piece === "*" ? "[^/]*" : piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return new RegExp(`^(?:${source})$`).test(name);
}

describe("matchesGlob", () => {
  // @spec trust-store.scope
  test("means what the equal regular expression means", () => {
    const letter = fc.constantFrom("a", "b", "/", ".", "-");
    fc.assert(
      fc.property(
        fc.string({ unit: letter, maxLength: 8 }),
        fc.string({ unit: fc.oneof(letter, fc.constantFrom("*", "**")), maxLength: 6 }),
        (name, glob) => {
          expect(matchesGlob(name, glob)).toBe(byRegularExpression(name, glob));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["acme/tools/cli", "acme/*/cli", true],
    ["acme/tools/deep/cli", "acme/*/cli", false],
    ["acme/tools/deep/cli", "acme/**/cli", true],
    ["acme/cli", "acme/**cli", true],
    ["acme", "acme/**", false],
    ["acme/cli", "*", false],
    ["acme/cli", "**", true],
    ["acme/cli", "", false],
  ])("%s against %s: %s", (name, glob, expected) => {
    expect(matchesGlob(name, glob)).toBe(expected);
  });

  test("a glob of stars over the longest name ends", () => {
    expect(matchesGlob(`${"a/".repeat(63)}ab`, `${"**a".repeat(200)}c`)).toBe(false);
  });
});

describe("isInScope", () => {
  test("an absent scope holds every name, a list those of any glob", () => {
    expect(isInScope("acme/cli", undefined)).toBe(true);
    expect(isInScope("acme/cli", ["other/*", "acme/*"])).toBe(true);
    expect(isInScope("acme/cli", ["other/*"])).toBe(false);
  });
});
