import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Vector } from "../../generated/json/vector.js";
import { ROOT, SPECIFICATION } from "./corpus/specification.js";
import { assemblyExcuses } from "./excused/assembly.js";
import { certificationExcuses } from "./excused/certification.js";
import { hostExcuses } from "./excused/hosts.js";
import { unforced } from "./excused.js";

const musts = SPECIFICATION.requirements.filter(({ level }) => level === "must").map(({ id }) => id);

/** Requirements, and how many vectors of the corpus, which families.test.ts has made anew, force each. */
function forced(): Map<string, number> {
  const counts = new Map<string, number>();
  const folder = `${ROOT}conformance-vectors/families`;
  for (const file of readdirSync(folder)) {
    const vectors = JSON.parse(readFileSync(`${folder}/${file}`, "utf8")) as readonly Vector[];
    for (const clause of vectors.flatMap(({ clauses }) => clauses)) counts.set(clause, (counts.get(clause) ?? 0) + 1);
  }
  return counts;
}

describe("requirements that no vector forces", () => {
  const counts = forced();
  const told = unforced();

  test("every MUST is forced by two vectors, excused or planned", () => {
    // @spec conformance.coverage
    const answered = new Set(told.map(({ clause }) => clause));
    const open = musts.filter((id) => !answered.has(id) && (counts.get(id) ?? 0) < 2);
    expect(open).toEqual([]);
  });

  test("what a vector forces is neither excused nor planned", () => {
    expect(told.filter(({ clause }) => counts.has(clause)).map(({ clause }) => clause)).toEqual([]);
  });

  test("each stands there once, and is a MUST of the specification", () => {
    const clauses = told.map(({ clause }) => clause);
    expect(new Set(clauses).size).toBe(clauses.length);
    expect(clauses.filter((clause) => !musts.includes(clause))).toEqual([]);
    expect(clauses).toEqual([...clauses].sort());
  });

  test("what a host, an assembly or a certification has to show is cited by one of the tests that are named", () => {
    for (const { clauses, tests = [] } of [...hostExcuses, ...assemblyExcuses, ...certificationExcuses]) {
      const texts = tests.map((file) => readFileSync(`${ROOT}${file}`, "utf8"));
      expect(texts.length).toBeGreaterThan(0);
      for (const clause of clauses)
        expect
          .soft(
            texts.some((text) => cites(text, clause)),
            `${clause} in ${tests.join(", ")}`,
          )
          .toBe(true);
    }
  });

  test("every reason is a sentence", () => {
    for (const { clause, reason } of told) expect.soft(reason, clause).toMatch(/^[A-Z].{20,}\.$/);
  });
});

/** Whether a test names a requirement behind `@spec`. */
function cites(text: string, clause: string): boolean {
  return text
    .split("\n")
    .some((line) => line.includes("@spec") && (line.split("@spec")[1] ?? "").split(/[\s,]+/).includes(clause));
}
