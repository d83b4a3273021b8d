import type { CancellationSignal } from "../../../contracts/cancellation.js";
import { FaygerError } from "../../../errors/fayger-error.js";
import { hostError } from "../../../errors/host-error.js";
import type { FromWorker, ToWorker } from "./mailbox.js";

/** A worker thread of the host that runs guest-thread.js. */
export interface GuestWorker {
  /** Send it a message. */
  post(message: ToWorker): void;
  /**
   * Hear of it. Called once, right after it was made.
   *
   * @param heard for each message
   * @param gone once, when the worker is no more; `cause` is what it failed with, where it did
   */
  listen(heard: (message: FromWorker) => void, gone: (cause: unknown) => void): void;
  /** Whether the host's process shall live on for it. It does not until this was called. */
  keepAlive(alive: boolean): void;
  /** End it, whatever it does. `gone` is told. */
  terminate(): void;
}

/** Makes a worker. */
export type SpawnGuestWorker = () => GuestWorker;

/** Workers at a time, where nobody says otherwise. */
export const MOST_WORKERS = 64;

/** Bounds of a {@link WorkerPool}. */
export interface WorkerPoolLimits {
  /** Workers at a time; each is a thread with a heap of its own. Instances beyond wait in `init`. Default: 64. */
  readonly most?: number;
  /**
   * Workers that start at the same time. A start takes longer than many a program, so that a worker which becomes free
   * meanwhile is the better one. Default: 2.
   */
  readonly starting?: number;
  /** Workers kept for the next instance though no instance has them. Default: 4. */
  readonly idle?: number;
  /**
   * Instances that one worker serves before another takes its place. A worker may hold the memory of those that have
   * ended until its own garbage is collected, and engines bound how many memories there are. Default: 100.
   */
  readonly instances?: number;
}

/** What an instance does with what its worker says. */
export interface WorkerListener {
  heard(message: FromWorker): void;
  gone(cause: unknown): void;
}

/** A worker while one instance has it. */
export interface WorkerLease {
  readonly worker: GuestWorker;
  /** Set who listens. Whoever has the lease does so before it posts anything. */
  listener: WorkerListener | undefined;
  /** Give the worker back: it waits for a message, and holds nothing of the guest. */
  release(): void;
  /** Give the worker up, whatever it does. */
  discard(): void;
}

/** What the pool hears of its workers. */
interface PoolEvents {
  ready(worker: PooledWorker): void;
  released(worker: PooledWorker): void;
  gone(worker: PooledWorker, cause: unknown): void;
}

/** Somebody who waits for a worker. */
interface Waiting {
  resolve(lease: WorkerLease): void;
  reject(cause: unknown): void;
}

/** What is known of one worker. */
class PooledWorker implements WorkerLease {
  readonly worker: GuestWorker;
  listener: WorkerListener | undefined;
  /** Whether it has said that it is there. */
  isReady = false;
  /** Instances that gave it back. */
  served = 0;
  readonly #pool: PoolEvents;
  #isGone = false;

