import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Corpus } from "../../../generated/json/corpus.js";
import type { Vector, VectorExpansion } from "../../../generated/json/vector.js";
import { SMALL, SMALL_FILES, vector, writeSmallCorpus } from "../testing/small-corpus.js";
import { type Case, casesOf, countCases } from "./cases.js";
import { choose } from "./choose.js";
import { CorpusFault } from "./corpus-fault.js";
import { expansionProblems, mutate } from "./mutators.js";
import { openCorpus } from "./open.js";
import { wholeCorpus } from "./whole.js";

const base = mkdtempSync(join(tmpdir(), "conform-corpus-"));
let folder = "";
let number = 0;
beforeEach(() => {
  number += 1;
  folder = join(base, String(number));
  mkdirSync(folder);
  writeSmallCorpus(folder);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

function problemsOf(action: () => unknown): readonly string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof CorpusFault) return error.problems;
    throw error;
  }
  return [];
}

/** Write the small corpus with another family, its digests right. */
function withFamily(name: string, vectors: readonly Vector[]): string {
  writeSmallCorpus(folder, { ...SMALL, [name]: vectors });
  return folder;
}

// @spec conformance.corpus.digest
describe("a corpus", () => {
  test("has the digest of the lines that the specification states", () => {
    const { index } = openCorpus(folder);
    const paths = ["files/long.bin", ...readdirSync(join(folder, "families")).map((name) => `families/${name}`)].sort();
    const lines = paths.map(
      (path) =>
        `${createHash("sha256")
          .update(readFileSync(join(folder, path)))
          .digest("hex")}  ${path}\n`,
    );
    expect(index.digest).toBe(createHash("sha256").update(lines.join("")).digest("hex"));
  });

  test("with any byte of any file changed is refused", () => {
    const paths = openCorpus(folder).index.files.map(({ path }) => path);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.nat(), fc.integer({ min: 1, max: 255 }), (path, place, change) => {
        const file = join(folder, path);
        const original = readFileSync(file);
        const damaged = Uint8Array.from(original);
        const at = place % damaged.length;
        damaged[at] = (damaged[at] ?? 0) ^ change;
        writeFileSync(file, damaged);
        expect(problemsOf(() => openCorpus(folder))).toEqual([`${path}: its SHA-256 is not the one in the index`]);
        writeFileSync(file, original);
      }),
      { numRuns: 40 },
    );
  });

  const tampered: readonly (readonly [string, (index: Corpus) => Corpus, RegExp])[] = [
    ["another digest", (index) => ({ ...index, digest: "0".repeat(64) }), /the digest is not that/],
    ["a file less", (index) => ({ ...index, files: index.files.slice(1) }), /the digest is not that/],
    ["another order", (index) => ({ ...index, files: [...index.files].reverse() }), /out of order/],
    [
      "a file outside",
      (index) => ({ ...index, files: [{ path: "../x", length: 0, sha256: "" }, ...index.files] }),
      /does not lie in the folder/,
    ],
    [
      "no families' file",
      (index) => ({ ...index, families: [{ name: "smoke", file: "families/none.json", vectors: 0, cases: 0 }] }),
      /is not listed/,
    ],
    ["a member too many", (index) => ({ ...index, extra: 1 }) as Corpus, /extra/],
    [
      "another count of vectors",
      (index) => ({ ...index, families: index.families.map((family) => ({ ...family, vectors: family.vectors + 1 })) }),
      /in the index/,
    ],
    [
      "another count of cases",
      (index) => ({ ...index, families: index.families.map((family) => ({ ...family, cases: family.cases + 1 })) }),
      /in the index/,
    ],
  ];
  test.each(tampered)("whose index has %s is refused", (_what, change, message) => {
    const path = join(folder, "index.json");
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, "utf8")) as Corpus)));
    const found = problemsOf(() => {
      const corpus = openCorpus(folder);
      for (const { name } of corpus.index.families) corpus.vectorsOf(name);
    });
    expect(found.join("\n")).toMatch(message);
  });

  test("without an index, or with one that is no JSON, is refused", () => {
    writeFileSync(join(folder, "index.json"), "{");
    expect(problemsOf(() => openCorpus(folder))).toEqual(["index.json is no JSON"]);
    rmSync(join(folder, "index.json"));
    expect(problemsOf(() => openCorpus(folder))[0]).toContain("cannot be read");
  });

  const broken: readonly (readonly [string, Vector, RegExp])[] = [
    [
      "no schema",
      { ...vector("capabilities/a/b", "echo", {}, { verdict: "accept" }), level: "shall" as "must" },
      /level/,
    ],
    [
      "another family's id",
      vector("smoke/a/b", "echo", { bytes: "" }, { verdict: "accept" }),
      /stands in families\/capabilities.json/,
    ],
    ["bytes in capitals", vector("capabilities/a/b", "echo", { bytes: "AA" }, { verdict: "accept" }), /no hexadecimal/],
    [
      "a recipe without bytes",
      vector(
        "capabilities/a/b",
        "echo",
        {},
        { verdict: "accept" },
        { expand: { mutator: "truncate", cases: 1, classes: [{ first: 0, last: 0, expect: { verdict: "accept" } }] } },
      ),
      /without bytes/,
    ],
  ];
  test.each(broken)("with a vector of %s is refused", (_what, broken, message) => {
    expect(problemsOf(() => openCorpus(withFamily("capabilities", [broken])).vectorsOf("capabilities")).join()).toMatch(
      message,
    );
  });

  test("with an id twice is refused", () => {
    const one = vector("capabilities/a/b", "echo", { bytes: "" }, { verdict: "accept" });
    expect(problemsOf(() => openCorpus(withFamily("capabilities", [one, one])).vectorsOf("capabilities"))).toEqual([
      "capabilities/a/b: is there twice",
    ]);
  });
});

