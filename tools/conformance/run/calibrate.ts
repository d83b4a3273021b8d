import type { VectorEvent, VectorExpectation } from "../../../generated/json/vector.js";
import type { Answer } from "../session/entrance.js";
import type { Counts, Status } from "./counts.js";
import type { Grade, Graded } from "./grade.js";

/** What is calibrated: the judge and the sums of a run. */
export interface Scoring {
  readonly gradeAnswer: (expect: VectorExpectation, answer: Answer | undefined) => Graded;
  readonly meets: (graded: Graded, upTo: Grade) => boolean;
  readonly Counts: new () => Counts;
}

/** An expectation, an answer, and the grades that the answer meets; the last of them stands before the first missed. */
type Sample = readonly [
  what: string,
  expect: VectorExpectation,
  answer: Answer | undefined,
  met: readonly Grade[],
  missed?: Grade,
];

const REFUSAL: VectorExpectation = {
  verdict: "reject",
  code: "LDR_STRUCTURE_INVALID",
  reason: "bad_offset",
  phase: "parse",
  locus: { at: 16, path: "$.a", part: "header", section: "s" },
  context: { found: 1 },
  effects: { max_reads: 2, unread: [{ offset: 10, length: 5 }], published: ["load.a", "load.b"], host_calls: 0 },
};
const TOLD: readonly [VectorEvent, VectorEvent] = [
  { event: "load.a", fields: { size: 1 } },
  { event: "load.b", fields: { size: 2 } },
];
const withMore = ({ event, fields }: VectorEvent): VectorEvent => ({ event, fields: { ...fields, more: true } });
const EVENTS = ["load.begun", "load.a", "security.x", "load.b", "error.y"];
const CONTEXT = {
  reason: "bad_offset",
  phase: "parse",
  offset: 16,
  path: "$.a",
  part: "header",
  section_id: "s",
  found: 1,
};
const REFUSED: Answer = {
  verdict: "reject",
  code: "LDR_STRUCTURE_INVALID",
  context: CONTEXT,
  effects: {
    reads: [
      { offset: 0, length: 10 },
      { offset: 15, length: 4 },
    ],
    events: EVENTS,
    host_calls: 0,
  },
};
const ACCEPTANCE: VectorExpectation = { verdict: "accept", result: { granted: ["a", "b"], value: { x: [1, null] } } };
const ACCEPTED: Answer = { verdict: "accept", result: { granted: ["a", "b"], value: { x: [1, null] }, bytes: "00" } };

const without = (member: string): Answer => ({
  ...REFUSED,
  context: Object.fromEntries(Object.entries(CONTEXT).filter(([name]) => name !== member)),
});
const withContext = (context: Record<string, unknown>): Answer => ({ ...REFUSED, context: { ...CONTEXT, ...context } });
const withEffects = (effects: Answer["effects"]): Answer => ({
  ...REFUSED,
  effects: { ...REFUSED.effects, ...effects },
});
const result = (value: unknown): Answer => ({ verdict: "accept", result: { granted: ["a", "b"], value } });

const ALL: readonly Grade[] = ["verdict", "code", "phase", "locus", "effects"];
const upTo = (grade: Grade): readonly Grade[] => ALL.slice(0, ALL.indexOf(grade));
const missing = (what: string, answer: Answer, grade: Grade): Sample => [what, REFUSAL, answer, upTo(grade), grade];

