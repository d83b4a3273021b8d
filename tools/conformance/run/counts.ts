import type { ReportCounts } from "../../../generated/json/conformance-report.js";
import type { Grade, Graded } from "./grade.js";

// Nothing is imported here but types: the tests compile this file with faults planted into it.

/** What became of a case. Every case has one, so that the counts of all of them sum up to the cases. */
export type Status = "passed" | "failed" | "crashed" | "timed_out" | "unsupported" | "known" | "not_asked";

/** Sums over cases. @spec conformance.report */
export class Counts {
  readonly #byStatus: Record<Status, number> = {
    passed: 0,
    failed: 0,
    crashed: 0,
    timed_out: 0,
    unsupported: 0,
    known: 0,
    not_asked: 0,
  };
  readonly #grades: Record<Grade, { met: number; of: number }> = {
    verdict: { met: 0, of: 0 },
    code: { met: 0, of: 0 },
    phase: { met: 0, of: 0 },
    locus: { met: 0, of: 0 },
    effects: { met: 0, of: 0 },
  };
  /** Cases that met what a claim of conformance asks, the grades up to `phase`. @spec conformance.claim */
  conforming = 0;

  /** Count a case. `graded` is absent for a case that was not asked; such a one enters no grade. */
  add(status: Status, graded?: Graded): void {
    this.#byStatus[status] += 1;
    if (graded === undefined) return;
    for (const grade of graded.asserted) this.#grades[grade].of += 1;
    for (const grade of graded.met) this.#grades[grade].met += 1;
    const needed = graded.asserted.filter((grade) => grade === "verdict" || grade === "code" || grade === "phase");
    if (needed.every((grade) => graded.met.includes(grade))) this.conforming += 1;
  }

  /** Cases of one status. */
  of(status: Status): number {
    return this.#byStatus[status];
  }

  /** All cases. */
  get cases(): number {
    return Object.values(this.#byStatus).reduce((sum, count) => sum + count, 0);
  }

  /** Cases that were put to the implementation. */
  get asked(): number {
    return this.cases - this.of("unsupported") - this.of("not_asked");
  }

  /** The counts as a report shows them. */
  toJSON(): ReportCounts {
    const { not_asked: notAsked, ...counts } = this.#byStatus;
    return {
      cases: this.cases,
      ...counts,
      ...(notAsked > 0 && { not_asked: notAsked }),
      grades: (["verdict", "code", "phase", "locus", "effects"] as const).map((grade) => ({
        grade,
        ...this.#grades[grade],
      })),
    };
  }
}
