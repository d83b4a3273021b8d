import { createHash } from "node:crypto";
import type { VectorFamily } from "../../../generated/enums/vector-family.js";
import type { Corpus } from "../../../generated/json/corpus.js";
import type { Vector, VectorInputs } from "../../../generated/json/vector.js";
import { canonicalLines, canonicalMembers } from "./canonical-json.js";
import { isClause, sentenceDigest, strongest } from "./clauses.js";
import type { Draft, Family } from "./family.js";
import { corpusProblems, type Stated } from "./problems.js";
import { SEED_PREFIX } from "./seeds.js";
import { SPECIFICATION } from "./specification.js";

/** Version of the corpus. @spec conformance.corpus */
const CORPUS_VERSION = "1.0.0";

/** Inputs of more bytes than this stand in a file of their own. */
export const LONGEST_INLINE_BYTES = 4096;

/** The files of a corpus by their path from its folder, joined by `/`. */
export type CorpusFiles = ReadonlyMap<string, Uint8Array>;

/** Drafts that are no corpus: what is wrong with them, one line each. */
export class CorpusFault extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "CorpusFault";
    this.problems = problems;
  }
}

/**
 * The files of a corpus: what `families` state, and `others` as they are. Throws {@link CorpusFault} where the drafts
 * break a rule of the format.
 */
export function corpusFiles(families: readonly Family[], others: CorpusFiles = new Map()): CorpusFiles {
  const files = new Map<string, Uint8Array>(others);
  const stated: Stated[] = [];
  const rows: Corpus["families"][number][] = [];
  for (const { name, drafts } of families) {
    const vectors = drafts().map((draft) => vectorOf(draft, files));
    const file = familyFile(name);
    stated.push(...vectors.map((vector) => ({ family: name, vector })));
    files.set(file, utf8(canonicalLines(vectors, { kind: "object", rule: "vector" })));
    const cases = vectors.reduce((sum, { expand }) => sum + (expand?.cases ?? 1), 0);
    rows.push({ name, file, vectors: vectors.length, cases });
  }
  const problems = corpusProblems(stated);
  if (problems.length > 0) throw new CorpusFault(problems);
  const index = indexOf(rows, stated, files);
  files.set("index.json", utf8(canonicalMembers(index, { kind: "object", rule: "corpus" })));
  return files;
}

/** Path of the file that holds a family's vectors. */
export function familyFile(family: VectorFamily): string {
  return `families/${family}.json`;
}

/** The digest of a corpus: over a line for each file but the index, ascending by path. @spec conformance.corpus.digest */
export function corpusDigest(files: CorpusFiles): string {
  const lines = sortedFiles(files).map(([path, bytes]) => `${sha256(bytes)}  ${path}\n`);
  return sha256(utf8(lines.join("")));
}

function indexOf(families: Corpus["families"], stated: readonly Stated[], files: CorpusFiles): Corpus {
  const forced = new Map<string, number>();
  for (const { vector } of stated)
    for (const clause of vector.clauses) forced.set(clause, (forced.get(clause) ?? 0) + 1);
  return {
    corpus: CORPUS_VERSION,
    specification: SPECIFICATION.versions.schema,
    seed: SEED_PREFIX,
    digest: corpusDigest(files),
    families,
    files: sortedFiles(files).map(([path, bytes]) => ({ path, length: bytes.length, sha256: sha256(bytes) })),
    clauses: [...forced]
      .sort(([a], [b]) => compare(a, b))
      .map(([id, vectors]) => ({ id, sentence: sentenceDigest(id), vectors })),
  };
}

/** A draft with what follows from other data; its long bytes go into a file. */
function vectorOf(draft: Draft, files: Map<string, Uint8Array>): Vector {
  const { features = [], since = CORPUS_VERSION, withdrawn, inputs, ...rest } = draft;
  return {
    ...rest,
    since,
    status: withdrawn === undefined ? "active" : "withdrawn",
    ...(withdrawn !== undefined && { withdrawn }),
    level: strongest(draft.clauses.filter(isClause)),
    features,
    inputs: withFile(inputs, files),
  };
}

/** Files are named by what they hold, so that vectors about the same bytes share one. */
function withFile({ bytes, ...rest }: VectorInputs, files: Map<string, Uint8Array>): VectorInputs {
  if (bytes === undefined) return rest;
  if (bytes.length <= LONGEST_INLINE_BYTES * 2) return { bytes, ...rest };
  const content = Uint8Array.from(Buffer.from(bytes, "hex"));
  const file = `files/${sha256(content)}.bin`;
  files.set(file, content);
  return { file, ...rest };
}

function sortedFiles(files: CorpusFiles): [string, Uint8Array][] {
  return [...files].filter(([path]) => path !== "index.json").sort(([a], [b]) => compare(a, b));
}

/** Paths and anchors are ASCII, where units are bytes. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function utf8(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "utf8"));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
