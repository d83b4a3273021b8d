import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile } from "../src/commands/compile.js";
import { diagnosticCodes, namespaceOf } from "../src/diagnostics/registry.js";
import { renderDiagnostics } from "../src/diagnostics/render.js";
import { createSourceFile, type SourceFile } from "../src/diagnostics/source.js";
import { fixtureSources, withSources } from "./fixture.js";
import { expectGolden, type GoldenCase, goldenCases } from "./golden.js";

/**
 * The input of a case replaces the table of its name in the fixture; `without-<table>.yaml` removes that table;
 * `lib-<version>.yaml` replaces the released copy of that version.
 */
function sourcesOf(golden: GoldenCase): SourceFile[] {
  const read = (name: string, path: string) => createSourceFile(path, readFileSync(join(golden.folder, name), "utf8"));
  const released = readdirSync(golden.folder)
    .filter((name) => name.startsWith("lib-"))
    .map((name) => read(name, `spec/released/${name.slice(4)}`));
  if (golden.name.startsWith("without-")) {
    return fixtureSources().filter((source) => source.path !== `spec/tables/${golden.name.slice(8)}`);
  }
  return withSources(fixtureSources(), read(golden.name, `spec/tables/${golden.name}`), ...released);
}

const cases = goldenCases("table", ".yaml");

// @spec compatibility.numbers, compatibility.error-codes, compatibility.opcodes
// @spec compatibility.categories, compatibility.additions, instructions.experimental
describe("golden diagnostics of tables", () => {
  it("starts from a fixture without faults", () => {
    const { diagnostics, files } = compile(fixtureSources());
    expect(diagnostics).toEqual([]);
    expect(files?.length).toBeGreaterThan(50);
  });

  it.each(cases)("$code: $name", (golden) => {
    const sources = sourcesOf(golden);
    const { diagnostics, files } = compile(sources);
    expect([...new Set(diagnostics.map((diagnostic) => diagnostic.code))]).toEqual([golden.code]);
    expect(files).toBeUndefined();
    const sourceOf = (file: string) => sources.find((source) => source.path === file);
    expectGolden(golden, renderDiagnostics(diagnostics, { format: "text", sourceOf }));
  });

  it.each(diagnosticCodes().filter((code) => namespaceOf(code) === "table"))("%s has a golden case", (code) => {
    expect(cases.map((golden) => golden.code)).toContain(code);
  });
});
