import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../codegen/src/diagnostics/diagnostic.js";
import { renderDiagnostics } from "../../codegen/src/diagnostics/render.js";
import { createSourceFile, type SourceFile } from "../../codegen/src/diagnostics/source.js";
import { acceptRequirements } from "./accept.js";
import { checkSpecification, implementationsOf, testsOf } from "./check.js";
import { readCitations } from "./citations.js";
import type { SpecTree } from "./model.js";
import { checkNames } from "./names.js";
import { summarise } from "./summary.js";
import { traceRequirements, traceToMarkdown } from "./trace.js";
import { readTree } from "./tree.js";

const line = (id: string, sentence: string): string => `- <a id="${id}"></a>**${id}** — ${sentence}`;
// Citations of made-up requirements, put together here so that this file itself cites nothing.
const cite = (id: string): string => `// @${"spec"} ${id}\n`;
const covers = (path: string): string => `// @${"covers"} ${path}\n`;

interface Parts {
  chapter?: string;
  anchors?: string;
  schema?: string;
  code?: string;
  test?: string;
}

const header = "An artifact MUST begin with a header.";
const trailer = "An artifact MUST end with a trailer.";
const chapter = `# Format\n\n## Parts\n\n${line("format.header", header)}\n${line("format.trailer", trailer)}\n`;
const entry = (id: string, sentence: string, rest = "  status: enforced"): string =>
  `- id: ${id}\n  chapter: format\n  heading: "Parts"\n  level: must\n  sentence: "${sentence}"\n${rest}\n`;
const anchors = entry("format.header", header) + entry("format.trailer", trailer);
const both = cite("format.header, format.trailer");

/** A small specification in which everything is in order, with some parts replaced. */
function tree(parts: Parts = {}): SpecTree {
  const file = (path: string, text: string): SourceFile => createSourceFile(path, text);
  return {
    readme: undefined,
    chapters: [file("spec/chapters/format.md", parts.chapter ?? chapter)],
    anchors: file("spec/anchors.yaml", parts.anchors ?? anchors),
    specification: [file("spec/cddl/format.cddl", parts.schema ?? "")],
    implementation: [file("reference/format.ts", parts.code ?? both)],
    helpers: [],
    tests: [file("reference/format.test.ts", parts.test ?? both)],
    exists: () => false,
  };
}

const check = (parts: Parts = {}): readonly Diagnostic[] => checkSpecification(tree(parts)).diagnostics;
const codes = (parts: Parts): string[] => check(parts).map((diagnostic) => diagnostic.code);

function render(parts: Parts): string {
  const { chapters, anchors: list, specification, implementation, tests } = tree(parts);
  const files = [...chapters, ...(list === undefined ? [] : [list]), ...specification, ...implementation, ...tests];
  return renderDiagnostics(check(parts), {
    format: "text",
    sourceOf: (path) => files.find((one) => one.path === path),
  });
}

