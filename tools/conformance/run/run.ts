import { isVectorFamily, VECTOR_FAMILY_ROWS } from "../../../generated/enums/vector-family.js";
import { isVectorOperation, VECTOR_OPERATIONS } from "../../../generated/enums/vector-operation.js";
import type { ConformanceReport, ReportFinding } from "../../../generated/json/conformance-report.js";
import { type Case, type Chosen, casesOf, countCases } from "../corpus/cases.js";
import { choose, type Filter, stepOf } from "../corpus/choose.js";
import { CorpusFault } from "../corpus/corpus-fault.js";
import type { OpenCorpus } from "../corpus/open.js";
import { CommandEntrance } from "../session/command.js";
import { wordsOf } from "../session/command-line.js";
import type { Bounds, Entrance, Introduction, Outcome } from "../session/entrance.js";
import { Session } from "../session/session.js";
import type { Transcript } from "../session/transcript.js";
import { calibrate } from "./calibrate.js";
import { Counts, type Status } from "./counts.js";
import { type Grade, type Graded, gradeAnswer, meets } from "./grade.js";
import { type Failure, gotFrom, type KnownFailure, KnownFailures } from "./known-failures.js";
import { ladderOf } from "./ladder.js";
import { shortened } from "./shortened.js";

/** What a run is made with. */
export interface RunOptions {
  readonly corpus: OpenCorpus;
  readonly filter: Filter;
  /** Grade up to which a case has to be right to pass. */
  readonly grade: Grade;
  /** Command line of the implementation. */
  readonly command: string;
  readonly entrance: "session" | "command";
  /** Operations that a command has; all of them where absent. A session says it itself. */
  readonly operations?: readonly string[];
  readonly bounds: Bounds;
  /** Processes that answer at a time. */
  readonly jobs: number;
  /** Crashes and timeouts after which nothing more is asked. */
  readonly mostCrashes: number;
  /** Whether nothing more is asked after the first case that does not pass. */
  readonly failFast: boolean;
  readonly knownFailures: readonly KnownFailure[];
  readonly transcript: Transcript;
  readonly runner: ConformanceReport["runner"];
  /** The wall clock. @spec conformance.injected */
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Called after each case. */
  readonly onProgress?: (progress: Progress) => void;
}

/** How far a run is. */
export interface Progress {
  readonly done: number;
  readonly cases: number;
  readonly family: string;
  /** Cases that did not pass so far. */
  readonly failed: number;
}

/** What a run gives. */
export interface RunResult {
  readonly report: ConformanceReport;
  /** Everything that did not pass, as a list of known failures states it, in the order of the corpus. */
  readonly failures: readonly Failure[];
  /** Why the implementation did not say what it is, where it did not: nothing was judged then. */
  readonly noIntroduction?: string;
}

/** A run that its user stopped. */
export class RunStopped extends Error {
  override readonly name = "RunStopped";
}

interface Pending {
  readonly asked: Case;
  readonly outcome: Outcome;
  readonly milliseconds: number;
}

interface Judged {
  readonly status: Status;
  readonly graded?: Graded;
  readonly outcome?: Outcome;
  readonly milliseconds: number;
}

interface FamilyTally {
  readonly counts: Counts;
  milliseconds: number;
}

/**
 * Ask an implementation the cases that were chosen, and judge its answers.
 *
 * @throws UnknownFilter, CorpusFault, CommandLineFault, RunStopped
 * @spec conformance.report
 */
export async function runVectors(options: RunOptions): Promise<RunResult> {
  const problems = calibrate({ gradeAnswer, meets, Counts });
  if (problems.length > 0) throw new CorpusFault(problems.map((problem) => `this runner ${problem}`));
  return new Run(options).result();
}