  constructor(worker: GuestWorker, pool: PoolEvents) {
    this.worker = worker;
    this.#pool = pool;
    worker.listen(
      (message) => {
        if (message.kind === "ready") pool.ready(this);
        else this.listener?.heard(message);
      },
      (cause) => {
        if (this.#isGone) return;
        this.#isGone = true;
        const { listener } = this;
        this.listener = undefined;
        pool.gone(this, cause);
        listener?.gone(cause);
      },
    );
  }

  release(): void {
    this.listener = undefined;
    if (!this.#isGone) this.#pool.released(this);
  }

  discard(): void {
    this.listener = undefined;
    if (!this.#isGone) this.worker.terminate();
  }
}

/**
 * Workers for instances: one has a worker for itself from `init` to its end, because a guest that waits in the middle
 * of a call occupies its thread. Workers are used again, and never more of them live than the limit says.
 *
 * @spec runtime.isolation
 */
export class WorkerPool {
  readonly #spawn: SpawnGuestWorker;
  readonly #most: number;
  readonly #mostStarting: number;
  readonly #instances: number;
  #keep: number;
  readonly #idle: PooledWorker[] = [];
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiting>();
  #alive = 0;
  #starting = 0;
  readonly #events: PoolEvents = {
    ready: (worker) => this.#ready(worker),
    released: (worker) => this.#released(worker),
    gone: (worker, cause) => this.#gone(worker, cause),
  };

  constructor(
    spawn: SpawnGuestWorker,
    { most = MOST_WORKERS, starting = 2, idle = 4, instances = 100 }: WorkerPoolLimits = {},
  ) {
    this.#spawn = spawn;
    this.#most = most;
    this.#mostStarting = starting;
    this.#keep = idle;
    this.#instances = instances;
  }

  /** Workers that live: starting, busy, idle or about to end. */
  get alive(): number {
    return this.#alive;
  }

  /** Workers that no instance has. */
  get idle(): number {
    return this.#idle.length;
  }

  /** Instances that wait for a worker. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * A worker, as soon as there is one. Rejects with what the host throws where it makes none.
   *
   * @param signal raised where nobody waits for it any more: then it rejects, and the next one moves up
   */
  async acquire(signal?: CancellationSignal): Promise<WorkerLease> {
    if (signal?.aborted === true) throw hasEnded();
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    let leave: (() => void) | undefined;
    try {
      return await new Promise<WorkerLease>((resolve, reject) => {
        const waiting = { resolve, reject };
        leave = () => {
          if (this.#waiting.delete(waiting)) reject(hasEnded());
        };
        this.#waiting.add(waiting);
        signal?.addEventListener("abort", leave);
        this.#startMore();
      });
    } finally {
      if (leave !== undefined) signal?.removeEventListener("abort", leave);
    }
  }

  /** End every worker that no instance has, and every other one as soon as its instance gives it back. */
  close(): void {
    this.#keep = 0;
    for (const worker of this.#idle.splice(0)) worker.discard();
  }

  /** Start workers for those that wait, within the limits. */
  #startMore(): void {
    while (this.#waiting.size > this.#starting && this.#starting < this.#mostStarting && this.#alive < this.#most) {
      let worker: PooledWorker;
      try {
        worker = new PooledWorker(this.#spawn(), this.#events);
      } catch (error) {
        this.#next()?.reject(error);
        continue;
      }
      this.#alive += 1;
      this.#starting += 1;
      // Somebody waits for it, whom a process that ends meanwhile would forget.
      worker.worker.keepAlive(true);
    }
  }

  #ready(worker: PooledWorker): void {
    worker.isReady = true;
    this.#starting -= 1;
    worker.worker.keepAlive(false);
    this.#offer(worker);
    this.#startMore();
  }

  #released(worker: PooledWorker): void {
    worker.served += 1;
    if (worker.served >= this.#instances) worker.discard();
    else this.#offer(worker);
  }

  /** Give a worker to who waits longest, or keep it, or let it go. */
  #offer(worker: PooledWorker): void {
    const next = this.#next();
    if (next !== undefined) next.resolve(worker);
    else if (this.#idle.length < this.#keep) this.#idle.push(worker);
    else worker.discard();
  }

  /** Who waits longest, who then waits no more. */
  #next(): Waiting | undefined {
    const [first] = this.#waiting;
    if (first !== undefined) this.#waiting.delete(first);
    return first;
  }

  #gone(worker: PooledWorker, cause: unknown): void {
    this.#alive -= 1;
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    if (!worker.isReady) {
      // One that cannot start would be followed by others that cannot: each costs one of those that wait.
      this.#starting -= 1;
      this.#next()?.reject(cause);
    }
    this.#startMore();
  }
}

/** What became of a worker that is no more, or that could not be made. @param cause what it failed with, where it said so */
export function workerError(cause: unknown): FaygerError<"HOST_ERROR"> {
  if (cause !== undefined) return hostError(cause, "Worker");
  return new FaygerError("HOST_ERROR", "the worker has ended", { name: "Error", call: "Worker" });
}

function hasEnded(): Error {
  return new Error("the instance has ended");
}
