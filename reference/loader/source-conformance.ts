import { SOURCE_CHECKS } from "./source-checks.js";
import { NotApplicable, type SourceConformanceSubject, Trial } from "./source-trial.js";

export type { SourceConformanceSubject } from "./source-trial.js";

/** The verdict of one check. */
export interface SourceConformanceCheck {
  /** What was checked, in few words. */
  readonly name: string;
  /** The requirement of the specification behind it. */
  readonly requirement: string;
  /** `undefined` where the check does not apply to the source. */
  readonly passed: boolean | undefined;
  /** What was found, where it is not simply right. */
  readonly detail: string;
}

/** What became of all checks. */
export interface SourceConformanceReport {
  /** Whether no check has failed. */
  readonly passed: boolean;
  /** Every check, in a fixed order. */
  readonly checks: readonly SourceConformanceCheck[];
}

/**
 * Put a source through everything a loader relies on. Needs no test framework: give it a way to make sources, and look
 * at what it returns. Takes some fifty sources over objects of at most 40,000 bytes.
 *
 * @returns the report; never throws for what a source does
 * @spec loader.source.conformance
 */
export async function checkSourceConformance(subject: SourceConformanceSubject): Promise<SourceConformanceReport> {
  const checks: SourceConformanceCheck[] = [];
  for (const [name, requirement, check] of SOURCE_CHECKS) {
    const trial = new Trial(subject);
    let passed: boolean | undefined = true;
    let detail = "";
    try {
      await trial.patiently(check(trial));
    } catch (error) {
      passed = error instanceof NotApplicable ? undefined : false;
      detail = error instanceof Error ? error.message : "something that is no error was thrown";
    }
    await trial.end();
    checks.push({ name, requirement, passed, detail });
  }
  return { passed: checks.every(({ passed }) => passed !== false), checks };
}
