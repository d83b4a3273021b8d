import { describe, expect, it } from "vitest";
import type { Vector } from "../../../generated/json/vector.js";
import { type ChangeKind, type ComparedCorpus, diffCorpora, raised } from "./diff.js";

const refused: Vector = {
  id: "artifact-head/magic/first-byte",
  since: "1.0.0",
  status: "active",
  operation: "load",
  clauses: ["loader.read-head.magic"],
  level: "must",
  features: [],
  inputs: { bytes: "00" },
  expect: {
    verdict: "reject",
    code: "LDR_BAD_MAGIC",
    phase: "read_head",
    locus: { at: 0 },
    effects: { max_reads: 1 },
  },
  why: "The first byte is wrong.",
};
const accepted: Vector = {
  ...refused,
  id: "smoke/echo/bytes",
  operation: "echo",
  expect: { verdict: "accept", result: { bytes: "00" } },
};

const corpus = (version: string, ...vectors: readonly Vector[]): ComparedCorpus => ({
  version,
  vectors,
  files: new Map(),
});

const kindsOf = (before: readonly Vector[], after: readonly Vector[]): ChangeKind[] =>
  diffCorpora(corpus("1.2.3", ...before), corpus("1.2.3", ...after)).changes.map(({ kind }) => kind);

/** A vector with other members in its expectation. */
const expecting = (vector: Vector, expect: object): Vector => ({ ...vector, expect: { ...vector.expect, ...expect } });

// @spec conformance.corpus
describe("what changed between two corpora", () => {
  it.each<[ChangeKind, Vector | undefined, Vector | undefined, string]>([
    ["removed", refused, undefined, "2.0.0"],
    ["input changed", refused, { ...refused, inputs: { bytes: "01" } }, "2.0.0"],
    ["input changed", refused, { ...refused, operation: "repack" }, "2.0.0"],
    ["verdict flipped", refused, { ...refused, expect: { verdict: "accept" } }, "2.0.0"],
    ["result changed", accepted, expecting(accepted, { result: { bytes: "01" } }), "2.0.0"],
    ["code changed", refused, expecting(refused, { code: "LDR_TRUNCATED" }), "2.0.0"],
    ["code changed", refused, expecting(refused, { reason: "depth" }), "2.0.0"],
    ["phase changed", refused, expecting(refused, { phase: "parse" }), "2.0.0"],
    ["locus changed", refused, expecting(refused, { locus: { at: 1 } }), "2.0.0"],
    ["effects changed", refused, expecting(refused, { effects: { max_reads: 2 } }), "2.0.0"],
    ["effects changed", refused, expecting(refused, { context: { expected: "42" } }), "2.0.0"],
    ["withdrawn", refused, { ...refused, status: "withdrawn", withdrawn: { reason: "x", since: "2.0.0" } }, "2.0.0"],
    ["added", undefined, refused, "1.3.0"],
    ["wording", refused, { ...refused, why: "Another sentence." }, "1.2.4"],
  ])("is %s", (kind, before, after, required) => {
    const diff = diffCorpora(
      corpus("1.2.3", ...(before === undefined ? [] : [before])),
      corpus("1.2.3", ...(after === undefined ? [] : [after])),
    );
    expect(diff.changes.map((change) => [change.kind, change.id])).toEqual([[kind, (before ?? after)?.id]]);
    expect(diff).toMatchObject({ required, sufficient: false });
    const enough = diffCorpora(
      corpus("1.2.3", ...(before === undefined ? [] : [before])),
      corpus(required, ...(after === undefined ? [] : [after])),
    );
    expect(enough.sufficient).toBe(true);
  });

  it("is nothing where only the order of vectors and members differs", () => {
    const turned = { ...refused, expect: Object.fromEntries(Object.entries(refused.expect).reverse()) } as Vector;
    expect(diffCorpora(corpus("1.0.0", refused, accepted), corpus("1.0.0", accepted, turned))).toMatchObject({
      changes: [],
      bump: "none",
      sufficient: true,
    });
  });

  it("looks at the bytes of a file and not at its name", () => {
    const inFile = (file: string): Vector => ({ ...refused, inputs: { file } });
    const before = { version: "1.0.0", vectors: [inFile("files/a")], files: new Map([["files/a", "11"]]) };
    const moved = { version: "1.0.0", vectors: [inFile("files/b")], files: new Map([["files/b", "11"]]) };
    const other = { version: "1.0.0", vectors: [inFile("files/a")], files: new Map([["files/a", "22"]]) };
    expect(diffCorpora(before, moved).changes.map(({ kind }) => kind)).toEqual(["wording"]);
    expect(diffCorpora(before, other).changes.map(({ kind }) => kind)).toEqual(["input changed"]);
  });

  it("finds the class of an exhaustive vector that changed, by the cases and not by the borders", () => {
    const exhaustive = (...classes: readonly [number, number, string][]): Vector => ({
      ...refused,
      expand: {
        mutator: "truncate",
        cases: 10,
        classes: classes.map(([first, last, code]) => ({ first, last, expect: { verdict: "reject", code } })),
      },
    });
    const whole = exhaustive([0, 9, "LDR_TRUNCATED"]);
    const split = exhaustive([0, 4, "LDR_TRUNCATED"], [5, 9, "LDR_TRUNCATED"]);
    const other = exhaustive([0, 4, "LDR_TRUNCATED"], [5, 9, "LDR_BAD_MAGIC"]);
    expect(kindsOf([whole], [split])).toEqual(["wording"]);
    expect(kindsOf([whole], [other])).toEqual(["code changed"]);
  });

  it("lists the gravest first and asks for the version of the gravest", () => {
    const changed = expecting(accepted, { result: { bytes: "ff" } });
    const diff = diffCorpora(corpus("1.0.0", accepted), corpus("1.1.0", changed, refused));
    expect(diff.changes.map(({ kind }) => kind)).toEqual(["result changed", "added"]);
    expect(diff).toMatchObject({ bump: "major", required: "2.0.0", sufficient: false });
  });
});

describe("a raised version", () => {
  it("has zeros behind the part that rose", () => {
    expect([
      raised("1.2.3", "major"),
      raised("1.2.3", "minor"),
      raised("1.2.3", "patch"),
      raised("1.2.3", "none"),
    ]).toEqual(["2.0.0", "1.3.0", "1.2.4", "1.2.3"]);
  });
});
