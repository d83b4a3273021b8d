import type { CancellationSignal } from "../../../contracts/cancellation.js";
import { HostFailure } from "../../host-failure.js";

/**
 * Something of the network that is given up when it stays silent for too long, or when nobody wants it any more.
 *
 * @spec capabilities.policy.ceilings
 */
export class Patience {
  readonly #controller = new AbortController();
  readonly #call: string;
  readonly #milliseconds: number;

  /**
   * @param call what is called on the host
   * @param milliseconds how long it may stay silent
   */
  constructor(call: string, milliseconds: number) {
    this.#call = call;
    this.#milliseconds = milliseconds;
  }

  /** For the browser. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Give up, for good. */
  stop(): void {
    this.#controller.abort(new HostFailure("interrupted", this.#call));
  }

  /**
   * Wait for something that is going on, for as long as the host may stay silent.
   *
   * @param caller who waits for it
   * @throws HostFailure `timed_out` or `interrupted` once it is given up; before that, what the action throws
   */
  async wait<T>(caller: CancellationSignal | undefined, action: () => Promise<T>): Promise<T> {
    const stop = (): void => this.stop();
    const timer = setTimeout(
      () => this.#controller.abort(new HostFailure("timed_out", this.#call)),
      this.#milliseconds,
    );
    caller?.addEventListener("abort", stop);
    if (caller?.aborted === true) stop();
    try {
      return await action();
    } catch (error) {
      // What a browser rejects with after an abort differs: fetch has the signal's reason, a body that is being read may
      // have an AbortError that says nothing of why.
      throw this.signal.aborted ? this.signal.reason : error;
    } finally {
      clearTimeout(timer);
      caller?.removeEventListener("abort", stop);
    }
  }
}
