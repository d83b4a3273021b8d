import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile } from "../src/commands/compile.js";
import { diagnosticCodes, diagnosticRegistry, namespaceOf } from "../src/diagnostics/registry.js";
import { renderDiagnostics } from "../src/diagnostics/render.js";
import { createSourceFile } from "../src/diagnostics/source.js";
import { fixtureSources } from "./fixture.js";
import { expectGolden, goldenCases } from "./golden.js";

/** The input of a case is one more schema beside those of the fixture. */
const cases = goldenCases("schema", ".cddl");

describe("golden diagnostics of schemas", () => {
  it.each(cases)("$code: $name", (golden) => {
    const added = createSourceFile(`spec/cddl/${golden.name}`, readFileSync(join(golden.folder, golden.name), "utf8"));
    const sources = [...fixtureSources(), added];
    const { diagnostics, files } = compile(sources);
    expect([...new Set(diagnostics.map((diagnostic) => diagnostic.code))]).toEqual([golden.code]);
    const { severity } = Object.entries(diagnosticRegistry).find(([code]) => code === golden.code)?.[1] ?? {};
    expect(files === undefined).toBe(severity === "error");
    const sourceOf = (file: string) => sources.find((source) => source.path === file);
    expectGolden(golden, renderDiagnostics(diagnostics, { format: "text", sourceOf }));
  });

  it.each(diagnosticCodes().filter((code) => namespaceOf(code) === "schema"))("%s has a golden case", (code) => {
    expect(cases.map((golden) => golden.code)).toContain(code);
  });
});
