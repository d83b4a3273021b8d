import { isVectorFamily, VECTOR_FAMILY_ROWS } from "../../../generated/enums/vector-family.js";
import type { Vector } from "../../../generated/json/vector.js";
import type { Chosen } from "./cases.js";
import { UnknownFilter } from "./corpus-fault.js";
import type { OpenCorpus } from "./open.js";

/** What to choose; what is absent chooses everything. */
export interface Filter {
  /** Families up to this step of the ladder. */
  readonly ladder?: number;
  readonly families?: readonly string[];
  /** Ids, `ID#NUMBER` for one case of a vector with `expand`, or beginnings of ids that end with `/`. */
  readonly ids?: readonly string[];
}

/** Highest step of the ladder. */
export const HIGHEST_STEP = 6;

/** Step of the ladder on which a family stands; one that this runner does not know stands above all of them. */
export function stepOf(family: string): number {
  return isVectorFamily(family) ? VECTOR_FAMILY_ROWS[family].ladder : HIGHEST_STEP;
}

/**
 * The vectors that a filter chooses, in the order of the corpus.
 *
 * @spec conformance.no-vacuous-pass
 * @throws UnknownFilter where a part of the filter names nothing of the corpus
 */
export function choose(corpus: OpenCorpus, { ladder, families, ids }: Filter): Chosen[] {
  if (ladder !== undefined && !(Number.isInteger(ladder) && ladder >= 0 && ladder <= HIGHEST_STEP))
    throw new UnknownFilter(`there is no step ${ladder} of the ladder; there are 0 to ${HIGHEST_STEP}`);
  const names = corpus.index.families.map(({ name }) => name);
  for (const family of families ?? [])
    if (!names.includes(family)) throw new UnknownFilter(`there is no family \`${family}\`${nearest(family, names)}`);
  const matched = new Set<string>();
  const chosen: Chosen[] = [];
  for (const family of names) {
    const isWanted =
      (ladder === undefined || stepOf(family) <= ladder) && (families === undefined || families.includes(family));
    // An id may name a vector of any family: one that the other filters leave out is not unknown, only not chosen.
    const named = ids === undefined || ids.some((id) => id === family || id.startsWith(`${family}/`));
    if (!named) continue;
    if (!isWanted && ids === undefined) continue;
    const picked = pick(corpus.vectorsOf(family), ids, matched);
    if (isWanted && picked.vectors.length > 0) chosen.push({ family, ...picked });
  }
  for (const id of ids ?? [])
    if (!matched.has(id)) throw new UnknownFilter(`there is no vector \`${id}\`${suggestion(corpus, id)}`);
  return chosen;
}

function pick(
  vectors: readonly Vector[],
  ids: readonly string[] | undefined,
  matched: Set<string>,
): Omit<Chosen, "family"> {
  const only = new Map<string, Set<number>>();
  if (ids === undefined) return { vectors, only };
  const picked = vectors.filter((vector) => {
    const numbers = new Set<number>();
    let isPicked = false;
    let isWhole = false;
    for (const id of ids) {
      const [name = "", number] = id.split("#");
      if (id.endsWith("/") ? !vector.id.startsWith(id) : vector.id !== name) continue;
      matched.add(id);
      isPicked = true;
      if (number === undefined) isWhole = true;
      else numbers.add(caseNumber(vector, number));
    }
    if (isPicked && !isWhole) only.set(vector.id, numbers);
    return isPicked;
  });
  return { vectors: picked, only };
}

/**
 * The ids of all vectors that force a requirement, in the order of the corpus.
 *
 * @param wanted ids of requirements, or beginnings of them up to a dot
 * @throws UnknownFilter where one is forced by no vector, with the reason where it is excused
 */
export function idsForcing(corpus: OpenCorpus, wanted: readonly string[]): string[] {
  const isMeant = (clause: string, asked: string): boolean => clause === asked || clause.startsWith(`${asked}.`);
  const forced = corpus.index.clauses.map(({ id }) => id);
  for (const asked of wanted)
    if (!forced.some((clause) => isMeant(clause, asked)))
      throw new UnknownFilter(`no vector forces a requirement \`${asked}\`${excuse(corpus, asked, forced)}`);
  return corpus.index.families.flatMap(({ name }) =>
    corpus
      .vectorsOf(name)
      .filter(({ clauses }) => clauses.some((clause) => wanted.some((asked) => isMeant(clause, asked))))
      .map(({ id }) => id),
  );
}

/** Why no vector forces a requirement, or another one that may have been meant. */
function excuse(corpus: OpenCorpus, asked: string, forced: readonly string[]): string {
  const path = "excused.json";
  if (!corpus.index.files.some((file) => file.path === path)) return nearest(asked, forced);
  const excused = JSON.parse(Buffer.from(corpus.bytesOf(path)).toString("utf8")) as {
    clause: string;
    reason: string;
  }[];
  const reason = excused.find(({ clause }) => clause === asked)?.reason;
  return reason === undefined ? nearest(asked, [...forced, ...excused.map(({ clause }) => clause)]) : `: ${reason}`;
}

/** The number of a case as it was written. @throws UnknownFilter */
export function caseNumber({ id, expand }: Vector, written: string): number {
  if (expand === undefined) throw new UnknownFilter(`${id} is one case; write it without \`#${written}\``);
  const number = /^\d{1,9}$/.test(written) ? Number(written) : Number.NaN;
  if (!(number < expand.cases))
    throw new UnknownFilter(`${id} has the cases 0 to ${expand.cases - 1}, no \`${written}\``);
  return number;
}

function suggestion(corpus: OpenCorpus, id: string): string {
  const family = id.split("/")[0] ?? "";
  const names = corpus.index.families.map(({ name }) => name);
  if (!names.includes(family)) return `, and no family \`${family}\`${nearest(family, names)}`;
  if (!id.includes("/")) return `; all of the family: \`${id}/\``;
  return nearest(
    id,
    corpus.vectorsOf(family).map((vector) => vector.id),
  );
}

/** `; did you mean …?` with the name that is the fewest edits away, where it is near enough. */
export function nearest(name: string, names: readonly string[]): string {
  let best: string | undefined;
  let fewest = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const edits = distance(name, candidate, fewest);
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best === undefined ? "" : `; did you mean \`${best}\`?`;
}

function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) >= most) return most;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? most;
}
