import type { CancellationSignal } from "../contracts/cancellation.js";
import { CancellationSource, unlessAborted } from "./cancellation.js";

/** One read of the source, for as long as anybody waits for a body of it. */
export class SharedFetch {
  readonly cancellation = new CancellationSource();
  #waiting = 0;

  /** Wait for `body`; whoever is the last to give up stops the read. @param onAbort makes the error of a stopped wait */
  async wait<T>(body: Promise<T>, signal: CancellationSignal | undefined, onAbort: () => Error): Promise<T> {
    this.#waiting += 1;
    try {
      return await unlessAborted(() => body, signal, onAbort);
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.cancellation.abort();
    }
  }
}

/** A body that is on its way. */
export interface SharedBody {
  readonly fetch: SharedFetch;
  readonly body: Promise<Uint8Array>;
}

/**
 * Bodies that are being read at the moment, so that whoever else asks for one waits for the same read.
 *
 * @spec loader.read-sections.shared
 */
export class SharedReads {
  readonly #bodies = new Map<string, SharedBody>();

  /** The body that is on its way; none where everybody who waited has given up. */
  get(sectionId: string): SharedBody | undefined {
    const shared = this.#bodies.get(sectionId);
    return shared?.fetch.cancellation.aborted === true ? undefined : shared;
  }

  /** Share a read until it has ended, well or not. @spec loader.read-sections.failed */
  put(sectionId: string, shared: SharedBody): void {
    this.#bodies.set(sectionId, shared);
    const drop = (): void => {
      if (this.#bodies.get(sectionId) === shared) this.#bodies.delete(sectionId);
    };
    shared.body.then(drop, drop);
  }

  /** Stop all reads. */
  stop(): void {
    for (const { fetch } of this.#bodies.values()) fetch.cancellation.abort();
  }
}
