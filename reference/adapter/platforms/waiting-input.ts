import type { Readable } from "node:stream";
import type { CancellationSignal } from "../../contracts/cancellation.js";
import { HostFailure } from "../host-failure.js";

/** Who waits for input. */
interface Waiter {
  readonly maximum: number;
  readonly resolve: (data: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

const NOTHING = new Uint8Array(0);

/**
 * A stream of input that is waited for without holding the thread. It is read only while somebody waits, and what came
 * beyond that is there for whoever reads next.
 *
 * @spec instructions.io.stdio.waiting
 */
export class WaitingInput {
  readonly #open: () => Readable;
  readonly #waiters: Waiter[] = [];
  #stream: Readable | undefined;
  #rest: Uint8Array = NOTHING;
  #failure: Error | undefined;
  #isOver = false;

  /** @param open called with the first read: to look at a standard stream opens it */
  constructor(open: () => Readable) {
    this.#open = open;
  }

  /**
   * Up to `maximum` bytes; none at the end of the input.
   *
   * @param signal who fires it gets nothing, and the input stays for others
   * @throws what the stream failed with; HostFailure `interrupted` for the signal; both as a rejection where it waits
   */
  read(maximum: number, signal: CancellationSignal): Uint8Array | Promise<Uint8Array> {
    if (maximum === 0) return NOTHING;
    if (this.#waiters.length === 0) {
      if (this.#rest.length > 0) return this.#take(maximum);
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#isOver) return NOTHING;
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { maximum, resolve: settled(resolve), reject: settled(reject) };
      const forget = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        if (this.#waiters.length === 0) this.#stop();
        reject(new HostFailure("interrupted", "read"));
      };
      function settled<T>(settle: (value: T) => void): (value: T) => void {
        return (value) => {
          signal.removeEventListener("abort", forget);
          settle(value);
        };
      }
      this.#waiters.push(waiter);
      signal.addEventListener("abort", forget);
      if (signal.aborted) forget();
      else if (this.#waiters.length === 1) this.#start();
    });
  }

  #take(maximum: number): Uint8Array {
    const data = this.#rest.slice(0, maximum);
    this.#rest = this.#rest.subarray(data.length);
    return data;
  }

  #start(): void {
    this.#stream ??= this.#open();
    const stream = this.#stream;
    stream.on("data", this.#onData);
    stream.on("pause", this.#onPause);
    stream.on("end", this.#onEnd);
    stream.on("close", this.#onEnd);
    stream.on("error", this.#onError);
    // Nothing is told of an end that came before.
    if (stream.readableEnded || stream.destroyed) this.#onEnd();
    else stream.resume();
  }

  #stop(): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    stream.off("data", this.#onData);
    stream.off("pause", this.#onPause);
    stream.off("end", this.#onEnd);
    stream.off("close", this.#onEnd);
    stream.off("error", this.#onError);
    stream.pause();
  }

  readonly #onData = (data: Uint8Array): void => {
    // Of a Buffer, `slice` would be a view into memory that Node uses again.
    this.#rest = new Uint8Array(data.buffer, data.byteOffset, data.length);
    while (this.#rest.length > 0) {
      const waiter = this.#waiters.shift();
      if (waiter === undefined) break;
      waiter.resolve(this.#take(waiter.maximum));
    }
    if (this.#waiters.length === 0) this.#stop();
  };

  /** Whoever shares the stream is done with it, and knows nothing of who waits here. */
  readonly #onPause = (): void => {
    queueMicrotask(() => {
      if (this.#waiters.length > 0) this.#stream?.resume();
    });
  };

  readonly #onEnd = (): void => {
    this.#isOver = true;
    this.#stop();
    for (const { resolve } of this.#waiters.splice(0)) resolve(NOTHING);
  };

  readonly #onError = (error: Error): void => {
    this.#failure = error;
    this.#stop();
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  };
}
