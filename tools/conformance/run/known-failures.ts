import { createHash } from "node:crypto";
import type { Answer, Outcome } from "../session/entrance.js";
import type { Grade, Graded } from "./grade.js";
import { readToml, type TomlTable, tomlText } from "./toml.js";

/** What was answered, as far as a list of known failures states it; absent members are not compared. */
export interface Got {
  readonly status?: "crashed" | "timed_out";
  readonly verdict?: "accept" | "reject";
  readonly code?: string;
  readonly reason?: string;
  readonly phase?: string;
  /** The first grade that was not met. */
  readonly grade?: Grade;
  /** First digits of the SHA-256 of the whole answer. */
  readonly answer?: string;
}

/** One entry of a list of known failures. @spec conformance.known-failures */
export interface KnownFailure {
  /** Id of a vector; `*` stands for any characters but `/`, nowhere before the first `/`. */
  readonly id: string;
  /** Cases of a vector with `expand` that fail; all of them where absent. */
  readonly cases?: readonly (readonly [first: number, last: number])[];
  readonly reason: string;
  readonly issue?: string;
  readonly got: Got;
  /** First day on which the entry holds no more, in UTC. */
  readonly until?: string;
}

/** A list of known failures that cannot be used: why. */
export class KnownFailuresFault extends Error {
  override readonly name = "KnownFailuresFault";
}

/** Hexadecimal digits of an answer's digest in a list. */
const ANSWER_DIGITS = 16;
const MEMBERS = ["id", "cases", "reason", "issue", "got", "until"];
const GOT_MEMBERS = ["status", "verdict", "code", "reason", "phase", "grade", "answer"];

/** Read a list: tables `[[known]]` in TOML. @throws TomlFault, KnownFailuresFault */
export function readKnownFailures(text: string): KnownFailure[] {
  const { "": roots = [], known = [], ...others } = readToml(text);
  const stray = Object.keys(others)[0] ?? Object.keys(roots[0] ?? {})[0];
  if (stray !== undefined)
    throw new KnownFailuresFault(`\`${stray}\` is nothing of a list; entries begin with [[known]]`);
  const entries = known.map(entryOf);
  for (const [index, { id, cases }] of entries.entries())
    if (entries.some((other, place) => place < index && other.id === id && !areApart(cases, other.cases)))
      throw new KnownFailuresFault(`${id} is listed twice for the same cases`);
  return entries;
}

function entryOf(table: TomlTable, position: number): KnownFailure {
  const where = typeof table["id"] === "string" ? table["id"] : `entry ${position + 1}`;
  const fault = (message: string): KnownFailuresFault => new KnownFailuresFault(`${where}: ${message}`);
  const stray = Object.keys(table).find((member) => !MEMBERS.includes(member));
  if (stray !== undefined) throw fault(`there is no member \`${stray}\`; there are ${MEMBERS.join(", ")}`);
  const text = (member: string): string | undefined => {
    const value = table[member];
    if (value === undefined) return undefined;
    if (typeof value !== "string" || value.trim() === "") throw fault(`\`${member}\` is no text`);
    return value;
  };
  const [id, reason, issue, until] = [text("id"), text("reason"), text("issue"), text("until")];
  if (id === undefined) throw fault("`id` is missing");
  if (reason === undefined) throw fault("`reason` is missing: say why it fails");
  if (!id.includes("/") || id.split("/")[0]?.includes("*") === true)
    throw fault("an id begins with its family in full; `*` stands behind the first `/`");
  if (until !== undefined && !isDay(until)) throw fault("`until` is no day such as 2027-01-31");
  const cases = text("cases");
  return {
    id,
    reason,
    got: gotOf(table["got"], fault),
    ...(cases !== undefined && { cases: rangesOf(cases, fault) }),
    ...(issue !== undefined && { issue }),
    ...(until !== undefined && { until }),
  };
}