class Run {
  readonly #options: RunOptions;
  readonly #chosen: readonly Chosen[];
  readonly #cases: number;
  readonly #queue: Generator<Case, void, void>;
  readonly #known: KnownFailures;
  readonly #totals = new Counts();
  readonly #families = new Map<string, FamilyTally>();
  readonly #findings: { sequence: number; finding: ReportFinding; failure: Failure }[] = [];
  /** Vectors with a case that did not pass, and those that were not asked. */
  readonly #imperfect = new Set<string>();
  readonly #unsupported = new Set<string>();
  /** How often each operation was asked, and how often its verdict was right. */
  readonly #operations = new Map<string, { asked: number; right: number }>();
  readonly #problems = new Set<string>();
  #introduction: Introduction | undefined;
  #noIntroduction: string | undefined;
  #crashes = 0;
  #done = 0;
  #notPassed = 0;
  #isStopped = false;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#chosen = choose(options.corpus, options.filter);
    this.#cases = countCases(this.#chosen);
    this.#queue = casesOf(options.corpus, this.#chosen);
    this.#known = new KnownFailures(options.knownFailures);
    for (const { family } of this.#chosen) this.#families.set(family, { counts: new Counts(), milliseconds: 0 });
  }

  async result(): Promise<RunResult> {
    const started = this.#options.now();
    const began = performance.now();
    const first = this.#entrance();
    try {
      const introduction = await this.#whileNotAborted([first], () => first.introduce());
      if ("kind" in introduction) {
        this.#noIntroduction = introduction.detail;
        this.#problems.add(`the implementation cannot be started: ${introduction.detail}`);
      } else this.#introduction = introduction;
      const jobs = Math.max(1, Math.min(this.#options.jobs, this.#cases));
      const entrances = [first, ...Array.from({ length: jobs - 1 }, () => this.#entrance())];
      await this.#whileNotAborted(entrances, () => Promise.all(entrances.map((entrance) => this.#work(entrance))));
    } finally {
      await first.close();
    }
    this.#checkEverything();
    const duration = Math.round(performance.now() - began);
    return this.#make(started, duration);
  }

  #entrance(): Entrance {
    const { command, entrance, bounds, transcript, operations } = this.#options;
    const words = wordsOf(command);
    if (entrance === "session") return new Session(words, bounds, transcript);
    return new CommandEntrance(words, bounds, transcript, {
      name: command,
      version: "",
      language: "",
      specification: "",
      // A command cannot introduce itself: it has whatever its user does not leave out.
      operations: operations ?? VECTOR_OPERATIONS,
      features: [],
    });
  }

  /** Work with entrances, which are abandoned where somebody stops the run. @throws RunStopped */
  async #whileNotAborted<T>(entrances: readonly Entrance[], begin: () => Promise<T>): Promise<T> {
    const { signal } = this.#options;
    let stop: () => void = () => undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => {
        this.#isStopped = true;
        reject(new RunStopped("stopped"));
      };
    });
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    const work = begin();
    try {
      return await Promise.race([work, aborted]);
    } catch (error) {
      await Promise.allSettled(entrances.map((entrance) => entrance.abandon()));
      await work.catch(() => undefined);
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Ask with one entrance until nothing is left. A case counts when nothing can come to light about it any more. */
  async #work(entrance: Entrance): Promise<void> {
    let pending: Pending | undefined;
    try {
      // Not `for of`: its end would end the queue for the other entrances too.
      for (;;) {
        const { value: asked } = this.#queue.next();
        if (asked === undefined || this.#options.signal.aborted) return;
        if (!this.#isSupported(asked)) {
          this.#finish(asked, { status: "unsupported", milliseconds: 0 });
          continue;
        }
        if (this.#isStopped) {
          this.#finish(asked, { status: "not_asked", milliseconds: 0 });
          continue;
        }
        const { outcome, earlier, milliseconds } = await entrance.ask(asked.question());
        this.#judgePending(pending, earlier);
        pending = { asked, outcome, milliseconds };
        // Whoever does not answer is judged at once, so that it is known when to stop.
        if (outcome.kind !== "answer" || this.#options.failFast) {
          this.#judge(pending);
          pending = undefined;
        }
      }
    } finally {
      const { earlier, problems } = await entrance.close();
      for (const problem of problems) this.#problems.add(problem);
      this.#judgePending(pending, earlier);
    }
  }

  /** Judge the case before, unless something came to light that fails it. @spec conformance.session.stray */
  #judgePending(pending: Pending | undefined, earlier: Outcome | undefined): void {
    if (pending !== undefined) this.#judge({ ...pending, ...(earlier !== undefined && { outcome: earlier }) });
    else if (earlier !== undefined && earlier.kind !== "answer") this.#problems.add(earlier.detail);
  }

  /** Whether the implementation declared what a case needs. @spec conformance.unsupported */
  #isSupported({ vector }: Case): boolean {
    // Nobody introduced himself: nothing may be left out.
    if (this.#introduction === undefined) return true;
    const { operations, features } = this.#introduction;
    return operations.includes(vector.operation) && vector.features.every((feature) => features.includes(feature));
  }

  #judge({ asked, outcome, milliseconds }: Pending): void {
    const graded = gradeAnswer(asked.expect, outcome.kind === "answer" ? outcome.answer : undefined);
    const { vector, number } = asked;
    const row = this.#operations.get(vector.operation) ?? { asked: 0, right: 0 };
    this.#operations.set(vector.operation, {
      asked: row.asked + 1,
      right: row.right + (graded.met.includes("verdict") ? 1 : 0),
    });
    if (outcome.kind !== "answer") {
      this.#crashes += 1;
      if (this.#crashes === this.#options.mostCrashes) {
        this.#isStopped = true;
        this.#problems.add(`nothing more was asked after ${this.#crashes} crashes and timeouts`);
      }
    } else if (meets(graded, this.#options.grade)) {
      this.#known.passed(vector.id, number);
      this.#finish(asked, { status: "passed", graded, outcome, milliseconds });
      return;
    }
    const isKnown = this.#known.isKnown(vector.id, number, gotFrom(outcome, graded));
    const status = isKnown ? "known" : outcome.kind === "answer" ? "failed" : outcome.kind;
    if (!isKnown && this.#options.failFast && !this.#isStopped) {
      this.#isStopped = true;
      this.#problems.add("nothing more was asked after the first case that did not pass");
    }
    this.#finish(asked, { status, graded, outcome, milliseconds });
  }

  #finish(asked: Case, { status, graded, outcome, milliseconds }: Judged): void {
    const { family, vector, number, sequence } = asked;
    const tally = this.#families.get(family);
    tally?.counts.add(status, graded);
    this.#totals.add(status, graded);
    if (tally !== undefined) tally.milliseconds += milliseconds;
    if (status === "unsupported") this.#unsupported.add(vector.id);
    if (status !== "passed") this.#imperfect.add(vector.id);
    if (graded !== undefined && outcome !== undefined && isFinding(status)) {
      this.#notPassed += 1;
      const finding = findingOf(asked, status, graded, outcome);
      const failure = { id: vector.id, ...(number !== undefined && { number }), got: gotFrom(outcome, graded) };
      this.#findings.push({ sequence, finding, failure });
    }
    this.#done += 1;
    this.#options.onProgress?.({ done: this.#done, cases: this.#cases, family, failed: this.#notPassed });
  }

  /** What makes a run fail besides its cases. @spec conformance.no-vacuous-pass */
  #checkEverything(): void {
    const { corpus, filter, now, knownFailures } = this.#options;
    if (this.#cases === 0) this.#problems.add("no case was chosen");
    else if (this.#totals.of("unsupported") === this.#cases)
      this.#problems.add(
        `no case was asked: none of the ${this.#cases} is of an operation and features that are declared`,
      );
    if (this.#totals.cases !== this.#cases)
      this.#problems.add(`the runner lost count: ${this.#totals.cases} results of ${this.#cases} cases`);
    this.#checkDeclared();
    if (knownFailures.length === 0) return;
    const chosenIds = this.#chosen.flatMap(({ vectors }) => vectors).map(({ id }) => id);
    const isPartial = filter.ids !== undefined || this.#isStopped;
    for (const problem of this.#known.problems(
      now(),
      (pattern) => corpus.index.families.some(({ name }) => corpus.vectorsOf(name).some(({ id }) => pattern.test(id))),
      (pattern) => !isPartial && chosenIds.some((id) => pattern.test(id) && !this.#unsupported.has(id)),
    ))
      this.#problems.add(problem);
  }

  /** What is declared exists, and is there. @spec conformance.no-vacuous-pass */
  #checkDeclared(): void {
    if (this.#introduction === undefined) return;
    const { corpus } = this.#options;
    const { operations, features, specification } = this.#introduction;
    for (const operation of operations)
      if (!isVectorOperation(operation))
        this.#problems.add(`declares the operation \`${operation}\`, which there is not`);
    const all = (): string[] =>
      corpus.index.families.flatMap(({ name }) => corpus.vectorsOf(name).flatMap((vector) => vector.features));
    // Only where there is something to compare: reading every family takes its time.
    const known = new Set(features.length === 0 ? [] : all());
    for (const feature of features)
      if (!known.has(feature)) this.#problems.add(`declares the feature \`${feature}\`, which no vector knows`);
    if (specification !== "" && specification !== corpus.index.specification)
      this.#problems.add(
        `implements version ${specification} of the specification, the corpus is of ${corpus.index.specification}`,
      );
    for (const [operation, { asked, right }] of this.#operations)
      if (right === 0 && asked > 0)
        this.#problems.add(
          `declares the operation \`${operation}\`, and is right in none of its ${asked} ${asked === 1 ? "case" : "cases"}`,
        );
  }

  #make(started: Date, duration: number): RunResult {
    const { corpus, filter, grade, command, entrance, runner } = this.#options;
    const sorted = this.#findings.sort((a, b) => a.sequence - b.sequence);
    const problems = [...this.#problems].sort();
    const totals = this.#totals.toJSON();
    const asked = this.#totals.asked;
    const bad = totals.failed + totals.crashed + totals.timed_out + (totals.not_asked ?? 0);
    const vectors = this.#chosen.flatMap((chosen) => chosen.vectors).filter(({ status }) => status === "active");
    const report: ConformanceReport = {
      report: 1,
      corpus: {
        version: corpus.index.corpus,
        digest: corpus.index.digest,
        specification: corpus.index.specification,
      },
      implementation: {
        name: this.#introduction?.name ?? "unknown",
        version: this.#introduction?.version ?? "",
        language: this.#introduction?.language ?? "",
        operations: this.#introduction?.operations ?? [],
        features: this.#introduction?.features ?? [],
      },
      runner,
      started: started.toISOString(),
      duration_ms: duration,
      command,
      entrance,
      filter: {
        ...(filter.ladder !== undefined && { ladder: filter.ladder }),
        ...(filter.families !== undefined && { families: filter.families }),
        ...(filter.ids !== undefined && { ids: filter.ids }),
        grade,
      },
      // @spec conformance.no-vacuous-pass
      passed: bad === 0 && problems.length === 0 && asked > 0,
      problems,
      totals,
      families: [...this.#families].map(([name, { counts, milliseconds }]) => ({
        name,
        ladder: stepOf(name),
        ifacts_level: isVectorFamily(name) ? VECTOR_FAMILY_ROWS[name].ifactsLevel : 0,
        ifacts_category: isVectorFamily(name) ? VECTOR_FAMILY_ROWS[name].ifactsCategory : "",
        counts: counts.toJSON(),
        duration_ms: Math.round(milliseconds),
      })),
      ladder: ladderOf(
        corpus.index.families.map(({ name, cases }) => {
          const counts = this.#families.get(name)?.counts;
          if (counts === undefined) return { name, isWhole: false };
          const withdrawn = corpus.vectorsOf(name).filter(({ status }) => status === "withdrawn");
          const all = cases - withdrawn.reduce((sum, { expand }) => sum + (expand?.cases ?? 1), 0);
          return { name, isWhole: all > 0 && counts.of("passed") === all && counts.conforming === all };
        }),
      ),
      findings: sorted.map(({ finding }) => finding),
      vectors_passed: vectors.filter(({ id }) => !this.#imperfect.has(id)).map(({ id }) => id),
      vectors_unsupported: vectors.filter(({ id }) => this.#unsupported.has(id)).map(({ id }) => id),
    };
    const failures = sorted.map(({ failure }) => failure);
    return { report, failures, ...(this.#noIntroduction !== undefined && { noIntroduction: this.#noIntroduction }) };
  }
}

function isFinding(status: Status): status is ReportFinding["status"] {
  return status === "failed" || status === "crashed" || status === "timed_out" || status === "known";
}

function findingOf(
  { vector, number }: Case,
  status: ReportFinding["status"],
  { missed }: Graded,
  outcome: Outcome,
): ReportFinding {
  return {
    id: vector.id,
    ...(number !== undefined && { case: number }),
    status,
    ...(outcome.kind === "crashed" && { cause: outcome.cause }),
    ...(missed !== undefined && {
      grade: missed.grade,
      expected: shortened(missed.expected),
      found: shortened(missed.found),
    }),
    ...(outcome.kind !== "answer" && { detail: outcome.detail }),
  };
}
