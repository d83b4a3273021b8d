import type { CancellationSignal } from "../contracts/cancellation.js";

/** A signal that this layer can raise itself: for reads that several callers wait for. */
export class CancellationSource implements CancellationSignal {
  readonly #listeners = new Set<() => void>();
  #aborted = false;

  get aborted(): boolean {
    return this.#aborted;
  }

  /** Raise the signal. Idempotent. */
  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) {
      try {
        listener();
      } catch {
        // As with a signal of the host: what one listener throws keeps nobody else from hearing. A source is not ours.
      }
    }
  }

  /** Be raised when `signal` is, and at once where it is already. @returns ends that */
  follow(signal: CancellationSignal | undefined): () => void {
    if (signal === undefined) return () => undefined;
    if (signal.aborted) this.abort();
    return listen(signal, () => this.abort());
  }

  addEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.delete(listener);
  }
}

/** Everybody in this layer who listens to one signal of a caller. */
class Audience {
  readonly #signal: CancellationSignal;
  readonly #listeners = new Set<() => void>();
  readonly #tell = (): void => {
    for (const listener of [...this.#listeners]) listener();
  };

  constructor(signal: CancellationSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#tell, { once: true });
  }

  add(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** @returns whether nobody listens any more */
  drop(listener: () => void): boolean {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return false;
    this.#signal.removeEventListener("abort", this.#tell);
    return true;
  }
}

const audiences = new WeakMap<CancellationSignal, Audience>();

/**
 * Hear of a signal when it is raised. However many bodies wait with one signal of a caller, it gets one listener: hosts
 * take more than a few for a leak and warn of it.
 *
 * @returns ends that
 */
function listen(signal: CancellationSignal, listener: () => void): () => void {
  // One of our own counts nothing, and most signals are.
  if (signal instanceof CancellationSource) {
    signal.addEventListener("abort", listener);
    return () => signal.removeEventListener("abort", listener);
  }
  const audience = audiences.get(signal) ?? new Audience(signal);
  audiences.set(signal, audience);
  audience.add(listener);
  return () => {
    if (audience.drop(listener) && audiences.get(signal) === audience) audiences.delete(signal);
  };
}

/**
 * Wait for `work`, but no longer than until the caller wants to stop: a source that does not watch its signal must not
 * hold the caller back.
 *
 * @param onAbort makes the error of a stopped wait
 * @spec loader.cancellation
 */
export async function unlessAborted<T>(
  work: () => Promise<T>,
  signal: CancellationSignal | undefined,
  onAbort: () => Error,
): Promise<T> {
  if (signal === undefined) return work();
  if (signal.aborted) throw onAbort();
  let stopListening = (): void => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stopListening = listen(signal, () => reject(onAbort()));
  });
  try {
    return await Promise.race([work(), stopped]);
  } catch (error) {
    // What a source throws because it was stopped is not a fault of the source.
    throw signal.aborted ? onAbort() : error;
  } finally {
    stopListening();
  }
}
