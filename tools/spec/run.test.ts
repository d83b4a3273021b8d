import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runSpecTool } from "./run.js";

const root = mkdtempSync(join(tmpdir(), "fayger-spec-"));
afterAll(() => rmSync(root, { recursive: true }));

const id = "format.header";
const chapter = (words: string): string => `# Format\n\n- <a id="${id}"></a>**${id}** — A header MUST ${words}.\n`;

/** Writes a small repository: one chapter, one list, one file of code, one test. */
function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

async function run(...args: readonly string[]): Promise<{ code: number; out: string; error: string }> {
  let out = "";
  let error = "";
  const code = await runSpecTool(args, {
    root,
    environment: {},
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (error += text) },
  });
  return { code, out, error };
}

write({
  "spec/README.md": "[Format](chapters/format.md)\n",
  "spec/chapters/format.md": chapter("be short"),
  "reference/format.ts": `/** Header. @${"spec"} ${id} */\nexport const header = 1;\n`,
  "reference/format.test.ts": `// @${"spec"} ${id}\n`,
  "generated/none.ts": "",
  "codegen/src/none.ts": "",
});

describe("the command line of npm run spec", () => {
  it("goes from an unrecorded requirement to order and back", async () => {
    const before = await run();
    expect(before.code).toBe(1);
    expect(before.out).toContain("anchor/unrecorded");
    expect(before.out).toContain(`npm run spec -- accept ${id}`);

    expect(await run("accept", id)).toEqual({
      code: 0,
      out: `added ${id}\nspec/anchors.yaml: 1 accepted\n`,
      error: "",
    });
    expect((await run("accept")).out).toBe("nothing to accept\n");
    const order = "1 requirements\n1 enforced, 1 of them answered by code and tests\n0 planned\n";
    expect(await run("check")).toEqual({ code: 0, out: order, error: "" });

    write({ "spec/chapters/format.md": chapter("be long") });
    expect((await run()).out).toContain("spec/chapters/format.md:3:1 - error anchor/sentence-changed");
    await run("accept", id);
    expect((await run()).code).toBe(0);
    expect(readFileSync(join(root, "spec/anchors.yaml"), "utf8")).toContain("A header MUST be long.");
  });

  it("traces, in Markdown and as JSON", async () => {
    expect((await run("trace", id)).out).toContain(`## ${id}\n\nMUST, enforced, chapter format, Format\n`);
    const [trace] = JSON.parse((await run("trace", "reference/", "--json")).out);
    expect(trace).toMatchObject({
      id,
      implementation: ["reference/format.ts:1"],
      tests: ["reference/format.test.ts:1"],
    });
    expect((await run("trace", "nothing.here")).code).toBe(1);
  });

  it("compares two states and says whether the versions tell", async () => {
    const versions = (schema: string) =>
      `table: versions\nrows:\n  - { name: schema, version: "${schema}" }\n  - { name: format, version: "1.0" }\n`;
    const schema = (members: string) =>
      `; Shapes.\n; @domain cbor\n\n; A shape.\nshape = {\n  ; Its name.\n  name: tstr\n${members}}\n`;
    const more = "  ; How many % of it, in: all.\n  ? share: 0..100\n";
    write({
      "before/spec/tables/versions.yaml": versions("1.0"),
      "before/spec/cddl/shape.cddl": schema(""),
      "after/tables/versions.yaml": versions("1.1"),
      "after/cddl/shape.cddl": schema(more),
      "next/tables/versions.yaml": versions("2.0"),
      "next/cddl/shape.cddl": schema(more),
    });
    expect(await run("breaking", "before", "before")).toMatchObject({
      code: 0,
      out: expect.stringContaining("no difference"),
    });
    const text = await run("breaking", "before", "after");
    expect(text.code).toBe(1);
    expect(text.out).toContain("major  shape.share: new in `shape`");
    expect(text.out).toContain("after/cddl/shape.cddl:9:3  compatibility.schema.major  version schema");
    expect(text.out).toContain("schema 1.0 -> 1.1: minor, changes ask for major; raise it");
    const github = await run("breaking", "before", "after", "--format", "github");
    expect(github.out).toContain(
      "::error file=after/cddl/shape.cddl,line=9,col=3,title=major%3A member-added-closed::shape.share",
    );
    expect(github.out).toContain("::error file=spec/tables/versions.yaml::schema 1.0 -> 1.1");
    const json = await run("breaking", "before", join(root, "next"), "--format", "json");
    expect(json.code).toBe(0);
    expect(JSON.parse(json.out)).toMatchObject({
      holds: true,
      changes: [{ level: "major", kind: "member-added-closed", subject: "shape.share", line: 9 }],
      versions: [
        { name: "schema", before: "1.0", now: "2.0", required: "major", raised: "major", holds: true },
        { name: "format" },
      ],
    });
  });

  it.each([
    [["breaking"], "breaking takes OLD"],
    [["breaking", "before", "after", "next"], "breaking takes OLD"],
    [["breaking", "9.9"], "`9.9` is no released version, no file and no folder"],
    [["breaking", "reference"], "`reference` holds no specification"],
    [["breaking", "reference/format.ts"], "is no file of a released version"],
    [["breaking", "broken", "before"], "broken/tables/versions.yaml"],
    [["breaking", "unclosed", "before"], "unclosed/cddl/shape.cddl:1"],
  ])("refuses %j with exit code 2 and one line", async (args, message) => {
    write({
      "broken/tables/versions.yaml": "rows: [",
      "unclosed/tables/versions.yaml": 'rows:\n  - { name: schema, version: "1.0" }\n',
      "unclosed/cddl/shape.cddl": "shape = {",
    });
    const { code, error } = await run(...args);
    expect(code).toBe(2);
    expect(error).toContain(message);
  });

  it("checks docstrings", async () => {
    expect(await run("docs")).toMatchObject({ code: 0, out: "1 public symbols; no errors\n" });
    write({ "reference/bare.ts": "export const bare = 1;\n" });
    expect((await run("docs")).code).toBe(1);
    rmSync(join(root, "reference/bare.ts"));
  });

  it.each(["json", "github"])("prints diagnostics as %s", async (format) => {
    write({ "reference/other.ts": `// @${"spec"} format.haeder\n` });
    const { code, out } = await run("--format", format);
    rmSync(join(root, "reference/other.ts"));
    expect(code).toBe(1);
    if (format === "json") expect(JSON.parse(out).diagnostics[0]).toMatchObject({ code: "anchor/unknown", line: 1 });
    else expect(out).toMatch(/^::error file=reference\/other\.ts,line=1,/);
  });

  it.each([
    [["--format", "xml"], "--format is text, json, github"],
    [["--colour"], "--colour"],
    [["sing"], "there is no command `sing`"],
    [["check", "x"], "check takes no argument"],
    [["accept", "format.gap"], "no chapter and no entry has `format.gap`"],
  ])("refuses %j with exit code 2", async (args, message) => {
    const { code, error } = await run(...args);
    expect(code).toBe(2);
    expect(error).toContain(message);
  });

  it("helps", async () => {
    for (const args of [["--help"], ["help"], ["accept", "-h"]]) {
      const { code, out } = await run(...args);
      expect(code).toBe(0);
      expect(out).toContain("npm run spec -- accept loader.hand-off");
    }
  });
});
