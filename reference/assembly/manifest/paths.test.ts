import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { memberSegment } from "../../codec/locate.js";
import { pointerOf, segmentsOf } from "./paths.js";

describe("a path", () => {
  // @spec encoding.json.paths
  test.prop([
    fc.array(fc.oneof(fc.nat(), fc.string({ unit: "binary" }), fc.constantFrom("a", "0", "__proto__", "it's\n"))),
  ])("is taken apart into the steps it was made of", (segments) => {
    const path = segments.map((step) => (typeof step === "number" ? `[${step}]` : memberSegment(step))).join("");
    expect(segmentsOf(`$${path}`)).toEqual(segments);
  });

  // @spec faymanifest.validation.place
  it("is a pointer with `~` and `/` escaped", () => {
    expect(pointerOf([])).toBe("");
    expect(pointerOf(["modules", 0, "a/b~c", ""])).toBe("/modules/0/a~1b~0c/");
  });
});
