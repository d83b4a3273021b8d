import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runVectors } from "./command.js";
import { sampleDraft, sampleFamily, sampleRefusal } from "./corpus/testing.js";

let folder = "";
let printed: string[] = [];
let complaints: string[] = [];

function run(args: readonly string[], drafts = [sampleDraft(), sampleRefusal()]): number {
  printed = [];
  complaints = [];
  return runVectors(args, {
    families: [sampleFamily(...drafts)],
    others: new Map([["keys.json", Uint8Array.from([0x5b, 0x5d, 0x0a])]]),
    folder,
    print: (line) => void printed.push(line),
    complain: (line) => void complaints.push(line),
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vectors-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("npm run vectors", () => {
  it("writes what it then finds unchanged (@spec conformance.generated)", () => {
    expect(run([])).toBe(0);
    expect(printed).toContain("families/codec-form.json");
    expect(run(["--check"])).toBe(0);
    expect(run([])).toBe(0);
    expect(printed).toEqual(["0 of 3 files changed, 1 families"]);
  });

  it("names the file and vector that was edited by hand, and the cure", () => {
    run([]);
    const file = join(folder, "families/codec-form.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"at":1', '"at":2'));
    expect(run(["--check"])).toBe(1);
    expect(complaints[0]).toBe("families/codec-form.json differs, first in line 3: codec-form/sample/trailing");
    expect(complaints.at(-1)).toContain("npm run vectors");
  });

  it("finds files that are missing and files that do not belong there, and removes these", () => {
    run([]);
    rmSync(join(folder, "keys.json"));
    writeFileSync(join(folder, "families", "more.json"), "[]\n");
    writeFileSync(join(folder, "README.md"), "not part of the corpus\n");
    expect(run(["--check"])).toBe(1);
    expect(complaints.slice(0, 2)).toEqual(["families/more.json is no file of the corpus", "keys.json is missing"]);
    expect(run([])).toBe(0);
    expect(run(["--check"])).toBe(0);
    expect(readFileSync(join(folder, "README.md"), "utf8")).not.toBe("");
  });

  it("takes a diagnosis as it lies there into the digest, and says where it is of other vectors", () => {
    const file = join(folder, "diagnosis.json");
    run([]);
    writeFileSync(file, `{"vectors":"${"0".repeat(64)}"}\n`);
    expect(run(["--check"])).toBe(1);
    expect(complaints[0]).toMatch(/^index.json differs/);
    const [, wanted = ""] = /expected ([0-9a-f]{64})\); run: npm run zoo$/.exec(complaints[1] ?? "") ?? [];
    writeFileSync(file, `{"vectors":"${wanted}"}\n`);
    run([]);
    expect(run(["--check"])).toBe(0);
    expect(readFileSync(join(folder, "index.json"), "utf8")).toContain("diagnosis.json");
  });

  it("writes nothing where a vector breaks a rule, and says which", () => {
    expect(run([], [sampleDraft({ clauses: ["encoding.nothing"] })])).toBe(1);
    expect(complaints[0]).toContain("codec-form/sample/empty-index: no requirement has the anchor encoding.nothing");
    expect(run(["--check"])).toBe(1);
    expect(complaints[0]).toContain("families/codec-form.json is missing");
  });

  it("looks at one family without writing", () => {
    expect(run(["--family", "codec-form"])).toBe(0);
    expect(printed).toEqual(["codec-form: 2 vectors"]);
    expect(run(["--family", "smoke"])).toBe(2);
    expect(complaints[0]).toContain("smoke is not in families/index.ts");
  });

  it("tells usage, and a command line that makes no sense", () => {
    expect(run(["--help"])).toBe(0);
    expect(printed[0]).toContain("--check");
    expect(run(["--chekc"])).toBe(2);
    expect(complaints[0]).toContain("--chekc");
  });
});
