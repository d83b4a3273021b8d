import { describe, expect, it } from "vitest";
import type { Diagnostic } from "./diagnostic.js";
import { summaryLine } from "./diagnostic.js";
import { createDiagnostic } from "./registry.js";
import { renderDiagnostics } from "./render.js";
import { createSourceFile, spanOf } from "./source.js";

const manifest = createSourceFile("spec/cddl/manifest.cddl", "manifest = {\n  ? 6 => capabilty-set,\n}\n");
const common = createSourceFile("spec/cddl/common.cddl", "\ncapability-set = [ * tstr ]\n");
const sourceOf = (file: string) => [manifest, common].find((source) => source.path === file);

const start = manifest.text.indexOf("capabilty-set");
const misspelled = createDiagnostic(
  "cddl/undefined-rule",
  spanOf(manifest, start, start + 13),
  { name: "capabilty-set" },
  {
    notes: ["a rule with a similar name exists: `capability-set`"],
    related: [{ span: spanOf(common, 1, 15), message: "" }],
    fixes: [
      {
        title: "replace with `capability-set`",
        applicability: "safe",
        edits: [{ file: manifest.path, start, end: start + 13, replacement: "capability-set" }],
      },
    ],
  },
);

function manyErrors(count: number): Diagnostic[] {
  return Array.from({ length: count }, (_, index) =>
    createDiagnostic("cddl/duplicate-rule", spanOf(manifest, index, index + 1), { name: `rule-${index}` }),
  );
}

describe("the text form", () => {
  it("shows place, line, marker, note, related place, fix, page and summary", () => {
    expect(renderDiagnostics([misspelled], { format: "text", sourceOf })).toBe(
      [
        "spec/cddl/manifest.cddl:2:10 - error cddl/undefined-rule: rule `capabilty-set` is not defined",
        "  |",
        "2 |   ? 6 => capabilty-set,",
        "  |          ^^^^^^^^^^^^^",
        "  = note: a rule with a similar name exists: `capability-set`",
        "    spec/cddl/common.cddl:2:1",
        "  = fix (safe): replace with `capability-set`",
        "  = explain: npm run codegen -- explain cddl/undefined-rule",
        "",
        "1 error",
        "",
      ].join("\n"),
    );
  });

  it("sorts by place, writes twenty in full and counts the rest", () => {
    const text = renderDiagnostics(manyErrors(23).reverse(), { format: "text", sourceOf });
    expect(text.match(/error cddl\/duplicate-rule/g)).toHaveLength(20);
    expect(text.indexOf("`rule-0`")).toBeLessThan(text.indexOf("`rule-19`"));
    expect(text.endsWith("3 errors not shown\n23 errors\n")).toBe(true);
  });

  it("marks to the end of the line when a finding spans several", () => {
    const span = spanOf(manifest, 11, manifest.text.length);
    const text = renderDiagnostics([{ ...misspelled, span, related: [] }], { format: "text", sourceOf });
    expect(text).toContain("1 | manifest = {\n  |            ^\n");
  });

  it("marks one column behind the last character at the end of a file", () => {
    const source = createSourceFile("f", "a =");
    const diagnostic = createDiagnostic("cddl/expected-type", spanOf(source, 3), { found: "the end of the file" });
    const text = renderDiagnostics([diagnostic], { format: "text", sourceOf: () => source });
    expect(text).toContain("1 | a =\n  |    ^\n");
  });

  it("lets no control character of the input reach a terminal", () => {
    const source = createSourceFile("f", "a = \u001b[2J\u202e\n");
    const diagnostic = createDiagnostic("cddl/undefined-rule", spanOf(source, 4, 5), { name: "\u001b[2J" });
    const text = renderDiagnostics([diagnostic], { format: "text", sourceOf: () => source });
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u202e");
  });

  it("colours only when asked to", () => {
    const plain = renderDiagnostics([misspelled], { format: "text", sourceOf });
    const coloured = renderDiagnostics([misspelled], { format: "text", sourceOf, colour: true });
    expect(coloured).toContain("\u001b[1;31merror");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences are what is removed.
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, "")).toBe(plain);
  });

  it("cuts long lines around the place", () => {
    const source = createSourceFile("f", `${"x ".repeat(400)}here${" y".repeat(400)}`);
    const diagnostic = createDiagnostic("cddl/undefined-rule", spanOf(source, 800, 804), { name: "here" });
    const [, , quoted = "", marker = ""] = renderDiagnostics([diagnostic], {
      format: "text",
      sourceOf: () => source,
    }).split("\n");
    expect(quoted.length).toBeLessThan(180);
    expect(quoted.slice(marker.indexOf("^"), marker.lastIndexOf("^") + 1)).toBe("here");
  });

  it("names the requirement behind a finding", () => {
    const text = renderDiagnostics([{ ...misspelled, spec: "roadmap.compatibility" }], { format: "text", sourceOf });
    expect(text).toContain("exists: `capability-set` (@spec roadmap.compatibility)\n");
  });

  it("is empty when there is nothing to say", () => {
    expect(renderDiagnostics([], { format: "text", sourceOf })).toBe("");
  });
});

describe("the forms for programs", () => {
  it("json carries every finding, sorted, and the numbers", () => {
    const parsed = JSON.parse(renderDiagnostics([misspelled, ...manyErrors(21)], { format: "json", sourceOf }));
    expect(parsed.summary).toEqual({ errors: 22, warnings: 0 });
    expect(parsed.diagnostics).toHaveLength(22);
    expect(parsed.diagnostics.find((item: Diagnostic) => item.code === "cddl/undefined-rule")).toMatchObject({
      code: "cddl/undefined-rule",
      severity: "error",
      file: "spec/cddl/manifest.cddl",
      line: 2,
      column: 10,
      endLine: 2,
      endColumn: 23,
      related: [{ file: "spec/cddl/common.cddl", line: 2, column: 1 }],
      fixes: [{ title: "replace with `capability-set`", applicability: "safe" }],
    });
  });

  it("github escapes what its commands treat specially", () => {
    const file = "a,b:c.cddl";
    const span = { ...misspelled.span, file };
    const text = renderDiagnostics([{ ...misspelled, span, message: "100%\nsure" }], { format: "github", sourceOf });
    expect(text).toMatch(
      /^::error file=a%2Cb%3Ac\.cddl,line=2,endLine=2,col=10,endColumn=23,title=cddl\/undefined-rule::/,
    );
    expect(text).toContain("::100%25%0Asure%0Anote: ");
    expect(text.split("\n")).toHaveLength(2);
  });
});

describe("the summary line", () => {
  it("names what occurred", () => {
    expect(summaryLine({ errors: 2, warnings: 1 })).toBe("2 errors, 1 warning");
    expect(summaryLine({ errors: 1, warnings: 0 })).toBe("1 error");
    expect(summaryLine({ errors: 0, warnings: 2 })).toBe("2 warnings");
    expect(summaryLine({ errors: 0, warnings: 0 })).toBe("no errors");
  });
});
