import type { Mutant } from "./instrument.js";
import type { JudgedCase } from "./judged-cases.js";
import { packCases } from "./judged-cases.js";
import type { DryFinding } from "./messages.js";
import { type Ending, WorkerThread, type WorkerThreadOptions } from "./worker-thread.js";

/**
 * What became of a mutant.
 *
 * `killed`: a case was answered wrongly. `timed out`: a case came by the mutant far more often than without it, or was not
 * answered in time; the mutant does not end, which an implementer notices as well. `survived`: every case that comes by
 * it was answered rightly. `unreached`: no case comes by it.
 */
export type Outcome = "killed" | "timed out" | "survived" | "unreached";

/** A mutant and what became of it. */
export interface JudgedMutant extends Mutant {
  readonly outcome: Outcome;
  /** Number of cases that come by it; all cases where loading does. */
  readonly reached: number;
  /** The case that noticed. */
  readonly by?: string;
}

/** How a campaign runs. */
export interface CampaignOptions {
  /** Folder of the program with the mutants. */
  readonly program: string;
  /** The cases. */
  readonly cases: readonly JudgedCase[];
  /** Threads at once. */
  readonly jobs: number;
  /** Longest time for one case, in milliseconds. */
  readonly patience: number;
  /** Cases for one mutant at most; all that come by it where absent. What survives fewer survives a stricter test. */
  readonly most?: number;
  /** Told after each mutant what became of those judged so far. */
  readonly onProgress?: (judged: readonly JudgedMutant[], of: number) => void;
}

/** The corpus does not accept the reference as it is: nothing can be said about its mutants then. */
export class DryRunFailure extends Error {
  readonly failures: readonly string[];

  constructor(failures: readonly string[]) {
    super(`${failures.length} cases fail without any mutant`);
    this.failures = failures;
  }
}

/** How much more often than without it a mutant may be come by in a case, before it counts as endless. */
const HITS_FACTOR = 100;

/**
 * Puts every mutant to every case that comes by it, until one notices.
 *
 * @throws DryRunFailure
 */
