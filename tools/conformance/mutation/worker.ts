import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import type { VectorOperation } from "../../../generated/enums/vector-operation.js";
import type { VectorInputs } from "../../../generated/json/vector.js";
import { openCorpus } from "../corpus/open.js";
import { gradeAnswer } from "../run/grade.js";
import type { Answer } from "../session/entrance.js";
import { type JudgedCase, judgedCases } from "./judged-cases.js";
import type { Finding, Task, WorkerStart } from "./messages.js";

/**
 * One thread with the program that holds the mutants. It is asked case by case, in the same process, which is what makes
 * some thousand mutants affordable; the thread is thrown away when a mutant leaves something behind or does not end.
 */

/** What the instrumenter looks at: which mutant is active, and where it counts what is come by. */
interface Switchboard {
  activeMutant: string | undefined;
  currentTestId: string | undefined;
  hitCount: number | undefined;
  hitLimit: number;
  mutantCoverage: {
    readonly static: Record<string, number>;
    readonly perTest: Record<string, Record<string, number>>;
  };
}

type AnswerFunction = (operation: VectorOperation, inputs: VectorInputs) => Promise<Answer>;

const { program, corpus, active } = workerData as WorkerStart;
const switchboard: Switchboard = {
  activeMutant: active,
  currentTestId: undefined,
  hitCount: undefined,
  hitLimit: 0,
  mutantCoverage: { static: {}, perTest: {} },
};
(globalThis as { __stryker__?: Switchboard }).__stryker__ = switchboard;

const cases = judgedCases(openCorpus(corpus));
const testee: Promise<{ readonly answer: AnswerFunction }> = import(
  pathToFileURL(join(program, "tools/conformance/testee/index.js")).href
);

parentPort?.on("message", (task: Task) => {
  void perform(task).then((finding) => parentPort?.postMessage(finding));
});

function perform(task: Task): Promise<Finding> {
  return task.kind === "dry" ? dryRun() : tryMutant(task);
}

async function dryRun(): Promise<Finding> {
  const failures: string[] = [];
  // What is come by while the program is loaded belongs to no case.
  await testee;
  for (const [number, each] of cases.entries()) {
    switchboard.currentTestId = String(number);
    const wrong = await failureOf(each);
    if (wrong !== undefined) failures.push(`${each.name}: ${wrong}`);
  }
  switchboard.currentTestId = undefined;
  const { perTest, static: atLoad } = switchboard.mutantCoverage;
  const coverage = Object.entries(perTest).map(([number, hits]) => [Number(number), hits] as const);
  return { kind: "dry", coverage: [[-1, atLoad], ...coverage], failures };
}

async function tryMutant({ id, cases: numbers, hitLimit }: Extract<Task, { kind: "mutant" }>): Promise<Finding> {
  // Counting goes to one place that is thrown away: of a mutant only what is answered matters.
  switchboard.currentTestId = "mutant";
  switchboard.mutantCoverage.perTest["mutant"] = {};
  for (const number of numbers) {
    const each = cases[number];
    if (each === undefined) continue;
    Object.assign(switchboard, { activeMutant: id, hitCount: 0, hitLimit });
    const wrong = await failureOf(each);
    if (active === undefined) switchboard.activeMutant = undefined;
    switchboard.hitCount = undefined;
    if (wrong === undefined) continue;
    // A mutant may have left something wrong in a cache; then the next one would be judged by what this one did.
    if (active === undefined && (await failureOf(each)) !== undefined) return { kind: "spoilt", id, noticed: number };
    return { kind: "mutant", id, noticed: number };
  }
  return { kind: "mutant", id, noticed: undefined };
}

/** Why the answer to a case is wrong; undefined where it is right. */
async function failureOf({ question, expect }: JudgedCase): Promise<string | undefined> {
  try {
    const { answer } = await testee;
    const { operation, inputs } = question();
    const graded = gradeAnswer(expect, await answer(operation as VectorOperation, inputs));
    return graded.missed === undefined ? undefined : `misses ${graded.missed.grade}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
