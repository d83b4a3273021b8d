import type { VectorEffects, VectorEvent, VectorExpectation, VectorRange } from "../../../generated/json/vector.js";
import type { Answer } from "../session/entrance.js";

// Nothing is imported here but types: the tests compile this file with faults planted into it.

/** The grades, in the order in which they are met. @spec conformance.grades */
export const GRADES = ["verdict", "code", "phase", "locus", "effects"] as const;

/** One of the grades. */
export type Grade = (typeof GRADES)[number];

/** The first grade that was not met. */
export interface Missed {
  readonly grade: Grade;
  /** What was expected there: the members that differ. */
  readonly expected: Readonly<Record<string, unknown>>;
  /** What was answered there. */
  readonly found: Readonly<Record<string, unknown>>;
}

/** How an answer was judged. */
export interface Graded {
  /** Grades that the expectation asserts. */
  readonly asserted: readonly Grade[];
  /** Those of them that were met, each with all before it. */
  readonly met: readonly Grade[];
  readonly missed?: Missed;
}

type Members = Readonly<Record<string, unknown>>;
interface Difference {
  readonly expected: Members;
  readonly found: Members;
}

/** Members of a context that grade `locus` compares, by their names in a locus. @spec conformance.locus */
const LOCUS = { at: "offset", path: "path", part: "part", section: "section_id" } as const;

/**
 * Judge one answer. A member of the expectation that is absent is not asserted.
 *
 * @param answer undefined where there was none: then no grade is met
 * @spec conformance.grades
 */
export function gradeAnswer(expect: VectorExpectation, answer: Answer | undefined): Graded {
  const asserted = GRADES.filter((grade) => isAsserted(expect, grade));
  const met: Grade[] = [];
  if (answer === undefined) return { asserted, met };
  for (const grade of asserted) {
    const difference = DIFFERENCES[grade](expect, answer);
    if (difference !== undefined) return { asserted, met, missed: { grade, ...difference } };
    met.push(grade);
  }
  return { asserted, met };
}

/** Whether a judged answer meets every grade up to one. */
export function meets({ asserted, met }: Graded, upTo: Grade): boolean {
  const last = GRADES.indexOf(upTo);
  return asserted.every((grade) => GRADES.indexOf(grade) > last || met.includes(grade));
}

function isAsserted({ code, reason, phase, locus, context, effects }: VectorExpectation, grade: Grade): boolean {
  switch (grade) {
    case "verdict":
      return true;
    case "code":
      return code !== undefined || reason !== undefined;
    case "phase":
      return phase !== undefined;
    case "locus":
      return locus !== undefined && Object.keys(locus).length > 0;
    case "effects":
      return [context, effects].some((members) => members !== undefined && Object.keys(members).length > 0);
  }
}

const DIFFERENCES: Readonly<Record<Grade, (expect: VectorExpectation, answer: Answer) => Difference | undefined>> = {
  verdict(expect, answer) {
    if (expect.verdict !== answer.verdict) return { expected: verdictOf(expect), found: answerVerdict(answer) };
    const difference = differingMembers((expect.result ?? {}) as Members, (answer.result ?? {}) as Members);
    return difference && { expected: { result: difference.expected }, found: { result: difference.found } };
  },
  code({ code, reason }, answer) {
    const expected = { ...(code !== undefined && { code }), ...(reason !== undefined && { reason }) };
    const found = { code: answer.code, reason: answer.context?.["reason"] };
    // Both are shown where one differs: a reason means nothing without its code.
    return differingMembers(expected, found) && { expected, found: present(found) };
  },
  phase({ phase }, { context }) {
    return differingMembers({ phase }, { phase: context?.["phase"] });
  },
  locus({ locus = {} }, { context = {} }) {
    const found = Object.fromEntries(Object.entries(LOCUS).map(([name, member]) => [name, own(context, member)]));
    return differingMembers(locus as Members, found);
  },
  effects({ context = {}, effects = {} }, answer) {
    const contexts = differingMembers(context, answer.context ?? {});
    const others = differingEffects(effects, answer.effects ?? {});
    if (contexts === undefined && others === undefined) return undefined;
    return {
      expected: { ...contexts?.expected, ...others?.expected },
      found: { ...contexts?.found, ...others?.found },
    };
  },
};

function verdictOf({ verdict, code, reason, phase }: VectorExpectation): Members {
  return present({ verdict, code, reason, phase });
}

function answerVerdict({ verdict, code, context, result }: Answer): Members {
  return present({ verdict, code, context, result });
}

/**
 * `max_reads` and `unread` are bounds on the reads of the answer, `published`, `unpublished` and `told` on its events; every
 * other effect is compared as it stands.
 */
function differingEffects(effects: VectorEffects, answered: VectorEffects): Difference | undefined {
  const { max_reads: most, unread, published, unpublished, told, ...others } = effects;
  const plain = differingMembers(others as Members, answered as Members);
  const expected: Record<string, unknown> = { ...plain?.expected };
  const found: Record<string, unknown> = { ...plain?.found };
  const { reads, events } = answered;
  if (most !== undefined && (reads === undefined || reads.length > most)) {
    expected["max_reads"] = most;
    found["reads"] = reads;
  }
  const touched = unread?.filter((range) => reads === undefined || reads.some((read) => overlaps(read, range)));
  if (touched !== undefined && touched.length > 0) {
    expected["unread"] = touched;
    found["reads"] = reads;
  }
  if (published !== undefined && !isAmong(published, events ?? [])) {
    expected["published"] = published;
    found["events"] = events;
  }
  if (unpublished?.some((name) => events?.includes(name) !== false) === true) {
    expected["unpublished"] = unpublished;
    found["events"] = events;
  }
  if (told !== undefined && !isToldAmong(told, answered.told ?? [])) {
    expected["told"] = told;
    found["told"] = answered.told;
  }
  return Object.keys(expected).length === 0 ? undefined : { expected, found: present(found) };
}

/** Whether the wanted events stand among the others in this order, each with at least its fields. */
function isToldAmong([first, ...rest]: readonly VectorEvent[], others: readonly VectorEvent[]): boolean {
  if (first === undefined) return true;
  const at = others.findIndex(
    ({ event, fields }) => event === first.event && differingMembers(first.fields, fields) === undefined,
  );
  return at >= 0 && isToldAmong(rest, others.slice(at + 1));
}

/** Whether the wanted names stand among the others in this order. */
function isAmong(wanted: readonly string[], others: readonly string[]): boolean {
  let next = 0;
  for (const name of others) if (name === wanted[next]) next += 1;
  return next === wanted.length;
}

/** Whether two ranges share a byte. */
function overlaps(a: VectorRange, b: VectorRange): boolean {
  return Math.max(a.offset, b.offset) < Math.min(a.offset + a.length, b.offset + b.length);
}

/** The expected members that are not equal in `found`; undefined where all are. */
function differingMembers(expected: Members, found: Members): Difference | undefined {
  const differing = Object.keys(expected).filter(
    (member) => expected[member] !== undefined && !isEqual(expected[member], own(found, member)),
  );
  if (differing.length === 0) return undefined;
  return {
    expected: Object.fromEntries(differing.map((member) => [member, expected[member]])),
    found: present(Object.fromEntries(differing.map((member) => [member, own(found, member)]))),
  };
}

/** Whether two values of JSON are equal; the order of an object's members means nothing. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => isEqual(item, b[index]));
  }
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && isEqual((a as Members)[name], (b as Members)[name]));
}

function own(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

function present(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