const SAMPLES: readonly Sample[] = [
  ["what is expected", REFUSAL, REFUSED, ALL],
  ["what is expected, accepted", ACCEPTANCE, ACCEPTED, ["verdict"]],
  ["no answer", REFUSAL, undefined, []],
  ["a verdict alone", { verdict: "reject" }, { verdict: "reject", code: "ANY" }, ["verdict"]],
  [
    "nothing asserted of a code",
    { verdict: "reject", phase: "read" },
    withContext({ phase: "read" }),
    ["verdict", "phase"],
  ],
  ["an empty locus", { verdict: "reject", locus: {} }, { verdict: "reject" }, ["verdict"]],
  missing("acceptance for a refusal", ACCEPTED, "verdict"),
  ["refusal for an acceptance", ACCEPTANCE, REFUSED, [], "verdict"],
  ["a result without a member", ACCEPTANCE, { verdict: "accept", result: { granted: ["a", "b"] } }, [], "verdict"],
  ["no result", ACCEPTANCE, { verdict: "accept" }, [], "verdict"],
  [
    "a result in another order",
    ACCEPTANCE,
    { ...ACCEPTED, result: { ...ACCEPTED.result, granted: ["b", "a"] } },
    [],
    "verdict",
  ],
  [
    "a result with more",
    ACCEPTANCE,
    { ...ACCEPTED, result: { ...ACCEPTED.result, granted: ["a", "b", "c"] } },
    [],
    "verdict",
  ],
  ["a result with less", ACCEPTANCE, { ...ACCEPTED, result: { ...ACCEPTED.result, granted: ["a"] } }, [], "verdict"],
  ["another number in the value", ACCEPTANCE, result({ x: [2, null] }), [], "verdict"],
  ["a text for a number", ACCEPTANCE, result({ x: ["1", null] }), [], "verdict"],
  ["nothing for null", ACCEPTANCE, result({ x: [1] }), [], "verdict"],
  ["a member more in the value", ACCEPTANCE, result({ x: [1, null], y: 0 }), [], "verdict"],
  ["an object for a list", ACCEPTANCE, result({ x: { 0: 1, 1: null } }), [], "verdict"],
  missing("another code", { ...REFUSED, code: "LDR_TRUNCATED" }, "code"),
  missing("a code in capitals no more", { ...REFUSED, code: "ldr_structure_invalid" }, "code"),
  missing("another reason", withContext({ reason: "bad_length" }), "code"),
  missing("no reason", without("reason"), "code"),
  missing("another phase", withContext({ phase: "read" }), "phase"),
  missing("no phase", without("phase"), "phase"),
  missing("another offset", withContext({ offset: 17 }), "locus"),
  missing("no offset", without("offset"), "locus"),
  missing("another path", withContext({ path: "$.b" }), "locus"),
  missing("another part", withContext({ part: "trailer" }), "locus"),
  missing("another section", withContext({ section_id: "t" }), "locus"),
  missing("another member of the context", withContext({ found: 2 }), "effects"),
  missing("no member of the context", without("found"), "effects"),
  missing("no effects", { verdict: "reject", code: "LDR_STRUCTURE_INVALID", context: CONTEXT }, "effects"),
  missing("too many reads", withEffects({ reads: Array(3).fill({ offset: 0, length: 1 }) }), "effects"),
  [
    "reads that are not told",
    { verdict: "accept", effects: { max_reads: 2 } },
    { verdict: "accept" },
    ["verdict"],
    "effects",
  ],
  [
    "reads that are told to be none",
    { verdict: "accept", effects: { max_reads: 0, unread: [{ offset: 0, length: 1 }] } },
    { verdict: "accept", effects: { reads: [] } },
    ["verdict", "effects"],
  ],
  [
    "unread bytes where reads are not told",
    { verdict: "accept", effects: { unread: [{ offset: 0, length: 1 }] } },
    { verdict: "accept" },
    ["verdict"],
    "effects",
  ],
  [
    "no member for null",
    { verdict: "accept", result: { json: null } },
    { verdict: "accept", result: {} },
    [],
    "verdict",
  ],
  [
    "no member for false",
    { verdict: "accept", result: { matches: false } },
    { verdict: "accept", result: {} },
    [],
    "verdict",
  ],
  missing("the first unread byte", withEffects({ reads: [{ offset: 0, length: 11 }] }), "effects"),
  missing("the last unread byte", withEffects({ reads: [{ offset: 14, length: 1 }] }), "effects"),
  ["no byte of what is unread", REFUSAL, withEffects({ reads: [{ offset: 12, length: 0 }] }), ALL],
  missing("a call of the host", withEffects({ host_calls: 1 }), "effects"),
  missing("an event that is not published", withEffects({ events: ["load.a", "load.c"] }), "effects"),
  [
    "events that must not be, and are not",
    { verdict: "accept", effects: { unpublished: ["security.x"] } },
    { verdict: "accept", effects: { events: ["load.a"] } },
    ["verdict", "effects"],
  ],
  [
    "an event that must not be",
    { verdict: "accept", effects: { unpublished: ["load.b", "security.x"] } },
    { verdict: "accept", effects: { events: ["load.a", "security.x"] } },
    ["verdict"],
    "effects",
  ],
  [
    "events that are not told where some must not be",
    { verdict: "accept", effects: { unpublished: ["security.x"] } },
    { verdict: "accept" },
    ["verdict"],
    "effects",
  ],
  missing("events in another order", withEffects({ events: ["load.b", "load.a"] }), "effects"),
  [
    "events with more fields, and more events",
    { verdict: "accept", effects: { told: TOLD } },
    { verdict: "accept", effects: { told: [TOLD[1], ...TOLD, TOLD[0]].map(withMore) } },
    ["verdict", "effects"],
  ],
  [
    "an event with another field",
    { verdict: "accept", effects: { told: TOLD } },
    { verdict: "accept", effects: { told: [TOLD[0], { event: "load.b", fields: { size: 3 } }] } },
    ["verdict"],
    "effects",
  ],
  [
    "an event of another name with the same fields",
    { verdict: "accept", effects: { told: TOLD } },
    { verdict: "accept", effects: { told: [TOLD[0], { event: "load.c", fields: { size: 2 } }] } },
    ["verdict"],
    "effects",
  ],
  [
    "told events in another order",
    { verdict: "accept", effects: { told: TOLD } },
    { verdict: "accept", effects: { told: [TOLD[1], TOLD[0]] } },
    ["verdict"],
    "effects",
  ],
  [
    "events that are not told",
    { verdict: "accept", effects: { told: TOLD } },
    { verdict: "accept", effects: { events: ["load.a", "load.b"] } },
    ["verdict"],
    "effects",
  ],
  ["no other events", REFUSAL, withEffects({ events: ["load.a", "load.b"] }), ALL],
];

