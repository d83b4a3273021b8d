import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseFiles } from "../src/commands/parse-files.js";
import { diagnosticCodes, diagnosticRegistry, namespaceOf } from "../src/diagnostics/registry.js";
import { renderDiagnostics } from "../src/diagnostics/render.js";
import { createSourceFile } from "../src/diagnostics/source.js";
import { codegenFolder, expectGolden, goldenCases } from "./golden.js";

const cases = goldenCases("cddl", ".cddl");

describe("golden diagnostics of CDDL files", () => {
  it.each(cases)("$code: $name", (golden) => {
    const libraries = readdirSync(golden.folder).filter((name) => name.startsWith("lib-"));
    const sources = [golden.name, ...libraries].map((name) =>
      createSourceFile(name, readFileSync(join(golden.folder, name), "utf8")),
    );
    const { diagnostics } = parseFiles(sources);
    expect([...new Set(diagnostics.map((diagnostic) => diagnostic.code))]).toEqual([golden.code]);
    expectGolden(
      golden,
      renderDiagnostics(diagnostics, {
        format: "text",
        sourceOf: (file) => sources.find((source) => source.path === file),
      }),
    );
  });
});

describe("the diagnostic registry", () => {
  const codes = diagnosticCodes();

  it.each(codes.filter((code) => namespaceOf(code) === "cddl"))("%s has a golden case", (code) => {
    expect(cases.map((golden) => golden.code)).toContain(code);
  });

  it("has no golden case without a code", () => {
    expect(cases.map((golden) => golden.code).filter((code) => !Object.hasOwn(diagnosticRegistry, code))).toEqual([]);
  });

  it.each(codes)("%s is well formed and has a page that says trigger, reason and cure", (code) => {
    expect(code).toMatch(/^(cddl|table|schema|anchor|generate)\/[a-z0-9]+(-[a-z0-9]+)*$/);
    const page = readFileSync(join(codegenFolder, "docs", "diagnostics", `${code}.md`), "utf8");
    expect(page.startsWith(`# ${code}\n`)).toBe(true);
    expect(page).toContain(`Severity: ${diagnosticRegistry[code].severity}.`);
    for (const heading of ["## Trigger", "## Why", "## Fix"]) expect(page).toContain(`\n${heading}\n`);
  });

  it("has no page without a code", () => {
    const root = join(codegenFolder, "docs", "diagnostics");
    const pages = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
    const known = new Set<string>(codes.map((code) => `${code}.md`));
    expect(pages.filter((page) => !known.has(page.replaceAll("\\", "/")))).toEqual([]);
  });
});
