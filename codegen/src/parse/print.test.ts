import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cddlText } from "../../test/cddl-text.js";
import { parseClean, shapeOf } from "../../test/shape.js";
import { createSourceFile } from "../diagnostics/source.js";
import { parseCddl } from "./parse.js";
import { printCddl } from "./print.js";
import { childrenOf, walk } from "./walk.js";

describe("printing", () => {
  it("gives back every text in canonical layout", () => {
    fc.assert(
      fc.property(cddlText, (text) => {
        expect(printCddl(parseClean(text))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it("gives a text that parses to the same tree, also for damaged input", () => {
    fc.assert(
      fc.property(cddlText, fc.nat(500), fc.constantFrom("", "}", "(", "/", "=", ",", "1"), (text, at, insert) => {
        const start = at % (text.length + 1);
        const damaged = createSourceFile("f", text.slice(0, start) + insert + text.slice(start + 1));
        const { tree, diagnostics } = parseCddl(damaged);
        fc.pre(diagnostics.length === 0);
        expect(shapeOf(parseClean(printCddl(tree)))).toEqual(shapeOf(tree));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("walking", () => {
  it("visits nodes inside their parents and in source order", () => {
    fc.assert(
      fc.property(cddlText, (text) => {
        walk(parseClean(text), (node) => {
          let from = node.start;
          for (const child of childrenOf(node)) {
            expect(child.start).toBeGreaterThanOrEqual(from);
            expect(child.end).toBeLessThanOrEqual(node.end);
            from = child.end;
          }
        });
      }),
    );
  });
});
