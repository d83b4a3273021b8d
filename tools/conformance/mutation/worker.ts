import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import type { VectorOperation } from "../../../generated/enums/vector-operation.js";
import type { VectorInputs } from "../../../generated/json/vector.js";
import { gradeAnswer } from "../run/grade.js";
import type { Answer } from "../session/entrance.js";
import { type JudgedCase, unpackCase } from "./judged-cases.js";
import type { DryFinding, Finding, MutantFinding, Task, WorkerStart } from "./messages.js";

/**
 * One thread with the program that holds the mutants. It is asked case by case, in the same process, which is what makes
 * some thousand mutants affordable; the thread is thrown away when a mutant leaves something behind or does not end.
 */

/** What the instrumenter looks at: which mutant is active, and where it counts what is come by. */
interface Switchboard {
  activeMutant: string | undefined;
  currentTestId: string | undefined;
  /** How often the active mutant was come by; nothing is counted where this is undefined. */
  hitCount: number | undefined;
  /** How often it may be, before the instrumenter throws. */
  hitLimit: number;
  mutantCoverage: {
    readonly static: Record<string, number>;
    readonly perTest: Record<string, Record<string, number>>;
  };
}

type AnswerFunction = (operation: VectorOperation, inputs: VectorInputs) => Promise<Answer>;

const { program, cases, steps, active } = workerData as WorkerStart;
const step = new Int32Array(steps);
const switchboard: Switchboard = {
  activeMutant: active,
  currentTestId: undefined,
  hitCount: undefined,
  hitLimit: 0,
  mutantCoverage: { static: {}, perTest: {} },
};
(globalThis as { __stryker__?: Switchboard }).__stryker__ = switchboard;

// The first task waits for it: what is come by while the program is loaded belongs to no case.
const testee: Promise<{ readonly answer: AnswerFunction }> = import(
  pathToFileURL(join(program, "tools/conformance/testee/index.js")).href
);
// A program that cannot even be loaded fails each of its cases.
testee.catch(() => {});

parentPort?.on("message", (task: Task) => {
  void perform(task).then((finding) => parentPort?.postMessage(finding));
});

function perform(task: Task): Promise<Finding> {
  return task.kind === "dry" ? dryRun() : tryMutant(task);
}

async function dryRun(): Promise<DryFinding> {
  const failures: string[] = [];
  const durations: number[] = [];
  await testee;
  const count = cases.starts.byteLength / 4 - 1;
  for (let number = 0; number < count; number += 1) {
    const each = unpackCase(cases, number);
    switchboard.currentTestId = String(number);
    const start = performance.now();
    const wrong = await failureOf(each);
    durations.push(performance.now() - start);
    if (wrong !== undefined) failures.push(`${each.name}: ${wrong}`);
  }
  switchboard.currentTestId = undefined;
  const { perTest, static: atLoad } = switchboard.mutantCoverage;
  const coverage = Object.entries(perTest).map(([number, hits]) => [Number(number), hits] as const);
  return { kind: "dry", coverage: [[-1, atLoad], ...coverage], durations, failures };
}

async function tryMutant({ id, cases: numbers, hitLimit }: Extract<Task, { kind: "mutant" }>): Promise<MutantFinding> {
  // Counting goes to one place that is thrown away: of a mutant only what is answered matters.
  switchboard.currentTestId = "mutant";
  switchboard.mutantCoverage.perTest["mutant"] = {};
  for (const number of numbers) {
    const each = unpackCase(cases, number);
    Object.assign(switchboard, { activeMutant: id, hitCount: 0, hitLimit });
    const wrong = await failureOf(each);
    await turn();
    const hits = switchboard.hitCount ?? 0;
    switchboard.hitCount = undefined;
    if (active === undefined) switchboard.activeMutant = undefined;
    if (wrong === undefined) continue;
    const spoilt = active === undefined && (await failureOf(unpackCase(cases, number))) !== undefined;
    return { kind: "mutant", id, noticed: number, endless: hits > hitLimit, spoilt };
  }
  return { kind: "mutant", id, noticed: undefined, endless: false, spoilt: false };
}

/** Lets everything that a case began and nobody waits for come to its end, so that it happens to no other mutant. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Why the answer to a case is wrong; undefined where it is right. */
async function failureOf({ question: { operation, inputs }, expect }: JudgedCase): Promise<string | undefined> {
  Atomics.add(step, 0, 1);
  try {
    const { answer } = await testee;
    const graded = gradeAnswer(expect, await answer(operation as VectorOperation, inputs));
    return graded.missed === undefined ? undefined : `misses ${graded.missed.grade}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