export async function runCampaign(mutants: readonly Mutant[], options: CampaignOptions): Promise<JudgedMutant[]> {
  const threads = { ...options, cases: packCases(options.cases) };
  const dry = await dryRun(threads);
  if (dry.failures.length > 0) throw new DryRunFailure(dry.failures);
  const waiting = planOf(mutants, dry);
  const order = new CaseOrder(waiting, dry.durations);
  const judged: JudgedMutant[] = [];
  const lane = async (): Promise<void> => {
    const judge = new Judge(threads, order, options.most);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { mutant, cases } = next;
      const { outcome, by } = cases.length === 0 ? UNREACHED : await judge.judge(next);
      const name = by === undefined ? undefined : options.cases[by]?.name;
      judged.push({ ...mutant, outcome, reached: cases.length, ...(name !== undefined && { by: name }) });
      options.onProgress?.(judged, mutants.length);
    }
    await judge.close();
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

function planOf(mutants: readonly Mutant[], { coverage, durations }: DryFinding): Planned[] {
  const cases = new Map<string, number[]>();
  const most = new Map<string, number>();
  const atLoad = new Set<string>();
  for (const [number, hits] of coverage) {
    for (const [id, count] of Object.entries(hits)) {
      if (number < 0) atLoad.add(id);
      else {
        const own = cases.get(id);
        if (own === undefined) cases.set(id, [number]);
        else own.push(number);
      }
      most.set(id, Math.max(most.get(id) ?? 0, count));
    }
  }
  const all = durations.map((_, number) => number);
  return mutants.map((mutant) => ({
    mutant,
    // What is made while loading may be used by any case.
    cases: atLoad.has(mutant.id) ? all : (cases.get(mutant.id) ?? []),
    hitLimit: ((most.get(mutant.id) ?? 0) + 1) * HITS_FACTOR,
    atLoad: atLoad.has(mutant.id),
  }));
}

/**
 * In which order cases are put to a mutant: first what noticed others of the same file, then what comes by the functions
 * of that file, then the fast ones. The order changes nothing in what is found, only how soon.
 */
class CaseOrder {
  readonly #durations: readonly number[];
  readonly #noticed = new Map<string, Map<number, number>>();
  readonly #near = new Map<string, Set<number>>();

  constructor(plan: readonly Planned[], durations: readonly number[]) {
    this.#durations = durations;
    for (const { mutant, cases, atLoad } of plan) {
      const near = this.#near.get(mutant.file) ?? new Set<number>();
      this.#near.set(mutant.file, near);
      if (!atLoad) for (const number of cases) near.add(number);
    }
  }

  sorted(file: string, cases: readonly number[]): number[] {
    const [noticed, near] = [this.#noticed.get(file), this.#near.get(file)];
    const often = (number: number): number => noticed?.get(number) ?? 0;
    const isNear = (number: number): number => (near?.has(number) === true ? 1 : 0);
    const time = (number: number): number => this.#durations[number] ?? 0;
    return [...cases].sort((a, b) => often(b) - often(a) || isNear(b) - isNear(a) || time(a) - time(b));
  }

  add(file: string, number: number): void {
    const noticed = this.#noticed.get(file) ?? new Map<number, number>();
    noticed.set(number, (noticed.get(number) ?? 0) + 1);
    this.#noticed.set(file, noticed);
  }
}

async function dryRun(options: WorkerThreadOptions): Promise<DryFinding> {
  const thread = new WorkerThread(options);
  try {
    const ending = await thread.ask({ kind: "dry" });
    if (ending.kind !== "dry") throw new Error("the dry run did not end");
    return ending;
  } finally {
    await thread.close();
  }
}

interface Verdict {
  readonly outcome: Outcome;
  /** Number of the case that noticed. */
  readonly by?: number;
}

const UNREACHED: Verdict = { outcome: "unreached" };

/** One lane of the campaign: a thread that is replaced when it cannot go on. */
class Judge {
  readonly #options: WorkerThreadOptions;
  readonly #order: CaseOrder;
  readonly #most: number;
  #thread: WorkerThread | undefined;

  constructor(options: WorkerThreadOptions, order: CaseOrder, most = Infinity) {
    this.#options = options;
    this.#most = most;
    this.#order = order;
  }

  async judge(planned: Planned): Promise<Verdict> {
    const { file } = planned.mutant;
    const cases = this.#order.sorted(file, planned.cases).slice(0, this.#most);
    const verdict = await this.#verdictOf({ ...planned, cases });
    if (verdict.by !== undefined) this.#order.add(file, verdict.by);
    return verdict;
  }

  async #verdictOf(planned: Planned): Promise<Verdict> {
    if (planned.atLoad) return this.#judgeAlone(planned);
    this.#thread ??= new WorkerThread(this.#options);
    const ending = await this.#ask(this.#thread, planned);
    if (ending.kind !== "mutant" || ending.spoilt) await this.close();
    // What an earlier mutant or case left in the thread may have hidden this one or have been noticed in its place;
    // alone, nothing has.
    const isDoubtful =
      ending.kind === "crashed" || (ending.kind === "mutant" && (ending.spoilt || ending.noticed === undefined));
    return isDoubtful ? this.#judgeAlone(planned) : verdictOf(ending);
  }

  /** In a thread of its own, with the mutant active before the first line runs. */
  async #judgeAlone(planned: Planned): Promise<Verdict> {
    const thread = new WorkerThread(this.#options, planned.mutant.id);
    try {
      return verdictOf(await this.#ask(thread, planned));
    } finally {
      await thread.close();
    }
  }

  #ask(thread: WorkerThread, { mutant, cases, hitLimit }: Planned): Promise<Ending> {
    return thread.ask({ kind: "mutant", id: mutant.id, cases, hitLimit });
  }

  async close(): Promise<void> {
    await this.#thread?.close();
    this.#thread = undefined;
  }
}

function verdictOf(ending: Ending): Verdict {
  if (ending.kind === "timed out") return { outcome: "timed out" };
  if (ending.kind !== "mutant") return { outcome: "killed" };
  const { noticed, endless } = ending;
  if (noticed === undefined) return { outcome: "survived" };
  return { outcome: endless ? "timed out" : "killed", by: noticed };
}
