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
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  /** Be raised when `signal` is, and at once where it is already. @returns ends that */
  follow(signal: CancellationSignal | undefined): () => void {
    if (signal === undefined) return () => undefined;
    const stop = (): void => this.abort();
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    return () => signal.removeEventListener("abort", stop);
  }

  addEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.delete(listener);
  }
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
  let listener: (() => void) | undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    listener = () => reject(onAbort());
    signal.addEventListener("abort", listener, { once: true });
  });
  try {
    return await Promise.race([work(), stopped]);
  } catch (error) {
    // What a source throws because it was stopped is not a fault of the source.
    throw signal.aborted ? onAbort() : error;
  } finally {
    if (listener !== undefined) signal.removeEventListener("abort", listener);
  }
}