function gotOf(value: TomlTable[string] | undefined, fault: (message: string) => Error): Got {
  if (typeof value !== "object" || Array.isArray(value)) throw fault("`got` is missing: state what is answered");
  const got = value as TomlTable;
  for (const [member, text] of Object.entries(got)) {
    if (!GOT_MEMBERS.includes(member))
      throw fault(`got has no member \`${member}\`; there are ${GOT_MEMBERS.join(", ")}`);
    if (typeof text !== "string") throw fault(`got: \`${member}\` is no text`);
  }
  const { status, verdict } = got;
  if ((status === undefined) === (verdict === undefined)) throw fault("got wants either `verdict` or `status`");
  if (status !== undefined && status !== "crashed" && status !== "timed_out")
    throw fault("got: `status` is crashed or timed_out");
  if (verdict !== undefined && verdict !== "accept" && verdict !== "reject")
    throw fault("got: `verdict` is accept or reject");
  return got as Got;
}

function rangesOf(text: string, fault: (message: string) => Error): [number, number][] {
  return text.split(",").map((part) => {
    const [, first, last] = /^\s*(\d{1,9})(?:-(\d{1,9}))?\s*$/.exec(part) ?? [];
    if (first === undefined) throw fault("`cases` are numbers and ranges such as 0-7, 12");
    const range: [number, number] = [Number(first), Number(last ?? first)];
    if (range[1] < range[0]) throw fault(`\`cases\`: ${part.trim()} ends before it begins`);
    return range;
  });
}

function areApart(a: KnownFailure["cases"], b: KnownFailure["cases"]): boolean {
  if (a === undefined || b === undefined) return false;
  return a.every(([first, last]) => b.every((other) => last < other[0] || other[1] < first));
}

function isDay(text: string): boolean {
  const moment = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
}

/** What came out of a case, as a list states it. */
export function gotFrom(outcome: Outcome, graded: Graded): Got {
  if (outcome.kind !== "answer") return { status: outcome.kind };
  const { verdict, code, context } = outcome.answer;
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const [reason, phase] = [text(context?.["reason"]), text(context?.["phase"])];
  return {
    verdict,
    ...(code !== undefined && { code }),
    ...(reason !== undefined && { reason }),
    ...(phase !== undefined && { phase }),
    ...(graded.missed !== undefined && { grade: graded.missed.grade }),
    answer: answerDigest(outcome.answer),
  };
}

/** SHA-256 of what was answered, with the members of objects ascending, cut to what a list shows. */
function answerDigest({ verdict, result, code, context, effects }: Answer): string {
  const sorted = JSON.stringify({ verdict, result, code, context, effects }, (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash("sha256").update(sorted).digest("hex").slice(0, ANSWER_DIGITS);
}

interface Tracked {
  readonly entry: KnownFailure;
  readonly pattern: RegExp;
  matched: number;
  readonly passed: string[];
  readonly otherwise: string[];
}

/** Compares what comes out of a run with a list of known failures. */
export class KnownFailures {
  readonly #tracked: readonly Tracked[];

  constructor(entries: readonly KnownFailure[]) {
    this.#tracked = entries.map((entry) => ({
      entry,
      pattern: new RegExp(`^${entry.id.split("*").map(literal).join("[^/]*")}$`),
      matched: 0,
      passed: [],
      otherwise: [],
    }));
  }

  /** A case that passed. One that is listed fails the run. */
  passed(id: string, number: number | undefined): void {
    this.#find(id, number)?.passed.push(nameOf(id, number));
  }

  /** Whether a case that did not pass is known to fail just so. */
  isKnown(id: string, number: number | undefined, got: Got): boolean {
    const tracked = this.#find(id, number);
    if (tracked === undefined) return false;
    const differing = Object.entries(tracked.entry.got).find(([member, text]) => got[member as keyof Got] !== text);
    if (differing === undefined) return true;
    const [member, text] = differing;
    tracked.otherwise.push(
      `${nameOf(id, number)}, ${member} ${got[member as keyof Got] ?? "(none)"} instead of ${text}`,
    );
    return false;
  }

  /**
   * What is wrong with the list, one line each.
   *
   * @param isChosen whether an entry's vectors are part of the run; of the others nothing can be said
   */
  problems(today: Date, isKnownId: (pattern: RegExp) => boolean, isChosen: (pattern: RegExp) => boolean): string[] {
    return this.#tracked.flatMap(({ entry, pattern, matched, passed, otherwise }) => {
      const problems: string[] = [];
      const complain = (message: string): void => void problems.push(`known failure ${entry.id}: ${message}`);
      if (entry.until !== undefined && today.toISOString().slice(0, 10) >= entry.until)
        complain(`expired on ${entry.until}`);
      if (!isKnownId(pattern)) complain("matches no vector");
      else if (matched === 0 && isChosen(pattern)) complain("matches no case that was asked");
      if (passed.length > 0) complain(`passes now: ${some(passed)}`);
      if (otherwise.length > 0) complain(`fails otherwise: ${some(otherwise)}`);
      return problems;
    });
  }

  #find(id: string, number: number | undefined): Tracked | undefined {
    const found = this.#tracked.find(
      ({ entry: { cases }, pattern }) =>
        pattern.test(id) &&
        (cases === undefined ||
          (number !== undefined && cases.some(([first, last]) => number >= first && number <= last))),
    );
    if (found !== undefined) found.matched += 1;
    return found;
  }
}

