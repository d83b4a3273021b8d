import { HostFailure } from "../../host-failure.js";
import { attempt, type Waiting } from "./attempt.js";

/** The one who waits for what comes to a handle. @spec instructions.net.one-read */
export class OneWaits {
  #look: (() => void) | undefined;
  #isWaiting = false;
  #released = false;

  /** Whether the handle is closed. */
  get released(): boolean {
    return this.#released;
  }

  /**
   * Wait until there is something to take. Nothing is taken for one who has given up, or has got what it waited for.
   *
   * @param take takes what is there; nothing where nothing is
   * @throws HostFailure `invalid_argument` where somebody waits already, `interrupted` where the handle is closed; what
   * `take` throws
   */
  async for<T extends object>(waiting: Waiting, take: () => T | undefined): Promise<T> {
    if (this.#isWaiting) throw new HostFailure("invalid_argument", waiting.call);
    this.#isWaiting = true;
    const forget = (): void => {
      this.#look = undefined;
    };
    try {
      return await attempt<T>(waiting, (resolve, reject) => {
        this.#look = () => {
          try {
            if (this.#released) throw new HostFailure("interrupted", waiting.call);
            const taken = take();
            if (taken === undefined) return;
            // At once: more may come before anybody who waits for a promise hears of this.
            forget();
            resolve(taken);
          } catch (error) {
            forget();
            reject(error);
          }
        };
        this.#look();
        return forget;
      });
    } finally {
      this.#isWaiting = false;
    }
  }

  /** Something may have come. */
  wake(): void {
    this.#look?.();
  }

  /** The handle is closed: who waits is told. */
  release(): void {
    this.#released = true;
    this.wake();
  }
}
