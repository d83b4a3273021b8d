import type { CancellationSignal } from "../../../contracts/cancellation.js";

/**
 * Why something ends early: its caller wants so, the source was closed, a time is up, or what contains it was stopped.
 */
export type StopCause = "caller" | "closed" | "deadline" | "timeout" | "container";

/** Longest time a timer of the host can run, in milliseconds; a longer one would end at once. */
const LONGEST_TIMER_MS = 0x7fff_ffff;

/** What {@link Stop.race} rejects with. The cause says the rest. */
export class Stopped extends Error {
  constructor() {
    super("stopped");
    this.name = "Stopped";
  }
}

/**
 * Ends a call or an attempt early, and remembers why. A caller's signal is not always the host's own: here one becomes
 * the other.
 *
 * @spec loader.cancellation, loader.source.stop
 */
export class Stop {
  readonly #controller = new AbortController();
  readonly #releases: (() => void)[] = [];
  #cause: StopCause | undefined;
  #endsAt = Number.POSITIVE_INFINITY;

  /** For functions of the host. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why it was stopped; absent as long as it was not. */
  get cause(): StopCause | undefined {
    return this.#cause;
  }

  /** Milliseconds until {@link Stop.within} stops it. */
  get remainingMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  /** Stop. The first cause stays. */
  stop(cause: StopCause): void {
    if (this.#cause !== undefined) return;
    this.#cause = cause;
    this.#controller.abort();
  }

  /** Stop when `signal` is raised. */
  follow(signal: CancellationSignal | undefined, cause: StopCause): void {
    if (signal === undefined) return;
    if (signal.aborted) {
      this.stop(cause);
      return;
    }
    const listener = (): void => this.stop(cause);
    signal.addEventListener("abort", listener, { once: true });
    this.#releases.push(() => signal.removeEventListener("abort", listener));
  }

  /** Stop after this time. @returns starts the time again */
  within(milliseconds: number, cause: StopCause): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const start = (): void => {
      clearTimeout(timer);
      this.#endsAt = performance.now() + milliseconds;
      timer = setTimeout(() => this.stop(cause), Math.min(milliseconds, LONGEST_TIMER_MS));
    };
    this.#releases.push(() => clearTimeout(timer));
    start();
    return start;
  }

  /**
   * Wait for `work`, but not longer than until this is stopped: a function of the host, or of the user, that does not
   * watch its signal must hold nobody back.
   *
   * @param late what to do with a result that nobody waits for any more
   * @throws Stopped
   */
  async race<T>(work: Promise<T>, late: (result: T) => void = () => undefined): Promise<T> {
    let reject: () => void = () => undefined;
    const stopped = new Promise<never>((_resolve, refuse) => {
      reject = () => refuse(new Stopped());
    });
    const { signal } = this;
    if (signal.aborted) reject();
    else signal.addEventListener("abort", reject, { once: true });
    try {
      return await Promise.race([stopped, work]);
    } catch (error) {
      if (!(error instanceof Stopped)) throw signal.aborted ? new Stopped() : error;
      work.then(late, () => undefined);
      throw error;
    } finally {
      signal.removeEventListener("abort", reject);
    }
  }

  /** Forget timers and signals. */
  release(): void {
    for (const release of this.#releases.splice(0)) release();
  }
}

/** Wait with a timer of the host. @throws Stopped as soon as the signal is raised */
export async function hostSleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  const nap = new Stop();
  nap.follow(signal, "container");
  nap.within(milliseconds, "timeout");
  try {
    await nap.race(new Promise<never>(() => undefined));
  } catch (error) {
    if (nap.cause !== "timeout") throw error;
  } finally {
    nap.release();
  }
}
