import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SectionIndex } from "../../generated/codecs/section-index.js";
import { SectionDirectory } from "./section-directory.js";

const name = fc.stringMatching(/^[a-c]{1,3}$/);

describe("SectionDirectory", () => {
  test("finds what a search from the front finds, in whatever order is asked", () => {
    fc.assert(
      fc.property(fc.uniqueArray(name), fc.array(fc.oneof(name, fc.string())), (names, asked) => {
        const sorted = [...names].sort();
        const index = sorted.map((sectionId) => ({ sectionId })) as unknown as SectionIndex;
        const directory = new SectionDirectory(index);
        for (const sectionId of [...asked, ...sorted, ...asked]) {
          expect(directory.positionOf(sectionId)).toBe(sorted.indexOf(sectionId));
        }
      }),
    );
  });
});
