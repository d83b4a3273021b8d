import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Corpus, validateCorpus } from "../../../generated/json/corpus.js";
import { type Vector, validateVector } from "../../../generated/json/vector.js";
import { CorpusFault } from "./corpus-fault.js";
import { expansionProblems } from "./mutators.js";

/** A corpus whose index and files agree. Families are read when they are asked for. */
export interface OpenCorpus {
  readonly folder: string;
  readonly index: Corpus;
  /** The vectors of a family of the index, in their order. @throws CorpusFault */
  vectorsOf(family: string): readonly Vector[];
  /** The bytes of a file of the index. @throws CorpusFault where the index does not list it */
  bytesOf(path: string): Uint8Array;
  /** What `inputs.bytes` or `inputs.file` of a vector holds; undefined where it has neither. */
  inputBytes(vector: Vector): Uint8Array | undefined;
}

/** Files at once in memory; vectors of a family that share a long file stand near each other. */
const KEPT_FILES = 8;

/**
 * Open a corpus: its index is of the schema, and every file is there with the length, the SHA-256 and so the digest that
 * the index states.
 *
 * @spec conformance.corpus.digest
 * @throws CorpusFault with everything that is wrong
 */
export function openCorpus(folder: string): OpenCorpus {
  const index = readIndex(folder);
  const problems = digestProblems(folder, index);
  if (problems.length > 0) throw new CorpusFault(problems);
  const listed = new Set(index.files.map(({ path }) => path));
  const families = new Map<string, readonly Vector[]>();
  const kept = new Map<string, Uint8Array>();
  const bytesOf = (path: string): Uint8Array => {
    if (!listed.has(path)) throw new CorpusFault([`${path} is not listed in the index`]);
    let bytes = kept.get(path);
    if (bytes === undefined) {
      bytes = readFile(folder, path);
      if (kept.size >= KEPT_FILES) kept.delete(kept.keys().next().value ?? path);
      kept.set(path, bytes);
    }
    return bytes;
  };
  const inputBytes = ({ inputs }: Vector): Uint8Array | undefined =>
    inputs.file === undefined
      ? inputs.bytes === undefined
        ? undefined
        : Buffer.from(inputs.bytes, "hex")
      : bytesOf(inputs.file);
  return {
    folder,
    index,
    bytesOf,
    inputBytes,
    vectorsOf(name) {
      let vectors = families.get(name);
      if (vectors === undefined) {
        vectors = readFamily(folder, index, name, inputBytes);
        families.set(name, vectors);
      }
      return vectors;
    },
  };
}

/** The index of a corpus, without a look at its files. @throws CorpusFault */
export function readIndex(folder: string): Corpus {
  const value = readJson(folder, "index.json");
  const problems = validateCorpus(value);
  if (problems.length > 0)
    throw new CorpusFault(problems.map(({ field, message }) => `index.json: ${field}: ${message}`));
  return value as Corpus;
}

/** What the files of a folder are otherwise than the index says, one line each. @spec conformance.corpus.digest */
export function digestProblems(folder: string, index: Corpus): string[] {
  const problems: string[] = [];
  const digest = createHash("sha256");
  let before: Buffer | undefined;
  for (const { path, length, sha256 } of index.files) {
    const name = Buffer.from(path, "utf8");
    if (before !== undefined && Buffer.compare(before, name) >= 0) problems.push(`index.json: ${path} is out of order`);
    before = name;
    if (!isPlainPath(path)) {
      problems.push(`index.json: ${path} does not lie in the folder of the corpus`);
      continue;
    }
    digest.update(`${sha256}  ${path}\n`);
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(join(folder, path));
    } catch {
      problems.push(`${path}: cannot be read`);
      continue;
    }
    if (bytes.length !== length) problems.push(`${path}: ${bytes.length} bytes, ${length} expected`);
    else if (createHash("sha256").update(bytes).digest("hex") !== sha256)
      problems.push(`${path}: its SHA-256 is not the one in the index`);
  }
  if (digest.digest("hex") !== index.digest) problems.push("index.json: the digest is not that of the files listed");
  const listed = new Set(index.files.map(({ path }) => path));
  for (const { name, file } of index.families)
    if (!listed.has(file)) problems.push(`index.json: ${file} of the family ${name} is not listed`);
  return problems;
}

/** Whether a path stays in its folder, on every system. */
function isPlainPath(path: string): boolean {
  return /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*$/.test(path) && !path.split("/").some((name) => /^\.+$/.test(name));
}

function readFile(folder: string, path: string): Uint8Array {
  try {
    return readFileSync(join(folder, path));
  } catch {
    throw new CorpusFault([`${join(folder, path)} cannot be read`]);
  }
}

function readJson(folder: string, path: string): unknown {
  const bytes = readFile(folder, path);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new CorpusFault([`${path} is no JSON`]);
  }
}

function readFamily(
  folder: string,
  index: Corpus,
  name: string,
  inputBytes: (vector: Vector) => Uint8Array | undefined,
): readonly Vector[] {
  const family = index.families.find((each) => each.name === name);
  if (family === undefined) throw new CorpusFault([`there is no family ${name}`]);
  const value = readJson(folder, family.file);
  if (!Array.isArray(value)) throw new CorpusFault([`${family.file} is no list of vectors`]);
  const problems: string[] = [];
  for (const [position, vector] of value.entries()) problems.push(...vectorProblems(vector, position, family.file));
  if (problems.length > 0) throw new CorpusFault(problems);
  const vectors = value as Vector[];
  const seen = new Set<string>();
  let cases = 0;
  for (const vector of vectors) {
    if (!vector.id.startsWith(`${name}/`)) problems.push(`${vector.id}: stands in ${family.file}`);
    if (seen.has(vector.id)) problems.push(`${vector.id}: is there twice`);
    seen.add(vector.id);
    problems.push(...expansionProblems(vector, inputBytes(vector)));
    cases += vector.expand?.cases ?? 1;
  }
  if (vectors.length !== family.vectors)
    problems.push(`${name}: ${vectors.length} vectors, ${family.vectors} in the index`);
  if (cases !== family.cases) problems.push(`${name}: ${cases} cases, ${family.cases} in the index`);
  if (problems.length > 0) throw new CorpusFault(problems);
  return vectors;
}

function vectorProblems(vector: unknown, position: number, file: string): string[] {
  const id = (vector as { id?: unknown } | null)?.id;
  const name = typeof id === "string" ? id : `${file}[${position}]`;
  return validateVector(vector).map(({ field, message }) => `${name}: ${field}: ${message}`);
}
