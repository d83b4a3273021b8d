import { Worker, type WorkerOptions } from "node:worker_threads";
import type { PackedCases } from "./judged-cases.js";
import type { Finding, Task, WorkerStart } from "./messages.js";

/** What a thread is started with. */
export interface WorkerThreadOptions {
  /** Folder of the program with the mutants. */
  readonly program: string;
  readonly cases: PackedCases;
  /** Longest time without a new case begun, in milliseconds. */
  readonly patience: number;
}

/** What comes of a task: a finding, or that the thread ended or began no new case in time. */
export type Ending = Finding | { readonly kind: "crashed" } | { readonly kind: "timed out" };

/** Looks at a thread within the time of its patience. */
const LOOKS = 10;

/** A thread that runs cases, as the campaign sees it. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #steps = new SharedArrayBuffer(4);
  readonly #patience: number;

  /** @param active a mutant that is active from the first line on */
  constructor({ program, cases, patience }: WorkerThreadOptions, active?: string) {
    this.#patience = patience;
    const { text, starts } = cases;
    const steps = this.#steps;
    const start: WorkerStart = { program, cases: { text, starts }, steps, ...(active !== undefined && { active }) };
    this.#worker = startWorker({ workerData: start, stderr: true, stdout: true });
  }

  /** Gives a task to the thread; one at a time. A thread that crashed or timed out takes no other. */
  ask(task: Task): Promise<Ending> {
    const worker = this.#worker;
    return new Promise((resolve) => {
      const end = (ending: Ending): void => {
        clearInterval(timer);
        worker.off("message", end);
        worker.off("error", gone);
        worker.off("exit", gone);
        resolve(ending);
      };
      const gone = (): void => end({ kind: "crashed" });
      const step = new Int32Array(this.#steps);
      let [before, looks] = [Atomics.load(step, 0), 0];
      const look = (): void => {
        const now = Atomics.load(step, 0);
        looks = now === before ? looks + 1 : 0;
        before = now;
        if (looks >= LOOKS) end({ kind: "timed out" });
      };
      // The dry run is no mutant's fault, however long it takes.
      const timer = task.kind === "dry" ? undefined : setInterval(look, this.#patience / LOOKS);
      worker.on("message", end);
      worker.on("error", gone);
      worker.on("exit", gone);
      worker.postMessage(task);
    });
  }

  /** Ends the thread, whatever it does. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

function startWorker(options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL("worker.js", import.meta.url), options);
  // Run from the sources, as the tests do, the thread is one of the sources as well.
  const source = JSON.stringify(new URL("worker.ts", import.meta.url).href);
  const start = `import("tsx/esm/api").then(({ register }) => { register(); return import(${source}); });`;
  return new Worker(start, { ...options, eval: true });
}
