import { createHash } from "node:crypto";
import type { ConformanceReport, ReportFinding } from "../../../generated/json/conformance-report.js";
import { type Diagnosis, type DiagnosisFault, validateDiagnosis } from "../../../generated/json/diagnosis.js";
import { CorpusFault } from "../corpus/corpus-fault.js";
import type { OpenCorpus } from "../corpus/open.js";
import { GRADES, type Grade } from "../run/grade.js";

/** File of a corpus that holds what known faults answer. */
const DIAGNOSIS_FILE = "diagnosis.json";
/** Suspects that are named. */
const MOST_SUSPECTS = 5;

/** A known fault that answers as the implementation does. */
export interface Suspect {
  readonly fault: DiagnosisFault;
  /** Others that answer the same in every case that was asked. */
  readonly alike: readonly DiagnosisFault[];
  /** Cases that were asked and that the fault gets wrong. */
  readonly discriminating: number;
  /** Those of them that the implementation answered exactly so, in the order of the corpus. */
  readonly identical: readonly string[];
  /** Those of them that it got wrong in another way. */
  readonly otherwise: readonly string[];
}

/** What the wrong answers of a run look like. */
export interface Diagnosed {
  /** The likeliest first; each explains answers that those before it do not. */
  readonly suspects: readonly Suspect[];
  /** Wrong answers that can be compared, and how many of them no suspect gives. */
  readonly wrong: number;
  readonly unexplained: number;
}

/** What known faults answer to a corpus; undefined where the corpus does not say. @throws CorpusFault */
export function readDiagnosis(corpus: OpenCorpus): Diagnosis | undefined {
  if (!corpus.index.files.some(({ path }) => path === DIAGNOSIS_FILE)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(corpus.bytesOf(DIAGNOSIS_FILE)).toString("utf8"));
  } catch {
    throw new CorpusFault([`${DIAGNOSIS_FILE} is no JSON`]);
  }
  const [first] = validateDiagnosis(value);
  if (first !== undefined) throw new CorpusFault([`${DIAGNOSIS_FILE}, ${first.field}: ${first.message}`]);
  return value as Diagnosis;
}

/** Compare what a run found with what known faults answer. */
export function diagnose(report: ConformanceReport, diagnosis: Diagnosis): Diagnosed {
  // Of exhaustive vectors the faults were asked a few cases only; of the others nothing can be said.
  const known = new Set(diagnosis.cases);
  const compares = report.findings.filter((finding) => finding.case === undefined || known.has(nameOf(finding)));
  const wrong = new Map(compares.map((finding) => [nameOf(finding), signatureOf(finding)]));
  const wasAsked = askedIn(report);
  const judged = GRADES.slice(0, GRADES.indexOf(report.filter.grade) + 1);
  const rows = diagnosis.faults
    .map((fault) => ({ fault, row: rowOf(fault, diagnosis.cases, judged, wasAsked) }))
    .filter(({ row }) => row.size > 0)
    .map(({ fault, row }) => compared(fault, row, wrong));
  const suspects: Suspect[] = [];
  const left = new Set(wrong.keys());
  while (suspects.length < MOST_SUSPECTS) {
    const best = rows.reduce<Compared | undefined>((most, each) => {
      const gain = worth(each, left);
      return gain > 0 && (most === undefined || gain > worth(most, left)) ? each : most;
    }, undefined);
    if (best === undefined) break;
    const alike = rows.filter((other) => other !== best && isAlike(other.row, best.row));
    const { fault, row, identical, otherwise } = best;
    suspects.push({ fault, alike: alike.map((other) => other.fault), discriminating: row.size, identical, otherwise });
    for (const name of identical) left.delete(name);
  }
  return { suspects, wrong: wrong.size, unexplained: left.size };
}

/** Faults that get a case wrong: of a vector without a number those that get any case of it wrong. */
export function faultsToldBy(diagnosis: Diagnosis, id: string, number?: number): readonly DiagnosisFault[] {
  const name = number === undefined ? id : `${id}#${number}`;
  const places = new Set<string>();
  for (const [place, each] of diagnosis.cases.entries())
    if (each === name || (number === undefined && each.startsWith(`${id}#`))) places.add(String(place));
  return diagnosis.faults.filter(({ answers }) =>
    GRADES.some((grade) => Object.keys(answers[grade] ?? {}).some((place) => places.has(place))),
  );
}

/** The signature of a wrong answer, by which answers of different implementations are compared. */
function signatureOf({ status, grade, found, cause }: ReportFinding): string {
  if (grade === undefined) return status === "timed_out" ? "timed_out" : cause === undefined ? status : "crashed";
  const text = canonical({ grade, found: grade === "verdict" ? verdictAlone(found) : found });
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

/** Of an answer with the other verdict only what a claim compares: wording and places are everybody's own. */
function verdictAlone(found: unknown): unknown {
  const { verdict, code, context } = (found ?? {}) as Readonly<Record<string, unknown>>;
  if (verdict === undefined) return found;
  if (verdict !== "reject") return { verdict };
  const { reason, phase } = (context ?? {}) as Readonly<Record<string, unknown>>;
  return { verdict, code, reason, phase };
}

/** JSON in ASCII without blanks, the members of objects ascending by their names as they are written. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return ascii(JSON.stringify(value));
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => [ascii(JSON.stringify(name)), canonical(member)] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([name, member]) => `${name}:${member}`).join(",")}}`;
}

function ascii(text: string): string {
  return text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

interface Compared {
  readonly fault: DiagnosisFault;
  readonly row: ReadonlyMap<string, string>;
  readonly identical: readonly string[];
  readonly otherwise: readonly string[];
}

function compared(
  fault: DiagnosisFault,
  row: ReadonlyMap<string, string>,
  wrong: ReadonlyMap<string, string>,
): Compared {
  const identical = [...row].filter(([name, signature]) => wrong.get(name) === signature).map(([name]) => name);
  const same = new Set(identical);
  const otherwise = [...row.keys()].filter((name) => wrong.has(name) && !same.has(name));
  return { fault, row, identical, otherwise };
}

/** Answers that a fault explains and nothing has yet, without those in which it would have answered otherwise. */
function worth({ row, identical }: Compared, left: ReadonlySet<string>): number {
  return identical.filter((name) => left.has(name)).length - (row.size - identical.length);
}

function isAlike(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, signature]) => b.get(name) === signature);
}

/** What a fault answers wrongly where it was asked, up to a grade. */
function rowOf(
  { answers }: DiagnosisFault,
  cases: readonly string[],
  judged: readonly Grade[],
  wasAsked: (name: string) => boolean,
): Map<string, string> {
  const row = new Map<string, string>();
  for (const grade of judged)
    for (const [place, signature] of Object.entries(answers[grade] ?? {})) {
      const name = cases[Number(place)];
      if (name !== undefined && wasAsked(name)) row.set(name, signature);
    }
  return row;
}

/** Whether a case was asked in a run. */
function askedIn({ findings, vectors_passed: passed, filter }: ConformanceReport): (name: string) => boolean {
  const named = new Set(findings.map(nameOf));
  const ids = new Set(findings.map(({ id }) => id));
  const whole = new Set(passed);
  const single = new Set(filter.ids?.filter((id) => id.includes("#")));
  return (name) => {
    const [id = ""] = name.split("#");
    if (named.has(name)) return true;
    if (single.size > 0 && name !== id) return single.has(name);
    return whole.has(id) || (name !== id && ids.has(id));
  };
}

function nameOf({ id, case: number }: Pick<ReportFinding, "id" | "case">): string {
  return number === undefined ? id : `${id}#${number}`;
}
