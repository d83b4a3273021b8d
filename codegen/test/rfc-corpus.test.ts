import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFiles } from "../src/commands/parse-files.js";
import { renderDiagnostics } from "../src/diagnostics/render.js";
import { createSourceFile } from "../src/diagnostics/source.js";
import { parseCddl } from "../src/parse/parse.js";
import { printCddl } from "../src/parse/print.js";
import { rfcFileCount, rfcFiles } from "./external.js";
import { shapeOf } from "./shape.js";

/** Files that are fragments of a larger schema and say so nowhere: the files that hold the rest. */
const companions: Readonly<Record<string, readonly string[]>> = {
  // Uses `cose-label` and `cose-values` of the section before it.
  "rfc9393-sign.cddl": ["rfc9393-sign1.cddl"],
  // The entry point of the CoSWID schema, which the RFC spreads over four figures.
  "rfc9393-tags.cddl": ["rfc9393.cddl", "rfc9393-sign1.cddl", "rfc9393-sign.cddl"],
  // EDHOC takes `header_map` from COSE.
  "rfc9528.cddl": ["rfc9052.cddl"],
};

const files = rfcFiles();

if (files === undefined) {
  it(`skips ${rfcFileCount} RFC files: the collection is not installed (see FAYGER_EXTERNAL)`, () => {
    console.warn(`${rfcFileCount} RFC CDDL files skipped: FAYGER_EXTERNAL does not lead to rfc-cddl`);
    expect(files).toBeUndefined();
  });
} else {
  const findImport = (module: string) => files.find((file) => file.path === `${module}.cddl`);

  describe("CDDL of published RFCs", () => {
    it("is all there", () => {
      expect(files).toHaveLength(rfcFileCount);
    });

    it.each(files.map((file) => [file.path, file] as const))("%s parses and resolves without an error", (_, file) => {
      const others = (companions[file.path] ?? []).map((name) => files.find((other) => other.path === name) ?? file);
      const { diagnostics, summary } = parseFiles([file, ...others], { findImport });
      const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
      expect(renderDiagnostics(errors, { format: "text", sourceOf: () => undefined })).toBe("");
      expect(summary.rules).toBeGreaterThan(0);
    });

    it("needs the companions that are listed, and no others", () => {
      const incomplete = files.filter((file) => parseFiles([file], { findImport }).summary.errors > 0);
      expect(incomplete.map((file) => file.path)).toEqual(Object.keys(companions));
    });

    it("resolves given all at once, each file for itself", () => {
      expect(parseFiles(files, { findImport }).summary.errors).toBe(0);
    });

    it.each(files.map((file) => [file.path, file] as const))("%s survives printing", (_, file) => {
      const { tree } = parseCddl(file);
      const printed = printCddl(tree);
      const again = parseCddl(createSourceFile(file.path, printed));
      expect(again.diagnostics).toEqual([]);
      expect(shapeOf(again.tree)).toEqual(shapeOf(tree));
    });
  });

  describe("damaged CDDL of published RFCs", () => {
    const edit = fc.record({
      at: fc.nat(20_000),
      remove: fc.nat(12),
      insert: fc.string({ unit: fc.constantFrom(..."{}[]()<>/=.,:;#&~^?*+'\"\\ \n\tax09-\u0000\u00e9\ud83d".split("")), maxLength: 4 }),
    });

    it("never makes the compiler throw, and is reported in places inside the file", () => {
      fc.assert(
        fc.property(fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: 6 }), (file, edits) => {
          let text = file.text;
          for (const { at, remove, insert } of edits) {
            const start = at % (text.length + 1);
            text = text.slice(0, start) + insert + text.slice(start + remove);
          }
          const source = createSourceFile(file.path, text);
          const { diagnostics } = parseFiles([source], { findImport });
          for (const { span } of diagnostics) {
            expect(0 <= span.start && span.start <= span.end && span.end <= text.length).toBe(true);
          }
          renderDiagnostics(diagnostics, { format: "text", sourceOf: () => source });
        }),
        { numRuns: 1500 },
      );
    });

    it("still reads the rules far from the damage", () => {
      fc.assert(
        fc.property(fc.constantFrom(...files), fc.nat(20_000), (file, at) => {
          const { tree } = parseCddl(file);
          const start = at % (file.text.length + 1);
          const damaged = parseCddl(createSourceFile(file.path, `${file.text.slice(0, start)} ! ${file.text.slice(start)}`));
          // One bad character spoils at most the rule it stands in and its neighbour.
          expect(damaged.tree.rules.length).toBeGreaterThanOrEqual(tree.rules.length - 2);
        }),
        { numRuns: 300 },
      );
    });
  });
}