// @spec conformance.expansion
describe("a recipe", () => {
  const expansion = (
    mutator: VectorExpansion["mutator"],
    cases: number,
    settings?: VectorExpansion["arguments"],
  ): VectorExpansion => ({
    mutator,
    cases,
    classes: [{ first: 0, last: cases - 1, expect: { verdict: "accept" } }],
    ...(settings !== undefined && { arguments: settings }),
  });
  const some = fc.uint8Array({ minLength: 1, maxLength: 24 });
  const all = (bytes: Uint8Array, recipe: VectorExpansion): number[][] =>
    Array.from({ length: recipe.cases }, (_, index) => [...mutate(bytes, recipe, index)]);

  test("cuts at every length", () => {
    fc.assert(
      fc.property(some, (bytes) => {
        const recipe = expansion("truncate", bytes.length);
        expect(all(bytes, recipe)).toEqual(Array.from(bytes, (_, index) => [...bytes].slice(0, index)));
      }),
    );
  });

  test("inverts every bit, the highest of the first byte first", () => {
    expect(all(Uint8Array.of(0, 0xff), expansion("flip-bit", 16))).toEqual([
      ...[128, 64, 32, 16, 8, 4, 2, 1].map((bit) => [bit, 0xff]),
      ...[128, 64, 32, 16, 8, 4, 2, 1].map((bit) => [0, 0xff - bit]),
    ]);
    fc.assert(
      fc.property(some, (bytes) => {
        const cases = all(bytes, expansion("flip-bit", bytes.length * 8));
        expect(new Set(cases.map(String)).size).toBe(cases.length);
      }),
    );
  });

  test("inserts a byte everywhere, and takes each byte away", () => {
    fc.assert(
      fc.property(some, fc.nat(255), (bytes, byte) => {
        const longer = all(bytes, expansion("insert-byte", bytes.length + 1, { byte }));
        expect(longer).toEqual(
          Array.from({ length: bytes.length + 1 }, (_, at) => [...bytes.slice(0, at), byte, ...bytes.slice(at)]),
        );
        const shorter = all(bytes, expansion("delete-byte", bytes.length));
        expect(shorter).toEqual(Array.from(bytes, (_, at) => [...bytes.slice(0, at), ...bytes.slice(at + 1)]));
      }),
    );
  });

  test("puts parts into every other order, lexicographically, with what lies between them in its place", () => {
    const parts = [
      { offset: 1, length: 1 },
      { offset: 3, length: 2 },
      { offset: 5, length: 1 },
    ];
    const text = (bytes: readonly number[]): string => String.fromCharCode(...bytes);
    expect(all(Buffer.from("-a.bBc+"), expansion("swap-parts", 5, { parts })).map(text)).toEqual([
      "-a.cbB+",
      "-bB.ac+",
      "-bB.ca+",
      "-c.abB+",
      "-c.bBa+",
    ]);
  });

  const bytes = "00112233";
  test.each([
    [expansion("truncate", 5), "5 cases stated, the recipe has 4"],
    [expansion("flip-bit", 8), "8 cases stated, the recipe has 32"],
    [expansion("insert-byte", 5), "wants a `byte`"],
    [expansion("insert-byte", 5, { byte: 256 }), "wants a `byte`"],
    [
      expansion("swap-parts", 1, {
        parts: [
          { offset: 0, length: 2 },
          { offset: 1, length: 1 },
        ],
      }),
      "wants up to 8 `parts`",
    ],
    [
      expansion("swap-parts", 1, {
        parts: [
          { offset: 0, length: 2 },
          { offset: 2, length: 3 },
        ],
      }),
      "wants up to 8 `parts`",
    ],
    [expansion("swap-parts", 1), "wants up to 8 `parts`"],
    [
      { ...expansion("truncate", 4), classes: [{ first: 0, last: 2, expect: { verdict: "accept" as const } }] },
      "hold 3 cases of 4",
    ],
    [
      { ...expansion("truncate", 4), classes: [{ first: 1, last: 3, expect: { verdict: "accept" as const } }] },
      "begins at case 1, expected 0",
    ],
    [
      {
        ...expansion("truncate", 4),
        classes: [
          { first: 0, last: 2, expect: { verdict: "accept" as const } },
          { first: 2, last: 3, expect: { verdict: "accept" as const } },
        ],
      },
      "begins at case 2, expected 3",
    ],
  ])("that cannot be expanded is refused", (expand, message) => {
    const broken = vector("smoke/a/b", "echo", { bytes }, { verdict: "accept" }, { expand });
    expect(expansionProblems(broken, Buffer.from(bytes, "hex")).join("\n")).toContain(message);
  });
});

