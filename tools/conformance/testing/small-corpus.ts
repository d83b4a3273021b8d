import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Corpus } from "../../../generated/json/corpus.js";
import type { Vector } from "../../../generated/json/vector.js";

/** A vector with what every one has. */
export function vector(
  id: string,
  operation: string,
  inputs: Vector["inputs"],
  expect: Vector["expect"],
  more: Partial<Vector> = {},
): Vector {
  return {
    id,
    since: "1.0.0",
    status: "active",
    operation,
    clauses: ["conformance.operations"],
    level: "must",
    features: [],
    inputs,
    expect,
    why: "For tests.",
    ...more,
  };
}

const empty = vector("smoke/echo/nothing", "echo", { bytes: "" }, { verdict: "accept", result: { bytes: "" } });
const whole = vector(
  "codec-form/manifest/whole",
  "decode",
  { rule: "manifest", bytes: "a1" },
  { verdict: "accept", result: { bytes: "a1" } },
);

/** A small corpus that the honest implementation of `testees.ts` answers rightly. */
export const SMALL: Readonly<Record<string, readonly Vector[]>> = {
  smoke: [
    empty,
    vector("smoke/echo/bytes", "echo", { bytes: "00ff" }, { verdict: "accept", result: { bytes: "00ff" } }),
    vector(
      "smoke/echo/file",
      "echo",
      { file: "files/long.bin" },
      { verdict: "accept", result: { bytes: "5a".repeat(5000) } },
    ),
  ],
  "codec-form": [
    whole,
    vector(
      "codec-form/manifest/empty-map",
      "decode",
      { rule: "manifest", bytes: "a0" },
      {
        verdict: "reject",
        code: "CODEC",
        reason: "missing_field",
        locus: { at: 1, path: "$.name" },
      },
      { parent: whole.id, recipe: { mutator: "drop-field", repair: "raw" }, effect: "A program without a name." },
    ),
    vector(
      "codec-form/manifest/every-bit",
      "decode",
      { rule: "manifest", bytes: "a1" },
      { verdict: "accept" },
      {
        expand: {
          mutator: "flip-bit",
          cases: 8,
          classes: [
            { first: 0, last: 6, expect: { verdict: "reject", code: "CODEC", reason: "wrong_type" } },
            { first: 7, last: 7, expect: { verdict: "reject", code: "CODEC", reason: "missing_field" } },
          ],
        },
        effect: "A damaged document is taken for another.",
      },
    ),
    vector(
      "codec-form/manifest/withdrawn",
      "decode",
      { rule: "manifest", bytes: "a2" },
      { verdict: "accept" },
      {
        status: "withdrawn",
        withdrawn: { reason: "It was wrong.", since: "1.0.0" },
      },
    ),
  ],
  "artifact-head": [
    vector(
      "artifact-head/magic/wrong",
      "load",
      { bytes: "00" },
      {
        verdict: "reject",
        code: "LDR_BAD_MAGIC",
        phase: "read",
        locus: { at: 0 },
        effects: { max_reads: 2, unread: [{ offset: 1, length: 5 }] },
      },
    ),
  ],
  "version-range": [
    vector(
      "version-range/exact/same",
      "match_version",
      { range: "1.0.0", version: "1.0.0" },
      { verdict: "accept", result: { matches: true } },
    ),
    vector(
      "version-range/exact/other",
      "match_version",
      { range: "1.0.0", version: "1.0.1" },
      { verdict: "accept", result: { matches: false } },
    ),
  ],
};

/** Files beside the families. */
export const SMALL_FILES: Readonly<Record<string, Uint8Array>> = { "files/long.bin": new Uint8Array(5000).fill(0x5a) };

/** Write a corpus into a folder, as the specification says. Gives its index. */
export function writeSmallCorpus(
  folder: string,
  families: Readonly<Record<string, readonly Vector[]>> = SMALL,
  others: Readonly<Record<string, Uint8Array>> = SMALL_FILES,
): Corpus {
  const files = new Map<string, Uint8Array>(Object.entries(others));
  for (const [name, vectors] of Object.entries(families))
    files.set(
      `families/${name}.json`,
      Buffer.from(`[\n${vectors.map((each) => JSON.stringify(each)).join(",\n")}\n]\n`),
    );
  const forced = new Map<string, number>();
  for (const clause of Object.values(families).flatMap((vectors) => vectors.flatMap(({ clauses }) => clauses)))
    forced.set(clause, (forced.get(clause) ?? 0) + 1);
  const rows = [...files]
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([path, bytes]) => ({ path, length: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") }));
  const index: Corpus = {
    corpus: "1.0.0",
    specification: "1.0",
    seed: "fayger-vectors/v1/",
    digest: createHash("sha256")
      .update(rows.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join(""))
      .digest("hex"),
    families: Object.entries(families).map(([name, vectors]) => ({
      name,
      file: `families/${name}.json`,
      vectors: vectors.length,
      cases: vectors.reduce((sum, { expand }) => sum + (expand?.cases ?? 1), 0),
    })),
    files: rows,
    clauses: [...forced]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, vectors]) => ({ id, sentence: "00".repeat(32), vectors })),
  };
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  writeFileSync(join(folder, "index.json"), JSON.stringify(index));
  return index;
}
