import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closestName, editDistance } from "./suggest.js";

const name = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });

describe("edit distance", () => {
  it("is a distance: zero for equal names only, the same both ways", () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
      }),
    );
  });

  it("grows by at most one with each typing mistake", () => {
    fc.assert(
      fc.property(name, fc.nat(8), (word, at) => {
        expect(editDistance(word, `${word.slice(0, at)}x${word.slice(at)}`)).toBe(1);
        expect(editDistance(word, word.slice(0, at) + word.slice(at + 1))).toBe(at < word.length ? 1 : 0);
      }),
    );
    expect(editDistance("section", "setcion")).toBe(1);
  });
});

describe("the closest name", () => {
  it("is found when few letters differ and not when many do", () => {
    expect(closestName("capabilty-set", ["section", "capability-set"])).toBe("capability-set");
    expect(closestName("nowhere", ["section", "capability-set"])).toBeUndefined();
    expect(closestName("io", ["id"])).toBe("id");
    expect(closestName("x", ["y"])).toBeUndefined();
    expect(closestName("int", ["int"])).toBeUndefined();
  });

  it("is not searched for names no person types", () => {
    expect(closestName("a".repeat(101), ["a".repeat(100)])).toBeUndefined();
  });
});
