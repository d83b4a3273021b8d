import type { Signal } from "../../../../generated/enums/signal.js";

/** Where signals for programs come from. */
export interface ProgramSignals {
  /**
   * Receive signals from now on.
   *
   * @returns a function that ends it; calling it again does nothing
   */
  receive(listener: (signal: Signal) => void): () => void;
}

/** Hands signals that a host received on to the programs that asked for them. */
export class SignalDesk implements ProgramSignals {
  readonly #listeners = new Set<(signal: Signal) => void>();

  receive(listener: (signal: Signal) => void): () => void {
    // One function may be given twice: each receives.
    const own = (signal: Signal): void => listener(signal);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Hand a signal on. False where no program asked for signals: then the host does what it does without them. */
  deliver(signal: Signal): boolean {
    // One that stops listening when it hears of the signal has asked for it all the same.
    const listeners = [...this.#listeners];
    for (const listener of listeners) listener(signal);
    return listeners.length > 0;
  }
}