/** A case that failed, for {@link writeKnownFailures}. */
export interface Failure {
  readonly id: string;
  readonly number?: number;
  readonly got: Got;
}

/**
 * A list of failures as they are, for its author to give the reasons. Entries that are in `before` keep their reason,
 * issue and day.
 */
export function writeKnownFailures(failures: readonly Failure[], before: readonly KnownFailure[]): string {
  const alike = new Map<string, [Failure, ...Failure[]]>();
  for (const failure of failures) {
    const { answer: _answer, ...got } = failure.got;
    const key = JSON.stringify([failure.id, got]);
    const others = alike.get(key);
    if (others === undefined) alike.set(key, [failure]);
    else others.push(failure);
  }
  const old = new Map(before.map((entry) => [entry.id, entry]));
  const entries = [...alike.values()].map((cases) => {
    const [{ id }] = cases;
    const { reason = "not looked into yet", issue, until } = old.get(id) ?? {};
    const numbers = cases.flatMap(({ number }) => number ?? []);
    return [
      "[[known]]",
      `id = ${tomlText(id)}`,
      ...(numbers.length > 0 ? [`cases = ${tomlText(rangeText(numbers))}`] : []),
      `reason = ${tomlText(reason)}`,
      ...(issue === undefined ? [] : [`issue = ${tomlText(issue)}`]),
      `got = { ${Object.entries(commonGot(cases))
        .map(([member, text]) => `${member} = ${tomlText(text)}`)
        .join(", ")} }`,
      ...(until === undefined ? [] : [`until = ${until}`]),
      "",
    ].join("\n");
  });
  return `# Known failures of an implementation. They never count as passed; the run fails when one passes or fails otherwise.\n\n${entries.join("\n")}`;
}

/** Numbers as ranges: `0-7, 12`. */
export function rangeText(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] >= number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}

/** The members that all cases of an entry share. */
function commonGot(cases: readonly Failure[]): Readonly<Record<string, string>> {
  const [first, ...rest] = cases.map(({ got }) => got as Readonly<Record<string, string>>);
  return Object.fromEntries(
    Object.entries(first ?? {}).filter(([member, text]) => rest.every((got) => got[member] === text)),
  );
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function nameOf(id: string, number: number | undefined): string {
  return number === undefined ? id : `${id}#${number}`;
}

function some(names: readonly string[]): string {
  return names.length <= 3 ? names.join("; ") : `${names.slice(0, 3).join("; ")} and ${names.length - 3} more`;
}