describe("cases", () => {
  const of = (filter: Parameters<typeof choose>[1]): Case[] => {
    const corpus = openCorpus(folder);
    const chosen = choose(corpus, filter);
    const cases = [...casesOf(corpus, chosen)];
    expect(countCases(chosen)).toBe(cases.length);
    expect(cases.map(({ sequence }) => sequence)).toEqual(cases.map((_, index) => index));
    return cases;
  };

  // @spec conformance.withdrawn
  test("are every active vector once and every case of a recipe, and no withdrawn vector", () => {
    const names = of({}).map(({ vector: { id }, number: place }) => `${id}#${place ?? ""}`);
    expect(names).toHaveLength(16);
    expect(names.filter((name) => name.startsWith("codec-form/manifest/every-bit#"))).toHaveLength(8);
    expect(names.join()).not.toContain("withdrawn");
  });

  test("are chosen by step, family, id, beginning of ids and number", () => {
    expect(of({ ladder: 0 })).toHaveLength(3);
    expect(of({ ladder: 1 })).toHaveLength(13);
    expect(of({ families: ["version-range", "smoke"] }).map(({ family }) => family)).toEqual([
      "smoke",
      "smoke",
      "smoke",
      "version-range",
      "version-range",
    ]);
    expect(of({ ids: ["smoke/echo/"] })).toHaveLength(3);
    expect(
      of({ ids: ["codec-form/manifest/every-bit#6", "codec-form/manifest/every-bit#2"] }).map(
        ({ number: place }) => place,
      ),
    ).toEqual([2, 6]);
    expect(of({ ids: ["codec-form/manifest/every-bit#6", "codec-form/"] })).toHaveLength(10);
  });

  // @spec conformance.opaque
  test("hold in what leaves the runner neither id nor file nor expectation", () => {
    for (const each of of({})) {
      const question = each.question();
      expect(Object.keys(question)).toEqual(["operation", "inputs"]);
      expect(question.inputs.file).toBeUndefined();
    }
    const [long] = of({ ids: ["smoke/echo/file"] });
    expect(long?.question().inputs.bytes).toBe("5a".repeat(5000));
  });
});