const STATUSES: readonly Status[] = ["passed", "failed", "crashed", "timed_out", "unsupported", "known", "not_asked"];

/**
 * Judge answers whose grades are known, and add up cases whose sums are: a runner that scores wrongly says so before it
 * says anything about an implementation. Gives what is wrong, one line each.
 */
export function calibrate({ gradeAnswer, meets, Counts }: Scoring): string[] {
  const problems: string[] = [];
  for (const [what, expect, answer, met, missed] of SAMPLES) {
    const graded = gradeAnswer(expect, answer);
    if (graded.met.join() !== met.join() || graded.missed?.grade !== missed) problems.push(`judges wrongly: ${what}`);
    for (const grade of ALL) {
      const isMet = answer !== undefined && (missed === undefined || ALL.indexOf(missed) > ALL.indexOf(grade));
      if (meets(graded, grade) !== isMet) problems.push(`judges wrongly up to ${grade}: ${what}`);
    }
  }
  problems.push(...miscounts(new Counts()));
  // Each grade of a claim is needed, also where it is the last that is asserted.
  for (const grade of ["verdict", "code", "phase"] as const) {
    const counts = new Counts();
    const asserted = [...upTo(grade), grade];
    counts.add("failed", { asserted, met: upTo(grade) });
    counts.add("passed", { asserted, met: asserted });
    if (counts.conforming !== 1) problems.push(`counts wrongly: conforming without ${grade}`);
  }
  return problems;
}

function miscounts(counts: Counts): string[] {
  // One case of the first status, two of the second, and so on: no two sums are equal by chance.
  for (const [index, status] of STATUSES.entries())
    for (let times = 0; times <= index; times += 1)
      counts.add(status, status === "unsupported" || status === "not_asked" ? undefined : sampleOf(status));
  const { grades, ...sums } = counts.toJSON();
  const wrong = STATUSES.filter((status, index) => sums[status] !== index + 1);
  const problems = wrong.map((status) => `counts wrongly: ${status}`);
  if (sums.cases !== 28 || counts.asked !== 16) problems.push("counts wrongly: cases");
  if (counts.conforming !== 1 + 6) problems.push("counts wrongly: conforming cases");
  const expected = { verdict: [7, 16], code: [7, 16], phase: [7, 16], locus: [1, 16], effects: [1, 16] };
  for (const [grade, [met, of]] of Object.entries(expected)) {
    const found = grades.find((row) => row.grade === grade);
    if (found === undefined || found.met !== met || found.of !== of) problems.push(`counts wrongly: grade ${grade}`);
  }
  return problems;
}

/** A passed case met everything, a known one all but its locus, every other one nothing. */
function sampleOf(status: Status): Graded {
  const met = status === "passed" ? ALL : status === "known" ? upTo("locus") : [];
  return { asserted: ALL, met };
}
