import { Worker } from "node:worker_threads";
import type { Mutant } from "./instrument.js";
import type { Finding, Task, WorkerStart } from "./messages.js";

/** What became of a mutant. `unreached`: no case of the corpus comes by it. */
export type Outcome = "killed" | "timed out" | "survived" | "unreached";

/** A mutant and what became of it. */
export interface JudgedMutant extends Mutant {
  readonly outcome: Outcome;
  /** Number of cases that come by it. */
  readonly reached: number;
}

/** How a campaign runs. */
export interface CampaignOptions {
  /** Folder of the program with the mutants. */
  readonly program: string;
  /** Folder of the corpus. */
  readonly corpus: string;
  /** Threads at once. */
  readonly jobs: number;
  /** Longest time for all cases of one mutant, in milliseconds. */
  readonly patience: number;
  /** Told after each mutant. */
  readonly onProgress?: (done: number, of: number) => void;
}

/** The corpus does not accept the reference as it is: nothing can be said about its mutants then. */
export class DryRunFailure extends Error {
  readonly failures: readonly string[];

  constructor(failures: readonly string[]) {
    super(`${failures.length} cases fail without any mutant`);
    this.failures = failures;
  }
}

/** What a mutant may be come by more often than without it, before it counts as endless. */
const HITS_FACTOR = 100;

/**
 * Puts every mutant to every case that comes by it, until one notices.
 *
 * @throws DryRunFailure
 */
export async function runCampaign(mutants: readonly Mutant[], options: CampaignOptions): Promise<JudgedMutant[]> {
  const { coverage, failures } = await dryRun(options);
  if (failures.length > 0) throw new DryRunFailure(failures);
  const plan = planOf(mutants, coverage);
  const judged: JudgedMutant[] = [];
  const waiting = [...plan];
  const lane = async (): Promise<void> => {
    const thread = new Thread(options);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { mutant, cases } = next;
      const outcome = cases.length === 0 ? "unreached" : await thread.judge(next);
      judged.push({ ...mutant, outcome, reached: cases.length });
      options.onProgress?.(judged.length, plan.length);
    }
    await thread.close();
  };
  await Promise.all(Array.from({ length: options.jobs }, lane));
  return judged.sort((a, b) => Number(a.id) - Number(b.id));
}

/** A mutant with the cases that come by it. */
interface Planned {
  readonly mutant: Mutant;
  readonly cases: readonly number[];
  readonly hitLimit: number;
  /** Whether it is come by while the program is loaded: then it has to be active from the start. */
  readonly atLoad: boolean;
}

type Coverage = Extract<Finding, { kind: "dry" }>["coverage"];

function planOf(mutants: readonly Mutant[], coverage: Coverage): Planned[] {
  const cases = new Map<string, number[]>();
  const most = new Map<string, number>();
  const atLoad = new Set<string>();
  const all: number[] = [];
  for (const [number, hits] of coverage) {
    if (number >= 0) all.push(number);
    for (const [id, count] of Object.entries(hits)) {
      if (number < 0) atLoad.add(id);
      else cases.set(id, [...(cases.get(id) ?? []), number]);
      most.set(id, Math.max(most.get(id) ?? 0, count));
    }
  }
  return mutants.map((mutant) => ({
    mutant,
    // What is made while loading may be used by any case.
    cases: atLoad.has(mutant.id) ? all : (cases.get(mutant.id) ?? []),
    hitLimit: ((most.get(mutant.id) ?? 0) + 1) * HITS_FACTOR,
    atLoad: atLoad.has(mutant.id),
  }));
}

async function dryRun(options: CampaignOptions): Promise<Extract<Finding, { kind: "dry" }>> {
  const worker = startWorker(options);
  try {
    const ending = await ask(worker, { kind: "dry" });
    if (ending.kind !== "dry") throw new Error("the dry run did not end");
    return ending;
  } finally {
    await worker.terminate();
  }
}

/** One lane of the campaign: a worker that is replaced when it cannot go on. */
class Thread {
  readonly #options: CampaignOptions;
  #worker: Worker | undefined;

  constructor(options: CampaignOptions) {
    this.#options = options;
  }

  async judge(planned: Planned): Promise<Outcome> {
    if (planned.atLoad) return this.#judgeAtLoad(planned);
    this.#worker ??= startWorker(this.#options);
    const ending = await ask(this.#worker, taskOf(planned), this.#options.patience);
    if (ending.kind !== "mutant") await this.close();
    // In a fresh thread nothing of an earlier mutant is left: what the case says there holds.
    if (ending.kind === "spoilt") return this.#judgeAtLoad({ ...planned, cases: [ending.noticed] });
    return outcomeOf(ending);
  }

  /** In a thread of its own, with the mutant active before the first line runs. */
  async #judgeAtLoad(planned: Planned): Promise<Outcome> {
    const worker = startWorker(this.#options, planned.mutant.id);
    try {
      return outcomeOf(await ask(worker, taskOf(planned), this.#options.patience));
    } finally {
      await worker.terminate();
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}

function outcomeOf(ending: Ending): Outcome {
  if (ending.kind === "timed out") return "timed out";
  return ending.kind === "mutant" && ending.noticed === undefined ? "survived" : "killed";
}

function taskOf({ mutant, cases, hitLimit }: Planned): Task {
  return { kind: "mutant", id: mutant.id, cases, hitLimit };
}

function startWorker({ program, corpus }: CampaignOptions, active?: string): Worker {
  const start: WorkerStart = { program, corpus, ...(active !== undefined && { active }) };
  return new Worker(new URL("worker.js", import.meta.url), { workerData: start, stderr: true, stdout: true });
}

/** What comes of a task: a finding, or that the worker ended or gave none in time. */
type Ending = Finding | { readonly kind: "crashed" } | { readonly kind: "timed out" };

function ask(worker: Worker, task: Task, patience?: number): Promise<Ending> {
  return new Promise((resolve) => {
    const end = (ending: Ending): void => {
      clearTimeout(timer);
      worker.off("message", end);
      worker.off("error", gone);
      worker.off("exit", gone);
      resolve(ending);
    };
    const gone = (): void => end({ kind: "crashed" });
    const timer = patience === undefined ? undefined : setTimeout(() => end({ kind: "timed out" }), patience);
    worker.on("message", end);
    worker.on("error", gone);
    worker.on("exit", gone);
    worker.postMessage(task);
  });
}
