import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { isVectorFamily, VECTOR_FAMILIES, VECTOR_FAMILY_ROWS } from "../../../generated/enums/vector-family.js";
import { isVectorOperation, VECTOR_OPERATION_ROWS } from "../../../generated/enums/vector-operation.js";
import type { Vector } from "../../../generated/json/vector.js";
import { CorpusFault } from "./corpus-fault.js";
import { digestProblems, openCorpus, readIndex } from "./open.js";

/** Files that may lie beside a corpus in a source tree, and are no part of it. */
const BESIDE = ["README.md", "index.json"];

/** What a look at every file of a corpus found. */
export interface WholeCorpus {
  readonly version: string;
  readonly digest: string;
  readonly specification: string;
  readonly files: number;
  readonly families: number;
  readonly vectors: number;
  readonly cases: number;
  /** Everything that is wrong, one line each. */
  readonly problems: readonly string[];
}

/**
 * Look at every file of a corpus: its digest, that nothing is missing and nothing lies there besides, that every vector
 * is one, that parents are there and accepted, and that the clauses read as they did.
 *
 * @param sentences the requirements of the specification by their ids; empty where they are not at hand
 * @spec conformance.corpus.digest, conformance.recipe, conformance.vector
 * @throws CorpusFault where there is no index
 */
export function wholeCorpus(folder: string, sentences: ReadonlyMap<string, string>): WholeCorpus {
  const index = readIndex(folder);
  const problems = digestProblems(folder, index);
  const listed = new Set(index.files.map(({ path }) => path));
  for (const path of pathsOf(folder)) if (!listed.has(path)) problems.push(`${path}: is not listed in the index`);
  const vectors: Vector[] = [];
  if (problems.length === 0) {
    const corpus = openCorpus(folder);
    const used = new Set(index.families.map(({ file }) => file));
    for (const { name } of index.families) {
      if (!isVectorFamily(name)) problems.push(`${name}: the specification has no such family`);
      try {
        vectors.push(...corpus.vectorsOf(name));
      } catch (error) {
        if (!(error instanceof CorpusFault)) throw error;
        problems.push(...error.problems);
      }
    }
    const order = index.families.map(({ name }) => (VECTOR_FAMILIES as readonly string[]).indexOf(name));
    if (order.some((place, at) => at > 0 && place < (order[at - 1] ?? 0)))
      problems.push("index.json: the families are not in the order of the table");
    for (const { inputs } of vectors) if (inputs.file !== undefined) used.add(inputs.file);
    for (const path of listed)
      if (path.startsWith("files/") && !used.has(path)) problems.push(`${path}: no vector names it`);
    problems.push(...vectorProblems(vectors));
    problems.push(...clauseProblems(vectors, index.clauses, sentences));
  }
  return {
    version: index.corpus,
    digest: index.digest,
    specification: index.specification,
    files: index.files.length,
    families: index.families.length,
    vectors: index.families.reduce((sum, family) => sum + family.vectors, 0),
    cases: index.families.reduce((sum, family) => sum + family.cases, 0),
    problems,
  };
}

function pathsOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !BESIDE.includes(path) && !path.endsWith(".test.ts"))
    .sort();
}

/** Parents are accepted, operations are of their family, and inputs those the operation takes. */
function vectorProblems(vectors: readonly Vector[]): string[] {
  const byId = new Map(vectors.map((vector) => [vector.id, vector]));
  const problems: string[] = [];
  for (const { id, operation, inputs, expect, parent, recipe, status, withdrawn } of vectors) {
    const complain = (message: string): void => void problems.push(`${id}: ${message}`);
    const family = id.slice(0, id.indexOf("/"));
    if (!isVectorOperation(operation)) complain(`there is no operation ${operation}`);
    else {
      if (isVectorFamily(family) && !VECTOR_FAMILY_ROWS[family].operations.includes(operation))
        complain(`its family does not ask for ${operation}`);
      const { takes, mayTake } = VECTOR_OPERATION_ROWS[operation];
      const given = Object.keys(inputs).map((member) => (member === "file" ? "bytes" : member));
      for (const member of takes) if (!given.includes(member)) complain(`the input ${member} is missing`);
      for (const member of given)
        if (!takes.includes(member) && !mayTake.includes(member)) complain(`${operation} takes no input ${member}`);
    }
    if ((status === "withdrawn") !== (withdrawn !== undefined)) complain("withdrawn and its reason belong together");
    if (expect.verdict === "reject" && (parent === undefined || recipe === undefined))
      complain("is refused, and names no parent and mutation");
    if (parent === undefined) continue;
    const found = byId.get(parent);
    if (found === undefined) complain(`its parent ${parent} is not there`);
    else if (found.expect.verdict !== "accept") complain(`its parent ${parent} is not accepted`);
  }
  return problems;
}

function clauseProblems(
  vectors: readonly Vector[],
  clauses: readonly { readonly id: string; readonly sentence: string; readonly vectors: number }[],
  sentences: ReadonlyMap<string, string>,
): string[] {
  const forced = new Map<string, number>();
  for (const vector of vectors) for (const clause of vector.clauses) forced.set(clause, (forced.get(clause) ?? 0) + 1);
  const problems: string[] = [];
  for (const { id, sentence, vectors: count } of clauses) {
    if ((forced.get(id) ?? 0) !== count)
      problems.push(`clause ${id}: ${forced.get(id) ?? 0} vectors, ${count} in the index`);
    forced.delete(id);
    const text = sentences.get(id);
    if (sentences.size === 0) continue;
    if (text === undefined) problems.push(`clause ${id}: the specification has no such requirement`);
    else if (createHash("sha256").update(text).digest("hex") !== sentence)
      problems.push(`clause ${id}: its sentence reads otherwise now`);
  }
  for (const id of forced.keys()) problems.push(`clause ${id}: is not in the index`);
  return problems;
}
