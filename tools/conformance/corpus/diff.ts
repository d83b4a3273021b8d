import type { Vector, VectorExpectation } from "../../../generated/json/vector.js";

/** What a change of a vector is, the gravest first. */
const CHANGE_KINDS = [
  "removed",
  "input changed",
  "verdict flipped",
  "result changed",
  "code changed",
  "phase changed",
  "locus changed",
  "effects changed",
  "withdrawn",
  "added",
  "wording",
] as const;

/** One of {@link CHANGE_KINDS}. */
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Which part of the corpus's version a change raises. */
export type Bump = "major" | "minor" | "patch" | "none";

/** One change of one vector. */
export interface Change {
  readonly kind: ChangeKind;
  /** Id of the vector. */
  readonly id: string;
  /** What it was and what it is, where one line can say it. */
  readonly before?: string;
  readonly after?: string;
}

/** A corpus as far as a comparison looks at it. */
export interface ComparedCorpus {
  /** Version of the corpus. */
  readonly version: string;
  readonly vectors: readonly Vector[];
  /** Digests of the files that hold inputs, by path. */
  readonly files: ReadonlyMap<string, string>;
}

/** What changed between two corpora, and the version this asks for. @spec conformance.corpus */
export interface CorpusDiff {
  readonly before: string;
  readonly after: string;
  /** Grouped by kind in the order of {@link CHANGE_KINDS}, then ascending by id. */
  readonly changes: readonly Change[];
  /** The part that has to rise. */
  readonly bump: Bump;
  /** The lowest version that says it. */
  readonly required: string;
  /** Whether the newer corpus has at least that version. */
  readonly sufficient: boolean;
}

const bumps: Readonly<Record<ChangeKind, Bump>> = {
  removed: "major",
  "input changed": "major",
  "verdict flipped": "major",
  "result changed": "major",
  "code changed": "major",
  "phase changed": "major",
  "locus changed": "major",
  "effects changed": "major",
  withdrawn: "major",
  added: "minor",
  wording: "patch",
};

const ranks: readonly Bump[] = ["none", "patch", "minor", "major"];

/** Compares two corpora vector by vector. @spec conformance.corpus */
export function diffCorpora(before: ComparedCorpus, after: ComparedCorpus): CorpusDiff {
  const old = new Map(before.vectors.map((vector) => [vector.id, vector]));
  const changes: Change[] = [];
  for (const vector of after.vectors) {
    const previous = old.get(vector.id);
    old.delete(vector.id);
    if (previous === undefined) changes.push({ kind: "added", id: vector.id });
    else changes.push(...changesOf(previous, vector, before.files, after.files));
  }
  for (const id of old.keys()) changes.push({ kind: "removed", id });
  changes.sort((a, b) => order(a) - order(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const bump = changes.reduce<Bump>((worst, { kind }) => graver(worst, bumps[kind]), "none");
  const required = raised(before.version, bump);
  return {
    before: before.version,
    after: after.version,
    changes,
    bump,
    required,
    sufficient: bump === "none" || compare(after.version, required) >= 0,
  };
}

type Files = ReadonlyMap<string, string>;

function changesOf(before: Vector, after: Vector, oldFiles: Files, newFiles: Files): Change[] {
  const { id } = after;
  if (before.status === "active" && after.status === "withdrawn") {
    return [{ kind: "withdrawn", id, ...(after.withdrawn !== undefined && { after: after.withdrawn.reason }) }];
  }
  const changes: Change[] = [];
  if (
    before.operation !== after.operation ||
    !same(inputsOf(before, oldFiles), inputsOf(after, newFiles)) ||
    before.expand?.cases !== after.expand?.cases
  ) {
    changes.push({ kind: "input changed", id });
  }
  const expectation = expectationChange(before.expect, after.expect) ?? classChange(before, after);
  if (expectation !== undefined) changes.push({ ...expectation, id });
  if (changes.length > 0) return changes;
  return same(before, after) ? [] : [{ kind: "wording", id }];
}

/** The inputs with the digest of a file in the place of its name: the name may change, the bytes may not. */
function inputsOf(vector: Vector, files: Files): unknown {
  const { file, ...inputs } = vector.inputs;
  return file === undefined ? inputs : { ...inputs, file: files.get(file) };
}

/** The gravest difference between two expectations. */
function expectationChange(before: VectorExpectation, after: VectorExpectation): Omit<Change, "id"> | undefined {
  const parts: readonly (readonly [ChangeKind, (expect: VectorExpectation) => unknown])[] = [
    ["verdict flipped", (expect) => expect.verdict],
    ["result changed", (expect) => expect.result],
    ["code changed", (expect) => [expect.code, expect.reason]],
    ["phase changed", (expect) => expect.phase],
    ["locus changed", (expect) => expect.locus],
    ["effects changed", (expect) => [expect.context, expect.effects]],
  ];
  for (const [kind, part] of parts) {
    const [was, is] = [part(before), part(after)];
    if (!same(was, is)) return { kind, before: shown(was), after: shown(is) };
  }
  return undefined;
}

/** The gravest difference between the classes of two exhaustive vectors with as many cases. */
function classChange(before: Vector, after: Vector): Omit<Change, "id"> | undefined {
  if (before.expand === undefined || after.expand === undefined) return undefined;
  if (same(before.expand.classes, after.expand.classes)) return undefined;
  let gravest: Omit<Change, "id"> | undefined;
  for (const earlier of before.expand.classes) {
    for (const later of after.expand.classes) {
      if (later.first > earlier.last || later.last < earlier.first) continue;
      const change = expectationChange(earlier.expect, later.expect);
      if (change === undefined) continue;
      if (gravest === undefined || CHANGE_KINDS.indexOf(change.kind) < CHANGE_KINDS.indexOf(gravest.kind)) {
        gravest = change;
      }
    }
  }
  return gravest;
}

function order(change: Change): number {
  return CHANGE_KINDS.indexOf(change.kind);
}

function graver(a: Bump, b: Bump): Bump {
  return ranks.indexOf(a) >= ranks.indexOf(b) ? a : b;
}

/** A version with one part raised and those behind it zero. */
export function raised(version: string, bump: Bump): string {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  if (bump === "major") return `${major + 1}.0.0`;
  if (bump === "minor") return `${major}.${minor + 1}.0`;
  return bump === "patch" ? `${major}.${minor}.${patch + 1}` : version;
}

function compare(a: string, b: string): number {
  const [left, right] = [a.split(".").map(Number), b.split(".").map(Number)];
  for (let at = 0; at < 3; at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether two JSON values say the same, whatever the order of members. */
function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "";
}

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : typeof value === "string" ? value : canonical(value);
  return text.length <= 100 ? text : `${text.slice(0, 97)}...`;
}