describe("npm run spec", () => {
  it("finds nothing where everything is in order", () => {
    expect(check()).toEqual([]);
    expect(summarise(checkSpecification(tree()))).toBe(
      "2 requirements\n2 enforced, 2 of them answered by code and tests\n0 planned\n",
    );
  });

  it("explains a changed sentence with both sentences, both places and the cure", () => {
    const changed = chapter.replace("begin with a header", "begin with a header of 64 bytes");
    expect(render({ chapter: changed })).toBe(
      `spec/chapters/format.md:5:1 - error anchor/sentence-changed: the sentence of \`format.header\` is not the recorded one
  |
5 | - <a id="format.header"></a>**format.header** — An artifact MUST begin with a header of 64 bytes.
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = note: recorded: An artifact MUST begin with a header.
  = note: found: An artifact MUST begin with a header of 64 bytes.
    spec/anchors.yaml:1:3  recorded here
  = help: check every line that \`npm run spec -- trace\` names for it, then take the sentence over:
  = help: npm run spec -- accept format.header
  = explain: npm run codegen -- explain anchor/sentence-changed

1 error
`,
    );
  });

  it("names the place of an unknown citation and the likely meaning", () => {
    const [found, ...others] = check({ code: `${both}\n${cite("format.haeder")}` });
    expect(others).toEqual([]);
    expect(found?.code).toBe("anchor/unknown");
    expect(found?.span).toMatchObject({ file: "reference/format.ts", line: 3, column: 10, endColumn: 23 });
    expect(found?.fixes[0]?.title).toBe("replace with `format.header`");
  });

  it.each<[string, Parts]>([
    ["anchor/malformed-requirement", { chapter: `${chapter}${line("format.gap", "Gaps are forbidden.")}\n` }],
    ["anchor/malformed-requirement", { chapter: `${chapter}${line("format.gap", "A gap MUST NOT be. It is bad.")}\n` }],
    ["anchor/malformed-requirement", { chapter: `${chapter}${line("Format", "A gap MUST NOT be.")}\n` }],
    ["anchor/malformed-requirement", { chapter: `${chapter}- <a id="format.gap">A gap MUST NOT be.\n` }],
    ["anchor/duplicate", { chapter: `${chapter}${line("format.header", header)}\n` }],
    ["anchor/broken-link", { chapter: `${chapter}See [there](format.md#format.haeder).\n` }],
    ["anchor/broken-link", { chapter: `${chapter}See [there](loader.md).\n` }],
    ["anchor/unrecorded", { chapter: `${chapter}${line("format.gap", "A gap MUST NOT be.")}\n` }],
    ["anchor/stale-entry", { anchors: anchors + entry("format.gap", "A gap MUST NOT be.") }],
    ["anchor/entry-outdated", { anchors: anchors.replace("chapter: format", "chapter: loader") }],
    ["anchor/unknown", { test: both + cite("format.gap") }],
    ["anchor/unknown", { schema: `; @${"spec"} format.gap` }],
    ["anchor/unknown-coverage", { test: both + covers("spec/cddl/fromat.cddl") }],
    ["anchor/no-implementation", { code: cite("format.header") }],
    ["anchor/no-test", { test: cite("format.header") }],
  ])("reports %s and nothing else (%#)", (code, parts) => {
    expect(codes(parts)).toEqual([code]);
  });

  it("does not take what makes or answers vectors for what obeys, but in the chapter about them", () => {
    const whole = tree({ code: cite("format.header") });
    const elsewhere = (path: string): readonly string[] =>
      checkSpecification({
        ...whole,
        implementation: [...whole.implementation, createSourceFile(path, cite("format.trailer"))],
      }).diagnostics.map(({ code }) => code);
    expect(elsewhere("tools/vectors/families/heads.ts")).toEqual(["anchor/no-implementation"]);
    expect(elsewhere("tools/conformance/testee/operations/load.ts")).toEqual(["anchor/no-implementation"]);
    expect(elsewhere("tools/conformance/session/session.ts")).toEqual([]);
    const about = (id: string): boolean => {
      const citations = readCitations({ ...whole, implementation: [createSourceFile("tools/vectors/a.ts", cite(id))] });
      return implementationsOf(id, { citations: new Map([[id, citations.filter((one) => one.id === id)]]) }).length > 0;
    };
    expect([about("conformance.repair"), about("format.trailer")]).toEqual([true, false]);
  });

  it.each([
    ["`net.htpp`", "5:9", "a capability, an instruction or an event", "net.http"],
    ["`instruction.dispatchd`", "5:9", "a capability, an instruction or an event", "instruction.dispatched"],
    ["`io.file_raed`", "5:9", "a capability, an instruction or an event", "io.file_read"],
    ["`RT_TRAPP`", "5:9", "an error code", "RT_TRAP"],
    ["`spec/tables/trap.yaml`", "5:9", "a file", undefined],
    [
      "`spec/tables/traps.yaml`, `net.http`, `RT_TRAP`, `io.file_read`, `some.thing`, `LDR_TRUST_STORE_`, `EXT_CAPS`",
      undefined,
      "",
      undefined,
    ],
  ])("finds a name in prose that no table has: %s", (prose, place, kind, near) => {
    const real = readTree(fileURLToPath(new URL("../..", import.meta.url)));
    const text = `# Format\n\n## Parts\n\nWrite: ${prose}.\n`;
    const chapters = [createSourceFile("spec/chapters/format.md", text)];
    const found = checkNames({ ...real, chapters });
    expect(found.map(({ code, span }) => [code, `${span.line}:${span.column}`])).toEqual(
      place === undefined ? [] : [["anchor/unknown-name", place]],
    );
    expect(found.map(({ message }) => message).join()).toContain(kind);
    expect(found.flatMap(({ notes }) => notes)).toEqual(
      near === undefined ? [] : [`a similar name exists: \`${near}\``],
    );
  });

  it.each([
    ["no YAML", "- id: ["],
    ["no list", "id: format.header"],
    ["an entry that is no map", `${anchors}- format.gap`],
    ["an unknown member", anchors.replace("status: enforced", "status: enforced\n  colour: red")],
    ["a missing member", anchors.replace('  heading: "Parts"\n', "")],
    ["an unknown status", anchors.replace("status: enforced", "status: done")],
    ["a plan without a theme", anchors.replace("status: enforced", "status: planned")],
    ["a theme without a plan", anchors.replace("status: enforced", "status: enforced\n  theme: loader")],
    ["an id twice", anchors + entry("format.header", header)],
  ])("refuses a list of anchors with %s", (_what, text) => {
    expect(codes({ anchors: text })).toContain("anchor/invalid-file");
  });

  it("asks no code and no test of a planned requirement, counts it, and notices when it is done", () => {
    const planned =
      entry("format.header", header) + entry("format.trailer", trailer, "  status: planned\n  theme: loader");
    const one = cite("format.header");
    expect(codes({ anchors: planned, code: one, test: one })).toEqual([]);
    expect(summarise(checkSpecification(tree({ anchors: planned, code: one, test: one })))).toBe(
      "2 requirements\n1 enforced, 1 of them answered by code and tests\n1 planned: loader 1\n",
    );
    expect(check({ anchors: planned }).map(({ code, severity }) => [code, severity])).toEqual([
      ["anchor/planned-but-cited", "warning"],
    ]);
  });

  it("takes a test that covers a whole schema as a test of what the schema cites, and of nothing else", () => {
    const schema = `; @${"spec"} format.trailer`;
    const test = cite("format.header") + covers("spec/cddl/format.cddl");
    expect(codes({ schema, test })).toEqual([]);
    expect(testsOf("format.trailer", checkSpecification(tree({ schema, test })))).toMatchObject([{ line: 2 }]);
    expect(codes({ schema: "", test })).toEqual(["anchor/no-test"]);
  });

  it("does not take quoted input of a test for a citation", () => {
    expect(codes({ test: `${both}const input = "@${"spec"} format.gap";\n` })).toEqual([]);
    expect(codes({ test: `it("@${"spec"} format.header, format.trailer", () => {});` })).toEqual([]);
  });
});

