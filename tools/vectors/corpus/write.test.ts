import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCorpus } from "../../../generated/json/corpus.js";
import { isVector } from "../../../generated/json/vector.js";
import { canonicalJson } from "./canonical-json.js";
import { strongest } from "./clauses.js";
import type { Draft } from "./family.js";
import { sampleDraft, sampleFamily, sampleRefusal } from "./testing.js";
import { CorpusFault, type CorpusFiles, corpusDigest, corpusFiles } from "./write.js";

function textOf(files: CorpusFiles, path: string): string {
  return Buffer.from(files.get(path) ?? []).toString("utf8");
}

function problemsOf(...drafts: Draft[]): string {
  try {
    corpusFiles([sampleFamily(...drafts)]);
    return "";
  } catch (problem) {
    if (problem instanceof CorpusFault) return problem.message;
    throw problem;
  }
}

describe("a corpus", () => {
  const family = sampleFamily(sampleDraft(), sampleRefusal());
  const files = corpusFiles([family]);

  it("is made of vectors of the schema, with what follows from other data (@spec conformance.vector)", () => {
    const vectors: unknown[] = JSON.parse(textOf(files, "families/codec-form.json"));
    expect(vectors).toHaveLength(2);
    expect(vectors.every(isVector)).toBe(true);
    expect(vectors[1]).toMatchObject({ level: "must", since: "1.0.0", status: "active", features: [] });
  });

  it("has the same bytes in two runs (@spec conformance.generated)", () => {
    expect([...corpusFiles([family])]).toEqual([...files]);
  });

  it("writes the members in the order of the schema, however a draft was put together", () => {
    const turned = Object.fromEntries(Object.entries(sampleDraft()).reverse()) as unknown as Draft;
    expect(textOf(corpusFiles([sampleFamily(turned, sampleRefusal())]), "families/codec-form.json")).toBe(
      textOf(files, "families/codec-form.json"),
    );
  });

  it("has an index of the schema with the digest of the chapter (@spec conformance.corpus.digest, conformance.coverage)", () => {
    const index: unknown = JSON.parse(textOf(files, "index.json"));
    expect(isCorpus(index)).toBe(true);
    const sha256 = (data: Uint8Array | string): string => createHash("sha256").update(data).digest("hex");
    const only = files.get("families/codec-form.json") ?? new Uint8Array();
    expect(index).toMatchObject({
      corpus: "1.0.0",
      digest: sha256(`${sha256(only)}  families/codec-form.json\n`),
      families: [{ name: "codec-form", file: "families/codec-form.json", vectors: 2, cases: 2 }],
      clauses: [
        { id: "encoding.deterministic", vectors: 1 },
        { id: "encoding.whole", vectors: 1 },
      ],
    });
    expect(corpusDigest(new Map([["keys.json", only], ...files]))).not.toBe(corpusDigest(files));
  });

  it("puts long bytes into one file for all vectors that share them", () => {
    const bytes = `9a${"00".repeat(5000)}`;
    const long = corpusFiles([
      sampleFamily(
        sampleDraft({ inputs: { rule: "section-index", bytes } }),
        sampleDraft({ id: "codec-form/sample/other", inputs: { rule: "manifest", bytes } }),
      ),
    ]);
    const paths = [...long.keys()].filter((path) => path.startsWith("files/"));
    expect(paths).toHaveLength(1);
    expect(Buffer.from(long.get(paths[0] ?? "") ?? []).toString("hex")).toBe(bytes);
    const text = textOf(long, "families/codec-form.json");
    expect(text).not.toContain("00000000");
    expect(text.split(paths[0] ?? "?")).toHaveLength(3);
  });

  it("refuses an anchor that no chapter has", () => {
    expect(problemsOf(sampleDraft({ clauses: ["encoding.nothing"] }))).toContain("no requirement has the anchor");
    expect(() => strongest(["encoding.nothing"])).toThrow(RangeError);
  });

  it("refuses ids that are there twice or belong to another family", () => {
    const twin = sampleDraft({ inputs: { rule: "manifest", bytes: "80" } });
    expect(problemsOf(sampleDraft(), twin)).toContain("codec-form/sample/empty-index: the id is there twice");
    expect(problemsOf(sampleDraft({ id: "codec-index/sample" }))).toContain("does not begin with codec-form/");
  });

  it("refuses members of inputs and results that the operation does not have (@spec conformance.operations)", () => {
    expect(problemsOf(sampleDraft({ inputs: { rule: "manifest", bytes: "80", now: 1 } }))).toContain(
      "decode takes no input now",
    );
    expect(problemsOf(sampleDraft({ inputs: { bytes: "80" } }))).toContain("the input rule is missing");
    expect(problemsOf(sampleDraft({ expect: { verdict: "accept", result: { matches: true } } }))).toContain(
      "decode gives no matches",
    );
    expect(problemsOf(sampleDraft({ expect: { verdict: "accept", code: "CODEC" } }))).toContain("has a code");
  });

  it("refuses a refusal without code, effect, parent or recipe (@spec conformance.recipe)", () => {
    const { recipe, effect, ...bare } = sampleRefusal();
    const problems = problemsOf(sampleDraft(), { ...bare, expect: { verdict: "reject" } });
    expect(problems).toContain("no code");
    expect(problems).toContain("in the field");
    expect(problems).toContain("no parent and recipe");
    expect(problemsOf(sampleRefusal())).toContain("its parent codec-form/sample/empty-index is not there");
    expect(problemsOf(sampleDraft(), { ...sampleRefusal({ id: "codec-form/b", parent: "codec-form/b" }) })).toContain(
      "is not accepted",
    );
  });

  it("refuses two vectors that ask the same", () => {
    expect(problemsOf(sampleDraft(), sampleDraft({ id: "codec-form/sample/again" }))).toContain("asks the same as");
  });

  it("refuses classes of cases with a gap (@spec conformance.expansion)", () => {
    const expect_ = sampleDraft().expect;
    const classes = [
      { first: 0, last: 1, expect: expect_ },
      { first: 3, last: 7, expect: expect_ },
    ];
    expect(problemsOf(sampleDraft({ expand: { mutator: "flip-bit", cases: 8, classes } }))).toContain("and not at 2");
    expect(problemsOf(sampleDraft({ expand: { mutator: "flip-bit", cases: 9, classes } }))).toContain("there are 9");
  });

  it("refuses bytes that are not lower-case hexadecimal", () => {
    expect(problemsOf(sampleDraft({ inputs: { rule: "manifest", bytes: "8F" } }))).toContain("lower-case hexadecimal");
  });
});

describe("canonical JSON", () => {
  it("is ASCII, one line, and means what was given", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(text).toMatch(/^[\x20-\x7e]*$/);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("keeps a lone surrogate, and refuses what JSON has not", () => {
    expect(canonicalJson("\ud800é")).toBe('"\\ud800\\u00e9"');
    expect(() => canonicalJson(Number.NaN)).toThrow(TypeError);
  });
});
