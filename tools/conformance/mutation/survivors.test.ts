import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { JudgedMutant } from "./campaign.js";
import { type Explanation, explain, readExplanations } from "./survivors.js";

const LINES = [
  "function seen() {",
  "  return 1 < 2;",
  "}",
  "",
  "function unseen() {",
  "  if (a) {",
  "    b();",
  "  }",
  "}",
];

function survivor(line: number, replacement: string): JudgedMutant {
  return {
    id: `${line} ${replacement}`,
    file: "a.ts",
    line,
    column: 1,
    mutator: "Any",
    original: "",
    replacement,
    outcome: "survived",
    reached: 1,
  };
}

function explanation(members: Partial<Explanation>): Explanation {
  return { file: "a.ts", line: "return 1 < 2;", verdict: "equivalent", reason: "because", ...members };
}

function explainedBy(survivors: readonly JudgedMutant[], explanations: readonly Explanation[]) {
  const { explained, open, stale } = explain(survivors, explanations, () => LINES);
  return { explained: explained.map(({ mutant }) => mutant.id), open: open.map(({ id }) => id), stale };
}

describe("explanations of survivors", () => {
  it("hold for the mutants of their line, wherever it stands", () => {
    const all = [survivor(2, "true"), survivor(2, "false"), survivor(6, "true")];
    expect(explainedBy(all, [explanation({})])).toEqual({
      explained: ["2 true", "2 false"],
      open: ["6 true"],
      stale: [],
    });
  });

  it("hold for one replacement where they name it", () => {
    const all = [survivor(2, "true"), survivor(2, "false")];
    expect(explainedBy(all, [explanation({ replacement: "true" })]).open).toEqual(["2 false"]);
  });

  it("hold for a block as far as the line that closes it", () => {
    const all = [survivor(2, "true"), survivor(5, "{}"), survivor(6, "true"), survivor(7, "c()"), survivor(9, "")];
    const { explained, open } = explainedBy(all, [explanation({ line: "function unseen() {", block: true })]);
    expect(explained).toEqual(["5 {}", "6 true", "7 c()", "9 "]);
    expect(open).toEqual(["2 true"]);
  });

  it("do not hold in another file, and are stale where they explain nothing", () => {
    const other = explanation({ file: "b.ts" });
    expect(explainedBy([survivor(2, "true")], [other])).toEqual({ explained: [], open: ["2 true"], stale: [other] });
  });

  it("are the narrowest there is", () => {
    const wide = explanation({ line: "function seen() {", block: true, verdict: "unseen" });
    const narrow = explanation({ replacement: "true" });
    const { explained } = explain([survivor(2, "true"), survivor(2, "false")], [wide, narrow], () => LINES);
    expect(explained.map(({ explanation: { verdict } }) => verdict)).toEqual(["equivalent", "unseen"]);
  });
});

describe("survivors.json", () => {
  // A whole campaign, which would tell the same, takes half an hour.
  it("explains lines that stand in their files", () => {
    const root = fileURLToPath(new URL("../../../", import.meta.url));
    const linesOf = new Map<string, ReadonlySet<string>>();
    const stale = readExplanations(join(root, "tools/conformance/mutation/survivors.json")).filter(({ file, line }) => {
      const lines =
        linesOf.get(file) ??
        new Set(
          readFileSync(join(root, file), "utf8")
            .split("\n")
            .map((text) => text.trim()),
        );
      linesOf.set(file, lines);
      return !lines.has(line);
    });
    expect(stale).toEqual([]);
  });
});
