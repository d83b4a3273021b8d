import type { CancellationSignal } from "../contracts/cancellation.js";

/** A cancellation signal for host calls; portable layers have no `AbortController`. */
export class CallSignal implements CancellationSignal {
  /** Made with the first listener: most calls are answered before anybody listens. */
  #listeners: (() => void)[] | undefined;
  #aborted = false;

  get aborted(): boolean {
    return this.#aborted;
  }

  addEventListener(_type: "abort", listener: () => void): void {
    if (this.#aborted) return;
    this.#listeners ??= [];
    this.#listeners.push(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.#listeners = this.#listeners?.filter((other) => other !== listener);
  }

  /** Tell every listener once. What a listener throws is dropped: the result is discarded in any case. */
  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    for (const listener of listeners) {
      try {
        listener();
      } catch {
        // A host call that cannot be cancelled runs on, and its result is discarded.
      }
    }
  }
}