describe("npm run spec -- accept", () => {
  const changed = chapter.replace("a header.", "a short header.").replace("a trailer.", "a short trailer.");

  it("takes over what was asked for and leaves the rest", () => {
    const { text, changed: ids } = acceptRequirements(tree({ chapter: changed }), ["format.header"]);
    expect(ids).toEqual(["format.header"]);
    expect(codes({ chapter: changed, anchors: text })).toEqual(["anchor/sentence-changed"]);
  });

  it("takes over everything when nothing is named, and is then at rest", () => {
    const { text } = acceptRequirements(tree({ chapter: changed }), []);
    expect(check({ chapter: changed, anchors: text })).toEqual([]);
    const again = acceptRequirements(tree({ chapter: changed, anchors: text }), []);
    expect([again.text, again.added, again.changed, again.removed]).toEqual([text, [], [], []]);
  });

  it("adds, plans and removes", () => {
    const other = `# Format\n\n## Parts\n\n${line("format.header", header)}\n${line("format.gap", "A gap MUST NOT be.")}\n`;
    const acceptance = acceptRequirements(tree({ chapter: other }), [], "loader");
    expect(acceptance).toMatchObject({ added: ["format.gap"], removed: ["format.trailer"], unknown: [] });
    expect(acceptance.text).toContain("status: planned\n  theme: loader");
    const one = cite("format.header");
    expect(codes({ chapter: other, anchors: acceptance.text, code: one, test: one })).toEqual([]);
  });

  it("says which id nobody knows", () => {
    expect(acceptRequirements(tree(), ["format.gap"]).unknown).toEqual(["format.gap"]);
  });
});

describe("npm run spec -- trace", () => {
  const report = checkSpecification(tree({ schema: `; @${"spec"} format.header` }));

  it("leads from the sentence to data, code and tests", () => {
    expect(traceToMarkdown(traceRequirements(report, ["format.header"]))).toBe(
      `## format.header

MUST, enforced, chapter format, Parts

> ${header}

- stated: spec/chapters/format.md:5
- as data: spec/cddl/format.cddl:1
- code: reference/format.ts:1
- tests: reference/format.test.ts:1
`,
    );
  });

  it("shows the lines of one file together, and of many lines the first; JSON has them all", () => {
    const code = both.repeat(9);
    const traces = traceRequirements(checkSpecification(tree({ code, test: both.repeat(4) })), ["format.header"]);
    const shown = traceToMarkdown(traces);
    expect(shown).toContain("- code: reference/format.ts:1,2,3 and 6 more\n");
    expect(shown).toContain("- tests: reference/format.test.ts:1,2,3,4\n");
    expect(traces[0]?.implementation).toHaveLength(9);
  });

  it("tells how many vectors force a requirement, or why none can", () => {
    const corpus = { forcing: new Map([["format.header", 7]]), excused: new Map([["format.trailer", "It is seen."]]) };
    const [forced, excused] = traceRequirements(report, [], corpus);
    expect(forced).toMatchObject({ vectors: 7 });
    expect(excused).toMatchObject({ vectors: 0, excused: "It is seen." });
    const shown = traceToMarkdown(traceRequirements(report, [], corpus));
    expect(shown).toContain("- vectors: 7; `npx fayger conform list --clause format.header --vectors` shows them\n");
    expect(shown).toContain("- vectors: excused. It is seen.\n");
    const none = traceRequirements(report, ["format.trailer"], { forcing: new Map(), excused: new Map() });
    expect(traceToMarkdown(none)).toContain("- vectors: none\n");
  });

  it.each([
    [["format"], 2],
    [["format.trailer"], 1],
    [["spec/cddl/"], 1],
    [["loader"], 0],
    [[], 2],
  ])("finds %j: %i", (asked, count) => {
    expect(traceRequirements(report, asked)).toHaveLength(count);
  });
});
