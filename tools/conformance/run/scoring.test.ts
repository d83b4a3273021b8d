import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { calibrate, type Scoring } from "./calibrate.js";
import { Counts } from "./counts.js";
import { GRADES, gradeAnswer, isEqual, meets } from "./grade.js";

// Faults are planted into the runner's own scoring; a run begins with a calibration that has to notice each.

/** A module of the runner with a fault planted into its source. */
async function planted(file: string, original: string, fault: string): Promise<Record<string, unknown>> {
  const source = readFileSync(fileURLToPath(new URL(file, import.meta.url)), "utf8");
  const pieces = source.split(original);
  expect(pieces, `${original} stands once in ${file}`).toHaveLength(2);
  const { outputText } = ts.transpileModule(pieces.join(fault), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  return (await import(`data:text/javascript,${encodeURIComponent(outputText)}`)) as Record<string, unknown>;
}

const HONEST: Scoring = { gradeAnswer, meets, Counts };

// @spec conformance.grades, conformance.locus
describe("the calibration", () => {
  test("finds nothing wrong with the scoring as it is", () => {
    expect(calibrate(HONEST)).toEqual([]);
  });

  test.each([
    ["refusals pass for acceptances", "expect.verdict !== answer.verdict", "false"],
    [
      "results are not compared",
      "const difference = differingMembers(",
      "const difference = ((..._: unknown[]) => undefined)(",
    ],
    [
      "codes are not compared",
      "return differingMembers(expected, found) && { expected, found: present(found) };",
      "return undefined;",
    ],
    ["reasons are not compared", "...(reason !== undefined && { reason }) };", "};"],
    [
      "codes are compared in any case",
      "const found = { code: answer.code,",
      "const found = { code: answer.code?.toUpperCase(),",
    ],
    [
      "phases are not compared",
      'return differingMembers({ phase }, { phase: context?.["phase"] });',
      "return undefined;",
    ],
    ["offsets are not compared", 'at: "offset", path', "path"],
    ["sections are looked for under another name", 'section: "section_id"', 'section: "section"'],
    [
      "loci pass where the answer has none",
      "const found = Object.fromEntries(Object.entries(LOCUS).map(([name, member]) => [name, own(context, member)]));",
      "const found = locus as Members;",
    ],
    [
      "contexts are not compared",
      "const contexts = differingMembers(context, answer.context ?? {});",
      "const contexts = undefined as Difference | undefined;",
    ],
    ["one read too many passes", "reads.length > most", "reads.length > most + 1"],
    [
      "missing reads pass",
      "(reads === undefined || reads.length > most)",
      "(reads !== undefined && reads.length > most)",
    ],
    [
      "the last byte of a range may be read",
      "Math.max(a.offset, b.offset) < Math.min(a.offset + a.length, b.offset + b.length)",
      "Math.max(a.offset, b.offset) < Math.min(a.offset + a.length, b.offset + b.length) - 1",
    ],
    [
      "a read of nothing touches a byte",
      "Math.max(a.offset, b.offset) < Math.min",
      "Math.max(a.offset, b.offset) <= Math.min",
    ],
    ["events may be missing", "return next === wanted.length;", "return true;"],
    ["events may stand in any order", "if (name === wanted[next]) next += 1;", "if (wanted.includes(name)) next += 1;"],
    [
      "told events may have other fields",
      "event === first.event && differingMembers(first.fields, fields) === undefined",
      "event === first.event",
    ],
    ["told events may have other names", "event === first.event &&", ""],
    ["told events may stand in any order", "others.slice(at + 1)", "others"],
    ["events may be left untold", "at >= 0 && isToldAmong", "isToldAmong"],
    ["events that must not be may be", "events?.includes(name) !== false", "events === undefined"],
    ["events that are not told are none", "events?.includes(name) !== false", "events?.includes(name) === true"],
    [
      "a later grade counts behind a missed one",
      "return { asserted, met, missed: { grade, ...difference } };",
      "continue;",
    ],
    [
      "what is not asserted is met",
      "const asserted = GRADES.filter((grade) => isAsserted(expect, grade));",
      "const asserted = [...GRADES];",
    ],
    [
      "no answer meets everything",
      "if (answer === undefined) return { asserted, met };",
      "if (answer === undefined) return { asserted, met: asserted };",
    ],
    ["an empty locus is asserted", "return locus !== undefined && Object.keys(locus).length > 0;", "return true;"],
    ["lists of other lengths are equal", "a.length !== b.length", "a.length > b.length"],
    [
      "objects with more members are equal",
      "names.length !== Object.keys(b).length",
      "names.length > Object.keys(b).length",
    ],
    ["texts and numbers are equal", "if (a === b) return true;", "if (a == b) return true;"],
    [
      "null is nothing",
      "const differing = Object.keys(expected).filter(",
      "const differing = Object.keys(expected).filter((member) => expected[member] !== null).filter(",
    ],
    ["grades are judged one short", "GRADES.indexOf(grade) > last ||", "GRADES.indexOf(grade) >= last ||"],
    ["one grade is enough", "return asserted.every((grade)", "return asserted.some((grade)"],
  ])("notices that %s", async (_what, original, fault) => {
    const module = await planted("./grade.ts", original, fault);
    const faulty = { ...HONEST, gradeAnswer: module["gradeAnswer"], meets: module["meets"] } as Scoring;
    expect(calibrate(faulty)).not.toEqual([]);
  });

  test.each([
    [
      "failed cases count as passed",
      "this.#byStatus[status] += 1;",
      "this.#byStatus[status === 'failed' ? 'passed' : status] += 1;",
    ],
    [
      "known failures count as passed",
      "this.#byStatus[status] += 1;",
      "this.#byStatus[status === 'known' ? 'passed' : status] += 1;",
    ],
    [
      "timeouts count as crashes",
      "this.#byStatus[status] += 1;",
      "this.#byStatus[status === 'timed_out' ? 'crashed' : status] += 1;",
    ],
    [
      "unsupported cases vanish",
      "this.#byStatus[status] += 1;",
      "if (status !== 'unsupported') this.#byStatus[status] += 1;",
    ],
    ["cases that were not asked vanish", "...(notAsked > 0 && { not_asked: notAsked }),", ""],
    [
      "grades are counted of those that met them",
      "this.#grades[grade].of += 1;",
      "if (graded.met.includes(grade)) this.#grades[grade].of += 1;",
    ],
    [
      "grades that were asserted count as met",
      "for (const grade of graded.met) this",
      "for (const grade of graded.asserted) this",
    ],
    ["a claim needs no code", '|| grade === "code" ', ""],
    ["every case conforms", "if (needed.every((grade) => graded.met.includes(grade)))", ""],
    ["unsupported cases were asked", 'return this.cases - this.of("unsupported")', "return this.cases"],
  ])("notices that %s", async (_what, original, fault) => {
    const module = await planted("./counts.ts", original, fault);
    const found = calibrate({ ...HONEST, Counts: module["Counts"] as Scoring["Counts"] });
    expect(found).not.toEqual([]);
  });
});

// @spec conformance.grades
describe("grades", () => {
  const json = fc.jsonValue({ maxDepth: 3 });

  test("two values are equal exactly where their JSON with sorted members is", () => {
    const sorted = (value: unknown): string =>
      JSON.stringify(value, (_key, item: unknown) =>
        typeof item === "object" && item !== null && !Array.isArray(item)
          ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
          : item,
      );
    fc.assert(fc.property(json, json, (a, b) => isEqual(a, b) === (sorted(a) === sorted(b))));
    fc.assert(fc.property(json, (value) => isEqual(value, JSON.parse(JSON.stringify(value)))));
  });

  test("a grade is met only behind all before it, and what is met is asserted", () => {
    const part = fc.record(
      {
        code: fc.constantFrom("A", "B"),
        reason: fc.constantFrom("a", "b"),
        phase: fc.constantFrom("p", "q"),
        at: fc.constantFrom(0, 1),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(part, part, (expected, given) => {
        const { at, ...rest } = expected;
        const expectation = { verdict: "reject" as const, ...rest, ...(at !== undefined && { locus: { at } }) };
        const { code, reason, phase, at: offset } = given;
        const context = Object.fromEntries(
          Object.entries({ reason, phase, offset }).filter(([, value]) => value !== undefined),
        );
        const { asserted, met, missed } = gradeAnswer(expectation, {
          verdict: "reject",
          context,
          ...(code !== undefined && { code }),
        });
        expect(met).toEqual(asserted.slice(0, met.length));
        expect(missed?.grade).toBe(asserted[met.length]);
        for (const grade of GRADES)
          expect(meets({ asserted, met }, grade)).toBe(
            missed === undefined || GRADES.indexOf(missed.grade) > GRADES.indexOf(grade),
          );
      }),
    );
  });
});
