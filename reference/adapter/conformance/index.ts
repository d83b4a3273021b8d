/**
 * A check that anybody can put a Platform_Adapter of their own through. Needs no test framework.
 *
 * @module adapter-conformance
 */
import { ADAPTER_CHECKS } from "./adapter-checks.js";
import { type AdapterConformanceSubject, AdapterTrial, NotApplicable } from "./adapter-trial.js";

export type { AdapterConformanceSubject, AdapterExercise } from "./adapter-trial.js";

/** The verdict of one check. */
export interface AdapterConformanceCheck {
  /** What was checked, in few words. */
  readonly name: string;
  /** The requirement of the specification behind it. */
  readonly requirement: string;
  /** `undefined` where the check does not apply, or nothing was given to check it with. */
  readonly passed: boolean | undefined;
  /** What was found, where it is not simply right. */
  readonly detail: string;
}

/** What became of all checks. */
export interface AdapterConformanceReport {
  /** Whether no check has failed. */
  readonly passed: boolean;
  /** Every check, in a fixed order. */
  readonly checks: readonly AdapterConformanceCheck[];
}

/**
 * Put a Platform_Adapter through everything the bus relies on. Give it a way to make adapters, and look at what it
 * returns. Without exercises nothing of the host is touched; with them the instructions are really carried out, with
 * every capability granted and nothing else allowed than the subject's policy says.
 *
 * ```ts
 * const { passed, checks } = await checkAdapterConformance({
 *   make: () => createMyAdapter(),
 *   exercises: [{ name: "the clock", instruction: timeClockWall() }],
 * });
 * ```
 *
 * @returns the report; never rejects for what an adapter does
 * @spec adapters.conformance
 */
export async function checkAdapterConformance(subject: AdapterConformanceSubject): Promise<AdapterConformanceReport> {
  const checks: AdapterConformanceCheck[] = [];
  for (const [name, requirement, check] of ADAPTER_CHECKS) {
    let passed: boolean | undefined = true;
    let detail = "";
    let trial: AdapterTrial | undefined;
    try {
      trial = new AdapterTrial(subject);
      await check(trial);
    } catch (error) {
      passed = error instanceof NotApplicable ? undefined : false;
      detail = error instanceof Error ? error.message : "something that is no error was thrown";
    }
    try {
      trial?.end();
    } catch {
      // Judged by the check that is about closing.
    }
    checks.push({ name, requirement, passed, detail });
  }
  return { passed: checks.every(({ passed }) => passed !== false), checks };
}