// @spec conformance.recipe, conformance.vector
describe("a whole corpus", () => {
  const parent = vector("smoke/echo/nothing", "echo", { bytes: "" }, { verdict: "accept" });
  const wellMade = (more: readonly Vector[] = []): string => {
    const path = join(base, `whole-${number}-${more.length}`);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    const index = writeSmallCorpus(path, { smoke: [parent, ...more] }, {});
    const count = 1 + more.length;
    const clauses = [
      {
        id: "conformance.operations",
        sentence: createHash("sha256").update("So it is.").digest("hex"),
        vectors: count,
      },
    ];
    writeFileSync(join(path, "index.json"), JSON.stringify({ ...index, clauses }));
    return path;
  };
  const sentences = new Map([["conformance.operations", "So it is."]]);

  test("has no problems", () => {
    expect(wholeCorpus(wellMade(), sentences).problems).toEqual([]);
  });

  test("has nothing beside what is listed, and its README", () => {
    const path = wellMade();
    writeFileSync(join(path, "README.md"), "x");
    writeFileSync(join(path, "more.json"), "[]");
    expect(wholeCorpus(path, sentences).problems).toEqual(["more.json: is not listed in the index"]);
  });

  test("has a file for a purpose", () => {
    const path = join(base, `files-${number}`);
    mkdirSync(path);
    writeSmallCorpus(path, { smoke: [] }, SMALL_FILES);
    expect(wholeCorpus(path, new Map()).problems).toContain("files/long.bin: no vector names it");
  });

  test("reads as the specification does", () => {
    const path = wellMade();
    expect(wholeCorpus(path, new Map([["conformance.operations", "So it is not."]])).problems).toEqual([
      "clause conformance.operations: its sentence reads otherwise now",
    ]);
    expect(wholeCorpus(path, new Map([["other", ""]])).problems).toEqual([
      "clause conformance.operations: the specification has no such requirement",
    ]);
  });

  const refused = { verdict: "reject", code: "CODEC" } as const;
  const recipe = { mutator: "x", repair: "raw" } as const;
  test.each([
    [vector("smoke/a/b", "echo", { bytes: "00" }, refused), "names no parent"],
    [
      vector("smoke/a/b", "echo", { bytes: "00" }, refused, { parent: "smoke/no", recipe }),
      "its parent smoke/no is not there",
    ],
    [vector("smoke/a/b", "echo", { bytes: "00" }, refused, { parent: "smoke/a/b", recipe }), "is not accepted"],
    [vector("smoke/a/b", "repeat", { bytes: "00" }, { verdict: "accept" }), "there is no operation repeat"],
    [vector("smoke/a/b", "encode", { rule: "manifest", value: 1 }, { verdict: "accept" }), "does not ask for encode"],
    [vector("smoke/a/b", "echo", {}, { verdict: "accept" }), "the input bytes is missing"],
    [vector("smoke/a/b", "echo", { bytes: "00", rule: "manifest" }, { verdict: "accept" }), "takes no input rule"],
    [vector("smoke/a/b", "echo", { bytes: "00" }, { verdict: "accept" }, { status: "withdrawn" }), "belong together"],
  ])("has only vectors that are well made", (broken, message) => {
    expect(wholeCorpus(wellMade([broken]), sentences).problems.join("\n")).toContain(message);
  });

  test("that was copied is the same", () => {
    const path = wellMade();
    cpSync(path, `${path}-copy`, { recursive: true });
    expect(wholeCorpus(`${path}-copy/`, sentences)).toEqual(wholeCorpus(path, sentences));
  });
});
